"""What a drawn nine and a drawn eight are made of: the strokes traced in their own pixels, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from manim import Animation, AnimationGroup, CapStyleType, Create, LaggedStart, VGroup, VMobject, linear

from scenes.look.style import palette
from scenes.measures.tracing import cut_curve, holes, trace_line, trace_loop
from scenes.mobjects.pictures.colormap import brightness
from scenes.mobjects.pictures.pixels import CellPicture, DigitWall

GHOST = 0.16  # opacity of the digit around a piece of it


class DigitParts:
    """A nine and an eight, their four parts, and the pieces of these parts.

    nine, eight: pixels (rows, columns). edges: how many pieces all parts are cut into together.
    `owners[k]` is the digit, 0 or 1, that part k belongs to; `each` the number of pieces of a part.
    """

    def __init__(self, nine: np.ndarray, eight: np.ndarray, *, edges: int) -> None:
        self.digits = (nine, eight)
        traces = [*nine_parts(nine), *eight_parts(eight)]
        self.owners = (0, 0, 1, 1)
        self.each = edges // len(traces)
        self._cut = [cut_curve(trace, self.each) for trace in traces]

    def pieces(self, part: int, centers: Iterable[np.ndarray], height: float, width: float) -> list[VMobject]:
        """Return the pieces of a part, each where it lies in an image of its own.

        centers: (piece, 3) the images' centers. height: of an image, scene units. width: manim's stroke width.
        """
        shape = self.digits[0].shape
        image = CellPicture(shape, brightness(np.zeros(shape[0] * shape[1])), height=height)
        return [
            stroke(places, image.move_to(center), width)
            for places, center in zip(self._cut[part], centers, strict=True)
        ]

    def whole(self, part: int, center: np.ndarray, height: float, width: float) -> list[VMobject]:
        """Return the pieces of a part, all in one image."""
        return self.pieces(part, [center] * self.each, height, width)

    def ghosts(self, centers: np.ndarray, pitch: float, height: float) -> DigitWall:
        """Return, faint, in each cell of a table the digit that its part belongs to.

        centers: (cell, 3), a row a part, `pitch` apart. height: of a cell.
        """
        across = len(centers) // len(self.owners)
        pixels = np.stack([self.digits[owner] for owner in self.owners for _ in range(across)])
        wall = DigitWall(pixels, across=across, height=len(self.owners) * pitch, margin=1 - height / pitch)
        return wall.shift(centers.mean(axis=0)).set_opacity(GHOST)


def stroke(places: np.ndarray, image: CellPicture, width: float) -> VMobject:
    """Return a smooth yellow curve through places (n, 2), given in an image's pixels as (column, row)."""
    corner, side = image.cell(0, 0), image.cell(1, 1) - image.cell(0, 0)
    points = corner + np.column_stack([places * side[:2], np.zeros(len(places))])
    curve = VMobject(stroke_color=palette().attention, stroke_width=width)
    return curve.set_points_smoothly(points).set_cap_style(CapStyleType.ROUND)


class Draw(Create):
    """Draws a curve that is unseen before its turn: of a curve not yet begun, round caps would leave a dot."""

    def interpolate_mobject(self, alpha: float) -> None:
        super().interpolate_mobject(alpha)
        self.mobject.set_stroke(opacity=float(alpha > 0))


def drawn_in_turn(part: VGroup) -> Animation:
    """Return the animation of a curve being drawn, piece after piece."""
    return LaggedStart(*[Draw(piece, rate_func=linear) for piece in part], lag_ratio=1.0)


def burst(part: VGroup) -> Animation:
    """Return the animation of a part's pieces pulling apart."""
    center = part.get_center()
    return AnimationGroup(*[piece.animate.shift(0.28 * (piece.get_center() - center)) for piece in part])


def clearest(images: np.ndarray, probes: np.ndarray, loops: int) -> int:
    """Return the probe that has just so many loops and whose smallest loop encloses most pixels.

    images: (probe, rows, columns). probes: positions among which to choose.
    """
    sizes = {int(probe): [int(hole.sum()) for hole in holes(images[probe])] for probe in probes}
    fitting = {probe: min(found) for probe, found in sizes.items() if len(found) == loops}
    if not fitting:
        raise LookupError(f"no probe image of this digit has {loops} closed loops: record more probes of each digit")
    return max(fitting, key=lambda probe: fitting[probe])


def nine_parts(pixels: np.ndarray) -> list[np.ndarray]:
    """Return a nine's loop and line, each (n, 2) places in pixels."""
    hole = holes(pixels)[0]
    return [trace_loop(pixels, hole), trace_line(pixels, top=float(np.nonzero(hole)[0].mean()))]


def eight_parts(pixels: np.ndarray) -> list[np.ndarray]:
    """Return an eight's upper and lower loop, each (n, 2) places in pixels."""
    upper, lower = sorted(holes(pixels)[:2], key=lambda hole: float(np.nonzero(hole)[0].mean()))
    return [trace_loop(pixels, upper), trace_loop(pixels, lower)]
