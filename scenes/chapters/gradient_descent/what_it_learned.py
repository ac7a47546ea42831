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

from scenes.chapter import Beat
from scenes.frame import layout_in
from scenes.mobjects.batched import rgb255
from scenes.mobjects.colormap import diverging, full_shade
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import SignedPicture, grid_centers, picture_frames
from scenes.mobjects.tiles import Tiles
from scenes.mobjects.typeset import Words
from scenes.style import DIMMED, LABEL, SMALL, TITLE, palette
from scenes.translation import N_

LEARNING = 5.0  # seconds
MOST = 24  # neurons that are shown
FILLED = 0.93  # of a place in the table, by its picture
CHANGED = 0.5  # how far weights went, by their own length at the start, that are said to have changed
KNOWS = 0.5  # right on so many new images: it has learned


@dataclass(frozen=True)
class Places:
    """Where the table of pictures and the readings stand, and then three pictures of one neuron.

    table: scene units across and down. room: for the readings at its right, 0 where they stand below it, with their
    right ends and heights in `readings`; table_y: the table's middle. close: the height of the three, three: their
    middles. score: where it is told how often the network is right, in a line or below each other.
    """

    table: tuple[float, float]
    room: float
    readings: tuple[tuple[float, float], ...]
    close: float
    three: tuple[tuple[float, float], ...]
    score: tuple[float, float]
    table_y: float = 0.0
    score_in_line: bool = True


PLACES: Mapping[str, Places] = {
    "16:9": Places((9.2, 6.9), 3.3, (), 4.1, ((-4.5, 0.75), (0.0, 0.75), (4.5, 0.75)), (0.0, -2.9)),
    "4:3": Places((6.5, 6.9), 3.1, (), 2.95, ((-3.3, 0.75), (0.0, 0.75), (3.3, 0.75)), (0.0, -2.5)),
    "1:1": Places(
        (6.6, 5.6),
        0.0,
        ((-0.6, -3.2), (2.6, -3.2)),
        2.55,
        ((-1.8, 2.2), (1.8, 2.2), (-1.8, -1.4)),
        (1.8, -1.4),
        0.75,
        score_in_line=False,
    ),
    "9:16": Places(
        (7.1, 8.0), 0.0, ((-0.6, -4.2), (2.8, -4.2)), 3.0, ((0.0, 5.1), (0.0, 1.2), (0.0, -2.7)), (0.0, -6.0), 1.4
    ),
}


class Weights:
    """The recorded weights of the first layer.

    values: (snapshot, neuron, pixel). still: (pixel,) bool, where no neuron's weight ever changed.
    """

    def __init__(self, values: np.ndarray, steps: np.ndarray) -> None:
        self.values, self.steps = values, steps
        self.still = (values == values[:1]).all(axis=(0, 1))
        self.scale = full_shade(values[-1])
        self.side = int(np.sqrt(values.shape[2]))
        gone = np.linalg.norm(values - values[:1], axis=2)  # (snapshot, neuron) from the start
        self.neuron = int(gone[-1, :MOST].argmax())
        self.between = int(np.searchsorted(gone[:, self.neuron] / max(gone[-1, self.neuron], 1e-12), 0.5))
        start = np.linalg.norm(values[0], axis=1)
        self.changed = bool(np.median(gone[-1] / start) > CHANGED)  # of most neurons

    def at(self, share: float) -> np.ndarray:
        """Return the weights, (neuron, pixel), at a share of all snapshots, straight from each one to the next."""
        place = share * (len(self.steps) - 1)
        before = min(int(place), len(self.steps) - 2)
        return self.values[before] + (self.values[before + 1] - self.values[before]) * (place - before)

    def step_at(self, share: float) -> float:
        """Return the step at a share of all snapshots."""
        return float(np.interp(share * (len(self.steps) - 1), np.arange(len(self.steps)), self.steps))

    def picture(self, snapshot: int, neuron: int, height: float) -> SignedPicture:
        """Return one neuron's weights at a snapshot, to the scale of all."""
        values = self.values[snapshot, neuron].reshape(self.side, -1)
        return SignedPicture(values, scale=self.scale, height=height, line=0)


