"""Finds the recorded layers of a model, in the order in which data passes them, and what bends the values of each.

It goes by names, shapes and structure alone: no array is read. A nonlinear function bends values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.recording.format.encoded_names import decoded_name
from engine.recording.format.structure import call_of, module_called, name_of_call
from scenes.animate.shared.layers import even_positions, short_name, values_by_call

if TYPE_CHECKING:
    from engine.recording import Recording
    from engine.recording.format.structure import ModuleInfo, Structure

ACTIVATION, HIDDEN_STATE = ".activation", ".hidden_state"
RECTIFIED, SQUASHED, SIGNED = "relu", "sigmoid", "tanh"
BENDING = {  # kinds of modules, by what they do to a number
    **dict.fromkeys(("ReLU", "ReLU6"), RECTIFIED),
    **dict.fromkeys(("Sigmoid", "Hardsigmoid"), SQUASHED),
    **dict.fromkeys(("Tanh", "Hardtanh", "RNN", "LSTM", "GRU"), SIGNED),
}
PASSING = ("Dropout", "Flatten", "Unflatten", "Identity", "MaxPool", "AvgPool", "AdaptiveAvgPool", "AdaptiveMaxPool")


@dataclass(frozen=True)
class HiddenLayer:
    """A layer as it is shown: the recorded array, what it is called, its kind ("" unknown).

    bent: the function that bends its values, "relu", "sigmoid", "tanh" or "" for none of these. then: the same of a
    function that follows outside of modules, and has to be computed from what was recorded; "" for none.
    """

    array: str
    name: str
    kind: str = ""
    bent: str = ""
    then: str = ""

    def after(self, values: np.ndarray) -> np.ndarray:
        """Return recorded values as they are after the function that follows."""
        if self.then == RECTIFIED:
            return np.maximum(values, 0)
        if self.then == SQUASHED:
            return 0.5 * (1 + np.tanh(values / 2))
        return np.tanh(values) if self.then == SIGNED else values


def layers_to_watch(recording: Recording, most: int) -> list[HiddenLayer]:
    """Return the layers whose values are worth watching, in order.

    Those that bend their values, where there are some, else all that compute anything; where there are more than
    `most`, they are picked evenly from the first to the last.
    """
    layers = [layer for layer in layers_of(recording) if recording.arrays[layer.array].shape[0] > 1]
    if recording.structure is None and len(layers) > 1:
        layers = layers[:-1]  # the last is what the model answers
    found = [layer for layer in layers if layer.bent] or layers
    return [found[place] for place in even_positions(len(found), most)]


def layers_of(recording: Recording) -> list[HiddenLayer]:
    """Return every layer whose output was recorded, except those that only pass it on, in order."""
    arrays = activations_of(values_by_call(recording), recording.structure)
    if recording.structure is None:
        bent = str(recording.config.get("activation", ""))
        known = bent if bent in (RECTIFIED, SQUASHED, SIGNED) else ""
        return [HiddenLayer(array, call_of(array), bent=known) for array in arrays]
    modules = {module.path: module for module in recording.structure.modules}
    found = [_layer(array, modules, recording.structure) for array in arrays]
    return [layer for layer in found if layer is not None]


def count_of_layers(structure: Structure, bent: bool) -> int:
    """Return how many layers a model has, each call counted: all that compute anything, or those that bend values."""
    leaves = [leaf for leaf in structure.leaves if leaf.calls and leaf.output and not leaf.kind.startswith(PASSING)]
    if bent:
        leaves = [leaf for leaf in leaves if leaf.kind in BENDING or _function_behind(leaf.path, structure)]
    return sum(leaf.calls for leaf in leaves)


def activations_of(arrays: Iterable[str], structure: Structure | None) -> list[str]:
    """Return the names of recorded activations in the order of their modules.

    Of a recurrent module that has none, or one for each position at which it was called, its states. arrays: the names
    of all arrays, by call.
    """
    arrays = list(arrays)
    outputs = Counter(module_called(call_of(name)) for name in arrays if name.endswith(ACTIVATION))
    named = [name for name in arrays if name.endswith(HIDDEN_STATE) and outputs[call_of(name)] != 1]
    states = {call_of(name) for name in named}
    named += [name for name in arrays if name.endswith(ACTIVATION) and module_called(call_of(name)) not in states]
    if structure is None:
        return sorted(named, key=lambda name: [int(part) if part.isdigit() else 0 for part in re.split(r"(\d+)", name)])
    ranks = _ranks(structure)
    return sorted((name for name in named if call_of(name) in ranks), key=lambda name: ranks[call_of(name)])


def _ranks(structure: Structure) -> dict[str, float]:
    """Return for each module and each further call of it where in the model's order it comes."""
    ranks = {module.path: float(place) for place, module in enumerate(structure.modules)}
    latest = -1.0
    for flow in structure.flow:  # in the order of the targets' calls
        if flow.target in ranks:
            latest = max(latest, ranks[flow.target])
        elif flow.target:
            ranks[flow.target] = latest + 0.5
    for module in structure.modules:
        for call in range(2, module.calls + 1):
            ranks.setdefault(name_of_call(module.path, call), ranks[module.path] + 1e-3 * call)
    return ranks


def _layer(array: str, modules: Mapping[str, ModuleInfo], structure: Structure) -> HiddenLayer | None:
    name = call_of(array)
    module = modules[module_called(name)]
    if not module.leaf or module.kind.startswith(PASSING) or not module.output:  # a loss is one number
        return None
    bent = BENDING.get(module.kind, "")
    then = "" if bent else _function_behind(name, structure)
    return HiddenLayer(array, name, module.kind, bent or then, then)


def _function_behind(name: str, structure: Structure) -> str:
    """Return the function that everything from a module passes next; "" where it is none of those known."""
    ways = {flow.through[:1] for flow in structure.flow if flow.source == name}
    (only,) = ways if len(ways) == 1 else ((),)
    function = only[0].rstrip("_") if only else ""
    return function if function in (RECTIFIED, SQUASHED, SIGNED) else ""


def called(layer: HiddenLayer, most: int) -> str:
    """Return what a layer is called in a sentence, in about `most` letters: a mere number is told with its kind.

    A name that is too long keeps its end, which tells it from others.
    """
    if layer.name.isdigit() and layer.kind:
        return f"{layer.kind} {layer.name}"
    return short_name(decoded_name(layer.name), most)
