"""Watch a training and write it down: metrics, evaluations, snapshots, commits."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

import numpy as np

from engine.costs import Score
from engine.observers import Observer, Progress
from engine.plan import RecordingPlan
from engine.recorder import Recorder
from engine.recording import Recording
from engine.recording_format import ArraySpec
from engine.recording_writer import RecordingWriter
from engine.run import Run

COMMIT_SECONDS = 10.0  # the most work that a kill can cost
TELL_SECONDS = 0.1

EVALUATED = ("metric.train_accuracy", "metric.test_accuracy", "metric.test_loss")
METRICS = {"metric.loss": "update", **dict.fromkeys(EVALUATED, "evaluation")}
_PICTURE_AXES = ("batch", "height", "width")


class TrainingError(Exception):
    """A training that stopped before its end; one line saying why, and what to do."""


def plan_recording(run: Run, recorder: Recorder) -> RecordingPlan:
    """Return what will be recorded of a run: arrays with axes and shapes, and the clocks they go by."""
    experiment = run.experiment
    snapshots, evaluations = experiment.snapshot_steps, experiment.evaluation_steps
    counts = {"update": experiment.steps + 1, "evaluation": len(evaluations)}
    values = (
        ArraySpec(value.name, ("step", *value.axes), (len(snapshots), *value.shape), value.dtype, "snapshot")
        for value in recorder.values
    )
    metrics = (ArraySpec(name, ("step",), (counts[clock],), "float64", clock) for name, clock in METRICS.items())
    pictures = (
        ArraySpec(name, _PICTURE_AXES[: values.ndim], values.shape, str(values.dtype))
        for name, values in run.pictures().items()
    )
    steps = {"snapshot": snapshots, "update": np.arange(experiment.steps + 1), "evaluation": evaluations}
    return RecordingPlan((*values, *metrics, *pictures), steps)


class Logbook:
    """Records a run while `fit` trains it, and tells the observers."""

    def __init__(
        self,
        run: Run,
        recorder: Recorder,
        writer: RecordingWriter,
        observers: Sequence[Observer] = (),
        interrupted: Callable[[], bool] = lambda: False,
    ) -> None:
        """Go on after what `writer` has committed; `interrupted` tells whether to commit and stop."""
        self._run = run
        self._recorder = recorder
        self._writer = writer
        self._observers = observers
        self._interrupted = interrupted
        self._steps = run.experiment.steps
        self._snapshot_steps = frozenset(run.experiment.snapshot_steps.tolist())
        self._evaluation_steps = frozenset(run.experiment.evaluation_steps.tolist())
        self._scores: tuple[Score, Score] | None = None
        self._loss = math.nan
        self._seconds = float(writer.header.wall.get("seconds", 0.0))
        done = writer.header.committed.get("evaluation", 0)
        self._evaluated_at = list(writer.header.wall.get("evaluated_at", ()))[:done]  # seconds of training
        self._started = self._committed = time.monotonic()
        self._told = 0.0
        self._commit_is_due = False

    def measured(self, step: int, loss: float) -> None:
        """Write down the loss after `step` updates and, if it is time, an evaluation and a snapshot.

        The gradients in the model are those of that loss. Raises `TrainingError` where the loss is no number.
        """
        if not math.isfinite(loss):
            self._commit(step)
            raise TrainingError(
                f"the loss became {loss} at step {step}: lower the learning rate "
                f"({self._run.experiment.learning_rate}); what came before can be read in {self._writer.path}"
            )
        self._loss = loss
        self._writer.append("update", {"metric.loss": loss})
        if step in self._evaluation_steps:
            train, test = self._scores = self._run.evaluate()
            values = (train.accuracy, test.accuracy, test.loss)
            self._writer.append("evaluation", dict(zip(EVALUATED, values, strict=True)))
            self._evaluated_at.append(round(self._elapsed(), 3))
        if step in self._snapshot_steps:
            self._writer.append("snapshot", self._recorder.snapshot())
            self._commit_is_due = self._writer.ends_chunk("snapshot")

    def moved(self, step: int) -> None:
        """Commit if it is time, now that `step` updates are made; stop with `TrainingError` if interrupted."""
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
        self._writer.commit(self._run.checkpoint(step), wall, wait=wait)
        self._committed = time.monotonic()
        self._commit_is_due = False

    def _elapsed(self) -> float:
        """Return the seconds of training so far, those before a resume included."""
        return self._seconds + time.monotonic() - self._started

    def _tell(self, step: int) -> None:
        train, test = self._scores = self._scores or self._run.evaluate()  # none yet after a resume
        progress = Progress(step, self._steps, self._loss, train.accuracy, test.accuracy, test.loss)
        for observer in self._observers:
            observer.progressed(progress)
