"""Contains the task of translating dates."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from engine.capture.snapshots.recordable import Recordable
from engine.capture.snapshots.snapshotter import Snapshotter
from engine.experiments.dates.config import DatesConfig
from engine.experiments.dates.data import FORMS, ISO_LENGTH, Days, Form, alphabets, longest, write_dates
from engine.models.encoder_decoder import EncoderDecoder
from engine.training.losses import next_token
from engine.training.optimizers import WarmedAdamW
from engine.training.task import Fixed, Measured, Task

START = 0  # the id that what is written begins with
TRAINED, TESTED, PROBED = 0, 1, 2  # what dates are drawn for; part of their seed


class DatesTask(Task):
    """The task of translating dates; the caller seeds torch's generator of its first weights."""

    extra_values: tuple[Recordable, ...]
    packages = ("babel",)

    def __init__(self, experiment: DatesConfig) -> None:
        """Build data, model and optimizer. The probes are unseen days, each in another form if there are enough."""
        self.experiment: DatesConfig = experiment
        self.days = Days.between(experiment.first_year, experiment.last_year, experiment.unseen_every, experiment.seed)
        generator = self.generator(PROBED)
        order = generator.permutation(len(FORMS))
        forms = [FORMS[order[number % len(FORMS)]] for number in range(experiment.probes)]
        self.shown, self.shown_truth = _tensors(generator.choice(self.days.unseen, experiment.probes), forms)
        self.test, self.test_truth = self._draw(self.days.unseen, experiment.tested, TESTED)
        read, written = alphabets()
        self.model: EncoderDecoder = EncoderDecoder(
            (len(read), len(written)), (longest(), ISO_LENGTH), experiment.width, experiment.layers, experiment.heads
        )
        self.probes = (self.shown, begun(self.shown_truth))
        self.cost = next_token
        self.optimizer = WarmedAdamW(self.model, experiment.learning_rate, experiment.warmup, experiment.steps)
        self.extra_values = (Recordable("probe.target", ("batch", "query"), (experiment.probes, ISO_LENGTH), "int64"),)
        self.metrics = (
            Recordable("metric.exact_match", (), (), "float64"),
            Recordable("metric.character_accuracy", (), (), "float64"),
        )

    def batches(self, step: int) -> tuple[tuple[Tensor, Tensor], Tensor]:
        """Return sources (batch, key) with the decoder's inputs (batch, query), and targets (batch, query)."""
        source, target = self._draw(self.days.seen, self.experiment.batch_size, TRAINED, step)
        return (source, begun(target)), target

    def evaluate(self) -> Measured:
        """Measure the shares of dates and of characters that are right, 0 to 1, on days that were never trained on."""
        right = (self.model.write(self.test, START, ISO_LENGTH) == self.test_truth).double()  # (batch, query)
        return {
            "metric.exact_match": right.amin(1).mean().item(),
            "metric.character_accuracy": right.mean().item(),
        }

    def describe(self, measured: Measured) -> str:
        """Say in a few words how well the model does."""
        return f"{measured['metric.exact_match']:.1%} of unseen dates right"

    def snapshot(self, snapshotter: Snapshotter) -> Mapping[str, np.ndarray]:
        """Translate the probes, and return a snapshot of the pass over them and their translations."""
        written = self.model.write(self.shown, START, ISO_LENGTH)
        return {**snapshotter.snapshot((self.shown, begun(written))), "probe.target": written.numpy()}

    def static_arrays(self) -> Mapping[str, Fixed]:
        """Return the probes, the right translations, and the alphabets that their ids are of."""
        read, written = alphabets()
        return {
            "probe.source": (("batch", "key"), self.shown.numpy()),
            "probe.truth": (("batch", "query"), self.shown_truth.numpy()),
            "source.alphabet": (("token",), read.codepoints),
            "target.alphabet": (("token",), written.codepoints),
        }

    def _draw(self, ordinals: np.ndarray, count: int, *seeds: int) -> tuple[Tensor, Tensor]:
        generator = self.generator(*seeds)
        forms = [FORMS[number] for number in generator.integers(len(FORMS), size=count)]
        return _tensors(generator.choice(ordinals, count), forms)


def begun(target: Tensor) -> Tensor:
    """Return the decoder's inputs for targets (batch, query): the start, and all ids but the last."""
    return torch.cat((torch.full_like(target[:, :1], START), target[:, :-1]), dim=1)


def _tensors(ordinals: np.ndarray, forms: list[Form]) -> tuple[Tensor, Tensor]:
    source, target = write_dates(ordinals, forms)
    return torch.from_numpy(source), torch.from_numpy(target)
