"""The rules that give the whole gradient, and all its entries held against differences of the cost."""

from __future__ import annotations

from manim import DOWN, UP, Create, FadeIn, FadeOut, FadeTransform, Indicate, LaggedStart, VGroup

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.backpropagation_calculus.layers.check import GradientCheck
from scenes.chapters.backpropagation_calculus.layers.check_plots import BothWays, ErrorOverStep
from scenes.chapters.backpropagation_calculus.layers.values import GRADIENT
from scenes.evidence.evidence import Exact
from scenes.language.translation import N_
from scenes.look.boxes import safe_area
from scenes.look.style import LABEL, SMALL, palette
from scenes.text.numbers import significant
from scenes.text.typeset import Formula, Words

RULES = (
    "(partial C_0) / (partial a_j^((L))) = 2 (a_j^((L)) - y_j)",
    "delta_j^((l)) = sigma'(z_j^((l))) dot (partial C_0) / (partial a_j^((l)))",
    "(partial C_0) / (partial w_(j k)^((l))) = delta_j^((l)) a_k^((l-1)), quad "
    "(partial C_0) / (partial b_j^((l))) = delta_j^((l))",
    "(partial C_0) / (partial a_k^((l-1))) = sum_j w_(j k)^((l)) delta_j^((l))",
)
TINY = 1e-6  # of the largest entry: an error that no eye would find


class TheWholeGradient(Beat):
    """Is it right?"""

    def open(self) -> None:
        self.check = GradientCheck(self.data[GRADIENT])
        area = safe_area()
        boxes = area.rows(1, 1, 1, 1, gap=0.4)
        double = Exact("2 * e", e=1.0)
        rules = [Formula(rule, LABEL, because=double) for rule in RULES]
        self.rules = VGroup(*[box.inset(0.1).place(rule, grow=1.4) for box, rule in zip(boxes, rules, strict=True)])
        plots, self.below = area.rows(4.4, 1)
        self.left, self.right = plots.side_by_side(1, 1, gap=0.9)

    def script(self) -> None:
        self.give_rules()
        self.compare()
        self.vary_step()
        self.count_biases()
        self.count_up()

    def give_rules(self) -> None:
        with self.say(N_("From the cost back to the first layer, these rules do it.")) as line:
            line.play(LaggedStart(*[FadeIn(rule, shift=0.3 * UP) for rule in self.rules], lag_ratio=0.5), least=3.0)
        text = N_("The deltas of a layer give those of the layer before: hence the name, backpropagation.")
        with self.say(text) as line:
            lit = [Indicate(rule, 1.06, color=palette().attention) for rule in reversed(self.rules)]
            line.play(LaggedStart(*lit, lag_ratio=0.5))

    def compare(self) -> None:
        """Show each derivative as backpropagation gives it, and as a difference of two costs."""
        agreement = self.check.agreement
        count, error = agreement.value["count"], significant(agreement.value["error"])
        text = N_("Is it right? Change one of {count} numbers a little, and see what the cost does.")
        with self.say(text, agreement, count=count) as line:
            line.play(FadeOut(self.rules, shift=0.4 * UP), fraction=0.3)
            self.both = BothWays(self.check, self.left, self.names(N_("by backpropagation"), N_("by differences")))
            line.play(FadeIn(self.both.names), Create(self.both.axes), FadeIn(self.both.submobjects[2]))
        tiny = agreement.when(lambda of: of["error"] <= TINY * of["largest"], N_("on the diagonal: within a millionth"))
        line_of = self.choose(
            said(N_("All {count} lie on the diagonal: the largest error is {error}."), tiny, count=count, error=error),
            otherwise=said(N_("The largest error is {error}."), agreement, error=error),
        )
        with self.say(line_of) as line:
            line.play(FadeIn(self.both.points_of), least=1.5)
            text = N_(
                "{images} training images, untrained; left: h = {step}, {zeros} are 0; right: the last layer alone"
            )
            of = {name: agreement.value[name] for name in ("images", "zeros")}
            of["step"] = f"{agreement.value['step']:f}".rstrip("0")
            line.play(FadeIn(self.note_in(self.below.rows(2, 1, gap=0.2)[0], text, agreement, **of)))

    def names(self, across: str, up: str) -> tuple[Words, Words]:
        muted = palette().muted
        return self.words(across, SMALL, muted), self.words(up, SMALL, muted)

    def vary_step(self) -> None:
        """Show what too large and too small a step does to the differences."""
        by_step = self.check.by_step
        names = self.names(N_("step h"), N_("error"))
        self.plot = ErrorOverStep(self.check, self.right, names)
        inside = by_step.when(lambda of: of["inside"])
        line_of = self.choose(
            said(N_("A large step is coarse, a tiny one drowns in rounding. The best lies between."), inside),
            otherwise=said(N_("The differences have an error of their own, which depends on the step.")),
        )
        with self.say(line_of) as line:
            line.play(FadeIn(self.plot.names), Create(self.plot.axes), fraction=0.4)
            line.play(Create(self.plot.curve), FadeIn(self.plot.points_of))

    def count_biases(self) -> None:
        """Say what a count by layers gets wrong: the biases are as many as the neurons behind the inputs."""
        agreement = self.check.agreement
        neurons, biases = agreement.value["neurons"], agreement.value["biases"]
        added = " + ".join(str(count) for count in neurons)
        values = {"sum": added, "biases": biases}
        self.told = self.words(N_("{sum} = {biases} biases"), LABEL, because=agreement, values=values)
        self.below.rows(2, 1, gap=0.2)[1].place(self.told)
        a_neuron_each = agreement.when(lambda of: of["biases"] == sum(of["neurons"]))
        text = N_("A bias belongs to a neuron, not to a layer: {sum} = {biases}.")
        with self.say(text, a_neuron_each, **values) as line:
            line.play(FadeIn(self.told, shift=0.2 * DOWN))

    def count_up(self) -> None:
        agreement = self.check.agreement
        text = N_("{count} derivatives, from one pass forward and one back for each image.")
        parts = {name: agreement.value[name] for name in ("weights", "biases", "count")}
        told = self.words(N_("{weights} weights + {biases} biases = {count}"), LABEL, because=agreement, values=parts)
        self.below.rows(2, 1, gap=0.2)[1].place(told)
        several, count = agreement.when(lambda of: of["count"] > 0), agreement.value["count"]
        with self.say(text, several, result=True, count=count) as line:
            line.play(FadeTransform(self.told, told), Indicate(self.both.points_of, 1.02))
