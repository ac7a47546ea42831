"""A recurrent classifier: it reads tokens one after the other into a state, and answers from the last state alone.

Its cell is one of three that read a token with the same step at every position, and differ in what a step does to the
state. Backwards in time the gradient goes through as many steps, and each multiplies it. It knows nothing of being
recorded.

[1] Elman, *Finding Structure in Time*, 1990 (the plain cell, h' = tanh(W x + U h + b)).
[2] Hochreiter, *Untersuchungen zu dynamischen neuronalen Netzen*, 1991; Bengio, Simard and Frasconi, *Learning
    Long-Term Dependencies with Gradient Descent is Difficult*, 1994 (why the gradient vanishes in [1]).
[3] Hochreiter and Schmidhuber, *Long Short-Term Memory*, 1997 (LSTM).
[4] Gers, Schmidhuber and Cummins, *Learning to Forget*, 2000 (its forget gate, and why that is to start open).
[5] Cho et al., *Learning Phrase Representations using RNN Encoder–Decoder*, 2014 (GRU).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

CELLS: dict[str, type[nn.RNN] | type[nn.LSTM] | type[nn.GRU]] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
OPEN = 1.0  # the forget gate's first bias [4]; at zero it would forget half of the memory at every step


class Recurrent(nn.Module):
    """An embedding, a recurrent cell, and one linear layer on the cell's last state."""

    def __init__(self, cell: str, vocabulary: int, embedding: int, width: int, classes: int) -> None:
        """Make a cell of `width` numbers of state that reads tokens of `embedding` numbers; `cell`: one of `CELLS`."""
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.cell = CELLS[cell](embedding, width, batch_first=True)
        self.linear = nn.Linear(width, classes)
        if isinstance(self.cell, nn.LSTM):
            _open_forget_gate(self.cell)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return logits (batch, class) for token ids (batch, position)."""
        states, _ = self.cell(self.embedding(tokens))  # (batch, position, width)
        return self.linear(states[:, -1])

    def unrolled(self, tokens: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Return the same logits and the hidden state after each position, (batch, width), a token being read a call.

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
def _open_forget_gate(cell: nn.LSTM) -> None:
    """Set the bias of the forget gate, the second of four in torch's order; torch has two biases that are added."""
    forget = slice(cell.hidden_size, 2 * cell.hidden_size)
    cell.get_parameter("bias_ih_l0")[forget] = OPEN
    cell.get_parameter("bias_hh_l0")[forget] = 0.0
