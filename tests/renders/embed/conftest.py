"""Clips for tests of what is made from them: the beats of the tiny chapter, rendered once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from renders.clip.clip import Clip
from renders.farm.inline_executor import InlineExecutor
from renders.film.chapter_film import render_films
from renders.request.style import RenderStyle
from tests.renders.reel import Reel, never_train


@dataclass(frozen=True)
class Shelf:
    """Rendered clips: the whole chapter, its two beats, and one of them without a background."""

    reel: Reel
    chapter: Clip
    grow: Clip
    slide: Clip
    overlay: Clip


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Return clips that tests read and do not change."""
    reel = Reel(tmp_path_factory.mktemp("shelf"))
    reel.forget_modules()
    sys.path.insert(0, str(reel.folder))
    reel.record()
    films = render_films(reel.order(), reel.places, never_train, InlineExecutor).films
    overlay = render_films(
        reel.order("grow", look=RenderStyle(transparent=True)), reel.places, never_train, InlineExecutor
    ).films
    by_name = {film.name.partition(".")[0]: Clip.open(film) for film in films}
    yield Shelf(reel, by_name["tiny"], by_name["grow"], by_name["slide"], Clip.open(overlay[0]))
    sys.path.remove(str(reel.folder))
    reel.forget_modules()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder with an odd name."""
    made = tmp_path / "an odd 'name' <b> 课"
    made.mkdir()
    return made
