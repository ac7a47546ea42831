"""Which beats a film of a recording has is decided by what it holds; all that may be asked for are there."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from scenes.animate.composition import BEATS, compose
from scenes.animate.shared.own import OwnBeat
from scenes.beats.entries import ChapterEntry
from scenes.look.choices import CatalogError
from tests.scenes.animate.runs.recordings import falling, open_metrics, rising

ROOT = Path(__file__).parents[3]


def test_a_film_has_the_beats_for_which_there_is_what_they_draw(tmp_path: Path) -> None:
    recording = open_metrics(tmp_path / "mine.zarr", {"accuracy": rising(5), "loss": falling(9)})
    film = compose(recording, name="my-film")
    assert (film.name, film.title, film.package) == ("my-film", "mine", "scenes.animate")
    assert film.experiments == ("my-film",)
    assert film.beat("learning_curves").needs == {"my-film": ("metric.loss", "metric.accuracy")}
    assert compose(recording, ("learning_curves",), name="my-film") == film


def test_what_cannot_be_drawn_is_told_with_what_it_would_take(tmp_path: Path) -> None:
    recording = open_metrics(tmp_path / "bare.zarr", {"loss": (np.arange(1), np.ones(1))})
    with pytest.raises(CatalogError, match="no beat 'learning_curve': did you mean 'learning_curves'"):
        compose(recording, ("learning_curve",), name="bare")
    with pytest.raises(CatalogError, match=r"learning_curves cannot be drawn from .*bare\.zarr: it takes a number at"):
        compose(recording, ("learning_curves",), name="bare")
    with pytest.raises(CatalogError, match=r"nothing can be drawn from .*bare\.zarr"):
        compose(recording, name="bare")


@pytest.mark.parametrize("beat", BEATS, ids=lambda beat: beat.name)
def test_every_possible_beat_is_there(beat) -> None:
    module = importlib.import_module(f"scenes.animate.{beat.name}")
    assert module.__doc__
    entry = ChapterEntry("any", "", (beat,), package_root="scenes", folder="animate")
    class_name = "".join(word.capitalize() for word in beat.name.split("_"))
    assert issubclass(getattr(module, class_name), OwnBeat)
    assert entry.module_of(beat.name) == module.__name__
    assert beat.title and beat.lacking


def test_composing_needs_neither_manim_nor_torch() -> None:
    code = "import sys, scenes.animate.composition; assert not {'manim', 'torch', 'zarr'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
