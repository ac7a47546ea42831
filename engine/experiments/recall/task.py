"""Contains the task of training a recurrent network to remember the first token it has read."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.capture.snapshots.recordable import Recordable
from engine.experiments.recall.config import RecallConfig
from engine.experiments.recall.data import recall_sequences
from engine.models.recurrent import Recurrent, hidden_gradients
from engine.training.optimizers import WarmedAdamW
from engine.training.task import Fixed, Measured, Task

TRAINED, HELD_OUT, SHOWN = 0, 1, 2  # what sequences are drawn for


class RecallTask(Task):
    """The task of recalling a first token; the caller seeds torch's generator of its first weights."""

    def __init__(self, experiment: RecallConfig) -> None:
        """Build data, model and optimizer; the recorded sequences are held out too, one for each token to recall."""
        self.experiment: RecallConfig = experiment
        kinds = np.arange(experiment.kinds)
        self.shown = self._sequences(kinds, self.generator(SHOWN), held_out=True)
        drawn = self.generator(HELD_OUT)
        self.test = self._sequences(drawn.integers(experiment.kinds, size=experiment.held_out), drawn, held_out=True)
        self.probes = self.shown
        self.model: Recurrent = Recurrent(
            experiment.cell, 2 * experiment.kinds, experiment.embedding, experiment.width, experiment.kinds
        )
        self.cost = F.cross_entropy
        self.optimizer = WarmedAdamW(self.model, experiment.learning_rate, experiment.warmup, experiment.steps)
        self.metrics = (
            Recordable("metric.test_accuracy", (), (), "float64"),
            Recordable("metric.test_loss", (), (), "float64"),
            Recordable("metric.hidden_gradient_norm", ("position",), (experiment.length,), "float64"),
        )

    def batches(self, step: int) -> tuple[Tensor, Tensor]:
        """Return sequences (batch, position) and their first tokens, (batch)."""
        drawn = self.generator(TRAINED, step)
        first = drawn.integers(self.experiment.kinds, size=self.experiment.batch_size)
        tokens = self._sequences(first, drawn, held_out=False)
        return tokens, tokens[:, 0]

    def evaluate(self) -> Measured:
        """Measure the model on held-out sequences, and the norm of its loss's gradient by each hidden state.

        The norm is that of the gradient of a sequence's loss by the state after each position, on average over the
        sequences. The parameters' own gradients are left as they are.
        """
        labels = self.test[:, 0]
        logits, states = self.model.unrolled(self.test)
        loss = F.cross_entropy(logits, labels, reduction="sum")  # of each sequence its own: none depends on another
        norms = hidden_gradients(loss, states).norm(dim=-1)  # (position, batch)
        return {
            "metric.test_accuracy": (logits.argmax(1) == labels).double().mean().item(),
            "metric.test_loss": loss.item() / len(labels),
            "metric.hidden_gradient_norm": norms.double().mean(dim=1).numpy(),
        }

    def describe(self, measured: Measured) -> str:
        """Say in a few words how well the model does."""
        return f"test accuracy {measured['metric.test_accuracy']:.1%}, a guess {1 / self.experiment.kinds:.1%}"

    def static_arrays(self) -> Mapping[str, Fixed]:
        """Return the recorded sequences and their first tokens."""
        return {
            "probe.input": (("batch", "position"), self.shown.numpy()),
            "probe.target": (("batch",), self.shown[:, 0].numpy()),
        }

    def _sequences(self, first: np.ndarray, drawn: np.random.Generator, *, held_out: bool) -> Tensor:
        told = self.experiment
        return torch.from_numpy(recall_sequences(drawn, first, told.kinds, told.length, held_out=held_out))
