"""Trains a network and records it.

`fit` is the training loop, which knows neither what it trains nor what is recorded. `train` builds the task of an
experiment, records its training, and resumes one that was stopped.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from engine.capture.snapshots.snapshotter import Snapshotter
from engine.capture.tracing.module_graph import trace_module_graph
from engine.experiments.build import build_task
from engine.recording import Recording
from engine.recording.format.plan import RecordingPlan
from engine.recording.format.versions import versions
from engine.recording.writing.checkpoint import take_up
from engine.recording.writing.locking import lock_recording, settle
from engine.recording.writing.writer import RecordingWriter
from engine.training.callbacks import Observer
from engine.training.config import TrainingConfig
from engine.training.logger import RecordingLogger, TrainingError, plan_recording
from engine.training.losses import Cost
from engine.training.optimizers import Optimizer
from engine.training.task import Task

__all__ = ["TrainingError", "Watcher", "fit", "train"]


class Watcher(Protocol):
    """The callbacks that `fit` calls at every step."""

    def measured(self, step: int, loss: float) -> None:
        """Called after `step` updates, with the next batch's loss; its gradients are in the model, not applied yet."""

    def moved(self, step: int) -> None:
        """Called after the update number `step`."""


def fit(
    model: nn.Module,
    cost: Cost,
    optimizer: Optimizer,
    batches: Callable[[int], tuple[Tensor | tuple[Tensor, ...], Tensor]],
    steps: int,
    watcher: Watcher,
    first: int = 0,
) -> None:
    """Make the updates from `first` to `steps`, θ ← θ − η ∇C, with one batch each.

    After the last update the loss and gradient of one batch more are measured, and not applied, so that every
    set of parameters from the first to the last has its own. A model that takes several inputs gets them as a tuple.
    """
    for step in range(first, steps + 1):
        inputs, targets = batches(step)
        optimizer.zero_grad()
        loss = cost(model(*inputs) if isinstance(inputs, tuple) else model(inputs), targets)
        loss.backward()
        watcher.measured(step, loss.item())
        if step < steps:
            optimizer.step()
            watcher.moved(step + 1)


def train(
    experiment: TrainingConfig,
    out: str | Path,
    *,
    resume: bool = False,
    force: bool = False,
    observers: Sequence[Observer] = (),
    **given: Any,
) -> Recording:
    """Train an experiment, record it at `out` and return the complete recording.

    Until it is complete the recording is called `NAME.unfinished.zarr`. With `resume` it goes on after the last
    commit, or begins if there is none; with `force` it begins again, and replaces the recording at `out` only
    when it is complete. Ctrl-C commits and stops. `given` is what the experiment's task takes besides, such as `data`,
    or `own`, the user's picture (28, 28), where the experiment names one. The same experiment gives the same arrays:
    one thread, seeded. The caller's threads and generators are as before afterwards.

    Raises `RecordingError` where `out` holds something else or cannot be written, `TrainingError` where the
    training stops early, `DataError` where there is no data.
    """
    out = Path(out)
    with lock_recording(out):
        there = settle(experiment, out, resume=resume, force=force)
        if there:
            return there
        with repeatable(experiment.seed):
            task = build_task(experiment, **given)
            snapshotter = Snapshotter(task.model, task.probes, experiment.record)
            plan = plan_recording(task, snapshotter)
            writer = RecordingWriter.resume(out) if resume else None
            first = take_up(task, writer) if writer else 0
            growing = writer or _begin(out, task, plan)
            try:
                for observer in observers:
                    observer.started(plan, growing.path, first)
                with interruptible() as interrupted:
                    logger = RecordingLogger(task, snapshotter, growing, observers, interrupted)
                    fit(task.model, task.cost, task.optimizer, task.batches, experiment.steps, logger, first)
                    return logger.close()
            finally:
                growing.stop()


def _begin(out: Path, task: Task, plan: RecordingPlan) -> RecordingWriter:
    config, made_with = task.experiment.config(), versions(*task.packages)
    structure, origin = trace_module_graph(task.model, task.probes), task.origin()
    fixed = {name: values for name, (_, values) in task.static_arrays().items()}
    return RecordingWriter.create(out, config, made_with, plan.arrays, plan.steps, fixed, structure, origin)


@contextmanager
def repeatable(seed: int) -> Iterator[None]:
    """Pin torch to one thread and a seeded generator; with more threads sums are added in varying order."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(threads)


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a flag, so that no step is cut in half; a second one interrupts at once."""
    flag = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield flag.is_set  # signals reach the main thread only
        return
    before = signal.getsignal(signal.SIGINT)

    def note(_number: int, _frame: FrameType | None) -> None:
        flag.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, note)
    try:
        yield flag.is_set
    finally:
        signal.signal(signal.SIGINT, before)
