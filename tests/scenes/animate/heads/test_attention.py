"""The film of attention shows the recorded patterns of heads, and says of a look what was measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.recorder import Recorder
from engine.recording import Recording
from scenes.animate.composition import compose
from scenes.animate.heads.heads import MOST_HEADS, MOST_LAYERS, MOST_POSITIONS, read_heads
from scenes.language.translation import LANGUAGES
from scenes.look.choices import CatalogError
from tests.evidence.own_recordings import looking
from tests.scenes.animate.beats import faults_of, run_own_beat
from tests.scenes.chapters.beats import require_well_told

BEAT = "attention"


class Stack(nn.Module):
    """Layers of attention one behind the other, which look at themselves or at something else."""

    def __init__(self, layers: int, heads: int) -> None:
        super().__init__()
        size = 2 * heads
        self.layers = nn.ModuleList(nn.MultiheadAttention(size, heads, batch_first=True) for _ in range(layers))

    def forward(self, values: Tensor, others: Tensor | None = None) -> Tensor:
        for layer in self.layers:
            seen = values if others is None else others
            values = values + layer(values, seen, seen, need_weights=False)[0]
        return values


def recorded(path: Path, layers: int, heads: int, *lengths: int, budget: int = 1 << 24) -> Recording:
    """Return the recording of two steps of a stack. lengths: of the sequence, and of what it looks at."""
    torch.manual_seed(0)
    model = Stack(layers, heads)
    probe = tuple(torch.randn(2, length, 2 * heads) for length in lengths)
    optimizer = torch.optim.SGD(model.parameters(), 0.5)
    settings = {"probe": probe, "every": 1, "record": ("pattern",), "budget": budget}
    with Recorder(model, path, **settings) as recorder:
        for _ in range(2):
            optimizer.zero_grad()
            model(*probe).square().mean().backward()
            optimizer.step()
            recorder.step()
    return recorder.recording


@pytest.fixture(scope="module")
def back(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return looking(tmp_path_factory.mktemp("heads") / "back")


def test_it_is_well_told_and_its_squares_are_the_recorded_weights(back: Recording) -> None:
    beat = run_own_beat(back, BEAT)
    require_well_told(beat)
    last = back.read("attention.pattern", step=-1, batch=0)
    for picture, weights in zip(beat.table.pictures[0], last, strict=True):
        np.testing.assert_allclose(picture.fill[:, 3], np.sqrt(weights.ravel()), atol=1e-6)
    assert [number.text for number in beat.table.numbers] == ["0", "1"]
    told = next(caption for caption in beat.captions if "position before" in caption.text)
    share = np.diagonal(back.read("attention.pattern", step=-1), -1, axis1=2, axis2=3).mean(axis=(0, 2)).max()
    assert told.values["share"] == f"{share:.0%}" and share >= 0.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layout_is_without_faults(back: Recording, tmp_path: Path, language: str) -> None:
    assert faults_of(back, BEAT, language) == ()
    assert faults_of(recorded(tmp_path / "wide", 6, 12, 40), BEAT, language) == ()


def test_of_many_layers_heads_and_positions_some_are_shown_with_their_numbers(tmp_path: Path) -> None:
    recording = recorded(tmp_path / "wide", 6, 12, 40)
    heads = read_heads(recording)
    assert heads.arrays == tuple(f"layers.{layer}.pattern" for layer in (0, 2, 3, 5)) and heads.layers == 6
    assert len(heads.arrays) == MOST_LAYERS and len(heads.numbers[0]) == MOST_HEADS
    assert (heads.numbers[0][0], heads.numbers[0][-1]) == (0, 11)
    assert heads.patterns[1].shape[1:] == (MOST_HEADS, MOST_POSITIONS, MOST_POSITIONS)
    third = recording.read("layers.2.pattern", step=-1, batch=0)[heads.numbers[1][3]]
    np.testing.assert_allclose(heads.patterns[1][-1, 3], third[:MOST_POSITIONS, :MOST_POSITIONS])


def test_of_attention_to_something_else_no_look_is_told(tmp_path: Path) -> None:
    recording = recorded(tmp_path / "cross", 1, 2, 5, 9)
    assert read_heads(recording).looks == {}
    beat = run_own_beat(recording, BEAT)
    assert len(beat.captions) == 3 and beat.table.pictures[0][0].shape == (5, 9)
    assert faults_of(recording, BEAT, "en") == ()


def test_of_patterns_recorded_in_part_no_look_is_told(tmp_path: Path) -> None:
    recording = recorded(tmp_path / "part", 2, 4, 40, budget=20_000)
    assert {"query", "key"} & set(recording.strides("layers.0.pattern"))
    assert read_heads(recording).looks == {}


def test_without_patterns_it_cannot_be_asked_for(recordings) -> None:
    with pytest.raises(CatalogError, match=r'attention cannot be drawn from .*: it takes the kind "pattern"'):
        compose(recordings["dense"], (BEAT,), name="dense")
    assert BEAT not in {beat.name for beat in compose(recordings["dense"], name="dense").beats}
