"""Compute a study and record it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.analyses.attention_cost import measure_cost
from engine.analyses.catalog import (
    BASE,
    TRAINING_IMAGES,
    Arrays,
    AttentionCost,
    Landscape,
    Meanings,
    Reading,
    Review,
    Study,
    parameters_digest,
)
from engine.analyses.landscape import measure_landscape
from engine.analyses.meanings import measure_meanings
from engine.analyses.reading import measure_reading
from engine.analyses.review import measure_review
from engine.data.mnist import Mnist, load_mnist
from engine.recording import Recording, RecordingError
from engine.recording.format.layout import ArraySpec
from engine.recording.format.versions import versions
from engine.recording.writing.locking import claim, require_ours
from engine.recording.writing.writer import RecordingWriter

_OF_A_NETWORK: dict[type[Study], Callable[[Any, Recording, Mnist], Arrays]] = {
    Landscape: measure_landscape,
    Review: measure_review,
}
_OF_ITSELF: dict[type[Study], Callable[[Any], tuple[dict[str, Any], dict[str, Any], Arrays]]] = {
    Reading: measure_reading,
    Meanings: measure_meanings,
    AttentionCost: measure_cost,
}


def survey(study: Study, base: Recording | None, out: Path, data: Mnist | None = None) -> Recording:
    """Compute a study, record it at `out` in place of one that is there, and return it.

    base: the recording of the experiment that it is of, None where it is none's. `data` is MNIST unless given. Raises
    `RecordingError` where `out` is no recording or cannot be written, or `base` is unfinished or has too few snapshots;
    `DataError` where there is no data or no such model; `ExperimentError` where a text cannot be read.
    """
    begun = time.monotonic()
    with claim(out):
        require_ours(out)
        if base is None:
            told, origin, measured = _OF_ITSELF[type(study)](study)
            made_with = versions("transformers")
        else:
            told, origin, measured = _of_a_network(study, base, data or load_mnist())
            made_with = base.versions
        found = {name: (axes, values) for name, axes, values in measured}
        specs = [ArraySpec(name, axes, values.shape, str(values.dtype)) for name, (axes, values) in found.items()]
        fixed = {name: values for name, (_, values) in found.items()}
        config = {**study.config(), **told}
        writer = RecordingWriter.create(out, config, made_with, specs, {}, fixed, origin=origin)
        writer.commit(b"", {"seconds": round(time.monotonic() - begun, 3)})
        return writer.complete()


def _of_a_network(study: Study, base: Recording, data: Mnist) -> tuple[dict[str, Any], dict[str, Any], Arrays]:
    if not base.complete:
        raise RecordingError(f"{base.path} is unfinished: finish it with `neuroreel train {study.of} --resume`")
    told = {BASE: parameters_digest(base), TRAINING_IMAGES: len(data.train)}
    told |= {key: base.config[key] for key in ("seed", "steps", "hidden", "learning_rate")}
    return told, {"data": {"mnist": data.digests()}}, _OF_A_NETWORK[type(study)](study, base, data)
