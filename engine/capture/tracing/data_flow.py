"""Follows tensors through a pass of a model: which modules their values came from, and where they met.

A `TorchFunctionMode`, through which every function of PyTorch's is called, sees what happens to tensors outside of the
modules that call no other; hooks see what these take in and put out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from engine.capture.inputs import Inputs, named_as_taken, named_inputs
from engine.capture.model_parts import parts_of
from engine.capture.tensors import padded_shapes, tensors_in
from engine.capture.tracing.batched_maps import at_ends_of_maps
from engine.capture.tracing.routed_rows import PICKING, RoutedRows
from engine.capture.tracing.ways import Sources, named_outputs, place_in_code, with_function, without_marks
from engine.recording.format.encoded_names import encoded_name
from engine.recording.format.structure import ENTERS, LEAVES, Flow, Point, Wiring, name_of_call

_Origin = dict[str, tuple[str, ...]]  # what a tensor's values came from -> functions that they passed since
MOST_CALLS = 8  # of one module in a pass that are told apart, and of a function at one place of its code
INPUT = OUTPUT = ""
# What only lays the same values out anew, picks some of them, or only looks at them
_SILENT = frozenset(("__get__", "__getitem__", "detach", "contiguous", "clone", "size", "dim", "requires_grad_"))
_SILENT |= {"to", "float", "half", "bfloat16", "double", "type", "type_as", "cpu", "cuda"}
_GRADIENT: Any = Tensor.grad.__get__  # type: ignore[union-attr]  # no other look at a tensor: what its loss was derived to
LOOKED_UP = "look up"  # what picks parts of a table that is no value of the pass, by numbers that are
# What takes no more than a shape and a type from a tensor
_ANEW = frozenset(f"{how}_like" for how in ("zeros", "ones", "empty", "full", "rand", "randn", "randint")) | frozenset(
    f"new_{how}" for how in ("zeros", "ones", "empty", "full", "tensor")
)
_INTO = frozenset(("__setitem__", "copy_", "index_copy_", "scatter_"))  # what changes the first thing that it takes


class DataFlow(TorchFunctionMode):
    """Knows of every tensor which modules its values came from, and where they met others."""

    def __init__(self, model: nn.Module, leaves: Mapping[nn.Module, str], callers: Mapping[nn.Module, str]) -> None:
        """Be ready to follow a pass. leaves: the modules that call no other, with their paths; callers: the others.

        What happens in a model that calls no module is followed as well, unless it is a module of PyTorch's.
        """
        super().__init__()
        own = leaves.get(model) == "" and not type(model).__module__.startswith("torch.")
        self._model, self._leaves, self._callers = model, {} if own else leaves, callers
        self._calls: Counter[nn.Module] = Counter()
        self._inside = 0  # leaf modules at work: what happens in them is theirs
        self._kept: list[Tensor] = []  # so that no tensor gets the identity of another that is gone
        self._origins: dict[int, _Origin] = {}
        self._flow: dict[Flow, None] = {}
        self._sources: dict[int, Sources] = {}
        self._written = set[int]()  # tensors into parts of which something was written since they were used
        self._ways: dict[Flow, None] = {}
        self._points: dict[str, Point] = {}
        self._at_work: list[str] = []  # paths of callers
        self._joins: Counter[tuple[object, ...]] = Counter()  # by place in the code
        self._places: dict[tuple[object, ...], int] = {}  # their numbers, from 1
        self._parameters = {id(one): name for name, one in parts_of(model).parameters.items()}
        self._held = {id(parameter) for leaf in self._leaves for parameter in leaf.parameters()}
        self._rows = RoutedRows()
        self.routed = set[nn.Module]()  # modules that took rows that were picked out of a batch

    def follow(self, run: Callable[[], Any], inputs: Inputs) -> tuple[list[Flow], Wiring]:
        """Return the flow between modules in one pass, and all ways. inputs: what `run` passes through the model."""
        self._mark(inputs, {INPUT: ()})
        taken, padded = named_as_taken(self._model, inputs), padded_shapes(inputs)
        for name, tensor in named_inputs(inputs).items():
            point, shape = f"/{name.removeprefix('probe.')}", padded.get(id(tensor), tuple(tensor.shape))
            self._begin(Point(point, "input", taken[name], "", shape), tensor)
        with ExitStack() as stack:
            for module in self._leaves:
                stack.callback(module.register_forward_pre_hook(self._entered, with_kwargs=True).remove)
                # before the model's own hooks, which may go on with what it puts out
                stack.callback(module.register_forward_hook(self._left, prepend=True, always_call=True).remove)
            for module, path in self._callers.items():
                stack.callback(module.register_forward_pre_hook(self._opened(path), with_kwargs=True).remove)
                stack.callback(module.register_forward_hook(self._closed, always_call=True).remove)
            stack.enter_context(at_ends_of_maps(self._pass_over))
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
        name = "grad" if func == _GRADIENT else getattr(func, "__name__", "")
        into = name in _INTO
        origin = self._origin_of((args, kwargs))  # before it may change one of them in place
        sources = self._sources_of((args[into:], kwargs))
        if into and args:
            sources = {**self._sources.get(id(args[0]), {}), **sources}
        looked_up = name == "__getitem__" and not self._sources_of(args[0]) and bool(sources)
        by_values = name in PICKING and len(args) > 1 and self._is_picked_by_values(args)
        made = func(*args, **kwargs)
        self._rows.follow((args, kwargs), made)
        if by_values:
            self._rows.pick(name, args, made)
        changed = args[0] if into and args else made
        silent = (name in _SILENT and not looked_up) or into
        passed = () if silent else (LOOKED_UP if looked_up else name.strip("_"),)
        if name in _ANEW:
            origin, sources = {}, {}
        if origin or name in _ANEW:
            self._mark(changed, {source: with_function(through, passed) for source, through in origin.items()})
        if into:
            self._write_into(changed, sources)
        elif sources or name in _ANEW:
            self._pass_on(changed, sources, passed)
        return made

    # Modules --------------------------------------------------------------------------------------------------------

    def _entered(self, module: nn.Module, args: Any, kwargs: Any) -> None:
        self._calls[module] += 1
        if self._rows.picked((args, kwargs)):
            self.routed.add(module)
        self._arrive(self._name(module), (args, kwargs))
        self._go(self._name(module), self._sources_of((args, kwargs)))
        self._inside += 1

    def _left(self, module: nn.Module, args: Any, output: Any) -> None:
        self._inside -= 1
        self._rows.follow(args, output)
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
                self._note(tensor, {(source, with_function(through, (mark,))): None for source, through in sources})

    def _name(self, module: nn.Module) -> str:
        path, number = self._leaves[module], self._calls[module]
        return path if number > MOST_CALLS or isinstance(module, nn.RNNCellBase) else name_of_call(path, number)

    def _pass_over(self, tensor: Any, made: Any) -> None:
        """Let what goes into a map, or comes out of one, have come from where it did on the other side."""
        if origin := self._origin_of(tensor):
            self._mark(made, origin)
        if sources := self._sources_of(tensor):
            self._note(made, sources)

    def _is_picked_by_values(self, args: Any) -> bool:
        """Tell whether something is picked out of values of the pass by others."""
        table = args[0]
        return id(table) not in self._parameters and bool(self._sources_of(table)) and bool(self._sources_of(args[1:]))

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

    def _note(self, values: Any, sources: Sources) -> None:
        for tensor in tensors_in(values):
            self._kept.append(tensor)
            self._sources[id(tensor)] = sources

    def _sources_of(self, values: Any) -> Sources:
        found: Sources = {}
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
        if len(without_marks(sources)) > 1:
            join = self._join("setitem", tuple(tensor.shape))
            self._go(join, sources)
            self._note(tensor, {(join, ()): None})

    def _begin_parameter(self, tensor: Tensor) -> None:
        """Let a parameter that is used here be a point of its own, which is counted where a module has it that runs."""
        path = encoded_name(self._parameters[id(tensor)])
        count = 0 if id(tensor) in self._held else tensor.numel()
        name = f"/parameter.{path}"
        self._begin(Point(name, "parameter", path, path.rpartition(".")[0], tuple(tensor.shape), count), tensor)

    def _pass_on(self, values: Any, sources: Sources, passed: tuple[str, ...]) -> None:
        """Note what a function has made of what comes from some places, on one way or on several."""
        if not any(True for _ in tensors_in(values)):
            return
        if len(without_marks(sources)) < 2 or not passed:
            self._note(values, {(source, with_function(through, passed)): None for source, through in sources})
            return
        join = self._join(passed[0], tuple(next(tensors_in(values)).shape))
        self._go(join, sources)
        self._note(values, {(join, ()): None})

    def _write_into(self, tensor: Any, sources: Sources) -> None:
        """Note that something was written into a part of a tensor."""
        if isinstance(tensor, Tensor):
            self._note(tensor, sources)
            self._written.add(id(tensor))

    def _join(self, function: str, shape: tuple[int, ...]) -> str:
        """Return the name of the point at which a function takes values from several: one for each call of a place."""
        within = self._at_work[-1] if self._at_work else ""
        place = (within, function, *place_in_code())
        self._joins[place] += 1
        number = min(self._joins[place], MOST_CALLS)
        name = name_of_call(f"/{function}.{self._places.setdefault(place, len(self._places) + 1)}", number)
        self._points.setdefault(name, Point(name, "join", function, within, shape))
        return name

    def _go(self, target: str, sources: Sources) -> None:
        self._ways.update({Flow(source, target, through): None for source, through in sources})

    def _go_out(self, output: Any) -> None:
        for told, tensor in named_outputs(output):
            sources = self._sources_of(tensor)
            if sources:
                name = f"/output.{told}".rstrip(".")
                self._points[name] = Point(name, "output", told, "", tuple(tensor.shape))
                self._go(name, sources)
