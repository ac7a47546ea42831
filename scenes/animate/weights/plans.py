"""Chooses what of an array of weights is drawn, by rule: pictures or a matrix, whole or the part that says most."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from scenes.animate.shared.layers import PROBE, class_of_module, even_positions, owner
from scenes.language.translation import N_

if TYPE_CHECKING:
    from engine.recording import Recording

MOST_CELLS = (13000, 2500)  # of the pictures of the layer that data meets first, and of each other one
MOST_PICTURES = 40
MOST_ROWS, MOST_COLUMNS = 48, 64  # of a matrix
LONGEST_SIDE = 32  # of a picture, in cells
EACH = N_("each {a} × {b}")
THINNED = N_("each {a} × {b}, a pixel in {every} each way")
PLANES = N_("red, green, blue: planes; grey: zero")

Counts = tuple[str, str, str]  # what is counted: one, all of several, some of them
NEURONS = (N_("{count} neuron"), N_("{count} neurons"), N_("{count} largest of {all} neurons"))
KERNELS = (N_("{count} kernel"), N_("{count} kernels"), N_("{count} largest of {all} kernels"))
OUTPUTS = (N_("{count} output"), N_("{count} outputs"), N_("{count} largest of {all} outputs"))
TOKENS = (N_("{count} token"), N_("{count} tokens"), N_("{count} largest of {all} tokens"))
ROWS = (N_("{count} row"), N_("{count} rows"), N_("{count} largest of {all} rows"))
INPUTS = (N_("{count} input"), N_("{count} inputs"), N_("{count} of {all} inputs, evenly"))
FEATURES = (N_("{count} feature"), N_("{count} features"), N_("{count} of {all} features, evenly"))
COLUMNS = (N_("{count} column"), N_("{count} columns"), N_("{count} of {all} columns, evenly"))


@dataclass(frozen=True)
class PictureLine:
    """A line about a picture: a text to be translated, the values in it, and an arrow along what it counts.

    largest: whether what is left out was chosen by size.
    """

    text: str
    values: dict[str, int] = field(default_factory=dict)
    arrow: str = ""
    largest: bool = False


@dataclass(frozen=True)
class Plan:
    """A plan of how weights are put into pictures, which of these are kept, and what is said of it.

    grid: rows and columns of one picture before any are left out. planes: whether a picture has three planes of colour.
    pictures, rows, columns: the positions that are kept of each.
    """

    grid: tuple[int, int]
    pictures: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    told: tuple[PictureLine, ...]
    is_matrix: bool = False
    planes: bool = False

    def shaped(self, weights: np.ndarray) -> np.ndarray:
        """Return weights (snapshot, …) as (snapshot, picture, row, column), with three planes of colour last."""
        count = len(weights)
        if self.planes:
            every = weights.reshape(count, -1, 3, *self.grid).transpose(0, 1, 3, 4, 2)
        else:
            every = weights.reshape(count, -1, *self.grid)
        return every[:, self.pictures][:, :, self.rows][:, :, :, self.columns]


def plan_for(recording: Recording, name: str, sizes: np.ndarray, first: bool) -> Plan:
    """Return the plan for an array of weights, by their axes, and by their |values| at the end, `sizes`.

    first: whether they belong to the layer that data meets first.
    """
    axes = recording.arrays[name].axes[1:]
    seen = _picture_size(recording) if first else None
    most = MOST_CELLS[0 if first else 1]
    if seen and len(axes) == 2 and int(np.prod(seen)) == sizes.shape[1] and min(seen[1:]) > 1:
        return _pictures(sizes, seen[1:], NEURONS, most, planes=seen[0] == 3)
    kind = class_of_module(recording, owner(name))
    if len(axes) > 2 and sizes.shape[-1] > 1 and ("Conv" in kind or not kind) and axes[-1] == "width":
        grid = (sizes.shape[-2], sizes.shape[-1])
        planes = bool(seen) and len(axes) == 4 and sizes.shape[1] == 3 and seen is not None and seen[0] == 3
        return _pictures(sizes, grid, KERNELS, most, planes=planes)
    if kind == "Embedding":
        return _matrix(sizes, TOKENS, FEATURES)
    plain = name.rpartition(".")[2] == "weight"
    return _matrix(sizes, OUTPUTS if plain else ROWS, INPUTS if plain else COLUMNS)


def _picture_size(recording: Recording) -> tuple[int, int, int] | None:
    """Return channels, height and width of the pictures that the probe consists of; None where it has none."""
    probe = recording.arrays.get(PROBE)
    if probe is None or probe.axes[-2:] != ("height", "width") or len(probe.shape) not in (3, 4):
        return None
    return (probe.shape[1] if len(probe.shape) == 4 else 1, probe.shape[-2], probe.shape[-1])


def _pictures(sizes: np.ndarray, grid: tuple[int, int], texts: Counts, most: int, *, planes: bool) -> Plan:
    """Draw small pictures, those with the largest norms if they are too many, every so many pixels if too large."""
    thinned = -(-max(grid) // LONGEST_SIDE)
    rows, columns = np.arange(0, grid[0], thinned), np.arange(0, grid[1], thinned)
    flat = sizes.reshape(-1, grid[0] * grid[1] * (3 if planes else 1))
    kept = _largest(flat, int(np.clip(most // (len(rows) * len(columns)), 1, MOST_PICTURES)))
    told: list[PictureLine] = [replace(_counted(texts, len(kept), len(flat)), largest=len(kept) < len(flat))]
    told.append(PictureLine(THINNED if thinned > 1 else EACH, {"a": grid[0], "b": grid[1], "every": thinned}))
    told += [PictureLine(PLANES)] if planes else []
    return Plan(grid, kept, rows, columns, tuple(told), planes=planes)


def _matrix(sizes: np.ndarray, down: Counts, across: Counts) -> Plan:
    """Draw a matrix: of too many rows those with the largest norms, of too many columns some, evenly spaced."""
    vast = sizes.ndim > 2 and len(sizes) == 1
    flat = sizes.reshape(-1, sizes.shape[-1]) if vast else sizes.reshape(len(sizes), -1)
    rows, columns = _largest(flat, MOST_ROWS), np.array(even_positions(flat.shape[1], MOST_COLUMNS))
    shorter = replace(_counted(down, len(rows), len(flat)), largest=len(rows) < len(flat))
    told = (shorter, _counted(across, len(columns), flat.shape[1]))
    return Plan((flat.shape[0], flat.shape[1]), np.arange(1), rows, columns, told, is_matrix=True)


def _largest(sizes: np.ndarray, most: int) -> np.ndarray:
    """Return which of many, (n, …), have the largest norms, at most so many, in their order."""
    if len(sizes) <= most:
        return np.arange(len(sizes))
    return np.sort(np.argsort(-np.linalg.norm(sizes, axis=1), kind="stable")[:most])


def _counted(texts: Counts, kept: int, total: int) -> PictureLine:
    return PictureLine(texts[2 if kept < total else int(total > 1)], {"count": kept, "all": total})
