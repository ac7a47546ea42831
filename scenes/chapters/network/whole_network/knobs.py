"""All weights and biases at the steps at which the network was evaluated, and the scale in which they are drawn."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from manim import RIGHT, Group

from scenes.beats.beat import Beat
from scenes.beats.stage import BIASES, LAST, LAYERS, WEIGHTS, sizes_of
from scenes.evidence.evidence import Exact, Measured
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.look.style import SMALL, palette
from scenes.mobjects.pictures.colormap import WEAKER, full_shade
from scenes.mobjects.pictures.shade_bar import ShadeBar


@dataclass(frozen=True)
class Knobs:
    """What was trained, at recorded steps at which the network was evaluated, too.

    sizes: of the layers, input first. accuracy: right answers on the test images, 0 to 1. weights, biases: of each
    layer after the input, (step, out, in) and (step, out).
    """

    sizes: tuple[int, ...]
    accuracy: Series
    weights: tuple[Series, ...]
    biases: tuple[Series, ...]

    @classmethod
    def of(cls, beat: Beat) -> Knobs:
        """Return what a beat was given of "digits"."""
        accuracy = beat.series("digits", "metric.test_accuracy")
        weights, biases = (
            tuple(beat.series("digits", f"{layer}.{kind}").only(accuracy.steps) for layer in LAYERS)
            for kind in ("weight", "bias")
        )
        return cls(sizes_of(beat.data["digits"]), accuracy, weights, biases)

    def stops(self, count: int) -> list[int]:
        """Return at most `count` of the steps, between which the first layer's weights travel equally far.

        The first and the last are among them, even where the weights did not move at all.
        """
        moved = np.diff(self.weights[0].values, axis=0)  # (step - 1, out, in)
        travelled = np.concatenate([[0.0], np.cumsum(np.sqrt((moved**2).sum(axis=(1, 2))))])
        wanted = np.searchsorted(travelled, np.linspace(0, travelled[-1], count))
        wanted[-1] = len(travelled) - 1
        return [int(self.accuracy.steps[place]) for place in np.unique(wanted)]

    # What is measured ---------------------------------------------------------------------------------------------

    @property
    def counts(self) -> list[int]:
        """How many weights lead into each layer after the input, and at last how many biases there are."""
        return [a * b for a, b in itertools.pairwise(self.sizes)] + [sum(self.sizes[1:])]

    def count_up_to(self, which: int) -> Exact:
        """Return how many there are of the first `which` of `counts`."""
        return Exact("sum(counts)", counts=self.counts[:which])

    def measure_sizes(self) -> Measured:
        """Measure how many neurons the layers have."""
        return Measured("sizes", list(self.sizes), N_("how many neurons the layers have, input first"), WEIGHTS)

    def measure_start(self) -> Measured:
        """Measure that training started from drawn weights, and from biases of zero."""
        weights = [float(np.abs(one.values[0]).max()) for one in self.weights]
        told = {"weights": weights, "biases": max(float(np.abs(one.values[0]).max()) for one in self.biases)}
        how = N_("the largest weight of each layer, and the largest bias, before training; drawn from the random seed")
        measured = Measured("start", told, how, (*WEIGHTS, *BIASES, "digits/config.seed"))
        return measured.when(lambda was: was["biases"] == 0 < min(was["weights"]))

    def measure_turned(self) -> Measured:
        """Count the weights and biases that the training turned: they end where they did not start."""
        ends = [one.values[[0, LAST]] for one in (*self.weights, *self.biases)]
        told = {"turned": sum(int((first != last).sum()) for first, last in ends), "of": sum(self.counts)}
        how = N_(
            "weights and biases that are not after the last step what they were before the first, and how many there "
            "are; the weight of a pixel that is 0 in all training images stays as it is"
        )
        return Measured("turned", told, how, (*WEIGHTS, *BIASES))

    def measure_shade(self) -> Measured:
        """Measure the value from which on weights and biases are drawn in full shade, in two digits."""
        later = np.concatenate([one.values[LAST].ravel() for one in self.weights[1:]])
        shade = float(f"{full_shade(later):.2g}")
        how = N_("the strength that 98 % of the weights after the first hidden layer do not reach, rounded")
        return Measured("full_shade", {"from": shade, "share": WEAKER}, how, WEIGHTS)


def shade_note(beat: Beat, shade: Measured) -> Group:
    """Return the bar of shades in which weights and biases are drawn, and what it is a bar of."""
    bar = ShadeBar(shade.value["from"])
    text = N_("weights and biases; beyond the ends: full shade")
    words = beat.words(text, SMALL, color=palette().muted, because=shade)
    return Group(bar, words.next_to(bar.bar, RIGHT, buff=0.3))
