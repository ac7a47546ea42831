"""Record one pass of a model: any module's, ours or a pretrained one's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.claim import claim, require_ours
from engine.hooks import TRANSFORMER_KINDS, value_axes
from engine.pretrained import LanguageModel, openly
from engine.recorder import Inputs, Recorder
from engine.recording import Recording
from engine.recording_format import ArraySpec, RecordingError
from engine.recording_writer import RecordingWriter
from engine.versions import versions


def record_forward(
    model: nn.Module | LanguageModel,
    inputs: Inputs | str,
    *,
    out: str | Path,
    record: Sequence[str] = TRANSFORMER_KINDS,
    config: Mapping[str, Any] | None = None,
) -> Recording:
    """Send inputs through a model once, record what is asked for at `out`, and return the recording.

    model: any module, in whatever mode it is; one with attention computes it by `engine.attention.attend`, or is one
    of Hugging Face's. inputs: token numbers (batch, position) or whatever the model takes, several as a tuple or by
    name; for a `LanguageModel` also a text. record: kinds and globs of names (see `engine.hooks`); what is not asked
    for is neither kept nor stored. The axes are those of the values behind `step`, of which there is one: attention is
    (step, batch, head, query, key). The tokens are the array `input` (of several inputs `input.NAME`), and of a
    `LanguageModel`'s text their texts stand in the config as `tokens`. config: what else it is to say.

    Raises `RecordingError` where something asked for is not there, or `out` is no recording or cannot be written.
    """
    told: dict[str, Any] = {"name": Path(out).stem, "record": list(record), **(config or {})}
    if isinstance(inputs, str):
        if not isinstance(model, LanguageModel):
            raise RecordingError("a text needs a LanguageModel, which has a tokenizer: give token numbers instead")
        ids = model.tokens_of(inputs)
        told |= {"text": inputs, "tokens": [model.written(token) for token in ids]}
        inputs = torch.tensor([ids])
    if isinstance(model, LanguageModel):
        told.setdefault("model", model.name)
        model = model.network
    out = Path(out)
    with claim(out), openly(model):
        require_ours(out)
        return _write(out, told, Recorder(model, inputs, record), _named(inputs))


def _write(out: Path, config: dict[str, Any], recorder: Recorder, inputs: Mapping[str, Tensor]) -> Recording:
    """Take the one snapshot and write it, with the inputs that it is of."""
    fixed = {name: values.numpy() for name, values in inputs.items()}
    specs = [
        ArraySpec(value.name, ("step", *value.axes), (1, *value.shape), value.dtype, "snapshot")
        for value in recorder.values
    ]
    specs += [ArraySpec(name, _input_axes(values), values.shape, str(values.dtype)) for name, values in fixed.items()]
    steps = {"snapshot": np.zeros(1, np.int64)}
    writer = RecordingWriter.create(out, config, versions("transformers"), specs, steps, fixed)
    writer.append("snapshot", recorder.snapshot())
    writer.commit(b"", {})
    return writer.complete()


def _named(inputs: Inputs) -> dict[str, Tensor]:
    """Return the inputs as they are called in the recording."""
    if isinstance(inputs, Tensor):
        return {"input": inputs}
    pairs = inputs.items() if isinstance(inputs, Mapping) else enumerate(inputs)
    return {f"input.{name}": values for name, values in pairs}


def _input_axes(values: np.ndarray) -> tuple[str, ...]:
    """Return the axes of an input: whole numbers are tokens, (batch, position)."""
    tokens = values.ndim == 2 and values.dtype.kind == "i"
    return ("batch", "position") if tokens else value_axes(values.ndim)
