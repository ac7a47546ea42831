"""Chapter 1 at medium filmed by one process and by two, each with one thread that draws and one that encodes.

`workers`: the wall time of all pieces, the start of the processes included. `workers_busy`: how busy two processes
keep both cores, beside how busy one does. `workers_16`: how many times as fast sixteen processes on sixteen cores would
be as one. It is worked out, not measured: each piece takes what it took in one process, longest first, and a process
starts in what the start took here. No film is done before its longest piece.
"""

from __future__ import annotations

import heapq
import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

from renders.cache.digest import Digests
from renders.cache.import_graph import ImportGraph
from renders.farm.dispatch import work_through
from renders.farm.worker import render_piece
from renders.film.execution import order_for
from renders.recordings.checked_recordings import open_recordings
from renders.request.quality import find_quality
from tests.benchmarks.measure import Row, summarize
from tests.benchmarks.workshop import Workshop

MANY = 16


@dataclass(frozen=True)
class _Filming:
    """Seconds from the first process's start to the last piece's end, share of two cores kept busy, seconds a piece."""

    wall: float
    busy: float
    pieces: dict[str, float]


def measure(rounds: int, shop: Workshop) -> dict[str, Row]:
    """Return the rows. Filming takes minutes, so each number of processes is measured once."""
    shop.record_all()
    one = _film(1, {}, shop)
    two = _film(2, one.pieces, shop)
    starting = max(0.0, one.wall - sum(one.pieces.values()))
    many = starting + _makespan(list(one.pieces.values()), MANY)
    drawn = f"chapter 1 at medium, {len(one.pieces)} pieces"
    unit, busy = "% of two cores", [100 * two.busy]
    return {
        "workers": summarize([two.wall], [one.wall], "s", "", frames=drawn),
        "workers_busy": summarize(busy, [100 * one.busy], unit, "ours at least 90", frames=drawn, more_is_better=True),
        f"workers_{MANY}": summarize([many], [one.wall], "s, worked out", "", frames=drawn),
    }


def _film(processes: int, known: Mapping[str, float], shop: Workshop) -> _Filming:
    """Film all pieces, longest first as far as that is known."""
    order = order_for(shop.chapter, (), find_quality(shop.of("medium", "draft")), "en", processes)
    with tempfile.TemporaryDirectory() as folder:
        places = replace(shop.places(), cache=Path(folder) / "cache")
        recordings = open_recordings(order.pieces, places, lambda name, path: None)
        digests = Digests(order.quality, order.language, recordings, ImportGraph())
        of_piece = {piece.label: digests.of(piece) for piece in order.pieces}
        ordered = sorted(order.pieces, key=lambda piece: -known.get(piece.label, 0.0))
        jobs = order.jobs(ordered, places, Path(folder), of_piece)
        begin, before = time.perf_counter(), os.times()
        with redirect_stdout(StringIO()):  # what it tells of every piece
            filmed = work_through(
                jobs,
                render_piece,
                lambda job, entry: "",
                title="",
                workers=processes,
                new_executor=lambda: shop.worker(),
            )
        wall, after = time.perf_counter() - begin, os.times()
        filmed.require_all()
    used = sum(after[:4]) - sum(before[:4])  # user and system, of this process and of those that have ended
    return _Filming(wall, used / (2 * wall), {name: entry.cost for name, entry in filmed.by_label().items()})


def _makespan(seconds: list[float], workers: int) -> float:
    """Return how long pieces take when each goes, longest first, to the worker that is free first."""
    free = [0.0] * workers
    for piece in sorted(seconds, reverse=True):
        heapq.heapreplace(free, free[0] + piece)
    return max(free)
