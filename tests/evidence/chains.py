"""The chain of neurons once more, from its recorded weights and MNIST's own files, by PyTorch's autograd."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from tests.evidence.world import World

ENOUGH = 0.9


@dataclass(frozen=True)
class Passed:
    """One example in the chain: weights and biases, z and a of each layer, the cost, and its derivatives."""

    x: float
    y: float
    w: torch.Tensor
    b: torch.Tensor
    z: list[torch.Tensor]
    a: list[torch.Tensor]
    cost: torch.Tensor

    def by(self, *values: torch.Tensor) -> list[float]:
        """Return the derivatives of the cost by some of the values."""
        return [float(one) for one in torch.autograd.grad(self.cost, values, retain_graph=True)]


def inks(world: World, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the ink of all 0s and 1s, (example,), and what should be answered."""
    images = getattr(world.mnist, part)
    own = [at for at, label in enumerate(images.labels) if label in (0, 1)]
    scale = np.float64(world["chain"].config["ink"])
    values = np.array([np.float32(scale * np.float64(images.inputs[at].astype(np.float64).sum()) / 784) for at in own])
    return values.astype(float), (images.labels[own] == 0).astype(float)


def moment(world: World) -> tuple[int, float, bool]:
    """Return the step of the first evaluation with nine in ten right, else of the last, and how many are right."""
    x, y = inks(world, "test")
    steps = world["chain"].steps("metric.test_accuracy").tolist()
    for step in steps:
        right = float(((answers(world, step, x) > 0.5) == (y > 0.5)).mean())
        if right >= ENOUGH:
            return step, right, True
    return steps[-1], right, False


def weights(world: World, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weights and biases at a step, (layer,) each."""
    chain = world["chain"]
    at = chain.steps("layer1.weight").tolist().index(step)
    names = [f"layer{number}" for number in range(1, chain.config["neurons"] + 1)]
    read = [[float(np.ravel(world.read("chain", f"{name}.{kind}", step=at))[0]) for name in names] for kind in KINDS]
    return np.array(read[0]), np.array(read[1])


KINDS = ("weight", "bias")


def answers(world: World, step: int, x: np.ndarray) -> np.ndarray:
    """Return what the chain answers to inks."""
    value = torch.from_numpy(x)
    for w, b in zip(*weights(world, step), strict=True):
        value = torch.sigmoid(w * value + b)
    return value.numpy()


def example(world: World) -> tuple[float, float]:
    """Return ink and wanted answer of the training 0 whose cost is the median of all."""
    x, y = inks(world, "train")
    zeros = [at for at in range(len(x)) if y[at] == 1]
    costs = [(float(answer) - 1) ** 2 for answer in answers(world, moment(world)[0], x[zeros])]
    order = sorted(range(len(zeros)), key=lambda at: (costs[at], at))
    return float(x[zeros[order[len(zeros) // 2]]]), 1.0


def passed(world: World, change: float = 0.0) -> Passed:
    """Return the pass of that example. change: of the last weight."""
    x, y = example(world)
    w, b = (torch.tensor(part, dtype=torch.float64) for part in weights(world, moment(world)[0]))
    w[-1] += change
    w, b = w.requires_grad_(), b.requires_grad_()
    z, a = [], []
    value = torch.tensor(x, dtype=torch.float64)
    for number in range(len(w)):
        z.append(w[number] * value + b[number])
        a.append(torch.sigmoid(z[-1]))
        value = a[-1]
    return Passed(x, y, w, b, z, a, (value - y) ** 2)


def values(world: World) -> object:
    """All that one pass comes to."""
    one = passed(world)
    layers = {"w": one.w.tolist(), "b": one.b.tolist()}
    layers |= {"z": [float(z) for z in one.z], "a": [float(a) for a in one.a]}
    return {"ink": one.x, "wanted": one.y, "cost": float(one.cost), **layers}


def factors(world: World) -> object:
    """The factors of the derivative by the last weight."""
    one = passed(world)
    (slope,) = torch.autograd.grad(one.a[-1], one.z[-1], retain_graph=True)
    (by_a,) = one.by(one.a[-1])
    own = float(torch.autograd.grad(one.cost, one.w, retain_graph=True)[0][-1])
    told = {"z_by_w": float(one.a[-2]), "a_by_z": float(slope), "cost_by_a": by_a}
    return {**told, "product": own, "autograd": own, "alike": True}


def derivatives(world: World) -> object:
    """All derivatives by weights and biases."""
    one = passed(world)
    by_w, by_b = torch.autograd.grad(one.cost, (one.w, one.b))
    return {"weights": by_w.tolist(), "biases": by_b.tolist(), "alike": True}
