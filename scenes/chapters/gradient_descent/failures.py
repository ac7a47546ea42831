"""The test images that the trained network gets wrong: some that anyone might, and some that nobody would."""

from __future__ import annotations

import numpy as np
from manim import DOWN, UP, Create, FadeIn, FadeOut, Group, RoundedRectangle, VGroup, linear

from scenes.chapter import Beat
from scenes.mobjects.bars import Bars
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import DigitImage, DigitWall
from scenes.style import DIMMED, LABEL, QUICK, SMALL, STROKE, TITLE, palette
from scenes.translation import N_

ACROSS, MOST = 15, 120  # failures a row, and how many are shown at most
WALL = 6.2  # height of a full wall, scene units
FAINT = 0.1
PICTURE = 4.4
PICTURE_PLACE, BARS_PLACE = np.array([-4.2, 0.45, 0]), np.array([3.3, 0.2, 0])
SURE = 0.9  # an output above it is beyond doubt
BETWEEN_X = -0.55  # where label and answer stand


def nearly_right(outputs: np.ndarray, labels: np.ndarray) -> int:
    """Return which wrong answer was the closest: the right digit's output is the least below the highest.

    outputs: (failure, output). labels: (failure,).
    """
    return int(np.argmin(outputs.max(axis=1) - outputs[np.arange(len(labels)), labels]))


def surest(outputs: np.ndarray) -> int:
    """Return which wrong answer was given with the highest output, (failure, output)."""
    return int(np.argmax(outputs.max(axis=1)))


