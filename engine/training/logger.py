"""Records a training while it runs: metrics, evaluations, snapshots, commits."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from engine.capture.snapshots.recordable import Recordable
from engine.capture.snapshots.snapshotter import Snapshotter
from engine.recording import Recording
from engine.recording.format.layout import ArraySpec
from engine.recording.format.plan import RecordingPlan
from engine.recording.writing.writer import RecordingWriter
from engine.training.callbacks import Observer, Progress
from engine.training.task import Measured, Task

COMMIT_SECONDS = 10.0  # the most work that a kill can cost
TELL_SECONDS = 0.1


class TrainingError(Exception):
    """Raised where a training stops before its end; its message is one line saying why, and what to do."""


def plan_recording(task: Task, snapshotter: Snapshotter) -> RecordingPlan:
    """Return what will be recorded of a task: arrays with axes and shapes, and the clocks they go by."""
    experiment = task.experiment
    snapshots, evaluations = experiment.snapshot_steps, experiment.evaluation_steps
    updates = np.arange(experiment.steps + 1)
    grown = (
        *_specs((*snapshotter.values, *task.extra_values), "snapshot", len(snapshots)),
        ArraySpec("metric.loss", ("step",), updates.shape, "float64", "update"),
        *_specs(task.metrics, "evaluation", len(evaluations)),
    )
    fixed = (
        ArraySpec(name, axes, values.shape, str(values.dtype)) for name, (axes, values) in task.static_arrays().items()
    )
    return RecordingPlan((*grown, *fixed), {"snapshot": snapshots, "update": updates, "evaluation": evaluations})


def _specs(values: Iterable[Recordable], clock: str, count: int) -> Iterator[ArraySpec]:
    """Yield the arrays that grow by a row for each of `count` steps of a clock."""
    for value in values:
        yield ArraySpec(value.name, ("step", *value.axes), (count, *value.shape), value.dtype, clock)


class RecordingLogger:
    """Records a task while `fit` trains it, and tells the observers."""

    def __init__(
        self,
        task: Task,
        snapshotter: Snapshotter,
        writer: RecordingWriter,
        observers: Sequence[Observer] = (),
        interrupted: Callable[[], bool] = lambda: False,
    ) -> None:
        """Go on after what `writer` has committed; `interrupted` tells whether to commit and stop."""
        self._task = task
        self._snapshotter = snapshotter
        self._writer = writer
        self._observers = observers
        self._interrupted = interrupted
        self._steps = task.experiment.steps
        self._snapshot_steps = frozenset(task.experiment.snapshot_steps.tolist())
        self._evaluation_steps = frozenset(task.experiment.evaluation_steps.tolist())
        self._measured: Measured | None = None
        self._loss = math.nan
        self._seconds = float(writer.header.wall.get("seconds", 0.0))
        done = writer.header.committed.get("evaluation", 0)
        self._evaluated_at = list(writer.header.wall.get("evaluated_at", ()))[:done]  # seconds of training
        self._started = self._committed = time.monotonic()
        self._told = 0.0
        self._commit_is_due = False

    def measured(self, step: int, loss: float) -> None:
        """Record the loss after `step` updates and, if it is time, an evaluation and a snapshot.

        The gradients in the model are those of that loss. Raises `TrainingError` where the loss is no number.
        """
        if not math.isfinite(loss):
            self._commit(step)
            raise TrainingError(
                f"the loss became {loss} at step {step}: lower the learning rate "
                f"({self._task.experiment.learning_rate}); what came before can be read in {self._writer.path}"
            )
        self._loss = loss
        self._writer.append("update", {"metric.loss": loss})
        if step in self._evaluation_steps:
            self._measured = self._task.evaluate()
            self._writer.append("evaluation", self._measured)
            self._evaluated_at.append(round(self._elapsed(), 3))
        if step in self._snapshot_steps:
            self._writer.append("snapshot", self._task.snapshot(self._snapshotter))
            self._commit_is_due = self._writer.ends_chunk("snapshot")

    def moved(self, step: int) -> None:
        """Commit if it is time, now that `step` updates are made; raises `TrainingError` where it is interrupted."""
        now = time.monotonic()
        if self._interrupted():
            self._commit(step)
            raise TrainingError(
                f"stopped at step {step} of {self._steps}; all of it is kept in {self._writer.path}: "
                "go on with --resume"
            )
        if self._commit_is_due or now - self._committed > COMMIT_SECONDS:
            self._commit(step, wait=False)
        if now - self._told > TELL_SECONDS:
            self._told = now
            self._tell(step)

    def close(self) -> Recording:
        """Commit the rest, mark the recording as complete and return it."""
        self._commit(self._steps + 1)  # nothing is left to be measured by a resume from here
        self._tell(self._steps)
        return self._writer.complete()

    def _commit(self, step: int, *, wait: bool = True) -> None:
        wall = {"seconds": round(self._elapsed(), 3), "evaluated_at": list(self._evaluated_at)}
        self._writer.commit(self._task.checkpoint(step), wall, wait=wait)
        self._committed = time.monotonic()
        self._commit_is_due = False

    def _elapsed(self) -> float:
        """Return the seconds of training so far, those before a resume included."""
        return self._seconds + time.monotonic() - self._started

    def _tell(self, step: int) -> None:
        measured = self._measured = self._measured or self._task.evaluate()  # none yet after a resume
        progress = Progress(step, self._steps, self._loss, measured, self._task.describe(measured))
        for observer in self._observers:
            observer.progressed(progress)
