"""The test images that the network gets wrong: one where it hesitates, and one where it is sure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Animation,
    Create,
    FadeIn,
    FadeOut,
    Group,
    RoundedRectangle,
    TransformFromCopy,
    there_and_back,
)

from scenes.chapter import Beat
from scenes.chapters.gradient_descent.answer import Reading
from scenes.chapters.gradient_descent.mistakes import Mistakes, widest_grid
from scenes.frame import layout_in
from scenes.mobjects.bars import Bars
from scenes.mobjects.batched import rgb255
from scenes.mobjects.numbers import Number, Numbers
from scenes.mobjects.pixels import DigitImage, DigitWall, picture_frames
from scenes.mobjects.typeset import Words
from scenes.style import DIMMED, LABEL, SMALL, STROKE, TITLE, palette
from scenes.translation import N_

MOST = 108  # images on the wall: so many fit that each can be told, its answer beside it
LARGEST = 1.9  # scene units from one image on the wall to the next, at most
ANSWER = 0.42  # em of an answer on the wall, by the pitch
BAR, ROW_SIZE = 1.65, 0.4  # of the ten outputs: an output of 1, and the em, scene units, in a case of full size
TIE = 0.1  # two outputs that differ by less are nearly alike
FAINT = 0.3  # below this the highest output is hardly an answer
SURE = 0.5  # above this the network commits itself
VERY_SURE = 0.9


@dataclass(frozen=True)
class Places:
    """Where the wall of mistakes and their count stand, and then two of them, each in its half of the frame.

    wall: scene units across and down. aside: its size when it makes room for the first image taken out of it. first,
    second: the middles of the halves. picture: the height of an image taken out, scale: of its
    outputs, reading: how far right of its middle the numbers stand that tell what it is.
    """

    wall: tuple[float, float]
    wall_place: tuple[float, float]
    count_place: tuple[float, float]
    aside: float
    first: tuple[float, float]
    second: tuple[float, float]
    picture: float = 2.75
    scale: float = 1.0
    reading: float = 0.75


PLACES: Mapping[str, Places] = {
    "16:9": Places((9.36, 7.02), (-1.9, 0.0), (4.85, 0.0), 0.68, (-3.4, 0.0), (3.4, 0.0)),
    "4:3": Places((6.6, 7.02), (-1.55, 0.0), (3.35, 0.0), 0.7, (-2.55, 0.0), (2.55, 0.0), 2.0, 0.74, 1.0),
    "9:16": Places((7.1, 9.2), (0.0, 2.0), (0.0, -4.75), 0.7, (0.0, 3.35), (0.0, -3.35)),
}


class Case(Group):
    """An image taken out: itself at the left, below it what it is and what it is taken for, its ten outputs beside it.

    image: the picture's position among the test images. place: of its middle.
    """

    def __init__(self, beat: Failures, image: int, place: np.ndarray) -> None:
        mistakes = beat.mistakes
        self.image = image
        self.outputs = mistakes.outputs[image]
        self.label, self.answer = int(mistakes.labels[image]), int(mistakes.answers[image])
        height, scale = beat.at.picture, beat.at.scale
        left = place + 1.65 * scale * LEFT
        self.picture = DigitImage(beat.pixels(image), height=height, line=0).move_to(left + 1.05 * UP)
        self.frame = picture_frames(self.picture.get_center()[None], height)
        self.reading = Reading(beat, self.label, self.answer, left + beat.at.reading * RIGHT + 1.15 * DOWN)
        digits = [str(digit) for digit in range(len(self.outputs))]
        self.bars = Bars(self.outputs, digits, width=BAR * scale, size=ROW_SIZE * scale).empty()
        self.bars.move_to(place + 1.75 * scale * RIGHT)
        for digit, color in ((self.answer, palette().attention), (self.label, palette().right)):
            self.bars.row(digit).set_color(color)
        super().__init__(self.picture, self.frame, self.reading, self.bars)


class Failures(Beat):
    """What does it get wrong, and would you?"""

    def open(self) -> None:
        self.at = layout_in(PLACES)
        self.halves = [np.array([*place, 0]) for place in (self.at.first, self.at.second)]
        self.digits = self.data["digits"]
        self.mistakes = Mistakes(self.data["digits-review"].read("test.output"), self.digits.read("test.label"))
        self.cases: list[Case] = []

    def pixels(self, image: int) -> np.ndarray:
        return self.digits.read("test.input", batch=int(image))

    def script(self) -> None:
        if self.mistakes.sure is None:
            self.tell_that_nothing_is_wrong()
            return
        self.build_wall()
        with self.say(N_("What does it get wrong, and would you?")) as line:
            self.play(Create(self.wall), run_time=line.left)
        self.count()
        self.make_room()
        if self.mistakes.close is not None:
            with self.say(self.verdict(), **self.verdict_values()) as line:
                self.take_out(self.mistakes.close, self.halves[0], 2.6)
                self.point_at_both(max(1.2, line.left))
        self.show_the_sure_one(self.mistakes.sure)
        self.end()

    # The wall -----------------------------------------------------------------------------------------------------

    def build_wall(self) -> None:
        self.shown = self.mistakes.shown(MOST)
        middle = np.array([*self.at.wall_place, 0])
        across, pitch = widest_grid(len(self.shown), *self.at.wall, LARGEST)
        height = pitch * -(-len(self.shown) // across)
        images = self.digits.read("test.input", batch=self.shown.tolist())
        self.wall = DigitWall(images, across=across, height=height, margin=0.15).shift(middle)
        self.places, self.side = self.wall.places + middle, self.wall.image_height
        yellow = np.append(rgb255(palette().attention), 1)
        self.answers = Numbers(
            self.mistakes.answers[self.shown],
            self.places + pitch * np.array([0.4, -0.26, 0]),
            form="{:.0f}",
            size=max(SMALL, min(LABEL, ANSWER * pitch)),
            rgba=yellow,
        )

    def count(self) -> None:
        """Count the mistakes beside the wall, tell how many of them are on it, and write its answers beside them."""
        total, wrong = len(self.mistakes.labels), len(self.mistakes.wrong)
        self.counter = Number(wrong, "{:,.0f}", 2.2 * TITLE, palette().attention, fixed="center")
        lines = [
            self.words(N_("wrong answers"), LABEL),
            Words(self.tr(N_("on {count} images"), count=total), LABEL, line_width=3.4),
        ]
        if len(self.shown) < wrong:
            text = self.tr(N_("{count} of them are shown"), count=len(self.shown))
            lines.append(Words(text, SMALL, color=palette().muted))
        self.told = Group(self.counter, *lines).arrange(DOWN, buff=0.28)
        self.told.move_to([*self.at.count_place, 0])
        self.counter.set_value(0)
        text = N_("{wrong} of {count} test images wrong; in yellow, its answers.")
        with self.say(text, count=total, wrong=wrong) as line:
            self.play(FadeIn(self.told, shift=0.3 * LEFT), run_time=line.share(0.12))
            self.play(self.counter.animate_value(wrong), run_time=line.share(0.33))
            self.play(Create(self.answers), run_time=line.share(0.25))

    def make_room(self) -> None:
        """Let the wall step back to the second half, as the images on it are to be looked at one by one."""
        middle, aside = np.array([*self.at.wall_place, 0]), self.halves[1]
        smaller = self.wall.animate.scale(self.at.aside, about_point=middle).shift(aside - middle).set_opacity(DIMMED)
        gone = [FadeOut(self.answers), FadeOut(self.told, shift=0.3 * RIGHT)]
        self.play(*gone, run_time=0.3)
        self.play(smaller, run_time=0.6)
        self.places = aside + self.at.aside * (self.places - middle)
        self.side *= self.at.aside

    # The images taken out -----------------------------------------------------------------------------------------

    def take_out(self, image: int, place: np.ndarray, seconds: float, *leaving: Animation) -> Case:
        """Let an image fly out of the wall, tell what it is and what it is taken for, and let its outputs grow."""
        case = Case(self, image, place)
        start = self.places[int(np.flatnonzero(self.shown == image)[0])]
        target = case.picture.copy()
        case.picture.scale(self.side / self.at.picture).move_to(start)
        flight = case.picture.animate.become(target)
        self.play(flight, *leaving, run_time=0.35 * seconds)
        bars = case.bars
        shown = [FadeIn(part) for part in (case.frame, bars.labels, bars.tracks, bars.numbers)]
        self.play(*shown, FadeIn(case.reading, shift=0.2 * DOWN), run_time=0.2 * seconds)
        self.add(case)
        self.play(bars.animate_values(case.outputs), run_time=0.45 * seconds)
        self.cases.append(case)
        return case

    def box(self, case: Case, digit: int, color: str) -> RoundedRectangle:
        """Return a box around an output's label, bar and number."""
        row = Group(case.bars.labels[digit], case.bars.tracks[digit], case.bars.numbers[digit])
        box = RoundedRectangle(width=row.width + 0.22, height=1.42 * ROW_SIZE * self.at.scale, corner_radius=0.08)
        return box.set_stroke(color, width=1.5 * STROKE).move_to(row).match_y(case.bars.tracks[digit])

    def verdict(self) -> str:
        """Return the line that tells how close the first image was to a right answer."""
        image = self.mistakes.close
        if self.mistakes.top[image] < FAINT:
            return N_("This is a {label}. The highest output, for {answer}, is only {value}.")
        if self.mistakes.gap[image] < TIE:
            return N_("A {answer} or a {label}? Nearly alike: one can understand.")
        return N_("A {answer} or a {label}? At least the right one comes second.")

    def verdict_values(self) -> dict[str, object]:
        image = self.mistakes.close
        values: dict[str, object] = {"answer": int(self.mistakes.answers[image])}
        values["label"] = int(self.mistakes.labels[image])
        if self.mistakes.top[image] < FAINT:
            values["value"] = f"{self.mistakes.top[image]:.2f}"
        return values

    def point_at_both(self, seconds: float) -> None:
        case = self.cases[-1]
        boxes = [
            self.box(case, digit, color)
            for digit, color in ((case.answer, palette().attention), (case.label, palette().right))
        ]
        self.play(*[Create(box) for box in boxes], run_time=0.4 * seconds)
        pulses = [box.animate(rate_func=there_and_back).scale(1.05) for box in boxes]
        self.play(*pulses, run_time=0.6 * seconds)
        case.add(*boxes)

    def show_the_sure_one(self, image: int) -> None:
        """Take out the mistake with the highest answer, and box that answer and what the right one gets."""
        label, answer = int(self.mistakes.labels[image]), int(self.mistakes.answers[image])
        outputs = self.mistakes.outputs[image]
        told = {"label": label, "answer": answer, "value": f"{outputs[answer]:.2f}", "other": f"{outputs[label]:.2f}"}
        with self.say(N_("And this {label}? It says {answer}, at {value}. The {label} gets {other}."), **told) as line:
            faded = [FadeOut(self.wall), *(case.animate.fade(1 - DIMMED) for case in self.cases)]
            self.sure = self.take_out(image, self.halves[1], 2.8, *faded)
            self.marks = self.box(self.sure, answer, palette().attention), self.box(self.sure, label, palette().right)
            seconds = max(0.9, line.left / 2)
            for mark in self.marks:
                self.play(Create(mark), run_time=0.5 * seconds)
                self.play(mark.animate(rate_func=there_and_back).scale(1.05), run_time=0.5 * seconds)

    # The end ------------------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Take the sure mistake's number out of its bar and leave it standing large."""
        top = float(self.mistakes.top[self.sure.image])
        row = self.sure.bars.numbers[self.sure.answer]
        number = Number(top, "{:.2f}", 3.6 * TITLE, palette().attention)
        name = self.words(N_("for a wrong answer"), LABEL)
        above, wrong = self.mistakes.above(VERY_SURE), len(self.mistakes.wrong)
        count = self.tr(N_("above {limit} in {count} of {wrong} mistakes"), limit=VERY_SURE, count=above, wrong=wrong)
        self.final = number
        self.above = Words(count, LABEL, line_width=3.5)
        Group(number, name, self.above).arrange(DOWN, buff=0.4).move_to(self.halves[0])
        lines = (
            N_("Even its surest mistake is faint. It is sure of nothing."),
            N_("It has no idea when it is wrong."),
        )
        with self.say(lines[top > SURE]) as line:
            self.add(self.sure, *self.marks)
            self.keep_only(self.sure, *self.marks, run_time=0.5)
            self.play(TransformFromCopy(row, number), run_time=1.0)
            self.play(FadeIn(name, self.above, shift=0.2 * DOWN), run_time=0.5)
            self.play(number.animate(rate_func=there_and_back).scale(1.06), run_time=max(1.0, line.left))

    def tell_that_nothing_is_wrong(self) -> None:
        """Show the image that came nearest to a mistake, where none was made."""
        image = int(self.mistakes.gap.argmin())
        case = Case(self, image, np.zeros(3))
        with self.say(N_("What does it get wrong, and would you?")) as line:
            self.play(FadeIn(case.picture, case.frame, scale=0.6), FadeIn(case.bars), run_time=line.left)
        with self.say(N_("Of {count} test images it gets none wrong."), count=len(self.mistakes.labels)) as line:
            self.play(case.bars.animate_values(case.outputs), run_time=line.left)
        with self.say(N_("Here it came nearest to a mistake.")) as line:
            self.play(FadeIn(case.reading, shift=0.2 * DOWN), run_time=line.share(0.4))
            second = self.box(case, int(self.mistakes.second[image]), palette().attention)
            self.play(Create(second), run_time=line.left)
        self.cases.append(case)
