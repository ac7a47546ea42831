"""The axis along which the examples lie is found by trying, wherever a model puts them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine.capture.snapshots.snapshotter import Snapshotter
from tests.engine.recorder.thirty.models import MODELS


class Turned(nn.Module):
    """Puts positions first inside, knows something of positions alone, and gives one number of all at the end."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self.length, self.known = length, nn.Embedding(length, 3)
        self.inner, self.score, self.loss = nn.Linear(3, 3), nn.Linear(3, 1), nn.Identity()

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = x + self.known(torch.arange(self.length))
        turned = self.inner(x.transpose(0, 1))
        scores = self.score(turned).squeeze(2)
        return scores, self.loss(scores.mean())


class Flat(nn.Module):
    """Lays examples and positions along one axis."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(3, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(x.reshape(-1, 3)).view(x.shape[0], -1)


def axes_of(model: nn.Module, probe: object) -> dict[str, tuple[str, ...]]:
    """Return the axes of the values inside."""
    values = Snapshotter(model, probe, ["activation"]).values
    return {value.name: value.axes for value in values}


@pytest.mark.parametrize(("examples", "length"), [(4, 5), (5, 5), (3, 7), (2, 2), (1, 5)])
def test_wherever_they_lie(examples: int, length: int) -> None:
    axes = axes_of(Turned(length), torch.randn(examples, length, 3))
    assert axes["known.activation"] == ("position", "feature")
    assert axes["inner.activation"] == ("position", "batch", "feature")
    assert axes["score.activation"] == ("position", "batch", "feature")
    assert axes["loss.activation"] == ()


def test_several_rows_of_each_example_are_still_theirs() -> None:
    assert axes_of(Flat(), torch.randn(4, 6, 3))["inner.activation"] == ("batch", "feature")


def test_where_a_model_takes_so_many_and_no_more_they_are_told_as_ever() -> None:
    class Fixed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(4, 4)

        def forward(self, x: Tensor) -> Tensor:
            return self.inner(x) @ torch.ones(4, 1) if x.shape[0] == 4 else self.inner(x.view(4, 4))

    assert axes_of(Fixed(), torch.randn(4, 4))["inner.activation"] == ("batch", "feature")


def test_rows_that_a_router_picks_are_examples_whoever_was_picked() -> None:
    axes = axes_of(MODELS["experts"].build(), MODELS["experts"].inputs())
    picked = {name: found for name, found in axes.items() if name.startswith("experts.")}
    assert picked and set(picked.values()) == {("batch", "feature")}


@pytest.mark.parametrize("kept", ["generator", "buffer", "gradients"])
def test_nothing_of_the_model_is_changed_by_trying(kept: str, tmp_path: Path) -> None:
    class Counting(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner, self.drop = nn.Linear(4, 4), nn.Dropout(0.5)
            self.register_buffer("called", torch.zeros(()))

        def forward(self, x: Tensor) -> Tensor:
            self.called += 1
            return self.drop(self.inner(x))

    model, probe = Counting().train(), torch.randn(4, 4)
    model(torch.randn(3, 4)).sum().backward()
    looks: dict[str, Callable[[], object]] = {
        "generator": lambda: torch.get_rng_state().tolist(),
        "buffer": lambda: float(model.called),
        "gradients": lambda: [parameter.grad.clone().tolist() for parameter in model.parameters()],
    }
    before = looks[kept]()
    Snapshotter(model, probe, ["activation"])
    assert looks[kept]() == before
