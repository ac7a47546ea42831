"""Knows the ways of the data through a model, between calls of its modules and the points where it meets.

What is called again and again is one node here, with a way back to it: a module with parameters, whatever is inside of
a part that is called several times, and a loop.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.recording.format.encoded_names import decoded_name
from engine.recording.format.structure import (
    Flow,
    Point,
    Wiring,
    module_called,
    name_of_call,
    number_of_call,
    of_one,
)
from scenes.animate.diagram.graph import INPUT, OUTPUT, Graph, around_sum

if TYPE_CHECKING:
    from engine.recording.format.structure import ModuleInfo, Structure

MOST_CALLS = 8  # of a module without parameters that are drawn apart
SCRIPTED = "scripted"  # what is told of a module into which nobody could look
_LAYERS = re.compile(r"\bnum_layers=(\d{1,4})\b")  # as PyTorch tells of recurrent modules
RECURRENT = ("RNN", "LSTM", "GRU")
NOTHING = frozenset(("Identity", "Sequential"))  # classes that put out what they take in, where they call no other


@dataclass(frozen=True)
class Node:
    """A call of a module that calls no other, or all its calls; or a point where data comes in, meets or goes out.

    kind: "module", or that of a `Point`. title: the module's class, the function, or the name of what comes in or goes
    out. path: of the module, or of the one that it is in. shape, entry: of what it puts out and takes in, for one
    input. calls: how many of its calls it stands for. returns: whether what it puts out comes back to it, or one place
    of the code is come by again and again. shares: the path of the module whose parameters it has, too. copies: how
    many run at once. closed: whether nobody could look into it. layers, both_ways: of a recurrent module.
    """

    name: str
    kind: str
    title: str
    path: str
    shape: tuple[int, ...] = ()
    entry: tuple[int, ...] = ()
    parameters: int = 0
    calls: int = 1
    returns: bool = False
    shares: str = ""
    copies: int = 0
    closed: bool = False
    layers: int = 1
    both_ways: bool = False


class WiringGraph:
    """The nodes of a model by name, in the order in which data meets them, and the functions on each way."""

    def __init__(self, structure: Structure) -> None:
        self.modules: Mapping[str, ModuleInfo] = {module.path: module for module in structure.modules}
        self.batch = structure.inputs
        self.wholes = frozenset(m.path for m in structure.modules if m.calls and not m.leaf and m.path)
        wiring = wiring_of(structure)
        self._points = {point.name: point for point in wiring.points}
        names = self._names(wiring.ways)
        self._merged = Counter(names.values())
        self.values = _values_at_once(wiring.ways, names)
        named = dict.fromkeys(Flow(names[way.source], names[way.target], way.through) for way in wiring.ways)
        returning = {way.source for way in named if way.source == way.target}
        self.ways = [way for way in named if way.source != way.target]
        self._pass_what_does_nothing()
        self._keep_what_leads_out()
        self.nodes = {name: self._node(name, name in returning) for name in self._in_order()}

    def within(self, node: str) -> list[str]:
        """Return the paths of the parts that a node is in, the largest first, without the whole model."""
        path = self.nodes[node].path
        parts = path.split(".") if path else []
        chain = [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
        return [one for one in chain if one in self.wholes]

    def is_layer(self, whole: str) -> bool:
        """Tell whether a part is one layer, though it calls others: all its parameters are its own."""
        module = self.modules[whole]
        return module.parameters == module.inside > 0

    # Which calls are one --------------------------------------------------------------------------------------------

    def _names(self, ways: Sequence[Flow]) -> dict[str, str]:
        """Return the node of each call and point by name.

        Calls of a function at one place of the code are one where their values come from the same modules, as they do
        in a loop: not where the same code adds up what one layer after the other makes.
        """
        before: dict[str, list[str]] = {}
        for way in ways:
            before.setdefault(way.target, []).append(way.source)
        found = {}
        for name in dict.fromkeys(name for way in ways for name in (way.source, way.target)):
            found[name] = module_called(name) if self._is_one(name) else name
        first: dict[tuple[str, frozenset[str]], str] = {}
        for name in found:
            if self._is_join(name):
                modules = frozenset(found[one] for one in self._modules_before(name, before))
                found[name] = first.setdefault((module_called(name), modules), name)
        for name in found:
            if listed := self._list_of_outputs(name):
                alike = f"{listed} {self._points[name].shape}"
                found[name] = first.setdefault((alike, frozenset(found[one] for one in before[name])), name)
        return found

    def _list_of_outputs(self, name: str) -> str:
        """Return the name of the list that an output is in, "" for none: those of one source that are alike are one."""
        point = self._points.get(name)
        if point is None or point.kind != "output":
            return ""
        listed, _, number = point.told.rpartition(".")
        return listed if number.isdecimal() and not listed.replace(".", "").isdecimal() else ""

    def _is_join(self, name: str) -> bool:
        return name in self._points and self._points[name].kind == "join"

    def _modules_before(self, join: str, before: Mapping[str, Sequence[str]]) -> set[str]:
        """Return the calls of modules that values come from, without those that come by way of the same place."""
        found, seen, waiting = set[str](), {join}, [join]
        while waiting:
            for one in before.get(waiting.pop(), ()):
                if one not in self._points:
                    found.add(one)
                elif one not in seen and self._is_join(one) and module_called(one) != module_called(join):
                    seen.add(one)
                    waiting.append(one)
        return found

    def _is_one(self, name: str) -> bool:
        """Tell whether all calls of a module are drawn as one."""
        if name in self._points:
            return False
        path = module_called(name)
        module, parts = self.modules[path], path.split(".")
        outer = (".".join(parts[:end]) for end in range(1, len(parts)))
        within = any(self.modules[one].calls > 1 for one in outer if one in self.wholes)
        return module.inside > 0 or module.calls > MOST_CALLS or within

    def _times(self, name: str) -> int:
        """Return how many calls a node's name stands for."""
        return self.modules[name].calls if name in self.modules and self._is_one(name) else 1

    # Nodes ----------------------------------------------------------------------------------------------------------

    def _node(self, name: str, returns: bool) -> Node:
        point = self._points.get(name)
        if point:
            shape, times = point.shape if point.kind == "parameter" else of_one(point.shape, self.batch), 1
            title = point.told if point.kind == "join" else self._title_of_end(point)
            listed = self._list_of_outputs(name)
            if listed and self._merged[name] > 1:
                title, times = decoded_name(listed), self._merged[name]
            if point.kind == "parameter":  # named within the part that has it
                whole = max((one for one in self.wholes if point.told.startswith(f"{one}.")), key=len, default="")
                title = decoded_name(point.told.removeprefix(f"{whole}."))
            again = returns or (point.kind == "join" and self._merged[name] > 1)
            return Node(name, point.kind, title, point.within, shape, (), point.parameters, times, again)
        module = self.modules[module_called(name)].at_call(number_of_call(name) or 1).for_one(self.batch)
        shapes, times = (module.output, module.input), self._times(name)
        node = Node(name, "module", module.kind, module.path, *shapes, module.inside, times, returns, module.shares)
        recurs = module.kind in RECURRENT
        layers, both = recurs and _LAYERS.search(module.told), recurs and "bidirectional=True" in module.told
        node = replace(node, layers=int(layers[1]) if layers else 1, both_ways=both)
        return replace(node, copies=module.copies, closed=module.told == SCRIPTED)

    def _title_of_end(self, point: Point) -> str:
        """Return the name of what goes in or comes out: its number, from 0, where it has no name, "" if it is alone."""
        ends = [one for one in self._points.values() if one.kind == point.kind]
        if len(ends) == 1:
            return "" if point.told.replace(".", "").isdecimal() else decoded_name(point.told)
        return str(ends.index(point)) if point.told.replace(".", "").isdecimal() else decoded_name(point.told)

    def _pass_what_does_nothing(self) -> None:
        """Let ways lead on where a module hands on what it takes, as an empty `Sequential` does."""
        for name in dict.fromkeys(way.target for way in self.ways):
            if name in self._points or not self._does_nothing(self.modules[module_called(name)]):
                continue
            into = [way for way in self.ways if way.target == name]
            out = [way for way in self.ways if way.source == name]
            if len(into) == 1 and out:
                passing = [Flow(into[0].source, way.target, (*into[0].through, *way.through)) for way in out]
                self.ways = [way for way in self.ways if name not in (way.source, way.target)] + passing

    def _does_nothing(self, module: ModuleInfo) -> bool:
        """Tell whether a module hands on what it takes; of a scripted one nobody knows what is in it."""
        return module.kind in NOTHING and module.told != SCRIPTED

    def _keep_what_leads_out(self) -> None:
        """Leave out what nothing of what the model puts out comes from."""
        before: dict[str, list[str]] = {}
        for way in self.ways:
            before.setdefault(way.target, []).append(way.source)
        waiting = [name for name in before if name in self._points and self._points[name].kind == "output"]
        kept = set(waiting)
        while waiting:
            new = [source for source in before.get(waiting.pop(), ()) if source not in kept]
            kept.update(new)
            waiting += new
        if kept:
            self.ways = [way for way in self.ways if kept.issuperset((way.source, way.target))]

    def _in_order(self) -> list[str]:
        """Return the names of nodes as data meets them; what takes in nothing stands before what takes it."""
        found: list[str] = []
        for way in self.ways:
            if way.source not in found:
                found.insert(found.index(way.target) if way.target in found else len(found), way.source)
            if way.target not in found:
                found.append(way.target)
        return found


