"""Plain gradient descent is what torch's is."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from engine.experiments.digits.task import DigitsTask
from engine.models.mlp import MLP
from engine.training.optimizers import GradientDescent, Optimizer
from tests.engine.small import small_experiment, small_mnist


def descended(name: str, optimizer: type[Optimizer]) -> list[torch.Tensor]:
    """Return the parameters of a small network after 40 updates."""
    experiment = small_experiment(name)
    torch.manual_seed(0)
    run = DigitsTask(experiment, small_mnist())
    updates = optimizer(run.model.parameters(), experiment.learning_rate)
    for step in range(40):
        inputs, targets = run.batches(step)
        updates.zero_grad()
        run.cost(run.model(inputs), targets).backward()
        updates.step()
    return [parameter.detach() for parameter in run.model.parameters()]


@pytest.mark.parametrize("name", ["digits", "digits-relu-cross-entropy"])
@pytest.mark.usefixtures("one_thread")
def test_updates_are_torchs_to_the_last_bit(name: str) -> None:
    ours, theirs = descended(name, GradientDescent), descended(name, torch.optim.SGD)
    assert all(map(torch.equal, ours, theirs))


def test_a_parameter_without_a_gradient_stays() -> None:
    model = MLP((4, 3, 2))
    before = [parameter.detach().clone() for parameter in model.parameters()]
    updates = GradientDescent(model.parameters(), 0.5)
    model.layer2.bias.grad = torch.ones(2)
    updates.step()
    after = [parameter.detach() for parameter in model.parameters()]
    assert all(map(torch.equal, after[:3], before[:3]))
    assert torch.equal(after[3], before[3] - 0.5)
    updates.zero_grad()
    assert model.layer2.bias.grad is None


def test_digits_are_trained_without_torchs_compiler() -> None:
    code = (
        "import sys\n"
        "from engine.experiments.digits.task import DigitsTask\n"
        "from tests.engine.small import small_experiment, small_mnist\n"
        "run = DigitsTask(small_experiment(), small_mnist())\n"
        "run.cost(run.model(run.batches(0)[0]), run.batches(0)[1]).backward()\n"
        "run.optimizer.step()\n"
        "print('torch._dynamo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
    assert isinstance(DigitsTask(small_experiment(), small_mnist()).optimizer, GradientDescent)
