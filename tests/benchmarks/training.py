"""Training with a recorder against the same loop without one, and what the networks reach.

`training`: both train the digits network to the end from the same seed, on one thread, with MNIST in memory, and
measure its accuracies on the same steps. Ours records on the default schedule; theirs keeps nothing.
`accuracy`: the recorded runs' share of right answers on the 10,000 test images, beside the 93.63 % of the network that
was published with the original series. `accuracy_relu`: the ReLU network with cross-entropy, beside the sigmoid one.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import torch

from engine.data import Mnist, load_mnist
from engine.experiments import Experiment, find_experiment
from engine.recording import Recording
from engine.run import Run
from engine.train import fit, train
from tests.benchmarks.measure import Row, interleave, summarize

PUBLISHED = 93.63  # % of the test images, the 784-16-16-10 sigmoid network of the original series


class _Evaluator:
    """A watcher that measures the accuracies when it is time, and keeps nothing."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._steps = frozenset(run.experiment.evaluation_steps.tolist())

    def measured(self, step: int, loss: float) -> None:
        if step in self._steps:
            self._run.evaluate()

    def moved(self, step: int) -> None:
        pass


def measure(rounds: int) -> dict[str, Row]:
    """Return the three rows. Each round trains from a seed of its own, so `accuracy` is a median over seeds."""
    data = load_mnist()
    digits = find_experiment("digits")
    reached: list[float] = []
    seeds = {"ours": iter(range(rounds)), "theirs": iter(range(rounds))}

    def recorded() -> float:
        seconds, accuracy = _train_recorded(replace(digits, seed=next(seeds["ours"])), data)
        reached.append(accuracy)
        return seconds

    def bare() -> float:
        return _train_bare(replace(digits, seed=next(seeds["theirs"])), data)

    _train_bare(replace(digits, steps=1), data)  # torch imports more when it is first used
    ours, theirs = interleave(recorded, bare, rounds)
    _, relu = _train_recorded(find_experiment("digits-relu-cross-entropy"), data)
    sigmoid = statistics.median(reached)
    unit = "% of the test images"
    return {
        "training": summarize(ours, theirs, "s", "ratio at least 0.91"),
        "accuracy": summarize(reached, [PUBLISHED] * rounds, unit, "ours at least 93.5", more_is_better=True),
        "accuracy_relu": summarize([relu], [sigmoid], unit, "ours at least 95", more_is_better=True),
    }


def _train_recorded(experiment: Experiment, data: Mnist) -> tuple[float, float]:
    """Return the seconds that it took, and the accuracy after the last update in percent."""
    with tempfile.TemporaryDirectory() as folder, _one_thread():
        begin = time.perf_counter()
        recording: Recording = train(experiment, Path(folder) / "recorded.zarr", data=data)
        seconds = time.perf_counter() - begin
        return seconds, 100 * float(recording.read("metric.test_accuracy", step=-1))


def _train_bare(experiment: Experiment, data: Mnist) -> float:
    """Return the seconds that the loop takes without a recorder."""
    with _one_thread():
        torch.manual_seed(experiment.seed)
        begin = time.perf_counter()
        run = Run(experiment, data)
        fit(run.model, run.cost, run.optimizer, run.batches, experiment.steps, _Evaluator(run))
        return time.perf_counter() - begin


@contextmanager
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
