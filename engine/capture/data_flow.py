"""Follows tensors through a pass of a model: which modules their values came from, and where they met.

A `TorchFunctionMode`, through which every function of PyTorch's is called, sees what happens to tensors outside of the
modules that call no other; hooks see what these take in and put out.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from engine.capture.inputs import Inputs, named_inputs
from engine.capture.model_parts import parts_of
from engine.capture.tensors import tensors_by_path, tensors_in
from engine.recording.format.encoded_names import encoded_name
from engine.recording.format.structure import ENTERS, LEAVES, Flow, Point, Wiring, name_of_call

_Origin = dict[str, tuple[str, ...]]  # what a tensor's values came from -> functions that they passed since

_Sources = dict[tuple[str, tuple[str, ...]], None]  # modules and points that values came from, and on which ways
MOST_FUNCTIONS = 6  # that are told of one way
MOST_CALLS = 8  # of one module in a pass that are told apart, and of a function at one place of its code
MOST_OUTPUTS = 6  # tensors that are told apart
INPUT = OUTPUT = ""
# What only lays the same values out anew, picks some of them, or only looks at them
_SILENT = frozenset(
    ("__get__", "__getitem__", "detach", "contiguous", "clone", "to", "float", "size", "dim", "requires_grad_")
)
LOOKED_UP = "look up"  # what picks parts of a table that is no value of the pass, by numbers that are
# What takes no more than a shape and a type from a tensor
_ANEW = frozenset(f"{how}_like" for how in ("zeros", "ones", "empty", "full", "rand", "randn", "randint")) | frozenset(
    f"new_{how}" for how in ("zeros", "ones", "empty", "full", "tensor")
)
_INTO = frozenset(("__setitem__", "copy_", "index_copy_", "scatter_"))  # what changes the first thing that it takes
_OF_TORCH = str(Path(torch.__file__).parent)


class DataFlow(TorchFunctionMode):
    """Knows of every tensor which modules its values came from, and where they met others."""

    def __init__(self, model: nn.Module, leaves: Mapping[nn.Module, str], callers: Mapping[nn.Module, str]) -> None:
        """Be ready to follow a pass. leaves: the modules that call no other, with their paths; callers: the others."""
        super().__init__()
        self._leaves, self._callers = leaves, callers
        self._calls: Counter[nn.Module] = Counter()
        self._inside = 0  # leaf modules at work: what happens in them is theirs
        self._kept: list[Tensor] = []  # so that no tensor gets the identity of another that is gone
        self._origins: dict[int, _Origin] = {}
        self._flow: dict[Flow, None] = {}
        self._sources: dict[int, _Sources] = {}
        self._written = set[int]()  # tensors into parts of which something was written since they were used
        self._ways: dict[Flow, None] = {}
        self._points: dict[str, Point] = {}
        self._at_work: list[str] = []  # paths of callers
        self._joins: Counter[tuple[object, ...]] = Counter()  # by place in the code
        self._places: dict[tuple[object, ...], int] = {}  # their numbers, from 1
        self._parameters = {id(one): name for name, one in parts_of(model).parameters.items()}

    def follow(self, run: Callable[[], Any], inputs: Inputs) -> tuple[list[Flow], Wiring]:
        """Return the flow between modules in one pass, and all ways. inputs: what `run` passes through the model."""
        self._mark(inputs, {INPUT: ()})
        for name, tensor in named_inputs(inputs).items():
            told = name.removeprefix("probe.input").removeprefix(".")
            self._begin(Point(f"/input.{told}".rstrip("."), "input", told, "", tuple(tensor.shape)), tensor)
        with ExitStack() as stack:
            for module in self._leaves:
                stack.callback(module.register_forward_pre_hook(self._entered, with_kwargs=True).remove)
                # before the model's own hooks, which may go on with what it puts out
                stack.callback(module.register_forward_hook(self._left, prepend=True, always_call=True).remove)
            for module, path in self._callers.items():
                stack.callback(module.register_forward_pre_hook(self._opened(path), with_kwargs=True).remove)
                stack.callback(module.register_forward_hook(self._closed, always_call=True).remove)
            stack.enter_context(self)
            output = run()
        self._arrive(OUTPUT, output)
        self._go_out(output)
        flow = [one for one in self._flow if (one.source, one.target) != (INPUT, OUTPUT) or len(self._flow) == 1]
        ends = {name for way in self._ways for name in (way.source, way.target)}
        points = (point for point in self._points.values() if point.name in ends or point.kind == "input")
        return flow, Wiring(tuple(points), tuple(self._ways))

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if self._inside:
            return func(*args, **kwargs)
        name = getattr(func, "__name__", "")
        into = name in _INTO
        origin = self._origin_of((args, kwargs))  # before it may change one of them in place
        sources = self._sources_of((args[into:], kwargs))
        if into and args:
            sources = {**self._sources.get(id(args[0]), {}), **sources}
        looked_up = name == "__getitem__" and not self._sources_of(args[0]) and bool(sources)
        made = func(*args, **kwargs)
        changed = args[0] if into and args else made
        silent = (name in _SILENT and not looked_up) or into
        passed = () if silent else (LOOKED_UP if looked_up else name.strip("_"),)
        if name in _ANEW:
            origin, sources = {}, {}
        if origin or name in _ANEW:
            self._mark(changed, {source: _with(through, passed) for source, through in origin.items()})
        if into:
            self._write_into(changed, sources)
        elif sources or name in _ANEW:
            self._pass_on(changed, sources, passed)
        return made

    # Modules --------------------------------------------------------------------------------------------------------

    def _entered(self, module: nn.Module, args: Any, kwargs: Any) -> None:
        self._calls[module] += 1
        self._arrive(self._name(module), (args, kwargs))
        self._go(self._name(module), self._sources_of((args, kwargs)))
        self._inside += 1

    def _left(self, module: nn.Module, args: Any, output: Any) -> None:
        self._inside -= 1
        self._mark(output, {self._name(module): ()})
        self._note(output, {(self._name(module), ()): None})

    def _opened(self, path: str) -> Callable[..., None]:
        def opened(module: nn.Module, args: Any, kwargs: Any) -> None:
            self._at_work.append(path)
            self._cross((args, kwargs), ENTERS + path)

        return opened

    def _closed(self, module: nn.Module, args: Any, output: Any) -> None:
        self._cross(output, LEAVES + self._at_work.pop())

    def _cross(self, values: Any, mark: str) -> None:
        """Note on the ways to values that they lead into a part of the model, or out of it."""
        if mark in (ENTERS, LEAVES):
            return  # the whole model
        for tensor in tensors_in(values):
            sources = self._sources_of(tensor)
            if sources:
                self._note(tensor, {(source, _with(through, (mark,))): None for source, through in sources})

    def _name(self, module: nn.Module) -> str:
        path, number = self._leaves[module], self._calls[module]
        return path if number > MOST_CALLS or isinstance(module, nn.RNNCellBase) else name_of_call(path, number)

    # The flow between modules ---------------------------------------------------------------------------------------

    def _arrive(self, target: str, values: Any) -> None:
        self._flow.update({Flow(source, target, through): None for source, through in self._origin_of(values).items()})

    def _mark(self, values: Any, origin: _Origin) -> None:
        for tensor in tensors_in(values):
            self._kept.append(tensor)
            self._origins[id(tensor)] = origin

    def _origin_of(self, values: Any) -> _Origin:
        found: _Origin = {}
        for tensor in tensors_in(values):
            for source, through in self._origins.get(id(tensor), {}).items():
                found.setdefault(source, through)
        return found

    # All ways -------------------------------------------------------------------------------------------------------

    def _begin(self, point: Point, tensor: Tensor) -> None:
        self._points.setdefault(point.name, point)
        self._note(tensor, {(point.name, ()): None})

    def _note(self, values: Any, sources: _Sources) -> None:
        for tensor in tensors_in(values):
            self._kept.append(tensor)
            self._sources[id(tensor)] = sources

    def _sources_of(self, values: Any) -> _Sources:
        found: _Sources = {}
        for tensor in tensors_in(values):
            if id(tensor) not in self._sources and id(tensor) in self._parameters:
                self._begin_parameter(tensor)
            if id(tensor) in self._written:
                self._settle(tensor)
            found |= self._sources.get(id(tensor), {})
        return found

    def _settle(self, tensor: Tensor) -> None:
        """Let a tensor into which several values were written, and that is used now, be where they come together."""
        self._written.discard(id(tensor))
        sources = self._sources[id(tensor)]
        if len(_without_marks(sources)) > 1:
            join = self._join("setitem", tuple(tensor.shape))
            self._go(join, sources)
            self._note(tensor, {(join, ()): None})

    def _begin_parameter(self, tensor: Tensor) -> None:
        """Let a parameter that is used here be a point of its own, or be of the module that computes with it."""
        path = encoded_name(self._parameters[id(tensor)])
        owner = path.rpartition(".")[0]
        if owner in self._leaves.values():
            self._note(tensor, {(owner, ()): None})
            return
        self._begin(Point(f"/{path}", "parameter", path, owner, tuple(tensor.shape), tensor.numel()), tensor)

    def _pass_on(self, values: Any, sources: _Sources, passed: tuple[str, ...]) -> None:
        """Note what a function has made of what comes from some places, on one way or on several."""
        if not any(True for _ in tensors_in(values)):
            return
        if len(_without_marks(sources)) < 2 or not passed:
            self._note(values, {(source, _with(through, passed)): None for source, through in sources})
            return
        join = self._join(passed[0], tuple(next(tensors_in(values)).shape))
        self._go(join, sources)
        self._note(values, {(join, ()): None})

    def _write_into(self, tensor: Any, sources: _Sources) -> None:
        """Note that something was written into a part of a tensor."""
        if isinstance(tensor, Tensor):
            self._note(tensor, sources)
            self._written.add(id(tensor))

    def _join(self, function: str, shape: tuple[int, ...]) -> str:
        """Return the name of the point at which a function takes values from several: one for each call of a place."""
        within = self._at_work[-1] if self._at_work else ""
        place = (within, function, *_place_in_code())
        self._joins[place] += 1
        number = min(self._joins[place], MOST_CALLS)
        name = name_of_call(f"/{function}.{self._places.setdefault(place, len(self._places) + 1)}", number)
        self._points.setdefault(name, Point(name, "join", function, within, shape))
        return name

    def _go(self, target: str, sources: _Sources) -> None:
        self._ways.update({Flow(source, target, through): None for source, through in sources})

    def _go_out(self, output: Any) -> None:
        for told, tensor in _named_outputs(output):
            sources = self._sources_of(tensor)
            if sources:
                name = f"/output.{told}".rstrip(".")
                self._points[name] = Point(name, "output", told, "", tuple(tensor.shape))
                self._go(name, sources)


def _named_outputs(output: Any) -> list[tuple[str, Tensor]]:
    """Return the tensors that a model puts out by their paths within it; "" for a single one that has no name.

    Of things within things that come to more than `MOST_OUTPUTS` each has the first tensor alone.
    """
    found = list(tensors_by_path(output))
    if len(found) > MOST_OUTPUTS:
        first: dict[str, Tensor] = {}
        for path, tensor in found:
            first.setdefault(encoded_name(".".join(path[:1])), tensor)
        return list(first.items())
    named = [(encoded_name(".".join(path)), tensor) for path, tensor in found]
    return [("", tensor) for _, tensor in named] if len(named) == 1 and named[0][0].isdigit() else named


def _place_in_code() -> tuple[object, ...]:
    """Return the file and the instruction in it that called a function of PyTorch's, in whoever's code it is."""
    frame = sys._getframe(1)
    while frame.f_back and (frame.f_code.co_filename == __file__ or frame.f_code.co_filename.startswith(_OF_TORCH)):
        frame = frame.f_back
    return frame.f_code, frame.f_lasti


def _without_marks(sources: _Sources) -> set[tuple[str, tuple[str, ...]]]:
    """Return from where values came on which ways, whichever parts of the model these lead into or out of."""
    return {(source, tuple(one for one in through if one[:1] not in (ENTERS, LEAVES))) for source, through in sources}


def _with(through: tuple[str, ...], passed: tuple[str, ...]) -> tuple[str, ...]:
    """Return functions with another, which is told once where it is the last already, and no more than can be told."""
    longer = through if through[-1:] == passed else (*through, *passed)
    functions = sum(name[:1] not in (ENTERS, LEAVES) for name in longer)
    while functions > MOST_FUNCTIONS:
        functions -= longer[0][:1] not in (ENTERS, LEAVES)
        longer = longer[1:]
    return longer
