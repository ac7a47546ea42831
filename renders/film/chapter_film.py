"""Renders the films of a request: what has changed since last time is rendered, all else is left as it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from engine.files.replacing import sweep
from renders.base.lock import chapter_lock
from renders.base.own_version import own_version
from renders.base.progress import say
from renders.cache.beat_cache import Cache
from renders.cache.digest import Digests
from renders.cache.entry import Entry
from renders.cache.import_graph import ImportGraph
from renders.cache.timings import read_costs, write_costs
from renders.farm.dispatch import Gathered, work_through
from renders.farm.worker import render_piece
from renders.film.facts import film_facts, parts_behind_one_another
from renders.film.plan import PlannedFilm, films_of, partial_folder, partial_of
from renders.film.provenance import is_current
from renders.film.stamp import common_stamp, film_stamp
from renders.recordings.checked_recordings import Train, open_recordings
from renders.request.parts import FilmPart, RenderJob
from renders.request.paths import Paths
from renders.request.render_request import RenderRequest
from renders.scene.requirements import require_to_render

if TYPE_CHECKING:
    from renders.voice.narrator import Narrator

NewExecutor = Callable[[], Executor]


@dataclass(frozen=True)
class Rendered:
    """The films of a request; made: those that had to be written."""

    films: tuple[Path, ...]
    made: tuple[Path, ...]


def render_films(
    order: RenderRequest, places: Paths, train: Train, new_executor: NewExecutor | None = None
) -> Rendered:
    """Bring the films of a request up to date.

    train: called for recordings that are missing. Raises RenderError, one line for each thing that went wrong; what was
    finished before that is kept.
    """
    places.prepare()
    with _to_ourselves(order, places):
        rendering = _Rendering(order, places, train)
        stale = rendering.stale()
        if stale:
            rendering.make(stale, new_executor)
        if order.look.loop:
            _tell_what_does_not_loop(rendering.films)
    return Rendered(*(tuple(film.files.film for film in films) for films in (rendering.films, stale)))


@contextmanager
def _to_ourselves(order: RenderRequest, places: Paths) -> Iterator[None]:
    """Hold the chapter's lock; leave nothing half-made, and clear away what a killed render left so."""
    partial = partial_folder(places, order.chapter)
    with chapter_lock(places.cache, order.chapter.name, say):
        sweep(places.films, partial_of(order.chapter))
        sweep(places.films / order.chapter.name)
        Cache(places.cache / "beats").clear()
        shutil.rmtree(partial, ignore_errors=True)
        try:
            yield
        finally:
            shutil.rmtree(partial, ignore_errors=True)


