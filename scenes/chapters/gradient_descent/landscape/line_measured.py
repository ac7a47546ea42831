"""What `one_weight` measures of the recorded line, of the walks on it, and of the slices that were searched."""

from __future__ import annotations

import numpy as np

from engine.recording import Recording
from scenes.beats.stage import LAYERS
from scenes.beats.timeline import Said, said
from scenes.chapters.gradient_descent.landscape.slices import Slice, Walk
from scenes.chapters.gradient_descent.landscape.valleys import Valleys
from scenes.evidence.evidence import Measured, Source
from scenes.language.translation import N_

ANALYSIS = "digits-landscape"
SMALL_CHANGE = 0.1  # of the cost's range: what one small turn may change at most
ALIKE = 0.01  # of the steepest slope: what rise over run may be away from the slope at most
_PARAMETERS = tuple(f"digits/{layer}.{kind}" for layer in LAYERS for kind in ("weight", "bias"))


def parameters(digits: Recording) -> Measured:
    """Measure how many weights and biases there are."""
    shapes = [digits.arrays[name.removeprefix("digits/")].shape[1:] for name in _PARAMETERS]  # (step, …)
    count = sum(int(np.prod(shape)) for shape in shapes)
    return Measured("parameters", count, N_("how many weights and biases the network has"), _PARAMETERS)


def examples(analysis: Recording) -> Measured:
    """Measure how many of the training images the costs are of."""
    value = {"looked_at": analysis.config["examples"], "all": analysis.config["training_images"]}
    names = f"{ANALYSIS}/config.examples", f"{ANALYSIS}/config.training_images"
    return Measured("examples", value, N_("training images that the cost is an average over, of how many"), names)


def continuity(line: Slice) -> Measured:
    """Measure how much the cost changes, at most, from one place of the line to the next, and over the whole line.

    And how far the recorded slopes are, at most, from what the costs of both neighbours give: rise over run.
    """
    run = line.weight[2:] - line.weight[:-2]
    value = {
        "turn": float(np.diff(line.weight).max()),
        "change": float(np.abs(np.diff(line.cost)).max()),
        "range": float(np.ptp(line.cost)),
        "apart": float(np.abs((line.cost[2:] - line.cost[:-2]) / run - line.slope[1:-1]).max()),
        "steepest": float(np.abs(line.slope).max()),
    }
    how = N_(
        "how much the cost changes from place to place and over the line, and how far slopes are from rise over run"
    )
    return Measured("continuity", value, how, tuple(f"{ANALYSIS}/line.{part}" for part in ("change", "cost", "slope")))


def slopes(line: Slice) -> Measured:
    """Measure the steepest slopes up and down, not near the ends."""
    inner = line.slope[line.inside()]
    value = {"highest": float(inner.max()), "lowest": float(inner.min())}
    how = N_("the highest and the lowest slope of the line, an eighth at each end left out")
    return Measured("slopes", value, how, (f"{ANALYSIS}/line.slope",))


def rates(analysis: Recording) -> Measured:
    """Measure by how much the rate of the second walk is higher."""
    rate, higher = analysis.read("line.rate").tolist()
    how = N_(
        "learning rates of both walks, and how many times as high the second is; the first is set so that its first "
        "step goes a fifth of the way to the lowest place"
    )
    return Measured("rates", {"rate": rate, "higher": higher, "times": higher / rate}, how, (f"{ANALYSIS}/line.rate",))


def name_of_rate(rates: Measured) -> Said:
    """Return what η is, with its value on the first walk."""
    return said(N_("η: the learning rate, {rate}"), rates, rate=f"{rates.value['rate']:.3g}")


def steps_of(walk: Walk) -> Measured:
    """Measure the longest and the last step of the first walk."""
    longest, last = (float(walk.steps[which]) for which in (walk.steps.argmax(), -1))
    how = N_("how far the weight goes in the longest step of the walk, and in the last")
    return Measured("steps", {"longest": longest, "last": last}, how, (f"{ANALYSIS}/walk.shrinking",))


