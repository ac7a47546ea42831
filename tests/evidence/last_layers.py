"""The last two layers of the network on digits once more, for one image, by PyTorch's autograd."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch

from tests.evidence.networks import answers_of
from tests.evidence.world import World

ENOUGH, LOOKED_AT, SHOWN = 0.6, 1_000, 3


@dataclass(frozen=True)
class LastPass:
    """The image with its label, and the pass through the last layer as tensors that can be differentiated."""

    label: int
    before: torch.Tensor
    weight: torch.Tensor
    z: torch.Tensor
    a: torch.Tensor
    target: torch.Tensor
    cost: torch.Tensor


def moment(world: World) -> int:
    """Return the position of the snapshot of the first evaluation with six in ten right, else of the last."""
    digits = world["digits"]
    steps = digits.steps("layer1.weight").tolist()
    found = [steps.index(step) for step in digits.steps("metric.test_accuracy").tolist()]
    test = world.mnist.test
    right = world.read("digits", "metric.test_accuracy")
    near = [at for at, share in zip(found, right, strict=True) if share >= ENOUGH - 1e-3]  # spares the others a pass
    for at in near:
        if (answers_of(world, test.inputs, step=at).argmax(axis=1) == test.labels).mean() >= ENOUGH:
            return at
    return found[-1]


def passed(world: World) -> LastPass:
    """Return the pass of the first training image that is answered wrongly, else of the first."""
    at, train = moment(world), world.mnist.train
    answers = answers_of(world, train.inputs[:LOOKED_AT], step=at).argmax(axis=1)
    wrong = [number for number in range(LOOKED_AT) if answers[number] != train.labels[number]]
    image = wrong[0] if wrong else 0
    value = torch.from_numpy(train.inputs[image].ravel().astype(np.float64))
    layers = len(world["digits"].config["hidden"]) + 1
    for number in range(1, layers + 1):
        weight, bias = (
            torch.from_numpy(world.read("digits", f"layer{number}.{kind}", step=at).astype(np.float64))
            for kind in ("weight", "bias")
        )
        before = value.detach().requires_grad_()
        weight = weight.requires_grad_()
        z = weight @ before + bias
        value = torch.sigmoid(z)
    target = torch.zeros(10, dtype=torch.float64)
    target[int(train.labels[image])] = 1
    return LastPass(int(train.labels[image]), before, weight, z, value, target, ((value - target) ** 2).sum())


def drawn(one: LastPass) -> tuple[list[int], list[int]]:
    """Return which neurons of the layer before, and which outputs, are drawn."""
    by_a, by_before = torch.autograd.grad(one.cost, (one.a, one.before), retain_graph=True)
    inputs = sorted(range(len(by_before)), key=lambda k: -abs(float(by_before[k])))[:SHOWN]
    others = sorted((j for j in range(10) if j != one.label), key=lambda j: -abs(float(by_a[j])))
    return inputs, [one.label, *others][:SHOWN]


def sizes(world: World) -> object:
    """How many neurons there are, and how many are drawn."""
    one = passed(world)
    return {"before": len(one.before), "outputs": 10, "shown": min(SHOWN, len(one.before)), "drawn": SHOWN}


def differences(world: World, step: float, which: str) -> tuple[np.ndarray, np.ndarray]:
    """Return ∇C by autograd and central differences of the last layer ("last") or of some entries ("some")."""
    images, labels = world.mnist.train.inputs[:50], world.mnist.train.labels[:50]
    layers = len(world["digits"].config["hidden"]) + 1
    read = [
        world.read("digits", f"layer{n}.{kind}", step=0) for n in range(1, layers + 1) for kind in ("weight", "bias")
    ]
    parameters = [torch.from_numpy(one.astype(np.float64)).requires_grad_() for one in read]
    wanted = torch.eye(10, dtype=torch.float64)[torch.from_numpy(labels.copy())]
    inputs = torch.from_numpy(images.reshape(50, -1).astype(np.float64))

    def cost() -> torch.Tensor:
        value = inputs
        for weight, bias in zip(parameters[::2], parameters[1::2], strict=True):
            value = torch.sigmoid(value @ weight.T + bias)
        return ((value - wanted) ** 2).sum() / 50

    gradient = torch.cat([one.ravel() for one in torch.autograd.grad(cost(), parameters)]).numpy()
    ends = np.cumsum([0, *(one.numel() for one in parameters)])
    last = range(ends[-3], ends[-1])
    chosen = list(last) if which == "last" else list(range(0, ends[-1], 97))
    found = []
    with torch.no_grad():
        for place in chosen:
            owner = next(at for at, (_, end) in enumerate(pairwise(ends)) if place < end)
            flat = parameters[owner].view(-1)
            kept, costs = flat[place - ends[owner]].item(), []
            for by in (step, -step):
                flat[place - ends[owner]] = kept + by
                costs.append(cost().item())
            flat[place - ends[owner]] = kept
            found.append((costs[0] - costs[1]) / (2 * step))
    return gradient, np.abs(np.array(found) - gradient[chosen])
