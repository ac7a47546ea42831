"""Places the plots of predictions, and what is written around them."""

from __future__ import annotations

from scenes.animate.shared.panels import BETWEEN, BOTTOM, LEFT_END, RIGHT_END, TOP, Box

INSET = (0.85, 0.8, 0.95)  # scene units left of, below and right of a plot, for what is written there
HEAD, LOW_HEAD = 1.0, 0.6  # scene units above a plot: two rows of text, or one where there are several plots
ALONE = 9.4  # scene units that a single panel is wide


def inside(box: Box, several: bool) -> Box:
    """Return the place of the plot itself within a box. several: whether the model has several outputs."""
    left, bottom, width, height = box
    head = LOW_HEAD if several else HEAD
    return left + INSET[0], bottom + INSET[1], width - INSET[0] - INSET[2], height - INSET[1] - head


def fit_boxes(count: int) -> list[Box]:
    """Return the boxes of `count` panels: one in the middle, two side by side, three or four in two rows."""
    width, height = RIGHT_END - LEFT_END, TOP - BOTTOM
    if count == 1:
        return [(-ALONE / 2, BOTTOM, ALONE, height)]
    each = (width - BETWEEN) / 2
    tall = height if count == 2 else (height - 0.1) / 2
    return [
        (LEFT_END + column * (each + BETWEEN), TOP - (row + 1) * tall - row * 0.1, each, tall)
        for row, column in (divmod(place, 2) for place in range(count))
    ]
