"""The gradient read number by number: which way each weight should go, and how much it matters; then on the edges."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Animation,
    FadeIn,
    FadeOut,
    GrowFromCenter,
    LaggedStart,
    Line,
    Mobject,
    Transform,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
)

from scenes.beats.beat import Beat
from scenes.beats.stage import LAYERS, sizes_of, the_network
from scenes.beats.timeline import Said, said
from scenes.chapters.gradient_descent.landscape.slices import form_for
from scenes.chapters.gradient_descent.training.wishes import (
    GRADIENTS,
    THICKEST,
    choose_weights,
    column_of,
    compared,
    measured_by_layer,
    measured_pair,
    of_what,
    output_turns_most,
    slots_of,
    wish_arrow,
    wish_color,
    wishing,
)
from scenes.drawing.edges import Edges
from scenes.evidence.evidence import Exact, Measured
from scenes.language.translation import N_
from scenes.look.style import DIMMED, LABEL, SMALL, STROKE, palette
from scenes.text.matrices import NumberColumn
from scenes.text.typeset import Formula

MOST, FADED = 12, 0.3  # how many edges stand out at the end, and what the others keep of their alpha
SHOWN = 7  # components that are written out
EM = 0.42  # of the numbers in the columns
TOP = 3.15  # where the columns' names stand
NAME = 0.36  # em of the weights' names
NETWORK = 0.74  # of its size, beside the columns
BESIDE, ALONE = [-3.8, -0.1, 0], [-1.75, 0, 0]  # where the network stands, with the columns and at the end
LEGEND = 3.2  # the widest that a line of the legend may be, scene units
COLUMNS = (0.2, 1.9, 3.95, 5.25)  # where names, W, −∇C and arrows are, scene units from the middle


class GradientComponents(Beat):
    """One number for each weight: its sign, its size."""

    def open(self) -> None:
        digits, review = self.data["digits"], self.data["digits-review"]
        self.moment = int(review.config["gradient_snapshot"])
        self.wishes = [-review.read(f"{layer}.weight.gradient") for layer in LAYERS]  # (out, in), −∇C
        self.parameters, self.wish = column_of(digits, step=self.moment), -column_of(review, ".gradient")
        self.network = the_network(sizes_of(digits))
        self.chosen = choose_weights(self.network, self.wishes, SHOWN)
        self.own = np.array([self.wish[one.position] for one in self.chosen])  # (chosen,)
        self.scale = max(float(np.abs(self.own).max()), 1e-12)  # the largest of all that are drawn
        self.small, self.large = compared(self.own)
        self.measure()

    def measure(self) -> None:
        """Measure the components that are written, how two of them compare, and where the largest are."""
        weights = tuple(f"digits/{layer}.weight" for layer in LAYERS)
        sizes = sizes_of(self.data["digits"])
        self.count = Exact("sum(into * out + out)", into=list(sizes[:-1]), out=list(sizes[1:]))
        rows = {
            "weights": [float(self.parameters[one.position]) for one in self.chosen],
            "components": self.own.tolist(),
            "places": [[one.layer, one.out, one.into] for one in self.chosen],
        }
        how = N_("of the weights drawn, some that lie evenly from the lowest component to the highest")
        self.rows = Measured("rows", rows, how, (*weights, *GRADIENTS))
        self.pair = measured_pair(self.own)
        self.by_layer = measured_by_layer(self.wishes)

    def script(self) -> None:
        self.show_network()
        self.write_columns()
        self.read_signs_and_sizes()
        self.compare()
        self.show_on_edges()
        self.point_out()

    # Columns ------------------------------------------------------------------------------------------------------

    def show_network(self) -> None:
        self.mark_step("digits", int(self.data["digits"].steps(f"{LAYERS[0]}.weight")[self.moment]))
        with self.say(N_("{count} numbers: how to read a gradient?"), self.count, count=self.count.value) as line:
            self.play(FadeIn(self.network.move_to(0.05 * DOWN), scale=1.04), run_time=line.fraction(0.35))
            self.play(self.network.animate.scale(NETWORK).move_to(BESIDE), run_time=line.fraction(0.35))
            self.marks = self.marked()
            faded = [edges.animate.set_opacity(DIMMED) for edges in self.network.edges]
            self.play(*faded, FadeIn(self.marks), run_time=line.remaining)

    def marked(self) -> Edges:
        """Return the chosen weights' edges, in yellow."""
        ends = [self.ends_of(k) for k in range(len(self.chosen))]
        starts, stops = (np.array([pair[side] for pair in ends]) for side in (0, 1))
        return Edges(starts, stops, color=palette().attention, stroke=1.6 * STROKE).set_z_index(1)

    def ends_of(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Return where the edge of a chosen weight starts and ends."""
        one = self.chosen[k]
        edges = self.network.edges[one.layer]
        place = int(np.flatnonzero((edges.targets == one.out) & (edges.sources == one.into))[0])
        return edges.starts[place], edges.ends[place]

    def write_columns(self) -> None:
        slots = slots_of(self.chosen)
        self.before = NumberColumn(self.parameters, slots, form="{:+.2f}", size=EM).move_to([COLUMNS[1], -0.35, 0])
        self.after = NumberColumn(self.wish, slots, form=form_for(self.own, "+", 4), size=EM).move_to(
            [COLUMNS[2], -0.35, 0]
        )
        self.names = VGroup(*[Formula(one.symbol, NAME, palette().attention) for one in self.chosen])
        for name, one in zip(self.names, self.chosen, strict=True):
            name.move_to([COLUMNS[0], self.before.entry(one.position).get_y(), 0])
        titles = [
            Formula(text, 1.15 * LABEL).move_to([x, TOP, 0])
            for text, x in zip(("W", "-nabla C"), COLUMNS[1:3], strict=True)
        ]
        for column in (self.before, self.after):
            self.ground(column, self.rows)
        told = {"shown": len(self.chosen), "count": self.count.value}
        some = (self.rows, Exact("shown < count", **told))
        text = N_("{shown} of {count} rows")
        self.note = self.words(text, SMALL, palette().muted, because=some, values=told)
        self.note.next_to(VGroup(self.before, self.after), DOWN, buff=0.2)
        with self.say(N_("Weights in a column, minus the gradient beside them.")) as line:
            flights = [self.flight(k) for k in range(len(self.chosen))]
            frame = FadeIn(titles[0], self.before.brackets, self.before.dots, self.note)
            self.play(frame, LaggedStart(*flights, lag_ratio=0.25), run_time=line.fraction(0.55))
            self.remove(*self.before.entries)
            self.add(self.before)
            across = [FadeIn(entry, target_position=beside, scale=0.4) for entry, beside in self.pairs()]
            frame = FadeIn(titles[1], self.after.brackets, self.after.dots, shift=0.2 * RIGHT)
            self.play(frame, LaggedStart(*across, lag_ratio=0.2), run_time=line.remaining)
        self.remove(*self.after.entries)
        self.add(self.after)
        self.titles = VGroup(*titles)

    def flight(self, k: int) -> Animation:
        """Return a weight's name and number flying out of its edge."""
        middle = sum(self.ends_of(k)) / 2
        pair = (self.names[k], self.before.entry(self.chosen[k].position))
        return LaggedStart(*[FadeIn(one, target_position=middle, scale=0.3) for one in pair], lag_ratio=0.0)

    def pairs(self) -> list[tuple[Mobject, Mobject]]:
        """Return the components that are written, each with the weight that it belongs to."""
        return [(self.after.entry(one.position), self.before.entry(one.position)) for one in self.chosen]

    # Signs and sizes ----------------------------------------------------------------------------------------------

    def read_signs_and_sizes(self) -> None:
        self.arrows = VGroup(*[wish_arrow(float(wish), self.scale) for wish in self.own])
        for arrow, (entry, _) in zip(self.arrows, self.pairs(), strict=True):
            arrow.move_to([COLUMNS[3], entry.get_y(), 0])
        colors = [wish_color(float(wish)) for wish in self.own]
        with self.say(N_("Sign: up or down. Size: how important.")) as line:
            entries = [entry for entry, _ in self.pairs()]
            turned = [entry.animate.set_color(color) for entry, color in zip(entries, colors, strict=True)]
            self.play(LaggedStart(*turned, lag_ratio=0.3), run_time=line.fraction(0.45))
            self.play(
                LaggedStart(*[GrowFromCenter(arrow) for arrow in self.arrows], lag_ratio=0.2), run_time=line.remaining
            )

    def row(self, k: int) -> VGroup:
        """Return all that is written of a chosen weight."""
        entry, weight = self.pairs()[k]
        return VGroup(self.names[k], weight, entry, self.arrows[k])

    def comparison(self) -> Said:
        """Return the line that holds for the two that are compared."""
        alike = self.pair.when(lambda are: are["small"] * are["large"] > 0)
        up = self.pair.when(lambda are: are["small"] > 0 > are["large"])
        down = self.pair.when(lambda are: are["small"] < 0 < are["large"])
        values = {"ratio": f"{self.pair.value['ratio']:g}"}
        return self.choose(
            said(N_("Both the same way, this one about {ratio} times as important."), alike, **values),
            said(N_("This one up. That one down, about {ratio} times as important."), up, **values),
            said(N_("This one down. That one up, about {ratio} times as important."), down, **values),
        )

    def compare(self) -> None:
        others = [k for k in range(len(self.chosen)) if k not in (self.small, self.large)]
        rest = VGroup(*[self.row(k) for k in others], self.before.dots, self.after.dots)
        link = self.link()
        with self.say(self.comparison()) as line:
            self.play(rest.animate.set_opacity(DIMMED), self.light(self.small), run_time=line.fraction(0.18))
            self.play(self.nod(self.small), run_time=line.fraction(0.18))
            self.play(self.light(self.small, self.large), self.nod(self.large), run_time=line.fraction(0.22))
            self.play(FadeIn(link, shift=0.15 * RIGHT), run_time=line.remaining)
        self.compared = rest, link

    def light(self, *which: int) -> Animation:
        """Return the edges of some of the chosen weights staying bright while the others' go."""
        target = self.marks.copy()
        target.shown = np.isin(np.arange(len(self.chosen)), which).astype(np.float32)
        return Transform(self.marks, target)

    def nod(self, k: int) -> Animation:
        """Return a row's arrow going the way it points, and back."""
        arrow, way = self.arrows[k], 0.12 * np.sign(self.own[k]) * UP
        height = arrow.get_center().copy()

        def go(arrow: Mobject, alpha: float) -> None:
            arrow.move_to(height + np.sin(2 * np.pi * alpha) ** 2 * way)

        return UpdateFromAlphaFunc(arrow, go, rate_func=linear)

    def link(self) -> VGroup:
        """Return a bracket from one of the two rows to the other, and how many times as large the one is."""
        x = COLUMNS[3] + 0.35
        ends = [np.array([x, self.arrows[k].get_y(), 0]) for k in (self.small, self.large)]
        lips = [Line(end - 0.12 * RIGHT, end) for end in ends]
        lines = VGroup(Line(*ends), *lips).set_stroke(palette().attention, width=STROKE)
        ratio = Formula(f"approx {self.pair.value['ratio']:g} times", NAME, palette().attention, because=self.pair)
        return VGroup(lines, ratio.next_to(lines, RIGHT, buff=0.1))

    # Edges --------------------------------------------------------------------------------------------------------

    def show_on_edges(self) -> None:
        with self.say(N_("On the edges, colour is sign, thickness size.")) as line:
            rest, link = self.compared
            back = rest.animate.set_opacity(1), FadeOut(link), self.light(*range(len(self.chosen)))
            self.play(*back, run_time=line.fraction(0.1))
            home = [
                FadeOut(VGroup(self.arrows[k], self.pairs()[k][0]), target_position=sum(self.ends_of(k)) / 2, scale=0.3)
                for k in range(len(self.chosen))
            ]
            rest = VGroup(self.names, self.before, self.after.brackets, self.after.dots, self.titles, self.note)
            self.play(LaggedStart(*home, lag_ratio=0.1), FadeOut(rest, self.marks), run_time=line.fraction(0.35))
            self.key = self.legend()
            self.play(*self.take_wishes(), FadeIn(self.key, shift=0.2 * LEFT), run_time=line.remaining)

    def take_wishes(self) -> list[Animation]:
        """Return the network growing while its edges show the wishes."""
        target = self.network.copy().scale(1 / NETWORK).move_to(ALONE)
        for edges, wish in zip(target.edges, self.wishes, strict=True):
            edges.become(wishing(edges, wish, self.scale).set_opacity(1))
        parts = zip(self.network.submobjects, target.submobjects, strict=True)
        return [Transform(part, grown) for part, grown in parts]

    def point_out(self) -> None:
        line_of = self.choose(
            said(N_("Thick ones turn most: at this step, those into the output."), output_turns_most(self.by_layer)),
            otherwise=said(N_("The thicker an edge, the further it turns.")),
        )
        with self.say(line_of, result=True) as line:
            self.play(*[self.pulse(edges) for edges in self.network.edges], run_time=max(1.8, line.fraction(0.5)))
            self.play(*self.single_out(), run_time=max(1.3, line.remaining))

    def single_out(self) -> list[Animation]:
        """Return all edges fading but the MOST thickest of those drawn."""
        drawn = np.concatenate([np.abs(edges.values) for edges in self.network.edges])
        least = np.sort(drawn)[-min(MOST, len(drawn))]
        targets = [edges.copy() for edges in self.network.edges]
        for edges in targets:
            edges.shown = np.where(np.abs(edges.values) >= least, 1, FADED).astype(np.float32)
        return [Transform(edges, target) for edges, target in zip(self.network.edges, targets, strict=True)]

    def pulse(self, edges: Edges) -> Animation:
        """Return edges swelling and narrowing again, twice, each in proportion to its thickness."""
        usual = edges.stroke.copy()

        def swell(edges: Edges, alpha: float) -> None:
            edges.stroke = usual * np.float32(1 + 0.35 * np.sin(2 * np.pi * alpha) ** 2)

        return UpdateFromAlphaFunc(edges, swell, rate_func=linear)

    def legend(self) -> VGroup:
        """Return what the edges' colours and widths mean, and how large the thickest one is."""
        size = {"size": form_for(self.own, "", 4).format(self.scale)}
        texts = (
            self.words(N_("should go up")),
            self.words(N_("should go down")),
            self.words(N_("thickest: {size}"), because=self.rows, values=size),
        )
        looks = ((palette().positive, 3.0), (palette().negative, 3.0), (palette().line, THICKEST))
        rows = [
            VGroup(Line(0.4 * LEFT, 0.4 * RIGHT, color=color, stroke_width=width), text).arrange(RIGHT)
            for text, (color, width) in zip(texts, looks, strict=True)
        ]
        of = of_what(self.data["digits"], self.data["digits-review"])
        note = self.words_within(LEGEND, of, SMALL, color=palette().muted, align="left")
        return VGroup(*rows, note).arrange(DOWN, buff=0.45, aligned_edge=LEFT).move_to([4.75, 0, 0])
