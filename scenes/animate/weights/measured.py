"""Measures the weights that a film shows, as evidence for the lines and notes about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scenes.animate.shared.layers import short_name
from scenes.animate.weights.moved_rows import share_form
from scenes.animate.weights.views import WeightView
from scenes.beats.timeline import Said, said
from scenes.evidence.evidence import Measured, Quoted
from scenes.language.translation import N_
from scenes.text.glyphs import format_number

if TYPE_CHECKING:
    from scenes.animate.shared.own import OwnBeat

LITTLE = 1e-3  # of its length: what moved less hardly moved


@dataclass(frozen=True)
class WeightEvidence:
    """The evidence of lines and notes about weights.

    scales: the weight in full colour, by array. parts: the numbers that are told of each picture. sets: how many are
    shown of how many. snapshots: likewise, and the first one's step. moved: how far those shown went, by array, as a
    share of their length at the start; everywhere: the same of all.
    """

    scales: Measured
    parts: Measured
    sets: Measured
    snapshots: Measured
    moved: Measured
    everywhere: Measured


def measure_weights(beat: OwnBeat, views: Sequence[WeightView], moved: np.ndarray, passing: int) -> WeightEvidence:
    """Measure the weights that are shown, and how far all went, `moved`. passing: how many came or went meanwhile."""
    arrays = [view.array for view in views]
    how = N_("the weight in full colour: of those shown, at least 98 in 100 are weaker, at both ends")
    scales = beat.measured("scales", {view.array: view.scale for view in views}, how)
    numbers = {view.array: sorted({n for line in view.told for n in line.values.values()}) for view in views}
    parts = beat.measured("parts", numbers, N_("how many weights there are along each axis, and are shown"))
    counts = {"shown": len(views), "all": len(moved), "passing": passing}
    sets = beat.measured("sets", counts, N_("sets of weights shown, all, and those not there all the time"))
    steps = beat.recording.steps(arrays[0])
    count = {"shown": len(views[0].steps), "all": len(steps), "first": int(steps[0])}
    snapshots = beat.measured("snapshots", count, N_("snapshots shown, all, and the first one's step"), arrays[0])
    how = N_("the length of the change from the first snapshot to the last, by the length at the first")
    went = beat.measured("moved", {view.array: view.moved for view in views}, how, *arrays)
    known = moved[np.isfinite(moved)]
    ends = {"least": float(known.min(initial=np.inf)), "most": float(known.max(initial=-np.inf))}
    everywhere = beat.measured("everywhere", {**ends, "count": len(moved)}, N_("the same of all sets, the ends of it"))
    return WeightEvidence(scales, parts, sets, snapshots, went, everywhere)


def moved_told(moved: Measured, views: Sequence[WeightView]) -> tuple[Said, tuple[int, ...]]:
    """Return the line about how far weights went, and the positions of the views that it points to."""
    shares = np.array([view.moved for view in views])
    form, known = share_form(shares), np.flatnonzero(np.isfinite(shares))
    if not len(known):
        return said(N_("For none of them is there such a number."), moved.when(lambda are: not _finite(are))), ()
    far, near = int(known[shares[known].argmax()]), int(known[shares[known].argmin()])
    name, other = (short_name(views[at].name) for at in (far, near))
    most, least = (format_number(shares[at], form) for at in (far, near))
    if shares[far] < LITTLE and len(known) > 1:
        reason = N_("hardly: by less than a thousandth of the length")
        hardly = moved.when(lambda are: max(_finite(are)) < LITTLE, reason)
        return said(N_("They hardly moved: by {share} at the most."), hardly, share=most), (far,)
    if far == near:
        text = N_("{name} has changed by {share} of its length.")
        alone = moved.when(lambda are: len(set(_finite(are))) == 1, N_("there is one such share"))
        return said(text, (alone, Quoted(name)), name=name, share=most), (far,)
    text = N_("Of these, {name} went furthest: {share}. Least changed {other}: {less}.")
    apart = moved.when(lambda are: max(_finite(are)) > min(_finite(are)))
    names = (Quoted(name), Quoted(other))
    return said(text, (apart, *names), name=name, share=most, other=other, less=least), (far, near)


def _finite(moved: dict[str, Any]) -> list[float]:
    return [share for share in moved.values() if np.isfinite(share)]
