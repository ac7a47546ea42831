"""Tells what analyses of a network on digits are of: its settings, and the data that it is looked at with."""

from __future__ import annotations

from engine.analyses.catalog import AnalysisResult, Arrays
from engine.data.mnist import Mnist
from engine.recording import Recording

TRAINING_IMAGES = "training_images"  # in the config: how many there are, of which `examples` are looked at


def of_digits(base: Recording, data: Mnist, arrays: Arrays) -> AnalysisResult:
    """Return what an analysis of a recorded network on digits comes to. arrays: those that it yields."""
    told = {key: base.config[key] for key in ("seed", "steps", "hidden", "learning_rate")}
    return AnalysisResult({TRAINING_IMAGES: len(data.train), **told}, {"data": {"mnist": data.digests()}}, arrays)
