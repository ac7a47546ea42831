"""Redraws only the parts of a moving picture that have changed.

Most of a frame stands still: of a beat's hundred things one or two move. Each frame, what every mobject looks like is
compared, byte for byte, with what it looked like before; where that differs, and nowhere else, the picture is wiped and
drawn again. What lies below the first thing that moves is kept as a picture of its own to begin from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from manim.mobject.mobject import Mobject

if TYPE_CHECKING:
    from scenes.drawing.camera import BatchedCameraMixin

CELL = 32  # pixels: changes are gathered on a grid of squares
PATIENCE = 3  # frames that something must have stood still to become part of the picture to begin from


class Box(NamedTuple):
    """A part of a frame in whole pixels, from the upper left corner; right and bottom are left out."""

    left: int
    top: int
    right: int
    bottom: int

    def meets(self, other: Box) -> bool:
        """Tell whether the two have a pixel in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def of(self, frame: np.ndarray) -> np.ndarray:
        """Return this part of a frame (height, width, …), without copying it."""
        return frame[self.top : self.bottom, self.left : self.right]


@dataclass(frozen=True)
class _Drawn:
    """A mobject as it was drawn: the look decides every pixel of it, the box holds them all."""

    mobject: Mobject
    look: tuple[Any, ...] | None
    box: Box


class IncrementalRenderer:
    """Keeps the picture of one camera up to date."""

    def __init__(self, camera: BatchedCameraMixin) -> None:
        """Take over the camera's picture; nothing else may draw into it."""
        self._camera = camera
        self._drawn: list[_Drawn] = []
        self._setting: tuple[Any, ...] = ()
        self._base = np.empty(0)  # the picture of the first `_below` things drawn
        self._below = 0
        self._still: list[int] = []  # of the last frames, how many things from the first on had not changed

    def draw(self, mobjects: Iterable[Mobject]) -> tuple[Box, ...]:
        """Make the camera's picture that of the mobjects, and return where it has changed since the last call."""
        camera = self._camera
        shown = list(camera.get_mobjects_to_display(mobjects))
        setting = camera.setting()
        whole = Box(0, 0, camera.pixel_width, camera.pixel_height)
        before, anew = self._drawn, setting != self._setting
        if anew:
            before = []
            self._setting, self._base, self._below, self._still = setting, camera.background.copy(), 0, []
        self._drawn = self._look_at(shown, before)
        if any(one.look is None for one in self._drawn):  # something of which nothing is known: as manim does it
            self._setting = ()
            camera.reset()
            camera.capture_mobjects(shown, include_submobjects=False)
            return (whole,)
        changed = (whole,) if anew else _cut(list(_changes(before, self._drawn)), whole)
        self._settle(before)
        for box in changed:
            box.of(camera.pixel_array)[:] = box.of(self._base)
            camera.capture_within([one.mobject for one in self._drawn[self._below :] if one.box.meets(box)], box)
        return changed

    def _look_at(self, shown: Sequence[Mobject], before: Sequence[_Drawn]) -> list[_Drawn]:
        """Return what is to be drawn; a box is found anew only where the look is new."""
        known = {id(one.mobject): one for one in before}
        drawn = []
        for mobject in shown:
            look, old = self._camera.look_of(mobject), known.get(id(mobject))
            if old is not None and old.look == look and look is not None:
                drawn.append(old)
            else:
                drawn.append(_Drawn(mobject, look, self._camera.box_of(mobject) if look else Box(0, 0, 0, 0)))
        return drawn

    def _settle(self, before: Sequence[_Drawn]) -> None:
        """Keep the picture to begin from up to date, and add to it what has stood still for some frames."""
        still = 0
        for old, new in zip(before, self._drawn, strict=False):
            if old is not new:
                break
            still += 1
        self._still = [*self._still[1 - PATIENCE :], still]
        if still < self._below:
            self._base, self._below = self._camera.background.copy(), 0
        settled = min(self._still) if len(self._still) == PATIENCE else 0
        if settled > self._below:
            with self._camera.drawing_on(self._base):
                self._camera.capture_mobjects(
                    [one.mobject for one in self._drawn[self._below : settled]], include_submobjects=False
                )
            self._below = settled


def _changes(before: Sequence[_Drawn], after: Sequence[_Drawn]) -> Iterator[Box]:
    """Yield the boxes in which two pictures differ: of what is gone, new, other than before, or in another order."""
    kept = {id(one) for one in after} & {id(one) for one in before}
    yield from (one.box for one in (*before, *after) if id(one) not in kept)
    old, new = ([one for one in picture if id(one) in kept] for picture in (before, after))
    yield from (box for one, other in zip(old, new, strict=True) if one is not other for box in (one.box, other.box))


def _cut(boxes: Sequence[Box], whole: Box) -> tuple[Box, ...]:
    """Return few boxes that hold all those given and little else; none of them meets another."""
    if not boxes:
        return ()
    grid = np.zeros((-(-whole.bottom // CELL), -(-whole.right // CELL)), dtype=bool)
    for box in boxes:
        if box.meets(whole):
            rows = slice(max(0, box.top) // CELL, -(-box.bottom // CELL))
            grid[rows, max(0, box.left) // CELL : -(-box.right // CELL)] = True
    return tuple(
        Box(left * CELL, top * CELL, min(right * CELL, whole.right), min(bottom * CELL, whole.bottom))
        for left, top, right, bottom in _cut_grid(grid, 0, 0)
    )


def _cut_grid(grid: np.ndarray, left: int, top: int) -> Iterator[Box]:
    """Yield boxes around what is marked in a grid, cut wherever a whole row or column is free."""
    for first, last in _runs(np.any(grid, axis=1)):
        band = grid[first:last]
        columns = list(_runs(np.any(band, axis=0)))
        for begin, end in columns:
            if len(columns) == 1:
                yield Box(left + begin, top + first, left + end, top + last)
            else:
                yield from _cut_grid(band[:, begin:end], left + begin, top + first)


def _runs(marks: Any) -> Iterator[tuple[int, int]]:
    """Yield where each run of marks begins and ends."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marks, [False]])))
    return zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True)
