"""Chooses the places of a model at which one input is shown on its way through: few enough to be told, by rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.recording.format.structure import call_of, module_called
from scenes.animate.diagram.graph import Graph, Layer
from scenes.animate.diagram.wiring_graph import NOTHING
from scenes.animate.one_input.route import DIRECT, Approach, InputRoute, route_through
from scenes.animate.shared.layers import at_the_end, given_inputs, values_by_call

if TYPE_CHECKING:
    from engine.recording import ArrayInfo, Recording

MOST = 6  # places between the input and the answer
MOST_PATTERNS = 2  # of attention, where there is more than can be shown
TARGETS = ("probe.target", "probe.label")
OUTPUTS = ("output", "logits")
INSIDE = ("pattern", "hidden_state", "activation")  # of a module, what is shown rather first
ALPHABET = "alphabet"


@dataclass(frozen=True)
class Stage:
    """A place: the array that was recorded there, and the modules that computed it from what was at the place before.

    names: their classes and functions. path: the first one's. seen: how many they are, whose values are shown with it.
    at: of the first of them, counted from 0 along the way. weight: the array of the weights of a layer that takes what
    was at the place before as one list of numbers. before: what lies between the module before them and the first.
    """

    array: str
    names: tuple[str, ...]
    path: str
    seen: int = 1
    at: int = 0
    weight: str = ""
    before: Approach = DIRECT

    @property
    def end(self) -> int:
        """The number of the first module behind it."""
        return self.at + self.seen


@dataclass(frozen=True)
class InputPath:
    """The way of one input: the places at which it is shown, and how many modules are not shown.

    reaches_end: whether the last place is what the model puts out, rather than the last that is of one input.
    """

    entry: str
    stages: tuple[Stage, ...]
    output: str
    last: Stage
    target: str
    alphabet: str
    unseen: int
    all: int
    reaches_end: bool = True

    @property
    def arrays(self) -> tuple[str, ...]:
        """The arrays that are read, or whose presence matters."""
        weights = (stage.weight for stage in self.stages)
        inside = (*(stage.array for stage in self.stages), *weights, self.last.array)
        names = (self.entry, *inside, self.output, self.target, self.alphabet)
        return tuple(dict.fromkeys(name for name in names if name))


def way_through(recording: Recording) -> InputPath | None:
    """Return the way that is shown; None where no input was recorded, or nothing of what becomes of it."""
    arrays = recording.arrays
    entries = given_inputs(recording)
    if not entries:
        return None
    there = values_by_call(recording)
    entry, route = _longest(recording, entries, there)
    stages = list(_of_route(recording, route, there) if route else _by_name(there, arrays))
    named = (at_the_end(there, one) for one in OUTPUTS)
    output = next((name for name in named if name and "batch" in arrays[name].axes), "")
    if not output and any(name in arrays and "batch" in arrays[name].axes for name in OUTPUTS):
        return None  # what the model puts out at the end was not recorded
    modules = len(stages) if recording.structure is None else len(recording.structure.leaves)
    behind = route.behind if route else DIRECT
    last = stages[-1] if stages else None
    reaches_end = bool(output) or (behind == DIRECT and last is not None and _is_last(last, route))
    alone = behind == DIRECT and last and output
    if last and (not output or (alone and _inner(arrays[last.array]) == _inner(arrays[output]))):
        output, last = output or last.array, replace(last, weight="")
        stages = stages[:-1]
    else:
        whole = recording.structure.modules[0] if recording.structure and recording.structure.modules else None
        names = (whole.kind,) if whole and whole.leaf else ()
        last = Stage(output, names, "", seen=len(names), at=stages[-1].end if stages else 0, before=behind)
    if not output:
        return None
    shown = _chosen(stages, arrays)
    seen = sum(stage.seen for stage in shown) + last.seen
    target = next((name for name in TARGETS if name in arrays), "")
    alphabet = ALPHABET if ALPHABET in arrays else ""
    return InputPath(entry, shown, output, last, target, alphabet, max(0, modules - seen), modules, reaches_end)


def _is_last(stage: Stage, route: InputRoute | None) -> bool:
    """Tell whether a place is what the last module on a way puts out."""
    return route is None or module_called(call_of(stage.array)) == module_called(route.calls[-1])


def _longest(recording: Recording, entries: Sequence[str], there: Sequence[str]) -> tuple[str, InputRoute | None]:
    """Return the first input from which a way leads to what is put out, and that way; the first, None without any."""
    structure = recording.structure
    if structure is None or not (structure.wiring or structure.flow):
        return entries[0], None
    told = {call_of(name) for name in there}
    for number, entry in enumerate(entries):
        route = route_through(structure, number, len(entries), told)
        if route and route.calls:
            return entry, route
    return entries[0], None


def _inner(info: ArrayInfo) -> tuple[int, ...]:
    return tuple(length for axis, length in zip(info.axes, info.shape, strict=True) if axis not in ("step", "batch"))


def _of_route(recording: Recording, route: InputRoute, there: Sequence[str]) -> list[Stage]:
    """Return a place for each block of modules on a way of which anything was recorded.

    Of a whole whose residual stream was recorded, that is shown, and its attention: what else is inside is not.
    """
    graph = Graph(recording.structure)  # type: ignore[arg-type]
    found: list[Stage] = []
    blocks = list(_blocks(graph, route))
    wholes = [path for path in graph.whole if f"{path}.residual" in there]
    attending = [path for path in graph.whole if f"{path}.pattern" in there]
    at = 0
    for number, block in enumerate(blocks):
        inside = next((path for path in wholes if block.path.startswith(f"{path}.")), "")
        kinds = INSIDE[:2] if inside else INSIDE
        array = next((name for name in _names(there, block.members, kinds) if name in there), "")
        if array and "batch" in recording.arrays[array].axes:
            names = tuple(name for name in (block.kind, *block.after) if not _is_idle(name)) or (block.kind,)
            weight = _weight(f"{block.path}.weight", array, recording.arrays)
            before = route.before.get(block.members[0], DIRECT)
            found.append(Stage(array, names, block.path, len(block.members), at, weight, before))
        at += len(block.members)
        behind = blocks[number + 1].path if number + 1 < len(blocks) else ""
        for kind, paths in (("pattern", attending), ("residual", wholes)):
            done = [path for path in paths if block.path.startswith(f"{path}.") and not behind.startswith(f"{path}.")]
            found += [Stage(f"{path}.{kind}", (graph.modules[path].kind,), path, 0, at) for path in done]
    return found


def _is_idle(kind: str) -> bool:
    """Tell whether modules of a class do nothing to a probe."""
    return kind == "Identity" or "Dropout" in kind


def _blocks(graph: Graph, route: InputRoute) -> Iterator[Layer]:
    """Yield the calls on a way that do anything, each with those behind it that only change its values."""
    of = {member: layer for layer in graph.layers() for member in layer.members}
    seen = set[str]()
    for call in route.calls:
        info = graph.info(call)
        layer = of.get(call) or Layer(info.path, info.kind, (call,))
        if layer.members[0] not in seen and not (layer.kind in NOTHING and len(layer.members) == 1):
            yield layer
        seen.add(layer.members[0])


def _names(there: Sequence[str], members: Sequence[str], kinds: Sequence[str]) -> Iterator[str]:
    """Yield what the values of calls may be recorded as: an array of its own, or with other calls in one."""
    for kind in kinds:
        for member in reversed(members):
            first = f"{member}#1.{kind}"
            yield first if first in there else at_the_end(there, f"{member}.{kind}")


def _weight(name: str, array: str, arrays: Mapping[str, ArrayInfo]) -> str:
    """Return the name of a layer's weights (out, in) where they and its values were recorded as plain lists."""
    if name not in arrays or arrays[name].axes != ("step", "out", "in") or not arrays[name].shape[0]:
        return ""
    return name if arrays[array].axes == ("step", "batch", "feature") else ""


