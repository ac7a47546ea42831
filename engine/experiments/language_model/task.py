"""Contains the task of training a language model on Shakespeare's plays, a character at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.capture.snapshots.recordable import Recordable
from engine.data.alphabet import CharacterTokenizer, TextError
from engine.data.shakespeare import Corpus, load_shakespeare
from engine.experiments.language_model.config import LanguageModelConfig
from engine.models.transformer import GPT
from engine.training.config import ExperimentError
from engine.training.losses import next_token
from engine.training.optimizers import WarmedAdamW
from engine.training.task import Fixed, Measured, Task

TRAINED, SAMPLED = 0, 1  # what random numbers are drawn for; part of their seed


class LanguageModelTask(Task):
    """The task of a language model on plays; the caller seeds torch's generator of its first weights."""

    def __init__(self, experiment: LanguageModelConfig, corpus: Corpus | None = None) -> None:
        """Build data, model and optimizer; the text is Shakespeare's unless given.

        Raises `DataError` where it is not installed, `ExperimentError` where it is too short or lacks a character of
        prompt or probe.
        """
        corpus = corpus or load_shakespeare()
        self.experiment: LanguageModelConfig = experiment
        self.corpus = corpus
        self.tokenizer = CharacterTokenizer.of(corpus.train + corpus.validation)
        self.train, self.validation = self._ids(corpus.train), self._ids(corpus.validation)
        if min(len(self.train), len(self.validation)) <= experiment.context:
            raise ExperimentError(f"context is {experiment.context}, and the text is no longer than that")
        self.prompt, self.shown = self._ids(experiment.prompt), self._ids(experiment.probe)[None]
        self.probes = self.shown
        self.model: GPT = GPT(
            len(self.tokenizer), experiment.context, experiment.width, experiment.layers, experiment.heads
        )
        self.cost = next_token
        self.optimizer = WarmedAdamW(self.model, experiment.learning_rate, experiment.warmup, experiment.steps)
        self.metrics = (
            *(
                Recordable(f"metric.{name}", (), (), "float64")
                for name in ("train_loss", "validation_loss", "train_accuracy", "validation_accuracy")
            ),
            Recordable("sample.token", ("position",), (experiment.sample_length,), "int64"),
        )

    def batches(self, step: int) -> tuple[Tensor, Tensor]:
        """Return random excerpts of the training text, and the same a character on, (batch, position) each."""
        last = len(self.train) - self.experiment.context
        starts = self.generator(TRAINED, step).integers(last, size=self.experiment.batch_size)
        return self._excerpts(self.train, starts)

    def evaluate(self) -> Measured:
        """Measure the model on `scored` evenly spread excerpts of each part, and sample a text from it."""
        on_train, on_validation = self._score(self.train), self._score(self.validation)
        return {
            "metric.train_loss": on_train[0],
            "metric.validation_loss": on_validation[0],
            "metric.train_accuracy": on_train[1],
            "metric.validation_accuracy": on_validation[1],
            "sample.token": self.write(),
        }

    def origin(self) -> dict[str, Any]:
        """Return the digests of the training text and of the validation text."""
        return {"data": {"shakespeare": self.corpus.digests()}}

    def describe(self, measured: Measured) -> str:
        """Say in a few words how well the model does."""
        return f"validation loss {measured['metric.validation_loss']:.3f} nats a character"

    def static_arrays(self) -> Mapping[str, Fixed]:
        """Return the recorded text and the alphabet that all ids are of."""
        return {
            "probe.input": (("batch", "position"), self.shown.numpy()),
            "alphabet": (("token",), self.tokenizer.codepoints),
        }

    @torch.no_grad()
    def write(self) -> np.ndarray:
        """Return the prompt continued by sampling from the model, (position): always with the same random numbers."""
        generator = self.generator(SAMPLED)
        ids = self.prompt.tolist()
        while len(ids) < self.experiment.sample_length:
            seen = torch.tensor([ids[-self.experiment.context :]])
            chances = self.model(seen)[0, -1].double().softmax(0).cumsum(0)  # (vocabulary), up to 1
            ids.append(min(int(torch.searchsorted(chances, generator.random())), len(self.tokenizer) - 1))
        return np.array(ids)

    @torch.no_grad()
    def _score(self, text: Tensor) -> tuple[float, float]:
        """Return the loss in nats a character, and the accuracy of the likeliest next character, 0 to 1."""
        last = len(text) - self.experiment.context - 1
        ids, wanted = self._excerpts(text, np.linspace(0, last, self.experiment.scored).astype(np.int64))
        logits = self.model(ids)
        return next_token(logits, wanted).item(), (logits.argmax(2) == wanted).double().mean().item()

    def _excerpts(self, text: Tensor, starts: np.ndarray) -> tuple[Tensor, Tensor]:
        places = torch.from_numpy(starts)[:, None] + torch.arange(self.experiment.context + 1)  # (batch, position)
        taken = text[places]
        return taken[:, :-1], taken[:, 1:]

    def _ids(self, text: str) -> Tensor:
        try:
            return torch.from_numpy(self.tokenizer.encode(text))
        except TextError as error:
            raise ExperimentError(str(error)) from None
