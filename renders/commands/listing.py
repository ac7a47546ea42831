"""Formats chapters and recordings as tables, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from engine.files.sizes import in_bytes
from renders.base.table import WIDTH, table
from renders.film.provenance import read_provenance
from renders.request.paths import Paths
from scenes.beats.running_time import about_seconds

if TYPE_CHECKING:
    from engine.recording import Recording
    from scenes.beats.entries import ChapterEntry


def chapter_lines(chapter: ChapterEntry, places: Paths) -> Iterator[str]:
    """Yield a chapter's title and time, then for each beat its time, its title and the arrays that it needs.

    Times are those of the film rendered last, with its voice, where it has one; before, about how long it takes to say
    the lines.
    """
    told = _newest(places, chapter)
    seconds = {piece["name"]: piece["seconds"] for piece in told["pieces"]} if told else {}
    about = {beat.name: _about_seconds(chapter.module_of(beat.name)) for beat in chapter.beats}
    whole = _clock(told["seconds"]) if told else _about(sum(about.values()))
    yield f"{chapter.name}: {chapter.title} ({whole}{_voice(told)})"
    times = (_clock(seconds[name]) if name in seconds else _about(time) for name, time in about.items())
    rows = table((f"  {beat.name}", time, beat.title) for beat, time in zip(chapter.beats, times, strict=True))
    for beat, row in zip(chapter.beats, rows, strict=True):
        yield row
        for name, arrays in beat.needs.items():
            needs = f"needs {name}: {', '.join(arrays)}"
            yield from wrap(needs, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 8)


def _newest(places: Paths, chapter: ChapterEntry) -> Mapping[str, Any]:
    """Return what is told of the chapter's film that was rendered last; nothing where there is none."""
    films = places.films.glob(f"{chapter.name}.*.json")
    newest = max(films, key=lambda path: path.stat().st_mtime, default=None)
    return read_provenance(newest) or {} if newest else {}


def _voice(told: Mapping[str, Any]) -> str:
    """Return whose voice says the lines of a film, with a comma before it; "" where nobody does."""
    voice = (told.get("look") or {}).get("voice")
    return f", said by {voice}" if voice else ""


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"


def _about(seconds: float) -> str:
    return "about {}:{:02}".format(*divmod(round(seconds), 60)) if seconds else "-"


def _about_seconds(module: str) -> float:
    """Return about how long a beat runs, 0 where its module is not there."""
    try:
        return about_seconds(module)
    except LookupError:
        return 0.0


def describe_recording(recording: Recording) -> dict[str, Any]:
    """Return the content of a recording as plain JSON."""
    arrays = [
        {
            "name": info.name,
            "axes": list(info.axes),
            "shape": list(info.shape),
            "dtype": str(info.dtype),
            "steps": _steps(recording, info.name, info.axes),
            "bytes": info.nbytes_stored,
            "digest": info.digest,
        }
        for info in recording.arrays.values()
    ]
    return {
        "path": str(recording.path),
        "name": recording.name,
        "complete": recording.complete,
        "sealed": recording.sealed,
        "digest": recording.digest,
        "config": recording.config,
        "versions": recording.versions,
        "origin": recording.origin,
        "wall": recording.wall,
        "arrays": arrays,
    }


def _steps(recording: Recording, name: str, axes: Sequence[str]) -> dict[str, int] | None:
    if "step" not in axes:
        return None
    steps = recording.steps(name)
    return {"count": len(steps), "first": int(steps[0]), "last": int(steps[-1])} if len(steps) else None


def _seals_in_words(recording: Recording) -> str:
    if not recording.sealed:
        return "no seals: an older neuroreel made it; its values are held against its digests alone"
    return "seals: all of its files are as they were written"


def recording_lines(recording: Recording) -> Iterator[str]:
    """Yield the content of a recording as lines; its files were checked against their seals before, if it has any."""
    from engine.recording.format.layout import in_a_line

    yield from map(in_a_line, _recording_lines(recording))  # whoever made it chose what stands in them


def _recording_lines(recording: Recording) -> Iterator[str]:
    from engine.recording.format.layout import NO_SETTINGS, leaves, parts_in_words

    told = describe_recording(recording)
    yield f"{told['path']}: {told['name']}, {'complete' if told['complete'] else 'not finished'}"
    if told["digest"]:
        yield f"digest {told['digest']}"
    yield _seals_in_words(recording)
    plain = {key: value for key, value in told["config"].items() if key not in NO_SETTINGS}
    yield "config " + ", ".join(f"{key}={value}" for key, value in plain.items())
    if recording.structure:
        counts = f"{len(recording.structure.modules)} modules, {recording.structure.parameters:,} parameters"
        yield f"model {counts}, {recording.structure.trainable:,} of them trained"
    for name, how in parts_in_words(told["config"]).items():
        yield f"in part {name}: {how}"
    for name, value in leaves(told["origin"]).items():
        yield f"from {name} {value}"
    yield "versions " + ", ".join(f"{key} {value}" for key, value in told["versions"].items())
    yield ""
    yield from table([("array", "axes", "shape", "type", "steps", "size"), *map(_row, told["arrays"])])
    yield ""
    total = sum(array["bytes"] for array in told["arrays"])
    yield f"{len(told['arrays'])} arrays, {in_bytes(total)} on disk"


def _row(array: dict[str, Any]) -> tuple[str, ...]:
    steps = array["steps"]
    spoken = f"{steps['count']:,} from {steps['first']:,} to {steps['last']:,}" if steps else "-"
    shape = " x ".join(f"{length:,}" for length in array["shape"])
    return array["name"], ", ".join(array["axes"]), shape, array["dtype"], spoken, in_bytes(array["bytes"])
