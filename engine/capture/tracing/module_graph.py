"""Traces the modules of a model, and the flow of data from module to module while inputs pass through it.

Nothing needs to be known of the model's code, and it may do anything in Python: see `engine.capture.tracing.data_flow`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from torch import nn
from torch.nn.utils.parametrize import is_parametrized, type_before_parametrizations

from engine.capture.inputs import Inputs, call, fresh_copy_of, named_inputs, twice
from engine.capture.isolation import preserve_state
from engine.capture.tensors import first_tensor, padded_shapes
from engine.capture.tracing.batched_maps import copies_in_map
from engine.capture.tracing.data_flow import MOST_CALLS, DataFlow
from engine.capture.value_axes import puts_position_first
from engine.models.scripted import Closed, open_modules, scripted_parts_closed
from engine.recording.format.encoded_names import encoded_name
from engine.recording.format.structure import CallShapes, ModuleInfo, Structure

Run = Callable[[], Any]
_QUANTISERS = frozenset(("FakeQuantizeBase", "ObserverBase"))  # classes of PyTorch's that look at what others compute


def trace_module_graph(model: nn.Module, inputs: Inputs | None) -> Structure:
    """Return a model's modules and the flow of `inputs` between them; the model is left as it was.

    Without inputs the modules are those of its definition, and the flow is empty.
    """
    if inputs is not None:
        with preserve_state(model), scripted_parts_closed(model):
            calls = _Calls(model, lambda: call(model, fresh_copy_of(inputs)))
            if not calls.knows_all(model):  # some were made as the first inputs passed
                calls = _Calls(model, lambda: call(model, fresh_copy_of(inputs)))
            given = fresh_copy_of(inputs)
            data = DataFlow(model, calls.leaves, calls.callers)
            flow, wiring = data.follow(lambda: call(model, given), given)
            found = tuple(calls.modules(model, data.routed))
            batch, one = calls.batch(model), _is_one(model, inputs)
        return Structure(found, tuple(flow), *_counts(model), wiring, batch, one)
    helpers = _helpers_in(model)
    modules = [
        _described(encoded_name(path), module, leaf=helpers.issuperset(module.children()))
        for path, module in model.named_modules()
        if module not in helpers
    ]
    return Structure(tuple(modules), (), *_counts(model))


def _is_one(model: nn.Module, inputs: Inputs) -> bool:
    """Tell whether what goes in is no batch: what joins each thing in it to each, and so cannot be there twice."""
    lengths = {values.shape[0] if values.ndim else 0 for values in named_inputs(inputs).values()}
    square = any(values.shape[0] == values.shape[1] for values in named_inputs(inputs).values() if values.ndim > 1)
    if len(lengths) > 1 or not square:
        return False
    try:
        call(model, twice(fresh_copy_of(inputs)))
    except Exception:  # whatever a model raises for two graphs that are laid upon each other
        return True
    return False


class _Calls:
    """Which modules are called in a pass, in which order, with what, and what calls them."""

    def __init__(self, model: nn.Module, run: Run) -> None:
        self._helpers = _helpers_in(model)
        named = ((module, path) for path, module in open_modules(model) if module not in self._helpers)
        self._paths = {module: encoded_name(path) for module, path in named}
        self._count: Counter[nn.Module] = Counter()
        self._shapes: dict[nn.Module, list[CallShapes]] = {}
        self._numbers: defaultdict[nn.Module, list[int]] = defaultdict(list)
        self._callers: set[nn.Module] = set()
        self._copies: dict[nn.Module, int] = {}  # of modules that `torch.vmap` calls
        self._at_work: list[nn.Module] = []
        with ExitStack() as stack:
            for module in self._paths:
                stack.callback(module.register_forward_pre_hook(self._entered, with_kwargs=True).remove)
                stack.callback(module.register_forward_hook(self._left).remove)
            run()

    def knows_all(self, model: nn.Module) -> bool:
        """Tell whether it looked for all modules that the model has now."""
        return all(module in self._paths or module in self._helpers for _, module in open_modules(model))

    @property
    def leaves(self) -> dict[nn.Module, str]:
        """The modules that call no other, with their paths."""
        return {module: self._paths[module] for module in self._count if module not in self._callers}

    @property
    def callers(self) -> dict[nn.Module, str]:
        """The modules that call others, with their paths."""
        return {module: self._paths[module] for module in self._count if module in self._callers}

    def batch(self, model: nn.Module) -> int:
        """Return the number of inputs where a sequence's positions come first, 0 where it is the first axis."""
        if model not in self._shapes:  # as one that is scripted as a whole
            return 0
        given = self._shapes[model][0].input
        for module in self._count:
            taken = self._shapes[module][0].input
            if len(taken) == 3 and taken[:2] == given[:2] and puts_position_first(module):
                return taken[1]
        return 0

    def modules(self, model: nn.Module, routed: Collection[nn.Module]) -> Iterator[ModuleInfo]:
        """Yield what is known of each module, in the order of the calls. routed: those that took picked rows."""
        leaves, owners = self.leaves, _owners(model)
        for module in self._count:
            first, *further = self._shapes[module]
            told = _described(self._paths[module], module, leaf=module in leaves)
            told = replace(told, input=first.input, output=first.output, calls=self._count[module])
            shares = next((owners[one] for one in module.parameters(recurse=False) if owners[one] != told.path), "")
            told = replace(told, further=tuple(further), routed=module in routed, shares=shares)
            yield replace(told, copies=self._copies.get(module, 0))
        for path, module in model.named_modules():
            passive = isinstance(module, nn.ModuleList | nn.ModuleDict) or module in self._helpers
            if module not in self._count and not passive:
                yield _described(encoded_name(path), module, leaf=False)

    def _entered(self, module: nn.Module, args: Any, kwargs: Any) -> None:
        self._callers.update(self._at_work[-1:])
        self._at_work.append(module)
        self._count[module] += 1
        self._numbers[module].append(self._count[module])  # of the calls at work: it may call itself
        if self._count[module] <= MOST_CALLS:
            self._shapes.setdefault(module, []).append(CallShapes(_shape((args, kwargs))))

    def _left(self, module: nn.Module, args: Any, output: Any) -> None:
        self._at_work.pop()
        if copies := copies_in_map(output):
            self._copies[module] = copies
        number = self._numbers[module].pop()
        if number <= MOST_CALLS:
            shapes = self._shapes[module]
            shapes[number - 1] = CallShapes(shapes[number - 1].input, _shape(output))


