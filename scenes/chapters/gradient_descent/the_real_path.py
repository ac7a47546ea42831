"""The way that the training really took, seen in the plane that holds most of it.

The ground is the cost at places of that plane. The ball is the network itself, which is never quite in the plane: it
stands above its foot at the cost that was measured of it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from manim import (
    DL,
    DOWN,
    ORIGIN,
    RIGHT,
    UP,
    UR,
    Create,
    FadeIn,
    FadeOut,
    Group,
    UpdateFromAlphaFunc,
    linear,
)
from manim.utils.rate_functions import smooth

from scenes.beats.beat import Beat
from scenes.beats.timeline import Said, said
from scenes.chapters.gradient_descent.landscape import line_measured
from scenes.chapters.gradient_descent.landscape import way as measured
from scenes.chapters.gradient_descent.landscape.ground import RADIUS, STEP_RADIUS, UPWARDS, ball_fill, mark_fill
from scenes.evidence.evidence import Because, Evidence, Mark
from scenes.language.translation import N_
from scenes.look.style import LABEL, MARGIN, SMALL, palette
from scenes.mobjects.plots.height_bar import HeightBar
from scenes.mobjects.space.parts import Balls, SpaceStrokes, pinned
from scenes.mobjects.space.space import Turn, View
from scenes.text.numbers import Number
from scenes.text.typeset import Words

RIGHT_EDGE, TOP = 6.65, 3.3  # of the readings
HANGS = 0.1  # of the highest that the ball ever is: so high above the ground it is told how far from it

ABOVE = View(azimuth=0.0, elevation=1.35)


class TheRealPath(Beat):
    """The training's own path through the landscape of its plane."""

    def open(self) -> None:
        analysis, digits = self.data["digits-landscape"], self.data["digits"]
        self.way = measured.TrainingPath(analysis, digits)
        self.plane = measured.ground_of(analysis, self.way)
        self.above, self.before, self.along, self.around = map(
            self.centered, (ABOVE, measured.BEFORE, measured.ALONG, measured.AROUND)
        )
        feet = self.plane.on_surface(self.way.places) + UPWARDS
        self.risen = np.stack([feet[:-1], feet[1:]], axis=1).reshape(-1, 3)  # of the strokes of the way
        self.tops = self.plane.to_space(self.way.stops[:, 0], self.way.stops[:, 1], self.way.costs)
        self.feet = self.plane.on_surface(self.way.stops) + UPWARDS
        self.measure()

    def measure(self) -> None:
        """Measure how the plane lies to the path, both halves of the way, and where it ended."""
        analysis, digits = self.data["digits-landscape"], self.data["digits"]
        self.examples, self.spread = line_measured.examples(analysis), measured.spread(self.way, digits)
        self.kept = measured.kept(self.way)
        self.halves, self.end = measured.halves(self.way), measured.end_of(self.way, self.plane)
        self.across, self.away = measured.across(self.way), self.recorded("digits-landscape", "path.away")

    def centered(self, view: View) -> View:
        """Return a view with all of the picture in the middle of the frame."""
        seen = measured.all_of(self.plane, self.way, view)
        right, up = -(seen.min(axis=0) + seen.max(axis=0)) / 2
        return replace(view, middle=(float(right), float(up)))

    def script(self) -> None:
        self.draw_way()
        self.find_plane()
        self.raise_costs()
        self.roll()
        self.sum_up()

    # The plane ----------------------------------------------------------------------------------------------------

    def draw_way(self) -> None:
        flat = self.risen * [1, 1, 0] + UPWARDS
        self.line = SpaceStrokes(flat[0::2], flat[1::2], view=self.above, color=palette().attention, stroke=5.0)
        self.step = Number(int(self.way.snapshots[0]), "{:,.0f}", size=LABEL, fixed="right")
        self.step.follow(self.clock_of("digits", measured.PARAMETERS[0]))
        self.counter = self.reading(N_("step"), self.step, TOP)
        self.places = self.note_on_places()
        batch = self.recorded("digits", "config.batch_size")
        self.mark_step("digits", int(self.way.snapshots[0]))
        text = N_("In batches of {count} images: which way did it go?")
        with self.say(text, batch, count=batch.value) as line:
            self.play(FadeIn(self.counter, self.places), run_time=0.3)
            told = UpdateFromAlphaFunc(self.step, self.tell_snapshot, rate_func=linear)
            self.play(Create(self.line, rate_func=linear), told, run_time=max(2.3, line.remaining))

    def note_on_places(self) -> Words:
        """Return what is told of the places that are drawn: they are not evenly spaced."""
        count = self.kept.value["places"]
        note = self.choose(
            said(N_("{count} recorded places, most from early steps"), measured.mostly_early(self.kept), count=count),
            otherwise=said(N_("{count} recorded places"), self.kept, count=count),
        )
        words = self.words(note, SMALL, palette().muted)
        return words.move_to([RIGHT_EDGE, TOP - 0.55, 0], aligned_edge=RIGHT).set_z_index(2)

    def tell_snapshot(self, step: Number, alpha: float) -> None:
        """Tell the step of the snapshot up to which the way is drawn."""
        now = int(self.way.snapshots[int(alpha * (len(self.way.snapshots) - 1) + 1e-6)])
        self.mark_step("digits", now)
        step.at(now)

    def reading(self, text: str, number: Number, y: float, because: Because = None, **values: object) -> Group:
        """Return a number at the right edge, and before it what it is."""
        number.move_to([RIGHT_EDGE, y, 0], aligned_edge=RIGHT)
        word = self.words(text, LABEL, because=because, values=values)
        word.move_to([RIGHT_EDGE - 1.5, y, 0], aligned_edge=RIGHT)
        return Group(word.align_baseline(number.baseline), number).set_z_index(2)

    def find_plane(self) -> None:
        self.surface = self.plane.surface(self.above, raised=False)
        self.names = self.plane.name_sides(self.surface, *self.names_of_directions())
        self.remove(self.line)
        self.add(self.surface, self.line)
        fits = self.spread.when(
            lambda path: path["drawn"] == 2 and min(path["shares"]) >= path["next"],
            N_("furthest: along no third direction at right angles is there more of its variance"),
        )
        text = N_("Of {count} directions we can draw two: where these places spread furthest.")
        with self.say(text, fits, count=self.spread.value["directions"]) as line:
            self.play(FadeIn(self.surface), FadeOut(self.counter), run_time=line.fraction(0.2))
            for name in self.names:
                self.play(FadeIn(name), run_time=line.fraction(0.2))
            self.play(Turn([self.surface, self.line], self.before), run_time=max(1.4, line.remaining))

    def names_of_directions(self) -> list[Words]:
        """Return what is written along both sides: the share of the path's variance, and how far one is stretched."""
        first, second = (f"{share:.1%}" for share in self.way.explained)
        text, values = N_("{share} of its spread"), {"share": first}
        because: tuple[Evidence, ...] = (self.spread,)
        scale = np.abs(self.plane.sides) / [np.ptp(self.plane.first), np.ptp(self.plane.second)]
        if scale[1] > 1.01 * scale[0]:
            text = N_("{share} of its spread; the other side is drawn {times} times as wide")
            times = f"{scale[1] / scale[0]:.1f}"
            values, because = {"share": first, "times": times}, (self.spread, Mark(times))
        color = palette().attention
        return [
            self.words(text, SMALL, color, because=because, values=values),
            Words(second, SMALL, color, because=self.spread),
        ]

    def raise_costs(self) -> None:
        flat = self.line.in_space.copy()

        def rise(line: SpaceStrokes, alpha: float) -> None:
            line.in_space = flat + (self.risen - flat) * alpha
            line.look_from(self.surface.view)

        self.place_ball()
        self.mark_step("digits", int(self.way.steps[0]))
        with self.say(N_("Lift the ground to its cost, and the network, too.")) as line:
            raised = self.surface.animate(rate_func=smooth).become(self.plane.surface(self.before))
            lifted = UpdateFromAlphaFunc(self.line, rise, rate_func=smooth)
            self.play(FadeOut(self.names, self.places), FadeIn(self.bar), raised, lifted, run_time=line.fraction(0.45))
            faint = self.line.animate.set_color(palette().bright).set_opacity(0.6)
            self.play(FadeIn(self.ball, scale=3), faint, run_time=line.fraction(0.12))
            self.add(self.stems, self.marks)
            self.bring_to_front(self.ball)
            up = UpdateFromAlphaFunc(self.ball, self.lift, rate_func=smooth)
            self.off = self.words_on_the_stem()
            told = FadeIn(self.readings, self.milestone(0, self.tops[0], (0.8, 0.0)), *self.off)
            self.play(up, told, run_time=max(0.8, line.remaining))
        self.play(Turn(self.shown_parts, self.along), run_time=1.0)

    # The ball -----------------------------------------------------------------------------------------------------

    def place_ball(self) -> None:
        """Make the ball at its foot, the marks that it will leave wherever the cost was measured, and what tells it."""
        self.ball = Balls(self.feet[0], RADIUS, view=self.before, fill=ball_fill())
        self.marks = Balls(self.tops, STEP_RADIUS, view=self.before, fill=mark_fill(len(self.tops)))
        self.stems = SpaceStrokes(self.feet, self.tops, view=self.before, color=palette().attention, stroke=3.0)
        self.marks.shown[:] = self.stems.shown[:] = 0
        self.shown_parts = [self.surface, self.line, self.stems, self.marks, self.ball]
        self.cost = Number(float(self.way.costs[0]), "{:.2f}", size=LABEL, fixed="right")
        self.cost.follow(self.series("digits", measured.COST))
        self.step.follow(self.clock_of("digits", measured.COST)).at(0)
        count = self.examples.value["all"]
        self.readings = Group(
            self.reading(N_("step"), self.step, TOP),
            self.reading(N_("its cost, on all {count} images"), self.cost, TOP - 0.65, self.examples, count=count),
        )
        text = N_("cost of the ground, on {looked_at}\nof the {all} training images")
        name = self.words(text, SMALL, because=self.examples, values=self.examples.value, align="left")
        bar = HeightBar((self.plane.lowest, self.plane.highest), name, length=1.5, ticks=3, beside=True)
        self.bar = bar.to_corner(DL, buff=MARGIN)

    def lift(self, ball: Balls, alpha: float) -> None:
        """Take the ball from its foot up to the measured cost of the start, on a stem."""
        self.stems.in_space[1] = self.feet[0] + (self.tops[0] - self.feet[0]) * alpha
        self.stems.shown[0] = 1
        self.stems.look_from(ball.view)
        ball.put(self.stems.in_space[1])

    def words_on_the_stem(self) -> list[Words]:
        """Return what is written at the top of a stem that is long enough: how far off the plane the start is."""
        if self.tops[0, 2] - self.feet[0, 2] < HANGS * self.tops[:, 2].max():
            return []
        away = {"distance": f"{float(self.away.content[0]):.1f}"}
        words = self.words(N_("it began {distance} off this plane"), SMALL, because=self.away, values=away)
        return [pinned(words, self.tops[0], self.surface, (0.4 + words.width / 2, -1.0)).set_z_index(2)]

    def roll(self) -> None:
        half = self.halves.when(
            lambda way: way["before"] < 0.5 <= way["share"], N_("half: the first evaluation at half of the distance")
        )
        count = self.halves.value["steps"][0]
        with self.say(N_("Halfway in this plane, as the crow flies: {count} steps."), half, count=count) as line:
            self.roll_between(0, self.way.half, max(2.6, line.remaining))
        with self.say(self.line_of_the_rest()) as line:
            self.mark_half()
            self.roll_between(self.way.half, len(self.way.steps) - 1, max(2.6, line.remaining))
        self.play(FadeIn(self.milestone(-1, self.risen[-1], (1.0, -0.05))), run_time=0.3)

    def line_of_the_rest(self) -> Said:
        """Return the line that tells of the second half."""
        count = self.halves.value["steps"][1]
        rest = self.halves.when(lambda way: way["share"] < 1)
        return self.choose(
            said(N_("The other half: {count}, on flatter ground."), measured.slower(self.halves), count=count),
            otherwise=said(N_("The other half: {count}."), rest, count=count),
        )

    def mark_half(self) -> None:
        place = self.feet[self.way.half]
        self.post = Balls(place, 1.6 * STEP_RADIUS, view=self.surface.view, fill=ball_fill())
        self.shown_parts.insert(-1, self.post)
        come = FadeIn(self.post, self.milestone(self.way.half, place, (-0.15, -0.42)))
        self.play(come, *[FadeOut(words) for words in self.off], run_time=0.3)

    def roll_between(self, begin: int, end: int, seconds: float) -> None:
        """Roll the ball from one evaluation to another; what is told, and the marks, are of the one passed last."""

        def move(ball: Balls, alpha: float) -> None:
            now = begin + (end - begin) * alpha
            last = int(now + 1e-6)
            after = min(last + 1, len(self.tops) - 1)
            ball.put(self.tops[last] + (self.tops[after] - self.tops[last]) * (now - last))
            self.marks.shown = self.stems.shown = (np.arange(len(self.tops)) <= last).astype(np.float32)
            step = int(self.way.steps[last])
            self.mark_step("digits", step)
            self.step.at(step)
            self.cost.at(step)

        self.play(UpdateFromAlphaFunc(self.ball, move, rate_func=linear), run_time=seconds)

    def milestone(self, evaluation: int, place: np.ndarray, offset: tuple[float, float]) -> Words:
        """Return the step of an evaluation, kept at its place on the way."""
        step = {"count": int(self.way.steps[evaluation])}
        words = self.words(N_("step {count}"), SMALL, because=self.steps_of("digits", measured.COST), values=step)
        return pinned(words, place, self.surface, offset).set_z_index(2)

    def sum_up(self) -> None:
        facts = (
            (100 * self.spread.value["together"], "{:.1f}%", N_("of these places' spread, in this plane"), self.spread),
            (self.across.value, "{:.3g}", N_("from start to end"), self.across),
            (float(self.away.content.max()), "{:.3g}", N_("furthest from the plane"), self.away),
        )
        self.facts = Group(*[self.fact(*one) for one in facts])
        self.facts.arrange(DOWN, buff=0.25, aligned_edge=RIGHT).to_corner(UR, buff=MARGIN).set_z_index(2)
        count = self.spread.value["directions"]
        line_of = self.choose(
            said(
                N_("Through {count} dimensions it went down, into a flat valley."),
                (self.spread, measured.slower(self.halves), measured.into_a_valley(self.end)),
                count=count,
            ),
            otherwise=said(N_("That was the way, through {count} dimensions."), self.spread, count=count),
        )
        with self.say(line_of, result=True) as line:
            self.play(FadeOut(self.readings), run_time=0.3)
            self.play(FadeIn(self.facts, shift=0.2 * UP), run_time=0.6)
            self.play(Turn(self.shown_parts, self.around), run_time=max(2.2, line.remaining))

    def fact(self, value: float, form: str, text: str, because: Because) -> Group:
        """Return a number at the right edge, and before it what it is."""
        number = Number(value, form, size=LABEL, color=palette().attention, fixed="right", because=because)
        number.move_to(ORIGIN, aligned_edge=RIGHT)
        end = min(-1.4, number.get_left()[0] - 0.25)
        words = self.words(text, SMALL, because=because).move_to([end, 0, 0], aligned_edge=RIGHT)
        return Group(words.align_baseline(number.baseline), number)
