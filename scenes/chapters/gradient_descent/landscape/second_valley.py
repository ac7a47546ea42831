"""The end of `one_weight`: the slice that has a second valley, and in how many slices one was found."""

from __future__ import annotations

from manim import DOWN, RIGHT, UP, Group

from scenes.beats.beat import Beat
from scenes.chapters.gradient_descent.landscape.valleys import ValleyPlot, Valleys
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.look.style import LABEL, MARGIN, SMALL, TITLE, palette
from scenes.text.numbers import Number
from scenes.text.typeset import Formula


def plot_of(beat: Beat, valleys: Valleys, minima: Measured) -> ValleyPlot:
    """Return the plot of the slice that was kept. minima: what the numbers in its valleys rest on."""
    analysis = beat.data["digits-landscape"]
    weight = analysis.read("slice.change") + float(analysis.read("slice.trained")[0])
    row, column = analysis.read("slice.entry").tolist()
    names = Formula(f"w_({row},{column})^((1))", LABEL, palette().attention), beat.words(N_("cost, enlarged"), SMALL)
    return ValleyPlot(weight, analysis.read("slice.cost"), valleys, names, minima).move_to([0, -0.75, 0])


def tally(beat: Beat, slices: Measured) -> Group:
    """Return in how many of the slices a second valley was found, in large print, and what counts as one."""
    number = Number(slices.value["found"], "{:,.0f}", TITLE, palette().attention, because=slices)
    text = N_("of {tried} slices along first-layer weights have a second valley")
    told = beat.words(text, because=slices, values={"tried": slices.value["tried"]})
    row = Group(number, told).arrange(RIGHT, buff=0.25)
    told.align_baseline(number.baseline)
    text = N_("counted where the ridge before it is higher than {ridge} of the slice's range")
    ridge = {"ridge": f"{slices.value['ridge']:.0%}"}
    rule = beat.words(text, SMALL, color=palette().muted, because=slices, values=ridge)
    return Group(row, rule).arrange(DOWN, buff=0.15).to_edge(UP, buff=MARGIN)
