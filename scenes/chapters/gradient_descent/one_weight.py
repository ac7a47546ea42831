"""The cost along one weight: its slope, steps that follow it, steps that go too far, and a slice with two valleys."""

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
    TransformFromCopy,
    ValueTracker,
    linear,
)
from manim.mobject.mobject import Mobject

from scenes.beats.beat import Beat
from scenes.beats.stage import LAYERS, sizes_of
from scenes.chapters.gradient_descent.landscape import line_measured as measured
from scenes.chapters.gradient_descent.landscape.knob import WIDTH as WIDTH_OF_KNOB
from scenes.chapters.gradient_descent.landscape.knob import Knob
from scenes.chapters.gradient_descent.landscape.line_panel import line_panel, tell_slope
from scenes.chapters.gradient_descent.landscape.second_valley import plot_of, tally
from scenes.chapters.gradient_descent.landscape.slices import (
    GoAlong,
    Slice,
    Trail,
    Walk,
    axes_for,
    push,
    tangent,
)
from scenes.chapters.gradient_descent.landscape.valleys import two_valleys
from scenes.evidence.evidence import Source
from scenes.language.translation import N_
from scenes.look.style import LABEL, MARGIN, SMALL, palette
from scenes.mobjects.plots.axes import Axes2D
from scenes.mobjects.plots.free_place import first_free
from scenes.text.typeset import Formula

RADIUS = 0.12
FAINT = 0.5  # opacity of the weights that do not turn
OPENING = 3.4  # times as large is the network at first


