"""The cost over two weights as a landscape, the gradient on it, and a descent through all weights at once."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UL, UP, FadeIn, FadeOut, Group, ReplacementTransform, UpdateFromAlphaFunc, linear
from manim.utils.rate_functions import smooth

from scenes.beats.beat import Beat
from scenes.beats.timeline import Said, said
from scenes.chapters.gradient_descent.landscape import line_measured, plane_measured
from scenes.chapters.gradient_descent.landscape.ground import (
    RADIUS,
    STEP_RADIUS,
    UPWARDS,
    Ground,
    ball_fill,
    mark_fill,
)
from scenes.chapters.gradient_descent.landscape.measured_sides import MeasuredSides
from scenes.evidence.evidence import Mark
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.look.style import LABEL, MARGIN, SMALL, palette
from scenes.mobjects.plots.height_bar import HeightBar
from scenes.mobjects.space.parts import Balls, SpaceStrokes, pinned, space_arrows
from scenes.mobjects.space.space import Turn, View
from scenes.text.numbers import Counter, Number
from scenes.text.typeset import Formula, Typeset

NAME_GAPS = 1.0, 1.3  # scene units from the plane's sides to their names, beyond the numbers
TICKS = 4  # about so many numbers on each side
TRAINED_RADIUS = 0.075  # of the mark where the trained network is, scene units
ARROWS = 8  # cells from one arrow to the next
STEP = 1.3  # scene units, about: the arrow of the descent's first step, which is drawn enlarged
NEAR = 22.5 + 5  # degrees: half of what is between two neighbours, and a little for what the ground curves
LOW = 0.1  # of all heights, counted from the lowest: such ground is a valley's

ABOVE = View(azimuth=0.0, elevation=1.1, middle=(0.6, 0.5))
BESIDE = View(azimuth=-0.45, elevation=0.6, middle=(1.1, -0.7))  # both sides with numbers are near
FURTHER = View(azimuth=-0.65, elevation=0.62, middle=(1.1, -0.6))
AROUND = View(azimuth=0.8, elevation=0.8, middle=(1.2, -0.9))
INTO = View(azimuth=0.35, elevation=0.85, middle=(1.3, -1.2))  # from high enough to see a valley's bottom


class TwoWeights(Beat):
    """Two weights at once: a landscape, and the way down."""

    def open(self) -> None:
        analysis = self.data["digits-landscape"]
        self.pair, self.random = Ground(analysis, "pair"), Ground(analysis, "random")
        self.way, self.way_cost = analysis.read("random.descent"), analysis.read("random.descent_cost")
        self.entries, self.layer = analysis.read("entry"), len(analysis.config["hidden"]) + 1
        self.trained = analysis.read("trained")  # the two weights, from which the plane's coordinates are counted
        self.measure()

    def measure(self) -> None:
        """Measure of how many images the costs are, how many directions there are, and how the descent ended."""
        analysis, digits = self.data["digits-landscape"], self.data["digits"]
        self.examples, self.parameters = line_measured.examples(analysis), line_measured.parameters(digits)
        self.directions = plane_measured.measure_directions(
            self.parameters.value, len(self.entries), self.parameters.of
        )
        self.descent = plane_measured.descent(self.way_cost, self.random)

    def script(self) -> None:
        self.mark_step("digits", self.data["digits-landscape"].config["steps"])
        self.show_plane()
        self.raise_costs()
        self.point_down()
        self.point_everywhere()
        self.take_all_directions()
        self.let_the_ball_go()

    def bar_of(self, plane: Ground) -> HeightBar:
        """Return the bar of a plane's costs, in the upper left corner."""
        text = N_("cost, on {looked_at} of\nthe {all} training images")
        name = self.words(text, SMALL, because=self.examples, values=self.examples.value, align="left")
        return HeightBar((plane.lowest, plane.highest), name).to_corner(UL, buff=MARGIN)

    # Two weights --------------------------------------------------------------------------------------------------

    def show_plane(self) -> None:
        self.surface = self.pair.surface(ABOVE, raised=False)
        formulas = [f"w_({row},{column})^(({self.layer}))" for row, column in self.entries.tolist()]
        along, away = (Formula(formula, LABEL) for formula in formulas)
        self.sides = self.sides_of(self.pair, (along, away), self.trained)
        with self.say(N_("Turn another weight, too: what does the cost do?")) as line:
            self.play(FadeIn(self.surface), run_time=0.7)
            self.play(FadeIn(self.sides), run_time=0.6)
            self.play(Turn([self.surface, self.sides.strokes], BESIDE), run_time=max(1.2, line.remaining))

    def sides_of(self, plane: Ground, names: tuple[Typeset, Typeset], origin: np.ndarray) -> MeasuredSides:
        return MeasuredSides(plane, self.surface, names, gaps=NAME_GAPS, origin=origin, ticks=TICKS)

    def raise_costs(self) -> None:
        self.bar = self.bar_of(self.pair)
        with self.say(N_("Lift the plane to the cost: a landscape.")) as line:
            raised = self.surface.animate.become(self.pair.surface(BESIDE))
            self.play(raised, FadeIn(self.bar), run_time=line.fraction(0.45))
            self.mark_trained(self.pair)
            self.play(Turn([self.surface, self.sides.strokes, self.mark], FURTHER), run_time=line.remaining)

    def mark_trained(self, plane: Ground) -> None:
        """Mark where the trained network is: at the 0 of both directions, at its cost."""
        place = plane.on_surface(np.zeros((1, 2))) + UPWARDS
        self.mark = Balls(place, TRAINED_RADIUS, view=self.surface.view, fill=mark_fill(1))
        words = self.words(N_("trained network"), SMALL, color=palette().attention)
        self.mark_name = pinned(words, place[0], self.surface, (0.0, -0.32)).set_z_index(2)
        self.play(FadeIn(self.mark, scale=3), FadeIn(self.mark_name), run_time=0.4)

    # The gradient -------------------------------------------------------------------------------------------------

    def point_down(self) -> None:
        """Let a ball lie on steep ground, and its gradient point up."""
        inner = np.arange(ARROWS // 2, len(self.pair.first) - 1, ARROWS)
        rows, columns = (index.ravel() for index in np.meshgrid(inner, inner, indexing="ij"))
        own, self.steepest = plane_measured.steepest(self.pair, rows, columns)
        feet, steps = self.pair.downhill(rows, columns)
        self.ball = Balls(feet[own : own + 1], RADIUS, view=FURTHER, fill=ball_fill())
        self.uphill = self.arrows(feet[own : own + 1], -steps[own : own + 1], palette().bright)
        self.downhill = self.arrows(feet[own : own + 1], steps[own : own + 1], palette().attention)
        self.field = self.arrows(feet, steps, palette().attention)
        self.rule = Group(Formula("nabla C", LABEL), Formula("- eta thin nabla C", LABEL, palette().attention))
        self.rule.arrange(DOWN, buff=0.25, aligned_edge=LEFT).next_to(self.bar, DOWN, buff=0.35, aligned_edge=LEFT)
        with self.say(self.line_of_gradient(int(rows[own]), int(columns[own]))) as line:
            self.play(FadeIn(self.ball, scale=3), run_time=line.fraction(0.3))
            self.play(self.growing(self.uphill), FadeIn(self.rule[0]), run_time=line.remaining)

    def line_of_gradient(self, row: int, column: int) -> Said:
        """Return the line that tells where the gradient points."""
        steep = plane_measured.uphill(self.pair, row, column).when(
            lambda way: plane_measured.apart(way["gradient"], way["neighbour"]) <= NEAR,
            N_("the steepest way: as near as eight neighbours can tell"),
        )
        return self.choose(
            said(N_("Down? The gradient points up, the steepest way."), steep),
            otherwise=said(N_("Down? The gradient points uphill.")),
        )

    def point_everywhere(self) -> None:
        slope = {"slope": f"{self.steepest.value:.2g}"}
        self.longest = self.words(N_("longest arrow: slope {slope}"), SMALL, because=self.steepest, values=slope)
        self.longest.next_to(self.rule, DOWN, buff=0.25, aligned_edge=LEFT)
        with self.say(N_("So go against it. The steeper, the longer the step.")) as line:
            turned = ReplacementTransform(self.uphill, self.downhill)
            self.play(turned, FadeIn(self.rule[1]), run_time=line.fraction(0.3))
            gone = [FadeOut(one) for one in (self.downhill, self.ball, self.rule[0], self.mark_name)]
            self.play(*gone, self.growing(self.field), FadeIn(self.longest), run_time=line.fraction(0.35))
            self.play(Turn([self.surface, self.sides.strokes, self.mark, self.field], BESIDE), run_time=line.remaining)

    def arrows(self, feet: np.ndarray, steps: np.ndarray, color: str) -> SpaceStrokes:
        return space_arrows(feet, steps, view=self.surface.view, color=color, stroke=5.0)

    def growing(self, arrows: SpaceStrokes) -> UpdateFromAlphaFunc:
        """Return the animation in which arrows grow out of their feet."""
        count = len(arrows) // 3
        whole, feet = arrows.in_space.copy(), np.tile(np.repeat(arrows.in_space[: 2 * count : 2], 2, axis=0), (3, 1))

        def grow(mobject: SpaceStrokes, alpha: float) -> None:
            mobject.in_space = feet + (whole - feet) * alpha
            mobject.look_from(self.surface.view)

        return UpdateFromAlphaFunc(arrows, grow, rate_func=smooth)

    # All weights --------------------------------------------------------------------------------------------------

    def take_all_directions(self) -> None:
        count = Counter(2, color=palette().attention, because=self.directions)
        text = N_("weights and biases;\n1: as long as they are")
        words = self.words(text, SMALL, because=Mark(1), align="left")
        self.all = Group(count, words).arrange(DOWN, buff=0.18, aligned_edge=LEFT)
        self.all.to_corner(UL, buff=MARGIN)
        total = self.parameters.value
        text = N_("There are {count}: change them together, in random directions.")
        with self.say(text, self.parameters, count=total) as line:
            gone = (self.field, self.sides, self.mark, self.rule[1], self.longest, self.bar)
            self.play(*[FadeOut(one) for one in gone], run_time=line.fraction(0.15))
            level = self.surface.animate.become(self.random.surface(BESIDE, raised=False))
            self.play(level, FadeIn(self.all), run_time=line.fraction(0.2))
            along, away = (self.words(text, SMALL) for text in (N_("one random direction"), N_("another")))
            self.sides = self.sides_of(self.random, (along, away), np.zeros(2))
            self.play(count.animate_count(total), FadeIn(self.sides), run_time=line.remaining)
        self.bar = self.bar_of(self.random)
        with self.say(N_("Again a landscape: our network ended here.")) as line:
            higher = self.surface.animate.become(self.random.surface(BESIDE))
            lower = self.all.animate.next_to(self.bar, DOWN, buff=0.4, aligned_edge=LEFT)
            self.play(higher, lower, FadeIn(self.bar), FadeOut(self.sides), run_time=line.fraction(0.45))
            self.mark_trained(self.random)
            self.play(Turn([self.surface, self.mark], INTO), run_time=line.remaining)

    def let_the_ball_go(self) -> None:
        """Let a ball go from one recorded place of the descent to the next, with the step that it is to take."""
        places = self.random.to_space(self.way[:, 0], self.way[:, 1], self.way_cost) + UPWARDS
        steps = np.diff(places, axis=0, append=places[-1:])
        times = max(1, round(STEP / float(np.linalg.norm(steps[0]))))
        self.ball = Balls(places[0], RADIUS, view=INTO, fill=ball_fill())
        trail = Balls(places, STEP_RADIUS, view=INTO, fill=mark_fill(len(places)))
        trail.shown[:] = 0
        arrow = self.arrows(places[:1], times * steps[:1], palette().attention)
        recorded = self.recorded("digits-landscape", "random.descent_cost")
        series = Series(np.arange(len(places)), self.way_cost, recorded)
        cost = Number(float(self.way_cost[0]), "{:.2f}", size=LABEL).follow(series)
        reading = Group(self.words(N_("cost"), LABEL), cost).arrange(RIGHT, buff=0.25)
        text, value = N_("arrow: the next step,\n{times} times as long"), {"times": times}
        look = {"color": palette().muted, "align": "left"}
        note = self.words(text, SMALL, because=Mark(times), values=value, **look)
        told = Group(reading, note).arrange(DOWN, buff=0.25, aligned_edge=LEFT)
        told.next_to(self.bar, DOWN, buff=0.4, aligned_edge=LEFT)

        def roll(mobject: Balls, alpha: float) -> None:
            place = round(alpha * (len(places) - 1))
            mobject.put(places[place])
            arrow.in_space = space_arrows(places[place][None], times * steps[place][None], view=INTO).in_space
            arrow.look_from(INTO)
            trail.shown = (np.arange(len(places)) <= place).astype(np.float32)
            cost.at(place)

        with self.say(N_("A ball steps against the gradient.")) as line:
            self.add(trail)
            self.play(FadeOut(self.all), FadeIn(self.ball, scale=3), FadeIn(told, shift=0.2 * UP), run_time=0.5)
            self.play(self.growing(arrow), run_time=0.4)
            self.play(UpdateFromAlphaFunc(self.ball, roll, rate_func=linear), run_time=max(3.4, line.remaining))
            self.remove(arrow)
        with self.say(self.line_of_the_end(), result=True) as line:
            turned = Turn([self.surface, self.mark, self.ball, trail], AROUND)
            self.play(turned, FadeOut(note), run_time=line.remaining)

    def line_of_the_end(self) -> Said:
        """Return the line that tells where the descent ended."""
        values = {name: f"{self.descent.value[name]:.2f}" for name in ("start", "end")}
        return self.choose(
            said(
                N_("It felt the slope alone, and found the valley."),
                self.descent.when(
                    lambda cost: (
                        cost["end"] - cost["lowest"]
                        < LOW * (cost["highest"] - cost["lowest"])
                        < cost["start"] - cost["lowest"]
                    ),
                    N_("found the valley: it came into the lowest tenth of the plane's costs"),
                ),
            ),
            said(
                N_("It felt the slope alone, and came from {start} to {end}."),
                self.descent.when(lambda cost: cost["end"] < cost["start"]),
                **values,
            ),
            otherwise=said(N_("It did not come down: from {start} to {end}."), self.descent, **values),
        )
