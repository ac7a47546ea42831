"""The cost along one weight of the last layer, its walks and its slices, computed in NumPy from the weights."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tests.evidence.gradient_descent.landscapes import ANALYSIS, Images, LastLayer, examples_of, parameters_of, trained
from tests.evidence.world import World

INSET = 8  # this part of the line at each end is left out


def parameters(world: World) -> int:
    return parameters_of(world)


def examples(world: World) -> object:
    return examples_of(world)


def continuity(world: World) -> object:
    line = _Line(world)
    steps = [abs(after - before) for before, after in pairwise(line.costs)]
    runs = zip(line.weights, line.weights[2:], line.costs, line.costs[2:], line.slopes[1:], strict=False)
    return {
        "turn": line.weights[1] - line.weights[0],
        "change": max(steps),
        "range": max(line.costs) - min(line.costs),
        "apart": max(abs((rise - low) / (right - left) - slope) for left, right, low, rise, slope in runs),
        "steepest": max(map(abs, line.slopes)),
    }


def slopes(world: World) -> object:
    found = _Line(world).slopes
    inner = found[len(found) // INSET : len(found) - len(found) // INSET]
    return {"highest": max(inner), "lowest": min(inner)}


def rates(world: World) -> object:
    rate = _Line(world).rate
    return {"rate": rate, "higher": 9 * rate, "times": 9}


def steps(world: World) -> object:
    ways = [abs(after - before) for before, after in pairwise(_Line(world).walk(1))]
    return {"longest": max(ways), "last": ways[-1]}


def leap(world: World) -> object:
    line = _Line(world)
    near, far = line.walk(1), line.walk(9)
    outside = [place for place, weight in enumerate(far) if not line.weights[0] <= weight <= line.weights[-1]]
    first, second = (line.cost_and_slope(weight)[1] for weight in far[:2])
    return {
        "places": len(far),
        "on_the_line": outside[0] if outside else len(far),
        "across": first * second < 0,
        "longer": abs(far[1] - far[0]) / abs(near[1] - near[0]),
    }


def slices(world: World) -> object:
    found = _slices(world)
    return {"tried": len(found), "found": sum(_counts(costs) for _, costs in found), "ridge": 0.01}


def minima(world: World) -> object:
    """Of the slices whose ridge counts, the one with the highest, in as many places as the line has."""
    (neuron, pixel), _ = max(_slices(world), key=lambda one: _ridge(one[1]) if _counts(one[1]) else 0.0)
    settings = world[ANALYSIS].config
    costs = _along(world, neuron, pixel, np.linspace(-1, 1, settings["points"]) * settings["slice_reach"])
    inner = [k for k in range(1, len(costs) - 1) if costs[k - 1] > costs[k] <= costs[k + 1]]
    left, right = max(pairwise(inner), key=lambda pair: _above(costs, *pair))
    reached, lower = max(costs[left], costs[right]), min(costs[left], costs[right])
    return {"reached": reached, "lower": lower, "apart": reached - lower}


class _Line:
    """The cost along a weight of the last layer, at the places of the analysis."""

    def __init__(self, world: World) -> None:
        self.settings, self.layer = world[ANALYSIS].config, LastLayer(world)
        self.trained = float(self.layer.weight[self.layer.entries[0]])
        shares = np.linspace(-1, 1, self.settings["points"])
        self.weights = [self.trained + self.settings["reach"] * share for share in shares]
        self.costs, self.slopes = zip(*map(self.cost_and_slope, self.weights), strict=True)

    def cost_and_slope(self, weight: float) -> tuple[float, float]:
        """Return cost and slope when the weight is that."""
        cost, (slope,) = self.layer.cost_and_slopes(weight - self.trained)
        return cost, slope

    @property
    def start(self) -> int:
        """A tenth of the line from the end where it is higher."""
        tenth = len(self.weights) // 10
        return tenth if self.costs[0] > self.costs[-1] else len(self.weights) - 1 - tenth

    @property
    def rate(self) -> float:
        """The rate whose first step is a fifth of the way from the start to the lowest place."""
        lowest = self.weights[int(np.argmin(self.costs))]
        return 0.2 * abs(self.weights[self.start] - lowest) / abs(self.slopes[self.start])

    def walk(self, times: float) -> list[float]:
        """Return the weights of a descent at so many times the rate."""
        way = [self.weights[self.start]]
        for _ in range(self.settings["walk_steps"]):
            way.append(way[-1] - times * self.rate * self.cost_and_slope(way[-1])[1])
        return way


# Slices along weights of the first layer -----------------------------------------------------------------------------


def _slices(world: World) -> list[tuple[tuple[int, int], np.ndarray]]:
    """Return the searched weights, (neuron, pixel), drawn as the analysis draws them, and the costs of each."""
    settings = world[ANALYSIS].config
    pixels = world.mnist.train.inputs[: settings["examples"]].reshape(settings["examples"], -1)
    lit = np.flatnonzero(pixels.astype(float).std(axis=0, ddof=1) > 0.1)
    neurons = world["digits"].config["hidden"][0]
    chosen = np.random.default_rng(0).choice(neurons * len(lit), settings["slices"], replace=False)
    changes = np.linspace(-settings["slice_reach"], settings["slice_reach"], settings["slice_points"])
    entries = [(int(one) // len(lit), int(lit[one % len(lit)])) for one in chosen]
    return [(entry, _along(world, *entry, changes)) for entry in entries]


def _along(world: World, neuron: int, pixel: int, changes: np.ndarray) -> np.ndarray:
    """Return the cost at each change of a first-layer weight."""
    images, parameters = Images(world), trained(world)
    weight, found = parameters["layer1.weight"].copy(), []
    for change in changes:
        parameters["layer1.weight"] = weight.copy()
        parameters["layer1.weight"][neuron, pixel] += change
        found.append(images.cost(parameters))
    return np.array(found)


def _counts(costs: np.ndarray) -> bool:
    return _ridge(costs) > 0.01 * (max(costs) - min(costs))


def _ridge(costs: np.ndarray) -> float:
    """Return the height of the highest ridge between two neighbouring minima; 0 where there is but one."""
    inner = [k for k in range(1, len(costs) - 1) if costs[k - 1] > costs[k] <= costs[k + 1]]
    return max((_above(costs, *pair) for pair in pairwise(inner)), default=0.0)


def _above(costs: np.ndarray, left: int, right: int) -> float:
    """Return how high the highest place between two minima is above the higher of them."""
    return float(max(costs[left : right + 1]) - max(costs[left], costs[right]))
