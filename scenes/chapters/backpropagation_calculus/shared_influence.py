"""A neuron of the layer before touches the cost through every output: its derivative is a sum over paths."""

from __future__ import annotations

from manim import DOWN, RIGHT, UP, Create, FadeIn, Indicate, LaggedStart, VGroup

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.backpropagation_calculus.layers.picture import TwoLayers
from scenes.chapters.backpropagation_calculus.layers.values import GRADIENT, LastLayers
from scenes.language.translation import N_
from scenes.look.boxes import safe_area
from scenes.look.style import LABEL, SMALL, palette, sign_color
from scenes.text.numbers import number_words
from scenes.text.typeset import Formula

RULE = (
    "(partial C_0) / (partial a_k^((L-1))) = "
    "sum_j w_(j k)^((L)) dot sigma'(z_j^((L))) dot (partial C_0) / (partial a_j^((L)))"
)
AGAINST = 50  # per cent of what the paths come to, from which on they are said to work against each other


class SharedInfluence(Beat):
    """And by an activation, which many outputs read?"""

    def open(self) -> None:
        self.layers = layers = LastLayers(self.data[GRADIENT])
        drawing, self.below = safe_area().rows(4.4, 1)
        drawing = drawing.columns(5, 1)[0]  # the numbers stand right of it
        k = layers.inputs[0]
        names = ([f"a_{k}^((L-1))"], [f"a_{j}" for j in range(len(layers.a))])
        self.picture = TwoLayers(
            layers.before[[k]], layers.a, layers.weight[:, [k]], drawing, names, dots=(False, False)
        )
        influence = layers.influence
        self.numbers = [
            number_words(value, LABEL, sign_color(value), because=influence).next_to(name, RIGHT, buff=0.35)
            for value, name in zip(influence.value["paths"], self.picture.names[1], strict=True)
        ]

    def script(self) -> None:
        self.ask()
        self.light_paths()
        self.add_up()

    def ask(self) -> None:
        picture, several = self.picture, self.layers.influence.when(lambda of: of["count"] > 1)
        with self.say(N_("And by an activation? Every output reads it."), several) as line:
            line.play(FadeIn(picture.before[0], picture.names[0]), fraction=0.25)
            line.play(LaggedStart(*map(Create, picture.edges.values()), lag_ratio=0.1), fraction=0.4)
            line.play(LaggedStart(*[FadeIn(one) for one in (*picture.after, *picture.names[1])], lag_ratio=0.05))

    def light_paths(self) -> None:
        """Light up one path after the other, and write what it adds."""
        self.formula = self.below.place(Formula(RULE, LABEL))
        several = self.layers.influence.when(lambda of: of["count"] > 1)
        with self.say(N_("So the cost follows it along many paths. Take one after the other."), several) as line:
            line.play(FadeIn(self.formula, shift=0.2 * UP), fraction=0.3)
            lit = []
            for edge, number in zip(self.picture.edges.values(), self.numbers, strict=True):
                lit.append(Indicate(edge, 1.0, color=palette().attention))
                lit.append(FadeIn(number, shift=0.3 * RIGHT))
            line.play(LaggedStart(*lit, lag_ratio=0.25), least=4.5)

    def add_up(self) -> None:
        """Let the numbers fall into their sum, and say how much of them cancels."""
        influence = self.layers.influence
        total = number_words(influence.value["sum"], LABEL, palette().attention, because=influence, before="=")
        room = self.below
        both = VGroup(self.formula.copy(), total).arrange(RIGHT, buff=0.2)
        room.columns(4, 1)[0].place(both, across=1.0, up=1.0)
        percent = f"{influence.value['cancelled']:.0f} %"
        line_of = self.choose(
            said(
                N_("They work against each other: of all that they come to, {percent} cancels."),
                influence.when(lambda of: of["cancelled"] >= AGAINST),
                percent=percent,
            ),
            otherwise=said(
                N_("Added up, the derivative: of all that they come to, {percent} cancels."),
                influence.when(lambda of: of["cancelled"] < AGAINST),
                percent=percent,
            ),
        )
        with self.say(line_of) as line:
            moved = self.formula.animate.scale(both[0].width / self.formula.width).move_to(both[0])
            lit = [Indicate(number, 1.12, color=palette().attention) for number in self.numbers]
            line.play(moved, LaggedStart(*lit, lag_ratio=0.1), least=1.8)
            self.play(FadeIn(total, shift=0.3 * DOWN), run_time=0.5)
        same = influence.when(lambda of: of["alike"], N_("to within 1e-12"))
        own = VGroup(
            self.words(N_("autograd:"), SMALL, palette().right),
            number_words(influence.value["autograd"], SMALL, palette().right, because=influence),
        ).arrange(RIGHT, buff=0.12)
        own.next_to(total, RIGHT, buff=0.4)
        if own.get_right()[0] > self.below.right:  # a frame in which there is more room below
            own.next_to(total, DOWN, buff=0.35, aligned_edge=RIGHT)
        with self.say(N_("PyTorch's autograd has the same number."), same, result=True) as line:
            line.play(FadeIn(own, shift=0.2 * UP), Indicate(total, 1.2, color=palette().right))