class Failures(Beat):
    """What does it get wrong, and would you?"""

    def open(self) -> None:
        outputs, labels = self.data["digits-review"].read("test.output"), self.data["digits"].read("test.label")
        wrong = np.flatnonzero(outputs.argmax(axis=1) != labels)
        self.tested, self.failed = len(labels), len(wrong)
        self.outputs, self.labels = outputs[wrong], labels[wrong]
        self.digits = self.data["digits"]
        self.wrong = wrong

    def image(self, failure: int) -> np.ndarray:
        """Return the pixels of a failure, (28, 28)."""
        return self.digits.read("test.input", batch=int(self.wrong[failure]))

    def script(self) -> None:
        self.count()
        if not self.failed:
            return
        self.show_wall()
        self.look_at_the_closest()
        self.look_at_the_surest()

    def count(self) -> None:
        self.number = Number(self.tested, "{:,.0f}", 2.6 * TITLE, palette().attention, fixed="center").shift(0.3 * UP)
        words = self.words(N_("new images"), LABEL)
        self.under = words.next_to(self.number, DOWN, buff=0.5)
        with self.say(N_("What does it still get wrong, and would you?")) as line:
            self.play(FadeIn(self.number, self.under), run_time=line.share(0.4))
            again = self.words(N_("it gets these wrong"), LABEL).move_to(self.under)
            self.play(FadeOut(self.under, shift=0.3 * DOWN), FadeIn(again, shift=0.3 * DOWN), run_time=0.4)
            self.play(self.number.animate_value(self.failed), run_time=line.left)
            self.under = again

    def show_wall(self) -> None:
        shown = min(self.failed, MOST)
        pixels = self.digits.read("test.input", batch=self.wrong[:shown].tolist())
        rows = -(-shown // ACROSS)
        self.wall = DigitWall(pixels, across=ACROSS, height=WALL * rows / (MOST // ACROSS)).shift(0.35 * UP)
        self.places = self.wall.places + 0.35 * UP
        note = self.tr(N_("{shown} of {failed} wrong ones, of {tested} new images"), **self.counts(shown))
        self.note = self.words(note, SMALL, color=palette().muted).move_to([0, -3.4, 0])
        with self.say(N_("Of {tested} new images, these {failed}."), **self.counts(shown)) as line:
            self.play(FadeOut(self.number, self.under), run_time=0.4)
            self.play(Create(self.wall, rate_func=linear), FadeIn(self.note), run_time=max(2.2, line.left))

    def counts(self, shown: int) -> dict[str, int]:
        return {"shown": shown, "failed": self.failed, "tested": self.tested}

    # Two of them --------------------------------------------------------------------------------------------------

    def look_at_the_closest(self) -> None:
        which = nearly_right(self.outputs, self.labels)
        label, answer = int(self.labels[which]), int(self.outputs[which].argmax())
        told = N_("For some one can forgive it. Is this a {answer} or a {label}?")
        with self.say(told, answer=answer, label=label) as line:
            self.take_out(which, line.share(0.35))
            self.bring_bars(which, line.left)
        told = N_("It could hardly decide: {first} for one, {second} for the other.")
        with self.say(told, **self.two(which)) as line:
            self.play(FadeIn(self.said, shift=0.2 * DOWN), Create(self.marks[0]), run_time=line.share(0.5))
            self.play(Create(self.marks[1]), run_time=line.left)

    def two(self, which: int) -> dict[str, str]:
        """Return the highest output of a failure and that of the right digit, as they are written."""
        row = self.outputs[which]
        return {"first": f"{row.max():.2f}", "second": f"{row[self.labels[which]]:.2f}"}

    def take_out(self, which: int, seconds: float) -> None:
        """Bring a failure forward, out of its place in the wall if it has one there."""
        self.picture = DigitImage(self.image(which), height=PICTURE).move_to(PICTURE_PLACE)
        place = self.places[which] if which < len(self.places) else PICTURE_PLACE
        grown = FadeIn(self.picture, target_position=place, scale=0.15)
        self.play(self.wall.animate.set_opacity(FAINT), FadeOut(self.note), grown, run_time=seconds)

    def bring_bars(self, which: int, seconds: float) -> None:
        names = [str(k) for k in range(self.outputs.shape[1])]
        self.bars = Bars(np.zeros(len(names)), names, width=3.0, size=LABEL).move_to(BARS_PLACE)
        self.said = self.said_of(which)
        self.marks = [self.mark(digit, color) for digit, color in self.marked(which)]
        self.play(FadeIn(self.bars), FadeOut(self.wall), run_time=0.4 * seconds)
        self.play(self.bars.animate_values(self.outputs[which]), run_time=0.6 * seconds)

    def said_of(self, which: int) -> VGroup:
        """Return "it is 9" over "its answer 4"."""
        values = (int(self.labels[which]), palette().right), (int(self.outputs[which].argmax()), palette().attention)
        names = N_("it is"), N_("its answer")
        lines = VGroup()
        for name, (value, color) in zip(names, values, strict=True):
            number = Number(value, "{:.0f}", 1.5 * TITLE, color)
            lines.add(VGroup(self.words(name, SMALL, color=palette().muted), number).arrange(DOWN, buff=0.15))
        return lines.arrange(DOWN, buff=0.6).move_to([BETWEEN_X, PICTURE_PLACE[1], 0])

    def marked(self, which: int) -> tuple[tuple[int, str], tuple[int, str]]:
        """Return the digits to be boxed with their colours: the answer, and what the image is."""
        return (int(self.outputs[which].argmax()), palette().attention), (int(self.labels[which]), palette().right)

    def mark(self, digit: int, color: str) -> RoundedRectangle:
        row = self.bars.row(digit)
        mark = RoundedRectangle(width=self.bars.width + 0.3, height=0.58, corner_radius=0.1)
        return mark.set_stroke(color, 1.5 * STROKE).move_to([self.bars.get_x(), row.get_y(), 0])

    def look_at_the_surest(self) -> None:
        which = surest(self.outputs)
        label, answer = int(self.labels[which]), int(self.outputs[which].argmax())
        said, marks = self.said_of(which), [self.mark(digit, color) for digit, color in self.marked(which)]
        told = N_("And this {label}? It takes it for a {answer}.")
        if self.outputs[which].max() > SURE:
            told = N_("And this {label}? It takes it for a {answer}, without a doubt.")
        with self.say(told, label=label, answer=answer) as line:
            self.play(FadeOut(self.said, *self.marks), run_time=QUICK)
            turned = self.picture.animate.show_pixels(self.image(which))
            self.play(turned, self.bars.animate_values(self.outputs[which]), run_time=line.share(0.4))
            self.play(FadeIn(said, shift=0.2 * DOWN), *[Create(mark) for mark in marks], run_time=line.left)
        told = N_("It answers with {first}, and is wrong: it cannot tell when it does not know.")
        with self.say(told, **self.two(which)) as line:
            others = [self.bars.row(k) for k in range(self.outputs.shape[1]) if k not in (answer, label)]
            quiet = [part.animate.set_opacity(DIMMED) for row in others for part in (row[0], row[3])]
            self.play(*quiet, run_time=line.share(0.4))
            self.play(Group(said[1][1]).animate.scale(1.25), run_time=line.left)
