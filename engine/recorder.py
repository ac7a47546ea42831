"""Read the insides of any `nn.Module` while it is trained, without a line in the module's own code.

What can be recorded is named by its path in the module: `layer1.weight`, `layer1.bias`, a parameter;
`layer1.weight.gradient`, its gradient as it stands; and the values that the probes make inside, as `engine.hooks`
names them. The probes pass through the model only when a snapshot is taken; hooks are on for that pass alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from engine.experiments import KINDS
from engine.hooks import TRANSFORMER_KINDS, axes_of, find_places
from engine.recording_format import RecordingError

Inputs = Tensor | tuple[Tensor, ...] | Mapping[str, Tensor]
T = TypeVar("T")

_PARAMETER_AXES = {0: (), 1: ("out",), 2: ("out", "in"), 4: ("out", "in", "height", "width")}
_ALL_KINDS = (*KINDS, *TRANSFORMER_KINDS)
MOST_NAMED = 60  # arrays in an error


@dataclass(frozen=True)
class Recordable:
    """One value that can be recorded at every snapshot: its shape is that of one snapshot."""

    name: str
    axes: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str = "float32"


class Recorder:
    """Takes snapshots of a model: parameters, gradients, and the values that the probes make inside it."""

    def __init__(self, model: nn.Module, probes: Inputs, record: Sequence[str] = KINDS) -> None:
        """Choose what to record by kinds (`KINDS`, `TRANSFORMER_KINDS`) and globs of names, `("weight", "layer3.*")`.

        `probes` are the fixed inputs: (batch, …), or several of them as the model takes them. Raises `RecordingError`,
        with a list of what there is, for a kind or glob that matches nothing.
        """
        self._model = model
        self._probes = probes
        self._parameters = dict(model.named_parameters())
        with _undisturbed(model):
            self._places = find_places(model, self._run)
        self._repeated: set[str] = set()
        there_is = {value.name: value for value in self._catalogue()}
        self.values = tuple(there_is[name] for name in _matching(record, there_is))
        wanted = frozenset(value.name for value in self.values)
        for name in [value.name for value in self.values if value.name in self._repeated]:
            raise RecordingError(f"{name} has several values in one pass: give each use a module of its own")
        self._places = [place.only(wanted) for place in self._places if wanted.intersection(place.names)]

    def snapshot(self, probes: Inputs | None = None) -> dict[str, np.ndarray]:
        """Return every chosen value as it is now, by name. probes: others than before, of the same shapes.

        A gradient that the module does not have yet is zero. The model is left as it was: its mode, gradients,
        hooks and the random generators.
        """
        self._probes = self._probes if probes is None else probes
        inside = self._probe_pass(_array)
        taken: dict[str, np.ndarray] = {}
        for value in self.values:
            name = value.name
            if name in inside:
                taken[name] = inside[name]
            elif name in self._parameters:
                taken[name] = _array(self._parameters[name])
            else:
                parameter = self._parameters[name.removesuffix(".gradient")]
                gradient = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
                taken[name] = _array(gradient)
        return taken

    def _catalogue(self) -> Iterator[Recordable]:
        """List everything that can be recorded, with shapes, after one look at what the probes make."""
        for name, parameter in self._parameters.items():
            axes = _PARAMETER_AXES.get(parameter.ndim, tuple(f"axis{number}" for number in range(parameter.ndim)))
            for recorded in (name, f"{name}.gradient"):
                yield Recordable(recorded, axes, tuple(parameter.shape), _dtype(parameter))
        for name, (shape, dtype) in self._probe_pass(lambda value: (tuple(value.shape), _dtype(value))).items():
            yield Recordable(name, axes_of(name, len(shape)), shape, dtype)

    def _probe_pass(self, taken: Callable[[Tensor], T]) -> dict[str, T]:
        """Send the probes through and return what is taken of the values at all places."""
        seen: dict[str, T] = {}

        def keep(name: str, value: Tensor) -> None:
            if name in seen:
                self._repeated.add(name)
            seen[name] = taken(value)

        if self._places:
            with ExitStack() as stack:
                for place in self._places:
                    stack.enter_context(place.watched(keep))
                stack.enter_context(_undisturbed(self._model))
                self._run()
        return seen

    def _run(self) -> None:
        probes = self._probes
        if isinstance(probes, Mapping):
            self._model(**probes)
        elif isinstance(probes, tuple):
            self._model(*probes)
        else:
            self._model(probes)


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
        if pattern in _ALL_KINDS:
            found = [name for name in there_is if f".{name}".endswith(f".{pattern}")]
        else:
            found = [name for name in there_is if fnmatchcase(name, pattern)]
        if not found:
            near = get_close_matches(pattern, [*_ALL_KINDS, *there_is], n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            more = f" and {len(there_is) - MOST_NAMED} more" if len(there_is) > MOST_NAMED else ""
            raise RecordingError(
                f"nothing to record matches {pattern!r}{hint}; there are the kinds {', '.join(_ALL_KINDS)} "
                f"and the arrays {', '.join(list(there_is)[:MOST_NAMED])}{more}"
            )
        chosen.update(found)
    return [name for name in there_is if name in chosen]


def _dtype(tensor: Tensor) -> str:
    """Return the type that a tensor is recorded in: half precision, of which NumPy knows but one kind, as float32."""
    half = tensor.is_floating_point() and tensor.element_size() < 4
    return "float32" if half else str(tensor.dtype).removeprefix("torch.")


def _array(tensor: Tensor) -> np.ndarray:
    """Return a copy of a tensor's values."""
    values = tensor.detach()
    return values.to(getattr(torch, _dtype(values)), copy=True).numpy()
