"""Models of sequences: recurrent, with attention of all makes, and without."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from tests.engine.recorder.thirty.brought import SGD, Brought, normal, random_words, several


class Bidirectional(nn.Module):
    """Reads texts of different lengths in both directions."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(12, 5, padding_idx=0)
        self.rnn = nn.LSTM(5, 4, num_layers=2, bidirectional=True, batch_first=True, dropout=0.3)
        self.tag = nn.Linear(8, 3)

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(self.embed(tokens), lengths, batch_first=True, enforce_sorted=False)
        return self.tag(pad_packed_sequence(self.rnn(packed)[0], batch_first=True, total_length=6)[0])


class Stepping(nn.Module):
    """Two cells, called once for each position."""

    def __init__(self) -> None:
        super().__init__()
        self.low, self.high, self.out = nn.GRUCell(3, 5), nn.LSTMCell(5, 4), nn.Linear(4, 2)

    def forward(self, sequence: Tensor) -> Tensor:
        low, high = None, None
        for values in sequence.unbind(1):
            low = self.low(values, low)
            high = self.high(low, high)
        assert high is not None
        return self.out(high[0])


class Translator(nn.Module):
    """A recurrent encoder, and a decoder that looks back at it by additive attention."""

    def __init__(self) -> None:
        super().__init__()
        self.encode, self.cell = nn.GRU(3, 6), nn.GRUCell(8, 6)
        self.score, self.out = nn.Sequential(nn.Linear(12, 5), nn.Tanh(), nn.Linear(5, 1)), nn.Linear(6, 2)

    def forward(self, sequence: Tensor) -> dict[str, Any]:
        states, last = self.encode(sequence.transpose(0, 1))
        state, said, patterns = last[0], sequence.new_zeros(len(sequence), 2), []
        for _ in range(3):
            scores = self.score(torch.cat([states, state.expand_as(states)], -1)).squeeze(-1)
            patterns.append(scores.softmax(0))
            state = self.cell(torch.cat([said, (patterns[-1][..., None] * states).sum(0)], -1), state)
            said = self.out(state)
        return {"said": said, "patterns": patterns}


class HandmadeAttention(nn.Module):
    """Attention that is written out."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(6, 6) for _ in range(4))

    def forward(self, values: Tensor) -> Tensor:
        scores = self.query(values) @ self.key(values).transpose(-1, -2) / math.sqrt(6)
        return self.out(scores.softmax(-1) @ self.value(values))


class CausalAttention(nn.Module):
    """Attention as nanoGPT writes it."""

    def __init__(self) -> None:
        super().__init__()
        self.c_attn, self.c_proj = nn.Linear(8, 24, bias=False), nn.Linear(8, 8, bias=False)

    def forward(self, values: Tensor) -> Tensor:
        query, key, value = (part.unflatten(-1, (2, 4)).transpose(1, 2) for part in self.c_attn(values).chunk(3, -1))
        dropped = 0.1 if self.training else 0.0
        mixed = F.scaled_dot_product_attention(query, key, value, dropout_p=dropped, is_causal=True)
        return self.c_proj(mixed.transpose(1, 2).reshape(values.shape))


class GptBlock(nn.Module):
    """Attention, and a network for each position."""

    def __init__(self) -> None:
        super().__init__()
        self.ln_1, self.attn, self.ln_2 = nn.LayerNorm(8), CausalAttention(), nn.LayerNorm(8)
        self.mlp = nn.ModuleDict({"c_fc": nn.Linear(8, 16), "act": nn.GELU(), "c_proj": nn.Linear(16, 8)})

    def forward(self, values: Tensor) -> Tensor:
        values = values + self.attn(self.ln_1(values))
        return values + self.mlp["c_proj"](self.mlp["act"](self.mlp["c_fc"](self.ln_2(values))))


class Gpt(nn.Module):
    """A language model whose last matrix is its first one, and which works out its loss itself."""

    def __init__(self) -> None:
        super().__init__()
        self.wte, self.wpe, self.drop = nn.Embedding(12, 8), nn.Embedding(6, 8), nn.Dropout(0.1)
        self.h, self.ln_f = nn.ModuleList(GptBlock() for _ in range(2)), nn.LayerNorm(8)
        self.lm_head, self.loss = nn.Linear(8, 12, bias=False), nn.CrossEntropyLoss()
        self.lm_head.weight = self.wte.weight

    def forward(self, tokens: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
        values = self.drop(self.wte(tokens) + self.wpe(torch.arange(tokens.shape[1])))
        for block in self.h:
            values = block(values)
        logits = self.lm_head(self.ln_f(values))
        return self.loss(logits.flatten(0, 1), wanted.flatten()), logits


class RotaryAttention(nn.Module):
    """Heads that share keys, turned by their positions, under a mask of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.v, self.o = nn.Linear(8, 16), nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(16, 8)
        self.turns: Tensor | None = None

    def forward(self, values: Tensor) -> Tensor:
        if self.turns is None:  # made at the first call, and kept
            angles = torch.outer(torch.arange(8.0), torch.tensor([1.0, 0.1]))
            self.turns = torch.polar(torch.ones_like(angles), angles)
        query, key = (self._turned(part(values).unflatten(-1, (-1, 4))) for part in (self.q, self.k))
        value = self.v(values).unflatten(-1, (-1, 4)).transpose(1, 2)
        near = torch.ones(8, 8, dtype=torch.bool).tril().triu(-2)
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=near, enable_gqa=True)
        return self.o(mixed.transpose(1, 2).flatten(2))

    def _turned(self, heads: Tensor) -> Tensor:
        assert self.turns is not None
        complex_heads = torch.view_as_complex(heads.unflatten(-1, (2, 2)).contiguous())
        return torch.view_as_real(complex_heads * self.turns[:, None]).flatten(-2).transpose(1, 2)


