"""Describes what can be recorded of a model, and chooses from it by kinds and globs of names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase

import torch
from torch import Tensor, nn

from engine.capture.hook_points import ACTIVATION_GRADIENT, VALUE_KINDS
from engine.capture.tensors import dense, recorded_dtype
from engine.capture.value_axes import axes_of_parameter
from engine.recording.format.encoded_names import decoded_name, encoded_name
from engine.recording.format.layout import RecordingError
from engine.recording.format.structure import CALL, call_of

WEIGHT, BIAS, GRADIENT, GRADIENT_NORM = "weight", "bias", "gradient", "gradient_norm"
PARAMETER_KINDS = (WEIGHT, BIAS, GRADIENT, GRADIENT_NORM)
ALL_KINDS = (*PARAMETER_KINDS, *VALUE_KINDS, ACTIVATION_GRADIENT)
MOST_NAMED = 60  # arrays in an error


@dataclass(frozen=True)
class Recordable:
    """One value that can be recorded at every snapshot: its shape is that of one snapshot.

    source: the name of the parameter, or what the value of its module's first call is recorded as. calls: the numbers
    of the calls of its module whose values it holds. shapes: of each of these calls, where they differ.
    """

    name: str
    axes: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str = "float32"
    kind: str = ""
    source: str = ""
    calls: tuple[int, ...] = (1,)
    shapes: tuple[tuple[int, ...], ...] = ()

    def begun_at(self, step: int) -> str:
        """Return the name of an array for the same value that begins at a step: `fc.weight@200`."""
        owner, dot, kind = self.name.rpartition(".")
        return f"{owner}@{step}.{kind}" if dot and kind in ALL_KINDS[2:] else f"{self.name}@{step}"


def recordable_parameters(
    parameters: Mapping[str, nn.Parameter], owners: Mapping[str, nn.Module], taken: Collection[str]
) -> Iterator[Recordable]:
    """Yield what can be recorded of parameters by name.

    owners: the model's modules, by path. taken: the names of values inside; a parameter of such a name, as `query` in
    an attention, is recorded as `query.parameter`.
    """
    for name, parameter in parameters.items():
        owner, _, last = name.rpartition(".")
        axes = axes_of_parameter(parameter, owners[owner])
        array, shape, dtype = encoded_name(name), tuple(parameter.shape), recorded_dtype(parameter)
        own = f"{array}.parameter" if array in taken else array
        yield Recordable(own, axes, shape, dtype, BIAS if "bias" in last else WEIGHT, name)
        if parameter.requires_grad:
            yield Recordable(f"{array}.{GRADIENT}", axes, shape, dtype, GRADIENT, name)
            yield Recordable(f"{array}.{GRADIENT_NORM}", (), (), "float32", GRADIENT_NORM, name)


def value_of_parameter(value: Recordable, parameters: Mapping[str, nn.Parameter]) -> Tensor | None:
    """Return a parameter, its gradient or the norm of that."""
    parameter = parameters.get(value.source)
    if value.kind not in (GRADIENT, GRADIENT_NORM):
        return parameter
    gradient = None if parameter is None else parameter.grad
    if gradient is None or value.kind == GRADIENT:
        return gradient
    exact = dense(gradient.detach())
    if exact.is_floating_point() and exact.element_size() < 4:  # half precision
        exact = exact.float()
    return torch.linalg.vector_norm(exact).float()


def chosen_values(record: Sequence[str], there_is: Mapping[str, Recordable]) -> list[Recordable]:
    """Return what kinds (`ALL_KINDS`) and globs of names choose, in the catalogue's order, each once.

    Raises `RecordingError`, with a list of what there is, where a kind or glob chooses nothing.
    """
    names: set[str] = set()
    for pattern in record:
        found = matching(pattern, there_is)
        if not found:
            others = [name for name in (*ALL_KINDS, *there_is) if name != pattern]
            near = get_close_matches(pattern, others, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            more = f" and {len(there_is) - MOST_NAMED} more" if len(there_is) > MOST_NAMED else ""
            raise RecordingError(
                f"nothing to record matches {pattern!r}{hint}; there are the kinds {', '.join(ALL_KINDS)} "
                f"and the arrays {', '.join(list(there_is)[:MOST_NAMED])}{more}"
            )
        names.update(found)
    return [value for name, value in there_is.items() if name in names]


def each_once(values: Sequence[Recordable]) -> list[Recordable]:
    """Return values without what recurrent modules put out call by call, where their states are one array."""
    along = {call_of(value.source) for value in values if value.kind == "hidden_state" and CALL not in value.axes}
    again = {value.name for value in values if value.kind == "activation" and CALL in value.axes}
    return [value for value in values if value.name not in again or call_of(value.source) not in along]


def matching(pattern: str, there_is: Mapping[str, Recordable]) -> list[str]:
    """Return the names that a kind or a glob chooses."""
    if pattern in ALL_KINDS:
        return [name for name, value in there_is.items() if value.kind == pattern]
    return [name for name in there_is if fnmatchcase(name, pattern) or fnmatchcase(decoded_name(name), pattern)]
