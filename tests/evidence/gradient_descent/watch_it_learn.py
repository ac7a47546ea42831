"""What is told while the network learns, computed from its weights and MNIST's own files at each step."""

from __future__ import annotations

import numpy as np

from tests.evidence.networks import LAYERS, answers_of
from tests.evidence.world import World


def early_fall(world: World) -> float:
    steps = world["digits"].steps("metric.test_accuracy")
    early = steps[steps <= steps[-1] / 10].max()
    first, tenth, last = (_cost(world, int(np.searchsorted(_snapshots(world), step))) for step in (0, early, steps[-1]))
    return max(0.0, (first - tenth) / (first - last)) if last < first else 0.0


def answers(world: World) -> list[int]:
    image = world.read("digits", "probe.input", batch=_picture(world)[0])[None]
    places = np.searchsorted(_snapshots(world), world["digits"].steps("metric.test_accuracy"))
    return [int(answers_of(world, image, step=int(place))[0].argmax()) for place in places]


def picture(world: World) -> object:
    _, digit, since = _picture(world)
    return {"digit": digit, "right_from": int(_snapshots(world)[since]) if since >= 0 else -1}


def outcome(world: World) -> object:
    probe, digit, _ = _picture(world)
    test = world.mnist.test
    right = float((answers_of(world, test.inputs).argmax(axis=1) == test.labels).mean())
    answer = int(answers_of(world, world.read("digits", "probe.input", batch=probe)[None])[0].argmax())
    return {"steps": world["digits"].config["steps"], "answer": answer, "label": digit, "right": right}


def shades(world: World) -> list[float]:
    sizes = [np.sort(np.abs(world.read("digits", f"{layer}.weight", step=-1)).ravel()) for layer in LAYERS]
    return [float(np.interp(0.95 * (len(size) - 1), np.arange(len(size)), size)) for size in sizes]


def _snapshots(world: World) -> np.ndarray:
    return world["digits"].steps("layer1.weight")


def _cost(world: World, place: int) -> float:
    """Return the cost on MNIST's test images of the weights at a snapshot."""
    test = world.mnist.test
    wanted = np.eye(10)[test.labels]
    return float(((answers_of(world, test.inputs, step=place) - wanted) ** 2).sum(axis=1).mean())


def _picture(world: World) -> tuple[int, int, int]:
    """Return the probe that is learned last, its digit, and the snapshot since which it is answered rightly.

    The user's own picture goes before all others; it has the label -1, so that no answer to it is right.
    """
    inputs, labels = world.read("digits", "probe.input"), world.read("digits", "probe.label")
    if (labels < 0).any():
        return labels.tolist().index(-1), -1, -1
    means = [inputs[labels == digit].mean(axis=0) for digit in range(10)]
    away = [((pixels - means[label]) ** 2).sum() for label, pixels in zip(labels, inputs, strict=True)]
    typical = [min(np.flatnonzero(labels == digit), key=lambda probe: away[probe]) for digit in range(10)]
    images = inputs[typical]
    said = [answers_of(world, images, step=place).argmax(axis=1) for place in range(len(_snapshots(world)))]
    since = [_since([int(step[digit]) for step in said], digit) for digit in range(10)]
    last = since.index(max(since))
    return int(typical[last]), last, since[last]


def _since(said: list[int], digit: int) -> int:
    """Return from where to the end the answers are a digit; -1 where the last one is another."""
    start = len(said)
    while start and said[start - 1] == digit:
        start -= 1
    return start if start < len(said) else -1
