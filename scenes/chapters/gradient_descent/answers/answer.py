"""A network's answer to an image: the box around its output, and the reading beside what the image is."""

from __future__ import annotations

import numpy as np
from manim import LEFT, Group, RoundedRectangle

from scenes.beats.beat import Beat
from scenes.evidence.evidence import Because
from scenes.language.translation import N_
from scenes.look.style import LABEL, STROKE, TITLE, palette
from scenes.mobjects.diagram.network import Network
from scenes.text.numbers import Number

LINE = 0.75  # scene units from one line of the reading to the next


class LabelAndAnswer(Group):
    """Two lines, "it is 3" and "its answer 0", their numbers one above the other at `place`.

    Where nobody has told what the image is, its label below 0, only the second line is a part of the group.
    because: what both numbers rest on.
    """

    def __init__(self, beat: Beat, label: int, answer: int, place: np.ndarray, because: Because = None) -> None:
        right, attention = palette().right, palette().attention
        self.label, self.answer = (
            Number(value, "{:.0f}", TITLE, color, because=because)
            for value, color in ((label, right), (answer, attention))
        )
        words = beat.words(N_("it is"), LABEL, color=right), beat.words(N_("its answer"), LABEL, color=attention)
        self.lines = [Group(*line) for line in zip(words, (self.label, self.answer), strict=True)]
        for k, (word, number) in enumerate(self.lines):
            number.move_to(place - [0, LINE * k, 0])
            word.next_to(number, LEFT, buff=0.25).align_baseline(number)
        super().__init__(*self.lines[label < 0 :])


def answer_box(network: Network, digit: int, right: float, color: str) -> RoundedRectangle:
    """Return a box from the output neuron of a digit to `right`, scene units."""
    neuron = network.columns[-1].item(digit)
    left = neuron.get_left()[0]
    box = RoundedRectangle(width=right - left + 0.3, height=1.24 * neuron.height, corner_radius=0.08)
    box.set_stroke(color, width=1.5 * STROKE)
    return box.move_to([(left + right) / 2, neuron.get_y(), 0])


def box_below(network: Network, digit: int, bottom: float, color: str) -> RoundedRectangle:
    """Return a box from the output neuron of a digit down to `bottom`, scene units; the network runs downwards."""
    neuron = network.columns[-1].item(digit)
    top = neuron.get_top()[1]
    box = RoundedRectangle(width=1.3 * neuron.width, height=top - bottom + 0.2, corner_radius=0.08)
    box.set_stroke(color, width=1.5 * STROKE)
    return box.move_to([neuron.get_x(), (top + bottom) / 2, 0])
