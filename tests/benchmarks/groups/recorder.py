"""Training with a recorder against the same loop without one, and against the naive way.

All train the digits network from the same seed, on one thread, with MNIST in memory, and measure its accuracies on
the same steps. `recorder_default`, `recorder_10`, `recorder_1`: snapshots on the default schedule, every ten steps,
every step, of all parameters, gradients and activations of a hundred probes; theirs keeps nothing. `recorder_naive`:
every ten steps against forward hooks and a `torch.save` of the same values into a file of its own each time.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.data.mnist import Mnist, load_mnist
from engine.experiments import DigitsConfig, find_digits
from engine.experiments.digits.task import DigitsTask
from engine.train import fit, train
from tests.benchmarks.measure import Row, interleave, summarize
from tests.benchmarks.workshop import Workshop

STEPS_OF_EVERY_ONE = 4000  # a snapshot a step is 200 kB
FEWEST = 20  # steps that show that a training can be recorded


@dataclass(frozen=True)
class _Every(DigitsConfig):
    """An experiment with a snapshot every so many steps."""

    every: int = 10

    @property
    def snapshot_steps(self) -> np.ndarray:
        return np.arange(0, self.steps + 1, self.every)


class _Bare:
    """A watcher that measures the accuracies when it is time, and keeps nothing."""

    def __init__(self, run: DigitsTask) -> None:
        self.run = run
        self._steps = frozenset(run.experiment.evaluation_steps.tolist())

    def measured(self, step: int, loss: float) -> None:
        if step in self._steps:
            self.run.evaluate()

    def moved(self, step: int) -> None:
        pass


class _Naive(_Bare):
    """A watcher that hooks every module, sends the probes through and saves all there is in a file, as one would."""

    def __init__(self, run: DigitsTask, folder: Path) -> None:
        super().__init__(run)
        self._folder, self._probes = folder, run.probes
        self._snapshots = frozenset(run.experiment.snapshot_steps.tolist())

    def measured(self, step: int, loss: float) -> None:
        super().measured(step, loss)
        if step in self._snapshots:
            torch.save(self._everything(), self._folder / f"{step}.pt")

    def _everything(self) -> dict[str, Tensor]:
        model, taken = self.run.model, {}

        def keep(name: str) -> Callable[[nn.Module, Any, Tensor], None]:
            return lambda module, inputs, output: taken.update({name: output.clone()})

        hooks = [module.register_forward_hook(keep(name)) for name, module in model.named_modules() if name]
        with torch.no_grad():
            model(self._probes)
        for hook in hooks:
            hook.remove()
        for name, parameter in model.named_parameters():
            taken[name] = parameter.detach().clone()
            if parameter.grad is not None:
                taken[f"{name}.gradient"] = parameter.grad.clone()
        return taken


def measure(rounds: int, shop: Workshop) -> dict[str, Row]:
    """Return the rows."""
    data, digits = load_mnist(), shop.of(find_digits("digits"), replace(find_digits("digits"), steps=FEWEST))
    ten = _Every(**vars(digits))
    one = replace(ten, every=1, steps=shop.of(STEPS_OF_EVERY_ONE, FEWEST))
    _train_bare(replace(digits, steps=1), data)  # torch imports more when it is first used
    rows = {}
    for name, experiment, most in (("default", digits, 1.05), ("10", ten, 1.25), ("1", one, 3.0)):
        ways = _timed(_train_recorded, experiment, data), _timed(_train_bare, experiment, data)
        frames = f"{len(experiment.snapshot_steps)} snapshots in {experiment.steps} steps"
        goal = f"ratio at least {1 / most:.3f}"
        rows[f"recorder_{name}"] = summarize(*interleave(*ways, rounds), "s", goal, frames=frames)
    ways = _timed(_train_recorded, ten, data), _timed(_train_naively, ten, data)
    frames = f"{len(ten.snapshot_steps)} snapshots in {ten.steps} steps"
    rows["recorder_naive"] = summarize(*interleave(*ways, rounds), "s", "ratio at least 1", frames=frames)
    return rows


def _timed(
    train_one: Callable[[DigitsConfig, Mnist], None], experiment: DigitsConfig, data: Mnist
) -> Callable[[], float]:
    def run() -> float:
        with _one_thread():
            begin = time.perf_counter()
            train_one(experiment, data)
            return time.perf_counter() - begin

    return run


def _train_recorded(experiment: DigitsConfig, data: Mnist) -> None:
    with tempfile.TemporaryDirectory() as folder:
        train(experiment, Path(folder) / "recorded.zarr", data=data)


def _train_naively(experiment: DigitsConfig, data: Mnist) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _train(experiment, data, lambda run: _Naive(run, Path(folder)))


def _train_bare(experiment: DigitsConfig, data: Mnist) -> None:
    _train(experiment, data, _Bare)


def _train(experiment: DigitsConfig, data: Mnist, watcher: Callable[[DigitsTask], _Bare]) -> None:
    torch.manual_seed(experiment.seed)
    run = DigitsTask(experiment, data)
    fit(run.model, run.cost, run.optimizer, run.batches, experiment.steps, watcher(run))


@contextmanager
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
