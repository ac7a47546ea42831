"""Finds the recordings that a provenance tells of by their digests, and compares them with what is told of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.recording import Recording, RecordingError
from engine.recording.reading.seals import check_recording
from renders.film.facts import recording_facts
from renders.request.paths import Paths
from renders.verify.compare import differences


@dataclass(frozen=True)
class Found:
    """The recordings of a film that were found.

    usable: by the names in the provenance. lines: one for all that is not as told. alike: whether all were found, with
    the digests told.
    """

    usable: Mapping[str, Recording]
    lines: tuple[str, ...]
    alike: bool


def find_recordings(told: Mapping[str, Any], places: Paths, given: Sequence[Path]) -> Found:
    """Return the recordings that a film was drawn from. told: the provenance. given: paths where to look first.

    Raises RecordingError where there is no recording at a path given.
    """
    known = [Recording.open(path) for path in given]
    others = list(_openable(places.recordings))
    usable: dict[str, Recording] = {}
    lines: list[str] = []
    alike = True
    for name, facts in told["recordings"].items():
        try:
            recording = _nearest(name, facts, known, others, places)
            check_recording(recording.path)
        except RecordingError as error:
            lines.append(f"{name}: {error}")
            alike = False
            continue
        usable[name] = recording
        alike &= recording.digest == facts["digest"]
        lines += _differing(name, facts, recording, _arrays_read(name, told))
    return Found(usable, tuple(lines), alike)


def _openable(folder: Path) -> Iterator[Recording]:
    for path in sorted(folder.glob("[!.]*.zarr")):
        try:
            yield Recording.open(path)
        except RecordingError:
            continue  # told where it is the one that is wanted


def _nearest(
    name: str, facts: Mapping[str, Any], given: Sequence[Recording], others: Sequence[Recording], places: Paths
) -> Recording:
    """Return the recording with the digest told, or else the one that comes nearest, such as one made anew.

    Raises RecordingError where there is none.
    """
    experiment = facts["experiment"]
    exact = [one for one in (*given, *others) if one.digest == facts["digest"]]
    alike = [one for one in given if one.name == experiment["name"]]
    alike += [one for one in others if one.config == experiment]
    if found := (*exact, *alike):
        return found[0]
    usual = places.recording(name)
    if usual.exists():
        return Recording.open(usual)
    raise RecordingError(
        f"its recording, {facts['digest']}, is not among those in {places.recordings}: name it with --recording"
    )


def _arrays_read(name: str, told: Mapping[str, Any]) -> list[str]:
    """Return which arrays of a recording the film parts read, as is told."""
    return sorted({read["array"] for piece in told["pieces"] for read in piece["reads"].get(name, ())})


def _differing(name: str, facts: Mapping[str, Any], recording: Recording, arrays: Sequence[str]) -> Iterator[str]:
    """Yield a line for each thing that is told of a recording otherwise than it is."""
    found = recording_facts(recording, [array for array in arrays if array in recording.arrays])
    if found["digest"] != facts["digest"]:
        yield (
            f"{name}: made from another recording: {facts['digest']} told, {found['digest'] or 'unfinished'} found in "
            f"{recording.path}"
        )
        # All else about it is another, too; what was asked for is what tells why
        facts, found = ({"experiment": one["experiment"]} for one in (facts, found))
    for one in differences(facts, found):
        yield f"{name}, {one.place}: the .json says {one.told}, the recording {recording.path} {one.found}"
