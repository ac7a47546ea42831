"""What a model is made of, counted from the recorded parameters and activations rather than from its structure."""

from __future__ import annotations

import re
from math import prod

import numpy as np

from engine.recording import Recording
from tests.evidence.world import World

ROOM, LISTED = 8, 14  # parts drawn one by one, and modules in a list


def shapes(world: World) -> object:
    recording = world["film"]
    found = {module.path: list(module.output[1:]) or [1] for module in recording.structure.modules if module.calls}
    for path in found:
        if info := recording.arrays.get(f"{path}.activation"):
            found[path] = list(info.shape[2:]) or [1]
    return {**found, "": list(recording.arrays["probe.input"].shape[1:])}


def ends(world: World) -> object:
    recording = world["film"]
    given, made = recording.arrays["probe.input"].shape[1:], recording.arrays["output"].shape[2:]
    own = [name for name in recording.arrays if "." not in name and f"{name}.gradient" in recording.arrays]
    held = {f"/parameter.{name}": list(recording.arrays[name].shape[1:]) or [1] for name in own}
    return {"/input": list(given), "/output": list(made) or [1], **held}


def parts(world: World) -> object:
    groups = _groups(world)
    times = [len({_layer(path) for path in paths}) for paths in groups.values()]
    stacked = [info.shape[1] for name, info in world["film"].arrays.items() if re.fullmatch(r"stacked\..*weight", name)]
    told = {"times": times, "calls": [1 for _ in groups], "elided": [], "more": [], "ends": [], "listed": []}
    return {**told, "copies": stacked, "shares": _lenders(world), "entries": [], **_recurrent(world)}


def inside(world: World) -> object:
    """Count the modules with parameters in the first layer: the others only change values in their places."""
    leaves = world["film"].structure.leaves
    first = next(filter(None, (_layer(module.path) for module in leaves)))
    own = [module for module in leaves if _layer(module.path) == first and module.parameters]
    told = {"times": [1 for _ in own], "calls": [1 for _ in own], "elided": [], "more": [], "ends": [], "listed": []}
    (opened,) = [module for module in world["film"].structure.modules if module.path == first]
    return {**told, "copies": [], "shares": [], "entries": [list(opened.input[1:])], "layers": [], "both_ways": 0}


def meetings(world: World) -> object:
    """Count sums: what more than one module goes into outside of layers, and parameters that are no module's."""
    recording = world["film"]
    before: dict[str, set[str]] = {}
    for flow in recording.structure.flow:
        before.setdefault(flow.target, set()).add(flow.source)
    layered = any(_layer(path) for path in before)
    several = [target for target, sources in before.items() if len(sources) > 1 and not layered]
    own = [path for path in recording.arrays if "." not in path and recording.arrays[path].axes[:1] == ("step",)]
    own = [path for path in own if f"{path}.gradient" in recording.arrays]
    return {"+": len(several) + len(own), "‖": 0, "×": 0, "word": 0, "again": 0}


def parameters(world: World) -> object:
    sizes = _sizes(world)
    shared = {module.path: sizes[module.shares] for module in world["film"].structure.modules if module.shares}
    held = {**sizes, **shared}  # what two modules have is recorded by the name of the first
    counts = [sum(held.get(path, 0) for path in paths) for paths in _groups(world).values()]
    counts = [count for count in counts if count]
    if "" in sizes:  # what is no module's is added to what the first part puts out
        counts.insert(1, sizes[""])
    return {**_told(counts, sizes, _frozen(world)), "holders": len(held)}


def listed(world: World) -> object:
    sizes = _sizes(world)
    return _told(sorted(sizes.values(), reverse=True)[:LISTED], sizes)


def changed(world: World) -> object:
    recording = world["film"]
    grown = [name for name, info in recording.arrays.items() if info.axes[:1] == ("step",)]
    begun = {int(recording.steps(name)[0]) for name in grown} - {0, 1}  # numbers that are given begin at 1
    return {"step": min(begun)}


def scripted(world: World) -> object:
    """Count the modules that are called, and of which nothing in a pass was recorded, though functions are known."""
    return {"count": sum(module.told == "scripted" for module in world["film"].structure.modules)}


def mapped(world: World) -> object:
    """Count the modules whose values are not recorded though they are called."""
    recording = world["film"]
    called = [module.path for module in recording.structure.modules if module.calls and module.path]
    return {"count": sum(f"{path}.activation" not in recording.arrays for path in called)}


