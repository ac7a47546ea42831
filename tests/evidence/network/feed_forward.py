"""What goes through the network, from its trained weights run again, and from MNIST's own test images."""

from __future__ import annotations

import numpy as np

from tests.evidence.networks import LAYERS, answers_of, layers_of
from tests.evidence.world import World

DIGITS = (7, 2, 0)
DRAWN = 16  # neurons of a layer at most: of the image those in the middle of its middle row, else the first and last


def follows(world: World) -> object:
    probe = _pictures(world)[0]
    pixels = world.read("digits", "probe.input", batch=[probe])
    recorded = [world.read("digits", f"{layer}.activation", step=-1, batch=probe) for layer in LAYERS]
    again = np.concatenate([values[0] for values in layers_of(world, pixels)])
    return {"agreeing": int((np.abs(again - np.concatenate(recorded)) < 1e-4).sum()), "neurons": len(again)}


def answer(world: World) -> object:
    outputs = layers_of(world, _images(world)[:1])[-1][0].tolist()
    second, highest = sorted(outputs)[-2:]
    return {"digit": outputs.index(highest), "output": highest, "second": second}


def change(world: World) -> object:
    *hidden, outputs = layers_of(world, _images(world)[:2])
    moved = np.concatenate([values[0] - values[1] for values in hidden])
    return {"answers": [int(np.argmax(one)) for one in outputs], "change": max(moved.max(), -moved.min())}


def flows(world: World) -> object:
    images = _images(world)
    values = [images.reshape(len(images), -1), *layers_of(world, images)]
    weights = [world.read("digits", f"{layer}.weight", step=-1) for layer in LAYERS]
    drawn = [[14 * 28 + column for column in range(6, 22)], *[_ends(len(weight)) for weight in weights]]
    return [
        [
            max(abs(float(weights[k][j, i]) * values[k][picture, i]) for j in drawn[k + 1] for i in drawn[k])
            for k in range(len(LAYERS))
        ]
        for picture in range(len(images))
    ]


def right(world: World) -> object:
    test = world.mnist.test
    before, after = (
        float(np.mean(answers_of(world, test.inputs, step=step).argmax(axis=1) == test.labels)) for step in (0, -1)
    )
    return {"before": before, "after": after, "images": len(test)}


def _pictures(world: World) -> list[int]:
    """Return the user's own probe or the first 7 answered right, and the first 2 and 0; else what comes nearest."""
    labels = world.read("digits", "probe.label")
    outputs = answers_of(world, world.read("digits", "probe.input"))
    found = [probe for probe in range(len(labels)) if labels[probe] < 0]
    for digit in DIGITS[len(found) :]:
        own = [probe for probe in range(len(labels)) if labels[probe] == digit]
        answered = [probe for probe in own if outputs[probe].argmax() == digit]
        found.append(answered[0] if answered else max(own, key=lambda probe: outputs[probe, digit]))
    return found


def _images(world: World) -> np.ndarray:
    return world.read("digits", "probe.input", batch=_pictures(world))


def _ends(count: int) -> list[int]:
    half = DRAWN // 2
    return list(range(count)) if count <= DRAWN else [*range(half), *range(count - half, count)]