class WhatItLearned(Beat):
    """Noise, then smudges, never clean edges; and yet it works."""

    def open(self) -> None:
        self.at = layout_in(PLACES)
        recording = self.data["digits"]
        self.weights = Weights(recording.read("layer1.weight"), recording.steps("layer1.weight"))
        self.measured = recording.read("metric.test_accuracy")
        self.measured_at = recording.steps("metric.test_accuracy")
        self.knows = bool(self.measured[-1] >= KNOWS)
        self.count = self.weights.values.shape[1]
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
        self.step = Number(int(self.weights.steps[0]), "{:,.0f}", size=TITLE, fixed="right")
        self.accuracy = Number(100 * float(self.measured[0]), "{:.1f}%", size=TITLE, fixed="right")
        self.accuracy.set_color(palette().attention)
        first, second = self.at.readings or ((self.right_edge, 0.75), (self.right_edge, -0.75))
        self.panel = Group(
            *self.reading(N_("step"), self.step, *first),
            *self.reading(N_("right on new images"), self.accuracy, *second),
        )
        if self.count > MOST:
            told = self.tr(N_("{shown} of {count} neurons"), shown=MOST, count=self.count)
            note = self.words(told, SMALL, color=palette().muted)
            y = second[1] + 1.0 if self.at.readings else -3.2
            self.panel.add(note.move_to([self.right_edge, y, 0], aligned_edge=RIGHT))
        with self.say(N_("Did the first layer find edges?")) as line:
            self.play(Create(self.frames), run_time=line.left)
        count = self.weights.values[0].size
        with self.say(N_("It begins as noise: {count} random weights."), count=count) as line:
            self.play(LaggedStart(*[FadeIn(one) for one in self.table], lag_ratio=0.1), run_time=line.share(0.75))
            self.play(FadeIn(self.panel), run_time=line.left)

    def reading(self, text: str, number: Number, right: float, y: float) -> tuple[Group, Number]:
        """Return a number that ends at `right`, and above it what it is."""
        number.move_to([right, y, 0], aligned_edge=RIGHT)
        word = self.words(text, SMALL, color=palette().muted)
        return word.move_to([right, y + 0.55, 0], aligned_edge=RIGHT), number

    def learn(self) -> None:
        weights = self.weights
        lines = (
            N_("Then it learns, and patterns grow out of the noise."),
            N_("Then it trains, and the weights change."),
            N_("Then it trains, and the noise hardly changes."),
        )
        told = lines[2] if not weights.changed else lines[0 if self.knows else 1]

        def grow(table: Group, alpha: float) -> None:
            values = weights.at(alpha)
            for picture, mine in zip(table, values, strict=False):
                picture.fill = diverging(mine, weights.scale)
            step = weights.step_at(alpha)
            self.step.set_value(step)
            self.showing("digits", round(step))
            self.accuracy.set_value(100 * float(np.interp(step, self.measured_at, self.measured)))

        with self.say(told):
            grown = UpdateFromAlphaFunc(Group(*self.table), grow, rate_func=linear)
            self.play(grown, run_time=LEARNING)

    # One of them --------------------------------------------------------------------------------------------------

    def look_closely(self) -> None:
        """Take one neuron out of the table, and from its end back to its start and to half of its way."""
        weights, chosen = self.weights, self.table[self.weights.neuron]
        snapshots = [0, weights.between, len(weights.steps) - 1]
        targets = [
            weights.picture(snapshot, weights.neuron, self.at.close).move_to([*place, 0])
            for snapshot, place in zip(snapshots, self.at.three, strict=True)
        ]
        told = [self.tr(N_("step {count}"), count=int(weights.steps[snapshot])) for snapshot in snapshots]
        self.titles = [Words(text, LABEL).next_to(one, DOWN, buff=0.3) for text, one in zip(told, targets, strict=True)]
        others = [one for one in self.table if one is not chosen]
        ring = picture_frames(chosen.get_center()[None], chosen.height).set_color(palette().attention)
        with self.say(self.seen()) as line:
            self.play(FadeIn(ring, scale=1.3), *[one.animate.set_opacity(DIMMED) for one in others], run_time=0.4)
            self.bring_to_front(chosen)
            gone = FadeOut(Group(*others, ring, self.panel, self.frames))
            self.play(gone, chosen.animate.become(targets[2]), FadeIn(self.titles[2]), run_time=1.1)
            self.close = [chosen.copy(), chosen.copy(), chosen]
            for copy in self.close[:2]:
                copy.fill[:, 3] = 0  # else those on top of each other would be brighter than the weights are
            self.add(*self.close)
            seconds = max(0.9, line.left / 2)
            for k in (1, 0):
                self.play(self.close[k].animate.become(targets[k]), FadeIn(self.titles[k]), run_time=seconds)

    def seen(self) -> str:
        """Return what is to be seen on the pictures at the end."""
        if self.weights.changed and self.knows:
            return N_("One of them, up close: smudges of blue and red.")
        return N_("One of them, up close: not an edge in sight.")

    def point_at_what_never_moved(self) -> None:
        """Mark the pixels whose weights never changed; in a network that learned, only pixels never lit are so."""
        still = np.flatnonzero(self.weights.still)
        if not len(still) or not self.knows:
            return
        self.marks = [self.mark_cells(picture, still) for picture in self.close]
        text = N_("These {count} pixels were never lit: nothing moved their weights.")
        with self.say(text, count=len(still)) as line:
            faint = [picture.animate.become(self.dimmed(picture)) for picture in self.close]
            self.play(*faint, *[Create(marks) for marks in self.marks], run_time=line.share(0.45))
            for marks in self.marks:
                self.play(marks.animate(rate_func=there_and_back).set_opacity(DIMMED), run_time=line.share(0.17))

    def mark_cells(self, picture: SignedPicture, cells: np.ndarray) -> Tiles:
        """Return yellow frames around some of a picture's cells."""
        stroke = np.tile(np.append(rgb255(palette().attention), 1), (len(cells), 1))
        half = 0.5 * picture.height / self.weights.side
        return Tiles(picture.centers[cells], half, fill=0 * stroke, stroke=stroke, stroke_width=1.6)

    def dimmed(self, picture: SignedPicture) -> SignedPicture:
        """Return a copy of a picture in which only the weights that never changed are as bright as they were."""
        copy = picture.copy()
        copy.fill[~self.weights.still, 3] *= DIMMED
        return copy

    def answer(self) -> None:
        share = float(self.measured[-1])
        number = Number(100 * share, "{:.1f}%", size=1.3 * TITLE, color=palette().attention)
        words = self.words(N_("right on new images"), LABEL)
        if not self.at.score_in_line:
            words = self.words(N_("right on new images"), LABEL, line_width=3.0)
        self.score = Group(number, words).arrange(RIGHT if self.at.score_in_line else DOWN, buff=0.35)
        self.score.move_to([*self.at.score, 0])
        lines = (
            N_("No clean edges, yet right on {share} of new images."),
            N_("No clean edges, and right on only {share} of new images."),
        )
        with self.say(lines[0 if self.knows else 1], share=f"{share:.1%}") as line:
            whole = [
                picture.animate.become(self.weights.picture(k, self.weights.neuron, self.at.close).move_to(picture))
                for k, picture in zip((0, self.weights.between, -1), self.close, strict=True)
            ]
            gone = [FadeOut(marks) for marks in self.marks]
            self.play(*whole, *gone, run_time=line.share(0.35))
            self.play(FadeIn(self.score, shift=0.2 * UP), run_time=0.6)
            grown = number.animate(rate_func=there_and_back).scale(1.2)
            self.play(grown, run_time=max(1.0, line.left))
