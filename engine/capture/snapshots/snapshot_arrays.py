"""Keeps the arrays of a training's snapshots: which part of each fits into the budget, and by which clock it goes.

What is there from the first step on goes by the clock `snapshot`. Where the model changes while it learns, what begins
then goes by a clock of its own, `snapshot@200`; it may take the budget anew, since what it is instead of has ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.capture.attention.unseen import unseen_lines
from engine.capture.snapshots.continuation import GENERATION, Continuation
from engine.capture.snapshots.input_grid import InputGrid
from engine.capture.snapshots.recordable import GRADIENT_NORM, Recordable
from engine.capture.snapshots.snapshotter import Snapshotter
from engine.capture.snapshots.subsampling import rule, slices_of, strides_for
from engine.recording.format.layout import BEGUN, MISSING, ArraySpec, sampled_in_words

SNAPSHOT = "snapshot"  # the clock of what is recorded from the first step on


class SnapshotArrays:
    """The arrays that a snapshotter takes, cut to a budget, by their clocks."""

    def __init__(
        self,
        snapshotter: Snapshotter,
        budget: int,
        grid: InputGrid | None = None,
        continuation: Continuation | None = None,
    ) -> None:
        """Cut what the snapshotter takes. budget: the size of one snapshot, in bytes. The others are taken with it."""
        self._snapshotter, self._budget, self._grid, self._continuation = snapshotter, budget, grid, continuation
        self._sampled: dict[str, Any] = {}
        self._names: dict[str, list[str]] = {}  # clock -> arrays
        self._rows: dict[str, int] = {}  # clock -> snapshots taken
        self._changed: list[int] = []
        self._missing: dict[str, list[list[int]]] = {}  # array -> spans of rows
        self._begin(SNAPSHOT, snapshotter.values)

    @property
    def kinds(self) -> list[str]:
        """The kinds of values that are recorded."""
        return sorted({value.kind for value in self._snapshotter.values})

    @property
    def config(self) -> dict[str, Any]:
        """What a recording's config tells of the arrays: `Snapshotter.config`, and further entries.

        `sampled` is the rule by which values were cut (see `engine.capture.snapshots.subsampling`), `missing` are the
        rows of an array at which it was not there, `changed` the steps at which parameters were others than before.
        """
        since: dict[str, Any] = {MISSING: self._missing, "changed": self._changed}
        since[GENERATION] = self._continuation.config if self._continuation else {}
        return {
            "sampled": self._sampled,
            **self._snapshotter.config,
            **{name: told for name, told in since.items() if told},
        }

    @property
    def first_clocks(self) -> list[str]:
        """The clocks that there are from the first step on."""
        return [SNAPSHOT, *([GENERATION] if self._continuation else [])]

    def specs(self, clock: str) -> list[ArraySpec]:
        """Return the arrays of a clock, with the shapes of one snapshot."""
        if clock == GENERATION and self._continuation:
            return self._continuation.specs
        values = {value.name: value for value in self._snapshotter.values}
        wanted = (values[name] for name in self._names[clock])
        grid = [self._grid.spec] if self._grid and clock == SNAPSHOT else []
        return [*(ArraySpec(value.name, value.axes, value.shape, value.dtype) for value in wanted), *grid]

    def plan(self) -> list[str]:
        """Say in plain lines how much a snapshot holds, which of it in part, and what cannot be seen."""
        specs = [spec for clock in self._names for spec in self.specs(clock)]
        size = sum(spec.nbytes for spec in specs)
        parts = [f"{name}: {sampled_in_words(how)}" for name, how in self._sampled.items()]
        return [
            f"{len(specs)} arrays, {size / 1000:,.0f} kB a snapshot",
            *(["too large to be recorded whole:"] if parts else []),
            *parts,
            *unseen_lines(self._snapshotter.limits),
        ]

    def look_again(self, step: int) -> tuple[list[str], str]:
        """Look whether the model has changed; return what is new of its parameters, a line each, and a clock.

        By that goes what begins now; it is "" where nothing does.
        """
        lines, begun = self._snapshotter.look_again(step)
        self._changed += [step] if lines else []
        clock = f"{SNAPSHOT}{BEGUN}{step}" if begun else ""
        if begun:
            self._begin(clock, begun)
        return lines, clock

    def take(self, step: int) -> tuple[dict[str, dict[str, np.ndarray]], Exception | None]:
        """Return a snapshot by clocks and arrays, and the error of a probe that cannot pass through the model now."""
        taken = self._snapshotter.snapshot()
        for clock, names in self._names.items():
            for name in self._snapshotter.missing.intersection(names):
                _lengthen(self._missing.setdefault(name, []), self._rows[clock])
            self._rows[clock] += 1
        rows = {clock: {name: taken[name] for name in names} for clock, names in self._names.items()}
        if self._grid:
            rows[SNAPSHOT][self._grid.spec.name] = self._grid.answers()
        if self._continuation and self._continuation.is_due(step) and not self._snapshotter.failed:
            rows[GENERATION] = self._continuation.take(step)
        return rows, self._snapshotter.failed

    def take_rest(self, step: int) -> dict[str, dict[str, np.ndarray]]:
        """Return what belongs to the last step besides its snapshot, by clocks and arrays."""
        if not self._continuation or self._continuation.was_taken(step) or self._snapshotter.failed:
            return {}
        return {GENERATION: self._continuation.take(step)}

    def _begin(self, clock: str, values: Sequence[Recordable]) -> None:
        strides = strides_for([value for value in values if value.kind != GRADIENT_NORM], self._budget)
        self._snapshotter.take_parts(slices_of(values, strides))
        self._sampled |= rule(values, strides)
        self._names[clock], self._rows[clock] = [value.name for value in values], 0


def _lengthen(spans: list[list[int]], row: int) -> None:
    """Add a row to spans of rows, [first, behind the last] each, which it comes after."""
    if spans and spans[-1][1] == row:
        spans[-1][1] = row + 1
    else:
        spans.append([row, row + 1])
