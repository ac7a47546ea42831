"""A recurrent classifier: it reads tokens one after the other into a state, and answers from the last state alone.

Its cell is one of three that read a token with the same step at every position, and differ in what a step does to the
state. Backwards in time the gradient goes through as many steps, and each multiplies it. It contains nothing for
recording.

[1] Elman, *Finding Structure in Time*, 1990 (the plain cell, h' = tanh(W x + U h + b)).
[2] Hochreiter, *Untersuchungen zu dynamischen neuronalen Netzen*, 1991; Bengio, Simard and Frasconi, *Learning
    Long-Term Dependencies with Gradient Descent is Difficult*, 1994 (why the gradient vanishes in [1]).
[3] Hochreiter and Schmidhuber, *Long Short-Term Memory*, 1997 (LSTM).
[4] Gers, Schmidhuber and Cummins, *Learning to Forget*, 2000 (its forget gate, and why that is to start open).
[5] Cho et al., *Learning Phrase Representations using RNN Encoder–Decoder*, 2014 (GRU).
[6] Jozefowicz, Zaremba and Sutskever, *An Empirical Exploration of Recurrent Network Architectures*, 2015 (a first bias
    of 1 or 2 for the forget gate).
[7] Tallec and Ollivier, *Can Recurrent Neural Networks Warp Time?*, 2018 (the same for the GRU's gate).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

CELLS: dict[str, type[nn.RNN] | type[nn.LSTM] | type[nn.GRU]] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
KEEPING = {"lstm": 1, "gru": 1}  # which of its gates keeps the memory: forget of i, f, g, o; update of r, z, n
OPEN = 2.0  # first bias of the gate that keeps the memory [4, 6, 7]: 88 % of it a step, where 0 would keep half


class Recurrent(nn.Module):
    """An embedding, a recurrent cell, and one linear layer on the cell's last state."""

    def __init__(self, cell: str, vocabulary: int, embedding: int, width: int, classes: int) -> None:
        """Make a cell of `width` numbers of state that reads tokens of `embedding` numbers; `cell`: one of `CELLS`."""
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.cell = CELLS[cell](embedding, width, batch_first=True)
        self.linear = nn.Linear(width, classes)
        if cell in KEEPING:
            _open_gate(self.cell, KEEPING[cell])

    def forward(self, tokens: Tensor) -> Tensor:
        """Return logits (batch, class) for token ids (batch, position)."""
        states, _ = self.cell(self.embedding(tokens))  # (batch, position, width)
        return self.linear(states[:, -1])

    def unrolled(self, tokens: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Return the same logits and the hidden state after each position, (1, batch, width); one call reads one token.

        The states are parts of autograd's graph, each computed from the one before, so that a gradient by one of them
        takes all of its later effects into account; the cell's own output for all positions has no such parts.
        """
        states: list[Tensor] = []
        memory = None  # the hidden state and, of an LSTM, its cell state
        for token in self.embedding(tokens).split(1, dim=1):  # (batch, 1, embedding)
            _, memory = self.cell(token, memory)
            hidden = memory[0] if isinstance(memory, tuple) else memory  # (layer, batch, width)
            states.append(hidden)
        return self.linear(states[-1][0]), states


def hidden_gradients(loss: Tensor, states: list[Tensor]) -> Tensor:
    """Return ∂loss/∂h for each of the hidden states of `Recurrent.unrolled`, (position, batch, width)."""
    return torch.cat(torch.autograd.grad(loss, states))


@torch.no_grad()
def _open_gate(cell: nn.RNNBase, number: int) -> None:
    """Set the bias of one of a cell's gates, which torch stacks; it has two biases that are added."""
    gate = slice(number * cell.hidden_size, (number + 1) * cell.hidden_size)
    cell.get_parameter("bias_ih_l0")[gate] = OPEN
    cell.get_parameter("bias_hh_l0")[gate] = 0.0
