"""Noise goes in, and an answer comes out: how sure is the network of a picture of nothing?"""

from __future__ import annotations

import numpy as np
from manim import DOWN, RIGHT, UP, Create, FadeIn, Group, RoundedRectangle, VGroup, linear

from scenes.chapter import Beat
from scenes.mobjects.bars import Bars
from scenes.mobjects.batched import rgb255
from scenes.mobjects.colormap import brightness
from scenes.mobjects.flight import Flight
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import DigitImage, grid_centers
from scenes.mobjects.tiles import Tiles
from scenes.style import LABEL, SMALL, STROKE, TITLE, palette
from scenes.translation import N_

PICTURE = 4.6
MORE = 4  # pictures after the first
HALF = 0.5  # an answer above it counts as sure
MARKS = 6.1  # height of the marks, scene units
MARKS_PLACE, SCORE_PLACE = np.array([3.3, 0.35, 0]), np.array([-3.6, 1.6, 0])


class ConfidentNonsense(Beat):
    """What does it say of a picture of nothing?"""

    def open(self) -> None:
        review = self.data["digits-review"]
        self.pictures = review.read("noise.input")
        self.answers = review.read("noise.output")  # (picture, output)
        self.highest = self.answers.max(axis=1)
        self.sure = float(np.mean(self.highest > HALF))
        favourites = np.bincount(self.answers.argmax(axis=1), minlength=self.answers.shape[1])
        self.favourite, self.times = int(favourites.argmax()), int(favourites.max())

    def script(self) -> None:
        self.show_noise()
        self.ask()
        self.show_more()
        self.count()
        self.tell_why()

    def show_noise(self) -> None:
        self.picture = DigitImage(self.pictures[0], height=PICTURE).move_to([-3.4, 0.2, 0])
        cells = np.random.default_rng(0).permutation(len(self.picture)) / len(self.picture)  # the order of arrival
        start = self.picture.copy()
        start.fill[:, 3] = 0
        with self.say(N_("What will it say of this? Every pixel is random.")) as line:
            self.play(FadeIn(start), run_time=0.4)
            self.play(Flight(start, self.picture, order=cells, lag=0.7), run_time=line.left)
            self.remove(start)
            self.add(self.picture)

    def ask(self) -> None:
        digits = [str(k) for k in range(self.answers.shape[1])]
        self.bars = Bars(np.zeros(len(digits)), digits, width=3.2, size=LABEL).move_to([3.5, 0.2, 0])
        self.mark = self.mark_of(0)
        told = N_("Does it answer that it sees nothing? No. It says {digit}.")
        with self.say(told, digit=int(self.answers[0].argmax())) as line:
            self.play(FadeIn(self.bars, shift=0.3 * RIGHT), run_time=line.share(0.3))
            self.play(self.bars.animate_values(self.answers[0]), run_time=line.share(0.4))
            self.play(Create(self.mark), run_time=line.left)

    def mark_of(self, which: int) -> RoundedRectangle:
        """Return the box around the row of a picture's highest output."""
        row = self.bars.row(int(self.answers[which].argmax()))
        mark = RoundedRectangle(width=self.bars.width + 0.3, height=0.6, corner_radius=0.1)
        return mark.set_stroke(palette().attention, 1.5 * STROKE).move_to([self.bars.get_x(), row.get_y(), 0])

    def show_more(self) -> None:
        with self.say(N_("Other noise, another try, and another.")) as line:
            each = max(0.7, line.left / MORE)
            for which in range(1, MORE + 1):
                self.play(
                    self.picture.animate.show_pixels(self.pictures[which]),
                    self.bars.animate_values(self.answers[which]),
                    self.mark.animate.become(self.mark_of(which)),
                    run_time=each,
                )

    # All of them --------------------------------------------------------------------------------------------------

    def count(self) -> None:
        """Turn every answer into a mark, the surest first, bright as its highest output."""
        ordered = np.sort(self.highest)[::-1]
        rows = int(np.ceil(np.sqrt(len(ordered))))
        places = grid_centers(rows, rows, MARKS)[: len(ordered)]
        fill = brightness(ordered)
        fill[ordered > HALF, :3] = rgb255(palette().attention)
        self.marks = Tiles(places, 0.42 * MARKS / rows, fill=fill, corner=0.25).shift(MARKS_PLACE)
        percent = Number(0, "{:.1f}%", 2.6 * TITLE, palette().attention, fixed="center").move_to(SCORE_PLACE)
        words = self.words(N_("answered above 0.5"), LABEL).next_to(percent, DOWN, buff=0.4)
        total = self.words(self.tr(N_("{count} pictures of noise"), count=len(ordered)), SMALL, color=palette().muted)
        total.next_to(self.marks, DOWN, buff=0.25)
        self.keep_only()
        told = N_("Of {count} such pictures, it answers {share} with more than one half.")
        with self.say(told, count=len(ordered), share=f"{self.sure:.1%}") as line:
            self.play(Create(self.marks, rate_func=linear), FadeIn(total), run_time=line.share(0.5))
            self.play(FadeIn(words), FadeIn(percent), run_time=0.4)
            self.play(percent.animate_value(100 * self.sure), run_time=line.left)
        self.score = VGroup(percent, words)

    def tell_why(self) -> None:
        favourite = Number(self.favourite, "{:.0f}", 2.0 * TITLE, palette().attention)
        times = self.words(self.tr(N_("{count} times its answer"), count=self.times), LABEL, color=palette().muted)
        said = VGroup(favourite, times).arrange(RIGHT, buff=0.35).next_to(self.score, DOWN, buff=0.8)
        with self.say(N_("And what it sees most often in nothing is this: {digit}."), digit=self.favourite) as line:
            self.play(FadeIn(said, shift=0.3 * UP), run_time=line.left)
        told = N_("It is sure of nonsense: it has seen only digits.")
        if self.sure < HALF:
            told = N_("In this run it is seldom sure. But it must answer something: it has seen digits only.")
        with self.say(told) as line:
            self.play(Group(favourite).animate.scale(1.2), run_time=line.share(0.5))
            self.play(self.marks.animate.set_opacity(0.7), run_time=line.left)
