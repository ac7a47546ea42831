"""A grid of inputs is laid over the probe of a model of one or two numbers, and leaves the model as it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.capture.snapshots.input_grid import MARGIN, InputGrid
from engine.recorder import Recorder, RecorderWarning

BUDGET = 1_000_000


def grid_of(model: nn.Module, probe: Tensor, budget: int = BUDGET) -> InputGrid | None:
    with torch.no_grad():
        return InputGrid.over(model, probe, model(probe), budget)


def test_it_reaches_beyond_the_probe_on_each_side() -> None:
    probe = torch.tensor([[0.0, -1.0], [4.0, 1.0]])
    grid = grid_of(nn.Linear(2, 3), probe)
    across, up = grid.fixed.values()
    assert (across[0], across[-1]) == (0 - 4 * MARGIN, 4 + 4 * MARGIN)
    assert (up[0], up[-1]) == (-1 - 2 * MARGIN, 1 + 2 * MARGIN)


def test_each_answer_is_the_models_own() -> None:
    model, probe = nn.Linear(2, 3), torch.randn(5, 2)
    grid = grid_of(model, probe)
    across, up = (torch.from_numpy(side).float() for side in grid.fixed.values())
    answers = grid.answers()
    for row, column in ((0, 0), (5, 40), (47, 47)):
        with torch.no_grad():
            expected = model(torch.stack([across[column], up[row]])[None])[0]
        np.testing.assert_allclose(answers[row, column], expected, atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_it_has_the_type_of_the_probe(dtype: torch.dtype) -> None:
    model = nn.Linear(1, 1).to(dtype)
    answers = grid_of(model, torch.randn(4, 1, dtype=dtype)).answers()
    assert answers.dtype == (np.float64 if dtype == torch.float64 else np.float32)
    assert np.isfinite(answers).all()


@pytest.mark.parametrize(
    "probe",
    [
        torch.randn(4, 3),
        torch.randn(4),
        torch.randn(1, 2),
        torch.tensor([[0.0, torch.inf], [1, 2]]),
        torch.ones(4, 2, 2),
    ],
    ids=["three numbers", "no features", "one input", "not finite", "more axes"],
)
def test_of_other_probes_there_is_none(probe: Tensor) -> None:
    assert InputGrid.over(nn.Identity(), probe, torch.zeros(len(probe), 2), BUDGET) is None


def test_it_is_coarser_where_there_is_less_room_and_not_at_all_where_there_is_hardly_any() -> None:
    model, probe = nn.Linear(2, 10), torch.randn(4, 2)
    sides = [grid_of(model, probe, budget) for budget in (BUDGET, 100_000, 20_000)]
    assert [grid and grid.spec.shape for grid in sides] == [(48, 48, 10), (25, 25, 10), None]


class Neighbours(nn.Module):
    """A layer over the nodes of a graph, of which there are four."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.near = nn.Linear(2, 2), torch.eye(4).roll(1, 0)

    def forward(self, nodes: Tensor) -> Tensor:
        return self.layer(self.near @ nodes)


class AsOne(nn.Module):
    """A layer that sees all inputs at once."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)

    def forward(self, values: Tensor) -> Tensor:
        return self.layer(values - values.mean(dim=0))


@pytest.mark.parametrize("model", [Neighbours(), AsOne()])
def test_where_an_answer_is_not_that_of_an_input_alone_there_is_none(model: nn.Module) -> None:
    assert grid_of(model, torch.randn(4, 2)) is None


class Counting(nn.Module):
    """Counts its passes, and draws random numbers as it runs."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.passes = nn.Linear(2, 2), 0

    def forward(self, values: Tensor) -> Tensor:
        self.passes += 1
        return self.layer(values) + 0 * torch.rand(1)


def test_the_model_and_the_random_numbers_are_as_before() -> None:
    model = Counting().train()
    grid = grid_of(model, torch.randn(4, 2))
    passes, state = model.passes, torch.get_rng_state()
    grid.answers()
    assert (model.passes, model.training) == (passes, True)
    assert torch.equal(state, torch.get_rng_state())


def test_a_model_that_can_take_no_more_is_told_as_nothing(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(2, 2))
    with Recorder(model, tmp_path / "lost", probe=torch.randn(4, 2), every=1) as recorder:
        model[0] = nn.Linear(5, 2)
        with pytest.warns(RecorderWarning, match="could not pass"):
            recorder.step()
    answers = recorder.recording.read("probe.grid.output")
    assert np.isfinite(answers[0]).all() and np.isnan(answers[1]).all()
