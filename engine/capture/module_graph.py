"""Traces the modules of a model, and the flow of data from module to module while inputs pass through it.

Hooks see the modules; a `TorchFunctionMode`, through which every function of PyTorch's is called, sees what happens to
tensors between them. Nothing needs to be known of the model's code, and it may do anything in Python.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from engine.capture.inputs import Inputs, call, fresh_copy_of
from engine.capture.isolation import preserve_state
from engine.capture.tensors import first_tensor, tensors_in
from engine.models.scripted import open_modules
from engine.recording.format.encoded_names import encoded_name
from engine.recording.format.structure import CallShapes, Flow, ModuleInfo, Structure, name_of_call

Run = Callable[[], Any]
_Origin = dict[str, tuple[str, ...]]  # modules that a tensor's values came from -> functions that they passed since

MOST_FUNCTIONS = 6  # that are told of one way from module to module
MOST_CALLS = 8  # of one module in a pass that are told apart
INPUT = OUTPUT = ""
# What only lays the same values out anew, picks some of them, or only looks at them
_SILENT = frozenset(
    ("__get__", "__getitem__", "detach", "contiguous", "clone", "to", "float", "size", "dim", "requires_grad_")
)


def trace_module_graph(model: nn.Module, inputs: Inputs | None) -> Structure:
    """Return a model's modules and the flow of `inputs` between them; the model is left as it was.

    Without inputs the modules are those of its definition, and the flow is empty.
    """
    if inputs is not None:
        with preserve_state(model):
            calls = _Calls(model, lambda: call(model, fresh_copy_of(inputs)))
            given = fresh_copy_of(inputs)
            flow = _Follower(calls.leaves, given).follow(lambda: call(model, given))
        return Structure(tuple(calls.modules(model)), tuple(flow), *_counts(model))
    modules = [
        _described(encoded_name(path), module, leaf=not any(True for _ in module.children()))
        for path, module in model.named_modules()
    ]
    return Structure(tuple(modules), (), *_counts(model))


class _Calls:
    """Which modules are called in a pass, in which order, with what, and what calls them."""

    def __init__(self, model: nn.Module, run: Run) -> None:
        self._paths = {module: encoded_name(path) for path, module in open_modules(model)}
        self._count: Counter[nn.Module] = Counter()
        self._shapes: dict[nn.Module, list[CallShapes]] = {}
        self._numbers: defaultdict[nn.Module, list[int]] = defaultdict(list)
        self._callers: set[nn.Module] = set()
        self._at_work: list[nn.Module] = []
        with ExitStack() as stack:
            for module in self._paths:
                stack.callback(module.register_forward_pre_hook(self._entered, with_kwargs=True).remove)
                stack.callback(module.register_forward_hook(self._left).remove)
            run()

    @property
    def leaves(self) -> dict[nn.Module, str]:
        """The modules that call no other, with their paths."""
        return {module: self._paths[module] for module in self._count if module not in self._callers}

    def modules(self, model: nn.Module) -> Iterator[ModuleInfo]:
        """Yield what is known of each module, in the order of the calls."""
        leaves = self.leaves
        for module in self._count:
            first, *further = self._shapes[module]
            told = _described(self._paths[module], module, leaf=module in leaves)
            told = replace(told, input=first.input, output=first.output, calls=self._count[module])
            yield replace(told, further=tuple(further))
        for path, module in model.named_modules():
            if module not in self._count and not isinstance(module, nn.ModuleList | nn.ModuleDict):
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
        number = self._numbers[module].pop()
        if number <= MOST_CALLS:
            shapes = self._shapes[module]
            shapes[number - 1] = CallShapes(shapes[number - 1].input, _shape(output))


class _Follower(TorchFunctionMode):
    """Knows of every tensor which modules its values came from."""

    def __init__(self, leaves: dict[nn.Module, str], inputs: Any) -> None:
        super().__init__()
        self._leaves = leaves
        self._calls: Counter[nn.Module] = Counter()
        self._inside = 0  # leaf modules at work: what happens in them is theirs
        self._kept: list[Tensor] = []  # so that no tensor gets the identity of another that is gone
        self._origins: dict[int, _Origin] = {}
        self._flow: dict[Flow, None] = {}
        self._mark(inputs, {INPUT: ()})

    def follow(self, run: Run) -> list[Flow]:
        """Return the flow of the data in one pass."""
        with ExitStack() as stack:
            for module in self._leaves:
                stack.callback(module.register_forward_pre_hook(self._entered, with_kwargs=True).remove)
                stack.callback(module.register_forward_hook(self._left, always_call=True).remove)
            stack.enter_context(self)
            output = run()
        self._arrive(OUTPUT, output)
        return [flow for flow in self._flow if (flow.source, flow.target) != (INPUT, OUTPUT) or len(self._flow) == 1]

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if self._inside:
            return func(*args, **kwargs)
        origin = self._origin_of((args, kwargs))  # before it may change one of them in place
        made = func(*args, **kwargs)
        if origin:
            name = getattr(func, "__name__", "")
            passed = () if name in _SILENT else (name.strip("_"),)
            self._mark(made, {source: _with(through, passed) for source, through in origin.items()})
        return made

    def _entered(self, module: nn.Module, args: Any, kwargs: Any) -> None:
        self._calls[module] += 1
        self._arrive(self._name(module), (args, kwargs))
        self._inside += 1

    def _left(self, module: nn.Module, args: Any, output: Any) -> None:
        self._inside -= 1
        self._mark(output, {self._name(module): ()})

    def _name(self, module: nn.Module) -> str:
        path, number = self._leaves[module], self._calls[module]
        return path if number > MOST_CALLS or isinstance(module, nn.RNNCellBase) else name_of_call(path, number)

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


def _with(through: tuple[str, ...], passed: tuple[str, ...]) -> tuple[str, ...]:
    return through if through[-1:] == passed else (*through, *passed)[-MOST_FUNCTIONS:]


def _shape(value: Any) -> tuple[int, ...]:
    tensor = first_tensor(value)
    return () if tensor is None else tuple(tensor.shape)


def _described(path: str, module: nn.Module, *, leaf: bool) -> ModuleInfo:
    own = sum(parameter.numel() for parameter in module.parameters(recurse=False))
    inside = sum(parameter.numel() for parameter in module.parameters())
    if isinstance(module, nn.MultiheadAttention):  # its projection is a module, and is never called as one
        own = inside
    return ModuleInfo(path, type(module).__name__, module.extra_repr(), own, inside, leaf=leaf)


def _counts(model: nn.Module) -> tuple[int, int]:
    parameters = list(model.parameters())
    return (
        sum(parameter.numel() for parameter in parameters),
        sum(parameter.numel() for parameter in parameters if parameter.requires_grad),
    )
