"""The cost along one weight: its slope, steps that follow it, steps that do not, and a slice with two valleys."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Dot,
    FadeIn,
    FadeOut,
    Group,
    Line,
    ReplacementTransform,
    ValueTracker,
    VGroup,
    linear,
)

from scenes.chapter import Beat
from scenes.chapters.gradient_descent.slices import GoAlong, Slice, Trail, Walk, decimals, push, tangent
from scenes.chapters.gradient_descent.valleys import ValleyPlot, two_valleys
from scenes.mobjects.axes import Axes2D
from scenes.mobjects.colormap import diverging
from scenes.mobjects.edges import Edges
from scenes.mobjects.network import layered_network
from scenes.mobjects.numbers import Number
from scenes.mobjects.typeset import Formula
from scenes.stage import LAST, LAYERS, sizes_of
from scenes.style import LABEL, MARGIN, SMALL, STROKE, TITLE, palette
from scenes.translation import N_

WIDTH, HEIGHT = 10.9, 5.9  # of the plot, scene units
HEADROOM = 0.56  # share of the plot's height under which the curve stays where the notes stand
NOTES = 0.62  # share of the plot's width that the notes may take
RADIUS = 0.12
FAINT = 0.5  # opacity of the weights that do not turn
ICON = 2.3  # width of the small network
OPENING = 3.4  # times as large is the network at first


LINES_OF_SLOPE = N_("Which way is down? Slope negative: go right."), N_("Which way is down? Slope positive: go left.")


class OneWeight(Beat):
    """One weight turns, all others stay: which way is down?"""

    def open(self) -> None:
        study, digits = self.data["digits-landscape"], self.data["digits"]
        self.entry, self.trained = study.read("entry")[0].tolist(), float(study.read("trained")[0])
        change, cost, slope = (study.read(f"line.{part}") for part in ("change", "cost", "slope"))
        self.line = Slice(change + self.trained, cost, slope)
        self.walks = {name: Walk.read(study, name, self.trained) for name in ("shrinking", "alike", "far")}
        self.times = round(float(np.divide(*study.read("line.rate")[::-1])))
        self.sizes, self.layer = sizes_of(digits), len(LAYERS)
        self.weights = [digits.read(f"{layer}.weight", step=LAST) for layer in LAYERS]
        self.total = sum(digits.read(name, step=LAST).size for name in digits.arrays)  # weights and biases alone
        self.name = f"w_({self.entry[0]},{self.entry[1]})^(({self.layer}))"
        self.w = ValueTracker(float(self.line.weight[0]))

    def script(self) -> None:
        self.pick_one()
        self.draw_the_curve()
        self.feel_the_slope()
        self.solve()
        self.walk_down()
        self.walk_badly()
        self.ask_for_the_lowest()

    # One weight of many -------------------------------------------------------------------------------------------

    def pick_one(self) -> None:
        self.axes = self.plot()
        self.icon = layered_network(self.sizes, width=ICON, height=1.7, shown=12)
        for edges, weight in zip(self.icon.edges, self.weights, strict=True):
            edges.weigh(weight, 2 * float(np.quantile(np.abs(weight), 0.98)))
        edges = self.icon.edges[-1]
        own = (edges.targets == self.entry[0]) & (edges.sources == self.entry[1])
        self.knob = Edges(edges.starts[own], edges.ends[own], stroke=2.5 * STROKE)
        self.small = Group(self.icon, self.knob)
        low = self.line.cost[0] < self.line.cost[-1]
        edge = self.axes.point(self.line.weight[0 if low else -1], self.high)
        self.small.move_to(edge + (1 if low else -1) * (ICON / 2 + 0.35) * RIGHT + 1.0 * DOWN)
        self.side, beside = (LEFT, RIGHT) if low else (RIGHT, LEFT)
        place = self.small.get_center()
        self.knob.set_color(palette().attention)
        self.small.scale(OPENING).move_to(0.2 * UP)
        self.symbol = Formula(self.name, LABEL, palette().attention)
        self.readings = self.panel().next_to(place + beside * ICON / 2, beside, buff=0.6)
        self.symbol.next_to(place + 0.85 * DOWN, DOWN, buff=0.1)
        named = self.symbol.copy().scale(1.6).next_to(self.small, DOWN, buff=0.1)
        with self.say(N_("What does one weight do to the cost?")) as line:
            self.play(FadeIn(self.icon, scale=1.05), run_time=line.share(0.25))
            self.play(self.icon.animate.set_opacity(FAINT), FadeIn(self.knob), FadeIn(named), run_time=line.share(0.3))
            shrink = self.small.animate.scale(1 / OPENING).move_to(place)
            self.play(shrink, ReplacementTransform(named, self.symbol), run_time=line.left)

    def plot(self) -> Axes2D:
        """Return the axes: as high as the curve, and higher where the notes would else stand on it."""
        line, cost = self.line, self.line.cost
        count = int(NOTES * len(cost))
        under = cost[:count] if cost[0] < cost[-1] else cost[-count:]
        self.high = float(max(1.03 * cost.max(), under.max() / HEADROOM))
        across = {"label": Formula(self.name, LABEL, palette().attention), "ticks": 7}
        upright = {"label": self.words(N_("cost"), SMALL, color=palette().muted), "ticks": 4}
        axes = Axes2D((line.weight[0], line.weight[-1]), (0, self.high), WIDTH, HEIGHT, x=across, y=upright)
        return axes.move_to([0, -0.1, 0])

    def panel(self) -> VGroup:
        """Return the running cost and slope with their words."""
        forms = [f"{{:.{decimals(self.line.cost, 3)}f}}", f"{{:+.{decimals(self.line.slope, 3)}f}}"]
        self.cost = Number(self.line.cost[0], forms[0], fixed="right")
        self.slope = Number(self.line.slope[0], forms[1], fixed="right")
        words = [self.words(text, color=palette().muted) for text in (N_("cost"), N_("slope"))]
        rows = VGroup(*[VGroup(*row) for row in zip(words, (self.cost, self.slope), strict=True)])
        for k, (word, number) in enumerate(rows):
            word.move_to([0, -0.62 * k, 0], LEFT)
            number.move_to([3.0, -0.62 * k, 0], RIGHT).align_baseline(word.baseline)
        return rows

    # The curve and its slope --------------------------------------------------------------------------------------

    def at(self) -> np.ndarray:
        """Return where on the curve the weight is now."""
        return self.axes.point(self.w.get_value(), self.line.cost_at(self.w.get_value()))

    def follow(self) -> None:
        """Let the ball, the numbers and the network's edge follow the weight, whichever way it goes."""
        scale = float(np.abs(self.line.weight).max())

        def turn(edge: Edges) -> None:
            edge.rgba = diverging(np.array([self.w.get_value()]), scale)

        self.ball.add_updater(lambda ball: ball.move_to(self.at()))
        self.cost.add_updater(lambda number: number.set_value(self.line.cost_at(self.w.get_value())))
        self.slope.add_updater(lambda number: self.tell_slope(self.line.slope_at(self.w.get_value())))
        self.knob.add_updater(turn)

    def tell_slope(self, slope: float) -> None:
        self.slope.set_value(slope)
        said = float(f"{slope:.{decimals(self.line.slope, 3)}f}")
        self.slope.set_color((palette().negative, palette().text, palette().positive)[int(np.sign(said)) + 1])

    def draw_the_curve(self) -> None:
        self.curve = self.axes.plot(self.line.weight, self.line.cost, color=palette().line)
        self.ball = Dot(self.at(), RADIUS, color=palette().bright).set_z_index(3)
        with self.say(N_("Turn it alone: every value has its cost.")) as line:
            self.play(FadeIn(self.axes), FadeIn(self.readings[0]), FadeIn(self.ball, scale=3), run_time=line.share(0.2))
            self.follow()
            sweep = self.w.animate(rate_func=linear).set_value(self.line.weight[-1])
            self.play(self.curve.animate_draw(), sweep, run_time=line.left)

    def feel_the_slope(self) -> None:
        right, left = (self.line.steepest(sign) for sign in (1, -1))
        self.tangent = self.live(tangent)
        self.push = self.live(push)
        with self.say(LINES_OF_SLOPE[right is not None]) as line:
            self.play(self.w.animate.set_value(right if right is not None else left), run_time=line.share(0.3))
            self.play(FadeIn(self.tangent, scale=0.3), FadeIn(self.readings[1], shift=0.2 * LEFT), run_time=0.5)
            self.show_push(max(1.2, line.left))
        if right is not None and left is not None:
            with self.say(N_("Slope negative: go right.")) as line:
                self.play(self.w.animate.set_value(left), run_time=0.8)
                self.show_push(max(1.2, line.left))

    def live(self, drawn: Callable[[Axes2D, Slice, float], Line]) -> Line:
        """Return what is drawn at the weight's place, and drawn anew as it moves."""

        def now() -> Line:
            return drawn(self.axes, self.line, self.w.get_value())

        return now().add_updater(lambda line: line.become(now()))

    def show_push(self, seconds: float) -> None:
        """Go a little the way that the slope says."""
        if self.push not in self.mobjects:
            self.play(FadeIn(self.push), run_time=0.3)
        way = -np.sign(self.line.slope_at(self.w.get_value())) * 0.12 * np.ptp(self.line.weight)
        self.play(self.w.animate.set_value(float(self.w.get_value() + way)), run_time=max(0.6, seconds - 0.3))

    # Solving ------------------------------------------------------------------------------------------------------

    def solve(self) -> None:
        bottom = self.line.bottom()
        alone = Formula("(d C)/(d w) = 0", LABEL)
        every = Formula(f'(partial C)/(partial w_1)=dots.c=(partial C)/(partial w_"{self.total:,}")=0', LABEL)
        for rule in (alone, every):
            rule.next_to(self.readings, DOWN, buff=0.35).align_to(self.readings, self.side)
        lines = N_("At the bottom it is zero: solve that, done."), N_("On this line it is zero nowhere.")
        with self.say(lines[bottom is None]) as line:
            target = bottom if bottom is not None else float(self.line.weight[self.line.cost.argmin()])
            self.play(self.w.animate.set_value(target), run_time=line.share(0.45))
            self.play(FadeIn(alone, target_position=self.slope), run_time=line.left)
        with self.say(N_("But {count} at once? Nobody can solve that."), count=self.total) as line:
            self.play(ReplacementTransform(alone, every), run_time=1.0)
        self.rule = every

    # Walks --------------------------------------------------------------------------------------------------------

    def walk_down(self) -> None:
        walk = self.walks["shrinking"].within(self.line)
        lines = (
            N_("So step in proportion to the slope. The steps shrink."),
            N_("So step in proportion to the slope."),
        )
        law = Formula("Delta w = - eta thin (d C)/(d w)", LABEL, palette().attention)
        law.next_to(self.readings[0], DOWN, buff=0.3).align_to(self.readings, self.side)
        with self.say(lines[not walk.shrinks()]) as line:
            gone = [FadeOut(one) for one in (self.rule, self.readings[1])]
            self.play(*gone, self.w.animate.set_value(float(walk.weight[0])), run_time=line.share(0.25))
            self.settle()
            self.play(FadeOut(self.tangent, self.push), FadeIn(law, shift=0.2 * UP), run_time=line.share(0.15))
            self.trail = self.go(walk, line.left)
        self.law = law

    def settle(self) -> None:
        """Let all but the network's edge follow the weight no more: now the ball goes where a walk went."""
        for one in (self.ball, self.cost, self.slope, self.tangent, self.push):
            one.clear_updaters()

    def go(self, walk: Walk, seconds: float) -> Trail:
        trail = Trail(self.axes, walk)
        self.add(trail)
        self.play(GoAlong(self.ball, trail, walk, self.tell, rate_func=linear), run_time=seconds)
        return trail

    def tell(self, weight: float, cost: float) -> None:
        self.w.set_value(weight)
        self.cost.set_value(cost)

    def walk_badly(self) -> None:
        alike, far = (self.walks[name] for name in ("alike", "far"))
        told = {
            "alike": N_("Steps all alike hop over the valley for ever.")
            if alike.hops()
            else N_("Steps all alike never get shorter."),
            "far": N_("At {times} times the rate, it leaps clean across.")
            if far.leaps()
            else N_("At {times} times the rate, the steps are other ones."),
        }
        laws = {"alike": '|Delta w| = "const"', "far": f"Delta w = - {self.times} eta thin (d C)/(d w)"}
        for name, walk in (("alike", alike.within(self.line)), ("far", far.within(self.line))):
            law = Formula(laws[name], LABEL, palette().attention).move_to(self.law, self.side)
            with self.say(told[name], times=self.times) as line:
                back = self.ball.animate.move_to(self.axes.point(walk.weight[0], walk.cost[0]))
                self.play(FadeOut(self.trail), ReplacementTransform(self.law, law), back, run_time=0.6)
                self.law = law
                self.trail = self.go(walk, max(3.0, line.left))

    # Two valleys --------------------------------------------------------------------------------------------------

    def ask_for_the_lowest(self) -> None:
        study = self.data["digits-landscape"]
        cost, tried, found = (study.read(f"slice.{part}") for part in ("cost", "tried", "found"))
        counts = {"tried": int(tried[0]), "found": int(found[0])}
        valleys = two_valleys(cost) if counts["found"] and len(cost) else None
        self.counted = self.tally(**counts)
        if valleys is None:
            with self.say(N_("Is the lowest place promised? {tried} other slices were tried."), **counts) as line:
                self.play(FadeOut(self.trail, self.law, self.readings[0]), run_time=line.share(0.2))
                self.play(FadeIn(self.counted, shift=0.2 * UP), run_time=line.left)
            with self.say(N_("None of these had a second valley. But nothing promises that.")) as line:
                self.play(self.ball.animate.scale(1.5), run_time=line.left)
            return
        weight = study.read("slice.change") + float(study.read("slice.trained")[0])
        row, column = study.read("slice.entry").tolist()
        names = (
            Formula(f"w_({row},{column})^((1))", LABEL, palette().attention),
            self.words(N_("cost, enlarged"), SMALL),
        )
        self.slice = ValleyPlot(weight, cost, valleys, names).move_to([0, -0.75, 0])
        with self.say(N_("Is the lowest valley promised? Of {tried} other slices, {found} had two."), **counts) as line:
            gone = FadeOut(Group(*[mobject for mobject in self.mobjects if mobject is not self.w]))
            self.play(gone, FadeIn(self.slice.axes), FadeIn(self.counted, shift=0.2 * UP), run_time=line.share(0.25))
            self.play(self.slice.curve.animate_draw(), run_time=line.left)
        self.ball = self.slice.ball()
        with self.say(N_("A ball from here stays in the higher one. Not promised.")) as line:
            self.play(FadeIn(self.ball, scale=3), run_time=line.share(0.12))
            self.play(self.slice.animate_roll(self.ball), run_time=line.share(0.45))
            self.play(FadeIn(self.slice.minima, shift=0.2 * DOWN), run_time=line.left)

    def tally(self, found: int, tried: int) -> Group:
        """Return in how many of the slices a second valley was found, in large print."""
        number = Number(found, "{:,.0f}", TITLE, palette().attention)
        told = self.words(self.tr(N_("of {tried} slices along first-layer weights have a second valley"), tried=tried))
        row = Group(number, told).arrange(RIGHT, buff=0.25)
        told.align_baseline(number.baseline)
        return row.to_edge(UP, buff=MARGIN)
