"""The other two derivatives of the last neuron, by its bias and by the activation before it; and on backwards."""

from __future__ import annotations

from manim import LEFT, RIGHT, UP, FadeIn, FadeOut, Indicate, LaggedStart, VGroup

from scenes.beats.beat import Beat
from scenes.chapters.backpropagation_calculus.chain.picture import ChainPicture
from scenes.chapters.backpropagation_calculus.chain.tree import CostTree
from scenes.chapters.backpropagation_calculus.chain.values import ANALYSIS, ChainPass
from scenes.evidence.evidence import Exact
from scenes.language.translation import N_
from scenes.look.boxes import safe_area
from scenes.look.frame import frame
from scenes.look.style import SMALL, palette
from scenes.text.numbers import number_words
from scenes.text.typeset import Formula

SIZE = 0.46  # em of the formulas
WIDE = 9  # scene units, a frame in which the chain has room in a row with its derivatives
BY_BIAS = "(partial C_0) / (partial b^((L))) = {{1 : own}} dot sigma'(z^((L))) dot 2 (a^((L)) - y)"
BY_BEFORE = "(partial C_0) / (partial a^((L-1))) = {{w^((L)) : own}} dot sigma'(z^((L))) dot 2 (a^((L)) - y)"


class BiasAndPreviousActivation(Beat):
    """And the other two derivatives?"""

    def open(self) -> None:
        self.chain = ChainPass(self.data[ANALYSIS])
        tall, self.narrow = frame().tall, frame().width < WIDE
        self.area = safe_area()
        drawing, lines = self.area.rows(1.15, 1)
        self.tree = CostTree(self.chain, drawing, upright=tall)
        self.cells = lines.rows(1, 1)
        self.picture = ChainPicture(self.chain, self.area.rows(5, 1)[0], upright=self.narrow, numbers=False)

    def script(self) -> None:
        with self.say(N_("And by the bias? And by the activation before?")) as line:
            line.play(FadeIn(self.tree))
        derivatives = self.chain.derivatives.value
        text = N_("By the bias: the first factor is 1. The sum follows it one to one.")
        self.derive("b", BY_BIAS, derivatives["biases"][-1], 0, text)
        text = N_("By the activation: the first factor is the weight between them.")
        self.derive("before", BY_BEFORE, self.chain.backwards.value["by_before"], 1, text)
        self.go_on_back()
        self.show_all()

    def derive(self, start: str, source: str, value: float, line_number: int, text: str) -> None:
        """Light up a way from a box to the cost, and write the derivative that it gives."""
        because = Exact("1 * 2", one=1)
        formula = Formula(source, SIZE, colors={"own": palette().attention}, because=because)
        measured = (self.chain.derivatives, self.chain.backwards)
        number = number_words(value, SIZE, palette().attention, because=measured, before="=")
        row = VGroup(formula, number).arrange(RIGHT, buff=0.2)
        self.cells[line_number].place(row)
        with self.say(text, self.chain.backwards.when(lambda of: of["one"] == 1)) as line:
            ways = [self.tree.ways[ends] for ends in ((start, "z"), ("z", "a"), ("a", "C"))]
            line.play(
                *[way.animate.set_color(palette().line) for way in self.tree.ways.values() if way not in ways],
                LaggedStart(*[way.animate.set_color(palette().attention) for way in ways], lag_ratio=0.4),
                Indicate(self.tree.nodes[start], 1.1, color=palette().attention),
                fraction=0.5,
            )
            line.play(FadeIn(formula, shift=0.2 * UP), FadeIn(number, shift=0.2 * LEFT))

    def go_on_back(self) -> None:
        """Let the chain come back in place of the tree."""
        text = N_("The activation before has a weight and a bias of its own. So it goes on, backwards.")
        with self.say(text) as line:
            line.play(Indicate(self.tree.nodes["before"], 1.1, color=palette().attention), fraction=0.3)
            line.play(*[FadeOut(one, shift=0.5 * UP) for one in self.mobjects], fraction=0.2)
            line.play(FadeIn(self.picture, shift=0.5 * UP))

    def show_all(self) -> None:
        """Write every derivative beside the weight or the bias that it belongs to, the last ones first."""
        measured = self.chain.derivatives
        alike = measured.when(lambda of: of["alike"], N_("to within 1e-12"))
        placed = []
        for value, symbol in reversed([*self.entries("weights"), *self.entries("biases")]):
            told = number_words(value, SMALL + 0.04, palette().attention, because=measured)
            placed.append(told.next_to(symbol, LEFT if self.narrow else UP, buff=0.12))
        text = N_("on top: the derivative of the cost by what stands below it")
        if self.narrow:
            text = N_("on the left: the derivative of the cost by what stands beside it")
        note = self.note_in(self.area.rows(5, 1)[1], text)
        with self.say(
            N_("All derivatives by weights and biases, from one pass back. PyTorch has the same."), alike, result=True
        ) as line:
            shown = [FadeIn(one, shift=0.3 * RIGHT) for one in placed]
            line.play(FadeIn(note), LaggedStart(*shown, lag_ratio=0.25), least=2.4)

    def entries(self, kind: str) -> list[tuple[float, Formula]]:
        symbols = self.picture.weights if kind == "weights" else self.picture.biases
        return list(zip(self.chain.derivatives.value[kind], symbols, strict=True))
