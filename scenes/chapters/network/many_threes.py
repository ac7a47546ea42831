"""A wall of differently drawn threes: the same digit, no two alike pixel by pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from manim import DOWN, UP, Create, FadeIn, FadeOut, Indicate, ReplacementTransform, linear

from scenes.chapter import Beat
from scenes.frame import frame, layout_in
from scenes.mobjects.pixels import DigitImage, DigitWall, SignedPicture
from scenes.mobjects.typeset import Formula
from scenes.style import LABEL, MARGIN, TITLE, palette
from scenes.translation import N_

DIGIT = 3
FAINT = 0.12
HARDLY = 0.04


@dataclass(frozen=True)
class Places:
    """How many images the wall has across and down, how high it is; and the sum: a three minus a three.

    pictures: the middles of the two and of what is left, of the height `side`. signs: of minus and equals.
    """

    wall: tuple[int, int]
    height: float
    pictures: tuple[tuple[float, float], ...]
    signs: tuple[tuple[float, float], ...]
    side: float


PLACES: Mapping[str, Places] = {
    "16:9": Places((16, 9), 7.1, ((-4.0, 0.35), (0.0, 0.35), (4.0, 0.35)), ((-2.0, 0.35), (2.0, 0.35)), 3.0),
    "4:3": Places((12, 9), 7.1, ((-3.4, 0.35), (0.0, 0.35), (3.4, 0.35)), ((-1.7, 0.35), (1.7, 0.35)), 2.6),
    "1:1": Places((8, 8), 7.1, ((-1.95, 2.05), (1.95, 2.05), (0.0, -1.1)), ((0.0, 2.05), (-2.0, -1.1)), 2.75),
    "9:16": Places((9, 16), 12.6, ((-1.95, 3.3), (1.95, 3.3), (0.0, -1.2)), ((0.0, 3.3), (-2.55, -1.2)), 3.1),
}


class ManyThrees(Beat):
    """You read them all as threes; how would a program?"""

    def open(self) -> None:
        self.at = layout_in(PLACES)
        recording, (across, down) = self.data["digits"], self.at.wall
        threes = np.flatnonzero(recording.read("test.label") == DIGIT)[: across * down]
        self.images = recording.read("test.input", batch=threes.tolist())  # (image, row, column)
        self.wall = DigitWall(self.images, across=across, height=self.at.height)
        self.middle = int(np.argmin(np.linalg.norm(self.wall.places, axis=1)))

    def script(self) -> None:
        self.show_one()
        self.show_all()
        self.compare_the_two_most_alike()
        self.ask()

    def show_one(self) -> None:
        self.one = DigitImage(self.images[self.middle], height=5.0)
        with self.say(N_("What number is this?")) as line:
            self.play(FadeIn(self.one, scale=0.85), run_time=line.left)
        with self.say(N_("A three. You saw it before you could think.")) as line:
            self.play(self.one.animate.scale(1.12), run_time=line.left)

    def show_all(self) -> None:
        place = self.wall.places[self.middle]
        small = DigitImage(self.images[self.middle], height=self.wall.image_height, line=0.0).move_to(place)
        with self.say(N_("And these? Each was drawn by another hand.")) as line:
            self.play(ReplacementTransform(self.one, small), run_time=line.share(0.3))
            self.play(Create(self.wall, rate_func=linear), run_time=line.left)
            self.remove(small)

    def compare_the_two_most_alike(self) -> None:
        first, second, differing = most_alike(self.images)
        pair = [DigitImage(self.images[k], height=self.at.side) for k in (first, second)]
        gap = SignedPicture(self.images[first] - self.images[second], scale=1.0, height=self.at.side)
        for picture, place in zip((*pair, gap), self.at.pictures, strict=True):
            picture.move_to([*place, 0])
        minus, equals = (
            Formula(sign, size=1.3 * TITLE).move_to([*place, 0])
            for sign, place in zip(("minus", "="), self.at.signs, strict=True)
        )
        with self.say(N_("Even the two of them that are most alike differ.")) as line:
            self.play(self.wall.animate.set_opacity(HARDLY), run_time=0.6)
            self.play(*[self.fly_out(k, p) for k, p in zip((first, second), pair, strict=True)], run_time=line.left)
        told = self.tr(N_("{count} of {total} pixels differ"), count=differing, total=self.images[0].size)
        text = self.words(told, 1.15 * LABEL).next_to(gap, DOWN, buff=0.3).shift_onto_screen(buff=2 * MARGIN)
        with self.say(N_("Subtract one from the other, and all this is left.")) as line:
            self.play(FadeIn(minus), run_time=0.4)
            self.play(ReplacementTransform(pair[0].copy(), gap), FadeIn(equals), run_time=line.share(0.35))
            self.play(FadeIn(text, shift=0.2 * UP), run_time=0.5)
            self.play(Indicate(text, scale_factor=1.15, color=palette().attention), run_time=max(1.7, line.left))
        self.play(*[FadeOut(m) for m in (*pair, gap, minus, equals, text)], run_time=0.5)

    def fly_out(self, index: int, picture: DigitImage) -> ReplacementTransform:
        """Return the animation of one image of the wall coming forward."""
        small = DigitImage(self.images[index], height=self.wall.image_height, line=0.0)
        return ReplacementTransform(small.move_to(self.wall.places[index]), picture)

    def ask(self) -> None:
        question = self.words_within(2 * frame().right, N_("How would a program know?"), 1.3 * TITLE)
        with self.say(N_("Could you write a program that sees it? We shall build one that learns to.")) as line:
            self.play(self.wall.animate.set_opacity(FAINT), run_time=line.share(0.3))
            self.play(FadeIn(question, shift=0.3 * UP), run_time=line.share(0.3))


def most_alike(images: np.ndarray) -> tuple[int, int, int]:
    """Return the two images that agree in most pixels, and the number of pixels in which even they differ.

    images: (n, rows, columns). Two pixels differ when their recorded values do.
    """
    flat = images.reshape(len(images), -1)
    differing = np.array([(flat != row).sum(axis=1) for row in flat])  # (image, image)
    np.fill_diagonal(differing, flat.shape[1] + 1)
    first, second = np.unravel_index(np.argmin(differing), differing.shape)
    return int(first), int(second), int(differing[first, second])
