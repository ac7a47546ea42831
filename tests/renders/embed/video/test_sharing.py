"""Films encoded for sharing: the same pictures at the same moments in fewer bytes, and no more bytes than is wished."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.files.sizes import in_bytes
from renders.base.errors import RenderError, WrongUsageError
from renders.captions.writing import Cue
from renders.clip.clip import Clip
from renders.embed.fitted import bytes_at, write_fitted
from renders.embed.targets import TARGETS, find_target
from renders.embed.video.sharing import LEVELS, shared
from renders.encode.join import ChapterMark, join
from renders.encode.probe import BT709, film_info, frame_count, frames_at
from tests.renders.embed.conftest import Shelf
from tests.renders.embed.lecture import wish
from tests.renders.films import make_film, moving_square

SHARING = [name for name, one in TARGETS.items() if one.shares and name != "notebook"]  # which asks for its clips anew


@pytest.fixture
def clip(tmp_path: Path) -> Clip:
    """Return a clip of a film with noise in it, which takes room, with captions and chapter marks."""
    noise = np.random.default_rng(0).integers(0, 60, (180, 320, 1), dtype=np.uint8)
    frames = [np.kron(moving_square(number), np.ones((2, 2, 1), np.uint8)) for number in range(90)]
    for frame in frames:
        frame[..., :3] += noise
    marks = [ChapterMark("One", 0.0), ChapterMark("Two", 1.0)]
    cues = {"en": [Cue(0.5, 1.5, "said")], "zh_CN": [Cue(0.5, 1.5, "说")]}
    silent = make_film(tmp_path / "silent.mp4", frames)
    join([silent], tmp_path / "film.mp4", chapters=marks, subtitles=cues, metadata={"title": "Mine"})
    return Clip.open(tmp_path / "film.mp4")


def test_pictures_times_captions_and_marks_stay(clip: Clip, tmp_path: Path) -> None:
    (small,) = shared([clip], LEVELS[0], tmp_path / "shared")
    before, after = film_info(clip.film), film_info(small.film)
    assert small.film.stat().st_size < clip.film.stat().st_size
    assert (after.width, after.height, after.frame_rate, after.color) == (320, 180, before.frame_rate, BT709)
    assert (after.title, after.chapters, after.tracks) == (before.title, before.chapters, before.tracks)
    assert [mark.title for mark in after.chapters] == ["One", "Two"]
    assert frame_count(small.film) == frame_count(clip.film) == 90
    for number in (0, 44, 89):
        ((_, old),), ((_, new),) = frames_at(clip.film, [number]), frames_at(small.film, [number])
        assert np.abs(old.astype(int) - new).mean() < 4


def test_one_that_would_not_become_smaller_stays(clip: Clip, tmp_path: Path) -> None:
    (small,) = shared([clip], LEVELS[-1], tmp_path / "least")
    assert film_info(small.film).height == 180 and small.film.stat().st_size < clip.film.stat().st_size
    assert shared([small], LEVELS[0], tmp_path / "again") == [small]


def test_levels_become_smaller_and_smaller(clip: Clip, tmp_path: Path) -> None:
    sizes = [shared([clip], level, tmp_path / f"{level}")[0].film.stat().st_size for level in LEVELS]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    "target", [*(name for name, one in TARGETS.items() if one.shares and name != "notebook"), "webm"]
)
def test_a_size_is_kept_by_the_least_reduction_that_does(target: str, shelf: Shelf, tmp_path: Path) -> None:
    made = find_target(target)
    told = write_fitted(made, [shelf.chapter], tmp_path / "one", wish(target), tmp_path / "s")
    whole = bytes_at(tmp_path / "one")
    assert told.startswith(in_bytes(whole))
    enough = wish(target, max_size=whole + 100)  # dates within may pack otherwise
    again = write_fitted(made, [shelf.chapter], tmp_path / "two", enough, tmp_path / "s")
    assert again.partition(",")[2] == told.partition(",")[2]
    assert bytes_at(tmp_path / "two") <= whole + 100
    with pytest.raises(RenderError, match=r"it does not fit into 10 B: the smallest possible is .*; give --max-size"):
        write_fitted(made, [shelf.chapter], tmp_path / "three", wish(target, max_size=10), tmp_path / "s")


def test_between_all_and_least_something_in_between_is_kept(clip: Clip, tmp_path: Path) -> None:
    made = find_target("mp4")
    sizes = [shared([clip], level, tmp_path / f"{level}")[0].film.stat().st_size for level in LEVELS]
    for size in sizes:
        told = write_fitted(made, [clip], tmp_path / "film", wish("mp4", max_size=size), tmp_path / f"{size}")
        assert (tmp_path / "film").stat().st_size == size
        assert told.endswith(str(LEVELS[sizes.index(size)])), "the first of those that do"


def test_a_film_without_a_background_is_not_reduced(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(WrongUsageError, match="without a background"):
        write_fitted(find_target("webm"), [shelf.overlay], tmp_path / "x", wish("webm", max_size=9), tmp_path / "s")
