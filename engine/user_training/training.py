"""Trains and records a user's own model, with functions of theirs that build it and bring data."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from engine.capture.inputs import call
from engine.capture.isolation import preserve_state
from engine.capture.snapshots.schedule import snapshot_steps
from engine.capture.task_kind import CLASSIFICATION, TOKENS, task_of
from engine.capture.tensors import first_tensor
from engine.recorder import Recorder, RecorderWarning
from engine.recording import Recording
from engine.train import interruptible, repeatable
from engine.training.config import ExperimentError, evenly
from engine.training.logger import TrainingError
from engine.user_training.code import load_function, own_code
from engine.user_training.data import OwnData, first_of, read_data
from engine.user_training.losses import OwnLoss, class_axis, find_loss
from engine.user_training.settings import OPTIMIZERS, OwnTraining

EVALUATIONS = 40
TELL = 50  # times in a training that it is told how far it is

Tell = Callable[[int, float, str], None]  # steps made, the last loss, the last measures in a few words
Announce = Callable[[Sequence[str]], None]  # what is recorded


def train_own(wanted: OwnTraining, out: Path, *, overwrite: bool, announce: Announce, tell: Tell) -> Recording:
    """Train a user's own model, record it at `out` and return the recording.

    The same settings give the same arrays: one thread, seeded. Raises `ExperimentError` where something cannot be
    trained, `OwnCodeError` where the user's own code fails, `TrainingError` where the loss is no number or the user
    stops it; what was recorded until then can be read.
    """
    if wanted.optimizer not in OPTIMIZERS:
        raise ExperimentError(f"optimizer must be one of {', '.join(OPTIMIZERS)}, not {wanted.optimizer!r}")
    with repeatable(wanted.seed):
        model = _build(wanted.model)
        data = _load(wanted, model)
        inputs, targets = data.test
        probe, wanted_of_probe = first_of(inputs, wanted.probes), targets[: wanted.probes]
        with own_code("the model's forward", wanted.model), torch.no_grad():
            output = call(model, probe)
        loss = find_loss(wanted.loss, output, wanted_of_probe)
        task = task_of(first_tensor(output), wanted_of_probe)
        recorder = Recorder(
            model,
            out,
            record=wanted.record or None,
            every=wanted.every,
            probe=probe,
            target=wanted_of_probe,
            probe_loss=lambda made: loss(made, wanted_of_probe),
            classes=data.classes,
            budget=wanted.budget,
            config={"training": asdict(wanted)},
            overwrite=overwrite,
        )
        with recorder, warnings.catch_warnings():
            warnings.simplefilter("ignore", RecorderWarning)  # a loss that is no number is an error here
            announce(recorder.plan())
            _fit(model, loss, data, task, wanted, recorder, tell)
    return recorder.recording


def _build(where: str) -> nn.Module:
    function = load_function(where)
    with own_code(where, where):
        model = function()
    if not isinstance(model, nn.Module):
        raise ExperimentError(f"{where} must return a torch.nn.Module, and returned {type(model).__name__}")
    return model


def _load(wanted: OwnTraining, model: nn.Module) -> OwnData:
    function = load_function(wanted.data)
    with own_code(wanted.data, wanted.data):
        loaded = function()
    floats = [parameter.dtype for parameter in model.parameters() if parameter.is_floating_point()]
    return read_data(loaded, wanted.batch_size, wanted.seed, floats[0] if floats else torch.float32)


def _optimizer(model: nn.Module, wanted: OwnTraining) -> torch.optim.Optimizer:
    known: dict[str, Any] = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    made: torch.optim.Optimizer = known[wanted.optimizer](parameters, lr=wanted.learning_rate)
    return made


def _fit(
    model: nn.Module,
    loss_of: OwnLoss,
    data: OwnData,
    task: str,
    wanted: OwnTraining,
    recorder: Recorder,
    tell: Tell,
) -> None:
    optimizer = _optimizer(model, wanted)
    evaluated = _evaluation_steps(wanted)
    measured = _measure(model, loss_of, data, task)
    recorder.log(**measured)
    with interruptible() as interrupted:
        for step, (inputs, targets) in enumerate(data.batches(), start=1):
            optimizer.zero_grad()
            with own_code("the model's forward", wanted.model):
                output = call(model, inputs)
            loss = loss_of(output, targets)
            loss.backward()
            optimizer.step()
            if step in evaluated:
                measured = _measure(model, loss_of, data, task)
            reached = loss.item()
            recorder.step(loss=reached, **(measured if step in evaluated else {}))
            if not math.isfinite(reached):
                raise TrainingError(
                    f"the loss became {reached} at step {step}: lower the learning rate ({wanted.learning_rate}); "
                    f"what came before can be read in {recorder.path}"
                )
            if step % max(1, wanted.steps // TELL) == 0 or step == wanted.steps:
                tell(step, reached, ", ".join(f"{name} {value:.4g}" for name, value in measured.items()))
            if step == wanted.steps:
                return
            if interrupted():
                raise TrainingError(f"stopped at step {step} of {wanted.steps}; all of it is kept in {recorder.path}")


def _evaluation_steps(wanted: OwnTraining) -> frozenset[int]:
    """Return the steps at which it is measured: some of the snapshots', the first and the last among them."""
    before_the_last = takewhile(lambda step: step < wanted.steps, snapshot_steps(wanted.every))
    return frozenset(evenly(np.array([*before_the_last, wanted.steps]), EVALUATIONS).tolist())


def _measure(model: nn.Module, loss_of: OwnLoss, data: OwnData, task: str) -> dict[str, float]:
    """Measure a model in evaluation mode on what is kept back; it is left as it was."""
    inputs, targets = data.test
    with preserve_state(model):
        output = call(model, inputs)
    measured = {"test_loss": float(loss_of(output, targets))}
    scores = first_tensor(output)
    if task in (CLASSIFICATION, TOKENS) and scores is not None:
        answers = scores.argmax(class_axis(scores, targets))
        measured["test_accuracy"] = float((answers == targets).float().mean())
    return measured
