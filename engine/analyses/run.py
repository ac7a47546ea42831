"""Computes an analysis, with the function that it names, and records it."""

from __future__ import annotations

import time
from importlib import import_module
from pathlib import Path
from typing import Any

from engine.analyses.catalog import BASE, Analysis, AnalysisResult, parameters_digest
from engine.recording import Recording, RecordingError
from engine.recording.format.layout import ArraySpec
from engine.recording.format.versions import versions
from engine.recording.writing.locking import lock_recording, require_ours
from engine.recording.writing.writer import RecordingWriter


def run_analysis(analysis: Analysis, base: Recording | None, out: Path, **given: Any) -> Recording:
    """Compute an analysis, record it at `out` in place of one that is there, and return it.

    base: the recording of the experiment that the analysis is of, None where it is of none. given: what the function
    that computes it takes besides, such as data. Raises `RecordingError` where `out` is no recording or cannot be
    written, or `base` is unfinished or has too few snapshots; `DataError` where there is no data or no such model;
    `ExperimentError` where a text cannot be read.
    """
    begun = time.monotonic()
    with lock_recording(out):
        require_ours(out)
        if base and not base.complete:
            raise RecordingError(f"{base.path} is unfinished: finish it with `neuroreel train {analysis.of} --resume`")
        told, origin, measured = _measure(analysis, base, given)
        found = {name: (axes, values) for name, axes, values in measured}
        specs = [ArraySpec(name, axes, values.shape, str(values.dtype)) for name, (axes, values) in found.items()]
        fixed = {name: values for name, (_, values) in found.items()}
        config = {**analysis.config(), **({BASE: parameters_digest(base)} if base else {}), **told}
        made_with = base.versions if base else versions("transformers")
        writer = RecordingWriter.create(out, config, made_with, specs, {}, fixed, origin=origin)
        writer.commit(b"", {"seconds": round(time.monotonic() - begun, 3)})
        return writer.complete()


def _measure(analysis: Analysis, base: Recording | None, given: dict[str, Any]) -> AnalysisResult:
    module, _, name = analysis.MEASURE.partition(":")
    measure = getattr(import_module(module), name)
    found: AnalysisResult = measure(analysis, *([base] if base else []), **given)
    return found
