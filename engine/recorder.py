"""Records the training of any model, by three lines in its own loop:

    with Recorder(model, "runs/mine", probe=inputs) as recorder:
        for x, y in loader:
            ...
            recorder.step(loss=loss.item())

The training is bit for bit what it would be without a recorder.
"""

from __future__ import annotations

import math
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import torch
from torch import Tensor, nn

from engine.analyses.loss_surface import record_surface
from engine.capture.checks import check_model, check_path, check_probe, check_settings, number, told_before, writes_here
from engine.capture.inputs import Inputs, named_inputs
from engine.capture.isolation import is_compiled, unwrapped
from engine.capture.probe_arrays import probe_arrays
from engine.capture.snapshots.continuation import Continuation
from engine.capture.snapshots.input_grid import InputGrid
from engine.capture.snapshots.recordable import GRADIENT, GRADIENT_NORM
from engine.capture.snapshots.schedule import snapshot_steps
from engine.capture.snapshots.snapshot_arrays import SNAPSHOT, SnapshotArrays
from engine.capture.snapshots.snapshotter import Loss, Snapshotter
from engine.capture.task_kind import task_of
from engine.capture.tracing.module_graph import trace_module_graph
from engine.recording import Recording
from engine.recording.format.layout import ArraySpec, RecordingError, in_a_line
from engine.recording.format.metric_names import free_array_of_metric
from engine.recording.format.versions import versions
from engine.recording.views.summary import done_line
from engine.recording.writing.locking import lock_recording, require_ours
from engine.recording.writing.writer import RecordingWriter

USUAL_KINDS = ("weight", "bias", GRADIENT, "activation", "residual", "hidden_state", "pattern")
BUDGET = 1_000_000  # bytes of one snapshot
ENDING = ".zarr"
COMMIT_SECONDS = 10.0  # the most that a kill can cost


class RecorderWarning(UserWarning):
    """Warns of something in a training that does not stop it."""


