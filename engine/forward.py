"""Records one pass of any model, ours or a pretrained one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.analyses.catalog import MODEL
from engine.capture.hook_points import STATE_KINDS, TRANSFORMER_KINDS
from engine.capture.inputs import Inputs, named_inputs
from engine.capture.isolation import unwrapped
from engine.capture.snapshots.snapshotter import Snapshotter
from engine.capture.tensors import as_array
from engine.capture.tracing.module_graph import trace_module_graph
from engine.capture.value_axes import axes_of_input
from engine.pretrained.loading import LanguageModel
from engine.recording import Recording
from engine.recording.format.layout import ArraySpec, RecordingError
from engine.recording.format.structure import Structure
from engine.recording.format.versions import versions
from engine.recording.writing.locking import lock_recording, require_ours
from engine.recording.writing.writer import RecordingWriter

PLAIN_KINDS = ("activation", *STATE_KINDS, "output")  # of a model without attention


def record_forward(
    model: nn.Module | LanguageModel,
    inputs: Inputs | str,
    *,
    out: str | Path = "forward.zarr",
    record: Sequence[str] | None = None,
    config: Mapping[str, Any] | None = None,
) -> Recording:
    """Pass inputs through a model, record what is asked for at `out`, and return the recording.

    model: any module, in whatever mode it is. Attention is recorded where it is computed by
    `engine.models.attention.attend`, by PyTorch's functions, or by a model of Hugging Face's. inputs: whatever the
    model takes, several as a tuple or by name; for a `LanguageModel` also a text. record: kinds and globs of names
    (see `engine.capture.hook_points`); unless given all of a transformer's kinds, or of a model without attention
    its modules' outputs. What is not asked for is neither kept nor stored. The axes are those of the values behind
    `step`, of which there is one: attention is (step, batch, head, query, key). Modules whose attention could not
    be seen are in the config as `unseen`, path -> class. The inputs are the array `probe.input` (several are
    `probe.input.NAME`), and of a `LanguageModel`'s text the tokens are in the config as `tokens`. config: further
    entries of the recording's config.

    Raises `RecordingError` where something asked for is not there, or `out` is no recording or cannot be written.
    """
    told = dict(config or {})
    if isinstance(inputs, str):
        if not isinstance(model, LanguageModel):
            raise RecordingError("a text needs a LanguageModel, which has a tokenizer: give token numbers instead")
        ids = model.tokens_of(inputs)
        told |= {"text": inputs, "tokens": [model.written(token) for token in ids]}
        inputs = torch.tensor([ids])
    origin: dict[str, Any] = {}
    if isinstance(model, LanguageModel):
        told = {"model": model.name, MODEL: model.source.sha256, **told}
        origin = {"model": model.source.to_json()}
        model = model.network
    model, out = unwrapped(model), Path(out)
    if not out.suffix:
        out = out.with_suffix(".zarr")
    with lock_recording(out):
        require_ours(out)
        snapshotter = _insides(model, inputs, record)
        kinds = list(record) if record else sorted({value.kind for value in snapshotter.values})
        told |= snapshotter.config
        named = named_inputs(inputs)
        told = {"name": out.stem, "record": kinds, "inputs": list(named), **told}
        return _write(out, told, snapshotter, named, trace_module_graph(model, inputs), origin)


def _insides(model: nn.Module, inputs: Inputs, record: Sequence[str] | None) -> Snapshotter:
    if record is not None:
        return Snapshotter(model, inputs, record)
    snapshotter = Snapshotter(model, inputs, TRANSFORMER_KINDS, if_there=True)
    return snapshotter if snapshotter.values else Snapshotter(model, inputs, PLAIN_KINDS, if_there=True)


def _write(
    out: Path,
    config: dict[str, Any],
    snapshotter: Snapshotter,
    inputs: Mapping[str, Tensor],
    structure: Structure,
    origin: Mapping[str, Any],
) -> Recording:
    """Take the one snapshot and write it, with the inputs that it is of."""
    fixed = {name: as_array(values) for name, values in inputs.items()}
    specs = [
        ArraySpec(value.name, ("step", *value.axes), (1, *value.shape), value.dtype, "snapshot")
        for value in snapshotter.values
    ]
    specs += [
        ArraySpec(name, axes_of_input(inputs[name]), values.shape, str(values.dtype)) for name, values in fixed.items()
    ]
    steps = {"snapshot": np.zeros(1, np.int64)}
    writer = RecordingWriter.create(out, config, versions("transformers"), specs, steps, fixed, structure, origin)
    writer.append("snapshot", snapshotter.snapshot())
    writer.commit(b"", {})
    return writer.complete()
