"""What the untrained network makes of some digits, computed from its weights and MNIST's test images."""

from __future__ import annotations

import numpy as np

from tests.evidence.networks import LAYERS, answers_of, layers_of, own_picture_of
from tests.evidence.world import World

EACH = 10  # probes of a digit: the first test images of it
DRAWN = np.arange(28 * 14 + 6, 28 * 14 + 22)  # of the input: sixteen pixels in the middle of row 14


def answers(world: World) -> list[int]:
    """The pictures shown stand in the order of their digits, as the probes do, the user's own at the end."""
    return _answers(world).argmax(axis=1).tolist()


def first_answer(world: World) -> object:
    said = answers(world)
    if own_picture_of(world) is not None:
        return {"label": -1, "answer": said[-1]}
    first = next((digit for digit in (3, 7, 2) if said[digit] != digit), 3)
    return {"label": first, "answer": said[first]}


def moved(world: World) -> object:
    outputs = _answers(world)
    furthest = max(abs(one - other) for column in outputs.T for one in column for other in column)
    return {"others": len(outputs) - 1, "moved": float(furthest)}


def right(world: World) -> object:
    test = world.mnist.test
    said = answers_of(world, test.inputs, step=0).argmax(axis=1)
    return {"share": float((said == test.labels).mean()), "count": len(said)}


def weight_shades(world: World) -> list[float]:
    weights = [world.read("digits", f"{layer}.weight", step=0) for layer in LAYERS]
    return [max(float(weight.max()), -float(weight.min())) for weight in weights]


def flow_shades(world: World) -> list[float]:
    image = _shown(world)[first_answer(world)["label"]]
    values = [image.ravel(), *(layer[0] for layer in layers_of(world, image[None], step=0))]
    drawn = [DRAWN, *(_ends(len(value)) for value in values[1:])]
    found = []
    for k, layer in enumerate(LAYERS):
        weight = world.read("digits", f"{layer}.weight", step=0)
        found.append(max(abs(float(weight[j, i] * values[k][i])) for j in drawn[k + 1] for i in drawn[k]))
    return found


def _ends(count: int) -> list[int]:
    """Of a layer of more than sixteen the first eight and the last eight are drawn."""
    return list(range(count)) if count <= 16 else [*range(8), *range(count - 8, count)]


def _shown(world: World) -> np.ndarray:
    """Return of each digit that of its probes which is nearest to their average, and the user's own picture at the end.

    Returns (picture, 28, 28).
    """
    test, found = world.mnist.test, []
    for digit in range(10):
        images = test.inputs[np.flatnonzero(test.labels == digit)[:EACH]].astype(np.float64)
        far = ((images - images.mean(axis=0)) ** 2).sum(axis=(1, 2))
        found.append(images[far.argmin()])
    own = own_picture_of(world)
    return np.stack(found if own is None else [*found, own])


def _answers(world: World) -> np.ndarray:
    return answers_of(world, _shown(world), step=0)
