"""Collects the facts that a film's provenance tells: of each film part, of the recordings, and the versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from renders.cache.digest import installed_versions
from renders.cache.entry import Entry
from renders.request.parts import FilmPart
from renders.request.quality import Quality
from renders.request.style import RenderStyle
from scenes.beats.timeline import Caption
from scenes.language.translation import LANGUAGES, translate

if TYPE_CHECKING:
    from engine.recording import Recording

DIGITS = 4  # of seconds after the point: every frame's time, at any rate of ours


@dataclass(frozen=True)
class Part:
    """A film part as it was rendered. start: seconds from the start of the film."""

    piece: FilmPart
    entry: Entry
    start: float


def parts_behind_one_another(pieces: Sequence[FilmPart], entries: Mapping[str, Entry]) -> tuple[Part, ...]:
    """Return film parts with their starts, one behind the other. entries: by the parts' labels."""
    parts: list[Part] = []
    for piece in pieces:
        start = parts[-1].start + parts[-1].entry.seconds if parts else 0.0
        parts.append(Part(piece, entries[piece.label], start))
    return tuple(parts)


def film_facts(
    chapter: str,
    quality: Quality,
    look: RenderStyle,
    variant: Mapping[str, Any],
    parts: Sequence[Part],
    recordings: Mapping[str, Recording],
) -> dict[str, Any]:
    """Return the facts of a film that can be computed again from its recordings.

    variant: the experiments' parameters that are not the default ones.
    """
    return {
        "chapter": chapter,
        "quality": vars(quality),
        "look": vars(look),
        "seconds": in_seconds(sum(part.entry.seconds for part in parts)),
        **({"variant": variant} if variant else {}),
        **facts_of(parts, recordings),
    }


def facts_of(parts: Sequence[Part], recordings: Mapping[str, Recording]) -> dict[str, Any]:
    """Return the facts of film parts, those of the recordings that they are drawn from, and the versions used."""
    used = dict.fromkeys(name for part in parts for name in part.piece.needs)
    return {
        "pieces": [piece_facts(part, recordings) for part in parts],
        "recordings": {name: recording_facts(recordings[name], _arrays_read(name, parts)) for name in used},
        "versions": installed_versions(),
    }


def piece_facts(part: Part, recordings: Mapping[str, Recording]) -> dict[str, Any]:
    """Return the facts of a film part; the times of what happens in it are seconds from its own start."""
    piece, entry = part.piece, part.entry
    return {
        "name": piece.name,
        "chapter": piece.chapter.name,
        "kind": piece.kind.value,
        "title": {language: translate(piece.title, language) for language in LANGUAGES},
        "start": in_seconds(part.start),
        "seconds": in_seconds(entry.seconds),
        "poster": in_seconds(entry.poster_time),
        "digest": entry.digest,
        "lines": [_line_facts(caption) for caption in entry.captions],
        "steps": [{**shown, "time": in_seconds(shown["time"])} for shown in entry.steps],
        "claims": [{**claim, "evidence": _evidence_facts(claim["evidence"])} for claim in entry.claims],
        "reads": {
            name: [{**read, "steps": _steps_read(read, recordings[name])} for read in reads]
            for name, reads in entry.reads.items()
        },
    }


def _steps_read(read: Mapping[str, Any], recording: Recording) -> list[int]:
    """Return the first and the last step of which something was read, or the only one; none of what has no steps."""
    array = read["array"]
    if "step" not in recording.arrays[array].axes:
        return []
    numbers, chosen = recording.steps(array), read["selection"].get("step")
    if isinstance(chosen, Mapping):
        chosen = list(range(chosen["start"], chosen["stop"], chosen["step"]))
    read_of = (numbers if chosen is None else numbers[chosen]).reshape(-1).tolist()
    return sorted({min(read_of), max(read_of)}) if read_of else []


def _line_facts(caption: Caption) -> dict[str, Any]:
    return {
        "start": in_seconds(caption.start),
        "end": in_seconds(caption.end),
        "text": {language: translate(caption.text, language, caption.values) for language in LANGUAGES},
        "values": dict(caption.values),
        "evidence": _evidence_facts(caption.evidence),
    }


def _evidence_facts(evidence: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return evidence with what it says in words, `how` and `rule`, in every language."""
    told = ("how", "rule")
    return [
        {key: {one: translate(text, one) for one in LANGUAGES} if key in told else text for key, text in part.items()}
        for part in evidence
    ]


def _arrays_read(name: str, parts: Sequence[Part]) -> list[str]:
    """Return which arrays of a recording the film parts read, in order of their names."""
    return sorted({read["array"] for part in parts for read in part.entry.reads.get(name, ())})


def recording_facts(recording: Recording, arrays: Sequence[str]) -> dict[str, Any]:
    """Return the facts of a recording, with the digests of the arrays named."""
    return {
        "digest": recording.digest,
        "experiment": recording.config,
        "versions": recording.versions,
        "origin": recording.origin,
        "arrays": {name: recording.arrays[name].digest for name in arrays},
    }


def in_seconds(time: float) -> float:
    """Return a time, seconds, rounded as it is stored: fine enough to name a frame."""
    return round(time, DIGITS)
