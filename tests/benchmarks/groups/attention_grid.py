"""A grid of 64×64 dots and 64×64 numbers, every one of which changes in every frame, at 1080p.

It is how a pattern of attention is drawn: the greater the value, the larger and brighter its dot, and its number beside
it. The values are 4,096 weights of the digits network on their way from the first recorded snapshot to the last. Ours
is one `Tiles` and one `Numbers`. Theirs is a `Dot` and a `DecimalNumber` a value, written with `Text` as the usual
`MathTex` needs LaTeX, resized and set anew in each frame. Only whole frames between the first and the last are timed,
as in `network_full`; making 8,192 objects, which takes manim as long as several frames, is left out.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from manim import LEFT, DecimalNumber, Dot, Text, UpdateFromAlphaFunc, VGroup, linear

from engine.recording import Recording
from scenes.drawing.tiles import Tiles
from scenes.mobjects.pictures.colormap import brightness
from scenes.text.many_numbers import Numbers
from tests.benchmarks.groups.filmed import Timed, time_frames
from tests.benchmarks.measure import Row, summarize
from tests.benchmarks.workshop import Workshop

INPUTS = slice(264, 520)  # of each of 16 neurons the weights of the image's middle: 4,096, 64×64
LEAST = slice(264, 268)  # 8×8
CELL = np.array([0.215, 0.119])  # scene units, across and down
LARGEST = 0.045  # radius of a dot at full strength, scene units
EM = 0.085  # of a number, scene units
FONT_SIZE = 48 * EM / 0.6  # manim's size for it: there a digit of size 48 is about as high as one of 0.6 units here
FRAMES_OF_OURS, FRAMES_OF_THEIRS = 60, 2  # one frame of theirs takes many seconds


class _Values:
    """The grid's values before and after training, (4096,) each, and how strongly each is drawn, 0 to 1."""

    def __init__(self, recording: Recording, inputs: slice) -> None:
        self.first, self.last = (
            recording.read("layer1.weight", step=step)[:, inputs].ravel().astype(float) for step in (0, -1)
        )
        self.scale = float(np.abs(self.last).max())

    def strength(self, values: np.ndarray) -> np.ndarray:
        return np.sqrt(np.abs(values) / self.scale)


class _Grid(Timed):
    """What both sides have: values and places."""

    def __init__(self, values: _Values, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.values = values
        side = math.isqrt(values.first.size)
        row, column = np.divmod(np.arange(side**2), side)
        middle = (side - 1) / 2
        places = np.stack([(column - middle) * CELL[0], (middle - row) * CELL[1], np.zeros(side**2)], axis=1)
        self.dot_places = places - [0.3 * CELL[0], 0, 0]
        self.number_places = places - [0.05 * CELL[0], 0, 0]  # of a number's left edge


class _Ours(_Grid):
    def construct(self) -> None:
        values = self.values
        before, after = self._dots(values.first), self._dots(values.last)
        numbers = Numbers(values.first, self.number_places, size=EM, align="left")
        numbers.set_color("#FFFFFF")
        self.add(before, numbers)
        moves = before.animate.become(after), numbers.animate.show_values(values.last)
        self.play(*moves, run_time=self.playing, rate_func=linear)

    def _dots(self, values: np.ndarray) -> Tiles:
        strength = self.values.strength(values)
        return Tiles(self.dot_places, LARGEST * strength, fill=brightness(strength), corner=1.0)


class _Theirs(_Grid):
    def construct(self) -> None:
        strength = self.values.strength(self.values.first)
        dots = VGroup(
            *[
                Dot(place, radius=LARGEST * share, fill_opacity=share)
                for place, share in zip(self.dot_places, strength.tolist(), strict=True)
            ]
        )
        numbers = VGroup(
            *[
                DecimalNumber(value, mob_class=Text, font_size=FONT_SIZE).move_to(place, aligned_edge=LEFT)
                for place, value in zip(self.number_places, self.values.first.tolist(), strict=True)
            ]
        )
        self.add(dots, numbers)
        moves = UpdateFromAlphaFunc(dots, self._resize), UpdateFromAlphaFunc(numbers, self._count)
        self.play(*moves, run_time=self.playing, rate_func=linear)

    def _resize(self, dots: VGroup, alpha: float) -> None:
        first, last = self.values.strength(self.values.first), self.values.strength(self.values.last)
        for dot, share in zip(dots, (first * (1 - alpha) + last * alpha).tolist(), strict=True):
            dot.width = 2 * LARGEST * share
            dot.set_fill(opacity=share)

    def _count(self, numbers: VGroup, alpha: float) -> None:
        values = self.values.first * (1 - alpha) + self.values.last * alpha
        for number, value in zip(numbers, values.tolist(), strict=True):
            number.set_value(value)


def measure(rounds: int, shop: Workshop) -> dict[str, Row]:
    """Return the row of seconds a frame."""
    values = _Values(shop.recording_of("digits"), shop.of(INPUTS, LEAST))
    ours, theirs = time_frames(_Ours, _Theirs, (values,), (FRAMES_OF_OURS, FRAMES_OF_THEIRS), rounds, shop)
    frames = f"64×64 dots and 64×64 numbers changing, 1080p, {FRAMES_OF_OURS} frames of ours"
    frames += f" and {FRAMES_OF_THEIRS} of theirs"
    return {"attention_grid": summarize(ours, theirs, "s a frame", "ratio at least 300", frames=frames)}
