"""Read the insides of any `nn.Module` while it is trained, without a line in the module's own code.

What can be recorded is named by its path in the module:

- `layer1.weight`, `layer1.bias`: a parameter; `layer1.weight.gradient`: its gradient as it stands.
- `layer1.activation`: what the module puts out for the probes.
- `layer1.pre_activation`: what goes into the module's activation function. It is named after the module that
  owns both the parameters and the function, and where there is no such module, after the function.

The probes pass through the model only when a snapshot is taken; hooks are on for that pass alone.
The idea of naming values by module path is TransformerLens's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.experiments import KINDS
from engine.recording_format import RecordingError

_VALUE_AXES = {
    2: ("batch", "feature"),
    3: ("batch", "position", "feature"),
    4: ("batch", "channel", "height", "width"),
}
_PARAMETER_AXES = {0: (), 1: ("out",), 2: ("out", "in"), 4: ("out", "in", "height", "width")}


@dataclass(frozen=True)
class Recordable:
    """One value that can be recorded at every snapshot: its shape is that of one snapshot."""

    name: str
    axes: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str = "float32"


class Recorder:
    """Takes snapshots of a model: parameters, gradients, and the values that the probes make inside it."""

    def __init__(self, model: nn.Module, probes: Tensor, record: Sequence[str] = KINDS) -> None:
        """Choose what to record by kinds (`KINDS`) and globs of names, `("weight", "layer3.*")`.

        `probes` (batch, …) are the fixed inputs. Raises `RecordingError`, with a list of what there is, for a kind
        or glob that matches nothing.
        """
        self._model = model
        self._probes = probes
        self._parameters = dict(model.named_parameters())
        self._places = list(_places(model))
        there_is = {value.name: value for value in self._catalogue()}
        self.values = tuple(there_is[name] for name in _matching(record, there_is))
        wanted = {value.name for value in self.values}
        self._places = [place for place in self._places if place.name in wanted]

    def snapshot(self) -> dict[str, np.ndarray]:
        """Return every chosen value as it is now, by name.

        A gradient that the module does not have yet is zero. The model is left as it was: its mode, gradients,
        hooks and the random generators.
        """
        inside = self._probe_pass()
        taken: dict[str, np.ndarray] = {}
        for value in self.values:
            name = value.name
            if name in inside:
                taken[name] = inside[name].numpy()
            elif name in self._parameters:
                taken[name] = self._parameters[name].detach().numpy().copy()
            else:
                parameter = self._parameters[name.removesuffix(".gradient")]
                gradient = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
                taken[name] = gradient.detach().numpy().copy()
        return taken

    def _catalogue(self) -> Iterator[Recordable]:
        """List everything that can be recorded, with shapes, after one look at what the probes make."""
        for name, parameter in self._parameters.items():
            axes = _PARAMETER_AXES.get(parameter.ndim, _numbered(parameter.ndim))
            for recorded in (name, f"{name}.gradient"):
                yield Recordable(recorded, axes, tuple(parameter.shape), _dtype(parameter))
        for name, value in self._probe_pass().items():
            axes = _VALUE_AXES.get(value.ndim, ("batch", *_numbered(value.ndim - 1)))
            yield Recordable(name, axes, tuple(value.shape), _dtype(value))

    def _probe_pass(self) -> dict[str, Tensor]:
        """Send the probes through and return the values at all places, as far as they are tensors."""
        seen: dict[str, Tensor] = {}

        def keep(name: str, value: Any) -> None:
            if name in seen:
                raise RecordingError(f"{name} has several values in one pass: give each use a module of its own")
            if isinstance(value, Tensor):
                seen[name] = value.detach().clone()

        if self._places:
            with ExitStack() as stack:
                for place in self._places:
                    stack.callback(place.attach(keep).remove)
                stack.enter_context(_undisturbed(self._model))
                self._model(self._probes)
        return seen


@dataclass(frozen=True)
class _Place:
    """Where a value can be caught: what a module puts out, or what goes into it."""

    name: str
    module: nn.Module
    before: bool

    def attach(self, keep: Callable[[str, Any], None]) -> torch.utils.hooks.RemovableHandle:
        """Give `keep` the value at every pass, until the hook is removed."""
        if self.before:
            return self.module.register_forward_pre_hook(lambda _, inputs: keep(self.name, inputs[0]))
        return self.module.register_forward_hook(lambda _, inputs, output: keep(self.name, output))


def _places(model: nn.Module) -> Iterator[_Place]:
    """Walk through the modules in order; the model as a whole has no name and no place."""
    owned: dict[nn.Module, str] = {}
    for path, module in model.named_modules():
        if module in owned:
            yield _Place(f"{owned[module]}.pre_activation", module, before=True)
        elif path:
            if _is_known_function(module):
                yield _Place(f"{path}.pre_activation", module, before=True)
            yield _Place(f"{path}.activation", module, before=False)
        if any(True for _ in module.parameters(recurse=False)):
            owned.update((child, path) for child in module.children() if path and _may_be_function(child))


def _is_known_function(module: nn.Module) -> bool:
    """Tell whether the module is one of torch's activation functions (attention lives in the same file)."""
    return type(module).__module__ == "torch.nn.modules.activation" and not isinstance(module, nn.MultiheadAttention)


def _may_be_function(child: nn.Module) -> bool:
    """Tell whether a child of a module with parameters can be its function: anything without parts of its own."""
    empty = not any(True for _ in child.children()) and not any(True for _ in child.parameters())
    return empty and not type(child).__module__.endswith(".dropout")


@contextmanager
def _undisturbed(model: nn.Module) -> Iterator[None]:
    """Run a pass that leaves no trace: no gradients, evaluation mode, the generators' states put back."""
    training = [module for module in model.modules() if module.training]
    model.eval()
    try:
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            yield
    finally:
        for module in training:
            module.training = True


def _matching(record: Sequence[str], there_is: dict[str, Recordable]) -> list[str]:
    """Return the names that kinds and globs choose, in the catalogue's order, each once."""
    chosen: set[str] = set()
    for pattern in record:
        whole = f"*.{pattern}" if pattern in KINDS else pattern
        found = [name for name in there_is if fnmatchcase(name, whole)]
        if not found:
            near = get_close_matches(pattern, [*KINDS, *there_is], n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise RecordingError(
                f"nothing to record matches {pattern!r}{hint}; there are the kinds {', '.join(KINDS)} "
                f"and the arrays {', '.join(there_is)}"
            )
        chosen.update(found)
    return [name for name in there_is if name in chosen]


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"axis{number}" for number in range(count))


def _dtype(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")
