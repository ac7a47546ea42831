"""Every line and number of the chapters, held from outside: on three kinds of recordings, in both languages.

Each measurement that a beat rests on is computed again by the function of its key in `tests/evidence/CHAPTER/BEAT.py`.
"""

from __future__ import annotations

import importlib
import inspect
from types import ModuleType

import pytest

from scenes.catalog import CHAPTERS, find_chapter
from scenes.translation import LANGUAGES
from scenes.unproven import UNPROVEN
from tests.conftest import REELS
from tests.evidence.world import World, alike
from tests.playing import play

BEATS = [
    (chapter.name, beat.name)
    for chapter in CHAPTERS
    for beat in chapter.beats
    if chapter.module_of(beat.name) not in UNPROVEN
]


def functions_of(module: ModuleType) -> dict[str, object]:
    """Return the functions of a module by their names, which are keys of evidence."""
    own = inspect.getmembers(module, inspect.isfunction)
    return {name: one for name, one in own if one.__module__ == module.__name__ and not name.startswith("_")}


@pytest.fixture(scope="module")
def used() -> dict[str, set[str]]:
    """Which keys have been met, by beat."""
    return {}


@pytest.mark.parametrize(("chapter", "beat"), BEATS, ids=lambda name: name)
def test_what_a_beat_claims_is_so(chapter, beat, recordings_of):
    entry = find_chapter(chapter)
    own = functions_of(importlib.import_module(f"tests.evidence.{chapter.replace('-', '_')}.{beat}"))
    met: set[str] = set()
    for reel in REELS:
        recordings = recordings_of(reel)
        world = World(recordings)
        english, chinese = (play(entry, beat, recordings, language) for language in LANGUAGES)
        assert [line["key"] for line in _measured(english)] == [line["key"] for line in _measured(chinese)]
        for key, measured in english.log.measured.items():
            assert key in own, f"{reel}: no function {key} in tests/evidence/{chapter}/{beat}.py"
            again = own[key](world)
            assert alike(measured.value, again), f"{reel}: {key} is {measured.value} on screen and {again} outside"
            assert alike(measured.value, chinese.log.measured[key].value)
        met |= set(english.log.measured)
        _require_recorded(english, world)
        _require_steps(english, entry.beat(beat).needs, recordings)
    assert met == set(own), "a function whose key no film has"


def _measured(beat):
    return [one for caption in beat.captions for one in caption.evidence if one["kind"] == "measured"]


def _require_recorded(beat, world):
    """Assert that what is shown as recorded stands so in the recording."""
    for claim in beat.log.claims:
        for one in claim.evidence:
            if one.kind == "recorded" and not one.name.startswith("config") and "axis" not in one.selection:
                assert alike(one.content, world.read(one.experiment, one.name, **one.selection))


def _require_steps(beat, needs, recordings):
    """Assert that a beat that read states of a training tells which step is on screen, and only recorded ones."""
    told = {shown.experiment for shown in beat.steps_shown}
    for experiment, arrays in needs.items():
        recording = recordings[experiment]
        stepped = [array for array in arrays if "step" in recording.arrays[array].axes]
        read = {read.array for read in beat.data[experiment].reads}
        if read & set(stepped):
            assert experiment in told, f"{experiment} is drawn and no step of it is told: call showing()"
            known = {int(step) for array in stepped for step in recording.steps(array)}
            assert {shown.step for shown in beat.steps_shown if shown.experiment == experiment} <= known
