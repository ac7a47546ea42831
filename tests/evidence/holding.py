"""What any film must hold: each measurement made again another way, what is shown as recorded, the steps told."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from engine.recording import Recording
from scenes.beats.beat import Beat
from scenes.beats.entries import ChapterEntry
from scenes.evidence.evidence import Source
from tests.evidence.world import World, alike


def functions_of(module: ModuleType) -> dict[str, Any]:
    """Return the functions of a module by their names, which are keys of evidence."""
    own = inspect.getmembers(module, inspect.isfunction)
    return {name: one for name, one in own if one.__module__ == module.__name__ and not name.startswith("_")}


def require_alike(english: Beat, chinese: Beat) -> None:
    """Assert that a beat rests on the same in both languages, line by line."""
    assert [line["key"] for line in _measured(english)] == [line["key"] for line in _measured(chinese)]
    for key, measured in english.log.measured.items():
        assert alike(measured.value, chinese.log.measured[key].value)


def require_measured(beat: Beat, world: World, own: Mapping[str, Any], reel: str) -> None:
    """Assert that each measurement of a beat is what its function among `own` computes."""
    for key, measured in beat.log.measured.items():
        assert key in own, f"{reel}: no function {key} for {beat.beat_name}"
        again = own[key](world)
        assert alike(measured.value, again), f"{reel}: {key} is {measured.value} on screen and {again} outside"


def require_recorded(beat: Beat, world: World) -> None:
    """Assert that what is shown as recorded stands so in the recording."""
    for claim in beat.log.claims:
        for one in claim.evidence:
            if one.kind == "recorded" and not one.name.startswith("config") and "axis" not in one.selection:
                assert alike(one.content, world.read(one.experiment, one.name, **one.selection))


def require_steps(beat: Beat, needs: Mapping[str, Any], recordings: Mapping[str, Recording]) -> None:
    """Assert that a beat that read states of a training tells which step is on screen, and only recorded ones."""
    told = {shown.experiment for shown in beat.steps_shown}
    for experiment, arrays in needs.items():
        recording = recordings[experiment]
        stepped = [array for array in arrays if "step" in recording.arrays[array].axes]
        read = {read.array for read in beat.data[experiment].reads}
        if read & set(stepped):
            assert experiment in told, f"{experiment} is drawn and no step of it is told: call mark_step()"
            known = {int(step) for array in stepped for step in recording.steps(array)}
            assert {shown.step for shown in beat.steps_shown if shown.experiment == experiment} <= known


def _measured(beat: Beat) -> list[Mapping[str, Any]]:
    return [one for caption in beat.captions for one in caption.evidence if one["kind"] == "measured"]


def require_sources(beat: Beat, chapter: ChapterEntry) -> None:
    """Assert that the chapter's last card names all sources that a beat rests on."""
    named = {one.key for claim in beat.log.claims for one in claim.evidence if isinstance(one, Source)}
    named |= {one["key"] for caption in beat.captions for one in caption.evidence if one["kind"] == "source"}
    assert named <= set(chapter.sources), f"add them to the sources of {chapter.name} in its contents"
