"""A looped film ends on its first picture, and what does not is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from renders.encode.loop import comes_back
from renders.encode.probe import film_info, frames_at
from renders.farm.inline_executor import InlineExecutor
from renders.film.chapter_film import render_films
from renders.request.style import RenderStyle
from tests.renders.films import make_film, moving_square
from tests.renders.reel import Reel, never_train, reel_in

STAYS = "\n    def _rest(self) -> None:\n        self.wait(0.2)\n"
OPENS = """
    first_picture = "a square"

    def open(self) -> None:
        self.add(Square(2))
"""


@pytest.fixture
def reel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reel:
    return reel_in(tmp_path, monkeypatch)


def loop(reel: Reel, beat: str = "grow") -> Path:
    """Film a beat as a loop, in this process, and return the film."""
    reel.forget_modules()
    order = replace(reel.order(beat), look=RenderStyle(loop=True))
    return render_films(order, reel.places, never_train, InlineExecutor).films[0]


def test_a_film_that_ends_as_it_begins_comes_back_and_another_does_not(tmp_path: Path) -> None:
    there = [moving_square(number) for number in range(12)]
    assert comes_back(make_film(tmp_path / "to and fro.mp4", [*there, *there[::-1]]))
    assert not comes_back(make_film(tmp_path / "away.mp4", there))


def test_a_beat_that_begins_empty_ends_empty(reel: Reel, capsys: pytest.CaptureFixture[str]) -> None:
    assert comes_back(loop(reel))
    assert "does not loop" not in capsys.readouterr().out


def test_a_beat_with_an_opening_picture_turns_back_into_it_without_a_gap(reel: Reel) -> None:
    reel.rewrite("grow", '    """A square grows."""\n', f'    """A square grows."""\n{OPENS}')
    film = loop(reel)
    assert comes_back(film)
    frames = [pixels for _, pixels in frames_at(film, range(film_info(film).frames))]
    assert min(int(np.ptp(pixels)) for pixels in frames) > 60, "never is the frame empty"


def test_one_that_does_not_come_back_is_told_each_time(reel: Reel, capsys: pytest.CaptureFixture[str]) -> None:
    reel.rewrite("grow", "    def script", f"{STAYS}\n    def script")
    for _ in range(2):  # the second time it is not even rendered
        loop(reel)
        assert "tiny/grow does not loop: its last picture is not its first" in capsys.readouterr().out
