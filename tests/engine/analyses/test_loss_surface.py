"""The loss over the plane of a training is that of the model itself at those very parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.analyses.loss_surface import ASPECT, GRIDS, LOSS, loss_surface
from engine.recorder import Recorder, RecorderWarning
from engine.recording import Recording
from engine.recording.views.parameter_path import read_parameter_path

INPUTS = torch.randn(20, 3, generator=torch.Generator().manual_seed(1))
TARGET = INPUTS[:, :1] * INPUTS[:, 1:2]


def mse(output: Tensor) -> Tensor:
    return functional.mse_loss(output, TARGET)


def taught(path: Path, model: nn.Module, loss: Any = mse, steps: int = 6, **settings: object) -> Recording:
    """Return the recording of a training on the probe."""
    optimizer = torch.optim.Adam(model.parameters(), 0.05)
    with Recorder(model, path, every=1, probe=INPUTS, target=TARGET, probe_loss=loss, **settings) as recorder:
        for _ in range(steps):
            optimizer.zero_grad()
            mse(model(INPUTS)).backward()
            optimizer.step()
            recorder.step()
    return recorder.recording


def net(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 1))


def test_each_place_has_the_loss_of_the_model_there(tmp_path: Path) -> None:
    model = net()
    recording = taught(tmp_path / "mine", model)
    names = [name for name, _ in model.named_parameters()]
    flat = np.concatenate([recording.read(name).reshape(7, -1) for name in names], axis=1).astype(float)
    mean = flat.mean(axis=0)
    _, _, directions = np.linalg.svd(flat - mean, full_matrices=False)
    places = read_parameter_path(recording).places
    first, second = (directions[at] * np.sign(places[:, at] @ (flat - mean) @ directions[at]) for at in (0, 1))
    across, up = recording.read("surface.across", step=-1), recording.read("surface.up", step=-1)
    other = net(1)
    for row, column in ((0, 0), (12, 20), (24, 3)):
        vector = torch.from_numpy(mean + across[column] * first + up[row] * second).float()
        nn.utils.vector_to_parameters(vector, other.parameters())
        with torch.no_grad():
            expected = float(mse(other(INPUTS)))
        assert recording.read(LOSS, step=-1)[row, column] == pytest.approx(expected, rel=1e-4)


def test_the_path_has_room_and_both_ways_have_one_scale(tmp_path: Path) -> None:
    recording = taught(tmp_path / "mine", net())
    across, up = recording.read("surface.across", step=-1), recording.read("surface.up", step=-1)
    assert (len(across), len(up)) == GRIDS[0]
    assert np.ptp(across) / np.ptp(up) == pytest.approx(ASPECT)
    places = read_parameter_path(recording).places
    assert (across[0] < places[:, 0].min()) and (places[:, 0].max() < across[-1])
    assert (up[0] < places[:, 1].min()) and (places[:, 1].max() < up[-1])


def test_the_training_and_the_model_are_what_they_are_without(tmp_path: Path) -> None:
    plain, watched = net(), net()
    watched.train()
    optimizer = torch.optim.Adam(plain.parameters(), 0.05)
    for _ in range(6):
        optimizer.zero_grad()
        mse(plain(INPUTS)).backward()
        optimizer.step()
    taught(tmp_path / "mine", watched)
    assert watched.training
    for one, other in zip(plain.parameters(), watched.parameters(), strict=True):
        assert torch.equal(one, other)
        assert torch.equal(one.grad, other.grad)


def test_the_same_training_has_the_same_surface(tmp_path: Path) -> None:
    one, other = (taught(tmp_path / name, net()).read(LOSS) for name in ("one", "other"))
    np.testing.assert_array_equal(one, other)


def test_a_loss_that_cannot_be_computed_again_is_told_in_a_line_and_the_rest_is_there(tmp_path: Path) -> None:
    places = iter(range(100))

    def fails(output: Tensor) -> Tensor:
        if next(places, None) is None:
            raise ValueError("no batch is left")
        return mse(output)

    with pytest.warns(RecorderWarning, match="around the path of the training: ValueError: no batch is left"):
        recording = taught(tmp_path / "mine", net(), fails, record=("weight", "bias"))
    assert LOSS not in recording.arrays and recording.steps("0.weight")[-1] == 6


@pytest.mark.parametrize(
    "settings",
    [{"record": ("weight",)}, {"steps": 1}, {"budget": 40}],
    ids=["biases are not recorded", "two snapshots", "weights in part"],
)
def test_without_all_parameters_at_three_snapshots_there_is_none(tmp_path: Path, settings: dict[str, Any]) -> None:
    assert LOSS not in taught(tmp_path / "mine", net(), **settings).arrays


def test_a_model_that_takes_long_has_fewer_places_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = net()
    recording = taught(tmp_path / "mine", model)
    for quick, expected in ((1e9, GRIDS[1]), (3e8, GRIDS[2]), (1e8, None)):
        monkeypatch.setattr("engine.analyses.loss_surface.QUICK", quick)
        surface = loss_surface(model, recording, INPUTS, mse)
        assert (surface and (len(surface.across), len(surface.up))) == expected
