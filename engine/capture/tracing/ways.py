"""Names what a model puts out, and tells the functions on a way, as many as can be told."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.capture.tensors import tensors_by_path
from engine.recording.format.encoded_names import encoded_name
from engine.recording.format.structure import ENTERS, LEAVES

Sources = dict[tuple[str, tuple[str, ...]], None]  # modules and points that values came from, and on which ways
MOST_FUNCTIONS = 6  # that are told of one way
MOST_OUTPUTS = 6  # tensors that are told apart
_OF_TORCH = str(Path(torch.__file__).parent)
_HERE = str(Path(__file__).parent)


def named_outputs(output: Any) -> list[tuple[str, Tensor]]:
    """Return the tensors that a model puts out by their paths within it; "" for a single one that has no name.

    Of things within things that come to more than `MOST_OUTPUTS` each has the first tensor alone.
    """
    found = list(tensors_by_path(output))
    if len(found) > MOST_OUTPUTS:
        first: dict[str, Tensor] = {}
        for path, tensor in found:
            first.setdefault(encoded_name(".".join(path[:1])), tensor)
        return list(first.items())
    named = [(encoded_name(".".join(path)), tensor) for path, tensor in found]
    return [("", tensor) for _, tensor in named] if len(named) == 1 and named[0][0].isdigit() else named


def place_in_code() -> tuple[object, ...]:
    """Return the file and the instruction in it that called a function of PyTorch's, in whoever's code it is."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_code.co_filename.startswith((_HERE, _OF_TORCH)):
        frame = frame.f_back
    return frame.f_code, frame.f_lasti


def without_marks(sources: Sources) -> set[tuple[str, tuple[str, ...]]]:
    """Return from where values came on which ways, whichever parts of the model these lead into or out of."""
    return {(source, tuple(one for one in through if one[:1] not in (ENTERS, LEAVES))) for source, through in sources}


def with_function(through: tuple[str, ...], passed: tuple[str, ...]) -> tuple[str, ...]:
    """Return functions with another, which is told once where it is the last already, and no more than can be told."""
    longer = through if through[-1:] == passed else (*through, *passed)
    functions = sum(name[:1] not in (ENTERS, LEAVES) for name in longer)
    while functions > MOST_FUNCTIONS:
        functions -= longer[0][:1] not in (ENTERS, LEAVES)
        longer = longer[1:]
    return longer
