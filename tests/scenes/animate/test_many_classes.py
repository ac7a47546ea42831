"""A classifier of a thousand classes with long names: no beat of its film leaves the frame, or overlaps."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine.recording import Recording
from renders.lint.history import LayoutFault
from scenes.animate.answers.answers import MOST_CLASSES
from scenes.language.translation import LANGUAGES
from tests.scenes.animate.beats import faults_of, run_own_beat
from tests.scenes.animate.runs.models import record_model

CLASSES, EXAMPLES = 1000, 60
NAMES = tuple(
    f"第{one}类的名字很长很长很长很长很长很长很长很长" if one % 2 else f"class number {one} with a name of forty"
    for one in range(CLASSES)
)
BUDGET = 3 << 20  # bytes of an array: of so many scores only some are recorded


class Mean(nn.Module):
    """The mean of the vectors of a text."""

    def forward(self, values: Tensor) -> Tensor:
        """Return (batch, feature) of (batch, position, feature)."""
        return values.mean(dim=1)


def _points() -> tuple[nn.Module, Tensor]:
    return nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, CLASSES)), torch.randn(EXAMPLES, 2)


def _texts() -> tuple[nn.Module, Tensor]:
    layers = (nn.Embedding(50, 8), Mean(), nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, CLASSES))
    return nn.Sequential(*layers), torch.randint(0, 50, (EXAMPLES, 12))


@pytest.fixture(scope="module", params=[_points, _texts], ids=["points", "texts"])
def recording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    torch.manual_seed(0)
    model, inputs = request.param()
    target = torch.arange(EXAMPLES) * 7 % CLASSES
    path = tmp_path_factory.mktemp("many") / "many.zarr"
    return record_model(path, model, inputs, target, classes=NAMES, steps=3, budget=BUDGET)


def layout_of(recording: Recording, beat: str, language: str) -> list[LayoutFault]:
    """Return the faults of a beat's layout; so small a model leaves a film that stands still, of few classes, too."""
    return [fault for fault in faults_of(recording, beat, language) if fault.kind != "stands still"]


@pytest.mark.parametrize("beat", ["forward_pass", "representation"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layout_is_without_faults(recording: Recording, beat: str, language: str) -> None:
    assert layout_of(recording, beat, language) == []


def test_the_table_shows_some_classes_and_says_how_many(recording: Recording) -> None:
    assert layout_of(recording, "mistakes", "en") == []
    beat = run_own_beat(recording, "mistakes")
    assert len(beat.kept) == MOST_CLASSES
    assert f"{MOST_CLASSES} of 1,000 classes" in beat.note_of_table().text


def test_answers_that_were_recorded_of_some_alone_are_shown_of_none(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model, inputs = _points()
    target = torch.arange(EXAMPLES) * 7 % CLASSES
    recording = record_model(tmp_path / "m.zarr", model, inputs, target, classes=NAMES, steps=3, budget=1 << 18)
    assert recording.config["sampled"]["output"]["every"]["batch"] > 1
    beat = run_own_beat(recording, "representation")
    assert beat.answers is None and len(beat.dots.centers) > 0
