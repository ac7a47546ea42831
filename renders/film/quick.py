"""Draws the stills of beats and checks their layouts, without filming them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine.files.replacing import scratch_folder
from renders.farm.dispatch import work_through
from renders.farm.worker import draw_piece, lint_piece
from renders.film.plan import films_of
from renders.recordings.checked_recordings import Train, open_recordings
from renders.request.parts import FilmPart, Kind
from renders.request.paths import Paths
from renders.request.render_request import RenderRequest
from renders.scene.requirements import require_to_render

if TYPE_CHECKING:
    from renders.lint.lint import Report


def draw_stills(order: RenderRequest, places: Paths, train: Train) -> tuple[Path, ...]:
    """Draw the picture of each requested beat's last pause, and return the PNGs, in the order of the film."""
    places.prepare()
    recordings = open_recordings(order.pieces, places, train)
    require_to_render(order.language)
    films = [film for film in films_of(order, places, recordings) if not film.whole]
    targets = {film.pieces[0].label: film.files.path("still.png") for film in films}
    for path in targets.values():
        path.parent.mkdir(parents=True, exist_ok=True)
    with scratch_folder() as scratch:
        jobs = order.jobs([film.pieces[0] for film in films], places, scratch)
        gathered = work_through(
            jobs, partial(draw_piece, targets), lambda job, path: path.name, title="drawing", workers=order.workers
        )
    gathered.require_all()
    return tuple(targets.values())


@dataclass(frozen=True)
class Checked:
    """The report on the layout of one film part in one language."""

    label: str
    language: str
    report: Report

    def lines(self) -> Iterator[str]:
        """Yield one line for each finding."""
        for found in self.report.findings:
            place = f"{self.label} [{self.language}] {found.time:.1f} s"
            yield f"{place}: {found.kind}: {found.text!r} {found.detail}"


def check_layout(orders: Sequence[RenderRequest], places: Paths, train: Train) -> tuple[Checked, ...]:
    """Return the layout reports of all parts of requests for one chapter, such as one request for each language."""
    first = orders[0]
    places.prepare()
    for order in orders:
        open_recordings(order.pieces, places, train)
        require_to_render(order.language)
    with scratch_folder() as scratch:
        gathered = work_through(
            [job for order in orders for job in order.jobs(_looked_at(order), places, scratch)],
            lint_piece,
            lambda job, report: f"{report.texts} texts in {job.language}, {len(report.findings)} findings",
            title=f"checking {first.chapter.name}",
            workers=first.workers,
        )
    gathered.require_all()
    places_in_film = {piece.label: place for place, piece in enumerate(first.pieces)}
    checked = [Checked(job.piece.label, job.language, report) for job, report in gathered.results]
    return tuple(sorted(checked, key=lambda one: (one.language, places_in_film[one.label])))


def _looked_at(order: RenderRequest) -> list[FilmPart]:
    """Return the parts of a request that have a layout of their own: the last picture is that of a beat."""
    return [piece for piece in order.pieces if piece.kind is not Kind.PICTURE]
