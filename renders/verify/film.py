"""Verifies a film against its provenance, and the provenance against the recordings.

Every film part is played again from the recordings, without being drawn: what it says, claims, shows and reads is
compared with what is told. So a provenance that was changed and sealed anew is found out, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from renders.base.film_errors import FilmError
from renders.base.own_version import own_version
from renders.cache.digest import installed_versions
from renders.encode.probe import film_info
from renders.film.facts import Part, in_seconds, piece_facts
from renders.film.provenance import ProvenanceError, changed_files, require_provenance
from renders.recordings.checked_recordings import variant_of
from renders.request.parts import Kind
from renders.request.paths import Paths
from renders.verify.again import Again, play_again
from renders.verify.compare import Difference, differences
from renders.verify.recordings import find_recordings
from renders.verify.told import FilmTold, film_told, label_of_told, well_told
from renders.verify.verdict import Verdict, counted
from scenes.language.translation import LANGUAGES, translate

MOST = 10  # differences of one piece that are told


def verify_film(path: Path, film: Path | None, places: Paths, given: Sequence[Path], workers: int) -> Verdict:
    """Verify the film whose provenance is at `path`. film: its file, where that was named. given: see `verify_target`.

    Raises RenderError, one line, where the provenance is none, is damaged or belongs to another film, and
    RecordingError where what was given is no recording.
    """
    told = require_provenance(path)
    named = path.with_name(told["film"])
    if named.with_suffix(path.suffix) != path or (film and film.name != named.name):
        raise ProvenanceError(f"{path} belongs to another film, {named.name}: put back the .json made with this one")
    with well_told(path):
        things, code = _counted(told), told["code"]
        found = find_recordings(told, places, given)
        of_film = film_told(told, found.usable)
    again = play_again(code, of_film, found, places, workers)
    with well_told(path):
        notes = tuple(_notes(told, again))
    lines = [f"{line}; render the film again" for line in changed_files(path, told)]
    lines += (*found.lines, *again.lines)
    lines += [_written(path.name, one) for one in _of_film(told, of_film, again, named, places)]
    for piece, facts in _played(of_film, again):
        every = [one for key in facts for one in differences(piece.get(key), facts[key], key)]
        lines += [_written(label_of_told(piece), one) for one in every[:MOST]]
        if len(every) > MOST:
            lines.append(f"{label_of_told(piece)}: and {len(every) - MOST} more")
    return Verdict(notes, tuple(lines), things)


def _counted(told: Mapping[str, Any]) -> str:
    """Return how much there is to be compared, in words."""
    pieces = told["pieces"]
    lines = [line for piece in pieces for line in piece["lines"]]
    things = {
        "beat": sum(piece["kind"] == Kind.BEAT for piece in pieces),
        "line": len(lines),
        "claim": sum(len(piece["claims"]) for piece in pieces) + sum(len(line["evidence"]) for line in lines),
        "step": sum(len(piece["steps"]) for piece in pieces),
    }
    return counted(things)


def _notes(told: Mapping[str, Any], again: Again) -> Iterator[str]:
    """Yield a line where other code or other libraries drew the film than are there now."""
    if again.same_code:
        return
    then, now = (f"neuroreel {one['version']} at {one['commit'] or '?'}" for one in (told["neuroreel"], own_version()))
    libraries = {name: (told["versions"].get(name, "absent"), here) for name, here in installed_versions().items()}
    changed = [f"{name} {before} then, {here} now" for name, (before, here) in libraries.items() if before != here]
    ours = f"{then}, this is {now}" if then != now else f"{then}, whose code has changed since"
    yield f"drawn by {'; '.join([ours, *changed])}: what differs may come of that"


def _of_film(told: Mapping[str, Any], film: FilmTold, again: Again, file: Path, places: Paths) -> Iterator[Difference]:
    """Yield where what is told of the film as a whole differs from what was found. file: the film itself."""
    found: dict[str, Any] = {}
    if film.title:
        found["title"] = {language: translate(film.title, language) for language in LANGUAGES}
    if again.complete:
        own = {told["chapter"]: file} if told["chapter"] in again.recordings else {}
        used = {name: again.recordings[name] for piece in film.known for name in piece.needs}
        found["seconds"] = in_seconds(sum(again.entries[piece.label].seconds for piece in film.known))
        found["variant"] = variant_of(used, replace(places, given=own)) or None
    if again.stamp:
        found["stamp"] = again.stamp
    yield from differences({key: told.get(key) for key in found}, _plain(found))
    with suppress(FilmError, OSError):  # told already: it is gone, or not the one that was written
        info = film_info(file)
        width, height = film.look.pixels(film.quality)
        shown = {"width": info.width, "height": info.height, "frame_rate": float(info.frame_rate)}
        wanted = {"width": width, "height": height, "frame_rate": film.quality.frame_rate}
        yield from differences(wanted, shown, "quality")


def _played(film: FilmTold, again: Again) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Yield what is told of each film part that was played again, and the same as it was found."""
    start = 0.0
    left_out = set() if again.complete else {"start"}  # which hangs on all pieces before
    left_out |= set() if again.stamp else {"digest"}
    for told, piece in film.pieces:
        entry = again.entries.get(piece.label) if piece else None
        if piece and entry:
            facts = piece_facts(Part(piece, entry, start), again.recordings)
            start += entry.seconds
            yield told, _plain({key: value for key, value in facts.items() if key not in left_out})


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts as they are once they were written and read."""
    plain: dict[str, Any] = json.loads(json.dumps(facts))
    return plain


def _written(name: str, one: Difference) -> str:
    when = "" if one.time is None else f" {one.time:.1f} s"
    return f"{name}{when}, {one.place}: the .json says {one.told}, the recording gives {one.found}"
