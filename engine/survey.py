"""Compute a study of a recorded network and record it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.claim import claim, require_ours
from engine.data import Mnist, load_mnist
from engine.recording import Recording, RecordingError
from engine.recording_format import ArraySpec
from engine.recording_writer import RecordingWriter
from engine.studies import BASE, Arrays, Landscape, Review, Study, parameters_digest
from engine.survey_landscape import measure_landscape
from engine.survey_review import measure_review

_MEASURE: dict[type[Study], Callable[[Any, Recording, Mnist], Arrays]] = {
    Landscape: measure_landscape,
    Review: measure_review,
}


def survey(study: Study, base: Recording, out: Path, data: Mnist | None = None) -> Recording:
    """Compute a study of the recording `base`, record it at `out` in place of one that is there, and return it.

    `data` is MNIST unless given. Raises `RecordingError` where `out` is no recording or cannot be written, or `base` is
    unfinished or has too few snapshots; `DataError` where there is no data.
    """
    if not base.complete:
        raise RecordingError(f"{base.path} is unfinished: finish it with `neuroreel train {study.of} --resume`")
    begun = time.monotonic()
    with claim(out):
        require_ours(out)
        measured = _MEASURE[type(study)](study, base, data or load_mnist())
        found = {name: (axes, values) for name, axes, values in measured}
        specs = [ArraySpec(name, axes, values.shape, str(values.dtype)) for name, (axes, values) in found.items()]
        told = {key: base.config[key] for key in ("seed", "steps", "hidden", "learning_rate")}
        fixed = {name: values for name, (_, values) in found.items()}
        config = {**study.config(), BASE: parameters_digest(base), **told}
        writer = RecordingWriter.create(out, config, base.versions, specs, {}, fixed)
        writer.commit(b"", {"seconds": round(time.monotonic() - begun, 3)})
        return writer.complete()
