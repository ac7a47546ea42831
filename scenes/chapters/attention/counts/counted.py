"""The four matrices of a head by name and colour, and how a model's are counted, kind by kind."""

from __future__ import annotations

from itertools import pairwise

from manim import LEFT, RIGHT, Group, VGroup

from scenes.beats.beat import Beat
from scenes.chapters.attention.counts.sizes import KINDS, Sizes
from scenes.evidence.evidence import Because, Exact
from scenes.language.translation import N_
from scenes.look.style import LABEL, SMALL, palette
from scenes.text.numbers import Number
from scenes.text.typeset import Formula, Words

NAMES = {"query": N_("query"), "key": N_("key"), "value": N_("value"), "output": N_("output")}
SYMBOLS = {"query": "W_Q", "key": "W_K", "value": "W_V", "output": "W_O"}
FACTORS = (N_("layers"), N_("heads"), N_("key size"), N_("width"))
NAME_X, FACTORS_X = -6.5, (-3.2, -1.75, -0.2, 1.5)  # left edge of the names, middles of the factors
HEAD_Y, ROWS_Y = 2.75, (2.15, 1.55, 0.95, 0.35)


def shade_of(kind: str) -> str:
    """Return the colour of a kind of matrix."""
    return {"query": palette().attention, "key": palette().right}.get(kind, palette().positive)


def matrix_name(beat: Beat, kind: str) -> VGroup:
    """Return what a matrix is called, in a word and in its letter."""
    parts = (beat.words(NAMES[kind], LABEL), Formula(SYMBOLS[kind], LABEL))
    return VGroup(*parts).arrange(RIGHT, buff=0.18).set_color(shade_of(kind))


def whole_number(value: int, because: Because, color: str | None = None) -> Number:
    """Return a whole number whose right edge stays where it is."""
    return Number(value, "{:,.0f}", LABEL, color, fixed="right", because=because)


def counted_rows(beat: Beat, sizes: Sizes, right: float, because: Because) -> Group:
    """Return what the factors are, over a row for each kind of matrix that ends, at `right`, in their product.

    because: what the sizes rest on.
    """
    heads = [beat.words(name, SMALL, color=palette().muted) for name in FACTORS]
    rows = Group(VGroup(*[head.move_to([x, HEAD_Y, 0]) for head, x in zip(heads, FACTORS_X, strict=True)]))
    for kind, y in zip(KINDS, ROWS_Y, strict=True):
        factors = (sizes.layers, sizes.copies(kind), sizes.head_size, sizes.width)
        product = Exact("prod(factors)", factors=factors)
        total = whole_number(product.value, product).move_to([right, y, 0], aligned_edge=RIGHT)
        signs = [(a + b) / 2 for a, b in pairwise(FACTORS_X)]
        texts = VGroup(
            *[
                Words(f"{factor:,}", LABEL, because=because).set_x(x)
                for factor, x in zip(factors, FACTORS_X, strict=True)
            ],
            *[Words("×", LABEL, palette().muted).set_x(x) for x in signs],
            Words("=", LABEL, palette().muted).next_to(total, LEFT, buff=0.25),
        )
        for text in texts:
            text.align_baseline(total.baseline)
        name = matrix_name(beat, kind).move_to([NAME_X, y, 0], aligned_edge=LEFT)
        rows.add(Group(name, texts, total))
    return rows
