"""The recurrent classifier: its cells' formulas, its gradients through time, its first forget gate."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.experiments.recall.data import recall_sequences
from engine.models.recurrent import CELLS, Recurrent, hidden_gradients
from tests.engine.models.differences import assert_gradients_are_differences

pytestmark = pytest.mark.usefixtures("one_thread")

KINDS, LENGTH, WIDTH = 4, 7, 5
Values = dict[str, np.ndarray]
every_cell = pytest.mark.parametrize("cell", CELLS)


def network(cell: str, width: int = WIDTH, kinds: int = KINDS) -> Recurrent:
    torch.manual_seed(3)
    return Recurrent(cell, 2 * kinds, 3, width, kinds)


def sequences(count: int = 6, length: int = LENGTH, kinds: int = KINDS) -> torch.Tensor:
    generator = np.random.default_rng(2)
    return torch.from_numpy(recall_sequences(generator, np.arange(count) % kinds, kinds, length, held_out=False))


def sigmoid(values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-values))


def step_rnn(read: np.ndarray, kept: np.ndarray, hidden: np.ndarray, memory: np.ndarray) -> tuple[np.ndarray, ...]:
    return np.tanh(read + kept), memory


def step_lstm(read: np.ndarray, kept: np.ndarray, hidden: np.ndarray, memory: np.ndarray) -> tuple[np.ndarray, ...]:
    put, forget, new, out = np.split(read + kept, 4, axis=1)
    memory = sigmoid(forget) * memory + sigmoid(put) * np.tanh(new)
    return sigmoid(out) * np.tanh(memory), memory


def step_gru(read: np.ndarray, kept: np.ndarray, hidden: np.ndarray, memory: np.ndarray) -> tuple[np.ndarray, ...]:
    (reset, keep, new), (reset_too, keep_too, new_too) = np.split(read, 3, axis=1), np.split(kept, 3, axis=1)
    kept_share = sigmoid(keep + keep_too)
    candidate = np.tanh(new + sigmoid(reset + reset_too) * new_too)
    return (1 - kept_share) * candidate + kept_share * hidden, memory


STEPS = {"rnn": step_rnn, "lstm": step_lstm, "gru": step_gru}


@every_cell
def test_the_forward_pass_written_out(cell: str) -> None:
    """One step of the cell after the other, as their authors write it, in NumPy and float64."""
    model, tokens = network(cell), sequences()
    value = {name: parameter.detach().double().numpy() for name, parameter in model.named_parameters()}
    hidden = memory = np.zeros((len(tokens), WIDTH))
    for token in tokens.numpy().T:
        read = value["embedding.weight"][token] @ value["cell.weight_ih_l0"].T + value["cell.bias_ih_l0"]
        kept = hidden @ value["cell.weight_hh_l0"].T + value["cell.bias_hh_l0"]
        hidden, memory = STEPS[cell](read, kept, hidden, memory)
    logits = hidden @ value["linear.weight"].T + value["linear.bias"]
    np.testing.assert_allclose(model(tokens).detach().numpy(), logits, atol=1e-5)


@every_cell
def test_read_token_by_token_it_says_the_same(cell: str) -> None:
    model, tokens = network(cell), sequences()
    logits, states = model.unrolled(tokens)
    output, _ = model.cell(model.embedding(tokens))
    torch.testing.assert_close(logits, model(tokens), rtol=0, atol=1e-6)
    torch.testing.assert_close(torch.cat(states).transpose(0, 1), output, rtol=0, atol=1e-6)


@every_cell
def test_gradients_equal_finite_differences(cell: str) -> None:
    model, tokens = network(cell), sequences()
    assert_gradients_are_differences(model, lambda: F.cross_entropy(model(tokens), tokens[:, 0]))


def test_gradients_by_the_states_are_those_of_backpropagation_through_time() -> None:
    """∂C/∂h = Uᵀ (1 − h'²) ∂C/∂h', from the last state to the first, for the plain cell."""
    model, tokens = network("rnn").double(), sequences()
    logits, states = model.unrolled(tokens)
    by_state = hidden_gradients(F.cross_entropy(logits, tokens[:, 0], reduction="sum"), states).numpy()
    assert by_state.shape == (LENGTH, len(tokens), WIDTH)
    hidden = torch.cat(states).detach().numpy()
    error = (torch.softmax(logits, 1) - F.one_hot(tokens[:, 0], KINDS)).detach().numpy()
    expected = error @ model.linear.weight.detach().numpy()
    recurrence = model.cell.get_parameter("weight_hh_l0").detach().numpy()
    for position in reversed(range(LENGTH)):
        np.testing.assert_allclose(by_state[position], expected, atol=1e-12)
        expected = ((1 - hidden[position] ** 2) * expected) @ recurrence


@pytest.mark.parametrize(("cell", "gates"), [("lstm", 4), ("gru", 3)])
def test_the_gate_that_keeps_the_memory_starts_open(cell: str, gates: int) -> None:
    """In torch's order it is the second, of the LSTM the forget gate, of the GRU the update gate."""
    made = network(cell).cell
    bias = (made.get_parameter("bias_ih_l0") + made.get_parameter("bias_hh_l0")).detach().numpy()
    first, keep, *others = np.split(bias, gates)
    assert (keep == 2).all()
    assert all(np.abs(other).max() <= 2 / WIDTH**0.5 and len(set(other)) == WIDTH for other in (first, *others))


def test_before_training_the_gradient_vanishes_in_the_plain_cell() -> None:
    """What of it is left at the first of 30 positions: in LSTM and GRU more than a thousand times as much."""
    left = {}
    for cell in CELLS:
        tokens = sequences(64, 30, 8)
        logits, states = network(cell, 64, 8).unrolled(tokens)
        norms = hidden_gradients(F.cross_entropy(logits, tokens[:, 0], reduction="sum"), states).norm(dim=-1).mean(1)
        left[cell] = (norms[0] / norms[-1]).item()
    assert left["rnn"] < 1e-5
    assert min(left["lstm"], left["gru"]) > 1_000 * left["rnn"], left
