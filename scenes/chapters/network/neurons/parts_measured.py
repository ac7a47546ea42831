"""What `hope_for_parts` rests on: the loops of the digits shown, the look of the weights, how often they are right."""

from __future__ import annotations

import numpy as np

from engine.recording import Recording
from scenes.beats.beat import Beat
from scenes.beats.stage import LAST
from scenes.beats.timeline import Said, said
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.measures.clean_edges import CLEAN, edge_share
from scenes.measures.tracing import holes
from scenes.mobjects.pictures.colormap import full_shade

WEIGHT = "digits/layer1.weight"
ALIKE = 0.3  # correlation of neighbouring weights from which they make smudges
MASS, NARROW = 0.9, 0.1  # of a neuron's squared weights, and share of the pixels that would hold it in a short edge
WORKS = 0.8  # share of right answers from which it is said to work


def loops_shown(nine: np.ndarray, eight: np.ndarray) -> Measured:
    """Count the closed loops of the two digits, each (rows, columns)."""
    loops = {"nine": len(holes(nine)), "eight": len(holes(eight))}
    how = N_("closed loops in the picture of each digit that has as many as it should and the largest")
    measured = Measured("loops", loops, how, ("digits/probe.input", "digits/probe.label"))
    return measured.when(lambda are: are["nine"] == 1 and are["eight"] == 2)


def shades_shown(weights: np.ndarray, of: int) -> Measured:
    """Measure the scale of pictures of weights (neuron, pixel), and the largest. of: neurons that the layer has."""
    shades = {
        "scale": full_shade(weights),
        "largest": float(np.abs(weights).max()),
        "shown": len(weights),
        "neurons": of,
    }
    how = N_("the size that 98 of 100 weights into the neurons shown stay below, and the largest")
    return Measured("shades", shades, how, (WEIGHT,))


def look_of(weights: np.ndarray, shape: tuple[int, int]) -> Measured:
    """Measure whether weights (neuron, pixel) make smudges, or pictures as narrow as an edge."""
    pictures = weights.reshape(-1, *shape).astype(float)
    pairs = zip(pictures[:, :, 1:], pictures[:, :, :-1], strict=True)
    neighbours = [float(np.corrcoef(one.ravel(), other.ravel())[0, 1]) for one, other in pairs]
    squares = np.sort(weights.astype(float) ** 2, axis=1)[:, ::-1].cumsum(axis=1)
    taken = (squares < MASS * squares[:, -1:]).sum(axis=1) + 1  # (neuron,) pixels that hold most of its weight
    look = {
        "neighbours": float(np.median(neighbours)),
        "narrow": int((taken < NARROW * weights.shape[1]).sum()),
        "neurons": len(weights),
        "edge": edge_share(pictures),
    }
    how = N_(
        "the median correlation of weights side by side, the neurons with nine tenths of their squared weight in less "
        "than a tenth of the pixels, and the largest share of a neuron's squared weight that one edge explains"
    )
    return Measured("look", look, how, (WEIGHT,))


def line_on_look(look: Measured) -> Said:
    """Return what is said of how the weights look."""
    smudges = look.when(
        lambda is_: is_["neighbours"] >= ALIKE and is_["narrow"] == 0 and is_["edge"] < CLEAN,
        N_("smudges: weights side by side correlate by 0.3 or more, and no edge explains half of a neuron's weight"),
    )
    chance = look.when(lambda is_: is_["neighbours"] < ALIKE, N_("little: they correlate by less than 0.3"))
    narrow = look.when(lambda is_: is_["neighbours"] >= ALIKE and is_["narrow"] > 0)
    clean = look.when(lambda is_: is_["neighbours"] >= ALIKE and is_["narrow"] == 0 and is_["edge"] >= CLEAN)
    values = {"count": look.value["narrow"], "total": look.value["neurons"]}
    return Beat.choose(
        said(N_("Smudges rather than clean edges."), smudges),
        said(N_("Not edges: weights side by side have little to do with each other."), chance),
        said(N_("{count} of {total} are as narrow as an edge."), narrow, **values),
        said(
            N_("In one picture, an edge explains {share} of the weights, squared."),
            clean,
            share=f"{look.value['edge']:.0%}",
        ),
    )


def how_often_right(recording: Recording) -> Measured:
    """Return the recorded accuracy on the test images, and how many there are."""
    right = {
        "share": float(recording.read("metric.test_accuracy", step=LAST)),
        "images": recording.arrays["test.label"].shape[0],
    }
    how = N_("share of the test images that the trained network answers right")
    return Measured("right", right, how, ("digits/metric.test_accuracy", "digits/test.label"))


def line_on_score(right: Measured) -> Said:
    """Return what is said of how often it is right."""
    works = right.when(lambda is_: is_["share"] > WORKS, N_("it works: right on more than four of five new images"))
    percent = f"{right.value['share']:.1%}"
    return Beat.choose(
        said(N_("And yet, it works."), works),
        otherwise=said(N_("So far it is right on {percent} of new images."), right, percent=percent),
    )
