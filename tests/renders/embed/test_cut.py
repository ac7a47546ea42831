"""Cuts are exact to the frame; captions, marks and provenance go along; captions can be burnt in."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from renders.base.errors import WrongUsageError
from renders.clip.burn import BAND
from renders.clip.clip import Clip
from renders.clip.cut import cut_clip
from renders.clip.frame_source import Moving
from renders.encode.probe import film_info, frame_at, frame_count
from renders.request.embed_request import Cut
from tests.renders.embed.conftest import Shelf
from tests.renders.films import RATE, make_film, moving_square


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """Return two seconds of a square that is two pixels further right in each frame; nothing is told beside it."""
    film = tmp_path_factory.mktemp("numbered") / "numbered.mp4"
    return Clip.open(make_film(film, [moving_square(number) for number in range(2 * RATE)]))


def number_of(pixels: np.ndarray) -> int:
    """Return which frame of `numbered` a picture is."""
    return int(np.flatnonzero(pixels[45, :, 2] > 120)[0]) // 2


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        (Cut(start=0.5), list(range(15, 60))),
        (Cut(end=0.1), [0, 1, 2]),
        (Cut(start=0.7, end=0.8), [21, 22, 23]),
        (Cut(start=0.5, end=99), list(range(15, 60))),
        (Cut(end=0.4, speed=2), [0, 2, 4, 6, 8, 10]),
        (Cut(end=0.1, speed=0.5), [0, 0, 1, 1, 2, 2]),
        (Cut(end=0.2, speed=1.5), [0, 1, 3, 4]),
    ],
)
def test_a_cut_has_exactly_these_frames(numbered: Clip, tmp_path: Path, cut: Cut, expected: list[int]) -> None:
    made = cut_clip(numbered, cut, tmp_path / "cut")
    assert frame_count(made.film) == len(expected)
    assert [number_of(pixels) for pixels in Moving.of(made.film).pictures()] == expected
    assert film_info(made.film).frame_rate == Fraction(RATE)


def test_nothing_left_is_told(numbered: Clip, tmp_path: Path) -> None:
    with pytest.raises(WrongUsageError, match=r"numbered runs 2\.00 s, --from is 2 s"):
        cut_clip(numbered, Cut(start=2.0), tmp_path / "cut")


def test_what_is_said_goes_along(shelf: Shelf, tmp_path: Path) -> None:
    line = shelf.grow.lines[0]
    middle = (line.start + line.end) / 2
    made = cut_clip(shelf.grow, Cut(start=middle, speed=2), tmp_path / "cut")
    (said,) = made.lines
    assert said.text == line.text
    assert said.start == 0 and said.end == pytest.approx((line.end - middle) / 2, abs=0.06)
    assert made.cues("en")[0].text == "A square grows."
    assert [track.kind for track in made.info.tracks] == ["video", "subtitle", "subtitle"]
    assert made.poster.is_file()


@pytest.mark.parametrize("early", [0.001, 0.01, 0.02, 0.033, 0.05])
def test_of_a_line_that_ends_as_the_cut_begins_nothing_is_left(shelf: Shelf, tmp_path: Path, early: float) -> None:
    first, *others = shelf.grow.lines
    touching = replace(others[0], start=first.end) if others else replace(first, start=first.end, end=first.end + 0.6)
    section = replace(shelf.grow.beats[0], lines=(first, touching))
    clip = replace(shelf.grow, sections=(section,))
    made = cut_clip(clip, Cut(start=first.end - early), tmp_path / "cut")
    assert [line.text for line in made.lines] == [touching.text]


def test_what_is_read_after_its_end_is_not_told(shelf: Shelf, tmp_path: Path) -> None:
    later = replace(shelf.slide.beats[0].readings[0], time=2.0)
    clip = replace(shelf.slide, sections=(replace(shelf.slide.sections[0], readings=(later,)),))
    assert cut_clip(clip, Cut(end=1.5), tmp_path / "before").sections[0].readings == ()
    (told,) = cut_clip(clip, Cut(end=2.5), tmp_path / "after").sections[0].readings
    assert told.time == pytest.approx(2.0)


def test_marks_of_the_beats_that_are_left(shelf: Shelf, tmp_path: Path) -> None:
    second = shelf.chapter.beats[1]
    made = cut_clip(shelf.chapter, Cut(start=second.start - 1, end=second.end), tmp_path / "both")
    assert [mark.title for mark in made.info.chapters] == ["A square grows", "A dot slides"]
    assert made.info.chapters[1].start == pytest.approx(1.0, abs=0.11)
    alone = cut_clip(shelf.chapter, Cut(start=second.start, end=second.end), tmp_path / "one")
    assert [section.name for section in alone.sections] == ["slide"]
    assert alone.sections[0].readings[0].array == "layer3.bias"


def test_burnt_captions_stand_below_the_picture_and_only_while_they_are_said(shelf: Shelf, tmp_path: Path) -> None:
    made = cut_clip(shelf.grow, Cut(burn=True), tmp_path / "burnt")
    line = shelf.grow.lines[0]
    height = made.info.height
    band = round(height * (1 - BAND))
    said, silent = frame_at(made.film, (line.start + line.end) / 2), frame_at(made.film, line.end + 0.2)
    assert said[band:].max() > 90, "the caption is not there"
    assert silent[band:].max() < 60, "the band is not empty when nothing is said"
    plain = frame_at(shelf.grow.film, shelf.grow.beats[0].poster)
    small = frame_at(made.film, shelf.grow.beats[0].poster)[:band]
    assert small.max() > 90 and small.mean() == pytest.approx(plain.mean(), rel=0.2)


def test_alpha_survives_a_cut(shelf: Shelf, tmp_path: Path) -> None:
    made = cut_clip(shelf.overlay, Cut(start=2.0, end=2.5), tmp_path / "cut")
    whole, part = Moving.of(shelf.overlay.film), Moving.of(made.film)
    assert part.transparent
    for before, after in zip(whole.pictures(20, 25), part.pictures(), strict=True):
        assert np.array_equal(before[..., 3], after[..., 3])
        shown = before[..., 3] > 60
        assert np.abs(before[shown].astype(int) - after[shown].astype(int)).max() <= 4
