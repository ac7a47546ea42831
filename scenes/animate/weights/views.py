"""Reads the weights that a film shows: which layers', how they are drawn at every snapshot, and how far they went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scenes.animate.shared.layers import bias_of, even_positions, parameter_name
from scenes.animate.weights.plans import PictureLine, Plan, plan_for
from scenes.language.translation import N_
from scenes.mobjects.pictures.colormap import full_shade
from scenes.mobjects.pictures.picture_table import Aside

if TYPE_CHECKING:
    from engine.recording import Recording

MOST_SNAPSHOTS = 160
AT_ONCE = 16  # snapshots that are read
TURNED = 2  # a matrix with so many times more rows than columns lies down
HELD = 2.0  # the fade from one snapshot to the next takes the last part, 1 / HELD, of the time between them
OF_AXIS = {  # recorded positions along an axis
    "out": N_("recorded: {count} of {all} outputs"),
    "in": N_("recorded: {count} of {all} inputs"),
    "height": N_("recorded: {count} of {all} pixel rows"),
    "width": N_("recorded: {count} of {all} pixel columns"),
}
OF_ANY = N_("recorded: {count} of {all} weights")


@dataclass(frozen=True)
class WeightView:
    """A layer's weights as they are drawn.

    steps: of the snapshots, (snapshot,). values: (snapshot, picture, row, column), or with three planes of colour last.
    scale: the |weight| in full colour. told: what is shown and what is left out, line by line. moved: how far the
    recorded weights went from the first snapshot to the last, by their length at the first; infinite from zeros, NaN
    where they end as no numbers. part: whether only a part of the weights was recorded.
    """

    array: str
    name: str
    steps: np.ndarray
    values: np.ndarray
    scale: float
    told: tuple[PictureLine, ...]
    moved: float
    part: bool
    aside: Aside = ""

    def step(self, place: float) -> int:
        """Return the step of the snapshot recorded last at a place among the snapshots."""
        return int(self.steps[min(int(place + 1e-9), len(self.steps) - 1)])

    def at(self, place: float) -> np.ndarray:
        """Return the values at a place among the snapshots: each is held for a while, then fades into the next."""
        before = min(int(place), len(self.steps) - 2)
        share = float(np.clip(HELD * (place - before) - (HELD - 1), 0, 1))
        if share in (0.0, 1.0):
            return self.values[before + round(share)]
        return self.values[before] * (1 - share) + self.values[before + 1] * share


def view_of(recording: Recording, name: str, first: bool) -> WeightView:
    """Return an array of weights as it is drawn. first: whether it belongs to the layer that data meets first."""
    ends = recording.read(name, step=[0, -1]).astype(float)
    plan = plan_for(recording, name, np.abs(np.nan_to_num(ends[1])), first)
    steps = recording.steps(name)
    chosen = even_positions(len(steps), MOST_SNAPSHOTS)
    values = _shown(recording, name, plan, chosen)
    aside: Aside = ""
    if plan.is_matrix and (column := _bias(recording, name, plan, steps, chosen)) is not None:
        values, aside = np.concatenate([values, column], axis=3), "column"
    told = plan.told
    if plan.is_matrix:
        if values.shape[2] > TURNED * values.shape[3]:
            values, aside, told = values.swapaxes(2, 3), "row" if aside else "", told[::-1]
        told = tuple(replace(line, arrow=arrow) for line, arrow in zip(told, "↓→", strict=True))
    told += recorded_part(recording, name)
    called, moved, part = parameter_name(recording, name), moved_share(*ends), bool(recording.sampled(name))
    return WeightView(name, called, steps[chosen], values, _scale(values), told, moved, part, aside)


def recorded_part(recording: Recording, name: str) -> tuple[PictureLine, ...]:
    """Return notes on weights of which only every so many were recorded, an axis a line."""
    rule, info = recording.sampled(name), recording.arrays[name]
    if not rule:
        return ()
    counts = zip(info.axes[1:], info.shape[1:], rule["of"], strict=True)
    fewer = [(axis, kept, whole) for axis, kept, whole in counts if kept < whole]
    if any(axis not in OF_AXIS for axis, *_ in fewer):
        return (PictureLine(OF_ANY, {"count": int(np.prod(info.shape[1:])), "all": int(np.prod(rule["of"]))}),)
    return tuple(PictureLine(OF_AXIS[axis], {"count": kept, "all": whole}) for axis, kept, whole in fewer)


def moved_of(recording: Recording, names: Sequence[str]) -> np.ndarray:
    """Return how far weights went, (n,), as `WeightView.moved` tells it."""
    return np.array([moved_share(*recording.read(name, step=[0, -1]).astype(float)) for name in names])


def moved_share(first: np.ndarray, last: np.ndarray) -> float:
    """Return ‖last − first‖ / ‖first‖: infinite where weights left zero, NaN where they are no numbers."""
    gone, start = float(np.linalg.norm(last - first)), float(np.linalg.norm(first))
    if start == 0:
        return float("inf") if gone > 0 else 0.0 if gone == 0 else float("nan")
    return gone / start


def _shown(recording: Recording, name: str, plan: Plan, chosen: list[int]) -> np.ndarray:
    """Read some snapshots, a few at a time, of which no more is kept than is drawn."""
    blocks = [chosen[start : start + AT_ONCE] for start in range(0, len(chosen), AT_ONCE)]
    return np.concatenate([plan.shaped(recording.read(name, step=block)) for block in blocks])


def _bias(recording: Recording, name: str, plan: Plan, steps: np.ndarray, chosen: list[int]) -> np.ndarray | None:
    """Return the biases that belong to a matrix's rows, (snapshot, 1, row, 1); None where there is none for each."""
    bias = bias_of(name)
    if bias == name or bias not in recording.arrays or recording.arrays[bias].shape[1:] != plan.grid[:1]:
        return None
    if not np.array_equal(recording.steps(bias), steps):
        return None
    return recording.read(bias, step=chosen)[:, None, plan.rows, None]


def _scale(values: np.ndarray) -> float:
    """Return the |weight| in full colour: that which few exceed, at the first snapshot or at the last."""
    ends = np.nan_to_num(values[[0, -1]], posinf=0, neginf=0)
    return max(map(full_shade, ends)) or float(np.abs(ends).max()) or 1.0
