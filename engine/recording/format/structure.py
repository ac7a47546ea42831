"""Describes a model by its first pass: its modules, and the flow of data from one to the next.

It is plain data, so that what draws a model needs neither torch nor the model.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from engine.files.door import Count, DoorError, checked

ENTERS, LEAVES = ">", "<"  # with the path of a module: see `Wiring`
CALL = "call"  # the axis along which the values of a module's calls within one pass lie
_CALL = re.compile(r"(?<=[^.])#([0-9]+)(?=\.|$)")  # a module may itself be called #2


def name_of_call(path: str, number: int) -> str:
    """Return the name of the `number`-th call of a module within one pass: "relu", then "relu#2", "relu#3"."""
    return path if number == 1 else f"{path}#{number}"


def module_called(name: str) -> str:
    """Return the path of the module in the name of a call, or of a value of a call: without the call's number."""
    return _CALL.sub("", name)


def number_of_call(name: str) -> int | None:
    """Return the number of the call in the name of a call, or of a value of one; None where it tells of no number."""
    found = _CALL.search(name)
    return int(found[1]) if found and len(found[1]) < 10 else None


def call_of(array: str) -> str:
    """Return the name of the call that an array is of: "relu" of "relu.activation", and of "relu#1.activation"."""
    path = array.rpartition(".")[0]
    return module_called(path) if number_of_call(path) == 1 else path


def of_one(shape: Sequence[int], batch: int) -> tuple[int, ...]:
    """Return the shape of one example's part of a value: without the axis that is as long as the batch, if any.

    Of two axes the first is that, too, where it holds the batch several times, laid side by side.
    """
    if len(shape) == 2 and shape[0] > batch > 1 and shape[0] % batch == 0:
        return tuple(shape[1:])
    for axis in (0, 1):
        if len(shape) > axis and shape[axis] == batch:
            return (*shape[:axis], *shape[axis + 1 :])
    return tuple(shape)


@dataclass(frozen=True)
class CallShapes:
    """The shapes, with batch, of the first tensor in and out of one call, () where there was none."""

    input: tuple[Count, ...] = ()
    output: tuple[Count, ...] = ()


_LATER = ("further", "routed", "shares", "copies")  # what older recordings do not tell


@dataclass(frozen=True)
class ModuleInfo:
    """One module of a model.

    path: its name within the model, "" for the whole. kind: its class. told: its `extra_repr`. parameters: the number
    of its own; inside: of its own and its children's. input, output: the shapes, with batch, of the first tensor in and
    out at its first call, () where there was none. calls: their number in one pass. leaf: whether nothing inside it is
    called as a module. further: the shapes at the calls behind the first that are told apart, in their order. routed:
    whether its first axis are rows that were picked out of a batch, as an expert's are. shares: the path of the first
    module that has a parameter of its, too, "" where none has. copies: how many of it `torch.vmap` runs at once, 0 for
    one that runs alone.
    """

    path: str
    kind: str
    told: str = ""
    parameters: Count = 0
    inside: Count = 0
    input: tuple[Count, ...] = ()
    output: tuple[Count, ...] = ()
    calls: Count = 0
    leaf: bool = False
    further: tuple[CallShapes, ...] = ()
    routed: bool = False
    shares: str = ""
    copies: Count = 0

    def at_call(self, number: int) -> ModuleInfo:
        """Return the module with the shapes of its `number`-th call, those of the first where they are not known."""
        if 2 <= number < 2 + len(self.further):
            return replace(self, input=self.further[number - 2].input, output=self.further[number - 2].output)
        return self

    def for_one(self, batch: int) -> ModuleInfo:
        """Return the module with the shapes for one input. batch: the number of inputs in the pass, 0 if not known."""
        if self.routed:
            return replace(self, input=self.input[1:], output=self.output[1:])
        return replace(self, input=of_one(self.input, batch), output=of_one(self.output, batch))

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain JSON, without what later versions tell where it is nothing."""
        told = {**asdict(self), "input": list(self.input), "output": list(self.output)}
        told["further"] = [{"input": list(shapes.input), "output": list(shapes.output)} for shapes in self.further]
        return {key: value for key, value in told.items() if value or key not in _LATER}


@dataclass(frozen=True)
class Flow:
    """Data that went from one leaf module to another.

    source: the name of a call, "" for the model's input. target: the same, "" for its output. through: the functions
    that it passed in between, outside of modules, such as ("relu", "flatten").
    """

    source: str
    target: str
    through: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain JSON."""
        return {**asdict(self), "through": list(self.through)}


