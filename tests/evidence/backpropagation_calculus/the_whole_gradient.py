"""The check of the gradient once more, on some entries; of a rounding error the size alone can be had again."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tests.evidence import last_layers
from tests.evidence.world import World

ORDERS = 1.0  # powers of ten within which the largest of many rounding errors comes again


def agreement(world: World) -> object:
    gradient, errors = last_layers.differences(world, 1e-5, "some")
    recorded = np.abs(world.read("digits-gradient", "check.numeric") - world.read("digits-gradient", "check.analytic"))
    assert np.allclose(world.read("digits-gradient", "check.analytic"), gradient, rtol=1e-9, atol=1e-15)
    assert abs(np.log10(recorded.max() / errors.max())) < ORDERS
    sizes = (784, *world["digits"].config["hidden"], 10)
    weights = sum(into * out for into, out in pairwise(sizes))
    told = {"weights": weights, "biases": sum(sizes[1:]), "neurons": list(sizes[1:])}
    told |= {
        "zeros": int((gradient == 0).sum()),
        "count": len(gradient),
        "largest": float(np.abs(gradient).max()),
        "error": float(recorded.max()),
    }
    return {**told, "images": 50, "step": 1e-5}


def by_step(world: World) -> object:
    steps, errors = (world.read("digits-gradient", f"check.{name}") for name in ("step", "error"))
    for step, error in zip(steps, errors, strict=True):
        _, again = last_layers.differences(world, float(step), "last")
        assert abs(np.log10(max(error, 1e-300) / max(float(again.max()), 1e-300))) < ORDERS
    order = sorted(range(len(steps)), key=lambda at: errors[at])
    told = {"steps": steps.tolist(), "errors": errors.tolist(), "best": float(steps[order[0]])}
    return {**told, "inside": order[0] not in (0, len(steps) - 1)}
