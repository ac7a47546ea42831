"""Reads what attention heads look at, snapshot by snapshot, and how much of it is a look of a kind that is known.

How much a head looks at the token before is scored as by Olsson et al., *In-context Learning and Induction Heads*,
2022; at itself as by Nanda and Bloom, *TransformerLens*, 2022, `head_detector`; at the first token, on which heads
rest, see Xiao et al., *Efficient Streaming Language Models with Attention Sinks*, 2023. The first token's
row, which can look nowhere else, is left out of all three.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.recording.format.encoded_names import decoded_name
from engine.recording.format.structure import call_of
from engine.recording.views.chosen_snapshots import chosen_snapshots
from scenes.animate.shared.layers import even_positions

if TYPE_CHECKING:
    from engine.recording import Recording

PATTERN = ".pattern"
AXES = ("step", "batch", "head", "query", "key")
MOST_LAYERS, MOST_HEADS, MOST_POSITIONS = 4, 8, 32  # that are shown
SNAPSHOTS = 40  # that are shown, at most
LOOKS = ("before", "itself", "first")


@dataclass(frozen=True)
class Heads:
    """Heads of some layers at work on the first probe.

    arrays: of the layers shown; names: what these are called. steps: of the snapshots shown, (snapshot,). patterns: of
    each layer (snapshot, head, query, key), as many positions as are shown. numbers: of these heads, from 0. looks: of
    all probes at the last step, the mean share of a head's weight that goes where a look of a kind does, of each layer
    (head,); {} where that cannot be told. layers, heads, positions: how many there are.
    """

    arrays: tuple[str, ...]
    names: tuple[str, ...]
    steps: np.ndarray
    patterns: tuple[np.ndarray, ...]
    numbers: tuple[tuple[int, ...], ...]
    looks: Mapping[str, tuple[np.ndarray, ...]]
    layers: int
    heads: int
    positions: int


def attending(recording: Recording) -> tuple[str, ...]:
    """Return the patterns that were recorded at two snapshots or more, all at the same."""
    names = [
        name
        for name, info in recording.arrays.items()
        if name.endswith(PATTERN) and info.axes == AXES and info.shape[0] > 1 and min(info.shape[1:]) > 0
    ]
    clocks = [recording.steps(name).tolist() for name in names]
    return tuple(name for name, clock in zip(names, clocks, strict=True) if clock == clocks[0])


def read_heads(recording: Recording) -> Heads:
    """Return the heads of the layers that `attending` names, of some of them where there are many."""
    every = attending(recording)
    arrays = tuple(every[at] for at in even_positions(len(every), MOST_LAYERS))
    steps = recording.steps(arrays[0])
    shown = chosen_snapshots(steps, SNAPSHOTS)
    patterns: list[np.ndarray] = []
    looks: dict[str, list[np.ndarray]] = {kind: [] for kind in LOOKS}
    for name in arrays:
        heads = even_positions(recording.arrays[name].shape[2], MOST_HEADS)
        values = recording.read(name, batch=0)[shown][:, heads].astype(float)
        patterns.append(values[..., :MOST_POSITIONS, :MOST_POSITIONS])
        last = recording.read(name, step=-1).astype(float)[:, heads]
        for kind in LOOKS:
            looks[kind].append(share_of(kind, last).mean(axis=0))
    infos = [recording.arrays[name] for name in arrays]
    whole = all(not {"query", "key"} & set(recording.strides(name)) for name in arrays)
    plain = whole and all(info.shape[3] == info.shape[4] > 2 for info in infos)
    return Heads(
        arrays,
        tuple(decoded_name(call_of(name)) for name in arrays),
        steps[shown],
        tuple(patterns),
        tuple(tuple(even_positions(recording.arrays[name].shape[2], MOST_HEADS)) for name in arrays),
        {kind: tuple(found) for kind, found in looks.items()} if plain else {},
        len(every),
        max(info.shape[2] for info in infos),
        max(max(info.shape[3:]) for info in infos),
    )


def share_of(kind: str, patterns: np.ndarray) -> np.ndarray:
    """Return the mean weight that positions give to a look of a kind (`LOOKS`), of patterns (…, query, key)."""
    if kind == "first":
        weights = patterns[..., 1:, 0]
    else:
        diagonal = np.diagonal(patterns, -1 if kind == "before" else 0, axis1=-2, axis2=-1)
        weights = diagonal if kind == "before" else diagonal[..., 1:]
    found: np.ndarray = weights.mean(axis=-1)
    return found
