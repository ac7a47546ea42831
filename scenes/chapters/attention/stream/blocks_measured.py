"""What `stacked` measures of a model's blocks, of the last word's vector on its way up, and of the guess at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes.chapters.attention.one_head.reading import model_sizes
from scenes.chapters.attention.stream.tower import FAINTEST, Additions
from scenes.evidence.evidence import Exact, Measured
from scenes.language.translation import N_
from scenes.text.tokens import token_on_screen

if TYPE_CHECKING:
    from engine.recording import Recording

STREAM, UPDATE, PATTERNS = (f"attention-text/{name}" for name in ("stream", "attention.update", "patterns"))
GUESS = ("attention-text/next.probability", "attention-text/config.next_tokens")


class Measurements:
    """Evidence of the beat: `blocks`, `heads`, `changes`, `leads` and `guess`. tokens: the likeliest next ones.

    layers: how many are drawn.
    """

    def __init__(self, recording: Recording, added: Additions, layers: int) -> None:
        anatomy = model_sizes(recording)
        there = {"drawn": layers, "model": anatomy["layers"]}
        how = N_("blocks that were recorded, of those of the model")
        self.blocks = Measured("blocks", there, how, (PATTERNS,)).when(
            lambda there: there["drawn"] == there["model"], N_("all of them are drawn")
        )
        self.heads = Exact("layers * heads", layers=layers, heads=anatomy["heads"])
        changes = np.linalg.norm(np.diff(added.last, axis=0), axis=1)
        how = N_("by how much a block changes the last word's vector, at least: the length of the change")
        self.changes = Measured("least_change", float(changes.min()), how, (STREAM,))
        leads = {"network": added.network_leads, "attention": layers - added.network_leads, "blocks": layers}
        how = N_("in how many blocks the network adds a longer vector to the last word's than attention does")
        self.leads = Measured("leads", leads, how, (STREAM, UPDATE))
        self.tokens = list(recording.config["next_tokens"])
        self.guess = self._guess(recording.read("next.probability"), anatomy["vocabulary"])

    def _guess(self, shares: np.ndarray, vocabulary: int) -> Measured:
        guess = {
            "token": token_on_screen(self.tokens[0]) if self.tokens else "",
            "share": float(shares[0]) if self.tokens else 0.0,
            "second": float(shares[1]) if self.tokens else 0.0,
            "listed": len(self.tokens),
            "vocabulary": vocabulary,
        }
        how = N_("the likeliest next token and its probability, the softmax over the model's last vector")
        return Measured("guess", guess, how, GUESS)

    def cut_off(self, weights: np.ndarray) -> Measured:
        """Measure from which mean weight on a line is drawn, and the least that is. weights: of the lines, (line,)."""
        value = {"from": FAINTEST, "least": float(weights.min()) if len(weights) else FAINTEST}
        how = N_("the mean weight from which on a line is drawn, and the least that is drawn")
        return Measured("cut_off", value, how, (PATTERNS,))
