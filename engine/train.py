"""Train a network and record it.

`fit` is the loop, and knows neither what it trains nor what is done with what it measures. `train` puts an
experiment together, records it, and goes on where an earlier training was stopped.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from engine.capture.module_graph import structure_of
from engine.capture.snapshotter import Insides
from engine.data.mnist import Mnist
from engine.experiments.build import put_together
from engine.recording import Recording
from engine.recording.format.plan import RecordingPlan
from engine.recording.format.versions import versions
from engine.recording.writing.checkpoint import take_up
from engine.recording.writing.locking import claim, settle
from engine.recording.writing.writer import RecordingWriter
from engine.training.callbacks import Observer
from engine.training.config import Training
from engine.training.logger import Logbook, TrainingError, plan_recording
from engine.training.losses import Cost
from engine.training.optimizers import Optimizer
from engine.training.task import Run

__all__ = ["TrainingError", "Watcher", "fit", "train"]


class Watcher(Protocol):
    """What `fit` tells of every step."""

    def measured(self, step: int, loss: float) -> None:
        """After `step` updates: the next batch's loss; its gradients are in the model, not applied yet."""

    def moved(self, step: int) -> None:
        """After the update, the number `step`."""


def fit(
    model: nn.Module,
    cost: Cost,
    optimizer: Optimizer,
    batches: Callable[[int], tuple[Tensor | tuple[Tensor, ...], Tensor]],
    steps: int,
    watcher: Watcher,
    first: int = 0,
) -> None:
    """Make the updates `first` to `steps`: θ ← θ − η ∇C, a batch each.

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
    experiment: Training,
    out: str | Path,
    *,
    resume: bool = False,
    force: bool = False,
    observers: Sequence[Observer] = (),
    data: Mnist | None = None,
    own: np.ndarray | None = None,
) -> Recording:
    """Train an experiment, record it at `out` and return the complete recording.

    Until it is complete the recording is called `NAME.unfinished.zarr`. With `resume` it goes on after the last
    commit, or begins if there is none; with `force` it begins again, and replaces the recording at `out` only
    when it is complete. Ctrl-C commits and stops. `data` is MNIST unless given; `own` is the user's picture (28, 28),
    where the experiment names one. The same experiment gives the same arrays: one thread, seeded. The caller's threads
    and generators are as before afterwards.

    Raises `RecordingError` where `out` holds something else or cannot be written, `TrainingError` where the
    training stops early, `DataError` where there is no data.
    """
    out = Path(out)
    with claim(out):
        there = settle(experiment, out, resume=resume, force=force)
        if there:
            return there
        with repeatable(experiment.seed):
            run = put_together(experiment, data, own)
            insides = Insides(run.model, run.probes, experiment.record)
            plan = plan_recording(run, insides)
            writer = RecordingWriter.resume(out) if resume else None
            first = take_up(run, writer) if writer else 0
            growing = writer or _begin(out, run, plan)
            try:
                for observer in observers:
                    observer.started(plan, growing.path, first)
                with interruptible() as interrupted:
                    logbook = Logbook(run, insides, growing, observers, interrupted)
                    fit(run.model, run.cost, run.optimizer, run.batches, experiment.steps, logbook, first)
                    return logbook.close()
            finally:
                growing.stop()


def _begin(out: Path, run: Run, plan: RecordingPlan) -> RecordingWriter:
    config, made_with = run.experiment.config(), versions(*run.packages)
    structure, origin = structure_of(run.model, run.probes), run.origin()
    fixed = {name: values for name, (_, values) in run.fixed().items()}
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