class Pooling(nn.Module):
    """One learned query, and its attention to all positions."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key = nn.Parameter(torch.randn(1, 6)), nn.Linear(6, 6)

    def forward(self, values: Tensor) -> Tensor:
        query = self.query.expand(len(values), 1, 6)
        return F.scaled_dot_product_attention(query, self.key(values), values).squeeze(1)


class PaddedEncoder(nn.Module):
    """PyTorch's own encoder, told which positions are empty."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.position = nn.Embedding(12, 8), nn.Parameter(torch.randn(6, 8))
        layer = nn.TransformerEncoderLayer(8, 2, 12, 0.1, "gelu", batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, nn.LayerNorm(8), enable_nested_tensor=False)

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        empty = torch.arange(6) >= lengths[:, None]
        return self.encoder(self.embed(tokens) + self.position, src_key_padding_mask=empty)


class Decoding(nn.Module):
    """PyTorch's own transformer, position first, whose decoder sees what was before."""

    def __init__(self) -> None:
        super().__init__()
        self.transformer, self.head = nn.Transformer(8, 2, 1, 2, 12, 0.1), nn.Linear(8, 3)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        mask = nn.Transformer.generate_square_subsequent_mask(4)
        return self.head(self.transformer(source.transpose(0, 1), target.transpose(0, 1), tgt_mask=mask))


class Perceiving(nn.Module):
    """A few learned latents that read a long input, as in Perceiver."""

    def __init__(self) -> None:
        super().__init__()
        self.latents = nn.Parameter(torch.randn(3, 8))
        self.read, self.think = (
            nn.MultiheadAttention(8, 2, kdim=5, vdim=5, batch_first=True),
            nn.MultiheadAttention(8, 4),
        )
        self.norm, self.head = nn.RMSNorm(8), nn.Linear(8, 2)

    def forward(self, values: Tensor) -> Tensor:
        latents = self.latents.expand(len(values), 3, 8)
        latents = latents + self.read(latents, values, values, need_weights=False)[0]
        turned = self.norm(latents).transpose(0, 1)
        return self.head((turned + self.think(turned, turned, turned)[0]).mean(0))


