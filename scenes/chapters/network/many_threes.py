"""A wall of differently drawn threes: one digit, and not two pictures of it the same pixel by pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from manim import DOWN, UP, Create, FadeIn, FadeOut, Indicate, ReplacementTransform, linear

from scenes.beats.beat import Beat
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.look.frame import frame, layout_in
from scenes.look.style import LABEL, MARGIN, SMALL, TITLE, palette
from scenes.mobjects.pictures.pixels import DigitImage, DigitWall, SignedPicture
from scenes.mobjects.pictures.shade_bar import ShadeBar
from scenes.text.typeset import Formula

DIGIT = 3
FAINT = 0.12


@dataclass(frozen=True)
class ThreesLayout:
    """How many images the wall has across and down, how high it is; and the sum: a three minus a three.

    pictures: the middles of the two and of what is left, of the height `side`. signs: of minus and equals. rule: the
    middle of what tells why these two, of the width `room`.
    """

    wall: tuple[int, int]
    height: float
    pictures: tuple[tuple[float, float], ...]
    signs: tuple[tuple[float, float], ...]
    side: float
    rule: tuple[float, float]
    room: float


PLACES: Mapping[str, ThreesLayout] = {
    "16:9": ThreesLayout(
        (16, 9), 7.1, ((-4.0, 0.6), (0.0, 0.6), (4.0, 0.6)), ((-2.0, 0.6), (2.0, 0.6)), 3.0, (-2.0, 2.6), 7.0
    ),
    "4:3": ThreesLayout(
        (12, 9), 7.1, ((-3.4, 0.6), (0.0, 0.6), (3.4, 0.6)), ((-1.7, 0.6), (1.7, 0.6)), 2.6, (-1.7, 2.35), 6.0
    ),
    "1:1": ThreesLayout(
        (8, 8), 7.1, ((-1.95, 2.3), (1.95, 2.3), (0.0, -0.9)), ((0.0, 2.3), (-2.0, -0.9)), 2.4, (0.0, 0.7), 7.0
    ),
    "9:16": ThreesLayout(
        (9, 16), 12.6, ((-1.95, 3.6), (1.95, 3.6), (0.0, -1.2)), ((0.0, 3.6), (-2.55, -1.2)), 3.1, (0.0, 1.35), 7.0
    ),
}


class ManyThrees(Beat):
    """You read them all as threes; how would a program?"""

    def open(self) -> None:
        self.at = layout_in(PLACES)
        recording, (across, down) = self.data["digits"], self.at.wall
        labels = recording.read("test.label")
        threes = np.flatnonzero(labels == DIGIT)[: across * down]
        self.images = recording.read("test.input", batch=threes.tolist())  # (image, row, column)
        self.wall = DigitWall(self.images, across=across, height=self.at.height)
        self.middle = int(np.argmin(np.linalg.norm(self.wall.places, axis=1)))
        self.measure(labels[threes])

    def measure(self, labels: np.ndarray) -> None:
        """Measure the wall, and the two of its pictures that are nearest to each other."""
        arrays = ("digits/test.input", "digits/test.label")
        distances = distances_between(self.images)
        pairs = distances[np.triu_indices(len(self.images), k=1)]
        wall = {"pictures": len(self.images), "labels": np.unique(labels).tolist(), "same": int((pairs == 0).sum())}
        how = N_("the labels of the pictures shown, and how many pairs of them are the same in all pixels")
        self.shown = Measured("wall", wall, how, arrays)
        self.nearest = nearest_two(distances)
        first, second = (self.images[k] for k in self.nearest)
        values = {
            "distance": float(pairs.min()),
            "differing": int((first != second).sum()),
            "pixels": first.size,
            "pairs": len(pairs),
        }
        how = N_("the two whose pixels have the smallest sum of squared differences, told by its root")
        self.alike = Measured("nearest", values, how, arrays)

    def script(self) -> None:
        self.show_one()
        self.show_all()
        self.compare_the_two_most_alike()
        self.ask()

    def show_one(self) -> None:
        self.one = DigitImage(self.images[self.middle], height=5.0)
        with self.say(N_("What number is this?")) as line:
            self.play(FadeIn(self.one, scale=0.85), run_time=line.remaining)
        labelled = self.shown.when(lambda wall: wall["labels"] == [DIGIT])
        with self.say(N_("A three, its label says."), labelled) as line:
            self.play(self.one.animate.scale(1.12), run_time=line.remaining)

    def show_all(self) -> None:
        place = self.wall.places[self.middle]
        small = DigitImage(self.images[self.middle], height=self.wall.image_height, line=0.0).move_to(place)
        different = self.shown.when(lambda wall: wall["same"] == 0 and wall["labels"] == [DIGIT])
        line_of = N_("And these? {count} threes, no two the same.")
        with self.say(line_of, different, count=len(self.images)) as line:
            self.play(ReplacementTransform(self.one, small), run_time=line.fraction(0.3))
            self.play(Create(self.wall, rate_func=linear), run_time=line.remaining)
            self.remove(small)

    def compare_the_two_most_alike(self) -> None:
        self.build_subtraction()
        first, second = self.pair
        minus, equals = (
            Formula(sign, size=1.3 * TITLE).move_to([*place, 0])
            for sign, place in zip(("minus", "="), self.at.signs, strict=True)
        )
        unlike = self.alike.when(lambda two: two["differing"] > 0)
        with self.say(N_("Even the two most alike differ."), unlike) as line:
            self.play(self.wall.animate.set_opacity(0), run_time=0.6)
            flights = [self.fly_out(k, p) for k, p in zip(self.nearest, self.pair, strict=True)]
            self.play(*flights, FadeIn(self.rule), run_time=line.remaining)
        with self.say(N_("Subtract one from the other: this is left."), unlike, result=True) as line:
            self.play(FadeIn(minus), run_time=0.4)
            taken = ReplacementTransform(first.copy(), self.left)
            self.play(taken, FadeIn(equals, self.scale), run_time=line.fraction(0.35))
            self.play(FadeIn(self.differ, shift=0.2 * UP), run_time=0.5)
            shine = Indicate(self.differ, scale_factor=1.15, color=palette().attention)
            self.play(shine, run_time=max(1.2, line.remaining))
        gone = (first, second, self.left, minus, equals, self.differ, self.scale, self.rule)
        self.play(*[FadeOut(one) for one in gone], run_time=0.5)

    def build_subtraction(self) -> None:
        """Make the two pictures, what is left of them, its scale, and what is written below them."""
        first, second = (self.images[k] for k in self.nearest)
        self.pair = [DigitImage(pixels, height=self.at.side) for pixels in (first, second)]
        self.left = SignedPicture(first - second, scale=1.0, height=self.at.side)
        for picture, place in zip((*self.pair, self.left), self.at.pictures, strict=True):
            picture.move_to([*place, 0])
        self.rule = self.words_within(
            self.at.room,
            N_("most alike: the smallest sum of squared differences, pixel by pixel"),
            SMALL,
            color=palette().muted,
            because=self.alike,
        )
        self.rule.move_to([*self.at.rule, 0])
        told = {"count": self.alike.value["differing"], "total": self.alike.value["pixels"]}
        self.differ = self.words(N_("{count} of {total} pixels differ"), LABEL, because=self.alike, values=told)
        self.differ.next_to(self.left, DOWN, buff=0.25).shift_onto_screen(buff=2 * MARGIN)
        self.scale = ShadeBar(1.0, width=0.7 * self.at.side).next_to(self.differ, DOWN, buff=0.25)
        self.scale.set_x(self.left.get_x())

    def fly_out(self, index: int, picture: DigitImage) -> ReplacementTransform:
        """Return the animation of one image of the wall coming forward."""
        small = DigitImage(self.images[index], height=self.wall.image_height, line=0.0)
        return ReplacementTransform(small.move_to(self.wall.places[index]), picture)

    def ask(self) -> None:
        question = self.words_within(2 * frame().right, N_("How would a program know?"), 1.3 * TITLE)
        with self.say(N_("How would a program know? Ours is to learn it from examples.")) as line:
            self.play(self.wall.animate.set_opacity(FAINT), run_time=line.fraction(0.3))
            self.play(FadeIn(question, shift=0.3 * UP), run_time=line.fraction(0.3))


def distances_between(images: np.ndarray) -> np.ndarray:
    """Return the distances (n, n) between images (n, rows, columns): roots of the summed squared differences."""
    flat = images.reshape(len(images), -1).astype(float)
    return np.array([np.linalg.norm(flat - row, axis=1) for row in flat])


def nearest_two(distances: np.ndarray) -> tuple[int, int]:
    """Return the pair with the smallest of the distances (n, n) between different images."""
    apart = distances + np.diag(np.full(len(distances), np.inf))
    first, second = np.unravel_index(np.argmin(apart), apart.shape)
    return int(first), int(second)
