"""The cost along one weight: its slope, steps that follow it, steps that do not, and a slice with two valleys."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    UR,
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
from manim.mobject.mobject import Mobject

from scenes.chapter import Beat
from scenes.chapters.gradient_descent.knob import WIDTH as WIDTH_OF_KNOB
from scenes.chapters.gradient_descent.knob import Knob
from scenes.chapters.gradient_descent.slices import GoAlong, Slice, Trail, Walk, axes_for, form_for, push, tangent
from scenes.chapters.gradient_descent.valleys import ValleyPlot, two_valleys
from scenes.mobjects.axes import Axes2D
from scenes.mobjects.numbers import Number
from scenes.mobjects.typeset import Formula
from scenes.stage import LAST, LAYERS, sizes_of
from scenes.style import LABEL, MARGIN, SMALL, TITLE, palette
from scenes.translation import N_

RADIUS = 0.12
FAINT = 0.5  # opacity of the weights that do not turn
OPENING = 3.4  # times as large is the network at first


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
        self.feel_the_slope()
        if self.line.slope.any():
            self.solve()
            self.walk_down()
            self.walk_badly()
        self.ask_for_the_lowest()

    # One weight of many -------------------------------------------------------------------------------------------

    def pick_one(self) -> None:
        names = Formula(self.name, LABEL, palette().attention), self.words(N_("cost"), SMALL, color=palette().muted)
        self.axes = axes_for(self.line, names)
        self.knob = Knob(self.sizes, self.weights, self.entry)
        low = self.line.cost[0] < self.line.cost[-1]
        edge = self.axes.point(self.line.weight[0 if low else -1], self.axes.y_axis.span[1])
        self.knob.move_to(edge + (1 if low else -1) * (WIDTH_OF_KNOB / 2 + 0.35) * RIGHT + 1.0 * DOWN)
        self.side, beside = (LEFT, RIGHT) if low else (RIGHT, LEFT)
        place = self.knob.get_center()
        self.knob.scale(OPENING).move_to(0.2 * UP)
        self.symbol = Formula(self.name, LABEL, palette().attention)
        self.readings = self.panel().next_to(place + beside * WIDTH_OF_KNOB / 2, beside, buff=0.6)
        self.symbol.next_to(place + 0.85 * DOWN, DOWN, buff=0.1)
        named = self.symbol.copy().scale(1.6).next_to(self.knob, DOWN, buff=0.1)
        with self.say(N_("Turn one weight alone: what does the cost do?")):
            self.play(FadeIn(self.knob.network, scale=1.05), run_time=0.4)
            faint = self.knob.network.animate.set_opacity(FAINT)
            self.play(faint, FadeIn(self.knob.edge), FadeIn(named), run_time=0.5)
            shrink = self.knob.animate.scale(1 / OPENING).move_to(place)
            self.play(shrink, ReplacementTransform(named, self.symbol), run_time=0.7)
            self.draw_the_curve()

    def panel(self) -> VGroup:
        """Return the running cost and slope with their words."""
        self.cost = Number(self.line.cost[0], form_for(self.line.cost), fixed="right")
        self.slope = Number(self.line.slope[0], form_for(self.line.slope, "+"), fixed="right")
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

        self.ball.add_updater(lambda ball: ball.move_to(self.at()))
        self.cost.add_updater(lambda number: number.set_value(self.line.cost_at(self.w.get_value())))
        self.slope.add_updater(lambda number: self.tell_slope(self.line.slope_at(self.w.get_value())))
        self.knob.add_updater(lambda knob: knob.turn_to(self.w.get_value(), scale))

    def tell_slope(self, slope: float) -> None:
        self.slope.set_value(slope)
        said = np.sign(float(self.slope.form.format(slope)))
        self.slope.set_color((palette().negative, palette().text, palette().positive)[int(said) + 1])

    def draw_the_curve(self) -> None:
        self.curve = self.axes.plot(self.line.weight, self.line.cost, color=palette().line)
        self.ball = Dot(self.at(), RADIUS, color=palette().bright).set_z_index(3)
        self.play(FadeIn(self.axes), FadeIn(self.readings[0]), FadeIn(self.ball, scale=3), run_time=0.3)
        self.follow()
        sweep = self.w.animate(rate_func=linear).set_value(self.line.weight[-1])
        self.play(self.curve.animate_draw(), sweep, run_time=1.4)

    def feel_the_slope(self) -> None:
        right, left = (self.line.steepest(sign) for sign in (1, -1))
        self.tangent = self.live(tangent)
        self.push = self.live(push)
        ways = [weight for weight in (right, left) if weight is not None]
        with self.say(self.lines_of_slope(right is not None, left is not None)) as line:
            self.play(self.w.animate.set_value((ways or [self.trained])[0]), run_time=0.6)
            self.tell_slope(self.line.slope_at(self.w.get_value()))
            self.play(FadeIn(self.tangent, scale=0.3), FadeIn(self.readings[1], shift=0.2 * LEFT), run_time=0.4)
            if len(ways) == 2:
                self.show_push(0.9)
                self.play(self.w.animate.set_value(ways[1]), run_time=0.6)
            self.show_push(max(0.9, line.left))

    def lines_of_slope(self, positive: bool, negative: bool) -> str:
        """Return the line that tells which way is down, of those slopes that there are."""
        if positive and negative:
            return N_("Which way is down? Slope positive: left; negative: right.")
        if positive:
            return N_("Which way is down? Slope positive: go left.")
        if negative:
            return N_("Which way is down? Slope negative: go right.")
        return N_("Which way is down? Here the slope is zero everywhere.")

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
        lines = (
            N_("Zero at the bottom. But solve all {count}? Hopeless."),
            N_("On this line it is zero nowhere. Solve all {count}? Hopeless."),
        )
        with self.say(lines[bottom is None], count=self.total) as line:
            target = bottom if bottom is not None else self.line.lowest_inside()
            self.play(self.w.animate.set_value(target), run_time=0.4)
            self.play(FadeIn(alone, target_position=self.slope), run_time=0.6)
            self.wait(1.0)
            self.play(ReplacementTransform(alone, every), run_time=0.7)
            self.wait(max(1.2, line.left))
        self.rule = every

    # Walks --------------------------------------------------------------------------------------------------------

    def walk_down(self) -> None:
        walk = self.walks["shrinking"]
        lines = (
            N_("Step in proportion to the slope: the steps shrink."),
            N_("So step in proportion to the slope."),
        )
        law = Formula("Delta w = - eta thin (d C)/(d w)", LABEL, palette().attention)
        law.next_to(self.readings[0], DOWN, buff=0.3).align_to(self.readings, self.side)
        with self.say(lines[not walk.shrinks()]) as line:
            gone = [FadeOut(one) for one in (self.rule, self.readings[1])]
            self.play(*gone, self.w.animate.set_value(float(walk.weight[0])), run_time=line.share(0.25))
            self.settle()
            self.play(FadeOut(self.tangent, self.push), FadeIn(law, shift=0.2 * UP), run_time=line.share(0.15))
            self.trail = self.go(walk, max(2.1, line.left))
        self.law = law

    def settle(self) -> None:
        """Let all but the network's edge follow the weight no more: now the ball goes where a walk went."""
        for one in (self.ball, self.cost, self.slope, self.tangent, self.push):
            one.clear_updaters()

    def go(self, whole: Walk, seconds: float) -> Trail:
        """Let the ball go a walk's way, and out of the picture where that leaves the recorded line."""
        walk = whole.within(self.line)
        trail, leaves = Trail(self.axes, walk), len(walk.weight) < len(whole.weight)
        self.add(trail)
        if len(walk.weight) > 1:
            own = 0.7 * seconds if leaves else seconds
            self.play(GoAlong(self.ball, trail, walk, self.tell, rate_func=linear), run_time=own)
        if leaves:
            beyond = RIGHT if whole.weight[len(walk.weight)] > self.line.weight[-1] else LEFT
            edge = self.curve.get_end() if beyond is RIGHT else self.curve.get_start()
            away = self.ball.animate.move_to(edge + 0.4 * (beyond + UP)).set_opacity(0.3)
            self.play(away, run_time=max(1.0, 0.3 * seconds))
        return trail

    def tell(self, weight: float, cost: float) -> None:
        self.w.set_value(weight)
        self.cost.set_value(cost)

    def walk_badly(self) -> None:
        alike, far = (self.walks[name] for name in ("alike", "far"))
        steady = N_("Steps all alike hop for ever."), N_("Steps all alike never get shorter.")
        told = {"alike": steady[not alike.hops()], "far": self.verdict(far)}
        laws = {"alike": '|Delta w| = "const"', "far": f"Delta w = - {self.times} eta thin (d C)/(d w)"}
        for name, walk in (("alike", alike), ("far", far)):
            law = Formula(laws[name], LABEL, palette().attention).move_to(self.law, self.side)
            with self.say(told[name], times=self.times) as line:
                back = self.ball.animate.move_to(self.axes.point(walk.weight[0], walk.cost[0])).set_opacity(1)
                self.play(FadeOut(self.trail), ReplacementTransform(self.law, law), back, run_time=0.5)
                self.law = law
                self.trail = self.go(walk, max(2.2, line.left))

    def verdict(self, far: Walk) -> str:
        """Return the line that holds for the walk of the high rate."""
        if len(far.within(self.line).weight) < len(far.weight):
            return N_("At {times} times the rate, it flies out of the picture.")
        if far.leaps():
            return N_("At {times} times the rate, it leaps across.")
        return N_("At {times} times the rate, the first step is {times} times as long.")

    # Two valleys --------------------------------------------------------------------------------------------------

    def ask_for_the_lowest(self) -> None:
        study = self.data["digits-landscape"]
        cost, tried, found = (study.read(f"slice.{part}") for part in ("cost", "tried", "found"))
        counts = {"tried": int(tried[0]), "found": int(found[0])}
        valleys = two_valleys(cost) if counts["found"] and len(cost) else None
        self.counted = self.tally(**counts)
        if valleys is None:
            with self.say(N_("Is the lowest place promised? {tried} other slices were tried."), **counts) as line:
                self.play(*[FadeOut(one) for one in self.notes()], run_time=line.share(0.2))
                self.play(FadeIn(self.counted.to_corner(UR, buff=MARGIN), shift=0.2 * UP), run_time=line.left)
            with self.say(N_("None of these had a second valley. But nothing promises that.")) as line:
                lowest = self.axes.point(self.line.weight[self.line.cost.argmin()], self.line.cost.min())
                self.play(self.ball.animate.move_to(lowest).set_opacity(1), run_time=line.left)
            return
        weight = study.read("slice.change") + float(study.read("slice.trained")[0])
        row, column = study.read("slice.entry").tolist()
        names = (
            Formula(f"w_({row},{column})^((1))", LABEL, palette().attention),
            self.words(N_("cost, enlarged"), SMALL),
        )
        self.slice = ValleyPlot(weight, cost, valleys, names).move_to([0, -0.75, 0])
        with self.say(N_("Always the lowest? Of {tried} slices, {found} had two valleys."), **counts) as line:
            gone = FadeOut(Group(*[mobject for mobject in self.mobjects if mobject is not self.w]))
            self.play(gone, FadeIn(self.slice.axes), FadeIn(self.counted, shift=0.2 * UP), run_time=line.share(0.25))
            self.play(self.slice.curve.animate_draw(), run_time=line.left)
        self.ball = self.slice.ball()
        with self.say(N_("No: this ball misses it.")) as line:
            self.play(FadeIn(self.ball, scale=3), run_time=0.3)
            self.play(self.slice.animate_roll(self.ball), run_time=1.2)
            self.play(FadeIn(self.slice.minima, shift=0.2 * DOWN), run_time=max(0.6, line.left))

    def notes(self) -> list[Mobject]:
        """Return what stands about the plot of the line, but for the ball."""
        kept = (self.axes, self.curve, self.ball, self.knob, self.symbol, self.w)
        return [mobject for mobject in self.mobjects if mobject not in kept]

    def tally(self, found: int, tried: int) -> Group:
        """Return in how many of the slices a second valley was found, in large print."""
        number = Number(found, "{:,.0f}", TITLE, palette().attention)
        told = self.words(self.tr(N_("of {tried} slices along first-layer weights have a second valley"), tried=tried))
        row = Group(number, told).arrange(RIGHT, buff=0.25)
        told.align_baseline(number.baseline)
        return row.to_edge(UP, buff=MARGIN)
