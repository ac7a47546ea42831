"""Shows the way that a training took: the path of its parameters, in the plane that keeps most of it."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Create, DashedLine, FadeIn, Group, Line, VMobject

from engine.recording.views.parameter_path import read_parameter_path
from scenes.animate.path.ground import LossGround
from scenes.animate.path.way import LOSS, SURFACE
from scenes.animate.shared.own import Remark
from scenes.animate.shared.running import RunningBeat
from scenes.animate.space.dots import Dots, as_points, framed, scale_for
from scenes.beats.timeline import said
from scenes.drawing.batched import rgb255
from scenes.language.translation import N_
from scenes.look.style import LABEL, QUICK, SMALL, STROKE, THIN, palette
from scenes.mobjects.plots.free_place import first_free, lines_over
from scenes.text.numbers import Number
from scenes.text.typeset import Words

BOX = (-5.2, -2.75, 10.4, 6.24)  # scene units: left, bottom, width, height of the plane
FORM = "{:.3g}"  # of the loss
MOVED = 1e-12  # of a way, from which on there is one


class Descent(RunningBeat):
    """Which way did the training take?"""

    def open(self) -> None:
        self.path = read_parameter_path(self.recording)
        self.measure()
        self.place_clock(self.steps().only(self.path.steps))
        self.frame = framed(BOX)
        self.place_ground()
        self.line = VMobject(stroke_color=palette().text, stroke_width=1.2 * STROKE)
        self.dots = Dots(self.places, np.tile(rgb255(palette().muted), (len(self.places), 1)))
        self.tip = Dots(self.places[:1], rgb255(palette().attention)[None])
        self.tip.scale(2.2)
        self.start = self.words(N_("start"), SMALL, palette().muted)
        self.end = self.words(N_("end"), SMALL, palette().muted)
        self.place_loss()
        taken = [*self.ways_drawn, *lines_over(self.loss_told)]
        below = self.places[0][1] <= self.places[1][1]
        beyond = self.places[-1][1] <= self.places[-2][1] if self.path.straight > MOVED else not below
        for words, place, down in ((self.start, self.places[0], below), (self.end, self.places[-1], beyond)):
            beside = RIGHT if words is self.start else LEFT
            usual = (DOWN if down else UP) + beside
            sides = [usual, usual * (1, -1, 1), usual * (-1, 1, 1), -usual, UP, DOWN, beside, -beside]
            spots = [self.spot_of(words, place, side, away) for away in (0.15, 0.4, 0.7) for side in sides]
            words.move_to(first_free(words, spots, taken))
        self.remark = self.notes(self.remarks())
        self.ground(Group(self.dots, self.line), (self.plane,))
        self.show_share(0.0)

    def spot_of(self, words: Words, place: np.ndarray, side: np.ndarray, away: float) -> np.ndarray:
        """Return where the middle of words is at a side of a place, in the frame."""
        words.next_to(place, side, buff=away)
        words.set_x(float(np.clip(words.get_x(), BOX[0] + 0.5, BOX[0] + BOX[2] - 0.5)))
        words.set_y(float(np.clip(words.get_y(), BOX[1] + 0.25, BOX[1] + BOX[3] - 0.25)))
        return words.get_center()

    def place_ground(self) -> None:
        """Put the loss all over the plane, where it was computed, and the places of the snapshots into the frame."""
        self.around: LossGround | None = None
        self.surface, self.bar = Group(), Group()
        scale = scale_for(self.path.places[None], BOX)
        if all(name in self.recording.arrays for name in SURFACE):
            ground = LossGround(self.recording)
            if ground.is_known:
                self.around = ground
                values = {"low": ground.low, "high": ground.high, "across": len(ground.across), "up": len(ground.up)}
                how = N_("the least and the greatest loss of the probe over the plane, and the places across and up")
                self.surface_told = self.measured("surface", {**values, "places": ground.loss.size}, how, *SURFACE)
                self.surface = Group(ground.surface(BOX))
                self.bar = ground.legend((BOX[0] + BOX[2] + 0.15, BOX[1] + BOX[3]), self.surface_told)
        around = self.around
        self.places = as_points(around.to_box(self.path.places, BOX) if around else scale(self.path.places))

    @property
    def ways_drawn(self) -> list[np.ndarray]:
        """The way, the straight line from its start to its end, the lines through its start, and the dot at its end."""
        tip = 0.25 * np.array([[-1, 0, 0], [0, 1, 0], [1, 0, 0], [0, -1, 0], [-1, 0, 0]])
        across = [line.get_start_and_end() for line in self.directions()]
        return [self.places, self.places[[0, -1]], *map(np.array, across), self.places[-1] + tip]

    def place_loss(self) -> None:
        """Put the loss, where it was recorded, into a corner of the plane that the way leaves free."""
        self.loss: Number | None = None
        self.loss_told = Group()
        if LOSS in self.recording.arrays:
            series = self.series(self.film, LOSS)
            self.loss = Number(float(series.values[0]), FORM, LABEL, palette().attention, fixed="right").follow(series)
            corner = np.array([BOX[0] + BOX[2] - 0.25, BOX[1] + BOX[3] - 0.4, 0])
            self.loss.move_to(corner, aligned_edge=RIGHT)
            longest = max(series.values.tolist(), key=lambda value: len(FORM.format(value)))
            widest = Number(longest, FORM, LABEL).width
            word = self.words(N_("loss"), SMALL, palette().muted)
            word.move_to(corner + (widest + 0.25) * LEFT, aligned_edge=RIGHT).align_baseline(self.loss)
            self.loss_told = Group(self.loss, word)
            aside = 0.5 * (BOX[2] - self.loss_told.width) - 0.25
            upwards = 0.5 * (BOX[3] - self.loss_told.height) - 0.25
            middle = np.array([BOX[0] + BOX[2] / 2, BOX[1] + BOX[3] / 2, 0])
            sides = (UP + RIGHT, UP + LEFT, DOWN + RIGHT, DOWN + LEFT)
            spots = [middle + side * (aside, upwards, 0) for side in sides]
            self.loss_told.move_to(first_free(self.loss_told, spots, self.ways_drawn))

    def measure(self) -> None:
        """Measure the plane, how much of the spread it keeps, and how long the way was."""
        path = self.path
        plane = {"places": path.places.tolist(), "share": path.share, "count": path.count, "of": path.of}
        plane |= {"snapshots": len(path.steps), "lost": path.lost}
        how = N_(
            "the places of the snapshots in the plane of their first two principal components, and what that keeps"
        )
        self.plane = self.measured("plane", plane, how)
        long = float(path.lengths.sum())
        ways = {"long": long, "straight": path.straight, "times": long / path.straight if path.straight else 0.0}
        how = N_(
            "the way from snapshot to snapshot, and the distance from the first to the last, of all parameters read"
        )
        self.ways = self.measured("ways", ways, how)

    def remarks(self) -> list[Remark]:
        """Return the notes on what a place is and which parameters it is made of."""
        values = {"snapshots": len(self.path.steps), "lost": self.path.lost}
        text = N_("dots: {snapshots} snapshots, straight lines between; across and up on a common scale")
        told: list[Remark] = [(text, self.plane, values)]
        if self.path.lost:
            told.append((N_("left out: {lost} snapshots with parameters that are not finite"), self.plane, values))
        if self.around:
            values = {"across": len(self.around.across), "up": len(self.around.up)}
            text = N_("colours: loss of the probe on the plane itself, at {across} × {up} places, run on between them")
            told.append((text, self.surface_told, values))
        if self.path.count < self.path.of:
            values = {"count": self.path.count, "of": self.path.of}
            told.append((N_("{count} of {of} parameters"), self.plane, values))
        return told

    def show_training(self, now: float, told: float) -> None:
        """Show the way up to a step, straight from each snapshot to the next."""
        steps = self.path.steps
        at = float(np.interp(now, steps, np.arange(len(steps))))
        before = int(at)
        after = min(before + 1, len(steps) - 1)
        tip = self.places[before] + (at - before) * (self.places[after] - self.places[before])
        self.line.set_points_as_corners([*self.places[: before + 1], tip])
        self.dots.shown = (np.arange(len(steps)) <= before).astype(np.float32)
        self.tip.move_items(tip[None])
        if self.loss:
            first = float(self.recording.steps(LOSS)[0])
            self.loss.at(max(told, first))
            for part in self.loss_told:
                part.set_opacity(float(told >= first))  # before that there was none

    # The film of it -----------------------------------------------------------------------------------------------

    def script(self) -> None:
        with self.say(N_("Which way did the training take?")) as line:
            self.play(Create(self.frame), FadeIn(self.start), run_time=max(QUICK, line.fraction(0.5)))
            shown = [FadeIn(self.tip, scale=0.3), *map(FadeIn, (self.counter, self.loss_told))]
            self.play(*shown, run_time=max(QUICK, line.remaining))
        text = N_("{count} parameters are a point in a space of as many directions. This is a plane in it.")
        with self.say(text, self.plane.when(lambda are: are["count"] > 1), count=f"{self.path.count:,}") as line:
            self.play(FadeIn(self.remark), run_time=QUICK)
            self.play(*map(Create, self.directions()), run_time=max(1.0, line.remaining))
        self.tell_ground()
        self.add(self.line, self.dots, self.tip)
        share = f"{self.path.share:.0%}"
        kept = said(
            N_("It is the plane that keeps the most of the way's spread: {share}."),
            self.plane.when(
                lambda are: are["share"] <= 1 + 1e-9, N_("no plane keeps more than that of two components")
            ),
            share=share,
        )
        self.run([kept])
        self.conclude()

    def tell_ground(self) -> None:
        """Show the loss all over the plane, where it was computed."""
        if self.around is None:
            return
        text = N_("Its loss at {places} places of this plane, computed with the model itself: from {low} to {high}.")
        values = {"places": f"{self.surface_told.value['places']:,}"}
        values |= {name: FORM.format(self.surface_told.value[name]) for name in ("low", "high")}
        with self.say(text, self.surface_told, **values) as line:
            self.play(FadeIn(self.surface), FadeIn(self.bar), run_time=max(1.5, line.remaining))
        self.bring_to_back(self.surface)  # what is before all that moves is drawn once

    def directions(self) -> list[Line]:
        """Return the lines across and up the plane through the start."""
        (x, y, _), (left, bottom, width, height) = self.places[0], BOX
        ends = (([left, y, 0], [left + width, y, 0]), ([x, bottom, 0], [x, bottom + height, 0]))
        return [Line(start, end, color=palette().muted, stroke_width=THIN) for start, end in ends]

    def conclude(self) -> None:
        """Compare the way with the straight line from start to end."""
        if self.path.straight <= MOVED:
            still = self.ways.when(lambda are: are["straight"] <= MOVED)
            with self.say(N_("It did not move: its last snapshot is where its first was."), still) as line:
                self.play(FadeIn(self.end), run_time=max(QUICK, line.remaining))
            return
        straight = DashedLine(self.places[0], self.places[-1], color=palette().attention, stroke_width=STROKE)
        times = f"{self.ways.value['times']:.1f}"
        text = N_("From snapshot to snapshot it is {times} times as long as the straight line.")
        with self.say(text, self.ways.when(lambda are: are["times"] >= 1 - 1e-9), times=times) as line:
            self.play(Create(straight), FadeIn(self.end), run_time=max(1.0, line.fraction(0.6)))