def unused(world: World) -> object:
    """Return the modules whose weights are the same at the end of a training as at its beginning."""
    film = world["film"]
    own = {path: [name for name in film.arrays if name.rpartition(".")[0] == path] for path in _sizes(world)}
    weights = {path: [name for name in names if not name.endswith("gradient")] for path, names in own.items()}
    moved = [path for path, names in weights.items() if any(_moved(film, name) for name in names)]
    return {"paths": [path for path in weights if path not in moved]}


def pixels(world: World) -> object:
    first = world.read("film", "probe.input", batch=0)
    return {"low": min(first.ravel().tolist()), "high": max(first.ravel().tolist())}


def _moved(film: Recording, name: str) -> bool:
    return not np.array_equal(film.read(name, step=0), film.read(name, step=-1))


def _told(counts: list[int], sizes: dict[str, int], frozen: int = 0) -> dict[str, object]:
    total = sum(sizes.values())
    return {
        "counts": counts,
        "short": [f"{count / 1000:.3g}k" if count >= 1000 else f"{count}" for count in counts],
        "total": total,
        "rest": max(0, total - sum(counts)),
        "trainable": total - frozen,
        "share": max(counts) / total,
        "holders": len(sizes),
        "drawn": len(counts),
    }


def _lenders(world: World) -> list[str]:
    """Return of each linear module without recorded weights those recorded ones that have its rows and columns."""
    film, weights = world["film"], {}
    for name, info in film.arrays.items():
        if name.endswith(".weight") and info.axes[:1] == ("step",):
            weights[name.removesuffix(".weight")] = info.shape[1:]
    bare = [module for module in film.structure.leaves if module.kind == "Linear" and module.path not in weights]
    wanted = [(module.output[-1], module.input[-1]) for module in bare]
    return [path for one in wanted for path, shape in weights.items() if shape == one]


def _recurrent(world: World) -> dict[str, object]:
    """Return the layers of recurrent modules with several, and how many read from both ends, by their weights."""
    found = [re.fullmatch(r"(.*)\.weight_ih_l\d+(_reverse)?", name) for name in world["film"].arrays]
    owners = [one[1] for one in found if one and not one[2]]
    several = [owners.count(path) for path in dict.fromkeys(owners) if owners.count(path) > 1]
    return {"layers": several, "both_ways": len({one[1] for one in found if one and one[2]})}


def _sizes(world: World) -> dict[str, int]:
    """Return how many parameters modules have of their own, from the recorded values of these."""
    sizes: dict[str, int] = {}
    for name, info in world["film"].arrays.items():
        path, _, kind = name.rpartition(".")
        if info.axes[:2] in (("step", "out"), ("step", "in")) and "gradient" not in kind and "@" not in name:
            sizes[path] = sizes.get(path, 0) + prod(info.shape[1:])
    return sizes


def _frozen(world: World) -> int:
    """Return how many parameters have a gradient from a later step on alone."""
    recording = world["film"]
    late = [name for name in recording.arrays if name.endswith(".gradient") and "@" not in name]
    late = [name for name in late if int(recording.steps(name)[0]) > 1]
    return sum(prod(recording.arrays[name].shape[1:]) for name in late)


def _groups(world: World) -> dict[str, list[str]]:
    """Return the called modules by the part that they are drawn in: with what keeps their size, or by their layers."""
    recording = world["film"]
    groups: dict[str, list[str]] = {}
    last = ""
    for module in recording.structure.leaves:
        keeps = last and not module.parameters and prod(module.input) == prod(module.output)
        last = last if keeps else module.path
        groups.setdefault(last, []).append(module.path)
    if len(groups) <= ROOM:
        held = {name: [path for path in _sizes(world) if f"{path}.".startswith(f"{name}.")] for name in groups}
        return {name: paths or [name] for name, paths in held.items()}
    whole: dict[str, list[str]] = {}
    owners = [*_sizes(world), *(path for paths in groups.values() for path in paths)]
    for module in recording.structure.leaves:
        name = re.sub(r"\.layers\.\d+\..*", ".layers", module.path)
        inside = [path for path in owners if path == module.path or path.startswith(f"{module.path}.")]
        known = whole.setdefault(name, [])
        known += [path for path in dict.fromkeys(inside) if path not in known]
    return whole


def _layer(path: str) -> str:
    found = re.match(r".*\.layers\.\d+", path)
    return found[0] if found else ""