class _Rendering:
    """A render request, with all that decides what is to be rendered for it."""

    def __init__(self, order: RenderRequest, places: Paths, train: Train) -> None:
        self._order, self._places = order, places
        self._recordings = open_recordings(order.pieces, places, train)
        sources = ImportGraph()
        self._of_pieces = Digests(order.quality, order.language, self._recordings, sources, order.look)
        self._digests = {piece.label: self._of_pieces.of(piece) for piece in order.pieces}
        self._common = common_stamp(sources)
        self.films = tuple(films_of(order, places, self._recordings))
        _tell_variants(self.films)
        self._cache = Cache(places.cache / "beats")

    def stale(self) -> list[PlannedFilm]:
        """Return the films that are missing, damaged, or would come out otherwise today."""
        return [film for film in self.films if self._order.force or not self._is_current(film)]

    def _is_current(self, film: PlannedFilm) -> bool:
        provenance, stamps = film.files.path("json"), self._places.stamps
        return is_current(provenance, self._stamp(film), stamps, lambda line: say(f"{line}: the film is written anew"))

    def make(self, films: Sequence[PlannedFilm], new_executor: NewExecutor | None) -> None:
        """Render the film parts that are not in the cache, and write the films whose parts are all there."""
        pieces = {piece.label: piece for film in films for piece in film.pieces}
        entries = {} if self._order.force else self._cached(pieces)
        gathered = self._render([piece for label, piece in pieces.items() if label not in entries], new_executor)
        entries |= gathered.by_label()
        for film in films:
            if all(piece.label in entries for piece in film.pieces):
                self._write(film, entries)
        self._cache.prune(keep=set(self._digests.values()))
        gathered.require_all()

    def _cached(self, pieces: Mapping[str, FilmPart]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for label in pieces:
            there = self._cache.holds(self._digests[label])
            if entry := self._cache.find(self._digests[label]):
                found[label] = entry
            elif there:
                say(f"{label}: what the cache holds of it was changed or cut short: it is drawn anew")
        return found

    def _render(self, pieces: Sequence[FilmPart], new_executor: NewExecutor | None) -> Gathered[Entry]:
        if not pieces:
            return Gathered()
        order, places = self._order, self._places
        require_to_render(order.language)
        # PyAV and what else the films are put together with, while the workers start
        Thread(target=import_module, args=("renders.film.outputs",), daemon=True).start()
        costs = read_costs(places.cache, order)
        # The longest first, so that no worker is left with it at the end; what is not known yet may be the longest
        ordered = sorted(pieces, key=lambda piece: -costs.get(piece.label, float("inf")))
        gathered = work_through(
            order.jobs(ordered, places, partial_folder(places, order.chapter), self._digests),
            render_piece,
            _tell,
            title=f"rendering {order.chapter.name}",
            workers=order.workers,
            new_executor=new_executor,
        )
        write_costs(places.cache, order, {name: entry.cost for name, entry in gathered.by_label().items()})
        return gathered

    def _write(self, film: PlannedFilm, entries: Mapping[str, Entry]) -> None:
        from renders.film.outputs import write_film  # PyAV: not where nothing is to be done

        order, recordings = self._order, self._recordings
        parts = parts_behind_one_another(film.pieces, entries)
        # Without a stamp it will be made again: what it shows is neither the code of before nor that of now
        settled = all(part.entry.digest == self._digests[part.piece.label] for part in parts)
        facts = {
            **film_facts(order.chapter.name, order.quality, order.look, film.variant, parts, recordings),
            "neuroreel": self._version,
            "code": self._code(film) if settled else "",
            "stamp": self._stamp(film) if settled else "",
        }
        write_film(film.files, film.title, parts, order.language, film.whole, facts, self._narrator())

    @cached_property
    def _version(self) -> dict[str, str]:
        """What is told of neuroreel itself, in all films of this run alike."""
        return own_version()

    def _stamp(self, film: PlannedFilm) -> str:
        """Return the digest of everything that can change a film's files."""
        return self._stamp_of(film, [self._digests[piece.label] for piece in film.pieces])

    def _code(self, film: PlannedFilm) -> str:
        """Return the digest of everything that can change a film's files but what the recordings hold."""
        return self._stamp_of(film, [self._of_pieces.without_data(piece) for piece in film.pieces])

    def _stamp_of(self, film: PlannedFilm, digests: Sequence[str]) -> str:
        captions = [self._of_pieces.captions(piece) for piece in film.pieces]
        return film_stamp(self._common, film.title, film.pieces, digests, captions)

    def _narrator(self) -> Narrator | None:
        """Return who says the lines of these films, None where they are silent."""
        from renders.voice.narrator import find_narrator  # NumPy: not where nothing is to be done

        look = self._order.look
        return find_narrator(look.voice, self._order.language, self._places.cache, look.pace) if look.voice else None


def _tell(job: RenderJob, entry: Entry) -> str:
    changed = "" if entry.digest else "; its code or data was changed meanwhile, so it will be rendered again next time"
    return f"{entry.seconds:.1f} s of film in {entry.cost:.1f} s{changed}"


def _tell_variants(films: Sequence[PlannedFilm]) -> None:
    for name, parameters in {name: told for film in films for name, told in film.variant.items()}.items():
        told = ", ".join(f"{key} {value}" for key, value in parameters.items())
        say(f"{name} was trained with {told}, not as by default: the film's name and its .json tell so")


def _tell_what_does_not_loop(films: Sequence[PlannedFilm]) -> None:
    from renders.encode.loop import comes_back  # PyAV: not where nothing is to be looked at

    for film in films:
        if not comes_back(film.files.film):
            name = film.pieces[0].chapter.name if film.whole else film.pieces[0].label
            say(f"{name} does not loop: its last picture is not its first")
