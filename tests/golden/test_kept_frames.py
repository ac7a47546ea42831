"""Every beat still looks, at the end of each line, as it did when its strip was kept.

`python -m tests.golden.keep` keeps them anew; look at what changed before that is committed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from engine.recording import Recording
from scenes.catalog import CHAPTERS
from tests.golden.frames import ANIMATED, KEPT, apart, films, place_of, read_strip
from tests.support.playing import played

STRIPS = sorted(path.relative_to(KEPT).with_suffix("").parts for path in KEPT.glob("*/*.png"))


def test_every_beat_has_a_strip(recordings: Mapping[str, Recording]) -> None:
    beats = {(chapter.name, beat.name) for chapter, _ in films(recordings) for beat in chapter.beats}
    assert beats == set(STRIPS), "keep them anew: python -m tests.golden.keep"


@pytest.mark.parametrize(("film", "beat"), STRIPS, ids=lambda name: name)
def test_a_beat_looks_as_it_did(film: str, beat: str, recordings: Mapping[str, Recording]) -> None:
    chapter = next(chapter for chapter, _ in films(recordings) if chapter.name == film)
    now, kept = played(chapter, beat, recordings).line_ends, read_strip(place_of(film, beat))
    assert len(now) == len(kept), "it has more lines or fewer"
    assert not apart(now, kept), "these lines end on another picture; keep it anew if that is meant"


def test_a_picture_that_differs_in_part_is_found_and_one_that_hardly_does_is_not() -> None:
    name = CHAPTERS[0].beats[0].name
    kept = read_strip(place_of(CHAPTERS[0].name, name)).astype(int)
    moved = kept.copy()
    moved[0, 20:50, 40:80] = 200 - moved[0, 20:50, 40:80] // 2
    noise = np.random.default_rng(0).integers(-8, 9, kept.shape)
    assert apart(moved, kept) == [0]
    assert apart(np.clip(kept + noise, 0, 255), kept) == []
    assert ANIMATED in {film for film, _ in STRIPS}
