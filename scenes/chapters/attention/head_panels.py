"""What single heads are found to do: the lines that say it, and the panels that show it."""

from __future__ import annotations

import numpy as np
from manim import DOWN, UP, Arrow, VGroup

from scenes.chapter import Beat
from scenes.chapters.attention.small_patterns import BestHead
from scenes.mobjects.batched import rgb255
from scenes.mobjects.pixels import picture_frames
from scenes.mobjects.tiles import Tiles
from scenes.mobjects.typeset import Words
from scenes.style import LABEL, SMALL, palette
from scenes.translation import N_

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
FIRST_LINES = (
    N_("No head gives most of its weight to the first token."),
    N_("One head of {total} gives most of its weight to the first token."),
    N_("{count} of {total} heads give the first token more than half."),
)
MISSED_LINES = (
    N_("None mainly looks at the token before: at most with {score}."),
    N_("None mainly looks at the token itself: {score}."),
)


def panel_texts(beat: Beat, best: BestHead, kind: str, here: np.ndarray) -> VGroup:
    """Return what stands over and under a pattern: what the head looks at, its score, which head it is."""
    name = beat.words(KINDS[kind], SMALL).move_to(here + (PANEL / 2 + 0.28) * UP)
    shade = palette().attention if best.found else palette().muted
    score = Words(f"{best.score:.2f}", LABEL, shade).move_to(here + (PANEL / 2 + 0.4) * DOWN)
    told = beat.tr(N_("layer {layer}, head {head}"), layer=best.layer, head=best.head)
    lines = [told if best.found else beat.tr(N_("not found here"))]
    if kind == "induction":
        period = len(best.pattern) // 2
        lines += [beat.tr(N_("another text: {count} random"), count=period), beat.tr(N_("tokens, read twice"))]
    texts = VGroup(name, score)
    for line, down in zip(lines, (0.9, 1.35, 1.72), strict=False):
        texts.add(Words(line, SMALL, palette().muted).move_to(here + (PANEL / 2 + down) * DOWN))
    return texts


def arrow(start: np.ndarray, end: np.ndarray, color: str) -> Arrow:
    """Return an arrow between two points, thin enough for a short one."""
    return Arrow(start, end, buff=0, color=color, stroke_width=4, tip_length=0.16, max_tip_length_to_length_ratio=0.35)


def ring_around(center: np.ndarray, side: float) -> Tiles:
    """Return a bright and thick frame around a small pattern."""
    ring = picture_frames(center[None], side)
    ring.stroke[:, :3], ring.stroke[:, 3], ring.stroke_width[:] = rgb255(palette().attention), 1, 4.5
    return ring
