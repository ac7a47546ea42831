"""Contains the task in which induction heads form: repeated random tokens, read by attention alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.capture.attention.head_scores import induction, previous_token
from engine.capture.snapshots.recordable import Recordable
from engine.experiments.induction.config import InductionConfig
from engine.experiments.induction.data import repeated_sequences
from engine.models.attention import Attended, tapped
from engine.models.transformer import GPT
from engine.training.losses import next_token
from engine.training.optimizers import WarmedAdamW
from engine.training.task import Fixed, Measured, Task

TRAINED, HELD_OUT = 0, 1  # what sequences are drawn for; part of their seed, so that no draw is for both


class InductionTask(Task):
    """The task of reading repeated tokens; the caller seeds torch's generator of its first weights."""

    def __init__(self, experiment: InductionConfig) -> None:
        """Build data, model and optimizer; the recorded sequences are the first of those that are held out."""
        self.experiment: InductionConfig = experiment
        held_out = self._sequences(experiment.probes + experiment.held_out, experiment.context // 2, HELD_OUT)
        self.shown, self.test = held_out[: experiment.probes], held_out[experiment.probes :]
        self.probes = self.shown
        self.model: GPT = GPT(
            experiment.vocabulary, experiment.context, experiment.width, experiment.layers, experiment.heads, mlp=False
        )
        self.cost = next_token
        self.optimizer = WarmedAdamW(self.model, experiment.learning_rate, experiment.warmup, experiment.steps)
        heads = (experiment.layers, experiment.heads)
        self.metrics = (
            Recordable("metric.induction_score", ("layer", "head"), heads, "float64"),
            Recordable("metric.previous_token_score", ("layer", "head"), heads, "float64"),
            Recordable("metric.first_half_loss", (), (), "float64"),
            Recordable("metric.second_half_loss", (), (), "float64"),
        )

    def batches(self, step: int) -> tuple[Tensor, Tensor]:
        """Return sequences without their last token and without their first, (batch, position) each."""
        ids = self._sequences(self.experiment.batch_size, self.experiment.shortest, TRAINED, step)
        return ids[:, :-1], ids[:, 1:]

    @torch.no_grad()
    def evaluate(self) -> Measured:
        """Measure each head's scores, and the loss on the first and on the second copy, of held-out sequences."""
        patterns: list[np.ndarray] = []
        with ExitStack() as stack:
            for attention in self.model.attentions():
                stack.enter_context(tapped(attention, _keep_pattern(patterns)))
            logits = self.model(self.test)
        loss = F.cross_entropy(logits[:, :-1].transpose(1, 2), self.test[:, 1:], reduction="none").mean(0)  # (position)
        half = self.experiment.context // 2
        return {
            "metric.induction_score": np.stack([induction(one, half).mean(0) for one in patterns]),
            "metric.previous_token_score": np.stack([previous_token(one).mean(0) for one in patterns]),
            # The first token of the second copy cannot be foretold: nothing says that the first one ends
            "metric.first_half_loss": loss[: half - 1].mean().item(),
            "metric.second_half_loss": loss[half:].mean().item(),
        }

    def describe(self, measured: Measured) -> str:
        """Say in a few words how well the model does."""
        best = np.max(measured["metric.induction_score"])
        return f"induction score {best:.2f}, loss {measured['metric.second_half_loss']:.2f} on the second copy"

    def static_arrays(self) -> Mapping[str, Fixed]:
        """Return the recorded sequences."""
        return {"probe.token": (("batch", "position"), self.shown.numpy())}

    def _sequences(self, count: int, shortest: int, *seeds: int) -> Tensor:
        told, generator = self.experiment, self.generator(*seeds)
        return torch.from_numpy(repeated_sequences(generator, count, told.vocabulary, told.context, shortest))


def _keep_pattern(patterns: list[np.ndarray]) -> Callable[[Attended], None]:
    return lambda seen: patterns.append(seen.pattern.numpy())
