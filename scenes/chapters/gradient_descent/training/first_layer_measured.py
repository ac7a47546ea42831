"""What `what_it_learned` rests on: measurements of the first layer's weights, and of how often the network is right."""

from __future__ import annotations

import numpy as np

from scenes.beats.stage import LAST
from scenes.chapters.gradient_descent.training.first_layer import Weights, neighbours_alike
from scenes.evidence.evidence import Measured
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.measures.clean_edges import CLEAN, edge_share

NOISE, PATTERN = 0.2, 0.3  # correlations of neighbouring weights: of noise at most, of a pattern at least
LITTLE = 0.1  # how far weights went, by their own length at the start, that are said to have hardly changed
KNOWS = 0.5  # right on so many new images: it has learned
LAYER, LIT, ACCURACY = "digits/layer1.weight", "digits-review/train.lit", "digits/metric.test_accuracy"


class FirstLayer:
    """The measurements, each with the rules of the lines that rest on it.

    dark: (row, column) bool, the pixels that no training image lights. snapshots: of the three pictures of one neuron,
    at the start, half of its way and the end.
    """

    def __init__(self, weights: Weights, dark: np.ndarray, accuracy: Series) -> None:
        self.dark = dark
        self.snapshots = (0, weights.between, len(weights.steps) - 1)
        self.measure_neighbours(weights)
        self.measure_changes(weights)
        self.measure_edges(weights)
        self.measure_right(accuracy)
        size = np.abs(weights.values[LAST])
        beyond = float((size > weights.scale).mean())
        shades = {"full": weights.scale, "beyond": beyond, "strongest": float(size.max())}
        how = N_("the weight at full shade, the share of weights beyond it, and the strongest one")
        self.full_shade = Measured("full_shade", shades, how, (LAYER,))

    def measure_neighbours(self, weights: Weights) -> None:
        """Measure how alike neighbouring weights are: of all neurons, and of the one that is looked at closely."""
        alike = {name: neighbours_alike(weights.pictures(which)) for name, which in (("start", 0), ("end", LAST))}
        how = N_("how alike neighbouring weights are: their correlation, before and after training, in the median")
        medians = {name: float(np.median(each)) for name, each in alike.items()}
        all_of_them = Measured("alike", medians, how, (LAYER,))
        noise, pattern = (
            N_("noise: neighbouring weights are not alike"),
            N_("a pattern: neighbouring weights are alike"),
        )
        self.noise = all_of_them.when(lambda are: abs(are["start"]) < NOISE, noise)
        self.patterns = all_of_them.when(lambda are: are["end"] > PATTERN, pattern)
        steps = weights.steps[list(self.snapshots)].tolist()
        how = N_(
            "of the neuron shown that went farthest: how alike neighbours are; the steps at start, half way and end"
        )
        one = {"alike": float(alike["end"][weights.neuron]), "steps": steps}
        self.one = Measured("closeup", one, how, (LAYER,))
        self.smudges = self.one.when(lambda own: own["alike"] > PATTERN, pattern)
        self.still_noise = self.one.when(lambda own: own["alike"] < NOISE, noise)

    def measure_changes(self, weights: Weights) -> None:
        """Measure how far the weights went, and whether any of a pixel that is never lit did."""
        how = N_("how far a neuron's weights went, by their length at the start, in the median")
        changed = Measured("changed", weights.changed, how, (LAYER,))
        self.hardly = changed.when(lambda gone: gone < LITTLE, N_("hardly: by less than a tenth of their length"))
        still = {"pixels": int(self.dark.sum()), "moved": int((self.dark & weights.moved()).sum())}
        how = N_("pixels that are 0 in all training images, and those of them whose weights ever changed")
        self.never_lit = Measured("never_lit", still, how, (LIT, LAYER)).when(
            lambda are: are["moved"] == 0 < are["pixels"], N_("nothing moved: not one of their weights changed")
        )

    def measure_edges(self, weights: Weights) -> None:
        """Measure how much of a neuron's weights one edge explains."""
        how = N_("the largest share of a neuron's squared weights that one edge, positive beside negative, explains")
        share = Measured("edge_share", edge_share(weights.pictures(LAST)), how, (LAYER,))
        reason = N_("no clean edge: none, wherever it lies, explains half of a neuron's weights")
        self.no_edges = share.when(lambda explained: explained < CLEAN, reason)

    def measure_right(self, accuracy: Series) -> None:
        """Measure how often the trained network is right."""
        how = N_("how many of the new images are answered rightly after the last step")
        self.right = Measured("right", float(accuracy.values[LAST]), how, (ACCURACY,))
        self.works = self.right.when(lambda share: share >= KNOWS, N_("at least half of the new images"))
        self.fails = self.right.when(lambda share: share < KNOWS, N_("less than half of the new images"))
