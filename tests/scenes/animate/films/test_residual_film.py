"""The whole film of a residual network, and of one of more than a hundred modules."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from engine.recorder import Recorder
from engine.recording import Recording
from scenes.animate.composition import compose
from tests.engine.small import small_mnist
from tests.scenes.animate.beats import faults_of
from tests.support.residual_network import ResNet

BEATS = (
    "architecture",
    "learning_curves",
    "forward_pass",
    "weights_learning",
    "descent",
    "gradient_flow",
    "activations_over_time",
    "mistakes",
    "representation",
)


def recorded(model: nn.Module, path: Path, steps: int) -> Recording:
    """Train on MNIST's first digits, record and return the recording."""
    images = small_mnist().train
    pictures, labels = torch.from_numpy(images.inputs)[:, None], torch.from_numpy(images.labels)
    optimizer = torch.optim.Adam(model.parameters(), 2e-3)
    names = tuple("0123456789")
    with Recorder(model, path, probe=pictures[:24], target=labels[:24], classes=names) as recorder:
        for step in range(steps):
            batch = slice(16 * step, 16 * (step + 1))
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(pictures[batch]), labels[batch])
            loss.backward()
            optimizer.step()
            recorder.step(loss=loss.item())
    return recorder.recording


@pytest.fixture(scope="module")
def residual(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    torch.manual_seed(0)
    return recorded(ResNet(), tmp_path_factory.mktemp("residual") / "resnet", steps=20)


def test_its_film_has_all_beats_of_a_classifier(residual: Recording) -> None:
    assert tuple(beat.name for beat in compose(residual, name="film").beats) == BEATS


@pytest.mark.parametrize("beat", BEATS)
def test_no_beat_has_faults_of_layout(residual: Recording, beat: str) -> None:
    assert faults_of(residual, beat, "en") == ()


def test_a_hundred_modules_are_readable(tmp_path: Path) -> None:
    torch.manual_seed(0)
    deep = recorded(ResNet((4, 8, 16), blocks=5), tmp_path / "deep", steps=3)
    assert deep.structure is not None
    assert len(deep.structure.modules) > 100
    assert faults_of(deep, "architecture", "en") == ()