@dataclass(frozen=True)
class Point:
    """A point of a model's wiring that is no call of a module; its name begins with "/", as no module's does.

    name: of a join with the number of its call, as those of modules have it, where one place of the code has several.
    kind: "input" or "output", of the model; "join", a function that takes values from several points; "parameter", one
    that is used outside of the modules that call no other. told: the input's or output's name, "" where there is one;
    the function; the parameter's path. within: the path of the innermost module in which it happens. shape: with batch,
    of the first tensor. parameters: the number of its own.
    """

    name: str
    kind: Literal["input", "output", "join", "parameter"]
    told: str = ""
    within: str = ""
    shape: tuple[Count, ...] = ()
    parameters: Count = 0


@dataclass(frozen=True)
class Wiring:
    """All ways of the data in one pass: between calls of modules and the points where it comes in, meets, or goes out.

    ways: from one to another, each with the functions on it that take values from one place alone; between these stands
    where the way enters a module that calls others, ">PATH", and where it leaves one, "<PATH".
    """

    points: tuple[Point, ...]
    ways: tuple[Flow, ...]


@dataclass(frozen=True)
class Structure:
    """The structure of a whole model.

    modules: its modules in the order of their first calls, those never called last. flow: the data that goes from one
    module to another, whatever it meets between them. parameters: the number of all parameters, shared ones counted
    once. trainable: the number of these that training may change. wiring: where data comes in, meets and goes out; None
    where it was not looked at. batch: the number of inputs in the pass, 0 where it is the length of the first axis.
    one_input: whether all that goes in is one input, as a graph's nodes with its edges are, and no shape has several.
    """

    modules: tuple[ModuleInfo, ...]
    flow: tuple[Flow, ...]
    parameters: Count
    trainable: Count
    wiring: Wiring | None = None
    batch: Count = 0
    one_input: bool = False

    @property
    def inputs(self) -> int:
        """The number of inputs in the pass that have an axis of their own; 0 where none has, or it is not known."""
        if self.one_input:
            return 0
        first = self.modules[0].input if self.modules else ()
        return self.batch or (first[0] if first else 0)

    @property
    def leaves(self) -> tuple[ModuleInfo, ...]:
        """The modules in which something is computed, in the order of their first calls."""
        return tuple(module for module in self.modules if module.leaf)

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain JSON."""
        told: dict[str, Any] = {
            "modules": [module.to_json() for module in self.modules],
            "flow": [flow.to_json() for flow in self.flow],
            "parameters": self.parameters,
            "trainable": self.trainable,
        }
        if self.batch:
            told["batch"] = self.batch
        if self.one_input:
            told["one_input"] = True
        if self.wiring is None:
            return told
        points = [{**asdict(point), "shape": list(point.shape)} for point in self.wiring.points]
        return {**told, "wiring": {"points": points, "ways": [way.to_json() for way in self.wiring.ways]}}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Structure:
        """Return the structure of a `to_json()`; raises `DoorError`, a ValueError, where it is not one."""
        structure = checked(dict(content), cls)
        known = {module.path for module in structure.modules}
        for flow in structure.flow:
            _require_ends(flow, known | {""})
        if structure.wiring:
            points = {point.name for point in structure.wiring.points}
            for way in structure.wiring.ways:
                _require_ends(way, known | points)
        return structure


def _require_ends(flow: Flow, known: Collection[str]) -> None:
    """Raise `DoorError` where data comes from or goes to what is not known by name."""
    for name in (flow.source, flow.target):
        if name not in known and module_called(name) not in known:
            raise DoorError(f"data went from or to {name[:80]!r}, which is no module of it")
