"""A decoder-only transformer: token ids in, logits of the next token out.

Its parts are named for what they do, so that every value in it can be named by its path: `blocks.0.attention`,
`blocks.0.mlp`. It contains nothing for recording; attention is computed by `engine.models.attention.attend`.

[1] Vaswani et al., *Attention Is All You Need*, 2017 (§3.2 attention, §3.5 sinusoidal positions).
[2] Radford et al., *Language Models are Unsupervised Multitask Learners* (GPT-2), 2019, §2.3 (norms before, scaled
    first weights).
[3] Hendrycks and Gimpel, *Gaussian Error Linear Units*, 2016.
[4] Press and Wolf, *Using the Output Embedding to Improve Language Models*, 2017 (tied weights).
[5] Elhage et al., *A Mathematical Framework for Transformer Circuits*, 2021 (attention-only models).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from engine.models.attention import attend

FIRST_SPREAD = 0.02  # standard deviation of the first weights [2]


class Attention(nn.Module):
    """Multi-head attention [1] of a sequence to itself, or to another one."""

    def __init__(self, width: int, heads: int) -> None:
        """Make `heads` heads of `width` / `heads` features each."""
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.output = nn.Linear(width, width)

    def forward(self, values: Tensor, allowed: Tensor | None = None, source: Tensor | None = None) -> Tensor:
        """Return (batch, query, width) for values (batch, query, width).

        allowed: bool, broadcast to (batch, head, query, key), False where a query may not attend. source: the sequence
        attended to, (batch, key, width); the values themselves unless given.
        """
        source = values if source is None else source
        query = self._split(self.query(values))  # (batch, head, query, feature)
        key = self._split(self.key(source))  # (batch, head, key, feature)
        value = self._split(self.value(source))
        seen = attend(self, query, key, value, allowed)
        return self.output(seen.head_output.transpose(1, 2).flatten(2))  # heads side by side, (batch, query, width)

    def _split(self, values: Tensor) -> Tensor:
        """Cut (batch, position, width) into heads: (batch, head, position, feature)."""
        return values.unflatten(2, (self.heads, -1)).transpose(1, 2)


class PositionwiseMLP(nn.Module):
    """Two layers with GELU [3] between them, for each position alone."""

    def __init__(self, width: int) -> None:
        """Make a hidden layer four times as wide."""
        super().__init__()
        self.expand = nn.Linear(width, 4 * width)
        self.function = nn.GELU()
        self.contract = nn.Linear(4 * width, width)

    def forward(self, values: Tensor) -> Tensor:
        """Return (batch, position, width) for values of the same shape."""
        return self.contract(self.function(self.expand(values)))


class TransformerBlock(nn.Module):
    """Attention, then an MLP; each reads the normed residual stream and adds to it [2]."""

    def __init__(self, width: int, heads: int, mlp: bool = True) -> None:
        """Make a block; without `mlp` it is attention alone [5]."""
        super().__init__()
        self.attention_norm = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.mlp_norm = nn.LayerNorm(width) if mlp else None
        self.mlp = PositionwiseMLP(width) if mlp else None

    def forward(self, stream: Tensor, allowed: Tensor | None = None) -> Tensor:
        """Return the residual stream behind the block, (batch, position, width)."""
        stream = stream + self.attention(self.attention_norm(stream), allowed)
        if self.mlp is not None and self.mlp_norm is not None:
            stream = stream + self.mlp(self.mlp_norm(stream))
        return stream


class Embedding(nn.Module):
    """The sum of an embedding of the token and one of its position."""

    def __init__(self, vocabulary: int, context: int, width: int, positions: str = "learned") -> None:
        """Make a vector for each token, and one for each of `context` positions: "learned", or "sinusoidal" [1]."""
        super().__init__()
        self.token = nn.Embedding(vocabulary, width)
        self.position: Tensor
        if positions == "sinusoidal":
            self.register_buffer("position", sinusoidal_positions(context, width))
        else:
            self.position = nn.Parameter(torch.empty(context, width))

    def forward(self, ids: Tensor) -> Tensor:
        """Return (batch, position, width) for ids (batch, position)."""
        return self.token(ids) + self.position[: ids.shape[1]]


class GPT(nn.Module):
    """A language model whose every position attends to itself and those before."""

    def __init__(
        self,
        vocabulary: int,
        context: int,
        width: int,
        layers: int,
        heads: int,
        *,
        mlp: bool = True,
        positions: str = "learned",
        tied: bool = False,
    ) -> None:
        """Make it for sequences of up to `context` tokens. tied: one matrix embeds tokens and scores them [4]."""
        super().__init__()
        self.embedding = Embedding(vocabulary, context, width, positions)
        self.blocks = nn.ModuleList(TransformerBlock(width, heads, mlp) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.unembedding = nn.Linear(width, vocabulary, bias=False)
        draw_first_weights(self, layers)
        if tied:
            self.unembedding.weight = self.embedding.token.weight

    def forward(self, ids: Tensor) -> Tensor:
        """Return logits (batch, position, vocabulary) of the token after each of ids (batch, position)."""
        allowed = causal(ids.shape[1])
        stream = self.embedding(ids)  # (batch, position, width)
        for block in self.blocks:
            stream = block(stream, allowed)
        return self.unembedding(self.norm(stream))

    def attentions(self) -> list[nn.Module]:
        """Return the attention modules, from the first block to the last."""
        return [block.get_submodule("attention") for block in self.blocks]


def causal(length: int) -> Tensor:
    """Return where each query may attend, bool (query, key): to itself and before."""
    return torch.ones(length, length, dtype=torch.bool).tril()


def sinusoidal_positions(context: int, width: int) -> Tensor:
    """Return (position, width): sine and cosine of ever longer waves, side by side [1]."""
    rates = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000) / width))
    angles = torch.arange(context)[:, None] * rates  # (position, wave)
    return torch.stack((angles.sin(), angles.cos()), dim=2).flatten(1)[:, :width]


def draw_first_weights(model: nn.Module, layers: int) -> None:
    """Draw from N(0, 0.02²), less where many blocks add up in the residual stream; biases start at zero [2]."""
    for name, parameter in model.named_parameters():
        if name.endswith("bias"):
            nn.init.zeros_(parameter)
        elif parameter.ndim == 2:
            adds = name.endswith(("attention.output.weight", "contract.weight"))
            nn.init.normal_(parameter, std=FIRST_SPREAD / math.sqrt(2 * layers) if adds else FIRST_SPREAD)
