"""Places the panels of plots and the labels in them, and chooses the colours of their curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from manim import Circle

from scenes.look.style import palette
from scenes.mobjects.plots.growing_plot import GrowingPlot
from scenes.text.typeset import Typeset

if TYPE_CHECKING:
    from scenes.animate.shared.metrics import Panel

LEFT_END, RIGHT_END, BOTTOM, TOP = -6.65, 6.65, -3.05, 3.55  # of the panels with all that belongs to them
BETWEEN = 0.55  # scene units between two panels
LARGE = 0.6  # share of the width that the first panel has of two to four

Box = tuple[float, float, float, float]  # left, bottom, width, height, scene units


def clear_of(plot: GrowingPlot, label: Typeset, ring: Circle, notes: Sequence[Typeset]) -> Typeset:
    """Put a label near a ring, within the plot, where no curve runs through it and no note is.

    Places right below and above come first, then those further away and to the sides. Where there is no such place it
    goes below.
    """
    start, end = plot.axes.x_axis.line.get_start_and_end()
    top = plot.axes.y_axis.line.get_end()[1]
    half = np.array([label.width / 2 + 0.1, label.height / 2 + 0.1])
    least, most = start[0] + half[0] + 0.05, max(start[0] + half[0] + 0.05, end[0] - half[0] + 0.1)
    near = ring.height / 2 + half[1]
    spots = [
        np.array([x, ring.get_y() + side * (near + 0.2 * away)])
        for x in np.unique(np.clip(ring.get_x() + np.arange(-4, 4.1, 0.25), least, most))
        for away in range(25)
        for side in (-1, 1)
    ]
    spots.sort(key=lambda spot: np.hypot(1.5 * (spot[0] - ring.get_x()), spot[1] - ring.get_y()))
    curves = [line.curve.points[:, :2] for line in plot.lines if len(line.curve.points)]
    dense = [np.stack([at[:-1] + share * np.diff(at, axis=0) for share in np.linspace(0, 1, 9)]) for at in curves]
    points = np.concatenate([one.reshape(-1, 2) for one in dense]) if dense else np.zeros((0, 2))
    for spot in spots:
        crossed = (np.abs(points - spot) < half).all(axis=1).any()
        crossed |= any(abs(note.get_y() - spot[1]) < half[1] + note.height / 2 for note in notes)
        if start[1] + half[1] < spot[1] < top - half[1] and not crossed:
            return label.move_to([*spot, 0])
    return label.move_to([float(np.clip(ring.get_x(), least, most)), ring.get_y() - near, 0])


def colors_of(panel: Panel) -> tuple[str, ...]:
    """Return the colours of a panel's metrics."""
    shades = palette()
    mine = (shades.right, shades.positive) if panel.shares else (shades.text, shades.attention)
    return (
        *mine,
        shades.attention if panel.shares else shades.positive,
        shades.negative,
        shades.further,
        shades.line,
        shades.bright,
    )


def large_and_column(count: int) -> Iterator[Box]:
    """Yield the boxes of `count` panels: one large and the others in a column beside it, or all in two rows."""
    width, height = RIGHT_END - LEFT_END, TOP - BOTTOM
    if count > 4:
        each = ((width - 2 * BETWEEN) / 3, (height - 0.2) / 2)
        for place in range(count):
            row, column = divmod(place, 3)
            yield LEFT_END + column * (each[0] + BETWEEN), TOP - each[1] - row * (each[1] + 0.2), *each
        return
    large = width if count == 1 else LARGE * (width - BETWEEN)
    yield LEFT_END, BOTTOM, large, height
    for place in range(count - 1):
        tall = height / (count - 1)
        yield LEFT_END + large + BETWEEN, TOP - (place + 1) * tall, width - BETWEEN - large, tall
