"""Takes snapshots of any `nn.Module`, without a change to the module's code.

What can be recorded is named by its path in the module: `layer1.weight`, `layer1.bias`, a parameter;
`layer1.weight.gradient`, its gradient as it is then, and `layer1.weight.gradient_norm`, the Euclidean norm of that; and
the values inside a pass of the probes, as `engine.capture.hook_points` names them, those of a module's calls in one
array (see `engine.capture.snapshots.calls`). The probes pass through the model when the snapshotter is made and when a
snapshot is taken; hooks are on for those passes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import numpy as np
from torch import Tensor, nn
from torch._C._functorch import is_functorch_wrapped_tensor

from engine.capture.attention.patch import attention_patch
from engine.capture.attention.unseen import called_attention, unseen_attention
from engine.capture.hook_points import ACTIVATION_GRADIENT, HookPoint, find_hook_points
from engine.capture.inputs import Inputs, call, fresh_copy_of, twice
from engine.capture.isolation import preserve_state
from engine.capture.model_parts import parameters_with_numbers
from engine.capture.snapshots.backward import send_back
from engine.capture.snapshots.batch_axis import Passed, are_first, batch_axes, example_count
from engine.capture.snapshots.calls import Caught, Slices, arrays_of, joined, part_of_call, shape_of_part
from engine.capture.snapshots.changes import ModelState
from engine.capture.snapshots.recordable import (
    PARAMETER_KINDS,
    Recordable,
    chosen_values,
    each_once,
    matching,
    recordable_parameters,
    value_of_parameter,
)
from engine.capture.tensors import as_array, dense, first_tensor, missing_values
from engine.models.scripted import scripted_parts
from engine.recording.format.kinds import KINDS

Loss = Callable[[Any], Tensor]


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
        what the model lacks of it is left out, and what is recorded as something else already (see `each_once`).
        Raises `RecordingError`, with a list of what there is, where a kind or glob matches nothing.
        """
        self._model, self._probes, self._loss, self._record = model, probes, loss, tuple(record)
        self.failed: Exception | None = None
        self.unseen: dict[str, str] = {}  # path -> class of the modules whose attention cannot be recorded
        self.mapped: dict[str, str] = {}  # path -> class of those that `torch.vmap` calls, with no tensor of their own
        self._parts: dict[str, Slices] = {}
        self._whole: dict[str, Recordable] = {}
        self._wanted: dict[tuple[str, int], dict[str, Slices | None]] = {}  # by value and call: by array, which part
        self._places: list[HookPoint] = []
        self.missing: set[str] = set()  # arrays of which there was nothing at the snapshot taken last
        self._unlike: Exception | None = None  # the error of probes that could not pass when the model was looked at
        there_is = self._look()
        if if_there:
            record = [pattern for pattern in record if matching(pattern, there_is)]
        values = chosen_values(record, there_is)
        self._record_too(each_once(values) if if_there else values)

    @property
    def values(self) -> tuple[Recordable, ...]:
        """What is recorded, with the shapes of the parts that are."""
        return tuple(self._part_of(value) for value in self._whole.values())

    @property
    def limits(self) -> dict[str, dict[str, str]]:
        """What cannot be seen, for a recording's config, path -> class: modules whose attention is `unseen`; those that
        are `scripted`, or `mapped` by `torch.vmap`, of which nothing inside is recorded. Each where there are such.
        """
        told = {"unseen": self.unseen, "scripted": self.scripted, "mapped": self.mapped}
        return {name: modules for name, modules in told.items() if modules}

    @property
    def calls(self) -> dict[str, dict[str, list[Any]]]:
        """What a recording's config tells of calls that lie along an axis, of the arrays of which that is not plain.

        `numbers`, of the calls that an array holds, where it does not hold all from the first on; `shapes`, that they
        have without the room that others need, where these differ.
        """
        told: dict[str, dict[str, list[Any]]] = {}
        for name, value in self._whole.items():
            numbers = {"numbers": list(value.calls)} if value.calls != tuple(range(1, len(value.calls) + 1)) else {}
            shapes = {"shapes": [list(shape) for shape in value.shapes]} if value.shapes else {}
            if numbers or shapes:
                told[name] = numbers | shapes
        return told

    @property
    def config(self) -> dict[str, Any]:
        """What a recording's config tells of what is recorded: `limits`, and `calls` where there are such."""
        return {**self.limits, **({"calls": self.calls} if self.calls else {})}

    def take_parts(self, parts: Mapping[str, Slices]) -> None:
        """Record only these parts of some values from now on, each given by a slice for every axis."""
        self._parts |= parts
        self._choose_places()

    def look_again(self, step: int) -> tuple[list[str], tuple[Recordable, ...]]:
        """Look whether the model has changed; return what is new of its parameters, a line each, and arrays that begin.

        An array begins for what is to be recorded and was not there before, and for what has another shape than before:
        that is called after the step, `fc.weight@200`. An array of what is gone goes on with NaN.
        """
        before, now = self._state, ModelState.of(self._model)
        if now == before and self._unlike is None:
            return [], ()
        there_is = self._look()
        wanted = {name for pattern in self._record for name in matching(pattern, there_is)}
        begun = [
            value if value.name not in self._whole else replace(value, name=value.begun_at(step))
            for value in there_is.values()
            if value.name in wanted and not self._holds(value)
        ]
        self._record_too(begun)
        return now.told_since(before), tuple(begun)

    def snapshot(self, probes: Inputs | None = None) -> dict[str, np.ndarray]:
        """Return every chosen value as it is now, by name. probes: the inputs from now on, of the same shapes.

        A gradient that a parameter does not have, or a value that did not occur in this pass, is NaN, or 0 where its
        type has none; where the probes cannot pass through the model as it is now, `failed` is its error, and all that
        they make is NaN or 0. What was not there at all is `missing`. The model is left as it was, as far as
        `preserve_state` says, with its gradients.
        """
        self._probes = self._probes if probes is None else probes
        parameters = parameters_with_numbers(self._model)  # they may be others by now
        self.failed, inside = self._unlike, {}
        try:
            inside = self._pass()
        except Exception as error:  # of the model, in a state in which the probes cannot pass; its training goes on
            self.failed = error
        self.missing = set()
        return {name: self._taken(value, parameters, inside) for name, value in self._whole.items()}

    # What there is --------------------------------------------------------------------------------------------------

    def _look(self) -> dict[str, Recordable]:
        """Return everything that can be recorded of the model as it is now, by name."""
        model = self._model
        self._state = ModelState.of(model)
        self.scripted = scripted_parts(model)  # path -> class of those into which no hook can look
        inside: list[Recordable] = []
        self._unlike = None
        try:
            inside = list(self._values_inside())
        except Exception as error:
            if not self._whole:
                raise
            self._unlike, self._places = error, []  # it was changed while it learns, and the probes do not fit it now
        taken = {value.name for value in inside}
        parameters = recordable_parameters(parameters_with_numbers(model), dict(model.named_modules()), taken)
        return {value.name: value for value in (*parameters, *inside)}

    def _values_inside(self) -> Iterator[Recordable]:
        """Yield what can be recorded of a pass of the probes."""
        self._places = [] if self._probes is None else self._find_hook_points()
        self._attends = any("pattern" in place.kinds for place in self._places)
        modules = {name: place.module for place in self._places for name in place.names}
        self.mapped = {}
        along = self._batch_axes(passed := self._pass(whole=True))
        for source, calls in passed.items():
            yield from arrays_of(source, calls, modules[source], along.get(source, 0))

    def _batch_axes(self, passed: Passed) -> dict[str, int | None]:
        """Return the axis of the examples of each value where it may be another than the first."""
        probes, loss = self._probes, self._loss
        if are_first(passed, example_count(probes)):
            return {}
        self._probes, self._loss = twice(probes), None
        try:
            return batch_axes(passed, self._pass(whole=True))
        except Exception:  # of a model that takes as many examples as there are
            return {}
        finally:
            self._probes, self._loss = probes, loss

    def _find_hook_points(self) -> list[HookPoint]:
        model = self._model
        with preserve_state(model), attention_patch(model) as different, called_attention(model) as called:
            places = find_hook_points(model, self._run)
        seen = {place.module for place in places if "pattern" in place.kinds}
        self.unseen = unseen_attention(model, seen, called, different)
        return [place for place in places if self._loss or place.kinds != (ACTIVATION_GRADIENT,)]

    # What is recorded -----------------------------------------------------------------------------------------------

    def _record_too(self, values: Sequence[Recordable]) -> None:
        self._whole |= {value.name: value for value in values}
        self._choose_places()

    def _choose_places(self) -> None:
        """Note what is wanted of each call, and keep the hook points of what is recorded alone."""
        self._wanted = {}
        inside = {name: value for name, value in self._whole.items() if value.kind not in PARAMETER_KINDS}
        for name, value in inside.items():
            part = self._parts.get(name)
            for number in value.calls:
                of_call = None if part is None else part_of_call(value, part)
                self._wanted.setdefault((value.source, number), {})[name] = of_call
        names = frozenset(value.source for value in inside.values())
        self._places = [place.only(names) for place in self._places if names.intersection(place.names)]

    def _holds(self, value: Recordable) -> bool:
        """Tell whether an array is recorded that a value of the model as it is now goes on with."""
        same = (value.source, value.kind, value.axes, value.shape, value.calls)
        return any((one.source, one.kind, one.axes, one.shape, one.calls) == same for one in self._whole.values())

    def _part_of(self, value: Recordable) -> Recordable:
        part = self._parts.get(value.name)
        return value if part is None else replace(value, shape=shape_of_part(value.shape, part))

    def _taken(
        self, value: Recordable, parameters: Mapping[str, nn.Parameter], inside: Mapping[str, Mapping[int, Caught]]
    ) -> np.ndarray:
        """Return the part of a value that is wanted. inside: what was caught in the pass."""
        part = self._parts.get(value.name)
        if value.kind in PARAMETER_KINDS:
            tensor = value_of_parameter(value, parameters)
            fits = tensor is not None and tuple(tensor.shape) == value.shape
            there = value.source in parameters and (tensor is None or fits)  # it may have no gradient yet
            tensor = _part(tensor, part) if tensor is not None and fits else None
        else:
            tensor = joined(value, inside.get(value.name, {}), part)
            there = tensor is not None
        if not there:
            self.missing.add(value.name)
        if tensor is None:
            tensor = missing_values(self._part_of(value).shape, value.dtype)
        return as_array(tensor, own=value.kind not in PARAMETER_KINDS)

    # A pass of the probes -------------------------------------------------------------------------------------------

    def _pass(self, *, whole: bool = False) -> dict[str, dict[int, Caught]]:
        """Pass the probes through the model; return copies of the values at all hook points, by array and call.

        whole: whether all of each is kept, by the value's own name, rather than what is wanted.
        """
        seen: dict[str, dict[int, Caught]] = {}
        passed = False

        def keep(name: str, number: int, value: Tensor) -> None:
            if passed != name.endswith(ACTIVATION_GRADIENT):
                return  # what is computed again on the way back, or a gradient that the model itself takes
            if is_functorch_wrapped_tensor(value):
                called = (place for place in self._places if name in place.names)
                self.mapped |= {place.path: type(place.module).__name__ for place in called}
                return
            wanted = {name: None} if whole else self._wanted.get((name, number), {})
            for array, part in wanted.items():
                if part is None or len(part) == value.ndim:
                    seen.setdefault(array, {})[number] = Caught(tuple(value.shape), _part(value.detach(), part).clone())

        if self._places:
            backward = any(place.kinds == (ACTIVATION_GRADIENT,) for place in self._places)
            with ExitStack() as stack:
                stack.enter_context(preserve_state(self._model, gradients=backward))
                if self._attends:
                    stack.enter_context(attention_patch(self._model))
                for place in self._places:
                    stack.enter_context(place.watched(keep))
                output = self._run()
                first = first_tensor(output)
                for place in self._places:
                    if place.of_the_whole and first is not None and not first.is_nested:
                        keep(place.names[0], 1, first)
                passed = True
                if backward and self._loss:
                    send_back(self._model, self._loss(output))
        return {name: dict(sorted(calls.items())) for name, calls in seen.items()}

    def _run(self) -> Any:
        return call(self._model, fresh_copy_of(self._probes))


def _part(tensor: Tensor, part: Slices | None) -> Tensor:
    """Return a part of a tensor's values; all where there is no part."""
    values = dense(tensor)
    return values if part is None else values[part]