class Recorder:
    """Records a model during its training. Use it in a `with` block; when that ends the recording is complete."""

    def __init__(
        self,
        model: nn.Module,
        out: str | Path,
        *,
        record: Sequence[str] | None = None,
        every: int | None = None,
        probe: Inputs | None = None,
        target: Tensor | None = None,
        probe_loss: Loss | None = None,
        classes: Sequence[str] | None = None,
        tokenizer: Any = None,
        budget: int = BUDGET,
        config: Mapping[str, Any] | None = None,
        overwrite: bool = False,
        on_error: Literal["raise", "continue"] = "raise",
        quiet: bool = False,
    ) -> None:
        """Set what is recorded, and where; nothing is written before the `with` block begins.

        model: any module, on any device, wrapped for data-parallel training or compiled as it may be. out: the
        recording's path, which gets the ending `.zarr`. record: kinds and globs of names (see
        `engine.capture.snapshots.snapshotter`); `USUAL_KINDS` unless given. every: the steps between snapshots; unless
        given their number grows (see `engine.capture.snapshots.schedule`). probe: fixed inputs, (batch, …), several as
        a tuple or by name as the model takes them, which pass through it at every snapshot; without them parameters and
        gradients alone are recorded. target: what is right for the probe, whole numbers for classes, floats for a
        regression. probe_loss: a function of the model's output for the probe, for `activation_gradient` and the loss
        around the training's path. classes: their names. tokenizer: the texts of all tokens in order, or what has
        `decode`; with it a causal model goes on with the beginning of its probe. budget: the size of one snapshot, in
        bytes; what does not fit is recorded in part (see `engine.capture.snapshots.subsampling`). config: further
        entries of the recording's config, plain JSON. overwrite: whether a recording that is there may be replaced.
        on_error: whether the training is stopped where something cannot be recorded, since disk or device are full, or
        goes on with what was recorded until then. quiet: whether nothing is said on stderr when the recording is done.

        Raises `RecordingError` where one of these is invalid.
        """
        self.path = Path(out) if Path(out).suffix == ENDING else Path(f"{out}{ENDING}")
        check_model(model)
        self._model, self._compiled = unwrapped(model), is_compiled(model)
        self._record, self._budget, self._every = record, budget, every
        self._probe, self._target, self._probe_loss = probe, target, probe_loss
        self._classes, self._tokenizer = classes, tokenizer
        self._config, self._overwrite, self._goes_on = dict(config or {}), overwrite, on_error == "continue"
        check_settings(record, every, budget, probe)
        self._quiet = quiet
        self._step, self._snapshots, self._due = 0, 0, snapshot_steps(every)
        self._next = next(self._due)
        self._writer: RecordingWriter | None = None
        self._stack = ExitStack()
        self._warned: set[str] = set()

    def __repr__(self) -> str:
        """Say where it records, and how much there is."""
        state = "recording" if self.writes else "done" if self._snapshots else "nothing recorded yet"
        return f"<Recorder {self.path}: {state}, {self._snapshots:,} snapshots of {self._step:,} steps>"

    def __enter__(self) -> Self:
        """Look at the model, begin the recording and take the snapshot before the first step."""
        if writes_here():
            for line in told_before(self._model, compiled=self._compiled) if self._probe is not None else ():
                warnings.warn(line, RecorderWarning, stacklevel=2)
            try:
                self._begin()
            except BaseException as error:
                self._stack.close()
                if not (self._goes_on and isinstance(error.__cause__, torch.OutOfMemoryError)):
                    raise
                warnings.warn(f"nothing is recorded: {error}", RecorderWarning, stacklevel=2)
        return self

    def step(self, **metrics: float | Tensor) -> None:
        """Record one more step of the training; call it after `optimizer.step()`, before gradients are cleared.

        metrics: numbers to be recorded for this step, each under its name; not all need to be given every time.
        """
        self._step += 1
        self.log(**metrics)
        if self._writer is not None and self._step == self._next:
            self._carefully(self._take_snapshot)
        if self._writer is not None and time.monotonic() - self._committed > COMMIT_SECONDS:
            self._carefully(partial(self._commit, wait=False))

    def log(self, **metrics: float | Tensor) -> None:
        """Record numbers for the step made last."""
        if self._writer is None:
            return
        for name, value in metrics.items():
            try:
                told = number(name, value)
            except RecordingError as error:
                if not self._goes_on:
                    raise
                self._warn_once(name, str(error))
                continue
            if not math.isfinite(told):
                self._warn_once(name, f"{name} became {told} at step {self._step:,}")
            array = free_array_of_metric(name, self._writer.header.arrays) if self._writer else ""
            self._carefully(partial(self._append_metric, array, told))

    def _warn_once(self, about: str, line: str) -> None:
        if about not in self._warned:
            self._warned.add(about)
            warnings.warn(line, RecorderWarning, stacklevel=4)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Complete the recording, also where the training was interrupted; it can be read from now on."""
        with self._stack:
            try:
                self._carefully(partial(self._complete, kind))
                if self._writer is not None and not self._quiet:
                    print(done_line(self.recording), file=sys.stderr)
            finally:
                self._writer = None

    @property
    def writes(self) -> bool:
        """Whether this process records now: of several that train together the first one does."""
        return self._writer is not None

    @property
    def recording(self) -> Recording:
        """The recording; while the training goes on, as it was committed last."""
        return Recording.open(self.path)

    def plan(self) -> list[str]:
        """Say in plain lines what a snapshot holds, which of it in part, and what cannot be seen."""
        first, *others = self._arrays.plan()
        return [f"{self.path}: {first}", *others]

    def _begin(self) -> None:
        self._stack.enter_context(lock_recording(self.path))
        require_ours(self.path)
        check_path(self.path, overwrite=self._overwrite)
        output = None if self._probe is None else check_probe(self._model, self._probe, self._target)
        self._grid = InputGrid.over(self._model, self._probe, output, self._budget)
        written = Continuation.of(self._model, self._probe, output, self._tokenizer)
        self._arrays = SnapshotArrays(self._look(), self._budget, self._grid, written)
        self._writer = self._create(task_of(output, self._target))
        self._stack.callback(self._writer.stop)
        self._started = self._committed = time.monotonic()
        self._take_snapshot()
        self._commit(wait=False)

    def _look(self) -> Snapshotter:
        """Return the snapshotter of what is recorded: with the probe's outputs, and with every gradient its norm."""
        record = tuple(self._record or USUAL_KINDS)
        record += ("output",) if self._probe is not None else ()
        record += (GRADIENT_NORM,) if GRADIENT in record else ()
        return Snapshotter(self._model, self._probe, record, loss=self._probe_loss, if_there=self._record is None)

    def _create(self, task: str) -> RecordingWriter:
        """Begin the recording, with the inputs that it is of."""
        inputs = [] if self._probe is None else list(named_inputs(self._probe))
        config = {**self._told(), "task": task, "inputs": inputs, **self._arrays.config, **self._config}
        specs, fixed = probe_arrays(self._probe, self._target, self._grid)
        structure = trace_module_graph(self._model, self._probe)
        writer = RecordingWriter.create(self.path, config, versions(), specs, {}, fixed, structure)
        for clock in self._arrays.first_clocks:
            writer.add_endless(clock, self._arrays.specs(clock))
        return writer

    def _told(self) -> dict[str, Any]:
        return {
            "name": self.path.stem,
            "record": sorted(self._record or self._arrays.kinds),
            "every": self._every,
            "budget": self._budget,
            "classes": None if self._classes is None else [str(name) for name in self._classes],
            "compiled": self._compiled,
        }

    def _take_snapshot(self) -> None:
        writer = self._writer
        if writer is not None:
            self._look_again(writer)
            taken, failed = self._arrays.take(self._step)
            for clock, row in taken.items():
                writer.append(clock, row, step=self._step)
            writer.tell({**self._arrays.config, **self._config})
            self._tell_failure(failed)
            self._snapshots += 1
            self._taken, self._next = self._step, next(self._due)
            if writer.ends_chunk(SNAPSHOT):
                self._commit(wait=False)

    def _look_again(self, writer: RecordingWriter) -> None:
        """Tell what has changed in the model, and begin arrays for what is new."""
        lines, clock = self._arrays.look_again(self._step)
        for line in lines:
            warnings.warn(f"at step {self._step:,} {line}", RecorderWarning, stacklevel=6)
        if clock:
            writer.add_endless(clock, self._arrays.specs(clock))

    def _tell_failure(self, error: Exception | None) -> None:
        """Warn once where the probe could not pass through the model as it was at a snapshot."""
        if error is not None and "probe" not in self._warned:
            self._warned.add("probe")
            line = f"the probe could not pass through the model at step {self._step:,}, and nothing inside is recorded"
            said = f"{line}: {type(error).__name__}: {in_a_line(str(error))[:160]}"
            warnings.warn(said, RecorderWarning, stacklevel=6)

    def _append_metric(self, array: str, number: float) -> None:
        writer = self._writer
        if writer is not None:
            if array not in writer.header.arrays:
                writer.add_endless(array, [ArraySpec(array, (), (), "float64")])
            writer.append(array, {array: number}, step=self._step)

    def _commit(self, *, wait: bool, **told: object) -> None:
        if self._writer is not None:
            wall = {"seconds": round(time.monotonic() - self._started, 3), "steps": self._step, **told}
            self._writer.commit(b"", wall, wait=wait)
            self._committed = time.monotonic()

    def _complete(self, error: type[BaseException] | None) -> None:
        if self._writer is not None:
            if error is None and self._step != self._taken:  # the model as it is left
                self._take_snapshot()
            for clock, row in self._arrays.take_rest(self._step).items() if error is None else ():
                self._writer.append(clock, row, step=self._step)
                self._writer.tell({**self._arrays.config, **self._config})
            self._commit(wait=True, **({"stopped_by": error.__name__} if error else {}))
            if error is None and self._probe is not None and self._probe_loss is not None:
                given = self._model, self.recording, self._probe, self._probe_loss
                for line in record_surface(self._writer, self._step, *given):
                    warnings.warn(line, RecorderWarning, stacklevel=5)
                self._commit(wait=True)
            self._writer.complete()

    def _carefully(self, task: Callable[[], object]) -> None:
        """Do something that writes; where that fails and the training is to go on, record no more."""
        try:
            task()
        except Exception as error:
            if not self._goes_on:
                raise
            self._writer = None
            warnings.warn(f"nothing is recorded after step {self._step:,}: {error}", RecorderWarning, stacklevel=4)
