"""Records a training that Lightning runs, by one more callback of its Trainer.

    Trainer(callbacks=[LightningRecorder("runs/mine", probe=inputs)]).fit(module, data)

Needs the package `lightning` (the extra of that name).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lightning import LightningModule, Trainer
from lightning.pytorch.callbacks import Callback

from engine.recorder import Recorder


class LightningRecorder(Callback):
    """Records a training; takes what `Recorder` takes but the model. Updates are steps, logged numbers are metrics."""

    def __init__(self, out: str | Path, **how: Any) -> None:
        self._out, self._how = out, how
        self._recorder: Recorder | None = None
        self._steps = 0

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Begin the recording, when the model has the weights that the training starts from."""
        self._steps = trainer.global_step
        self._recorder = Recorder(pl_module, self._out, **self._how)
        self._recorder.__enter__()

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Record a step where there was an update; while gradients are accumulated not every batch has one."""
        if self._recorder and trainer.global_step > self._steps:
            self._steps = trainer.global_step
            loss = outputs.get("loss") if isinstance(outputs, Mapping) else outputs
            self._recorder.step(**({} if loss is None else {"loss": loss}))

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Record the metrics of the validation."""
        if self._recorder and not trainer.sanity_checking:
            self._recorder.log(**trainer.callback_metrics)

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Complete the recording."""
        self._finish(None)

    def on_exception(self, trainer: Trainer, pl_module: LightningModule, exception: BaseException) -> None:
        """Complete the recording of a training that was stopped."""
        self._finish(exception)

    def _finish(self, error: BaseException | None) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder:
            recorder.__exit__(type(error) if error else None, error, None)
