"""Finds the space in which a model tells its inputs apart last: what its last module with parameters takes in.

It goes by names, shapes and structure alone: no array is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.recording.format.structure import call_of, module_called
from scenes.animate.activity.hidden_layers import RECTIFIED, SIGNED, SQUASHED, HiddenLayer, activations_of
from scenes.animate.shared.layers import values_by_call

if TYPE_CHECKING:
    from engine.recording import ArrayInfo, Recording
    from engine.recording.format.structure import Flow, ModuleInfo, Structure

TARGETS = ("probe.target", "probe.label")
INPUT, OUTPUT = "probe.input", "output"
FEWEST = 3  # dots that something can be seen in
FLAT, MEAN, LAST_POSITION, EVERY_POSITION = "flat", "mean", "last position", "every position"


@dataclass(frozen=True)
class Space:
    """A layer whose values are shown, and how they make a point for each probe.

    how: "flat", all its values; "mean", over all places of a picture; "last position" of a sequence, or "every
    position", each of them a point of its own.
    """

    layer: HiddenLayer
    how: str


def space_of(recording: Recording) -> Space | None:
    """Return the last hidden space that was recorded at two snapshots or more; None where there is none."""
    by_call = ((name, recording.arrays[name]) for name in values_by_call(recording))
    arrays = {name: info for name, info in by_call if "batch" in info.axes and info.shape[0] > 1}
    layer, wanted = _last_layer(arrays, recording.structure)
    if layer is None:
        return None
    info = arrays[layer.array]
    if "position" in info.axes:
        target = next((recording.arrays[name] for name in TARGETS if name in recording.arrays), None)
        return Space(layer, EVERY_POSITION if target is not None and "position" in target.axes else LAST_POSITION)
    inner = info.shape[2:]
    flat = 1
    for length in inner:
        flat *= length
    averaged = len(inner) > 1 and flat != inner[0] and wanted == inner[0]
    return Space(layer, MEAN if averaged else FLAT)


def needs_of(recording: Recording) -> tuple[str, ...]:
    """Return the arrays that are read to show the space: its layer, what is right, and inputs and outputs if needed."""
    space = space_of(recording)
    if space is None or dots_of(recording, space) < FEWEST:
        return ()
    target = next((name for name in TARGETS if name in recording.arrays), "")
    answered = OUTPUT in values_by_call(recording)
    plain = answered and recording.arrays[OUTPUT].axes == ("step", "batch", "feature")
    numbers = bool(target) and recording.arrays[target].dtype.kind == "f" and space.how != EVERY_POSITION
    others = [target]
    if INPUT in recording.arrays and space.how != EVERY_POSITION and (is_plane(recording) or is_picture(recording)):
        others.append(INPUT)
    if plain and target and (numbers or is_plane(recording)):
        others.append(OUTPUT)
    return (space.layer.array, *(name for name in others if name and name != space.layer.array))


def dots_of(recording: Recording, space: Space) -> int:
    """Return how many points there are in a space."""
    info = recording.arrays[space.layer.array]
    each = info.shape[info.axes.index("position")] if space.how == EVERY_POSITION else 1
    return info.shape[info.axes.index("batch")] * each


def is_plane(recording: Recording) -> bool:
    """Tell whether the inputs are points of a plane."""
    info = recording.arrays.get(INPUT)
    return info is not None and info.axes == ("batch", "feature") and info.shape[1] == 2 and info.dtype.kind == "f"


def is_picture(recording: Recording) -> bool:
    """Tell whether the inputs are pictures, grey or in colour."""
    info = recording.arrays.get(INPUT)
    if info is None or info.axes[-2:] != ("height", "width"):
        return False
    return info.axes == ("batch", "height", "width") or (
        info.axes == ("batch", "channel", "height", "width") and info.shape[1] in (1, 3)
    )


def _last_layer(arrays: dict[str, ArrayInfo], structure: Structure | None) -> tuple[HiddenLayer | None, int]:
    """Return the layer that the last module with parameters takes in, and how many numbers that takes (0 unknown)."""
    named = activations_of(arrays, structure)
    last = _last_with_parameters(structure)
    if structure is None or last is None:
        hidden = named[:-1] or named
        return (HiddenLayer(hidden[-1], call_of(hidden[-1])) if hidden else None), 0
    wanted = last.input[-1] if last.input else 0
    flows = [flow for flow in structure.flow if flow.target == last.path]
    array = _only_source(flows, named) or _container(flows, structure, named, last)
    if array:
        then = flows[0].through[:1] if len(flows) == 1 and call_of(array) == flows[0].source else ()
        return HiddenLayer(array, call_of(array), _kind(array, structure), then=_known(then)), wanted
    before = [name for name in named if _comes_before(name, last, structure)] or named
    if before:
        return HiddenLayer(before[-1], call_of(before[-1]), _kind(before[-1], structure)), wanted
    return None, wanted


def _last_with_parameters(structure: Structure | None) -> ModuleInfo | None:
    leaves = [leaf for leaf in structure.leaves if leaf.calls and leaf.inside] if structure else []
    return leaves[-1] if leaves else None


def _only_source(flows: list[Flow], named: list[str]) -> str:
    """Return what the one module puts out from which all comes; "" where it is not one, or was not recorded."""
    sources = {flow.source for flow in flows}
    return next((name for name in named if {call_of(name)} == sources), "")


def _container(flows: list[Flow], structure: Structure, named: list[str], last: ModuleInfo) -> str:
    """Return what the outermost module puts out that holds the last of many sources, and not the module itself."""
    if len({flow.source for flow in flows}) < 2:
        return ""
    parts = flows[-1].source.split(".")
    for count in range(1, len(parts)):
        path = ".".join(parts[:count])
        module = next((one for one in structure.modules if one.path == path), None)
        holds = f"{last.path}.".startswith(f"{path}.")
        if module and not holds and module.output == last.input:
            found = next((name for name in named if call_of(name) == path), "")
            if found:
                return found
    return ""


def _comes_before(name: str, last: ModuleInfo, structure: Structure) -> bool:
    """Tell whether a leaf module is called before the last one."""
    order = [module.path for module in structure.leaves]
    path = module_called(call_of(name))
    return path in order and order.index(path) < order.index(last.path)


def _kind(array: str, structure: Structure) -> str:
    path = module_called(call_of(array))
    return next((module.kind for module in structure.modules if module.path == path), "")


def _known(through: tuple[str, ...]) -> str:
    return through[0] if through and through[0] in (RECTIFIED, SQUASHED, SIGNED) else ""
