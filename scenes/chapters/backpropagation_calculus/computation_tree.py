"""How the cost of one example is computed from the last weight: w, a, b to z, to a, to the cost; then a layer back."""

from __future__ import annotations

from manim import DOWN, UP, Create, FadeIn, FadeOut, Indicate, LaggedStart, ReplacementTransform, VGroup

from scenes.beats.beat import Beat
from scenes.chapters.backpropagation_calculus.chain import tree
from scenes.chapters.backpropagation_calculus.chain.picture import ChainPicture
from scenes.chapters.backpropagation_calculus.chain.values import ANALYSIS, ChainPass
from scenes.language.translation import N_
from scenes.look.boxes import safe_area
from scenes.look.frame import frame
from scenes.look.style import LABEL, palette
from scenes.text.typeset import Formula

RULES = ("z^((L)) = w^((L)) a^((L-1)) + b^((L))", "a^((L)) = sigma(z^((L)))", "C_0 = (a^((L)) - y)^2")


class ComputationTree(Beat):
    """What is the cost computed from?"""

    def open(self) -> None:
        self.chain = ChainPass(self.data[ANALYSIS])
        tall = frame().tall
        drawing, rules = safe_area().rows(6 if tall else 3.6, 1)
        self.picture = ChainPicture(self.chain, drawing, upright=tall)
        self.near = tree.CostTree(self.chain, drawing, upright=tall)
        self.deep = tree.CostTree(self.chain, drawing, upright=tall, deep=True)
        cells = rules.rows(1, 1, 1) if tall else rules.columns(1.4, 1, 1.1)
        self.rules = [cell.place(Formula(rule, LABEL)) for cell, rule in zip(cells, RULES, strict=True)]

    def script(self) -> None:
        with self.say(N_("What is the cost computed from?")) as line:
            line.play(FadeIn(self.picture))
        self.take_apart()
        self.go_on()
        self.go_back()

    def take_apart(self) -> None:
        """Let the last neuron turn into its weighted sum, and the weight, the activation and the bias come in."""
        nodes, ways = self.near.nodes, self.near.ways
        picture = self.picture
        text = N_("The last neuron adds up: a weight times the activation before it, and a bias.")
        with self.say(text) as line:
            moved = [
                ReplacementTransform(picture.weights[-1], nodes["w"]),
                ReplacementTransform(
                    VGroup(picture.neurons[-2], picture.names[-2], picture.numbers[-2]), nodes["before"]
                ),
                ReplacementTransform(picture.biases[-1], nodes["b"]),
                ReplacementTransform(VGroup(picture.neurons[-1], picture.names[-1], picture.numbers[-1]), nodes["z"]),
            ]
            count = len(picture.neurons)
            rest = VGroup(
                picture.edges,
                *[part for parts in (picture.neurons, picture.names, picture.numbers) for part in parts[: count - 2]],
                *[part for parts in (picture.weights, picture.biases) for part in parts[:-1]],
            )
            line.play(*moved, FadeOut(rest), fraction=0.45)
            arrows = [Create(ways[source, "z"]) for source in ("w", "before", "b")]
            line.play(LaggedStart(*arrows, lag_ratio=0.3), FadeIn(self.rules[0], shift=0.2 * UP))

    def go_on(self) -> None:
        nodes, ways = self.near.nodes, self.near.ways
        with self.say(N_("The sigmoid squeezes that sum. The result is the answer.")) as line:
            came = FadeIn(nodes["a"], target_position=nodes["z"], scale=0.6)
            line.play(came, FadeIn(self.rules[1], shift=0.2 * UP), fraction=0.5)
            line.play(Create(ways["z", "a"]))
        with self.say(N_("Answer and wanted value give the cost of this example.")) as line:
            line.play(FadeIn(nodes["y"], shift=0.3 * UP), fraction=0.3)
            came = FadeIn(nodes["C"], target_position=nodes["a"], scale=0.6)
            line.play(came, FadeIn(self.rules[2], shift=0.2 * UP), fraction=0.35)
            line.play(Create(ways["a", "C"]), Create(ways["y", "C"]))

    def go_back(self) -> None:
        """Let the whole tree move on, and the layer before come in where it was."""
        shared = list(self.near.nodes)
        with self.say(N_("And the activation before? It comes about likewise, a layer earlier.")) as line:
            nodes = [ReplacementTransform(self.near.nodes[name], self.deep.nodes[name]) for name in shared]
            ways = [ReplacementTransform(way, self.deep.ways[ends]) for ends, way in self.near.ways.items()]
            line.play(*nodes, *ways, *map(FadeOut, self.rules), fraction=0.4)
            new = [name for name in self.deep.nodes if name not in shared]
            came = [FadeIn(self.deep.nodes[name], shift=0.3 * DOWN) for name in new]
            arrows = [Create(self.deep.ways[ends]) for ends in tree.FAR_WAYS]
            line.play(LaggedStart(*came, *arrows, lag_ratio=0.2))
        with self.say(
            N_("Turn one weight, and the change runs along the arrows, up to the cost."), result=True
        ) as line:
            way = tree.on_the_way(("w2", "z2", "before", "z", "a", "C"), self.deep)
            boxes = [self.deep.nodes[name] for name in ("w2", "z2", "before", "z", "a", "C")]
            lit = [Indicate(one, 1.1, color=palette().attention) for one in boxes]
            moved = [arrow.animate.set_color(palette().attention) for arrow in way]
            order = [lit[0], *[step for pair in zip(moved, lit[1:], strict=True) for step in pair]]
            line.play(LaggedStart(*order, lag_ratio=0.35), least=3.0)
