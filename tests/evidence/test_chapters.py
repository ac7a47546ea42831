"""Every line and number of the chapters, held from outside: on three kinds of recordings, in both languages.

Each measurement that a beat rests on is computed again by the function of its key in `tests/evidence/CHAPTER/BEAT.py`.
"""

from __future__ import annotations

import importlib

import pytest

from scenes.beats.running_time import about_seconds
from scenes.catalog import CHAPTERS, find_chapter
from tests.conftest import REELS
from tests.evidence.holding import (
    functions_of,
    require_alike,
    require_measured,
    require_recorded,
    require_sources,
    require_steps,
)
from tests.evidence.world import World
from tests.support.playing import played

BEATS = [(chapter.name, beat.name) for chapter in CHAPTERS for beat in chapter.beats]


@pytest.mark.parametrize(("chapter", "beat"), BEATS, ids=lambda name: name)
def test_what_a_beat_claims_is_so(chapter, beat, recordings_of):
    entry = find_chapter(chapter)
    own = functions_of(importlib.import_module(f"tests.evidence.{chapter.replace('-', '_')}.{beat}"))
    met: set[str] = set()
    for reel in REELS:
        recordings = recordings_of(reel)
        world = World(recordings)
        english, _, faults, _ = played(entry, beat, recordings)
        chinese = played(entry, beat, recordings, "zh_CN").beat
        assert faults == ()
        about = about_seconds(entry.module_of(beat))
        assert 0.5 < about / float(english.time) < 1.6, "what `chapters` tells before anything is rendered"
        require_alike(english, chinese)
        require_measured(english, world, own, reel)
        require_recorded(english, world)
        require_sources(english, entry)
        require_steps(english, entry.beat(beat).needs, recordings)
        met |= set(english.log.measured)
    assert met == set(own), "a function whose key no film has"
