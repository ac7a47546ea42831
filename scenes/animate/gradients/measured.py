"""Measures the gradients that are drawn, as evidence for the lines and notes about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scenes.animate.gradients.norms import Norms
from scenes.animate.gradients.verdict import GradientVerdict, summary, verdict_on
from scenes.beats.timeline import Said
from scenes.evidence.evidence import Because, Measured, Quoted
from scenes.language.translation import N_
from scenes.text.glyphs import format_number

if TYPE_CHECKING:
    from scenes.animate.shared.own import OwnBeat

OF_PARAMETERS, OF_OUTPUTS = "parameters", "outputs"
HOW = {
    OF_PARAMETERS: N_("medians over the snapshots of the length of each layer's gradient; factors to two digits"),
    OF_OUTPUTS: N_("medians over the snapshots of the length of the gradient at each output; factors to two digits"),
}
TWO_DIGITS = "{:.2g}"
Note = tuple[str, Because, Mapping[str, object]]


@dataclass(frozen=True)
class GradientEvidence:
    """The verdict on norms, and its evidence: the layers' medians, what shades mean, and how much is drawn."""

    verdict: GradientVerdict
    medians: Measured
    shades: Measured
    drawn: Measured

    @property
    def line(self) -> Said:
        """The sentence of the verdict, with its evidence."""
        verdict = self.verdict
        names = [Quoted(str(verdict.values[name])) for name in ("name", "other") if name in verdict.values]
        return Said(verdict.text, (self.medians.when(verdict.rule, verdict.reason), *names), verdict.values)


def evidence_of(beat: OwnBeat, norms: Norms, key: str) -> GradientEvidence:
    """Return the verdict on norms and its evidence. key: OF_PARAMETERS or OF_OUTPUTS."""
    verdict = verdict_on(norms)
    factor = {"factor": verdict.values["factor"]} if "factor" in verdict.values else {}
    medians = beat.measured(key, {**summary(norms), **factor}, HOW[key])
    how = N_("the lengths at both ends of the shades, and how many are 0 or no finite number")
    shades = beat.measured(f"{key}_shades", _shades(norms), how)
    how = N_("layers and snapshots drawn, how many there are, and the first snapshot with a gradient")
    return GradientEvidence(verdict, medians, shades, beat.measured(f"{key}_drawn", _drawn(norms), how))


def notes_of(found: GradientEvidence, norms: Norms) -> tuple[list[Note], list[Note]]:
    """Return notes on what a column is and how bright it is, and then on what was left out and what is odd."""
    drawn, shades = found.drawn.value, found.shades.value
    first: list[Note] = [(N_("a column for a snapshot"), found.drawn, {})]
    if drawn["snapshots"] < drawn["of"]:
        values = {"count": drawn["snapshots"], "all": drawn["of"]}
        first = [(N_("a column for {count} of {all} snapshots, evenly"), found.drawn, values)]
    if shades["most"]:
        low, high = (format_number(shades[end], TWO_DIGITS) for end in ("least", "most"))
        first.append((N_("shade: logarithmic, from {low} to {high}"), found.shades, {"low": low, "high": high}))
    rest: list[Note] = []
    if drawn["layers"] < drawn["of_layers"]:
        values = {"count": drawn["layers"], "all": drawn["of_layers"]}
        rest.append((N_("{count} of {all} layers, evenly"), found.drawn, values))
    if norms.late:
        rest.append((N_("none before step {step}"), found.drawn, {"step": drawn["first"]}))
    if norms.part:
        rest.append((N_("of large ones the part that was recorded"), None, {}))
    if shades["zeros"]:
        rest.append((N_("yellow: exactly 0"), found.shades, {}))
    if shades["odd"]:
        rest.append((N_("red: none, or no finite number"), found.shades, {}))
    return first, rest


def _shades(norms: Norms) -> dict[str, Any]:
    known = np.isfinite(norms.values) & (norms.values > 0)
    low, high = (10.0**power if known.any() else 0.0 for power in norms.shades)
    odd = int((~np.isfinite(norms.values)).sum())
    return {"least": low, "most": high, "zeros": int((norms.values == 0).sum()), "odd": odd}


def _drawn(norms: Norms) -> dict[str, Any]:
    layers, snapshots = norms.total
    return {
        "layers": len(norms.names),
        "of_layers": layers,
        "snapshots": len(norms.steps) + len(norms.late),
        "of": snapshots,
        "first": int(norms.steps[0]),
    }
