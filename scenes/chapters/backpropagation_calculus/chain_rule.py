"""The chain rule: three factors, each out of the arrow that it belongs to, and their product beside autograd's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from manim import DOWN, RIGHT, UP, FadeIn, Indicate, LaggedStart, VGroup

from scenes.beats.beat import Beat
from scenes.chapters.backpropagation_calculus.chain.tree import CostTree
from scenes.chapters.backpropagation_calculus.chain.values import ANALYSIS, ChainPass
from scenes.evidence.evidence import Exact, Measured, Source
from scenes.language.translation import N_
from scenes.look.boxes import safe_area
from scenes.look.frame import frame
from scenes.look.style import DIMMED, SMALL, palette
from scenes.text.numbers import digits_to_multiply, number_words, significant
from scenes.text.typeset import Formula, Words

WANTED = "(partial C_0) / (partial w^((L)))"
FACTORS = (  # key, the derivative, what it is, and the arrow that it belongs to
    ("z_by_w", "(partial z^((L))) / (partial w^((L)))", "a^((L-1))", ("w", "z")),
    ("a_by_z", "(partial a^((L))) / (partial z^((L)))", "sigma'(z^((L)))", ("z", "a")),
    ("cost_by_a", "(partial C_0) / (partial a^((L)))", "2 (a^((L)) - y)", ("a", "C")),
)
SIZE = 0.43  # em of the formulas
LINES, BETWEEN = 3, 0.3  # of the formula, and scene units between them


class ChainRule(Beat):
    """How strongly does the cost follow the last weight?"""

    def open(self) -> None:
        self.chain = ChainPass(self.data[ANALYSIS])
        tall = frame().tall
        drawing, lines = safe_area().rows(1, 1.1)
        self.tree = CostTree(self.chain, drawing, upright=tall)
        self.lines = lines
        self.lay_out()

    def lay_out(self) -> None:
        """Build the formula in three lines: its derivatives, what they are, their numbers."""
        first, *rest = self.lines.columns(1.25, 1.3, 1.3, 1.7)
        self.rows = [[self.entry(row, which) for which in range(len(FACTORS))] for row in range(LINES)]
        top = self.lines.top
        for row in self.rows:
            height = max(entry.height for entry in row)
            for entry, cell in zip(row, rest, strict=True):
                entry.move_to([cell.center[0], top - height / 2, 0])
            top -= height + BETWEEN
        self.wanted = Formula(f"{WANTED} =", SIZE).move_to(first.center).match_y(self.rows[0][0])
        equals = self.wanted.get_right()[0]
        for row in self.rows[1:]:  # below the sign of the first line
            sign = Formula("=", SIZE)
            row[0].add(sign.move_to([equals - sign.width / 2, row[0].get_y(), 0]))
        factors = self.chain.factors
        product = factors.value["product"]
        self.product = number_words(product, SIZE, palette().attention, because=factors, before="=")
        self.product.next_to(self.rows[2][2], RIGHT, buff=0.25)
        formula = VGroup(self.wanted, *[entry for row in self.rows for entry in row], self.product)
        self.lines.place(formula)

    def entry(self, row: int, which: int) -> VGroup:
        """Return a factor as a derivative, as what it is, or as a number, with a dot before it."""
        key, derivative, meaning, _ = FACTORS[which]
        value = self.chain.factors.value[key]
        error = Exact("2 * (a - y)", a=float(self.chain.a[-1]), y=self.chain.y)
        own = [
            Formula(derivative, SIZE),
            Formula(meaning, SIZE, because=error if which == 2 else None),
            self.bracketed(value) if value < 0 and which else self.number(value),
        ][row]
        return VGroup(Formula("dot", SIZE), own).arrange(RIGHT, buff=0.18) if which else VGroup(own)

    def number(self, value: float) -> Words | Formula:
        """Return a factor with as many digits as make what is read multiply to the product."""
        factors = self.chain.factors
        digits = digits_to_multiply([factors.value[key] for key, *_ in FACTORS])
        return number_words(value, SIZE, because=factors, digits=digits)

    def bracketed(self, value: float) -> VGroup:
        number = self.number(value)
        return VGroup(Formula("\\(", SIZE), number, Formula("\\)", SIZE)).arrange(RIGHT, buff=0.05)

    def script(self) -> None:
        with self.say(N_("How strongly does the cost follow the last weight?")) as line:
            line.play(FadeIn(self.tree), fraction=0.5)
            line.play(FadeIn(self.wanted, shift=0.2 * UP))
        self.multiply()
        self.tell_what_they_are()
        self.put_numbers_in()
        self.hold_against()

    def multiply(self) -> None:
        """Let a derivative come out of each arrow from the weight to the cost."""
        with self.say(N_("Arrow by arrow: a ratio at each step, and the ratios multiply."), self.rule()) as line:
            for which, (_, _, _, ends) in enumerate(FACTORS):
                way = self.tree.ways[ends]
                lit = way.animate.set_color(palette().attention)
                line.play(lit, FadeIn(self.rows[0][which], target_position=way, scale=0.6), fraction=0.3)

    def rule(self) -> Source:
        return Source("rumelhart1986", "equations 4 to 6")

    def doubled(self) -> Measured:
        """Return the evidence that the last factor is double the error."""
        error = float(self.chain.a[-1]) - self.chain.y
        return self.chain.factors.when(lambda of: bool(np.isclose(of["cost_by_a"], 2 * error)))

    def tell_what_they_are(self) -> None:
        texts = (
            N_("The sum follows the weight by the activation before it."),
            N_("The activation follows the sum by the slope of the sigmoid."),
            N_("And the cost follows the activation by double the error."),
        )
        sources = (("before",), ("z",), ("a", "y"))
        for which, text in enumerate(texts):
            because = self.doubled() if which == 2 else None
            with self.say(text, because) as line:
                from_tree = VGroup(*[self.tree.nodes[name] for name in sources[which]])
                others = [entry for at, entry in enumerate(self.rows[0]) if at != which]
                dim = [entry.animate.set_opacity(DIMMED) for entry in others]
                bright = self.rows[0][which].animate.set_opacity(1)
                lit = Indicate(from_tree, 1.08, color=palette().attention)
                line.play(*dim, bright, lit, FadeIn(self.rows[1][which], shift=0.25 * UP), least=1.2)

    def put_numbers_in(self) -> None:
        factors = self.chain.factors
        product = significant(factors.value["product"])
        with self.say(N_("With this example's numbers: {product}."), factors, product=product) as line:
            flown = [FadeIn(one, shift=0.25 * UP) for one in self.rows[2]]
            self.play(*[entry.animate.set_opacity(1) for entry in self.rows[0]], run_time=0.3)
            line.play(LaggedStart(*flown, lag_ratio=0.3), fraction=0.6)
            line.play(FadeIn(self.product, shift=0.2 * RIGHT))

    def hold_against(self) -> None:
        """Say that a library that differentiates by itself has the same number."""
        factors = self.chain.factors
        told = VGroup(
            self.words(N_("autograd:"), SMALL, palette().right),
            number_words(factors.value["autograd"], SMALL, palette().right, because=factors),
        ).arrange(RIGHT, buff=0.12)
        told.next_to(self.product, DOWN, buff=0.3, aligned_edge=RIGHT)
        text, same = N_("PyTorch, which differentiates by itself, has the same number."), factors.when(_alike, WITHIN)
        with self.say(text, same, result=True) as line:
            line.play(FadeIn(told, shift=0.2 * UP), Indicate(self.product, 1.15, color=palette().right))


WITHIN = N_("to within 1e-12")


def _alike(factors: Mapping[str, Any]) -> bool:
    return bool(factors["alike"])