class StateSpace(nn.Module):
    """A state that decays by what is read, as in Mamba."""

    def __init__(self) -> None:
        super().__init__()
        self.select, self.out, self.decay = nn.Linear(4, 12), nn.Linear(4, 4), nn.Parameter(torch.rand(4, 4))

    def forward(self, sequence: Tensor) -> Tensor:
        step, into, read = self.select(sequence).chunk(3, -1)
        state, states = sequence.new_zeros(len(sequence), 4, 4), []
        for at in range(sequence.shape[1]):
            pace = F.softplus(step[:, at, :, None])
            state = torch.exp(-pace * self.decay.exp()) * state + pace * sequence[:, at, :, None] * into[:, at, None]
            states.append((state * read[:, at, None]).sum(-1))
        return self.out(torch.stack(states, 1))


class Bag(nn.Module):
    """A bag of words, whose table has gradients of a few rows alone."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(30, 6, mode="sum", sparse=True)
        self.classes = nn.AdaptiveLogSoftmaxWithLoss(6, 8, cutoffs=[3])

    def forward(self, tokens: Tensor, weights: Tensor) -> Tensor:
        return self.classes.log_prob(self.table(tokens, per_sample_weights=weights))


class Tree(nn.Module):
    """A network that calls itself for the two halves of a sequence."""

    def __init__(self) -> None:
        super().__init__()
        self.leaf, self.join = nn.Linear(3, 4), nn.Linear(8, 4)

    def forward(self, sequence: Tensor) -> Tensor:
        if sequence.shape[1] == 1:
            return self.leaf(sequence[:, 0])
        middle = sequence.shape[1] // 2
        return self.join(torch.cat([self(sequence[:, :middle]), self(sequence[:, middle:])], -1)).tanh()


class ReadsToTheEnd(nn.Module):
    """Reads a sequence, and tells by its last state."""

    def __init__(self, layer: nn.RNNBase) -> None:
        super().__init__()
        self.rnn, self.head = layer, nn.Linear(layer.hidden_size, 2)

    def forward(self, sequence: Tensor) -> Tensor:
        return self.head(self.rnn(sequence)[0][:, -1])


def random_lengths() -> Tensor:
    return torch.cat([torch.tensor([6]), torch.randint(1, 7, (3,))])


SEQUENCES: dict[str, Brought] = {
    "plain recurrent": Brought(
        lambda: ReadsToTheEnd(nn.RNN(3, 5, batch_first=True, nonlinearity="relu")), normal(6, 3), SGD
    ),
    "gated recurrent": Brought(lambda: ReadsToTheEnd(nn.GRU(3, 5, 2, batch_first=True, dropout=0.2)), normal(6, 3)),
    "projected LSTM": Brought(lambda: nn.LSTM(3, 6, proj_size=2), normal(5, 3)),
    "bidirectional": Brought(Bidirectional, several(random_words(6), random_lengths)),
    "stepping": Brought(Stepping, normal(5, 3)),
    "translator": Brought(Translator, normal(5, 3)),
    "handmade attention": Brought(lambda: nn.Sequential(HandmadeAttention(), nn.Linear(6, 2)), normal(5, 6)),
    "GPT": Brought(Gpt, several(random_words(6), random_words(6))),
    "rotary attention": Brought(lambda: nn.Sequential(RotaryAttention(), nn.Linear(8, 2)), normal(8, 8)),
    "pooling": Brought(lambda: nn.Sequential(Pooling(), nn.Linear(6, 2)), normal(5, 6)),
    "padded encoder": Brought(PaddedEncoder, several(random_words(6), random_lengths)),
    "encoder-decoder": Brought(Decoding, several(normal(5, 8), normal(4, 8))),
    "perceiving": Brought(Perceiving, normal(9, 5)),
    "state space": Brought(StateSpace, normal(6, 4)),
    "bag": Brought(Bag, several(random_words(6, 30), normal(6)), SGD),
    "tree": Brought(Tree, normal(4, 3)),
}
