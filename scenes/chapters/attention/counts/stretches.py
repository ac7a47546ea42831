"""The axes on which the singular values of a map stand: how far it stretches each direction."""

from __future__ import annotations

import numpy as np
from manim import DOWN, UP

from scenes.beats.beat import Beat
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.look.style import SMALL, palette
from scenes.mobjects.plots.axes import Axes2D
from scenes.text.typeset import Words

MIDDLE, WIDTH, HEIGHT = (3.9, -0.65), 4.5, 4.3  # scene units


def stretch_axes(beat: Beat, values: np.ndarray, left: Measured) -> tuple[Axes2D, Words]:
    """Return axes for the values, (rank,), greatest first, and what runs along them.

    left: how many directions are left, which the axis marks.
    """
    count = len(values)
    axes = Axes2D(
        (0, 1.04 * count),
        (0, 1.1 * float(values.max())),
        WIDTH,
        HEIGHT,
        x={"ticks": sorted({left.value["left"], count}), "form": "{:.0f}"},
        y={"ticks": 4, "label": beat.words(N_("how far it is stretched"), SMALL)},
    )
    axes.shift([*MIDDLE, 0] - axes.x_axis.line.get_center() - HEIGHT / 2 * UP)
    along = beat.words(N_("directions, most stretched first"), SMALL, color=palette().muted, because=left)
    return axes, along.next_to(axes.x_axis, DOWN, buff=0.1)
