"""Pictograms of other kinds of networks; illustrations, they carry no recorded number."""

from __future__ import annotations

import numpy as np
from manim import DOWN, RIGHT, UP, Arrow, Group, Square, UpdateFromAlphaFunc, VGroup
from manim.animation.animation import Animation

from scenes.look.style import STROKE, palette
from scenes.mobjects.diagram.network import Neurons
from scenes.mobjects.pictures.colormap import brightness
from scenes.mobjects.pictures.pixels import DigitImage

SPACING, RADIUS = 1.25, 0.3
ROWS = (3, 10, 17)  # of the image, along which the window runs


class Window(Square):
    """A small window that looks at a few pixels at a time, as a convolutional network does.

    image: that it runs over. size: pixels along a side.
    """

    def __init__(self, image: DigitImage, size: int = 7) -> None:
        self._image, self._size = image, size
        side = size * image.height / image.shape[0]
        super().__init__(side, color=palette().attention, stroke_width=1.5 * STROKE)
        self.look_at(0.0)

    def look_at(self, share: float) -> Window:
        """Stand where the window is after `share` (0 to 1) of its way: row after row, from left to right."""
        way = min(share * len(ROWS), len(ROWS) - 1e-6)
        columns = self._image.shape[1] - self._size
        corner = self._image.cell(ROWS[int(way)], 0) + (way % 1) * (
            self._image.cell(0, columns) - self._image.cell(0, 0)
        )
        half = (self._size - 1) / 2 * self._image.height / self._image.shape[0]
        self.move_to(corner + half * (RIGHT + DOWN))
        return self

    def animate_sweep(self) -> Animation:
        """Return the window running over the image once."""
        return UpdateFromAlphaFunc(self, lambda window, alpha: window.look_at(alpha))


class Chain(Group):
    """A neuron at each moment, handing on to itself at the next, as a recurrent network does. count: of moments."""

    def __init__(self, count: int) -> None:
        centers = np.zeros((count, 3))
        centers[:, 0] = (np.arange(count) - (count - 1) / 2) * SPACING
        self.neurons = Neurons(centers, RADIUS)
        look = {"buff": 0, "stroke_width": STROKE, "color": palette().muted, "tip_length": 0.14}
        on = [Arrow(c + RADIUS * RIGHT, c + (SPACING - RADIUS) * RIGHT, **look) for c in centers[:-1]]
        into = [Arrow(c + 1.1 * DOWN, c + RADIUS * DOWN, **look) for c in centers]
        out = [Arrow(c + RADIUS * UP, c + 1.1 * UP, **look) for c in centers]
        super().__init__(self.neurons, VGroup(*on, *into, *out))

    def animate_pulse(self) -> Animation:
        """Return a light going from the first moment to the last."""
        return UpdateFromAlphaFunc(self.neurons, self._light)

    def _light(self, neurons: Neurons, alpha: float) -> None:
        head = alpha * (len(neurons) + 1) - 1
        behind = np.clip(head - np.arange(len(neurons)), -1, None)
        neurons.fill = brightness(np.where(behind < 0, 1 + behind, np.exp(-0.5 * behind)))
