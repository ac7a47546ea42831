"""Draws the chain of neurons: circles in a row with their weights, or in a column where the frame is tall."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Arrow, Circle, Line, VGroup

from scenes.chapters.backpropagation_calculus.chain.values import ChainPass
from scenes.look.boxes import FrameBox
from scenes.look.style import LABEL, STROKE, palette, sign_color
from scenes.text.numbers import number_words
from scenes.text.typeset import Formula

NAMES = ("x", "a^((L-2))", "a^((L-1))", "a^((L))")
WEIGHTS = ("w^((L-2))", "w^((L-1))", "w^((L))")
BIASES = ("b^((L-2))", "b^((L-1))", "b^((L))")
VALUE = 0.36  # em of a neuron's number
LARGEST = 0.72  # scene units, the radius of a neuron
BESIDE = 0.14  # scene units between a neuron or an edge and what is written of it


class ChainPicture(VGroup):
    """The neurons of a chain from the input to the output, as bright as they are active.

    neurons: their circles. names, numbers: what each is called and holds. edges, weights, biases: of each neuron behind
    the input. upright: whether they stand in a column, the input at the top.
    """

    def __init__(self, chain: ChainPass, box: FrameBox, *, upright: bool = False, numbers: bool = True) -> None:
        count = len(chain.w) + 1
        along, aside = (DOWN, RIGHT) if upright else (RIGHT, DOWN)
        step = (box.height if upright else box.width) / count
        radius, size = min(LARGEST, step / 4), LABEL if upright else min(LABEL, 0.175 * step)
        starts = [box.center + along * step * (at - (count - 1) / 2) for at in range(count)]
        shares = [min(1.0, max(0.0, value)) for value in (chain.x, *chain.a)]
        shade = palette().bright
        self.neurons = VGroup(
            *(
                Circle(radius, color=palette().line, stroke_width=STROKE).set_fill(shade, opacity=share).move_to(start)
                for start, share in zip(starts, shares, strict=True)
            )
        )
        self.edges = VGroup(
            *(
                Arrow(
                    one.get_center() + along * radius,
                    other.get_center() - along * radius,
                    buff=0.06,
                    color=sign_color(weight),
                    stroke_width=3,
                    tip_length=0.18,
                    max_tip_length_to_length_ratio=0.4,
                )
                for one, other, weight in zip(self.neurons, self.neurons[1:], chain.w, strict=False)
            )
        )
        self.names = VGroup(*(Formula(name, size) for name in NAMES[-count:]))
        for name, neuron in zip(self.names, self.neurons, strict=True):
            name.next_to(neuron, aside, buff=BESIDE)
        self.numbers = VGroup(*(number_words(value, VALUE, because=chain.values) for value in (chain.x, *chain.a)))
        for number, name in zip(self.numbers, self.names, strict=True):
            number.next_to(name, aside if upright else DOWN, buff=0.2 if upright else 0.1)
        self.weights = VGroup(
            *(
                Formula(name, size, sign_color(weight)).next_to(edge, -aside, buff=BESIDE)
                for name, weight, edge in zip(WEIGHTS[-len(chain.w) :], chain.w, self.edges, strict=True)
            )
        )
        self.biases = VGroup(
            *(
                Formula(name, size, sign_color(bias)).next_to(neuron, -aside, buff=BESIDE)
                for name, bias, neuron in zip(BIASES[-len(chain.b) :], chain.b, self.neurons[1:], strict=True)
            )
        )
        super().__init__(self.edges, self.neurons, self.names, self.weights, self.biases)
        if numbers:
            self.add(self.numbers)

    def links(self) -> list[Line]:
        """Return its edges, in the order of the pass."""
        return list(self.edges)


def value_of(name: str, value: float, chain: ChainPass) -> VGroup:
    """Return a symbol with its value, side by side."""
    shown = VGroup(Formula(name, LABEL), number_words(value, LABEL, because=chain.values, before="="))
    return shown.arrange(RIGHT, buff=0.15)


def beside_digit(picture: ChainPicture, digit: VGroup, upright: bool) -> np.ndarray:
    """Return where a digit stands before the chain: left of its input, or above it."""
    return picture.neurons[0].get_center() + (UP if upright else LEFT) * (digit.height / 2 + 1.0)
