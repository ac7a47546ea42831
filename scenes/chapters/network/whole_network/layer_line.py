"""A layer in one line: where its parts stand, the symbols that it is written with, and what each stands for."""

from __future__ import annotations

import numpy as np
from manim import DOWN, Mobject, VGroup

from scenes.evidence.evidence import Because
from scenes.look.style import LABEL, palette
from scenes.text.typeset import Formula, Words

GAP = 0.22  # scene units between the parts of the line
SHORT = "{{sigma:s}}{{paren.l:l}}{{W:W}}thin{{a^((0)):a}}{{+:plus}}{{b:b}}{{paren.r:r}}{{=:eq}}{{a^((1)):out}}"
USUAL = "{{a^((1)):out}}{{=:eq}}" + SHORT[: SHORT.index("{{=:eq}}")]


def places(*parts: Mobject | float) -> list[np.ndarray]:
    """Return the centers of parts in one line around the frame's middle; a number is room left free."""
    widths = np.array([part if isinstance(part, (int, float)) else part.width for part in parts])
    lefts = np.cumsum(widths + GAP) - widths - GAP
    middles = lefts + widths / 2 - (lefts[-1] + widths[-1]) / 2
    return [np.array([x, 0.0, 0.0]) for x in middles]


def shapes_below(formula: Formula, shape: tuple[int, ...], because: Because) -> VGroup:
    """Return how many numbers each symbol stands for, below it. shape: (out, in) of the layer's weights."""
    out, into = shape
    values = {"out": f"{out}", "W": f"{out} × {into}", "a": f"{into}", "b": f"{out}"}
    shapes = VGroup()
    for name, text in values.items():
        words = Words(text, LABEL, palette().muted, because=because)
        shapes.add(words.next_to(formula, DOWN, buff=0.3).match_x(formula.part(name)))
    return shapes
