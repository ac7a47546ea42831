"""Checks what a recorder is given before a training is recorded; each error is one line that says what to do."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.capture.hook_points import ACTIVATION_GRADIENT, VALUE_KINDS
from engine.capture.inputs import Inputs, call, fresh_copy_of, named_inputs
from engine.capture.isolation import preserve_state
from engine.capture.model_parts import parameters_with_numbers
from engine.capture.module_state import unkept_state
from engine.capture.tensors import first_tensor, tensors_in
from engine.recording.format.header import read_header
from engine.recording.format.layout import ForeignRecordingError, NewerRecordingError, RecordingError, unfinished_path

COMPILED = (
    "the model is compiled: its parameters, gradients and measures are those of the compiled training; what the probe "
    "makes inside is seen as the model runs uncompiled, and may differ from that in its last digits"
)
UNKEPT = (
    "{path} is a {kind}, whose state cannot be put back after a probe: if the model moves it on as it runs, the "
    "training is another than without a recorder"
)


def check_model(model: nn.Module) -> None:
    """Raise `RecordingError` where a model cannot be recorded."""
    if not isinstance(model, nn.Module):
        raise RecordingError(f"a Recorder takes a torch.nn.Module, not {type(model).__name__}")
    parameters = list(model.parameters())
    if not parameters:
        raise RecordingError(f"{type(model).__name__} has no parameters: there is nothing in it that could learn")
    if all(parameter.is_meta for parameter in parameters):
        raise RecordingError(
            "the model's parameters are on meta, without numbers: move it with to_empty, and fill them"
        )
    if any(isinstance(parameter, nn.parameter.UninitializedParameter) for parameter in parameters):
        raise RecordingError("the model has lazy modules, which have no parameters yet: send a batch through it first")
    if any(type(parameter).__name__ == "DTensor" or hasattr(parameter, "_is_flat_param") for parameter in parameters):
        raise RecordingError(
            "the model's parameters are spread over several processes (FSDP): record it before it is sharded, or train "
            "it with DistributedDataParallel, where every process has all of them"
        )


def check_settings(record: Sequence[str] | None, every: int | None, budget: int, probe: Inputs | None) -> None:
    """Raise `RecordingError` where a setting is invalid."""
    if isinstance(record, str):
        raise RecordingError(f'record takes several kinds or globs: write record=("{record}",)')
    if every is not None and (not isinstance(every, int) or isinstance(every, bool) or every < 1):
        raise RecordingError(f"every must be a whole number of steps from 1 on, not {every!r}")
    if not isinstance(budget, int) or budget < 1:
        raise RecordingError(f"budget must be a number of bytes, such as 1_000_000, not {budget!r}")
    seen = [kind for kind in record or () if kind in (*VALUE_KINDS, ACTIVATION_GRADIENT)]
    if probe is None and seen:
        raise RecordingError(f"{seen[0]} is what a probe makes inside the model: give one, probe=inputs")


def check_path(path: Path, *, overwrite: bool) -> None:
    """Raise `RecordingError` where a recording would be lost."""
    if overwrite:
        return
    if os.path.exists(path):
        raise RecordingError(f"{path} is there already: choose another path, or say overwrite=True")
    growing = unfinished_path(path)
    if not os.path.exists(growing):
        return
    left = f"{growing} is what a training that was killed has left"
    try:
        committed = read_header(growing).checkpoint
    except ForeignRecordingError:
        return  # it is left alone where room is made for the new one, or there is nothing in it yet
    except NewerRecordingError:
        raise
    except RecordingError:
        raise RecordingError(f"{left}, and is damaged: choose another path, or say overwrite=True") from None
    if committed:  # else there is nothing in it that could be lost
        raise RecordingError(
            f"{left}: `neuroreel animate {path}` completes it; choose another path, or say overwrite=True"
        )


def told_before(model: nn.Module, *, compiled: bool) -> list[str]:
    """Say in lines what a recording with a probe cannot promise of a model."""
    return [
        *([COMPILED] if compiled else []),
        *(UNKEPT.format(path=path, kind=kind) for path, kind in unkept_state(model).items()),
    ]


def check_probe(model: nn.Module, probe: Inputs, target: Tensor | None) -> Tensor | None:
    """Pass a probe through a model and return the output's first tensor; raises `RecordingError` where that fails."""
    tensors = list(tensors_in(probe))
    if not tensors:
        kind = type(probe).__name__
        raise RecordingError(f"the probe must be a tensor, several in a tuple, or by name, not {kind}")
    if any(tensor.is_nested for tensor in tensors):
        raise RecordingError("the probe has a nested tensor, whose rows have different lengths: give it padded")
    home = next(iter(parameters_with_numbers(model).values())).device
    for name, tensor in named_inputs(probe).items():
        if tensor.device != home:
            raise RecordingError(f"{name} is on {tensor.device} and the model on {home}: move it, .to({str(home)!r})")
    try:
        with preserve_state(model, parameters=True):
            output = first_tensor(call(model, fresh_copy_of(probe)))
    except torch.OutOfMemoryError as error:
        raise RecordingError(
            f"the device is full: a probe of {len(tensors[0]):,} inputs does not fit there beside the training; "
            "give a smaller one"
        ) from error
    except Exception as error:
        shapes = ", ".join(f"{tuple(tensor.shape)} {str(tensor.dtype).removeprefix('torch.')}" for tensor in tensors)
        reason = (str(error).splitlines() or [type(error).__name__])[0][:160]
        raise RecordingError(
            f"the probe, {shapes}, does not go through {type(model).__name__}: {type(error).__name__}: {reason}"
        ) from error
    if target is not None:
        _check_target(target, tensors[0], output)
    return output


def _check_target(target: Tensor, first_input: Tensor, output: Tensor | None) -> None:
    """Raise `RecordingError` where a target is for another number of probes than the model's output, or its input."""
    counts = {len(values) for values in (output, first_input) if values is not None and values.ndim}
    if target.ndim and len(target) in counts:
        return
    of_what = len(output if output is not None and output.ndim else first_input)
    raise RecordingError(
        f"the target says what is right for each of {of_what} probes, and has the shape {tuple(target.shape)}"
    )


def number(name: str, value: Any) -> float:
    """Return a metric as a number; raises `RecordingError` where it is several numbers or none."""
    if isinstance(value, Tensor) and value.numel() == 1:
        return float(value.detach())
    try:
        return float(value)
    except (TypeError, ValueError, RuntimeError):
        what = f"of shape {tuple(value.shape)}" if isinstance(value, Tensor) else repr(value)
        raise RecordingError(f"{name} must be one number for each step, not {what}") from None


def writes_here() -> bool:
    """Tell whether this process is the one that records: of several that train together, the first."""
    distributed = torch.distributed
    return not (distributed.is_available() and distributed.is_initialized() and distributed.get_rank() > 0)
