"""Computes an analysis and records it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.analyses.attention_cost import measure_cost
from engine.analyses.catalog import (
    BASE,
    TRAINING_IMAGES,
    Analysis,
    Arrays,
    AttentionCostAnalysis,
    LandscapeAnalysis,
    MeaningsAnalysis,
    ReadingAnalysis,
    ReviewAnalysis,
    parameters_digest,
)
from engine.analyses.landscape import measure_landscape
from engine.analyses.meanings import record_meanings
from engine.analyses.reading import measure_reading
from engine.analyses.review import measure_review
from engine.data.mnist import Mnist, load_mnist
from engine.recording import Recording, RecordingError
from engine.recording.format.layout import ArraySpec
from engine.recording.format.versions import versions
from engine.recording.writing.locking import lock_recording, require_ours
from engine.recording.writing.writer import RecordingWriter

_OF_A_NETWORK: dict[type[Analysis], Callable[[Any, Recording, Mnist], Arrays]] = {
    LandscapeAnalysis: measure_landscape,
    ReviewAnalysis: measure_review,
}
_OF_ITSELF: dict[type[Analysis], Callable[[Any], tuple[dict[str, Any], dict[str, Any], Arrays]]] = {
    ReadingAnalysis: measure_reading,
    MeaningsAnalysis: record_meanings,
    AttentionCostAnalysis: measure_cost,
}


def run_analysis(analysis: Analysis, base: Recording | None, out: Path, data: Mnist | None = None) -> Recording:
    """Compute an analysis, record it at `out` in place of one that is there, and return it.

    base: the recording of the experiment that the analysis is of, None where it is of none. data: MNIST unless given.
    Raises `RecordingError` where `out` is no recording or cannot be written, or `base` is unfinished or has too few
    snapshots; `DataError` where there is no data or no such model; `ExperimentError` where a text cannot be read.
    """
    begun = time.monotonic()
    with lock_recording(out):
        require_ours(out)
        if base is None:
            told, origin, measured = _OF_ITSELF[type(analysis)](analysis)
            made_with = versions("transformers")
        else:
            told, origin, measured = _of_a_network(analysis, base, data or load_mnist())
            made_with = base.versions
        found = {name: (axes, values) for name, axes, values in measured}
        specs = [ArraySpec(name, axes, values.shape, str(values.dtype)) for name, (axes, values) in found.items()]
        fixed = {name: values for name, (_, values) in found.items()}
        config = {**analysis.config(), **told}
        writer = RecordingWriter.create(out, config, made_with, specs, {}, fixed, origin=origin)
        writer.commit(b"", {"seconds": round(time.monotonic() - begun, 3)})
        return writer.complete()


def _of_a_network(analysis: Analysis, base: Recording, data: Mnist) -> tuple[dict[str, Any], dict[str, Any], Arrays]:
    if not base.complete:
        raise RecordingError(f"{base.path} is unfinished: finish it with `neuroreel train {analysis.of} --resume`")
    told = {BASE: parameters_digest(base), TRAINING_IMAGES: len(data.train)}
    told |= {key: base.config[key] for key in ("seed", "steps", "hidden", "learning_rate")}
    return told, {"data": {"mnist": data.digests()}}, _OF_A_NETWORK[type(analysis)](analysis, base, data)
