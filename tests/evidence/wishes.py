"""What an image wants of the network on digits, once more: by autograd, from the recorded weights and MNIST."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from tests.evidence import last_layers
from tests.evidence.world import World

LOOKED_AT = 2_000


@dataclass(frozen=True)
class Pass:
    """One image's pass: weights and biases layer by layer, activations (the first is the input), its cost."""

    label: int
    weights: list[torch.Tensor]
    biases: list[torch.Tensor]
    activations: list[torch.Tensor]
    target: torch.Tensor
    cost: torch.Tensor


def parameters(world: World, at: int) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Return weights and biases at a position along `step`, float64."""
    layers = len(world["digits"].config["hidden"]) + 1
    read = {
        kind: [
            torch.from_numpy(world.read("digits", f"layer{number}.{kind}", step=at).astype(np.float64)).requires_grad_()
            for number in range(1, layers + 1)
        ]
        for kind in ("weight", "bias")
    }
    return read["weight"], read["bias"]


def pass_of(world: World, at: int, image: int) -> Pass:
    """Return the pass of a training image at a position along `step`."""
    weights, biases = parameters(world, at)
    train = world.mnist.train
    activations = [torch.from_numpy(train.inputs[image].ravel().astype(np.float64))]
    for weight, bias in zip(weights, biases, strict=True):
        activations.append(torch.sigmoid(weight @ activations[-1] + bias))
    target = torch.eye(10, dtype=torch.float64)[int(train.labels[image])]
    cost = ((activations[-1] - target) ** 2).sum()
    return Pass(int(train.labels[image]), weights, biases, activations, target, cost)


def many(world: World, at: int, count: int = LOOKED_AT) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return of the first training images the labels, the activations before the outputs, and δ of the outputs."""
    weights, biases = parameters(world, at)
    train = world.mnist.train
    labels = train.labels[:count]
    value = torch.from_numpy(train.inputs[:count].reshape(count, -1).astype(np.float64))
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        value = torch.sigmoid(value @ weight.T + bias)
    z = (value @ weights[-1].T + biases[-1]).detach().requires_grad_()
    wanted = torch.eye(10, dtype=torch.float64)[torch.from_numpy(labels.copy())]
    (delta,) = torch.autograd.grad(((torch.sigmoid(z) - wanted) ** 2).sum(), z)
    return labels, value.detach().numpy(), delta.numpy()


def image(world: World) -> int:
    """Return the wrongly answered training image whose layer before the outputs is spread most."""
    at = last_layers.moment(world)
    weights, biases = parameters(world, at)
    labels, before, _ = many(world, at)
    said = (before @ weights[-1].detach().numpy().T + biases[-1].detach().numpy()).argmax(axis=1)
    wrong = [one for one in range(LOOKED_AT) if said[one] != labels[one]] or [0]
    return max(wrong, key=lambda one: (before[one].max() - before[one].min(), -one))


def chosen(world: World) -> Pass:
    """Return the pass of that image."""
    return pass_of(world, last_layers.moment(world), image(world))


def example(world: World) -> object:
    """Label, answer, outputs and wishes."""
    one = chosen(world)
    outputs = one.activations[-1].detach().numpy()
    wishes = one.target.numpy() - outputs
    told = {"label": one.label, "answer": int(outputs.argmax()), "outputs": outputs.tolist()}
    return {**told, "wishes": wishes.tolist(), "up": sum(wish > 0 for wish in wishes)}


def moment(world: World) -> object:
    """The step that is shown, and how many test images are right then."""
    digits = world["digits"]
    at = last_layers.moment(world)
    step = int(digits.steps("layer1.weight")[at])
    shares = dict(
        zip(digits.steps("metric.test_accuracy").tolist(), world.read("digits", "metric.test_accuracy"), strict=True)
    )
    return {"step": step, "percent": 100 * float(shares[step]), "reached": bool(shares[step] >= last_layers.ENOUGH)}


def rows(world: World) -> object:
    """How often the largest change is in the wanted row: where |δ| is largest, since all rows share the activations."""
    steps = world.read("digits-backprop", "rows.step").tolist()
    known = world["digits"].steps("layer1.weight").tolist()
    shares = []
    for step in steps:
        labels, _, delta = many(world, known.index(step))
        shares.append(float((np.abs(delta).argmax(axis=1) == labels).mean()))
    near = min(range(len(steps)), key=lambda at: abs(steps[at] - moment(world)["step"]))
    told = {"first": 100 * shares[0], "last": 100 * shares[-1], "most": 100 * max(shares)}
    return {
        **told,
        "now": 100 * shares[near],
        "step": steps[near],
        "end": steps[-1],
        "brightest": 100.0,
        "images": LOOKED_AT,
    }
