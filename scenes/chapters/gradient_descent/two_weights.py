"""The cost over two weights as a landscape, the gradient on it, and a descent through all weights at once."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UL, UP, FadeIn, FadeOut, Group, ReplacementTransform, UpdateFromAlphaFunc, linear
from manim.utils.rate_functions import smooth

from scenes.chapter import Beat
from scenes.chapters.gradient_descent.ground import (
    LONGEST,
    RADIUS,
    STEP_RADIUS,
    UPWARDS,
    Ground,
    ball_fill,
    mark_fill,
)
from scenes.chapters.gradient_descent.measured_sides import MeasuredSides
from scenes.mobjects.numbers import Number
from scenes.mobjects.space import Turn, View
from scenes.mobjects.space_parts import Balls, SpaceStrokes, pinned, space_arrows
from scenes.mobjects.typeset import Formula, Typeset, Words
from scenes.style import LABEL, MARGIN, SMALL, palette
from scenes.translation import N_

NAME_GAPS = 1.0, 1.3  # scene units from the plane's sides to their names, beyond the numbers
TICKS = 4  # about so many numbers on each side
TRAINED_RADIUS = 0.075  # of the mark where the trained network is, scene units
ARROWS = 8  # cells from one arrow to the next
ENLARGED = 1.7  # how much longer an arrow is that stands alone

ABOVE = View(azimuth=0.0, elevation=1.1, middle=(0.6, 0.5))
BESIDE = View(azimuth=-0.45, elevation=0.6, middle=(1.1, -0.7))  # both sides with numbers are near
FURTHER = View(azimuth=-0.65, elevation=0.62, middle=(1.1, -0.6))
AROUND = View(azimuth=0.8, elevation=0.8, middle=(1.2, -0.9))
INTO = View(azimuth=0.35, elevation=0.85, middle=(1.3, -1.2))  # from high enough to see a valley's bottom


class TwoWeights(Beat):
    """Two weights at once: a landscape, and the way down."""

    def open(self) -> None:
        study, digits = self.data["digits-landscape"], self.data["digits"]
        self.pair, self.random = Ground(study, "pair"), Ground(study, "random")
        self.way, self.way_cost = study.read("random.descent"), study.read("random.descent_cost")
        self.entries, self.layer = study.read("entry"), len(study.config["hidden"]) + 1
        self.trained = study.read("trained")  # the two weights, from which the plane's coordinates are counted
        self.total = sum(digits.read(name, step=-1).size for name in digits.arrays)  # weights and biases alone

    def script(self) -> None:
        self.show_plane()
        self.raise_costs()
        self.point_down()
        self.point_everywhere()
        self.take_all_directions()
        self.let_the_ball_go()

    # Two weights --------------------------------------------------------------------------------------------------

    def show_plane(self) -> None:
        self.ground = self.pair.surface(ABOVE, raised=False)
        formulas = [f"w_({row},{column})^(({self.layer}))" for row, column in self.entries.tolist()]
        along, away = (Formula(formula, LABEL) for formula in formulas)
        self.sides = self.sides_of(self.pair, (along, away), self.trained)
        with self.say(N_("What does the cost do as two weights turn?")) as line:
            self.play(FadeIn(self.ground), run_time=0.7)
            self.play(FadeIn(self.sides), run_time=0.6)
            self.play(Turn([self.ground, self.sides.strokes], BESIDE), run_time=max(1.2, line.left))

    def sides_of(self, plane: Ground, names: tuple[Typeset, Typeset], origin: np.ndarray) -> MeasuredSides:
        return MeasuredSides(plane, self.ground, names, gaps=NAME_GAPS, origin=origin, ticks=TICKS)

    def raise_costs(self) -> None:
        words = self.words(N_("height: the cost,"), SMALL, color=palette().text)
        low, high = self.pair.cost.min(), self.pair.highest
        self.bounds = [Number(float(end), "{:.2f}", size=SMALL, color=palette().text) for end in (low, high)]
        dash = Words("–", SMALL, color=palette().text)
        self.note = Group(words, self.bounds[0], dash, self.bounds[1]).arrange(RIGHT, buff=0.12)
        self.note.to_corner(UL, buff=MARGIN)
        with self.say(N_("Lift each setting to its cost: a landscape.")) as line:
            raised = self.ground.animate.become(self.pair.surface(BESIDE))
            self.play(raised, FadeIn(self.note), run_time=line.share(0.45))
            self.mark_trained(self.pair)
            self.play(Turn([self.ground, self.sides.strokes, self.mark], FURTHER), run_time=line.left)

    def mark_trained(self, plane: Ground) -> None:
        """Mark where the trained network is: at the 0 of both directions, at its cost."""
        place = plane.on_surface(np.zeros((1, 2))) + UPWARDS
        self.mark = Balls(place, TRAINED_RADIUS, view=self.ground.view, fill=mark_fill(1))
        words = self.words(N_("trained network"), SMALL, color=palette().attention)
        self.mark_name = pinned(words, place[0], self.ground, (0.0, -0.32)).set_z_index(2)
        self.play(FadeIn(self.mark, scale=3), FadeIn(self.mark_name), run_time=0.4)

    # The gradient -------------------------------------------------------------------------------------------------

    def point_down(self) -> None:
        size = len(self.pair.first)
        row, column = np.array([size - 12]), np.array([size - 9])
        feet, steps = self.pair.downhill(row, column)
        self.ball = Balls(feet, RADIUS, view=FURTHER, fill=ball_fill())
        uphill = self.arrows(feet, -ENLARGED * steps, palette().bright)
        downhill = self.arrows(feet, ENLARGED * steps, palette().attention)
        self.rule = Group(Formula("nabla C", LABEL), Formula("- nabla C", LABEL, palette().attention))
        self.rule.arrange(DOWN, buff=0.25, aligned_edge=LEFT).next_to(self.note, DOWN, buff=0.35, aligned_edge=LEFT)
        with self.say(N_("Which way is down? The gradient points up, the steepest way.")) as line:
            self.play(FadeIn(self.ball, scale=3), run_time=line.share(0.35))
            self.play(self.growing(uphill), FadeIn(self.rule[0]), run_time=line.left)
        self.uphill, self.downhill = uphill, downhill

    def point_everywhere(self) -> None:
        inner = np.arange(ARROWS // 2, len(self.pair.first) - 1, ARROWS)
        rows, columns = (index.ravel() for index in np.meshgrid(inner, inner, indexing="ij"))
        self.field = self.arrows(*self.pair.downhill(rows, columns), palette().attention)
        with self.say(N_("So go against it. The steeper, the longer the arrow.")) as line:
            turned = ReplacementTransform(self.uphill, self.downhill)
            self.play(turned, FadeIn(self.rule[1]), run_time=line.share(0.3))
            gone = [FadeOut(one) for one in (self.downhill, self.ball, self.rule[0], self.mark_name)]
            self.play(*gone, self.growing(self.field), run_time=line.share(0.35))
            self.play(Turn([self.ground, self.sides.strokes, self.mark, self.field], BESIDE), run_time=line.left)

    def arrows(self, feet: np.ndarray, steps: np.ndarray, color: str) -> SpaceStrokes:
        return space_arrows(feet, steps, view=self.ground.view, color=color, stroke=5.0)

    def growing(self, arrows: SpaceStrokes) -> UpdateFromAlphaFunc:
        """Return the animation in which arrows grow out of their feet."""
        count = len(arrows) // 3
        whole, feet = arrows.in_space.copy(), np.tile(np.repeat(arrows.in_space[: 2 * count : 2], 2, axis=0), (3, 1))

        def grow(mobject: SpaceStrokes, alpha: float) -> None:
            mobject.in_space = feet + (whole - feet) * alpha
            mobject.look_from(self.ground.view)

        return UpdateFromAlphaFunc(arrows, grow, rate_func=smooth)

    def downhill_at(self, places: np.ndarray, step: int) -> np.ndarray:
        """Return the arrow of a step of the descent, (1, 3): a step is η times −∇C, the first one LONGEST long."""
        moves = np.diff(places, axis=0)
        return ENLARGED * moves[step : step + 1] * LONGEST / np.linalg.norm(moves[0, :2])

    # All weights --------------------------------------------------------------------------------------------------

    def take_all_directions(self) -> None:
        count = Number(self.total, "{:,.0f}", size=LABEL, color=palette().attention)
        words = self.words(N_("weights and biases at once"), SMALL)
        self.all = Group(count, words).arrange(DOWN, buff=0.18, aligned_edge=LEFT)
        self.all.next_to(self.note, DOWN, buff=0.35, aligned_edge=LEFT)
        count.set_value(2)
        directions = N_("one random direction"), N_("another")
        lines = (
            N_("But there are {count}. Change all, along two random directions."),
            N_("Again a landscape: our network ended here."),
        )
        with self.say(lines[0], count=self.total) as line:
            self.play(
                *[FadeOut(one) for one in (self.field, self.sides, self.mark, self.rule[1])], run_time=line.share(0.15)
            )
            level = self.ground.animate.become(self.random.surface(BESIDE, raised=False))
            self.play(level, FadeOut(self.note), FadeIn(self.all), run_time=line.share(0.2))
            along, away = (self.words(text, SMALL) for text in directions)
            self.sides = self.sides_of(self.random, (along, away), np.zeros(2))
            self.play(count.animate_value(self.total), FadeIn(self.sides), run_time=line.left)
        with self.say(lines[1]) as line:
            for number, end in zip(self.bounds, (self.random.cost.min(), self.random.highest), strict=True):
                number.set_value(float(end))
            higher = self.ground.animate.become(self.random.surface(BESIDE))
            self.play(higher, FadeIn(self.note), FadeOut(self.sides), run_time=line.share(0.45))
            self.mark_trained(self.random)
            self.play(Turn([self.ground, self.mark], INTO), run_time=line.left)

    def let_the_ball_go(self) -> None:
        places = self.random.to_space(self.way[:, 0], self.way[:, 1], self.way_cost) + UPWARDS
        self.ball = Balls(places[0], RADIUS, view=INTO, fill=ball_fill())
        trail = Balls(places, STEP_RADIUS, view=INTO, fill=mark_fill(len(places)))
        trail.shown[:] = 0
        arrow = self.arrows(places[:1], self.downhill_at(places, 0), palette().attention)
        cost = Number(float(self.way_cost[0]), "{:.2f}", size=LABEL)
        reading = Group(self.words(N_("cost"), LABEL), cost).arrange(RIGHT, buff=0.25)
        reading.next_to(self.all, DOWN, buff=0.3, aligned_edge=LEFT)

        def roll(mobject: Balls, alpha: float) -> None:
            at = alpha * (len(places) - 1)
            step = min(int(at), len(places) - 2)
            now = places[step] + (places[step + 1] - places[step]) * (at - step)
            mobject.put(now)
            arrow.in_space = space_arrows(now[None], self.downhill_at(places, step), view=INTO).in_space
            arrow.look_from(INTO)
            trail.shown = np.clip(at - np.arange(len(places)) + 1, 0, 1).astype(np.float32)
            cost.set_value(float(np.interp(at, np.arange(len(places)), self.way_cost)))

        with self.say(N_("Let a ball go. Each step follows minus the gradient.")) as line:
            self.add(trail)
            self.play(FadeIn(self.ball, scale=3), FadeIn(reading, shift=0.2 * UP), run_time=0.5)
            self.play(self.growing(arrow), run_time=0.4)
            self.play(UpdateFromAlphaFunc(self.ball, roll, rate_func=linear), run_time=max(3.4, line.left))
            self.remove(arrow)
        with self.say(N_("It sees only the slope, and finds the valley.")) as line:
            self.play(Turn([self.ground, self.mark, self.ball, trail], AROUND), run_time=line.left)
