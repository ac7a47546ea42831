"""Takes snapshots of any `nn.Module`, without a change to the module's code.

What can be recorded is named by its path in the module: `layer1.weight`, `layer1.bias`, a parameter;
`layer1.weight.gradient`, its gradient as it is then, and `layer1.weight.gradient_norm`, the Euclidean norm of that; and
the values inside a pass of the probes, as `engine.capture.hook_points` names them. A value of a module's second call in
one pass is called `PATH#2.KIND`. The probes pass through the model when the snapshotter is made and when a snapshot is
taken; hooks are on for those passes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.capture.attention_patch import attention_patch
from engine.capture.hook_points import ACTIVATION_GRADIENT, STATE_KINDS, VALUE_KINDS, HookPoint, find_hook_points
from engine.capture.isolation import preserve_state
from engine.capture.value_axes import axes_of_parameter, axes_of_value
from engine.recording.format.kinds import KINDS
from engine.recording.format.layout import RecordingError
from engine.recording.format.structure import module_called, name_of_call

Inputs = Tensor | tuple[Tensor, ...] | Mapping[str, Tensor]
Loss = Callable[[Any], Tensor]

GRADIENT, GRADIENT_NORM = "gradient", "gradient_norm"
ALL_KINDS = ("weight", "bias", GRADIENT, GRADIENT_NORM, *VALUE_KINDS, ACTIVATION_GRADIENT)
MOST_NAMED = 60  # arrays in an error


@dataclass(frozen=True)
class Recordable:
    """One value that can be recorded at every snapshot: its shape is that of one snapshot."""

    name: str
    axes: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str = "float32"
    kind: str = ""


class Snapshotter:
    """Takes snapshots of a model: parameters, gradients, and the values inside it in a pass of the probes."""

    def __init__(
        self,
        model: nn.Module,
        probes: Inputs | None,
        record: Sequence[str] = KINDS,
        *,
        loss: Loss | None = None,
        if_there: bool = False,
    ) -> None:
        """Choose what to record by kinds (`ALL_KINDS`) and globs of names, `("weight", "layer3.*")`.

        probes: the fixed inputs, (batch, …), or several as the model takes them; None for parameters alone. loss: a
        function of the model's output for the probes, by which gradients of activations are taken. if_there: whether
        kinds that the model lacks are left out, and globs with them. Raises `RecordingError`, with a list of what there
        is, where a kind or glob matches nothing.
        """
        self._model, self._probes, self._loss = model, probes, loss
        self._parameters = dict(model.named_parameters())
        self._places = [] if probes is None else self._find_hook_points()
        self._attends = any("pattern" in place.kinds for place in self._places)
        self._parts: dict[str, tuple[slice, ...]] = {}
        there_is = {value.name: value for value in self._catalogue()}
        if if_there:
            record = [kind for kind in record if any(value.kind == kind for value in there_is.values())]
        names = _matching(record, there_is)
        self.values = tuple(there_is[name] for name in names)
        self._whole = {value.name: value.shape for value in self.values}
        wanted = frozenset(_first_call(name) for name in names)
        self._places = [place.only(wanted) for place in self._places if wanted.intersection(place.names)]

    def take_parts(self, parts: Mapping[str, tuple[slice, ...]]) -> None:
        """Record only these parts of some values from now on, each given by a slice for every axis."""
        self._parts = dict(parts)
        self.values = tuple(
            replace(value, shape=_shape_of_part(value.shape, parts[value.name])) if value.name in parts else value
            for value in self.values
        )

    def snapshot(self, probes: Inputs | None = None) -> dict[str, np.ndarray]:
        """Return every chosen value as it is now, by name. probes: the inputs from now on, of the same shapes.

        A gradient that a parameter does not have, or a value that did not occur in this pass, is NaN, or 0 where its
        type has none. The model is left as it was: its mode, buffers, gradients, hooks and the random generators.
        """
        self._probes = self._probes if probes is None else probes
        inside = self._pass()
        return {value.name: self._taken(value, inside.get(value.name)) for value in self.values}

    def _taken(self, value: Recordable, inside: Tensor | None) -> np.ndarray:
        """Return the part of a value that is wanted. inside: the value's tensor from the pass."""
        tensor = self._of_parameter(value) if value.kind in ("weight", "bias", GRADIENT, GRADIENT_NORM) else inside
        if tensor is not None and value.name in self._parts and tuple(tensor.shape) == self._whole[value.name]:
            tensor = tensor[self._parts[value.name]]
        if tensor is None or tuple(tensor.shape) != value.shape:
            tensor = torch.full(value.shape, torch.nan if value.dtype.startswith("float") else 0)
        return as_array(tensor)

    def _of_parameter(self, value: Recordable) -> Tensor | None:
        if value.kind in ("weight", "bias"):
            return self._parameters[value.name]
        gradient = self._parameters[value.name.rpartition(".")[0]].grad
        if gradient is None or value.kind == GRADIENT:
            return gradient
        return torch.linalg.vector_norm(gradient.detach(), dtype=torch.float32)

    def _catalogue(self) -> Iterator[Recordable]:
        """Yield everything that can be recorded, with shapes, after one pass of the probes."""
        for name, parameter in self._parameters.items():
            owner, _, last = name.rpartition(".")
            axes = axes_of_parameter(parameter, self._model.get_submodule(owner))
            shape, dtype = tuple(parameter.shape), _dtype(parameter)
            yield Recordable(name, axes, shape, dtype, "bias" if "bias" in last else "weight")
            if parameter.requires_grad:
                yield Recordable(f"{name}.{GRADIENT}", axes, shape, dtype, GRADIENT)
                yield Recordable(f"{name}.{GRADIENT_NORM}", (), (), "float32", GRADIENT_NORM)
        modules = {name: place.module for place in self._places for name in place.names}
        for name, value in self._pass().items():
            kind = name.rpartition(".")[2]
            axes = axes_of_value(kind, value.ndim, modules[_first_call(name)])
            yield Recordable(name, axes, tuple(value.shape), _dtype(value), kind)

    def _find_hook_points(self) -> list[HookPoint]:
        with preserve_state(self._model), attention_patch(self._model):
            places = find_hook_points(self._model, self._run)
        return [place for place in places if self._loss or place.kinds != (ACTIVATION_GRADIENT,)]

    def _pass(self) -> dict[str, Tensor]:
        """Pass the probes through the model, and return copies of the values at all hook points."""
        seen: dict[str, list[Tensor]] = {}

        def keep(name: str, value: Tensor) -> None:
            part = self._parts.get(name)
            whole = part is None or tuple(value.shape) != self._whole[name]
            seen.setdefault(name, []).append(value.detach().clone() if whole else value.detach()[part].clone())

        if self._places:
            backward = any(place.kinds == (ACTIVATION_GRADIENT,) for place in self._places)
            with ExitStack() as stack:
                stack.enter_context(preserve_state(self._model, gradients=backward))
                if self._attends:
                    stack.enter_context(attention_patch(self._model))
                for place in self._places:
                    stack.enter_context(place.watched(keep))
                output = self._run()
                if backward and self._loss:
                    self._send_back(self._loss(output))
        return dict(_named_by_call(seen))

    def _run(self) -> Any:
        return call(self._model, self._probes)

    def _send_back(self, loss: Tensor) -> None:
        """Send a loss's gradient back through the model; what the parameters hold of theirs is left alone."""
        parameters = [parameter for parameter in self._parameters.values() if parameter.requires_grad]
        if parameters:
            torch.autograd.grad(loss, parameters, allow_unused=True)


