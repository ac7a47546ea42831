"""Chooses the sentence about norms of gradients: whether they vanish, explode, or reach every layer alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenes.animate.gradients.norms import Norms
from scenes.animate.shared.layers import short_name
from scenes.language.translation import N_

MUCH = 100  # times smaller or larger that is called vanishing or exploding
PLAIN = 1e6  # above which a factor is written as a power of ten
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
TENTH = 10  # a training's beginning and its end, to be compared, are one in so many snapshots each


@dataclass(frozen=True)
class GradientVerdict:
    """A sentence with its values, and the layers that it is about, by their positions.

    rule: what must hold of the `summary` of norms for it to be said. reason: that in words.
    """

    text: str
    values: Mapping[str, object]
    layers: tuple[int, ...]
    rule: Callable[[Mapping[str, Any]], bool]
    reason: str = ""


def summary(norms: Norms) -> dict[str, Any]:
    """Return the numbers that sentences about norms rest on.

    How many layers there are, how many a gradient reached and how many none did, whether any norm is finite, the step
    from which on none is, the median of each layer, of the first and the last that data passes, the weakest and the
    strongest, in how many it is 0, and how many times larger the norm over all layers is at the end than at the
    beginning.
    """
    medians, known = norms.medians, norms.medians[np.isfinite(norms.medians)]
    along = medians[norms.placed] if norms.placed.any() else np.full(1, np.nan)
    return {
        "layers": len(norms.names),
        "reached": int(_reached(norms).sum()),
        "missed": int((~_reached(norms)).sum()),
        "finite": bool(np.isfinite(norms.values).any()),
        "stopped": _stopped(norms),
        "medians": medians.tolist(),
        "first": float(along[0]),
        "last": float(along[-1]),
        "weakest": float(known.min(initial=np.inf)),
        "strongest": float(known.max(initial=0.0)),
        "zero": int((medians == 0).sum()),
        "growth": growth(norms),
    }


def verdict_on(norms: Norms) -> GradientVerdict:
    """Return the verdict on norms: the worst that is true of them."""
    reached = _reached(norms)
    if not reached.any():
        if np.isfinite(norms.values).any():
            text = N_("No: every gradient is exactly 0, at every snapshot.")
            return GradientVerdict(text, {}, (), lambda are: are["finite"] and are["reached"] == 0)
        return GradientVerdict(N_("No: not one gradient is a finite number."), {}, (), lambda are: not are["finite"])
    if (stopped := _stopped(norms)) is not None:
        text = N_("From step {step} on, gradients are no finite numbers.")
        return GradientVerdict(text, {"step": stopped}, (), lambda are: are["stopped"] == stopped)
    missed = np.flatnonzero(~reached)
    if len(missed) == 1:
        told = {"name": short_name(norms.names[missed[0]])}
        text = N_("No: nothing ever reached {name}.")
        return GradientVerdict(text, told, (int(missed[0]),), lambda are: are["layers"] - are["reached"] == 1)
    if len(missed):
        counts = {"count": len(missed), "all": len(norms.names)}
        text = N_("No: nothing ever reached {count} of {all} layers.")
        return GradientVerdict(
            text, counts, tuple(missed.tolist()), lambda are: are["layers"] - are["reached"] == len(missed)
        )
    if len(norms.names) == 1:
        text = N_("Yes: there is one layer, and it has a gradient.")
        return GradientVerdict(text, {}, (0,), lambda are: are["layers"] == are["reached"] == 1)
    return _on_its_way(norms) or _over_time(norms) or _compared(norms)


def _on_its_way(norms: Norms) -> GradientVerdict | None:
    """Return the verdict where the first layer and the last differ much; None where they do not."""
    along = np.flatnonzero(norms.placed)
    if len(along) < 2:
        return None
    ends = int(along[0]), int(along[-1])
    first, last = norms.medians[list(ends)]
    if min(first, last) > 0 and last > MUCH * first:
        text = N_("Hardly: in the first layer it is {factor} times smaller than in the last.")
        reason = N_("hardly: the median over the snapshots is more than 100 times smaller")
        return GradientVerdict(
            text, {"factor": factor(last / first)}, ends, lambda are: are["last"] > MUCH * are["first"], reason
        )
    if min(first, last) > 0 and first > MUCH * last:
        text = N_("It grew on its way back: {factor} times larger in the first layer than in the last.")
        reason = N_("the median over the snapshots is more than 100 times larger")
        return GradientVerdict(
            text, {"factor": factor(first / last)}, ends, lambda are: are["first"] > MUCH * are["last"], reason
        )
    return None


def _over_time(norms: Norms) -> GradientVerdict | None:
    """Return the verdict where gradients grew much, or are mostly 0 in some layers; None where neither is so."""
    grown, medians = growth(norms), norms.medians
    if grown > MUCH:
        text = N_("It reached them all, but grew {factor} times while the training ran.")
        reason = N_(
            "the median of the last tenth of the snapshots against that of the first, more than 100 times larger"
        )
        return GradientVerdict(text, {"factor": factor(grown)}, (), lambda are: are["growth"] > MUCH, reason)
    if not (medians > 0).all():
        rare = np.flatnonzero(medians == 0)
        text = N_("Only at times: in {count} of {all} layers it is mostly exactly 0.")
        values = {"count": len(rare), "all": len(medians)}
        reason = N_("mostly: the median over the snapshots is 0")
        return GradientVerdict(text, values, tuple(rare.tolist()), lambda are: are["zero"] == len(rare) > 0, reason)
    return None


def _compared(norms: Norms) -> GradientVerdict:
    """Return the verdict where a gradient has reached all layers: how far the weakest and the strongest are apart."""
    medians = norms.medians
    weakest, strongest = int(medians.argmin()), int(medians.argmax())
    values = {"factor": factor(medians[strongest] / medians[weakest])}
    if medians[strongest] <= MUCH * medians[weakest]:
        text = N_("Yes: the strongest layer gets about {factor} times as much as the weakest.")
        reason = N_("the medians over the snapshots differ at most 100 times")
        return GradientVerdict(
            text, values, (weakest, strongest), lambda are: are["strongest"] <= MUCH * are["weakest"], reason
        )
    values |= {"name": short_name(norms.names[weakest]), "other": short_name(norms.names[strongest])}
    text = N_("Unevenly: by a factor of {factor}, from {name}, the weakest, to {other}.")
    reason = N_("the medians over the snapshots differ more than 100 times")
    return GradientVerdict(
        text, values, (weakest, strongest), lambda are: are["strongest"] > MUCH * are["weakest"], reason
    )


def _reached(norms: Norms) -> np.ndarray:
    """Return which layers a gradient has reached, (layer,)."""
    return np.asarray((np.isfinite(norms.values) & (norms.values > 0)).any(axis=0))


def growth(norms: Norms) -> float:
    """Return how many times larger the norm over all layers is at the end than at the beginning, by their medians."""
    whole = np.sqrt(np.nansum(np.square(norms.values), axis=1))
    some = max(1, len(whole) // TENTH)
    start, end = float(np.median(whole[:some])), float(np.median(whole[-some:]))
    return end / start if start > 0 else 1.0


def factor(ratio: float) -> str:
    """Return a ratio as text, in two digits; a very large one as a power of ten."""
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
