"""Finds the ways of the data between the calls of a model's modules, as a pass of it was traced."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.recording.format.structure import module_called, number_of_call, of_one

if TYPE_CHECKING:
    from engine.recording.format.structure import ModuleInfo, Structure

INPUT, OUTPUT = "<input>", "<output>"
ADDING = frozenset({"add", "iadd", "__add__", "__iadd__", "add_"})

Ways = Mapping[str, Mapping[str, tuple[str, ...]]]  # node -> what it takes in -> the functions on that way


def _in_order(structure: Structure) -> list[str]:
    """Return the calls of leaf modules as data meets them; what takes in nothing stands before what takes it."""
    nodes: list[str] = []
    for flow in structure.flow:
        target = flow.target or OUTPUT
        if flow.source and flow.source not in nodes:
            nodes.insert(nodes.index(target) if target in nodes else len(nodes), flow.source)
        if target not in nodes:
            nodes.append(target)
    return nodes


@dataclass(frozen=True)
class Layer:
    """A call of a module, its path and class, with the calls behind it that only change its values, and functions."""

    path: str
    kind: str
    members: tuple[str, ...]
    after: tuple[str, ...] = ()


class Graph:
    """The leaf modules of a model as its first pass called them, and the ways between them."""

    def __init__(self, structure: Structure) -> None:
        self.modules = {module.path: module for module in structure.modules}
        root = structure.modules[0]
        self.batch = structure.inputs
        self.entry = of_one(root.input, self.batch)
        self.whole = sorted((m.path for m in structure.modules if m.calls and not m.leaf and m.path), key=len)
        ways: dict[str, dict[str, tuple[str, ...]]] = {}
        if root.leaf:
            ways = {"": {INPUT: ()}, OUTPUT: {"": ()}}
        else:
            ways = {node: {} for node in _in_order(structure)}
            for flow in structure.flow:
                ways[flow.target or OUTPUT][flow.source or INPUT] = flow.through
        self.ways: Ways = ways
        self.nodes = tuple(node for node in ways if node != OUTPUT)
        self.takers: dict[str, list[str]] = {}
        for node, sources in ways.items():
            for source in sources:
                self.takers.setdefault(source, []).append(node)

    def on_the_way_out(self) -> list[str]:
        """Return the nodes, in order, from which something goes into what the model puts out."""
        found, waiting = set[str](), [OUTPUT]
        while waiting:
            sources = [source for source in self.ways.get(waiting.pop(), {}) if source not in found]
            found.update(sources)
            waiting += sources
        return [node for node in self.nodes if node in found] or list(self.nodes)

    def info(self, node: str) -> ModuleInfo:
        """Return the module of a node, with the shapes of that call."""
        return self.modules[module_called(node)].at_call(number_of_call(node) or 1)

    def is_sum(self, node: str) -> bool:
        """Return whether what a node takes in is a sum: the first function that all its values pass is an addition."""
        taken = list(self.ways[node].values())
        if len(taken) < 2:
            return False
        shared = 0
        while all(len(through) > shared and through[-1 - shared] == taken[0][-1 - shared] for through in taken):
            shared += 1
        return shared > 0 and taken[0][-shared] in ADDING

    def layers(self) -> list[Layer]:
        """Return the calls that something goes out from, in order, each with those that only change what it put out."""
        found: list[Layer] = []
        for node in self.on_the_way_out():
            before = found[-1] if found else None
            if before and self._follows(node, before.members[-1]):
                after = (*before.after, *self.ways[node][before.members[-1]], self.info(node).kind)
                found[-1] = replace(before, members=(*before.members, node), after=after)
            else:
                info = self.info(node)
                found.append(Layer(info.path, info.kind, (node,)))
        return found

    def _follows(self, node: str, before: str) -> bool:
        """Tell whether a node only changes the values that another puts out, in their places."""
        module = self.info(node)
        keeps = math.prod(module.input) == math.prod(module.output)
        plain = "Norm" in module.kind if module.inside else keeps
        return plain and tuple(self.ways[node]) == (before,) and self.takers[before] == [node]


def around_sum(functions: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the functions before the last addition, and those behind it."""
    last = max((at for at, name in enumerate(functions) if name in ADDING), default=len(functions))
    before = tuple(name for name in functions[:last] if name not in ADDING)
    return before, tuple(functions[last + 1 :])
