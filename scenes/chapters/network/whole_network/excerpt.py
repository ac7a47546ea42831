"""What is shown of a layer where not all of it fits."""

from __future__ import annotations

import numpy as np

from scenes.text.matrices import Slots


def shown_in(slots: Slots) -> list[int]:
    """Return the indices that are shown, without the dots."""
    return [index for index in slots if index is not None]


def livelier_run(pixels: np.ndarray, count: int) -> int:
    """Return the index, row by row, of the first of `count` neighbouring pixels that differ most while none is 0.

    pixels: (rows, columns). What differs counts as the sum of the steps between neighbours.
    """
    steps = np.abs(np.diff(pixels, axis=1))  # (row, column - 1)
    runs = np.lib.stride_tricks.sliding_window_view(steps, count - 1, axis=1).sum(axis=-1)
    inked = np.lib.stride_tricks.sliding_window_view(pixels > 0, count, axis=1).all(axis=-1)
    row, column = np.unravel_index(np.argmax(np.where(inked, runs, -1)), runs.shape)
    return int(row * pixels.shape[1] + column)


def sum_written_out(neuron: int, inputs: int) -> str:
    """Return the Typst of a neuron's activation as a sum over its inputs; each input is the part "a"."""
    last = inputs - 1
    terms = [f"w_({neuron},{k})thin{{{{a_{k}^((0)):a}}}}" for k in (0, 1, 2)]
    terms.append(f"dots.c+w_({neuron},{last})thin{{{{a_{last}^((0)):a}}}}")
    return f"a_{neuron}^((1))=sigma lr(({'+'.join(terms)}+b_{neuron}))"
