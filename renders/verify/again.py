"""Plays the parts of a film again from the recordings, in worker processes and without drawing them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.files.replacing import scratch_folder
from engine.recording import Recording
from renders.cache.digest import Digests
from renders.cache.entry import Entry
from renders.cache.import_graph import ImportGraph
from renders.farm.dispatch import Gathered, work_through
from renders.farm.worker import replay_part
from renders.film.stamp import common_stamp, film_stamp
from renders.request.parts import FilmPart, RenderJob
from renders.request.paths import Paths
from renders.scene.requirements import require_to_render
from renders.verify.recordings import Found
from renders.verify.told import FilmTold, label_of_told


@dataclass(frozen=True)
class Again:
    """The result of playing film parts again.

    entries: by the parts' labels. recordings: by the names in the provenance. lines: one for all that could not be
    played. complete: whether all could be. same_code: whether code and libraries are those that drew the film. stamp:
    that of the film as it would be rendered now; "" where it would be drawn by other code or from something else.
    """

    entries: Mapping[str, Entry]
    recordings: Mapping[str, Recording]
    lines: tuple[str, ...]
    complete: bool
    same_code: bool
    stamp: str


def play_again(code: str, film: FilmTold, found: Found, places: Paths, workers: int) -> Again:
    """Play the parts of a film whose recordings were found. code: the digest told of the code that drew it."""
    require_to_render(film.language)
    sources = ImportGraph()
    digests = Digests(film.quality, film.language, found.usable, sources, film.look)
    common, title, pieces = common_stamp(sources), film.title, film.known
    drawing, captions = ([way(piece) for piece in pieces] for way in (digests.without_data, digests.captions))
    same_code = film_stamp(common, title, pieces, drawing, captions) == code
    playable = {piece.label: piece for piece in pieces if set(piece.needs) <= set(found.usable)}
    # Of what is drawn otherwise or from something else, the digests are others, and nothing to be compared
    of_pieces = {label: digests.of(piece) for label, piece in playable.items()} if same_code and found.alike else {}
    with scratch_folder() as scratch:
        jobs = [_job(piece, film, found, of_pieces, places, scratch) for piece in playable.values()]
        gathered = work_through(jobs, replay_part, _tell, title="playing it again", workers=workers)
    wholly = [of_pieces[piece.label] for piece in pieces] if of_pieces else []
    stamp = film_stamp(common, title, pieces, wholly, captions) if of_pieces else ""
    lines, entries = tuple(_lines(film, gathered)), gathered.by_label()
    complete = {label_of_told(told) for told, _ in film.pieces} == set(entries)
    return Again(entries, found.usable, lines, complete, same_code, stamp)


def _job(
    piece: FilmPart, film: FilmTold, found: Found, digests: Mapping[str, str], places: Paths, scratch: Path
) -> RenderJob:
    return RenderJob(
        piece=piece,
        quality=film.quality,
        language=film.language,
        digest=digests.get(piece.label, ""),
        recordings=tuple((name, str(found.usable[name].path)) for name in piece.needs),
        cache=places.cache,
        partial=scratch,
        look=film.look,
    )


def _tell(job: RenderJob, entry: Entry) -> str:
    return f"{len(entry.captions)} lines and {len(entry.claims)} claims in {entry.cost:.1f} s"


def _lines(film: FilmTold, gathered: Gathered[Entry]) -> Iterator[str]:
    if changes := film.changes():
        yield f"the chapter's film has other pieces now: {changes}"
    yield from (f"{job.piece.label} cannot be played again: {failure.line}" for job, failure in gathered.failures)
    played = {job.piece.label for job, _ in (*gathered.results, *gathered.failures)}
    left = [label_of_told(told) for told, _ in film.pieces if label_of_told(told) not in played]
    if left:
        yield f"not played again, for want of its beat or its recording: {', '.join(left)}"
