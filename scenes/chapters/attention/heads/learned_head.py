"""The head that learns to copy, over its training: scores, cost and patterns of the same steps, and what they show."""

from __future__ import annotations

import numpy as np

from scenes.beats.beat import Beat
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

LEARNED = 0.5  # the least score of a head that is said to have learned it: half of its weight
BEGUN, DONE = 0.1, 0.9  # shares of the final score between which it is being learned
SUDDEN = 0.25  # share of all steps in which that is called sudden
EVEN = 1.25  # how many times an equal weight the greatest may be, where it looks everywhere alike
SCORE, LOSS = "metric.induction_score", "metric.second_half_loss"


class LearnedHead:
    """Of all heads of "induction" the one whose score is the highest at the end.

    layer, head: which it is. score, loss, pattern: series over the same steps; the pattern, (step, query, key), is that
    of one text, `tokens`, whose second half repeats the first.
    copies, chosen, even, learning: what was measured of it.
    """

    def __init__(self, beat: Beat) -> None:
        recording = beat.data["induction"]
        finals = recording.read(SCORE, step=-1)  # (layer, head)
        self.layer, self.head = (int(place) for place in np.unravel_index(finals.argmax(), finals.shape))
        self.score = beat.series("induction", SCORE, layer=self.layer, head=self.head)
        self.loss = beat.series("induction", LOSS).only(self.score.steps)
        self.name = f"blocks.{self.layer}.attention.pattern"
        self.pattern = beat.series("induction", self.name, batch=0, head=self.head).only(self.score.steps)
        self.tokens = recording.read("probe.token", batch=0)
        self.copies, self.even = self._copies(), self._even()
        chosen = {"layer": self.layer, "head": self.head, "score": float(self.score.values[-1])}
        how = N_("of all heads the one whose score is the highest at the end, and that score")
        self.chosen = Measured("chosen", chosen, how, (f"induction/{SCORE}",))
        learning = {
            "begun": self.reached(BEGUN),
            "done": self.reached(DONE),
            "steps": int(self.score.steps[-1]),
        }
        how = N_("the first measured steps with a tenth and with nine tenths of the final score, and the last step")
        self.learning = Measured("learning", learning, how, (f"induction/{SCORE}",))

    def reached(self, share: float) -> int:
        """Return the first measured step with this share of the final score."""
        enough = self.score.values >= share * self.score.values[-1]
        return int(self.score.steps[np.flatnonzero(enough)[0]])

    def _copies(self) -> Measured:
        half = len(self.tokens) // 2
        copies = {"tokens": half, "alike": int((self.tokens[:half] == self.tokens[half:]).sum())}
        how = N_("places in the second copy of the letters that have the same one as the first copy")
        return Measured("copies", copies, how, ("induction/probe.token",)).when(
            lambda copies: copies["alike"] == copies["tokens"], N_("the same letters: in all places")
        )

    def _even(self) -> Measured:
        count = len(self.tokens)
        shares = self.pattern.values[0] * np.arange(1, count + 1)[:, None]  # row i has i + 1 keys to look at
        seen = shares[np.tril_indices(count)]
        even = {"least": float(seen.min()), "greatest": float(seen.max())}
        how = N_("its weights before training, as multiples of what each would be if all were equal")
        return Measured("even", even, how, (f"induction/{self.name}",)).when(
            lambda even: even["least"] >= 1 / EVEN and even["greatest"] <= EVEN,
            N_("everywhere alike: within a quarter of equal weights"),
        )
