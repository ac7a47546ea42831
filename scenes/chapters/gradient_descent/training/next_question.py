"""The question that the chapter ends with: how so many slopes are found at once."""

from __future__ import annotations

import numpy as np
from manim import DOWN, RIGHT, UP, FadeIn, FadeOut, Group, LaggedStart, Succession

from engine.recording import Recording
from scenes.beats.beat import Beat
from scenes.beats.stage import the_network
from scenes.drawing.batched import rgb255
from scenes.drawing.edges import Edges
from scenes.evidence.evidence import Exact
from scenes.language.translation import N_
from scenes.look.style import LABEL, TITLE, palette
from scenes.mobjects.diagram.network import PassingFlash
from scenes.text.typeset import Formula

PIXELS, DIGITS = 28 * 28, 10
SIZE, PLACE = (6.6, 5.6), (-2.6, 0.3, 0.0)  # of the network: scene units across and up, and its middle
FORMULA = (4.6, 0.5, 0.0)
SLOPES = 'nabla C = vec((partial C) / (partial w_1), (partial C) / (partial w_2), dots.v, delim: "[", gap: #0.7em)'


def ask_for_slopes(beat: Beat, recording: Recording) -> None:
    """Ask how the gradient of a recorded network is found, and let a light run backwards through it."""
    sizes = (PIXELS, *recording.config["hidden"], DIGITS)
    count = Exact("sum(into * out + out)", into=list(sizes[:-1]), out=list(sizes[1:]))
    network = the_network(sizes, *SIZE)
    network.shift(np.array(PLACE) - network.get_center())
    formula = Formula(SLOPES, 1.2 * TITLE).move_to(FORMULA)
    slopes = beat.words(N_("{count} slopes"), LABEL, because=count, values={"count": count.value})
    slopes.next_to(formula, DOWN, buff=0.4)
    name = beat.words(N_("backpropagation"), TITLE, palette().attention).next_to(network, DOWN, buff=0.35)
    text = N_("How are {count} slopes found at once? Next: backpropagation.")
    with beat.say(text, count, count=count.value) as line:
        gone = FadeOut(Group(*beat.mobjects), run_time=0.4)
        shown = [FadeIn(network), FadeIn(formula, shift=0.3 * RIGHT), FadeIn(slopes, shift=0.2 * UP)]
        beat.play(gone, LaggedStart(*shown, lag_ratio=0.3, run_time=line.fraction(0.5)), FadeIn(beat.tag()))
        back = [_flash_back(edges) for edges in reversed(network.edges)]
        beat.play(Succession(*back), FadeIn(name, shift=0.2 * UP), run_time=max(1.5, line.remaining))


def _flash_back(edges: Edges) -> PassingFlash:
    """Return a light that runs along all edges from their ends to their starts."""
    turned = Edges(edges.ends, edges.starts)
    yellow = np.append(rgb255(palette().attention), 0.5)
    return PassingFlash(turned, np.tile(yellow, (len(turned), 1)), width=1.5)
