"""The first layer's weights as pictures, from their random start to the end: what grows out of the noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from manim import (
    DOWN,
    RIGHT,
    UP,
    Create,
    FadeIn,
    FadeOut,
    Group,
    LaggedStart,
    UpdateFromAlphaFunc,
    linear,
    there_and_back,
)

from scenes.beats.beat import Beat
from scenes.beats.stage import LAST
from scenes.beats.timeline import Said, said
from scenes.chapters.gradient_descent.training.first_layer import Weights
from scenes.chapters.gradient_descent.training.first_layer_measured import FirstLayer
from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Exact
from scenes.language.translation import N_
from scenes.look.frame import layout_in
from scenes.look.style import DIMMED, LABEL, SMALL, TITLE, palette
from scenes.mobjects.pictures.colormap import diverging
from scenes.mobjects.pictures.pixels import SignedPicture, grid_centers, picture_frames
from scenes.mobjects.pictures.shade_bar import ShadeBar
from scenes.text.numbers import Number
from scenes.text.typeset import Words

LEARNING = 4.2  # seconds
HASTE = 2.0  # steps grow with this power of the time, as those between two measurements do
MOST = 24  # neurons that are shown
FILLED = 0.93  # of a place in the table, by its picture


@dataclass(frozen=True)
class LearnedLayout:
    """Where the table of pictures and the readings stand, and then three pictures of one neuron.

    table: scene units across and down. room: for the readings at its right, 0 where they stand below it, with their
    right ends and heights in `readings`; table_y: the table's middle. close: the height of the three, three: their
    middles. score: where it is told how often the network is right, in a line or below each other. keys: where the bar
    of shades stands with the table (its height, where the readings are at the right), and with the three.
    """

    table: tuple[float, float]
    room: float
    readings: tuple[tuple[float, float], ...]
    close: float
    three: tuple[tuple[float, float], ...]
    score: tuple[float, float]
    keys: tuple[tuple[float, float], tuple[float, float]]
    table_y: float = 0.0
    score_in_line: bool = True


PLACES: Mapping[str, LearnedLayout] = {
    "16:9": LearnedLayout(
        (9.2, 6.9), 4.0, (), 4.1, ((-4.5, 0.75), (0.0, 0.75), (4.5, 0.75)), (0.0, -2.9), ((0.0, -2.4), (4.95, -2.9))
    ),
    "4:3": LearnedLayout(
        (6.2, 6.9), 3.5, (), 2.95, ((-3.3, 0.75), (0.0, 0.75), (3.3, 0.75)), (0.0, -1.9), ((0.0, -2.4), (0.0, -3.1))
    ),
    "1:1": LearnedLayout(
        (6.6, 4.7),
        0.0,
        ((-0.6, -2.1), (2.6, -2.1)),
        2.55,
        ((-1.8, 2.2), (1.8, 2.2), (-1.8, -1.4)),
        (1.8, -1.1),
        ((0.0, -3.15), (1.8, -2.9)),
        1.2,
        score_in_line=False,
    ),
    "9:16": LearnedLayout(
        (7.1, 8.0),
        0.0,
        ((-0.6, -4.0), (2.8, -4.0)),
        2.8,
        ((0.0, 5.2), (0.0, 1.45), (0.0, -2.3)),
        (0.0, -5.1),
        ((0.0, -5.4), (0.0, -6.2)),
        1.4,
    ),
}


class WhatItLearned(Beat):
    """Noise, then smudges, never clean edges; and yet it works."""

    def open(self) -> None:
        self.at = layout_in(PLACES)
        self.weights = Weights(self.series("digits", "layer1.weight"), MOST)
        self.accuracy = self.series("digits", "metric.test_accuracy")
        self.count = self.weights.values.shape[1]
        dark = self.data["digits-review"].read("train.lit") == 0  # (row, column)
        self.layer = FirstLayer(self.weights, dark, self.accuracy)
        self.table = self.lay_table(min(self.count, MOST))
        places = np.array([picture.get_center() for picture in self.table])
        self.frames = picture_frames(places, self.table[0].height)
        self.marks: list[Tiles] = []

    def lay_table(self, shown: int) -> list[SignedPicture]:
        """Return the pictures at the start, row by row in a table of at most four rows."""
        rows = min(4, int(np.ceil(np.sqrt(shown))))
        columns = -(-shown // rows)
        (width, height), room = self.at.table, self.at.room
        pitch = min(height / rows, width / columns)
        places = grid_centers(rows, columns, pitch * rows) - np.array([room / 2, -self.at.table_y, 0])
        self.right_edge = (columns * pitch + room) / 2
        return [self.weights.picture(0, n, FILLED * pitch).move_to(places[n]) for n in range(shown)]

    def script(self) -> None:
        self.show_noise()
        self.learn()
        self.look_closely()
        self.point_at_what_never_moved()
        self.answer()

    # All of them --------------------------------------------------------------------------------------------------

    def show_noise(self) -> None:
        self.mark_step("digits", int(self.weights.steps[0]))
        self.step = Number(0, "{:,.0f}", size=TITLE, fixed="right")
        self.step.follow(self.clock_of("digits", "metric.test_accuracy"))
        self.score = Number(0, "{:.1f}%", size=TITLE, color=palette().attention, fixed="right")
        self.score.follow(self.accuracy, times=100).at(0)
        first, second = self.at.readings or ((self.right_edge, 0.95), (self.right_edge, -0.55))
        self.panel = Group(
            *self.reading(N_("step"), self.step, *first),
            *self.reading(N_("right on new images"), self.score, *second),
        )
        if self.count > MOST:
            some = Exact("shown < count", shown=MOST, count=self.count)
            told = {"shown": MOST, "count": self.count}
            note = self.words(N_("{shown} of {count} neurons"), SMALL, palette().muted, because=some, values=told)
            y = second[1] + 1.0 if self.at.readings else 2.2
            self.panel.add(note.move_to([self.right_edge, y, 0], aligned_edge=RIGHT))
        self.key = self.shades()
        with self.say(N_("Did the first layer find edges?")) as line:
            self.play(Create(self.frames), run_time=line.remaining)
        neurons, pixels = self.weights.values.shape[1:]
        count = Exact("neurons * pixels", neurons=neurons, pixels=pixels)
        text = N_("It begins as noise: {count} random weights.")
        with self.say(text, (count, self.layer.noise), count=count.value) as line:
            self.play(LaggedStart(*[FadeIn(one) for one in self.table], lag_ratio=0.1), run_time=line.fraction(0.75))
            self.play(FadeIn(self.panel, self.key), run_time=line.remaining)

    def reading(self, text: str, number: Number, right: float, y: float) -> tuple[Words, Number]:
        """Return a number that ends at `right`, and above it what it is."""
        number.move_to([right, y, 0], aligned_edge=RIGHT)
        word = self.words(text, SMALL, color=palette().muted)
        return word.move_to([right, y + 0.55, 0], aligned_edge=RIGHT), number

    def shades(self) -> Group:
        """Return the bar of shades, and below it how many weights are stronger than it tells."""
        bar, full = ShadeBar(self.weights.scale, because=self.layer.full_shade), self.layer.full_shade.value
        told = {"share": f"{full['beyond']:.0%}", "strongest": f"{full['strongest']:.2g}"}
        text = N_("{share} are stronger, up to {strongest}")
        words = self.words(text, SMALL, palette().muted, because=self.layer.full_shade, values=told)
        key = Group(bar, words).arrange(DOWN, buff=0.12).move_to([*self.at.keys[0], 0])
        return key if self.at.readings else key.set_x(self.right_edge, direction=RIGHT)

    def learn(self) -> None:
        moving, last = self.weights.series.only(self.accuracy.steps), self.weights.steps[LAST]

        def grow(table: Group, alpha: float) -> None:
            now = last * alpha**HASTE
            self.mark_step("digits", self.accuracy.step(now))
            for picture, mine in zip(table, moving.at(now), strict=False):
                picture.fill = diverging(mine, self.weights.scale)
            self.step.at(now)
            self.score.at(now)

        with self.say(self.what_happened()):
            grown = UpdateFromAlphaFunc(Group(*self.table), grow, rate_func=linear)
            self.play(grown, run_time=LEARNING)

    def what_happened(self) -> Said:
        return self.choose(
            said(N_("Then it learns, and patterns grow out of the noise."), (self.layer.patterns, self.layer.works)),
            said(N_("Then it trains, and the noise hardly changes."), self.layer.hardly),
            otherwise=said(N_("Then it trains, and the weights change.")),
        )

    # One of them --------------------------------------------------------------------------------------------------

    def look_closely(self) -> None:
        """Take one neuron out of the table, and from its end back to its start and to half of its way."""
        weights, chosen = self.weights, self.table[self.weights.neuron]
        targets = [
            weights.picture(snapshot, weights.neuron, self.at.close).move_to([*place, 0])
            for snapshot, place in zip(self.layer.snapshots, self.at.three, strict=True)
        ]
        steps = [{"count": int(weights.steps[snapshot])} for snapshot in self.layer.snapshots]
        titles = [self.words(N_("step {count}"), LABEL, because=self.layer.one, values=step) for step in steps]
        self.titles = [title.next_to(one, DOWN, buff=0.3) for title, one in zip(titles, targets, strict=True)]
        others = [one for one in self.table if one is not chosen]
        ring = picture_frames(chosen.get_center()[None], chosen.height).set_color(palette().attention)
        with self.say(self.seen()) as line:
            self.play(FadeIn(ring, scale=1.3), *[one.animate.set_opacity(DIMMED) for one in others], run_time=0.4)
            self.bring_to_front(chosen)
            gone = FadeOut(Group(*others, ring, self.panel, self.frames))
            key = self.key.animate.move_to([*self.at.keys[1], 0])
            self.play(gone, key, chosen.animate.become(targets[2]), FadeIn(self.titles[2]), run_time=1.1)
            self.close = [chosen.copy(), chosen.copy(), chosen]
            for copy in self.close[:2]:
                copy.fill[:, 3] = 0  # else those on top of each other would be brighter than the weights are
            self.add(*self.close)
            seconds = max(0.9, line.remaining / 2)
            for k in (1, 0):
                self.play(self.close[k].animate.become(targets[k]), FadeIn(self.titles[k]), run_time=seconds)

    def seen(self) -> Said:
        """Return what is to be seen on the pictures at the end."""
        return self.choose(
            said(N_("One, up close: smudges of blue and red."), self.layer.smudges),
            said(N_("One, up close: still noise."), self.layer.still_noise),
            otherwise=said(N_("One of them, up close.")),
        )

    def point_at_what_never_moved(self) -> None:
        """Mark the pixels that no training image lights, where it shows that their weights never changed."""
        cells = np.flatnonzero(self.layer.dark)
        if self.layer.hardly.holds or not len(cells):
            return
        self.marks = [self.mark_cells(picture, cells) for picture in self.close]
        text = N_("These {count} pixels were never lit: nothing moved their weights.")
        with self.say(text, self.layer.never_lit, count=len(cells)) as line:
            faint = [picture.animate.become(self.dimmed(picture)) for picture in self.close]
            self.play(*faint, *[Create(marks) for marks in self.marks], run_time=line.fraction(0.45))
            for marks in self.marks:
                self.play(marks.animate(rate_func=there_and_back).set_opacity(DIMMED), run_time=line.fraction(0.17))

    def mark_cells(self, picture: SignedPicture, cells: np.ndarray) -> Tiles:
        """Return yellow frames around some of a picture's cells."""
        stroke = np.tile(np.append(rgb255(palette().attention), 1), (len(cells), 1))
        half = 0.5 * picture.height / self.weights.side
        return Tiles(picture.centers[cells], half, fill=0 * stroke, stroke=stroke, stroke_width=1.6)

    def dimmed(self, picture: SignedPicture) -> SignedPicture:
        """Return a copy of a picture in which only the weights of pixels never lit are as bright as they were."""
        copy = picture.copy()
        copy.fill[~self.layer.dark.ravel(), 3] *= DIMMED
        return copy

    def answer(self) -> None:
        right = self.layer.right
        number = Number(100 * right.value, "{:.1f}%", 1.3 * TITLE, palette().attention, because=right)
        room = None if self.at.score_in_line else 3.0
        words = self.words(N_("right on new images"), LABEL, line_width=room)
        self.final = Group(number, words).arrange(RIGHT if self.at.score_in_line else DOWN, buff=0.35)
        self.final.move_to([*self.at.score, 0])
        with self.say(self.verdict(), result=True) as line:
            whole = [
                picture.animate.become(self.weights.picture(k, self.weights.neuron, self.at.close).move_to(picture))
                for k, picture in zip(self.layer.snapshots, self.close, strict=True)
            ]
            gone = [FadeOut(marks) for marks in self.marks]
            self.play(*whole, *gone, run_time=line.fraction(0.35))
            self.play(FadeIn(self.final, shift=0.2 * UP), run_time=0.6)
            grown = number.animate(rate_func=there_and_back).scale(1.2)
            self.play(grown, run_time=max(1.0, line.remaining))

    def verdict(self) -> Said:
        """Return the line that tells how right it is without edges, or how right it is."""
        layer, told = self.layer, {"share": f"{self.layer.right.value:.1%}"}
        return self.choose(
            said(N_("No clean edges, yet right on {share} of new images."), (layer.no_edges, layer.works), **told),
            said(N_("No clean edges, and right on only {share} of new images."), (layer.no_edges, layer.fails), **told),
            otherwise=said(N_("In the end {share} of new images are right."), layer.right, **told),
        )
