"""What the norms of gradients say, in a measured sentence: whether they vanish, explode, or reach every layer alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scenes.animate.gradient_norms import Norms
from scenes.animate.layers import short_name
from scenes.translation import N_

MUCH = 100  # times smaller or larger that is called vanishing or exploding
PLAIN = 1e6  # above which a factor is written as a power of ten
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
TENTH = 10  # a training's beginning and its end, to be compared, are one in so many snapshots each


@dataclass(frozen=True)
class Verdict:
    """A sentence with its values, and the layers that it is about, by their positions."""

    text: str
    values: Mapping[str, object]
    layers: tuple[int, ...]


def verdict_on(norms: Norms) -> Verdict:
    """Return what is to be said of norms: the worst that is true of them."""
    medians, values = norms.medians, norms.values
    reached = (np.isfinite(values) & (values > 0)).any(axis=0)
    if not reached.any():
        if np.isfinite(values).any():
            return Verdict(N_("No: every gradient is exactly 0, at every snapshot."), {}, ())
        return Verdict(N_("No: not one gradient is a finite number."), {}, ())
    if (stopped := _stopped(norms)) is not None:
        return Verdict(N_("From step {step} on, gradients are no finite numbers."), {"step": stopped}, ())
    if len(missed := np.flatnonzero(~reached)) == 1:
        told = {"name": short_name(norms.names[missed[0]])}
        return Verdict(N_("No: nothing ever reached {name}."), told, (int(missed[0]),))
    if len(missed):
        counts = {"count": len(missed), "all": len(norms.names)}
        return Verdict(N_("No: nothing ever reached {count} of {all} layers."), counts, tuple(missed.tolist()))
    if len(norms.names) == 1:
        return Verdict(N_("Yes: there is one layer, and it has a gradient."), {}, (0,))
    return _compared(norms, medians)


def _compared(norms: Norms, medians: np.ndarray) -> Verdict:
    """Return what is to be said of layers that a gradient has reached, all of them."""
    along = np.flatnonzero(norms.placed & (medians > 0))
    if len(along) > 1:
        first, last = int(along[0]), int(along[-1])
        if medians[last] > MUCH * medians[first]:
            told = {"factor": factor(medians[last] / medians[first])}
            text = N_("Hardly: in the first layer it is {factor} times smaller than in the last.")
            return Verdict(text, told, (first, last))
        if medians[first] > MUCH * medians[last]:
            told = {"factor": factor(medians[first] / medians[last])}
            text = N_("It grew on its way back: {factor} times larger in the first layer than in the last.")
            return Verdict(text, told, (first, last))
    grown = growth(norms)
    if grown > MUCH:
        text = N_("It reached them all, but grew {factor} times while the training ran.")
        return Verdict(text, {"factor": factor(grown)}, ())
    if not (medians > 0).all():
        rare = np.flatnonzero(medians == 0)
        text = N_("Only at times: in {count} of {all} layers it is mostly exactly 0.")
        return Verdict(text, {"count": len(rare), "all": len(medians)}, tuple(rare.tolist()))
    weakest, strongest = int(medians.argmin()), int(medians.argmax())
    told = {"factor": factor(medians[strongest] / medians[weakest])}
    if medians[strongest] <= MUCH * medians[weakest]:
        return Verdict(N_("Yes: all layers are within a factor of {factor}."), told, (weakest, strongest))
    told |= {"name": short_name(norms.names[weakest]), "other": short_name(norms.names[strongest])}
    text = N_("Unevenly: by a factor of {factor}, from {name}, the weakest, to {other}.")
    return Verdict(text, told, (weakest, strongest))


def growth(norms: Norms) -> float:
    """Return how many times larger the norm over all layers is at the end than at the beginning, by their medians."""
    whole = np.sqrt(np.nansum(np.square(norms.values), axis=1))
    some = max(1, len(whole) // TENTH)
    start, end = float(np.median(whole[:some])), float(np.median(whole[-some:]))
    return end / start if start > 0 else 1.0


def factor(ratio: float) -> str:
    """Return a ratio in two digits."""
    if ratio >= PLAIN:
        digit, power = f"{ratio:.0e}".split("e+")
        return f"{digit} × 10{str(int(power)).translate(RAISED)}"
    digits = 1 - int(np.floor(np.log10(max(ratio, 1e-9))))
    return f"{round(ratio, digits):,.{max(0, min(1, digits))}f}"


def _stopped(norms: Norms) -> int | None:
    """Return the step from which on no gradient is a finite number; None where some are at the end."""
    finite = np.flatnonzero(np.isfinite(norms.values).any(axis=1))
    after = int(finite[-1]) + 1 if len(finite) else 0
    return int(norms.steps[after]) if after < len(norms.steps) else None