class OneWeight(Beat):
    """One weight turns, all others stay: which way is down?"""

    def open(self) -> None:
        analysis, digits = self.data["digits-landscape"], self.data["digits"]
        self.entry, trained = analysis.read("entry")[0].tolist(), float(analysis.read("trained")[0])
        change, cost, slope = (analysis.read(f"line.{part}") for part in ("change", "cost", "slope"))
        self.line = Slice(change + trained, cost, slope)
        self.walks = {name: Walk.read(analysis, name, trained) for name in ("shrinking", "far")}
        self.sizes, self.layer = sizes_of(digits), len(LAYERS)
        self.name_of_weight = f"w_({self.entry[0]},{self.entry[1]})^(({self.layer}))"
        self.w = ValueTracker(float(self.line.weight[0]))
        self.measure()

    def measure(self) -> None:
        """Measure what the lines tell of the network, of the line, of both walks and of the slices."""
        analysis = self.data["digits-landscape"]
        self.count, self.examples = measured.parameters(self.data["digits"]), measured.examples(analysis)
        self.continuity, self.slopes = measured.continuity(self.line), measured.slopes(self.line)
        self.rates, self.steps = measured.rates(analysis), measured.steps_of(self.walks["shrinking"])
        self.leap = measured.leap_of(self.walks["far"], self.walks["shrinking"], self.line)
        self.slices = measured.slices(analysis)

    def script(self) -> None:
        self.mark_step("digits", self.data["digits-landscape"].config["steps"])
        self.pick_one()
        self.feel_the_slope()
        if self.line.slope.any():
            self.solve()
            self.walk_down()
            self.walk_too_far()
        self.ask_for_the_lowest()

    # One weight of many -------------------------------------------------------------------------------------------

    def pick_one(self) -> None:
        text = N_("cost: the average over {looked_at} of the {all} training images")
        cost = self.words(text, SMALL, color=palette().muted, because=self.examples, values=self.examples.value)
        self.axes = axes_for(self.line, (Formula(self.name_of_weight, LABEL, palette().attention), cost))
        self.knob = Knob(self.sizes, self.entry)
        low = self.line.cost[0] < self.line.cost[-1]
        edge = self.axes.point(self.line.weight[0 if low else -1], self.axes.y_axis.span[1])
        self.knob.move_to(edge + (1 if low else -1) * (WIDTH_OF_KNOB / 2 + 0.35) * RIGHT + 1.0 * DOWN)
        self.side, beside = (LEFT, RIGHT) if low else (RIGHT, LEFT)
        place = self.knob.get_center()
        self.knob.scale(OPENING).move_to(0.2 * UP)
        self.symbol = Formula(self.name_of_weight, LABEL, palette().attention)
        self.cost, self.slope, self.readings = line_panel(self, self.line)
        self.readings.next_to(place + beside * WIDTH_OF_KNOB / 2, beside, buff=0.6)
        self.symbol.next_to(place + 0.85 * DOWN, DOWN, buff=0.1)
        named = self.symbol.copy().scale(1.6).next_to(self.knob, DOWN, buff=0.1)
        with self.say(N_("Turn one weight: what does the cost do?")):
            self.play(FadeIn(self.knob.network, scale=1.05), run_time=0.4)
            faint = self.knob.network.animate.set_opacity(FAINT)
            self.play(faint, FadeIn(self.knob.edge), FadeIn(named), run_time=0.5)
            shrink = self.knob.animate.scale(1 / OPENING).move_to(place)
            self.play(shrink, ReplacementTransform(named, self.symbol), run_time=0.7)
            self.draw_the_curve()

    # The curve and its slope --------------------------------------------------------------------------------------

    @property
    def place(self) -> int:
        """The recorded place of the line at which the weight is."""
        return self.line.place(self.w.get_value())

    def at(self) -> np.ndarray:
        """Return where on the curve that is."""
        return self.axes.point(self.line.weight[self.place], self.line.cost[self.place])

    def follow(self) -> None:
        """Let the ball, the numbers and the network's edge be those of the place where the weight is."""
        self.ball.add_updater(lambda ball: ball.move_to(self.at()))
        self.cost.add_updater(lambda number: number.at(self.line.weight[self.place]))
        self.slope.add_updater(lambda _: tell_slope(self.slope, self.line.weight[self.place]))
        self.knob.add_updater(lambda knob: knob.turn_to(self.w.get_value()))

    def draw_the_curve(self) -> None:
        self.curve = self.axes.plot(self.line.weight, self.line.cost, color=palette().line)
        self.ball = Dot(self.at(), RADIUS, color=palette().bright).set_z_index(3)
        self.play(FadeIn(self.axes), FadeIn(self.readings[0]), FadeIn(self.ball, scale=3), run_time=0.3)
        self.follow()
        sweep = self.w.animate(rate_func=linear).set_value(self.line.weight[-1])
        self.play(self.curve.animate_draw(), sweep, run_time=1.4)

    def feel_the_slope(self) -> None:
        right, left = (self.line.steepest(sign) for sign in (1, -1))
        ways = [weight for weight in (right, left) if weight is not None]
        first = (ways or [self.line.lowest_inside()])[0]
        self.tangent, self.push = self.live(tangent), self.live(push)
        text, steepest = N_("longest arrow: slope {slope}"), {"slope": f"{self.continuity.value['steepest']:.2g}"}
        self.longest = self.words_within(
            2.0, text, SMALL, color=palette().muted, because=self.continuity, values=steepest
        ).next_to(self.readings[1], -self.side, buff=0.5)
        with self.say(self.choose(*measured.lines_of_turning(self.continuity))) as line:
            turn = 0.06 * float(np.ptp(self.line.weight))
            self.play(self.w.animate.set_value(first - turn), run_time=line.fraction(0.2))
            self.play(self.w.animate.set_value(first), run_time=line.fraction(0.35))
            tell_slope(self.slope, self.line.weight[self.place])
            self.play(
                FadeIn(self.tangent, scale=0.3), FadeIn(self.readings[1], shift=0.2 * LEFT), run_time=line.remaining
            )
        with self.say(self.choose(*measured.lines_of_slope(self.slopes))) as line:
            if ways:
                self.show_push(line.fraction(0.4))
            if len(ways) == 2:
                self.play(self.w.animate.set_value(ways[1]), run_time=line.fraction(0.25))
                self.show_push(line.remaining)

    def live(self, drawn: Callable[[Axes2D, Slice, int], Line]) -> Line:
        """Return what is drawn at the weight's place, and drawn anew as it moves."""

        def now() -> Line:
            return drawn(self.axes, self.line, self.place)

        return now().add_updater(lambda line: line.become(now()))

    def show_push(self, seconds: float) -> None:
        """Go a little the way that the slope says."""
        if self.push not in self.mobjects:
            self.play(FadeIn(self.push), FadeIn(self.longest), run_time=0.3)
        way = -np.sign(self.line.slope[self.place]) * 0.12 * np.ptp(self.line.weight)
        self.play(self.w.animate.set_value(float(self.w.get_value() + way)), run_time=max(0.6, seconds - 0.3))

    # Solving ------------------------------------------------------------------------------------------------------

    def solve(self) -> None:
        bottom = self.line.bottom()
        none = Source("nielsen2015", "chapter 1, “Learning with gradient descent”", 0)
        alone = Formula("(d C)/(d w) = 0", LABEL, because=none)
        formula = f'(partial C)/(partial w_1)=dots.c=(partial C)/(partial w_"{self.count.value:,}")=0'
        every = Formula(formula, LABEL, because=(none, self.count))
        alone.next_to(self.readings, DOWN, buff=0.35).align_to(self.readings, self.side)
        every.next_to(alone, DOWN, buff=0.2).align_to(self.readings, self.side)
        below = np.array([every.get_x(), self.axes.x_axis.line.get_y() + 0.25 + every.height / 2, 0])
        spots = [every.get_center(), *(below + up * UP for up in np.arange(0.6, -0.1, -0.2))]
        curve = self.axes.point(self.line.weight, self.line.cost)
        every.move_to(first_free(every, spots, [curve]))
        text = N_("Set all {count} slopes to zero? Hopeless.")
        with self.say(text, (self.count, none), count=self.count.value) as line:
            target = bottom if bottom is not None else self.line.lowest_inside()
            come = FadeIn(alone, target_position=self.slope)
            self.play(self.w.animate.set_value(target), come, run_time=line.fraction(0.25))
            self.play(TransformFromCopy(alone, every), run_time=line.fraction(0.25))
            self.wait(line.remaining)
        self.rules = alone, every

    # Walks --------------------------------------------------------------------------------------------------------

    def walk_down(self) -> None:
        walk = self.walks["shrinking"]
        law = Formula("Delta w = - eta thin (d C)/(d w)", LABEL, palette().attention)
        law.next_to(self.readings[0], DOWN, buff=0.3).align_to(self.readings, self.side)
        self.rate_name = self.words(measured.name_of_rate(self.rates), SMALL, color=palette().muted)
        self.rate_name.next_to(law, -self.side, buff=0.5)
        with self.say(self.choose(*measured.lines_of_steps(self.steps))) as line:
            gone = [FadeOut(one) for one in (*self.rules, self.readings[1], self.longest, self.tangent, self.push)]
            self.play(*gone, self.w.animate.set_value(float(walk.weight[0])), run_time=line.fraction(0.2))
            self.settle()
            self.play(FadeIn(law, shift=0.2 * UP), FadeIn(self.rate_name), run_time=line.fraction(0.15))
            self.trail = self.go("shrinking", max(2.1, line.remaining))
        self.law = law

    def settle(self) -> None:
        """Let all but the network's edge follow the line no more: now the ball goes where a walk went."""
        for one in (self.ball, self.cost, self.slope, self.tangent, self.push):
            one.clear_updaters()

    def go(self, name: str, seconds: float) -> Trail:
        """Let the ball go a walk's way, and out of the picture where that leaves the recorded line."""
        whole = self.walks[name]
        walk, costs = whole.within(self.line), self.recorded("digits-landscape", f"walk.{name}_cost")
        trail, leaves = Trail(self.axes, walk), len(walk.weight) < len(whole.weight)

        def tell(place: int) -> None:
            self.w.set_value(float(walk.weight[place]))
            self.cost.show(float(walk.cost[place]), costs)

        self.add(trail)
        own = 0.7 * seconds if leaves else seconds
        self.play(GoAlong(self.ball, trail, tell, rate_func=linear), run_time=own)
        if leaves:
            beyond = RIGHT if whole.weight[len(walk.weight)] > self.line.weight[-1] else LEFT
            edge = self.curve.get_end() if beyond is RIGHT else self.curve.get_start()
            away = self.ball.animate.move_to(edge + 0.4 * (beyond + UP)).set_opacity(0.3)
            self.play(away, run_time=max(1.0, 0.3 * seconds))
        return trail

    def walk_too_far(self) -> None:
        """Go again from the same start, at the higher rate."""
        times, walk = round(self.rates.value["times"]), self.walks["far"]
        law = Formula(f"Delta w = - {times} eta thin (d C)/(d w)", LABEL, palette().attention, because=self.rates)
        law.move_to(self.law, self.side)
        with self.say(self.choose(*measured.lines_of_leap(self.rates, self.leap))) as line:
            told = self.cost.animate_change(float(walk.cost[0]), self.recorded("digits-landscape", "walk.far_cost"))
            back = self.ball.animate.move_to(self.axes.point(walk.weight[0], walk.cost[0])).set_opacity(1)
            self.play(FadeOut(self.trail), ReplacementTransform(self.law, law), back, told, run_time=0.5)
            self.law = law
            self.trail = self.go("far", max(2.2, line.remaining))

    # Two valleys --------------------------------------------------------------------------------------------------

    def ask_for_the_lowest(self) -> None:
        cost = self.data["digits-landscape"].read("slice.cost")
        valleys = two_valleys(cost) if self.slices.value["found"] and len(cost) else None
        self.counted = tally(self, self.slices)
        counts = {"tried": self.slices.value["tried"], "found": self.slices.value["found"]}
        if valleys is None:
            self.find_no_other(counts["tried"])
            return
        because = measured.minima(cost, valleys)
        self.slice = plot_of(self, valleys, because)
        several = self.slices.when(lambda are: are["found"] > 0)
        with self.say(N_("The lowest? Two valleys in {found} of {tried} slices."), several, **counts) as line:
            gone = FadeOut(Group(*[mobject for mobject in self.mobjects if mobject is not self.w]))
            self.play(gone, FadeIn(self.slice.axes), FadeIn(self.counted, shift=0.2 * UP), run_time=line.fraction(0.25))
            self.play(self.slice.curve.animate_draw(), run_time=line.remaining)
        self.ball = self.slice.ball()
        missed = because.when(lambda are: are["reached"] > are["lower"])
        with self.say(N_("A ball set down here misses the lower one."), missed, result=True) as line:
            self.play(FadeIn(self.ball, scale=3), run_time=0.3)
            self.play(self.slice.animate_roll(self.ball), run_time=1.2)
            self.play(FadeIn(self.slice.minima, shift=0.2 * DOWN), run_time=max(0.6, line.remaining))

    def find_no_other(self, tried: int) -> None:
        """Tell that no slice has a second valley, and that this is no promise."""
        none = self.slices.when(lambda are: are["found"] == 0)
        with self.say(N_("The lowest? Of {tried} slices, none has a second valley."), none, tried=tried) as line:
            self.play(*[FadeOut(one) for one in self.notes()], run_time=line.fraction(0.2))
            self.play(FadeIn(self.counted.to_corner(UR, buff=MARGIN), shift=0.2 * UP), run_time=line.remaining)
        with self.say(N_("Yet that is not a proof."), result=True) as line:
            place = int(self.line.cost.argmin())
            lowest = self.axes.point(self.line.weight[place], self.line.cost[place])
            self.play(self.ball.animate.move_to(lowest).set_opacity(1), run_time=line.remaining)

    def notes(self) -> list[Mobject]:
        """Return what stands about the plot of the line, but for the ball."""
        kept = (self.axes, self.curve, self.ball, self.knob, self.symbol, self.w)
        return [mobject for mobject in self.mobjects if mobject not in kept]
