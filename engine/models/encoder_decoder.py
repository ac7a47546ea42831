"""An encoder-decoder transformer, which reads one sequence and writes another while attending to the first.

Its parts are those of `engine.models.transformer`: `encoder.blocks.0.attention`, `decoder.blocks.0.attention`, and
`decoder.blocks.0.cross_attention`, by which the target attends to the source.

[1] Vaswani et al., *Attention Is All You Need*, 2017, fig. 1; norms come before attention and MLP, as in GPT-2.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.models.transformer import (
    Attention,
    Embedding,
    PositionwiseMLP,
    TransformerBlock,
    causal,
    draw_first_weights,
)

PADDING = 0  # the id that is never looked at, in what is read


class DecoderBlock(nn.Module):
    """Self-attention, then attention to the encoder's output, then an MLP; each adds to the residual stream."""

    def __init__(self, width: int, heads: int) -> None:
        """Make both attentions with `heads` heads."""
        super().__init__()
        self.attention_norm = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.cross_norm = nn.LayerNorm(width)
        self.cross_attention = Attention(width, heads)
        self.mlp_norm = nn.LayerNorm(width)
        self.mlp = PositionwiseMLP(width)

    def forward(self, stream: Tensor, memory: Tensor, allowed: Tensor, readable: Tensor) -> Tensor:
        """Return the residual stream behind the block, (batch, query, width); memory is (batch, key, width).

        allowed: where each position may attend in the target; readable: where all positions may attend in the source.
        """
        stream = stream + self.attention(self.attention_norm(stream), allowed)
        stream = stream + self.cross_attention(self.cross_norm(stream), readable, memory)
        return stream + self.mlp(self.mlp_norm(stream))


class Encoder(nn.Module):
    """Encodes a sequence; every position attends to all others but the padding."""

    def __init__(self, vocabulary: int, context: int, width: int, layers: int, heads: int, positions: str) -> None:
        """Make it for sequences of up to `context` tokens."""
        super().__init__()
        self.embedding = Embedding(vocabulary, context, width, positions)
        self.blocks = nn.ModuleList(TransformerBlock(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, source: Tensor) -> Tensor:
        """Return the encoding of ids (batch, key): (batch, key, width)."""
        stream, readable = self.embedding(source), not_padding(source)
        for block in self.blocks:
            stream = block(stream, readable)
        return self.norm(stream)


class Decoder(nn.Module):
    """Predicts a sequence, a token after the other."""

    def __init__(self, vocabulary: int, context: int, width: int, layers: int, heads: int, positions: str) -> None:
        """Make it for sequences of up to `context` tokens."""
        super().__init__()
        self.embedding = Embedding(vocabulary, context, width, positions)
        self.blocks = nn.ModuleList(DecoderBlock(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.unembedding = nn.Linear(width, vocabulary, bias=False)

    def forward(self, target: Tensor, memory: Tensor, readable: Tensor) -> Tensor:
        """Return logits (batch, query, vocabulary) of the token after each of ids (batch, query)."""
        allowed = causal(target.shape[1])
        stream = self.embedding(target)  # (batch, query, width)
        for block in self.blocks:
            stream = block(stream, memory, allowed, readable)
        return self.unembedding(self.norm(stream))


class EncoderDecoder(nn.Module):
    """Translates one sequence into another."""

    def __init__(
        self,
        vocabularies: tuple[int, int],
        contexts: tuple[int, int],
        width: int,
        layers: int,
        heads: int,
        positions: str = "learned",
    ) -> None:
        """Make it for the vocabulary sizes and the longest sequences, `contexts`, of source and target."""
        super().__init__()
        self.encoder = Encoder(vocabularies[0], contexts[0], width, layers, heads, positions)
        self.decoder = Decoder(vocabularies[1], contexts[1], width, layers, heads, positions)
        draw_first_weights(self, layers)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Return logits (batch, query, vocabulary) of the token after each of `target` (batch, query)."""
        return self.decoder(target, self.encoder(source), not_padding(source))

    @torch.no_grad()
    def write(self, source: Tensor, start: int, length: int) -> Tensor:
        """Return greedily decoded ids (batch, length) for sources (batch, key). start: the id before the first."""
        memory, readable = self.encoder(source), not_padding(source)
        written = torch.full((len(source), 1), start)
        for _ in range(length):
            logits = self.decoder(written, memory, readable)  # (batch, query, vocabulary)
            written = torch.cat((written, logits[:, -1:].argmax(2)), dim=1)
        return written[:, 1:]


def not_padding(source: Tensor) -> Tensor:
    """Return where ids (batch, key) are not padding, bool (batch, 1, 1, key)."""
    return (source != PADDING)[:, None, None]