def _owners(model: nn.Module) -> dict[nn.Parameter, str]:
    """Return of each parameter the first module that has it, by its path."""
    found: dict[nn.Parameter, str] = {}
    for path, module in model.named_modules():
        for parameter in module.parameters(recurse=False):
            found.setdefault(parameter, encoded_name(path))
    return found


def _shape(value: Any) -> tuple[int, ...]:
    tensor = first_tensor(value)
    return () if tensor is None else padded_shapes(value).get(id(tensor), tuple(tensor.shape))


def _helpers_of(module: nn.Module) -> Iterator[nn.Module]:
    """Yield the modules that are part of a module: what its parameters come from, and what quantises it."""
    if is_parametrized(module):
        yield from module.parametrizations.modules()  # type: ignore[union-attr]
    for child in module.children():
        if any(kind.__name__ in _QUANTISERS for kind in type(child).__mro__):
            yield from child.modules()


def _helpers_in(model: nn.Module) -> set[nn.Module]:
    return {helper for module in model.modules() for helper in _helpers_of(module)}


def _described(path: str, module: nn.Module, *, leaf: bool) -> ModuleInfo:
    """Return what is known of a module without a pass; what its helpers hold is its own, and of a scripted part all."""
    if isinstance(module, Closed):
        inside = sum(parameter.numel() for parameter in module.part.parameters())
        return ModuleInfo(path, str(getattr(module.part, "original_name", "")), "scripted", inside, inside, leaf=leaf)
    of_helpers = [parameter for helper in _helpers_of(module) for parameter in helper.parameters(recurse=False)]
    own = _count((*module.parameters(recurse=False), *of_helpers))
    inside = _count(module.parameters())
    if isinstance(module, nn.MultiheadAttention):  # its projection is a module, and is never called as one
        own = inside
    return ModuleInfo(path, type_before_parametrizations(module).__name__, module.extra_repr(), own, inside, leaf=leaf)


def _counts(model: nn.Module) -> tuple[int, int]:
    parameters = list(model.parameters())
    return _count(parameters), _count(parameter for parameter in parameters if parameter.requires_grad)


def _count(parameters: Iterable[nn.Parameter]) -> int:
    """Return how many numbers parameters hold: those of a mould, which are on `meta`, hold none."""
    return sum(parameter.numel() for parameter in parameters if not parameter.is_meta)
