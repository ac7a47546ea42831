"""What the recorded networks reach on the 10,000 test images.

`accuracy`: the digits network, a seed a round, beside the 93.63 % of the network that was published with the original
series. `accuracy_relu`: the ReLU network with cross-entropy, beside the sigmoid one.
"""

from __future__ import annotations

import statistics
import tempfile
from dataclasses import replace
from pathlib import Path

from engine.data.mnist import Mnist, load_mnist
from engine.experiments import DigitsConfig, find_digits
from engine.train import train
from tests.benchmarks.measure import Row, summarize
from tests.benchmarks.workshop import Workshop

PUBLISHED = 93.63  # % of the test images, the 784-16-16-10 sigmoid network of the original series

FEWEST = 20  # steps after which there is something to measure


def measure(rounds: int, shop: Workshop) -> dict[str, Row]:
    """Return both rows."""
    data, digits = load_mnist(), find_digits("digits")
    relu = find_digits("digits-relu-cross-entropy")
    digits, relu = (replace(one, steps=shop.of(one.steps, FEWEST)) for one in (digits, relu))
    reached = [_reached(replace(digits, seed=seed), data) for seed in range(rounds)]
    of_relu = _reached(relu, data)
    unit = "% of the test images"
    return {
        "accuracy": summarize(reached, [PUBLISHED] * rounds, unit, "ours at least 93.5", more_is_better=True),
        "accuracy_relu": summarize(
            [of_relu],
            [statistics.median(reached)],
            unit,
            "ours at least 95",
            frames="seed 0",
            more_is_better=True,
        ),
    }


def _reached(experiment: DigitsConfig, data: Mnist) -> float:
    with tempfile.TemporaryDirectory() as folder:
        recording = train(experiment, Path(folder) / "recorded.zarr", data=data)
        return 100 * float(recording.read("metric.test_accuracy", step=-1))
