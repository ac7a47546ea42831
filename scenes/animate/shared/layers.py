"""Finds the layers of a recorded model that hold parameters: their order, by how data meets them, and their names.

Neither manim nor torch is imported, so that a film can be composed without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from engine.recording.format.encoded_names import decoded_name
from engine.recording.format.layout import BEGUN
from engine.recording.format.structure import module_called
from engine.recording.views.parameter_path import is_parameter

if TYPE_CHECKING:
    from engine.recording import ArrayInfo, Recording

MOST_LAYERS = 6  # whose weights are shown
SHORT = 12  # letters of a path
PROBE = "probe.input"
GRADIENT, GRADIENT_NORM, ACTIVATION_GRADIENT = ".gradient", ".gradient_norm", ".activation_gradient"
_PLAIN = "weight"
_BEGUN = re.compile(rf"{BEGUN}\d+$")
_NUMBERS = re.compile(r"(\d+)")


def owner(parameter: str) -> str:
    """Return the path of the module that a parameter belongs to, "" for the whole model."""
    return parameter.rpartition(".")[0]


def given_inputs(recording: Recording) -> list[str]:
    """Return the arrays of the model's inputs, in the order in which it takes them, as far as that is known."""
    told = recording.config.get("inputs")
    given = [name for name in told if isinstance(name, str)] if isinstance(told, list) else []
    there = [name for name in recording.arrays if name == PROBE or name.startswith((f"{PROBE}.", "probe.token"))]
    return sorted(there, key=lambda name: (given.index(name) if name in given else len(given), _by_number(name)))


def values_by_call(recording: Recording) -> list[str]:
    """Return the names of all arrays, and in place of those of several calls of a module the names of the calls.

    Values inside that were not there at the last snapshot of any are left out: what is told of the end is not of them;
    and so is what holds none, as of an expert that was called for nobody.
    """
    ends = {name: int(recording.steps(name)[-1]) for name, info in recording.arrays.items() if _is_inside(info)}
    last = max(ends.values(), default=0)
    lasting = [name for name in recording.arrays if ends.get(name, last) == last and _has_values(recording, name)]
    return [call for name in lasting for call in recording.calls(name)]


def without_step(name: str) -> str:
    """Return a name without the step at which what is called so has begun: "fc.weight" of "fc.weight@200"."""
    return _BEGUN.sub("", name)


def at_the_end(there: Iterable[str], name: str) -> str:
    """Return what a value is called at the end: itself, or what began in its place, `output@200`; "" for neither.

    there: what `values_by_call` returned.
    """
    owner_of, dot, kind = name.rpartition(".")
    begun = re.compile(re.escape(owner_of or kind) + rf"{BEGUN}\d+" + re.escape(f"{dot}{kind}" if dot else ""))
    return next((one for one in there if one == name or begun.fullmatch(one)), "")


def _has_values(recording: Recording, name: str) -> bool:
    return 0 not in recording.arrays[name].shape[1:]


def _is_inside(info: ArrayInfo) -> bool:
    return info.axes[:1] == ("step",) and "batch" in info.axes and info.shape[0] > 0


def in_order(recording: Recording, paths: Iterable[str]) -> list[str]:
    """Return paths of modules, or of what belongs to them, as data meets them; by name where there is no structure."""
    leaves = [module.path for module in recording.structure.leaves] if recording.structure else []
    place = {path: number for number, path in enumerate(leaves)}

    def order(path: str) -> tuple[int, list[tuple[int, str]]]:
        above = module_called(path)  # what follows is which of several calls it was
        while above and above not in place:
            above = owner(above)
        return place.get(above, len(place)), _by_number(path.replace("_hh", "_jh"))  # what comes in goes first

    return sorted(paths, key=order)


def class_of_module(recording: Recording, path: str) -> str:
    """Return the class of a module, "" where the structure does not tell it."""
    modules = recording.structure.modules if recording.structure else ()
    return next((module.kind for module in modules if module.path == path), "")


def layer_name(recording: Recording, path: str) -> str:
    """Return what a module is called: its path, and its kind where that is short and ends with a number alone.

    A mere number comes after its kind, "Linear 2": before it one would take it for how many there are.
    """
    kind, told = class_of_module(recording, path), decoded_name(path)
    if kind and path.isdigit():
        return f"{kind} {path}"
    alike = path.rpartition(".")[2].isdigit() and len(path) <= SHORT
    return f"{told} {kind}".strip() if kind and (alike or not path) else told