def _values_at_once(ways: Sequence[Flow], names: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """Return how many values one call of a node takes from different calls of another, by the names of both."""
    calls: dict[tuple[str, str, str], set[str]] = {}
    for way in ways:
        calls.setdefault((names[way.source], names[way.target], way.target), set()).add(way.source)
    found: Counter[tuple[str, str]] = Counter()
    for (source, target, _), taken in calls.items():
        found[source, target] = max(found[source, target], len(taken))
    return found


def wiring_of(structure: Structure) -> Wiring:
    """Return the wiring of a model; where the flow between modules alone is known, it meets where it is added."""
    if structure.wiring:
        return structure.wiring
    graph = Graph(structure)
    root = structure.modules[0]
    points = [Point("/input", "input", shape=root.input), Point("/output", "output", shape=root.output)]
    names = {INPUT: "/input", OUTPUT: "/output"}
    ways = []
    for node, taken in graph.ways.items():
        target = names.get(node, node)
        if not graph.is_sum(node):
            ways += [Flow(names.get(source, source), target, through) for source, through in taken.items()]
            continue
        join = name_of_call(f"/add.{len(points)}", 1)
        points.append(
            Point(join, "join", "add", _common(module_called(one) for one in (*taken, node) if one in graph.ways))
        )
        behind: tuple[str, ...] = ()
        for source, through in taken.items():
            before, behind = around_sum(through)
            ways.append(Flow(names.get(source, source), join, before))
        ways.append(Flow(join, target, behind))
    return Wiring(tuple(points), tuple(ways))


def _common(paths: Iterable[str]) -> str:
    """Return the path of the innermost part that holds all of some modules."""
    split = [path.split(".")[:-1] for path in paths]
    shared = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return ".".join(shared)