def leap_of(walk: Walk, first: Walk, line: Slice) -> Measured:
    """Measure of the walk at the higher rate how many of its places are on the line, and what its first step does."""
    value = {
        "places": len(walk.weight),
        "on_the_line": len(walk.within(line).weight),
        "across": walk.leaps(),
        "longer": float(walk.steps[0] / first.steps[0]) if first.steps[0] else 1.0,
    }
    how = N_("places of the second walk, those on the line, whether it crosses a valley, and how much longer it begins")
    names = tuple(f"{ANALYSIS}/{name}" for name in ("walk.far", "walk.far_slope", "walk.shrinking", "line.change"))
    return Measured("leap", value, how, names)


def slices(analysis: Recording) -> Measured:
    """Measure in how many of the slices searched a second valley was found, and from which ridge on it counts."""
    value = {
        "tried": int(analysis.read("slice.tried")[0]),
        "found": int(analysis.read("slice.found")[0]),
        "ridge": analysis.config["least_ridge"],
    }
    how = N_("slices searched, those with a second valley, and the share of a slice's range from which a ridge counts")
    names = f"{ANALYSIS}/slice.tried", f"{ANALYSIS}/slice.found", f"{ANALYSIS}/config.least_ridge"
    return Measured("slices", value, how, names)


def minima(cost: np.ndarray, valleys: Valleys) -> Measured:
    """Measure the costs at the bottom of two valleys: that of the higher one, and that of the other."""
    higher = valleys.higher(cost)
    lower = valleys.left if higher == valleys.right else valleys.right
    how = N_(
        "of the slice with the highest ridge: cost where the ball ends, set down on the outer side of the higher "
        "valley, cost in the lower valley, and the difference"
    )
    value = {"reached": float(cost[higher]), "lower": float(cost[lower]), "apart": float(cost[higher] - cost[lower])}
    return Measured("minima", value, how, (f"{ANALYSIS}/slice.cost",))


# The lines that may be said of it -------------------------------------------------------------------------------------


def lines_of_turning(are: Measured) -> tuple[Said, ...]:
    """Return the lines that tell what a small turn of the weight does to the cost, and that it has a slope."""
    smooth = are.when(
        lambda line: line["change"] <= SMALL_CHANGE * line["range"] and line["apart"] <= ALIKE * line["steepest"],
        N_("small: at most a tenth of the range; a slope: rise over run gives it, to a hundredth of the steepest"),
    )
    sigmoid = Source("nielsen2015", "chapter 1, “Sigmoid neurons”")
    return (
        said(N_("Small turn, small change: it is continuous, and has a slope."), (smooth, sigmoid)),
        said(N_("The slope tells how steep it is, here.")),
    )


def lines_of_slope(are: Measured) -> tuple[Said, ...]:
    """Return the lines that tell which way is down, for the slopes that there may be."""
    return (
        said(
            N_("Slope positive: go left. Negative: go right."),
            are.when(lambda slope: slope["highest"] > 0 > slope["lowest"]),
        ),
        said(N_("The slope is positive: go left."), are.when(lambda slope: slope["highest"] > 0)),
        said(N_("The slope is negative: go right."), are.when(lambda slope: slope["lowest"] < 0)),
        said(
            N_("Here the slope is zero everywhere."),
            are.when(lambda slope: slope["highest"] == slope["lowest"] == 0),
        ),
    )


def lines_of_steps(are: Measured) -> tuple[Said, ...]:
    """Return the lines that tell how to step, and what becomes of the steps."""
    shrink = are.when(
        lambda walk: walk["last"] < walk["longest"] / 2, N_("shrink: the last is less than half the longest")
    )
    return (
        said(N_("Step by slope times learning rate: the steps shrink."), shrink),
        said(N_("So step by slope times learning rate.")),
    )


def lines_of_leap(rates: Measured, leap: Measured) -> tuple[Said, ...]:
    """Return the lines that tell what comes of the higher rate."""
    times = round(rates.value["times"])
    cases = (
        (
            N_("At {times} times the rate, it flies out of the picture."),
            leap.when(lambda walk: walk["on_the_line"] < walk["places"]),
        ),
        (N_("At {times} times the rate, it leaps across."), leap.when(lambda walk: walk["across"])),
        (
            N_("At {times} times the rate, the first step is {times} times as long."),
            leap.when(lambda walk: round(walk["longer"]) == times),
        ),
    )
    return tuple(said(text, (rates, because), times=times) for text, because in cases)
