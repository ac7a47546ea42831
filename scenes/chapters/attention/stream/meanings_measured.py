"""What `same_word_different_meaning` tells of a word's vectors, measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenes.chapters.attention.stream.meanings import FULL, PARTED, Meanings
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

PAIRS = ((0, 1), (0, 2), (1, 2))
NOTICED = 0.05  # share of a vector's length by which it must differ to be said to have changed
SENTENCES, PHRASES = "attention-meanings/sentence.stream", "attention-meanings/phrase.stream"


@dataclass(frozen=True)
class MeaningsMeasured:
    """put_in: what goes in. parting: where and how the first text stands apart. cosines: how alike each two texts are.

    planes: what the two planes keep. shade: how many numbers have their full colour. phrases: how far each two of them
    part. changed: how much the words before change.
    """

    put_in: Measured
    parting: Measured
    cosines: Measured
    planes: tuple[Measured, Measured]
    shade: Measured
    phrases: Measured
    changed: Measured

    def alike_at_first(self) -> Measured:
        """Return what goes in, where that is the same in all sentences."""
        return self.put_in.when(
            lambda there: there["largest difference"] < 1e-6, N_("no number differs between the sentences")
        )

    def parted(self) -> Measured:
        """Return where the first text stands apart, where it does so from there on."""
        return self.parting.when(
            lambda there: there["apart from there on"],
            N_("alike at most by 0.95 at that layer, and less alike than the money's from there on"),
        )


def measure_meanings(banks: Meanings, phrases: Meanings) -> MeaningsMeasured:
    """Measure the word's vectors in the sentences and in the phrases."""
    first = banks.stream[:, 0].astype(float)
    put_in = {
        "sentences": len(first),
        "numbers": first.shape[1],
        "largest difference": float(np.abs(first - first[0]).max()),
    }
    how = N_("the vector of the word before the first layer, in each sentence")
    plane = N_("the share of the variance of the directions, seen from their mean at each layer, that the plane keeps")
    planes = (
        Measured("plane", banks.plane.explained, plane, (SENTENCES,)),
        Measured("phrase_plane", phrases.plane.explained, plane, (PHRASES,)),
    )
    least = [float(phrases.cosine(*pair).min()) for pair in PAIRS]
    last = banks.stream[:, -1].astype(float)
    longest = float(np.linalg.norm(last, axis=1).max())
    change = min(float(np.linalg.norm(last[one] - last[other])) for one, other in PAIRS) / longest
    return MeaningsMeasured(
        Measured("put_in", put_in, how, (SENTENCES,)),
        _parting(banks),
        Measured(
            "cosines",
            [banks.cosine(*pair).tolist() for pair in PAIRS],
            N_("the cosine of the angle between two of the vectors, at each layer"),
            (SENTENCES,),
        ),
        planes,
        Measured(
            "full_shades", _at_full(banks), N_("the share of a layer's numbers drawn in full colour"), (SENTENCES,)
        ),
        Measured("phrases_part", least, N_("the least cosine between two of the phrases' vectors"), (PHRASES,)).when(
            lambda cosines: max(cosines) < 1 - PARTED, N_("for each two it falls below 0.95")
        ),
        Measured(
            "changed",
            change,
            N_("the least distance between two of the vectors after the last layer, as a share of the longest one"),
            (SENTENCES,),
        ).when(lambda share: share > NOTICED, N_("each two are further apart than a twentieth of its length")),
    )


def _parting(banks: Meanings) -> Measured:
    layer, parts = banks.parting()
    river, money = (max(banks.cosine(0, 1)[layer], banks.cosine(0, 2)[layer]), banks.cosine(1, 2)[layer])
    value = {
        "layer": layer,
        "layers": banks.layers,
        "river and money": float(river),
        "money and money": float(money),
        "apart from there on": parts,
    }
    how = N_(
        "the layer where the river's bank is furthest from the money's for how far these are from each other, of those "
        "where it is at least half as far as ever; the cosines there, the larger of two; and whether the river's stays "
        "the further one at all later layers"
    )
    return Measured("parting", value, how, (SENTENCES,))


def _at_full(banks: Meanings) -> float:
    """Return the mean share of a layer's numbers that reach the full colour."""
    sizes = np.abs(banks.direction).transpose(1, 0, 2).reshape(banks.layers + 1, -1)
    return float((sizes >= np.quantile(sizes, FULL, axis=1, keepdims=True)).mean())
