"""The cost of the recorded network with some of its parameters changed, computed with NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from tests.evidence.networks import LAYERS, layers_of, sigmoid
from tests.evidence.world import World

ANALYSIS = "digits-landscape"
NAMES = tuple(f"{layer}.{kind}" for layer in LAYERS for kind in ("weight", "bias"))


def parameters_of(world: World) -> int:
    """Return how many weights and biases the network has, from its layers' sizes."""
    sizes = [28 * 28, *world["digits"].config["hidden"], 10]
    return sum((before + 1) * after for before, after in pairwise(sizes))


def examples_of(world: World) -> object:
    return {"looked_at": world[ANALYSIS].config["examples"], "all": len(world.mnist.train.labels)}


class Images:
    """The training images that a landscape is of, (image, pixel), and what is wanted of them, (image, 10)."""

    def __init__(self, world: World) -> None:
        count = world[ANALYSIS].config["examples"]
        self.pixels = world.mnist.train.inputs[:count].reshape(count, -1).astype(float)
        self.wanted = np.eye(10)[world.mnist.train.labels[:count]]

    def cost(self, parameters: Mapping[str, np.ndarray]) -> float:
        """Return the cost of a network of these parameters."""
        values = self.pixels
        for layer in LAYERS:
            values = sigmoid(values @ parameters[f"{layer}.weight"].T + parameters[f"{layer}.bias"])
        return float(((values - self.wanted) ** 2).sum(axis=1).mean())


def trained(world: World, step: int = -1) -> dict[str, np.ndarray]:
    """Return the parameters that were recorded at a position along the steps."""
    return {name: world.read("digits", name, step=step).astype(float) for name in NAMES}


class LastLayer:
    """The cost as some weights of the last layer change, which are given as (out, in)."""

    def __init__(self, world: World) -> None:
        images = Images(world)
        self.wanted, parameters = images.wanted, trained(world)
        self.hidden = layers_of(world, images.pixels.reshape(-1, 28, 28))[-2]
        self.weight = parameters["layer3.weight"]
        self.sums = self.hidden @ self.weight.T + parameters["layer3.bias"]
        self.entries = [tuple(np.mod(entry, self.weight.shape)) for entry in world[ANALYSIS].config["weights"]]

    def cost_and_slopes(self, *changes: float) -> tuple[float, list[float]]:
        """Return C, and ∂C/∂w = 2/n Σ (a − y) σ′(z) a′ for the analysis's weights that are changed, one change each."""
        sums = self.sums.copy()
        for (neuron, source), change in zip(self.entries, changes, strict=False):
            sums[:, neuron] += change * self.hidden[:, source]
        outputs = sigmoid(sums)
        pull = 2 * (outputs - self.wanted) * outputs * (1 - outputs)  # (image, 10)
        cost = ((outputs - self.wanted) ** 2).sum(axis=1).mean()
        entries = self.entries[: len(changes)]
        return float(cost), [float((pull[:, neuron] * self.hidden[:, source]).mean()) for neuron, source in entries]


def random_directions(world: World) -> list[dict[str, np.ndarray]]:
    """Return the two directions of the random plane: noise, for each neuron as long as its weights and bias are."""
    import torch

    generator = torch.Generator().manual_seed(world[ANALYSIS].config["plane_seed"])
    parameters, found = trained(world), []
    for _ in range(2):
        noise = {
            name: torch.randn(values.shape, generator=generator).double().numpy() for name, values in parameters.items()
        }
        for layer in LAYERS:
            kinds = f"{layer}.weight", f"{layer}.bias"
            lengths = [
                np.sqrt((values[kinds[0]] ** 2).sum(axis=1) + values[kinds[1]] ** 2) for values in (parameters, noise)
            ]
            share = lengths[0] / lengths[1]
            noise[kinds[0]], noise[kinds[1]] = noise[kinds[0]] * share[:, None], noise[kinds[1]] * share
        found.append(noise)
    return found


def moved(
    origin: Mapping[str, np.ndarray], directions: list[dict[str, np.ndarray]], place: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the parameters at a place of the plane through `origin`."""
    return {
        name: values + sum(share * direction[name] for share, direction in zip(place, directions, strict=True))
        for name, values in origin.items()
    }
