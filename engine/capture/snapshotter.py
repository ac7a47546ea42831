"""Takes snapshots of any `nn.Module`, without a change to the module's code.

What can be recorded is named by its path in the module: `layer1.weight`, `layer1.bias`, a parameter;
`layer1.weight.gradient`, its gradient as it is then, and `layer1.weight.gradient_norm`, the Euclidean norm of that; and
the values inside a pass of the probes, as `engine.capture.hook_points` names them. A parameter that is called as such a
value, `attention.query`, is named `attention.query.parameter`. A value of a module's second call in
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

from engine.capture.attention.patch import attention_patch
from engine.capture.attention.unseen import called_attention, unseen_attention
from engine.capture.hook_points import ACTIVATION_GRADIENT, STATE_KINDS, VALUE_KINDS, HookPoint, find_hook_points
from engine.capture.inputs import Inputs, call, fresh_copy_of
from engine.capture.isolation import preserve_state
from engine.capture.tensors import first_tensor, parameters_with_numbers
from engine.capture.value_axes import axes_of_parameter, axes_of_value
from engine.models.scripted import scripted_parts
from engine.recording.format.kinds import KINDS
from engine.recording.format.layout import RecordingError, in_a_line
from engine.recording.format.structure import module_called, name_of_call

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
        self.failed: Exception | None = None
        self.changed: list[str] = []  # what is new of the parameters at the snapshot taken last, a line each
        self.unseen: dict[str, str] = {}  # path -> class of the modules whose attention cannot be recorded
        self.scripted = scripted_parts(model)  # path -> class of those into which no hook can look
        self._parameters = parameters_with_numbers(model)
        self._shapes = {name: tuple(parameter.shape) for name, parameter in self._parameters.items()}
        self._places = [] if probes is None else self._find_hook_points()
        self._attends = any("pattern" in place.kinds for place in self._places)
        self._parts: dict[str, tuple[slice, ...]] = {}
        self._parameter_of: dict[str, str] = {}  # array -> parameter
        there_is = {value.name: value for value in self._catalogue()}
        if if_there:
            record = [kind for kind in record if any(value.kind == kind for value in there_is.values())]
        names = _matching(record, there_is)
        self.values = tuple(there_is[name] for name in names)
        self._whole = {value.name: value.shape for value in self.values}
        wanted = frozenset(_first_call(name) for name in names)
        self._places = [place.only(wanted) for place in self._places if wanted.intersection(place.names)]

    @property
    def limits(self) -> dict[str, dict[str, str]]:
        """What cannot be seen, for a recording's config: `unseen`, `scripted`, each where there are such."""
        both = {"unseen": self.unseen, "scripted": self.scripted}
        return {name: modules for name, modules in both.items() if modules}

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
        type has none; where the probes cannot pass through the model as it is now, `failed` is its error, and all that
        they make is NaN or 0. The model is left as it was, as far as `preserve_state` says, with its gradients.
        """
        self._probes = self._probes if probes is None else probes
        self._parameters = parameters_with_numbers(self._model)  # they may be others by now
        self.changed = self._changes()
        self.failed = None
        try:
            inside = self._pass()
        except Exception as error:  # of the model, in a state in which the probes cannot pass; its training goes on
            self.failed, inside = error, {}
        return {value.name: self._taken(value, inside.get(value.name)) for value in self.values}

    def _taken(self, value: Recordable, inside: Tensor | None) -> np.ndarray:
        """Return the part of a value that is wanted. inside: the value's tensor from the pass."""
        tensor = self._of_parameter(value) if value.kind in ("weight", "bias", GRADIENT, GRADIENT_NORM) else inside
        tensor = None if tensor is None else dense(tensor)
        if tensor is not None and value.name in self._parts and tuple(tensor.shape) == self._whole[value.name]:
            tensor = tensor[self._parts[value.name]]
        if tensor is None or tuple(tensor.shape) != value.shape:
            kind = getattr(torch, value.dtype)
            tensor = torch.full(value.shape, torch.nan if kind.is_floating_point or kind.is_complex else 0, dtype=kind)
        return as_array(tensor)

    def _changes(self) -> list[str]:
        """Return a line for each parameter that has gone, come, or changed its shape since the snapshot before."""
        shapes = {name: tuple(parameter.shape) for name, parameter in self._parameters.items()}
        before, self._shapes = self._shapes, shapes
        gone = [f"{name} is no parameter of the model any more" for name in before if name not in shapes]
        come = [f"{name} is a new parameter, which is not recorded" for name in shapes if name not in before]
        rule = "where it has another shape than at first, NaN is recorded"
        other = [
            f"{name} has the shape {shapes[name]}, and had {shape}: {rule}"
            for name, shape in before.items()
            if shapes.get(name, shape) != shape
        ]
        return [*gone, *come, *other]

    def _of_parameter(self, value: Recordable) -> Tensor | None:
        if value.kind in ("weight", "bias"):
            return self._parameters.get(self._parameter_of[value.name])
        parameter = self._parameters.get(value.name.rpartition(".")[0])
        gradient = None if parameter is None else parameter.grad
        if gradient is None or value.kind == GRADIENT:
            return gradient
        exact = dense(gradient.detach())
        if exact.is_floating_point() and exact.element_size() < 4:  # half precision
            exact = exact.float()
        return torch.linalg.vector_norm(exact).float()

    def _catalogue(self) -> Iterator[Recordable]:
        """Yield everything that can be recorded, with shapes, after one pass of the probes."""
        owners, inside = dict(self._model.named_modules()), self._pass()
        for name, parameter in self._parameters.items():
            owner, _, last = name.rpartition(".")
            axes = axes_of_parameter(parameter, owners[owner])
            shape, dtype = tuple(parameter.shape), _dtype(parameter)
            array = f"{name}.parameter" if name in inside else name
            self._parameter_of[array] = name
            yield Recordable(array, axes, shape, dtype, "bias" if "bias" in last else "weight")
            if parameter.requires_grad:
                yield Recordable(f"{name}.{GRADIENT}", axes, shape, dtype, GRADIENT)
                yield Recordable(f"{name}.{GRADIENT_NORM}", (), (), "float32", GRADIENT_NORM)
        modules = {name: place.module for place in self._places for name in place.names}
        for name, value in inside.items():
            kind = name.rpartition(".")[2]
            axes = axes_of_value(kind, value.ndim, modules[_first_call(name)])
            yield Recordable(name, axes, tuple(value.shape), _dtype(value), kind)

    def _find_hook_points(self) -> list[HookPoint]:
        model = self._model
        with preserve_state(model), attention_patch(model) as different, called_attention(model) as called:
            places = find_hook_points(model, self._run)
        seen = {place.module for place in places if "pattern" in place.kinds}
        self.unseen = unseen_attention(model, seen, called, different)
        return [place for place in places if self._loss or place.kinds != (ACTIVATION_GRADIENT,)]

    def _pass(self) -> dict[str, Tensor]:
        """Pass the probes through the model, and return copies of the values at all hook points."""
        seen: dict[str, list[Tensor]] = {}

        passed = False

        def keep(name: str, value: Tensor) -> None:
            if passed != name.endswith(ACTIVATION_GRADIENT):
                return  # what is computed again on the way back, or a gradient that the model itself takes
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
                for place in self._places:
                    if place.of_the_whole and (whole := first_tensor(output)) is not None and not whole.is_nested:
                        keep(place.names[0], whole)
                passed = True
                if backward and self._loss:
                    self._send_back(self._loss(output))
        return dict(_named_by_call(seen))

    def _run(self) -> Any:
        return call(self._model, fresh_copy_of(self._probes))

    def _send_back(self, loss: Tensor) -> None:
        """Send a loss's gradient back through the model; what the parameters hold of theirs is left alone."""
        parameters = [parameter for parameter in self._parameters.values() if parameter.requires_grad]
        if parameters:
            try:
                torch.autograd.grad(loss, parameters, allow_unused=True)
            except RuntimeError as error:
                reason = in_a_line(str(error))[:160]
                raise RecordingError(f"no gradient of activations can be recorded of this model: {reason}") from error


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
            others = [name for name in (*ALL_KINDS, *there_is) if name != pattern]
            near = get_close_matches(pattern, others, n=1)
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


def dense(tensor: Tensor) -> Tensor:
    """Return a tensor with all its entries, where it holds only those that are not 0."""
    return tensor if tensor.layout == torch.strided else tensor.to_dense()


def as_array(tensor: Tensor) -> np.ndarray:
    """Return a copy of a tensor's values."""
    values = dense(tensor.detach())
    return values.to("cpu", getattr(torch, _dtype(values)), copy=True).numpy()
