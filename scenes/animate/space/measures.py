"""Contains the texts about the numbers that are measured among points of a hidden space."""

from __future__ import annotations

import numpy as np

from scenes.animate.fits.fits import error_form
from scenes.animate.space.cloud import APART, DISTANCE, NEAREST, STRAIGHT
from scenes.language.translation import N_

HOW = {
    NEAREST: N_("dots nearer to the mean of their own class, themselves left out, than to that of another, by step"),
    DISTANCE: N_("the mean size of what answers and targets differ by, over the dots, by step"),
    STRAIGHT: N_("the share of the targets' variance that the best straight direction in the plane explains, by step"),
    APART: N_("the mean distance between two dots in the whole space, by step"),
}
MEASURES = {
    NEAREST: N_("nearest to the mean of their own class"),
    DISTANCE: N_("from the answers to the targets, in the mean"),
    STRAIGHT: N_("of the targets' variance explained in this plane"),
    APART: N_("from one to another, in the mean"),
}
ANSWERS = {
    NEAREST: N_("At first {first} lay nearest to the mean of their own class. At the end {last} do."),
    DISTANCE: N_("At first its answers were {first} away from the targets, in the mean. At the end, {last}."),
    STRAIGHT: N_("A straight direction here told {first} of the targets' variance at first, and {last} at the end."),
    APART: N_("From one to another it was {first} at first, in the mean. At the end it is {last}."),
}


def form_of_measure(measure: str, last: float) -> str:
    """Return the form, as `str.format` takes it, of a measure whose last value is `last`: a share, or three digits."""
    return error_form(last) if measure in (DISTANCE, APART) and np.isfinite(last) else "{:.0%}"
