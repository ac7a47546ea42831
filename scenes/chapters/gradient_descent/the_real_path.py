"""The way that the training really took, seen in the plane that holds most of it.

The ground is the cost at places of that plane. The ball is the network itself, which is never quite in the plane: it
stands above its foot at the cost that was measured of it, on images that it never saw.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from manim import DOWN, ORIGIN, RIGHT, UP, UR, Create, FadeIn, FadeOut, Group, UpdateFromAlphaFunc, linear
from manim.utils.rate_functions import smooth

from engine.recording import Recording
from scenes.chapter import Beat
from scenes.chapters.gradient_descent.ground import RADIUS, STEP_RADIUS, UPWARDS, Ground, ball_fill, mark_fill
from scenes.mobjects.numbers import Number
from scenes.mobjects.space import Turn, View
from scenes.mobjects.space_parts import Balls, SpaceStrokes, pinned
from scenes.mobjects.typeset import Words
from scenes.stage import LAYERS
from scenes.style import LABEL, MARGIN, SMALL, palette
from scenes.translation import N_

WIDEST, DEEPEST, FLATTEST, TALL = 11.2, 5.0, 1.8, 5.0  # of the ground, and the highest cost, scene units
ROOM = np.array([12.6, 6.9])  # for all of it, scene units, from wherever it is looked at
WALL = 1.3  # how much higher the near side is than the far one if it stands before the way
LEVELS = 24  # contour lines
RIGHT_EDGE, TOP = 6.65, 3.3  # of the readings
HANGS = 0.1  # of the highest that the ball ever is: so high above the ground it is said to hang
LOW = 0.1  # of all heights, counted from the lowest: such ground is a valley's

ABOVE = View(azimuth=0.0, elevation=1.35)
BEFORE = View(azimuth=0.22, elevation=0.62)
ALONG = View(azimuth=-0.28, elevation=0.8)
AROUND = View(azimuth=0.3, elevation=0.8)


class Way:
    """What was recorded of a training on its way through the plane.

    steps: (snapshot,). places: (snapshot, axis) in the plane. measured_at: (evaluation,) steps. measured: (evaluation,)
    cost on new images. walked: (snapshot,) length of the way up to there, in the plane.
    """

    def __init__(self, study: Recording, digits: Recording) -> None:
        self.steps, self.places = digits.steps("layer1.weight"), study.read("path.place")
        self.measured_at, self.measured = digits.steps("metric.test_loss"), digits.read("metric.test_loss")
        self.explained, self.away = study.read("path.explained"), study.read("path.away")
        lengths = np.linalg.norm(np.diff(self.places, axis=0), axis=1)
        self.walked = np.concatenate([[0.0], np.cumsum(lengths)])
        self.across = float(np.linalg.norm(self.places[-1] - self.places[0]))
        self.half = int(np.searchsorted(self.walked, self.walked[-1] / 2))  # the snapshot half of the way on

    def place_at(self, step: float | np.ndarray) -> np.ndarray:
        """Return where it was at steps (n,), between snapshots on a straight line, (n, axis)."""
        return np.stack([np.interp(step, self.steps, axis) for axis in self.places.T], axis=-1)

    def cost_at(self, step: float | np.ndarray) -> np.ndarray:
        """Return the measured cost at steps (n,), running evenly from one measurement to the next."""
        return np.interp(step, self.measured_at, self.measured)

    def slows(self, ground: Ground) -> bool:
        """Return whether the second half of the way took longer than the first, on flatter ground."""
        first, second = self.steps[self.half] - self.steps[0], self.steps[-1] - self.steps[self.half]
        column = np.abs(self.places[:, :1] - ground.first).argmin(axis=1)
        row = np.abs(self.places[:, 1:] - ground.second).argmin(axis=1)
        steep = np.linalg.norm(ground.slope[row, column], axis=1)  # (snapshot,) at the nearest corner
        return bool(second > 2 * first and steep[self.half :].mean() < steep[: self.half].mean())

    def ends_low(self, ground: Ground) -> bool:
        """Return whether it costs less at the end than at the start, on ground that is among the lowest."""
        low, end = ground.rise * ground.cost.min(), ground.on_surface(self.places[-1:])[0, 2]
        return bool(self.measured[-1] < self.measured[0] and end - low < LOW * ground.rise * np.ptp(ground.cost))


def ground_of(study: Recording, way: Way) -> Ground:
    """Return the plane of the path with the start at its left, as large as the frame allows.

    Both directions are to one scale, but that a plane which hardly has a second one is drawn FLATTEST wide.
    """
    plane = Ground(study, "path")
    spans = np.array([np.ptp(plane.first), np.ptp(plane.second)])
    scale = min(WIDEST / spans[0], DEEPEST / spans[1])
    near, far = plane.cost[0].max(), plane.cost[-1].max()
    turned = [1 if way.places[0, 0] <= way.places[-1, 0] else -1, -1 if near > WALL * far else 1]
    sides = np.maximum(scale * spans, FLATTEST) * turned
    height = TALL * plane.highest / max(plane.highest, float(way.measured.max()))
    whole = Ground(study, "path", sides=(sides[0], sides[1]), height=height)
    sizes = [np.ptp(all_of(whole, way, view), axis=0) for view in (BEFORE, ALONG, AROUND)]
    fit = float(np.min(ROOM / sizes, initial=1.0))
    return Ground(study, "path", sides=(fit * sides[0], fit * sides[1]), height=fit * height, levels=LEVELS)


def all_of(ground: Ground, way: Way, view: View) -> np.ndarray:
    """Return where the ground's corners and the ball's places are on the frame, (n, 2)."""
    first, second = np.meshgrid(ground.first, ground.second)
    corners = ground.to_space(first, second, ground.cost).reshape(-1, 3)
    places = way.place_at(way.measured_at)
    return view(np.concatenate([corners, ground.to_space(places[:, 0], places[:, 1], way.measured)]))[:, :2]


class TheRealPath(Beat):
    """The training's own path through the landscape of its plane."""

    def open(self) -> None:
        study, digits = self.data["digits-landscape"], self.data["digits"]
        self.way = Way(study, digits)
        self.plane = ground_of(study, self.way)
        self.above, self.before, self.along, self.around = map(self.centered, (ABOVE, BEFORE, ALONG, AROUND))
        feet = self.plane.on_surface(self.way.places) + UPWARDS
        self.risen = np.stack([feet[:-1], feet[1:]], axis=1).reshape(-1, 3)  # of the strokes of the way
        parts = [f"{layer}.{part}" for layer in LAYERS for part in ("weight", "bias")]
        self.dimensions = sum(int(np.prod(digits.arrays[part].shape[1:])) for part in parts)

    def centered(self, view: View) -> View:
        """Return a view with all of the picture in the middle of the frame."""
        seen = all_of(self.plane, self.way, view)
        right, up = -(seen.min(axis=0) + seen.max(axis=0)) / 2
        return replace(view, middle=(float(right), float(up)))

    def script(self) -> None:
        self.draw_way()
        self.find_plane()
        self.raise_costs()
        self.see_it_hang()
        self.roll()
        self.sum_up()

    # The plane ----------------------------------------------------------------------------------------------------

    def draw_way(self) -> None:
        flat = self.risen * [1, 1, 0] + UPWARDS
        self.line = SpaceStrokes(flat[0::2], flat[1::2], view=self.above, color=palette().attention, stroke=5.0)
        self.step = Number(int(self.way.steps[0]), "{:,.0f}", size=LABEL, fixed="right")
        self.counter = self.reading(N_("step"), self.step, TOP)
        with self.say(N_("Which way did the real training go?")) as line:
            self.play(FadeIn(self.counter), run_time=0.3)
            told = UpdateFromAlphaFunc(self.step, lambda number, alpha: number.set_value(self.step_at(alpha)))
            self.play(Create(self.line), told, run_time=max(2.3, line.left), rate_func=linear)

    def reading(self, text: str, number: Number, y: float) -> Group:
        """Return a number at the right edge, and before it what it is."""
        number.move_to([RIGHT_EDGE, y, 0], aligned_edge=RIGHT)
        word = self.words(text, LABEL).move_to([RIGHT_EDGE - 1.5, y, 0], aligned_edge=RIGHT)
        return Group(word.align_baseline(number.baseline), number).set_z_index(2)

    def step_at(self, alpha: float) -> float:
        """Return the step at a share of the film's way, which takes as long from each snapshot to the next."""
        steps = self.way.steps
        return float(np.interp(alpha * (len(steps) - 1), np.arange(len(steps)), steps))

    def find_plane(self) -> None:
        self.surface = self.plane.surface(self.above, raised=False)
        shares = 100 * self.way.explained
        self.names = self.plane.name_sides(
            self.surface, *[Words(f"{share:.1f}%", SMALL, palette().attention) for share in shares]
        )
        self.spread = self.fact(float(shares[0]), "{:.1f}%", N_("the path's spread in this plane"))
        self.spread.to_corner(UR, buff=MARGIN)
        self.remove(self.line)
        self.add(self.surface, self.line)
        told = N_("Of all planes, this fits best: {share} of its spread.")
        with self.say(told, share=f"{shares.sum():.0f}%") as line:
            self.play(FadeIn(self.surface), FadeOut(self.counter), run_time=line.share(0.2))
            first, second = self.names
            self.play(FadeIn(self.spread, first), run_time=line.share(0.15))
            self.play(FadeIn(second), self.spread[1].animate_change(float(shares.sum())), run_time=line.share(0.15))
            self.play(Turn([self.surface, self.line], self.before), run_time=max(1.4, line.left))

    def fact(self, value: float, form: str, text: str) -> Group:
        """Return a number at the right edge, and before it what it is."""
        number = Number(value, form, size=LABEL, color=palette().attention, fixed="right")
        number.move_to(ORIGIN, aligned_edge=RIGHT)
        end = min(-1.4, number.get_left()[0] - 0.25)
        words = self.words(text, SMALL).move_to([end, 0, 0], aligned_edge=RIGHT)
        return Group(words.align_baseline(number.baseline), number)

    def raise_costs(self) -> None:
        flat = self.line.in_space.copy()

        def rise(line: SpaceStrokes, alpha: float) -> None:
            line.in_space = flat + (self.risen - flat) * alpha
            line.look_from(self.surface.view)

        self.place_ball()
        with self.say(N_("Lift every place to its cost, the network too.")) as line:
            self.play(FadeOut(self.names), FadeOut(self.spread), run_time=0.3)
            raised = self.surface.animate(rate_func=smooth).become(self.plane.surface(self.before))
            self.play(raised, UpdateFromAlphaFunc(self.line, rise, rate_func=smooth), run_time=line.share(0.4))
            faint = self.line.animate.set_color(palette().bright).set_opacity(0.6)
            self.play(FadeIn(self.ball, scale=3), faint, run_time=line.share(0.15))
            self.add(self.stems, self.marks)
            self.bring_to_front(self.ball)
            up = UpdateFromAlphaFunc(self.ball, self.lift, rate_func=smooth)
            self.play(
                up, FadeIn(self.readings), FadeIn(self.milestone(0, self.tops[0], (0.8, 0.0))), run_time=line.left
            )

    # The ball -----------------------------------------------------------------------------------------------------

    def place_ball(self) -> None:
        """Make the ball at its foot, and the marks that it will leave wherever the cost was measured."""
        places = self.way.place_at(self.way.measured_at)  # (evaluation, axis)
        self.tops = self.plane.to_space(places[:, 0], places[:, 1], self.way.measured)
        self.feet = self.plane.on_surface(places) + UPWARDS
        self.ball = Balls(self.feet[0], RADIUS, view=self.before, fill=ball_fill())
        self.marks = Balls(self.tops, STEP_RADIUS, view=self.before, fill=mark_fill(len(places)))
        self.stems = SpaceStrokes(self.feet, self.tops, view=self.before, color=palette().attention, stroke=3.0)
        self.marks.shown[:] = self.stems.shown[:] = 0
        self.shown_parts = [self.surface, self.line, self.stems, self.marks, self.ball]
        self.cost = Number(float(self.way.measured[0]), "{:.2f}", size=LABEL, fixed="right")
        self.step.set_value(int(self.way.steps[0]))
        self.readings = Group(
            self.reading(N_("step"), self.step, TOP), self.reading(N_("cost on new images"), self.cost, TOP - 0.65)
        )

    def lift(self, ball: Balls, alpha: float) -> None:
        """Take the ball from its foot up to the measured cost of the start, on a stem."""
        self.stems.in_space[1] = self.feet[0] + (self.tops[0] - self.feet[0]) * alpha
        self.stems.shown[0] = 1
        self.stems.look_from(ball.view)
        ball.put(self.stems.in_space[1])

    def see_it_hang(self) -> None:
        if self.tops[0, 2] - self.feet[0, 2] < HANGS * self.tops[:, 2].max():
            return
        with self.say(N_("It hangs: its random start lies off this plane.")) as line:
            self.turn(self.along, line.left)

    def turn(self, view: View, seconds: float) -> None:
        self.play(Turn(self.shown_parts, view), run_time=seconds)

    def roll(self) -> None:
        steps, half = self.way.steps, self.way.half
        whole = len(steps) - 1
        lines = (
            N_("Half of the way takes {count} steps."),
            N_("The other half takes {count}: flat ground slows it."),
            N_("The other half takes {count}."),
        )
        with self.say(lines[0], count=int(steps[half] - steps[0])) as line:
            self.roll_between(0.0, half / whole, max(2.6, line.left))
        told = lines[1] if self.way.slows(self.plane) else lines[2]
        with self.say(told, count=int(steps[-1] - steps[half])) as line:
            self.mark_half()
            self.roll_between(half / whole, 1.0, max(3.0, line.left))
        self.play(FadeIn(self.milestone(whole, self.risen[-1], (1.0, -0.05))), run_time=0.3)

    def mark_half(self) -> None:
        half = self.way.half
        place = self.risen[2 * half - 1]
        self.post = Balls(place, 1.6 * STEP_RADIUS, view=self.surface.view, fill=ball_fill())
        self.shown_parts.insert(-1, self.post)
        self.play(FadeIn(self.post), FadeIn(self.milestone(half, place, (-0.15, -0.42))), run_time=0.3)

    def roll_between(self, begin: float, end: float, seconds: float) -> None:
        """Roll the ball on through shares of its way, leaving a mark at every measured cost that it passes."""

        def move(ball: Balls, alpha: float) -> None:
            step = self.step_at(begin + (end - begin) * alpha)
            place, cost = self.way.place_at(step), self.way.cost_at(step)
            ball.put(self.plane.to_space(place[0], place[1], cost))
            self.marks.shown = self.stems.shown = (self.way.measured_at <= step).astype(np.float32)
            self.step.set_value(step)
            self.showing("digits", round(step))
            self.cost.set_value(float(cost))

        self.play(UpdateFromAlphaFunc(self.ball, move, rate_func=linear), run_time=seconds)

    def milestone(self, snapshot: int, place: np.ndarray, offset: tuple[float, float]) -> Words:
        """Return the step of a snapshot, kept at its place on the way."""
        told = self.tr(N_("step {count}"), count=int(self.way.steps[snapshot]))
        return pinned(Words(told, SMALL, palette().text), place, self.surface, offset).set_z_index(2)

    def sum_up(self) -> None:
        way = self.way
        facts = [
            (float(100 * way.explained.sum()), "{:.1f}%", N_("the path's spread in this plane")),
            (way.across, "{:.3g}", N_("from start to end")),
            (float(way.away.max()), "{:.3g}", N_("furthest from the plane")),
        ]
        self.facts = Group(*[self.fact(*one) for one in facts])
        self.facts.arrange(DOWN, buff=0.25, aligned_edge=RIGHT).to_corner(UR, buff=MARGIN).set_z_index(2)
        lines = (
            N_("Through {count} dimensions it went down, into a flat valley."),
            N_("That was the way, through {count} dimensions."),
        )
        told = lines[0] if way.slows(self.plane) and way.ends_low(self.plane) else lines[1]
        with self.say(told, count=self.dimensions) as line:
            self.play(FadeOut(self.readings), run_time=0.3)
            self.play(FadeIn(self.facts, shift=0.2 * UP), run_time=0.6)
            self.turn(self.around, max(2.5, line.left))
