"""Finds the arrays of a recording that tell how a model answers its probes: scores, predictions, and what is right.

It goes by names, shapes and settings alone: no array is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scenes.animate.shared.layers import given_inputs, values_by_call

if TYPE_CHECKING:
    from engine.recording import Recording

INPUT, TARGET = "probe.input", "probe.target"
_LAST_LAYER = re.compile(r"layer(\d+)\.activation")  # of our own networks for digits


def scores_and_truth(recording: Recording) -> tuple[str, str] | None:
    """Return the names of the scores, (step, batch, …, class), that a model gives its probes, and of what is right.

    None where they were not recorded, or not all classes have a score.
    """
    arrays, config = recording.arrays, recording.config
    layers = sorted((int(found[1]), name) for name in arrays if (found := _LAST_LAYER.fullmatch(name)))
    known = config.get("task", "classification" if whole_numbers(recording, TARGET) else "")
    if known in ("classification", "tokens"):
        scores, truth = "output", TARGET
    elif "task" not in config and "probe.label" in arrays and layers:
        scores, truth = layers[-1][1], "probe.label"
    else:
        return None
    if scores not in values_by_call(recording) or truth not in arrays:
        return None
    info, axes = arrays[scores], arrays[scores].axes
    in_part = "feature" in recording.strides(scores)
    usual = axes in (("step", "batch", "feature"), ("step", "batch", "position", "feature"))
    fits = len(arrays[truth].axes) == len(axes) - 2
    return (scores, truth) if usual and fits and info.shape[0] and info.shape[-1] > 1 and not in_part else None


def whole_numbers(recording: Recording, name: str) -> bool:
    """Return whether an array is there and holds whole numbers, as classes are recorded."""
    return name in recording.arrays and recording.arrays[name].dtype.kind in "iu"


def arrays_of_answers(recording: Recording) -> tuple[str, ...]:
    """Return the arrays of scores, of what is right, and, where an answer is for a whole input, of the inputs."""
    found = scores_and_truth(recording)
    if found is None:
        return ()
    if "position" in recording.arrays[found[0]].axes:
        return found
    inputs = tuple(given_inputs(recording))
    return (*found, *inputs) if inputs else ()


def arrays_of_predictions(recording: Recording) -> tuple[str, ...]:
    """Return the arrays of outputs and targets of a regression, and of the inputs where each is one number."""
    arrays = recording.arrays
    there = "output" in values_by_call(recording) and TARGET in arrays and arrays["output"].shape[0] > 0
    if recording.config.get("task") != "regression" or not there or "batch" not in arrays["output"].axes:
        return ()
    inputs = given_inputs(recording)
    single = len(inputs) == 1 and arrays[inputs[0]].shape[1:] in ((), (1,))
    return ("output", TARGET, *(inputs if single else ()))
