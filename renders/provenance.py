"""What a film was made from, told beside it: pieces, what each read, the recordings, the versions.

The same file says whether the film would come out the same today, by its stamp, and whether its files are whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renders.cache import Caption, Entry
from renders.digest import versions
from renders.jobs import Piece
from renders.places import written_whole
from scenes.translation import LANGUAGES, translate

if TYPE_CHECKING:
    from engine.recording import Recording


@dataclass(frozen=True)
class Part:
    """A piece of a film, as it was rendered. start: seconds from the start of the film."""

    piece: Piece
    entry: Entry
    start: float


def write_provenance(path: Path, facts: Mapping[str, Any], files: Sequence[Path]) -> None:
    """Write facts about a film, and the sizes of its files, by which `is_current` knows them."""
    told = {**facts, "files": {file.name: file.stat().st_size for file in files}}
    with written_whole(path) as draft:
        draft.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_provenance(path: Path) -> dict[str, Any]:
    """Return what is told beside a film; nothing where that cannot be read."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def is_current(path: Path, stamp: str) -> bool:
    """Tell whether the film beside this provenance has the stamp, and all its files their sizes."""
    told = read_provenance(path)
    if told.get("stamp") != stamp:
        return False
    sizes: Mapping[str, int] = told.get("files") or {}
    try:
        return bool(sizes) and all((path.parent / name).stat().st_size == size for name, size in sizes.items())
    except OSError:
        return False


def facts_of(parts: Sequence[Part], recordings: Mapping[str, Recording]) -> dict[str, Any]:
    """Return what the pieces of a film read, what they are drawn from, and the versions that drew them."""
    used = dict.fromkeys(name for part in parts for name in part.piece.needs)
    return {
        "pieces": [_piece_facts(part, recordings) for part in parts],
        "recordings": {name: _recording_facts(recordings[name]) for name in used},
        "versions": versions(),
    }


def _piece_facts(part: Part, recordings: Mapping[str, Recording]) -> dict[str, Any]:
    """Return what is told of a piece; the times of what happens in it are seconds from its own start."""
    piece, entry = part.piece, part.entry
    return {
        "name": piece.name,
        "chapter": piece.chapter.name,
        "kind": piece.kind.value,
        "title": {language: translate(piece.title, language) for language in LANGUAGES},
        "start": round(part.start, 3),
        "seconds": round(entry.seconds, 3),
        "poster": round(entry.poster_time, 3),
        "digest": entry.digest,
        "lines": [_line_facts(caption) for caption in entry.captions],
        "steps": entry.steps,
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
    texts = {language: translate(caption.text, language, caption.values) for language in LANGUAGES}
    return {"start": round(caption.start, 3), "end": round(caption.end, 3), "text": texts}


def _recording_facts(recording: Recording) -> dict[str, Any]:
    return {"digest": recording.digest, "experiment": recording.config, "versions": recording.versions}
