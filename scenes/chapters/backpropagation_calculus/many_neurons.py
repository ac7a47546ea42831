"""Layers of many neurons: the same derivatives, with two indices to tell them apart."""

from __future__ import annotations

from manim import DOWN, LEFT, RIGHT, UP, Create, FadeIn, Group, Indicate, LaggedStart, VGroup

from scenes.beats.beat import Beat
from scenes.chapters.backpropagation_calculus.layers.picture import TwoLayers
from scenes.chapters.backpropagation_calculus.layers.values import CLOSE, GRADIENT, LastLayers
from scenes.evidence.evidence import Exact
from scenes.language.translation import N_
from scenes.look.boxes import safe_area
from scenes.look.style import LABEL, SMALL, palette
from scenes.mobjects.pictures.pixels import DigitImage
from scenes.text.numbers import number_words, product_words
from scenes.text.typeset import Formula

RULE = "(partial C_0) / (partial w_(j k)^((L))) = a_k^((L-1)) dot sigma'(z_j^((L))) dot 2 (a_j^((L)) - y_j)"


class ManyNeurons(Beat):
    """What changes where layers have many neurons?"""

    def open(self) -> None:
        recording = self.data[GRADIENT]
        self.layers = layers = LastLayers(recording)
        drawing, texts = safe_area().side_by_side(1.15, 1)
        self.note_box, drawing = drawing.rows(1, 6)
        weight = layers.weight[list(layers.outputs)][:, list(layers.inputs)]
        names = ([f"a_{k}^((L-1))" for k in layers.inputs], [f"a_{j}^((L))" for j in layers.outputs])
        before, after = layers.before[list(layers.inputs)], layers.a[list(layers.outputs)]
        self.picture = TwoLayers(before, after, weight, drawing, names)
        self.picture_of = DigitImage(recording.read("example.picture"), height=1.0)
        self.rows = texts.rows(1, 1, 1.2, 1.2)

    def script(self) -> None:
        self.ask()
        self.count_through()
        self.name_weight()
        self.add_up()
        self.differentiate()

    def ask(self) -> None:
        layers = self.layers
        several = layers.sizes.when(lambda of: of["before"] > 1)
        with self.say(N_("What changes where layers have many neurons?"), several) as line:
            columns = [*self.picture.columns[0], *self.picture.columns[1]]
            line.play(LaggedStart(*[FadeIn(one, scale=0.6) for one in columns], lag_ratio=0.1), fraction=0.6)
            line.play(*[Create(edge) for edge in self.picture.edges.values()])
        told = layers.example.value
        text = N_("The network on digits, its last layers: {shown} of {before} neurons, {drawn} of {outputs}.")
        answered = {name: told[name] for name in ("label", "answer", "step")}
        text_of = N_("a {label}, answered {answer} after {step} steps")
        note = self.words(text_of, SMALL, palette().muted, because=layers.example, values=answered)
        row = Group(self.picture_of, note).arrange(RIGHT, buff=0.25)
        self.note_box.place(row)
        with self.say(text, layers.sizes, **layers.sizes.value) as line:
            line.play(FadeIn(row, shift=0.2 * DOWN))

    def count_through(self) -> None:
        with self.say(N_("So an index: k counts the layer before, j the output.")) as line:
            heads = [
                Formula(letter, 1.3 * LABEL, palette().attention).next_to(column, UP, buff=0.2)
                for letter, column in zip("kj", self.picture.columns, strict=True)
            ]
            names = [*heads, *[name for names in self.picture.names for name in names]]
            line.play(LaggedStart(*[FadeIn(name, shift=0.2 * LEFT) for name in names], lag_ratio=0.15))

    def name_weight(self) -> None:
        """Name the weight between two neurons: the one it leads to first."""
        edge = self.picture.edges[0, 0]
        formula = Formula("{{w_(j k)^((L)) : w}}", LABEL, colors={"w": palette().attention})
        told = VGroup(formula, self.words(N_("from k to j"), LABEL)).arrange(RIGHT, buff=0.4)
        self.rows[0].place(told)
        with self.say(N_("A weight carries j and k. The neuron that it leads to comes first.")) as line:
            marked = edge.copy().set_stroke(palette().attention, width=5)
            line.play(Create(marked), FadeIn(told, shift=0.3 * RIGHT), least=1.4)

    def add_up(self) -> None:
        sums = Formula("z_j^((L)) = sum_k w_(j k)^((L)) a_k^((L-1)) + b_j^((L))", LABEL)
        cost = VGroup(
            Formula("C_0 = sum_j (a_j^((L)) - y_j)^2", LABEL),
            number_words(self.layers.cost, LABEL, palette().attention, because=self.layers.example, before="="),
        ).arrange(RIGHT, buff=0.15)
        self.rows[1].place(sums)
        self.rows[2].place(cost)
        with self.say(
            N_("The sum runs over k, and the cost over j: it adds up the squared errors of the outputs.")
        ) as line:
            line.play(FadeIn(sums, shift=0.2 * UP), fraction=0.45)
            line.play(FadeIn(cost, shift=0.2 * UP))

    def differentiate(self) -> None:
        one = self.layers.one_weight
        error = Exact("2 * e", e=one.value["error"] / 2)
        rule = Formula(RULE, LABEL, because=error)
        told = VGroup(
            Formula("=", LABEL),
            product_words([one.value[key] for key in ("before", "slope", "error")], LABEL, because=one),
            number_words(one.value["product"], LABEL, palette().attention, because=one, before="="),
        ).arrange(RIGHT, buff=0.15)
        block = VGroup(rule, told).arrange(DOWN, buff=0.2, aligned_edge=LEFT)
        self.rows[3].place(block)
        text = N_("The derivative by a weight is what it was: activation, slope, double the error.")
        doubled = one.when(lambda of: abs(of["product"] - of["by_delta"]) < CLOSE)
        with self.say(text, doubled, result=True) as line:
            lit = Indicate(self.picture.edges[0, 0], 1.0, color=palette().attention)
            line.play(FadeIn(rule, shift=0.2 * UP), lit, fraction=0.5)
            line.play(FadeIn(told, shift=0.2 * UP))