def parameter_name(recording: Recording, parameter: str) -> str:
    """Return the name of a parameter: its layer's where it is the plain weight of one, else its own."""
    path, _, last = parameter.rpartition(".")
    plain = last == _PLAIN and is_placed(recording, path)
    return (plain and layer_name(recording, path)) or decoded_name(parameter)


def short_name(name: str, most: int = 32) -> str:
    """Return a name as it is written in a sentence, without its beginning where it is longer than `most` letters."""
    return name if len(name) <= most else f"…{name[1 - most :]}"


def even_positions(count: int, most: int) -> list[int]:
    """Return positions among `count`, at most so many, from the first to the last as evenly as can be."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int)).tolist()


def all_weights(recording: Recording) -> list[str]:
    """Return the arrays of weights with two snapshots or more, in the order of the layers.

    Those with rows and columns, or where there are none the others; and of these, where the model was changed while it
    learned, those that were there to the end, and all the time, or as long as any of them.
    """
    return in_order(recording, _lasting(recording, _with_rows(recording)))


def passing_weights(recording: Recording) -> int:
    """Return how many sets of weights were there for a part of the time, and are left out for that."""
    there = _with_rows(recording)
    return len(there) - len(_lasting(recording, there))


def _with_rows(recording: Recording) -> list[str]:
    kept = [name for name in recording.arrays if is_parameter(recording, name) and recording.arrays[name].shape[0] > 1]
    return [name for name in kept if len(recording.arrays[name].axes) > 2] or kept


def _lasting(recording: Recording, names: list[str]) -> list[str]:
    """Return those arrays that were there at all the steps of the one that was there most often, and at the end."""
    steps = {name: recording.steps(name).tolist() for name in names}
    last = max((own[-1] for own in steps.values()), default=0)
    longest: list[int] = max((own for own in steps.values() if own[-1] == last), key=len, default=[])
    return [name for name in names if steps[name] == longest]


def shown_of(weights: list[str]) -> list[str]:
    """Return the weights that are shown: where there are too many, some, evenly from the first to the last."""
    return [weights[place] for place in even_positions(len(weights), MOST_LAYERS)]


def weights_and_more(recording: Recording) -> tuple[str, ...]:
    """Return all weights, the biases beside those that are drawn, and the probe, which tells the pictures' size."""
    every = in_order(recording, _with_rows(recording))  # those not there all the time are counted
    shown = (bias_of(name) for name in shown_of(all_weights(recording)))
    biases = [bias for bias in shown if bias not in every and bias in recording.arrays]
    probe = [PROBE] if every and PROBE in recording.arrays else []
    return (*every, *biases, *probe)


def bias_of(name: str) -> str:
    """Return the name that the bias beside a weight would have."""
    path, dot, last = name.rpartition(".")
    return path + dot + last.replace("weight", "bias")


def is_placed(recording: Recording, path: str) -> bool:
    """Return whether data passes through a module at a place that is known; true where there is no structure."""
    leaves = {module.path for module in recording.structure.leaves} if recording.structure else {path}
    above = module_called(path)
    while above and above not in leaves:
        above = owner(above)
    return above in leaves


def gradients(recording: Recording) -> tuple[str, ...]:
    """Return the arrays that tell how strong gradients were: of each parameter the norm, or else the gradient itself.

    Then those of what modules put out.
    """
    several = [name for name, info in recording.arrays.items() if info.axes[:1] == ("step",) and info.shape[0] > 1]
    several = [name for name in several if _has_values(recording, name)]
    norms = {name.removesuffix(GRADIENT_NORM): name for name in several if name.endswith(GRADIENT_NORM)}
    of = {name.removesuffix(GRADIENT): name for name in several if name.endswith(GRADIENT)}
    # The norm of a parameter goes on where that changes its shape, and its gradient begins anew
    of = {name: array for name, array in of.items() if without_step(name) not in norms} | norms
    outputs = (name for name in several if name.endswith(ACTIVATION_GRADIENT) and owner(name))
    return (*of.values(), *(call for name in outputs for call in recording.calls(name)))


def _by_number(path: str) -> list[tuple[int, str]]:
    """Return what sorts layer10 after layer9."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in _NUMBERS.split(path)]
