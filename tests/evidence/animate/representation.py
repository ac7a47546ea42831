"""How inputs lie in the last hidden space, told apart dot by dot.

The space is found without the model's structure: it is what the last weights turn into the recorded outputs.
"""

from __future__ import annotations

import numpy as np

from tests.evidence.world import World

COLOURED, RIDERS = 10, 10


def scores(world: World) -> object:
    vectors, steps = _space(world)
    known = [step for step, values in zip(steps, vectors, strict=True) if np.isfinite(values).all()]
    target = world.read("film", "probe.target")
    if target.dtype.kind == "f":
        answers = world.read("film", "output").astype(float)
        return {"steps": known, "values": [float(np.mean(np.abs(one[:, 0] - target[:, 0]))) for one in answers]}
    labels = target.ravel()
    return {"steps": known, "values": [_nearest(vectors[place], labels) for place in range(len(known))]}


def plane(world: World) -> object:
    vectors, steps = _space(world)
    last = max(place for place in range(len(steps)) if np.isfinite(vectors[place]).all())
    spread = np.linalg.eigvalsh(np.cov(vectors[last].T))
    return {"share": spread[-2:].sum() / spread.sum(), "numbers": vectors.shape[2], "step": steps[last]}


def probes(world: World) -> object:
    count = len(world.read("film", "probe.input"))
    return {"shown": count, "all": count}


def targets(world: World) -> object:
    target = world.read("film", "probe.target")
    return [min(target[:, 0]), max(target[:, 0])]


def numbers(world: World) -> object:
    return world.read("film", "probe.target").shape[1]


def others(world: World) -> object:
    return len(set(world.read("film", "probe.target").tolist())) - COLOURED


def broken(world: World) -> object:
    vectors, steps = _space(world)
    first = next(place for place in range(len(steps)) if not np.isfinite(vectors[place]).all())
    return {"step": steps[first], "broken": int(np.isnan(vectors[first]).sum() + np.isinf(vectors[first]).sum())}


def pixels(world: World) -> object:
    labels, shown = world.read("film", "probe.target").tolist(), world.read("film", "probe.input")
    firsts = {label: place for place, label in reversed(list(enumerate(labels)))}
    drawn = sorted(firsts.values())
    drawn += [place for place in range(len(labels)) if place not in drawn][: RIDERS - len(drawn)]
    return [shown[drawn].min(), shown[drawn].max()]


def _space(world: World) -> tuple[np.ndarray, list[int]]:
    """Return the values of the last hidden layer, (step, dot, feature), and the steps at which they were recorded."""
    recording = world["film"]
    name = _turned_into_outputs(world)
    modules = {f"{module.path}.activation": module for module in recording.structure.modules}
    leaves = [array for array, module in modules.items() if module.leaf and array in recording.arrays]
    if len(modules[name].output) != len(modules[leaves[-1]].input):
        name = leaves[-2]  # what the last weights take in was made outside of modules
    dots = world.read("film", "probe.target").shape[: recording.arrays["output"].axes.index("feature") - 1]
    values = recording.read(name).astype(float)
    return values.reshape(len(values), int(np.prod(dots)), -1), recording.steps(name).tolist()


def _turned_into_outputs(world: World) -> str:
    """Return the array that the last weights turn into the recorded outputs, at the first step."""
    recording, output = world["film"], world.read("film", "output", step=0).astype(float)
    rows = output.reshape(-1, output.shape[-1])
    heads = [name for name in recording.arrays if name.endswith(".weight") and f"{name[:-6]}bias" in recording.arrays]
    for head in heads:
        weights = recording.read(head, step=0).astype(float)
        bias = recording.read(f"{head.removesuffix('weight')}bias", step=0)
        for name in (name for name in recording.arrays if name.endswith(".activation")):
            values = recording.read(name, step=0).astype(float)
            fits = weights.ndim == 2 and len(weights) == rows.shape[1] and values.size == len(rows) * weights.shape[1]
            if fits and np.allclose(values.reshape(len(rows), -1) @ weights.T + bias, rows, atol=1e-5):
                return name
    raise AssertionError("no recorded values are turned into the outputs")


def _nearest(vectors: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of dots nearer to the mean of the others of their class than to that of any other class."""
    right = []
    for one, label in enumerate(labels):
        rest = np.arange(len(labels)) != one
        if label not in labels[rest]:
            continue
        means = {other: vectors[rest & (labels == other)].mean(axis=0) for other in set(labels[rest].tolist())}
        right.append(min(means, key=lambda other: float(((vectors[one] - means[other]) ** 2).sum())) == label)
    return float(np.mean(right))