def call(model: nn.Module, inputs: Inputs | None) -> Any:
    """Return a model's output for inputs, given as one tensor, as several in order, or by name."""
    if isinstance(inputs, Mapping):
        return model(**inputs)
    return model(*inputs) if isinstance(inputs, tuple) else model(inputs)


def named_inputs(inputs: Inputs) -> dict[str, Tensor]:
    """Return inputs by their names in a recording: `probe.input`, of several `probe.input.NAME`."""
    if isinstance(inputs, Tensor):
        return {"probe.input": inputs}
    pairs = inputs.items() if isinstance(inputs, Mapping) else enumerate(inputs)
    return {f"probe.input.{name}": values for name, values in pairs}


def _named_by_call(seen: Mapping[str, list[Tensor]]) -> Iterator[tuple[str, Tensor]]:
    """Yield each value with its name, those of a cell that was called for each position side by side."""
    for name, values in seen.items():
        path, _, kind = name.rpartition(".")
        if kind in STATE_KINDS:
            cell = values[0].ndim < 3
            yield name, torch.stack(values, dim=-2) if cell else values[0]
            continue
        for number, value in enumerate(values, start=1):
            yield (name if number == 1 else f"{name_of_call(path, number)}.{kind}"), value


def _first_call(name: str) -> str:
    """Return what a value is called at its module's first call in a pass."""
    path, _, kind = name.rpartition(".")
    return f"{module_called(path)}.{kind}" if path else name


def _shape_of_part(shape: tuple[int, ...], part: tuple[slice, ...]) -> tuple[int, ...]:
    return tuple(len(range(length)[along]) for length, along in zip(shape, part, strict=True))


def _matching(record: Sequence[str], there_is: dict[str, Recordable]) -> list[str]:
    """Return the names that kinds and globs choose, in the catalogue's order, each once."""
    chosen: set[str] = set()
    for pattern in record:
        if pattern in ALL_KINDS:
            found = [name for name, value in there_is.items() if value.kind == pattern]
        else:
            found = [name for name in there_is if fnmatchcase(name, pattern)]
        if not found:
            near = get_close_matches(pattern, [*ALL_KINDS, *there_is], n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            more = f" and {len(there_is) - MOST_NAMED} more" if len(there_is) > MOST_NAMED else ""
            raise RecordingError(
                f"nothing to record matches {pattern!r}{hint}; there are the kinds {', '.join(ALL_KINDS)} "
                f"and the arrays {', '.join(list(there_is)[:MOST_NAMED])}{more}"
            )
        chosen.update(found)
    return [name for name in there_is if name in chosen]


def _dtype(tensor: Tensor) -> str:
    """Return the type that a tensor is recorded in: half precision, of which NumPy knows but one kind, as float32."""
    half = tensor.is_floating_point() and tensor.element_size() < 4
    return "float32" if half else str(tensor.dtype).removeprefix("torch.")


def as_array(tensor: Tensor) -> np.ndarray:
    """Return a copy of a tensor's values."""
    values = tensor.detach()
    return values.to("cpu", getattr(torch, _dtype(values)), copy=True).numpy()
