"""An image that is looked at closely: itself, what it is and what it is taken for, and its ten outputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Group, RoundedRectangle

from scenes.beats.beat import Beat
from scenes.chapters.gradient_descent.answers.answer import LabelAndAnswer
from scenes.chapters.gradient_descent.answers.mistakes import TestMistakes
from scenes.evidence.evidence import Evidence, Measured
from scenes.look.style import STROKE, palette
from scenes.mobjects.pictures.pixels import DigitImage, picture_frames
from scenes.mobjects.plots.bars import Bars

BAR, ROW_SIZE = 1.65, 0.4  # of the ten outputs: an output of 1, and the em, scene units, in a case of full size


@dataclass(frozen=True)
class CaseLook:
    """How large a case is. picture: height of the image. scale: of its outputs. reading: how far right of its middle

    the numbers stand that tell what it is.
    """

    picture: float = 2.75
    scale: float = 1.0
    reading: float = 0.75


class Case(Group):
    """An image at the left, below it what it is and what it is taken for, its ten outputs beside it.

    image: its position among those of `mistakes`. place: of the whole's middle. told: what label and answer rest on,
    outputs: what the outputs do.
    """

    def __init__(
        self,
        beat: Beat,
        mistakes: TestMistakes,
        image: int,
        pixels: np.ndarray,
        place: np.ndarray,
        look: CaseLook,
        *,
        told: Measured,
        outputs: Evidence,
    ) -> None:
        self.image, self.look = image, look
        self.outputs = mistakes.outputs[image]
        self.label, self.answer = int(mistakes.labels[image]), int(mistakes.answers[image])
        left = place + 1.65 * look.scale * LEFT
        self.picture = DigitImage(pixels, height=look.picture, line=0).move_to(left + 1.05 * UP)
        self.frame = picture_frames(self.picture.get_center()[None], look.picture)
        self.reading = LabelAndAnswer(beat, self.label, self.answer, left + look.reading * RIGHT + 1.15 * DOWN, told)
        digits = [str(digit) for digit in range(len(self.outputs))]
        self.bars = Bars(
            self.outputs, digits, width=BAR * look.scale, size=ROW_SIZE * look.scale, because=outputs
        ).empty()
        self.bars.move_to(place + 1.75 * look.scale * RIGHT)
        for digit, color in ((self.answer, palette().attention), (self.label, palette().right)):
            self.bars.row(digit).set_color(color)
        super().__init__(self.picture, self.frame, self.reading, self.bars)

    def box(self, digit: int, color: str) -> RoundedRectangle:
        """Return a box around an output's label, bar and number."""
        row = Group(self.bars.labels[digit], self.bars.tracks[digit], self.bars.numbers[digit])
        box = RoundedRectangle(width=row.width + 0.22, height=1.42 * ROW_SIZE * self.look.scale, corner_radius=0.08)
        return box.set_stroke(color, width=1.5 * STROKE).move_to(row).match_y(self.bars.tracks[digit])
