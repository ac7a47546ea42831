"""The networks that were recorded, run again with NumPy alone."""

from __future__ import annotations

import numpy as np

from tests.evidence.world import World

LAYERS = ("layer1", "layer2", "layer3")


def layers_of(world: World, images: np.ndarray, experiment: str = "digits", step: int = -1) -> list[np.ndarray]:
    """Return the activations of each layer after the input, (image, neuron), for images (image, 28, 28)."""
    recording = world[experiment]
    values, found = images.reshape(len(images), -1).astype(np.float64), []
    for layer in LAYERS:
        weight, bias = (recording.read(f"{layer}.{kind}", step=step).astype(np.float64) for kind in ("weight", "bias"))
        values = _function(recording.config, layer)(values @ weight.T + bias)
        found.append(values)
    return found


def answers_of(world: World, images: np.ndarray, experiment: str = "digits", step: int = -1) -> np.ndarray:
    """Return the outputs, (image, 10), for images (image, 28, 28)."""
    return layers_of(world, images, experiment, step)[-1]


def gradient_of(world: World, images: np.ndarray, labels: np.ndarray, step: int = 0) -> list[np.ndarray]:
    """Return the gradient of the cost of squared errors with respect to the weights of each layer, (out, in)."""
    inputs, count = images.reshape(len(images), -1).astype(np.float64), len(images)
    parts = [
        _backwards(world, inputs[at : at + 5_000], np.eye(10)[labels[at : at + 5_000]], step)
        for at in range(0, count, 5_000)
    ]
    return [sum(part[k] for part in parts) / count for k in range(len(LAYERS))]


def _backwards(world, inputs, wanted, step):
    """Return the sum of the gradients of single images, layer by layer, found from the last layer to the first."""
    recording = world["digits"]
    values = [inputs, *layers_of(world, inputs, step=step)]
    passed, found = 2 * (values[-1] - wanted), []
    for layer, before, after in reversed(list(zip(LAYERS, values, values[1:], strict=False))):
        passed = passed * _slope(recording.config, layer, after)
        found.append(passed.T @ before)
        passed = passed @ recording.read(f"{layer}.weight", step=step).astype(np.float64)
    return found[::-1]


def _slope(config, layer, values):
    """Return the derivative of a layer's function where its value is `values`."""
    name = config["output"] if layer == LAYERS[-1] else config["activation"]
    slopes = {"sigmoid": values * (1 - values), "tanh": 1 - values**2, "relu": values > 0, "linear": np.ones(())}
    return slopes[name]


def first_network_of(world: World, experiment: str = "digits"):
    """Return the network of torch that an experiment trained, drawn again from its seed, not yet trained."""
    import torch

    from engine.models.mlp import MLP

    config = world[experiment].config
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config["seed"])
        return MLP((784, *config["hidden"], 10), config["activation"], config["output"])


def shade_of(world: World) -> float:
    """Return the strength that 98 % of the weights after the first hidden layer do not reach, in two digits."""
    weights = [world.read("digits", f"{layer}.weight", step=-1) for layer in LAYERS[1:]]
    return float(f"{quantile_of(np.abs(np.concatenate([one.ravel() for one in weights])), 0.98):.2g}")


def quantile_of(values: np.ndarray, share: float) -> float:
    """Return the number that a share of the values, (n,), lie below: between two neighbours in their order."""
    ordered = sorted(values.tolist())
    below, rest = divmod(share * (len(ordered) - 1), 1)
    low, high = ordered[int(below) : int(below) + 2]
    return low + rest * (high - low)


def picture_of(world: World, digit: int, own: bool = True) -> np.ndarray:
    """Return the user's own picture, or the first image of a digit that is answered so, or comes nearest to it.

    own: whether the user's own picture is taken where there is one.
    """
    images, labels = world.read("digits", "probe.input"), world.read("digits", "probe.label").tolist()
    if own and (mine := own_picture_of(world)) is not None:
        return mine
    places = [place for place, label in enumerate(labels) if label == digit]
    outputs = {place: answers_of(world, images[[place]])[0] for place in places}
    right = [place for place in places if outputs[place].argmax() == digit]
    return images[right[0] if right else max(places, key=lambda place: outputs[place][digit])]


def own_picture_of(world: World) -> np.ndarray | None:
    """Return the user's own picture, (28, 28), which has no label, or None where there is none."""
    (mine,) = np.nonzero(world.read("digits", "probe.label") < 0)
    return world.read("digits", "probe.input", batch=int(mine[0])) if len(mine) else None


def sigmoid(values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-values))


def _function(config, layer):
    name = config["output"] if layer == LAYERS[-1] else config["activation"]
    return {"sigmoid": sigmoid, "tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "linear": lambda z: z}[name]
