"""The shape of the network and its answers, from its trained weights run again, and from MNIST's own labels."""

from __future__ import annotations

import numpy as np

from tests.evidence.networks import LAYERS, answers_of
from tests.evidence.world import World

FIRST_SHOWN = (0, 4, 7)


def built(world: World) -> object:
    weights = [world.read("digits", f"{layer}.weight", step=-1) for layer in LAYERS]
    inputs = world.mnist.test.inputs[0].size
    return {"neurons": [inputs, *[len(weight) for weight in weights]], "weights": [weight.size for weight in weights]}


def hidden(world: World) -> object:
    return [len(world.read("digits", f"{layer}.bias", step=-1)) for layer in LAYERS[:-1]]


def classes(world: World) -> object:
    last = world.read("digits", "layer3.weight", step=-1)
    return {"outputs": len(last), "digits": sorted(set(world.mnist.test.labels.tolist()))}


def answers(world: World) -> object:
    labels = world.read("digits", "probe.label")
    outputs = answers_of(world, world.read("digits", "probe.input"))
    shown = [_first_right(outputs, labels, digit) for digit in FIRST_SHOWN]
    shown.append(min(range(len(outputs)), key=lambda probe: outputs[probe].max()))
    return {
        "labels": labels[shown].tolist(),
        "answers": [int(np.argmax(outputs[probe])) for probe in shown],
        "highest": [float(np.sort(outputs[probe])[-1]) for probe in shown],
    }


def _first_right(outputs: np.ndarray, labels: np.ndarray, digit: int) -> int:
    """Return the first picture of a digit that is answered so, or the one with the highest output for it."""
    own = [probe for probe in range(len(labels)) if labels[probe] == digit]
    right = [probe for probe in own if outputs[probe].argmax() == digit]
    return right[0] if right else max(own, key=lambda probe: outputs[probe, digit])
