"""Describes a model by its first pass: its modules, and the flow of data from one to the next.

It is plain data, so that what draws a model needs neither torch nor the model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from engine.files.door import Count, DoorError, checked

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


@dataclass(frozen=True)
class CallShapes:
    """The shapes, with batch, of the first tensor in and out of one call, () where there was none."""

    input: tuple[Count, ...] = ()
    output: tuple[Count, ...] = ()


@dataclass(frozen=True)
class ModuleInfo:
    """One module of a model.

    path: its name within the model, "" for the whole. kind: its class. told: its `extra_repr`. parameters: the number
    of its own; inside: of its own and its children's. input, output: the shapes, with batch, of the first tensor in and
    out at its first call, () where there was none. calls: their number in one pass. leaf: whether nothing inside it is
    called as a module. further: the shapes at the calls behind the first that are told apart, in their order.
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

    def at_call(self, number: int) -> ModuleInfo:
        """Return the module with the shapes of its `number`-th call, those of the first where they are not known."""
        if 2 <= number < 2 + len(self.further):
            return replace(self, input=self.further[number - 2].input, output=self.further[number - 2].output)
        return self

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain JSON."""
        told = {**asdict(self), "input": list(self.input), "output": list(self.output)}
        further = [{"input": list(shapes.input), "output": list(shapes.output)} for shapes in self.further]
        return {**told, "further": further} if further else {key: told[key] for key in told if key != "further"}


@dataclass(frozen=True)
class Flow:
    """Data that went from one leaf module to another.

    source: the name of a call, "" for the model's input. target: the same, "" for its output. through: the functions
    that it passed in between, outside of modules, such as ("relu", "flatten").
    """

    source: str
    target: str
    through: tuple[str, ...] = ()


@dataclass(frozen=True)
class Structure:
    """The structure of a whole model.

    modules: its modules in the order of their first calls, those never called last. parameters: the number of all
    parameters, shared ones counted once. trainable: the number of these that training may change.
    """

    modules: tuple[ModuleInfo, ...]
    flow: tuple[Flow, ...]
    parameters: Count
    trainable: Count

    @property
    def leaves(self) -> tuple[ModuleInfo, ...]:
        """The modules in which something is computed, in the order of their first calls."""
        return tuple(module for module in self.modules if module.leaf)

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain JSON."""
        return {
            "modules": [module.to_json() for module in self.modules],
            "flow": [{**asdict(flow), "through": list(flow.through)} for flow in self.flow],
            "parameters": self.parameters,
            "trainable": self.trainable,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Structure:
        """Return the structure of a `to_json()`; raises `DoorError`, a ValueError, where it is not one."""
        structure = checked(dict(content), cls)
        known = {module.path for module in structure.modules}
        for name in (name for flow in structure.flow for name in (flow.source, flow.target) if name):
            if name not in known and module_called(name) not in known:
                raise DoorError(f"data went from or to {name[:80]!r}, which is no module of it")
        return structure
