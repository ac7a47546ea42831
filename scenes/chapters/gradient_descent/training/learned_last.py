"""Which picture is looked at while a network learns: the one that is answered rightly for good after all others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.recording import Recording
from scenes.beats.stage import own_or, typical
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

DIGITS = tuple(range(10))


@dataclass(frozen=True)
class Looked:
    """A picture: its position among the probes, its label, and why it is this one."""

    probe: int
    label: int
    because: Measured


def learned_last(recording: Recording, experiment: str) -> Looked:
    """Return the user's own picture, or of one typical image a digit the one that is learned last."""
    answers = recording.read("layer3.activation").argmax(axis=2)  # (step, probe)
    images = [typical(recording, digit) for digit in DIGITS]
    last = max(zip(images, DIGITS, strict=True), key=lambda one: settled(answers[:, one[0]], one[1]))[0]
    probe = own_or(recording, last)
    label = int(recording.read("probe.label", batch=probe))
    since = settled(answers[:, probe], label)
    right_from = int(recording.steps("layer3.activation")[since]) if since >= 0 else -1
    how = N_("of one typical image a digit, the one answered rightly for good last, or your own picture")
    of = tuple(f"{experiment}/{name}" for name in ("layer3.activation", "probe.input", "probe.label"))
    return Looked(probe, label, Measured("picture", {"digit": label, "right_from": right_from}, how, of))


def settled(answers: np.ndarray, label: int) -> int:
    """Return the snapshot from which on the answers, (step,), are the label; -1 if the last one is not."""
    others = np.flatnonzero(answers != label)
    start = int(others[-1]) + 1 if len(others) else 0
    return start if start < len(answers) else -1
