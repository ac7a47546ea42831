"""Records a training that Hugging Face's Trainer runs, by one more callback.

    Trainer(model, arguments, callbacks=[TrainerRecorder("runs/mine", probe={"input_ids": ids})], …).train()

The Trainer needs the package `accelerate` (the extra `trainer`).
"""

from __future__ import annotations

from numbers import Real
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from engine.recorder import Recorder


class TrainerRecorder(TrainerCallback):
    """Records a training; takes what `Recorder` takes but the model. Updates are steps, logged numbers are metrics.

    The Trainer tells its callbacks of no error: a training that fails leaves an unfinished recording, which
    `neuroreel animate` completes.
    """

    def __init__(self, out: str | Path, **how: Any) -> None:
        self._out, self._how = out, how
        self._recorder: Recorder | None = None

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Begin the recording."""
        self._recorder = Recorder(kwargs["model"], self._out, **self._how)
        self._recorder.__enter__()

    def on_optimizer_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Record a step, while the gradients are still there."""
        if self._recorder:
            self._recorder.step()

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, logs: Any = None, **kwargs: Any
    ) -> None:
        """Record the numbers that are logged."""
        if self._recorder:
            self._recorder.log(**{name: float(value) for name, value in (logs or {}).items() if _is_number(value)})

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Complete the recording."""
        recorder, self._recorder = self._recorder, None
        if recorder:
            recorder.__exit__(None, None, None)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