def _by_name(by_call: Sequence[str], arrays: Mapping[str, ArrayInfo]) -> list[Stage]:
    """Return a place for each value inside, where nothing but their names is known: in their natural order."""
    endings = tuple(f".{kind}" for kind in INSIDE)
    names = [name for name in by_call if name.endswith(endings) or name == "embedding"]
    natural = sorted(names, key=lambda name: [(not p.isdigit(), int(p) if p.isdigit() else p) for p in _pieces(name)])
    first = [name for name in natural if name == "embedding"]
    ordered = (*first, *(name for name in natural if name not in first))
    paths = [call_of(name) for name in ordered]
    return [
        Stage(name, (path,), path, 1, at, _weight(f"{path}.weight", name, arrays))
        for at, (name, path) in enumerate(zip(ordered, paths, strict=True))
    ]


def _pieces(name: str) -> list[str]:
    return [piece for piece in re.split(r"(\d+)", name) if piece]


def _chosen(stages: Sequence[Stage], arrays: Mapping[str, ArrayInfo]) -> tuple[Stage, ...]:
    """Return at most `MOST` places: some patterns, the last of each run of values of one shape, then even steps."""
    if len(stages) <= MOST:
        return tuple(stages)
    patterns = [at for at, stage in enumerate(stages) if stage.array.endswith(".pattern")]
    kept = set(_spread(patterns, MOST_PATTERNS))
    others = [at for at in range(len(stages)) if at not in patterns]
    shapes = [_inner(arrays[stages[at].array]) for at in others]
    ends = [at for k, at in enumerate(others) if k + 1 == len(others) or shapes[k + 1] != shapes[k]]
    must = [others[0], *(at for at in ends if at != others[0])]
    kept |= set(_spread(must, MOST - len(kept)))
    rest = [at for at in others if at not in kept]
    kept |= set(_spread(rest, MOST - len(kept)))
    return tuple(stages[at] for at in sorted(kept))


def _spread(places: Sequence[int], count: int) -> list[int]:
    """Return at most `count` of some places, evenly apart: the first and the last, or the middle one alone."""
    if len(places) <= count or count <= 0:
        return list(places)[: max(count, 0)]
    if count == 1:
        return [places[len(places) // 2]]
    return [places[round(k * (len(places) - 1) / (count - 1))] for k in range(count)]
