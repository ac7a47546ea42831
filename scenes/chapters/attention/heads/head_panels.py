"""What single heads are found to do: the lines that say it, and the panels that show it."""

from __future__ import annotations

import numpy as np
from manim import DOWN, UP, Arrow, VGroup

from scenes.beats.beat import Beat
from scenes.beats.timeline import Said, said
from scenes.chapters.attention.heads.heads_measured import if_found
from scenes.chapters.attention.heads.small_patterns import BestHead
from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.look.style import LABEL, SMALL, palette
from scenes.mobjects.pictures.pixels import picture_frames
from scenes.text.typeset import Words

PANELS_X, PANEL_Y, PANEL = (-5.0, -1.67, 1.67, 5.0), -0.35, 2.6
KINDS = {
    "previous token": N_("the token before"),
    "current token": N_("the token itself"),
    "first token": N_("the first token"),
    "induction": N_("what followed last time"),
}
FOUND_LINES = (
    N_("One looks at the token before: {score} of its weight."),
    N_("This one looks at the token itself: {score}."),
)
MISSED_LINES = (
    N_("None mainly looks at the token before: at most with {score}."),
    N_("None mainly looks at the token itself: {score}."),
)


def lines_of_the_first(resting: Measured) -> tuple[Said, ...]:
    """Return the lines that may be said of the heads that give most of their weight to the first token."""
    count, total = resting.value["count"], resting.value["total"]
    one = N_("One head of {total} gives most of its weight to the first token.")
    several = N_("{count} of {total} heads give the first token more than half.")
    return (
        said(
            N_("No head gives most of its weight to the first token."),
            resting.when(lambda are: are["count"] == 0),
        ),
        said(one, resting.when(lambda are: are["count"] == 1), total=total),
        said(several, resting.when(lambda are: are["count"] > 1), count=count, total=total),
    )


def lines_of_twins(alike: Measured) -> tuple[Said, ...]:
    """Return the lines that may be said of the heads whose patterns are nearly another's, the first that holds."""
    count, total = alike.value["count"], alike.value["total"]
    nearly = N_("nearly: a cosine above 0.99; at the first token: more than half of the weight")
    resting = N_("Yet {count} of {total} nearly repeat another, most at the first token.")
    most = alike.when(lambda are: 2 * are["resting"] > are["count"], nearly)
    some = alike.when(lambda are: are["count"] > 0, nearly)
    none = alike.when(lambda are: are["count"] == 0, nearly)
    return (
        said(resting, most, count=count, total=total),
        said(N_("Yet {count} of {total} nearly repeat another."), some, count=count, total=total),
        said(N_("And none of the {total} nearly repeats another."), none, total=total),
    )


def panel_texts(beat: Beat, best: BestHead, kind: str, here: np.ndarray, measured: Measured) -> VGroup:
    """Return what stands over and under a pattern: what the head looks at, its score, which head it is."""
    found = if_found(measured).holds
    name = beat.words(KINDS[kind], SMALL).move_to(here + (PANEL / 2 + 0.28) * UP)
    shade, muted = palette().attention if found else palette().muted, palette().muted
    score = Words(f"{best.score:.2f}", LABEL, shade, because=measured).move_to(here + (PANEL / 2 + 0.4) * DOWN)
    told: dict[str, object] = {"layer": best.layer, "head": best.head}
    lines = [(N_("layer {layer}, head {head}") if found else N_("not found here"), told)]
    if kind == "induction":
        lines += [
            (N_("another text: {count} random"), {"count": len(best.pattern) // 2}),
            (N_("tokens, read twice"), {}),
        ]
    texts = VGroup(name, score)
    for (line, values), down in zip(lines, (0.9, 1.35, 1.72), strict=False):
        small = beat.words(line, SMALL, muted, because=measured, values=values)
        texts.add(small.move_to(here + (PANEL / 2 + down) * DOWN))
    return texts


def arrow(start: np.ndarray, end: np.ndarray, color: str) -> Arrow:
    """Return an arrow between two points, thin enough for a short one."""
    return Arrow(start, end, buff=0, color=color, stroke_width=4, tip_length=0.16, max_tip_length_to_length_ratio=0.35)


def ring_around(center: np.ndarray, side: float) -> Tiles:
    """Return a bright and thick frame around a small pattern."""
    ring = picture_frames(center[None], side)
    ring.stroke[:, :3], ring.stroke[:, 3], ring.stroke_width[:] = rgb255(palette().attention), 1, 4.5
    return ring
