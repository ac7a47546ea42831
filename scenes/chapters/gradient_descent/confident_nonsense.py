"""Noise goes in: what the trained network answers to one picture of it, and to all that were recorded."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Create,
    DashedLine,
    DashedVMobject,
    FadeIn,
    FadeOut,
    Group,
    LaggedStart,
    Rectangle,
    RoundedRectangle,
    linear,
)

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.gradient_descent.answers.piles import dots_in_piles, pitch_of
from scenes.drawing.batched import rgb255
from scenes.drawing.flight import Flight
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Exact, Measured, Quoted, Source
from scenes.language.translation import N_
from scenes.look.style import DIMMED, LABEL, MARGIN, SMALL, STROKE, TITLE, palette
from scenes.mobjects.pictures.pixels import DigitImage, grid_centers
from scenes.mobjects.plots.axes import AxisLine
from scenes.mobjects.plots.bars import Bars
from scenes.text.numbers import Counter, Number
from scenes.text.typeset import Words

MNIST = Source("lecun1998", "section III-A, the Modified NIST set: handwritten digits")
HALF = 0.5  # an output above it is an answer that the network stands for
FEW = 0.2  # share of the pictures up to which they are called only a few
FIRST, MORE = 0, 2  # the picture looked at, and how many after it
PICTURE, PICTURE_PLACE = 5.6, np.array([-3.6, 0, 0])
FLOOR, WIDTH = -2.75, 12.8  # where the dots stand, and how wide
PILE, LOWER = 5.0, 3.75  # how high the highest pile may be, by output and by answer
TAUGHT, TAUGHT_HEIGHT = 1.15, 2.2  # of the pictures that it learned from: their side and where they stand
BINS = 20  # of outputs from 0 to 1
FILLED = 0.88  # share of a pile's place that it takes, the rest is left free beside it
HEADER = 3.3  # height of the baseline of what is written above
DOT = 0.4  # half of a dot, as a share of that


class ConfidentNonsense(Beat):
    """What does it see where there is nothing?"""

    def open(self) -> None:
        review = self.data["digits-review"]
        self.pictures, self.outputs = review.read("noise.input"), review.read("noise.output")
        self.highest, self.answers = self.outputs.max(axis=1), self.outputs.argmax(axis=1)
        self.total, self.digits = self.outputs.shape
        self.above = int((self.highest > HALF).sum())
        counts = np.bincount(self.answers, minlength=self.digits)
        self.counts, self.favourite = counts, int(counts.argmax())
        self.measure()

    def measure(self) -> None:
        """Measure what the lines tell: of the first picture, of all, by answer, and what it was taught."""
        noise = "digits-review/noise.output"
        first = {"digit": int(self.answers[FIRST]), "output": float(self.highest[FIRST])}
        self.one = Measured("first_answer", first, N_("the highest output for the first picture of noise"), (noise,))
        above = {"count": self.above, "total": self.total, "half": HALF}
        how = N_("pictures of uniform noise whose highest output is above one half")
        self.often = Measured("above_half", above, how, (noise,))
        favourite = {"digit": self.favourite, "count": int(self.counts[self.favourite]), "wins": self.counts.tolist()}
        how = N_("for how many of them each digit has the highest output, and the digit that wins most often")
        self.wins = Measured("wins", favourite, how, (noise,)).when(
            lambda are: are["wins"][are["digit"]] == are["count"] == max(are["wins"]),
            N_("no digit wins more often"),
        )
        how = N_("how many of the first training images were looked at, their labels, and how many outputs there are")
        labels = self.data["digits-review"].read("train.label")
        value = {"images": len(labels), "labels": np.unique(labels).tolist(), "outputs": self.digits}
        taught = Measured("taught", value, how, ("digits-review/train.label", noise))
        self.taught_digits = taught.when(
            lambda was: was["labels"] == list(range(was["outputs"])),
            N_("each label is one of the digits, and each output stands for one"),
        )

    def script(self) -> None:
        self.show_noise()
        self.answer_one()
        self.answer_more()
        self.pile_up()
        self.sort_by_answer()
        self.say_what_is_missing()

    # One picture --------------------------------------------------------------------------------------------------

    def show_noise(self) -> None:
        self.picture = DigitImage(self.pictures[FIRST], height=PICTURE).move_to(PICTURE_PLACE)
        with self.say(N_("Pixels at random. What will it answer?")) as line:
            self.play(Create(self.picture, rate_func=linear), run_time=line.remaining)

    def answer_one(self) -> None:
        digits = [str(digit) for digit in range(self.digits)]
        answers = self.recorded("digits-review", "noise.output")
        size = PICTURE / (1.55 * self.digits)
        self.bars = Bars(self.outputs[FIRST], digits, width=4.3, size=size, because=answers).empty()
        self.bars.move_to([3.5, 0, 0])
        self.box = self.box_of(FIRST)
        values = {"digit": int(self.answers[FIRST]), "output": f"{self.highest[FIRST]:.2f}"}
        unsure = self.one.when(lambda first: first["output"] <= HALF, N_("not sure: no output above one half"))
        sure = self.one.when(lambda first: first["output"] > HALF)
        line_of = self.choose(
            said(N_("Highest output: {output}, for the {digit}. It is not sure."), unsure, **values),
            said(N_("It says {digit}, at {output}. Nothing is there."), sure, **values),
        )
        with self.say(line_of) as line:
            self.play(FadeIn(self.bars, shift=0.3 * RIGHT), run_time=0.5)
            self.play(self.bars.animate_values(self.outputs[FIRST]), run_time=line.fraction(0.4))
            self.play(Create(self.box), run_time=line.remaining)

    def box_of(self, picture: int) -> RoundedRectangle:
        """Return the box around the row of the answer to a picture."""
        row = self.bars.row(int(self.answers[picture]))
        box = RoundedRectangle(width=self.bars.width + 0.4, height=1.3 * row[1].height, corner_radius=0.08)
        box.set_stroke(palette().attention, width=1.5 * STROKE)
        return box.move_to([self.bars.get_x(), row[1].get_y(), 0])

    def answer_more(self) -> None:
        with self.say(N_("Another. And another.")) as line:
            seconds = max(0.8, line.seconds / MORE)
            for picture in range(FIRST + 1, FIRST + 1 + MORE):
                self.play(
                    self.picture.animate.show_pixels(self.pictures[picture]),
                    self.bars.animate_values(self.outputs[picture]),
                    self.box.animate.move_to(self.box_of(picture)),
                    run_time=seconds,
                )

    # All of them --------------------------------------------------------------------------------------------------

    def pile_up(self) -> None:
        """Let a dot for each picture fall to the place of its highest output."""
        bins = np.minimum((self.highest * BINS).astype(int), BINS - 1)
        middles = WIDTH * ((np.arange(BINS) + 0.5) / BINS - 0.5)
        shade = np.where(self.highest > HALF, 1.0, DIMMED)
        white = np.tile(rgb255(palette().bright), (self.total, 1))
        self.by_output = self.dots_in(bins, middles, (WIDTH / BINS, PILE), np.column_stack([white, shade]))
        axis, half = self.axis()
        text = N_("pictures of noise answered above {half}:")
        words = self.words(text, color=palette().muted, because=self.often, values={"half": HALF})
        self.header = self.head(words, Counter(0, size=TITLE, color=palette().attention, because=self.often))
        told = {"total": self.total, "count": self.above}
        line_of = self.choose(
            said(
                N_("Of {total} such pictures, not one gets an answer above one half."),
                self.often.when(lambda are: are["count"] == 0),
                total=self.total,
            ),
            said(
                N_("Of {total} only {count} are answered above one half."),
                self.often.when(lambda are: are["count"] <= FEW * are["total"], N_("only: one in five at most")),
                **told,
            ),
            otherwise=said(
                N_("{count} of {total} are answered above one half."),
                self.often.when(lambda are: are["count"] > FEW * are["total"]),
                **told,
            ),
        )
        with self.say(line_of) as line:
            self.play(*[FadeOut(one) for one in (self.bars, self.box)], FadeIn(axis, half), run_time=0.5)
            self.dots = self.dust()
            self.play(FadeIn(self.dots), self.picture.animate.set_opacity(0), FadeIn(self.header), run_time=0.5)
            self.remove(self.picture)
            fall = Flight(self.dots, self.by_output, lag=0.7)
            count = self.header[1].animate_count(self.above, rate_func=linear)
            self.play(fall, count, run_time=max(2.1, line.remaining))
        self.scale = Group(axis, half)

    def head(self, words: Words, *numbers: Number) -> Group:
        """Return words and what number follows them, above all else."""
        words.to_corner(UP + LEFT, buff=MARGIN)
        for number in numbers:
            number.next_to(words, RIGHT, buff=0.25)
        for one in (words, *numbers):
            one.align_baseline(HEADER)
        return Group(words, *numbers)

    def axis(self) -> tuple[AxisLine, Group]:
        """Return the axis of the highest outputs, and the line at one half."""
        axis = AxisLine((0, 1), WIDTH, ticks=(0, HALF, 1), form="{:.1f}").shift(FLOOR * UP)
        axis.shift((FLOOR - axis.line.get_y()) * UP)
        step = Exact("1 / piles", piles=BINS)
        text, told = N_("highest output, in steps of {step}"), {"step": f"{step.value:g}"}
        name = self.words(text, SMALL, palette().muted, because=(self.often, step), values=told)
        name.next_to(axis.to_point(HALF / 2), DOWN, buff=0.14)
        foot = axis.to_point(HALF)
        half = DashedLine(foot, foot + (PILE + 0.2) * UP, color=palette().attention).set_stroke(width=STROKE)
        return axis, Group(half, name)

    def dust(self) -> Tiles:
        """Return a dot for each picture, lying where the picture is."""
        side = int(np.ceil(np.sqrt(self.total)))
        places = grid_centers(side, side, PICTURE)[: self.total] + PICTURE_PLACE
        fill = np.tile(np.append(rgb255(palette().bright), 1), (self.total, 1))
        return Tiles(places, DOT * PICTURE / side, fill=fill, corner=1.0)

    def dots_in(self, pile: np.ndarray, middles: np.ndarray, room: tuple[float, float], rgba: np.ndarray) -> Tiles:
        """Return the dots in piles, the one of picture i in pile[i], the surest on top.

        middles: x of each pile. room: how wide and how high a pile may be. rgba: (picture, 4).
        """
        width, height = FILLED * room[0], room[1]
        pitch = pitch_of(int(np.bincount(pile).max()), width, height)
        places = dots_in_piles(pile, self.highest, middles, width, pitch) + FLOOR * UP
        return Tiles(places, DOT * pitch, fill=rgba, corner=1.0)

    def sort_by_answer(self) -> None:
        slot = WIDTH / (self.digits + 1)  # one more than there are digits
        middles = -WIDTH / 2 + slot * (np.arange(self.digits) + 0.5)
        mine = self.answers[:, None] == self.favourite
        colors = np.where(mine, rgb255(palette().attention), rgb255(palette().bright))
        rgba = np.column_stack([colors, np.ones(self.total)])
        target = self.dots_in(self.answers, middles, (slot, LOWER), rgba)
        self.names = Group(*[Words(str(digit), LABEL, because=Quoted(str(digit))) for digit in range(self.digits)])
        for name, x in zip(self.names, middles, strict=True):
            name.move_to([x, FLOOR - 0.4, 0])
        self.title = self.head(self.words(N_("its answers"), color=palette().muted))[0]
        self.numbers = self.numbers_on(target)
        values = {"count": int(self.counts[self.favourite]), "digit": self.favourite}
        with self.say(N_("{count} times the answer is {digit}."), self.wins, **values) as line:
            self.play(FadeOut(self.scale, self.header), run_time=0.3)
            self.play(FadeIn(self.names, self.title), run_time=0.3)
            self.play(Flight(self.dots, target, lag=0.5, arc=0.1), run_time=max(1.4, line.fraction(0.5)))
            self.play(FadeIn(self.numbers, shift=0.15 * UP), run_time=max(0.5, line.remaining))
        self.slot = slot

    def numbers_on(self, dots: Tiles) -> Group:
        """Return above each pile of dots how many there are."""
        numbers = Group()
        for digit in np.flatnonzero(self.counts):
            color = palette().attention if digit == self.favourite else palette().text
            top = dots.centers[self.answers == digit].max(axis=0)
            number = Number(float(self.counts[digit]), "{:,.0f}", LABEL, color, because=self.wins)
            numbers.add(number.move_to([self.names[digit].get_x(), top[1] + 0.35, 0]))
        return numbers

    def say_what_is_missing(self) -> None:
        """Draw the place of the answer that there is not, beside the digits, and leave it empty."""
        x = WIDTH / 2 - self.slot / 2
        place = Rectangle(width=FILLED * self.slot, height=LOWER).move_to([x, FLOOR, 0], aligned_edge=DOWN)
        empty = DashedVMobject(place.set_stroke(palette().negative, width=STROKE), num_dashes=50)
        name = self.words(
            N_("none of these"), SMALL, color=palette().negative, line_width=self.slot, because=self.taught_digits
        )
        name.next_to(place, DOWN, buff=0.15).align_to(self.names.get_top() + 0.02 * UP, UP)
        with self.say(N_("It was never taught to say: none of these."), (self.taught_digits, MNIST)) as line:
            self.play(FadeIn(name, shift=0.2 * UP), run_time=line.fraction(0.3))
            self.play(Create(empty), run_time=line.remaining)
        title = self.head(self.words(N_("what it was shown while it learned"), color=palette().muted))[0]
        with self.say(N_("It only ever saw digits."), (self.taught_digits, MNIST), result=True) as line:
            self.play(FadeOut(self.title), run_time=0.3)
            self.examples = self.taught()
            pairs = zip(self.examples, self.names, strict=True)
            shown = [FadeIn(picture, target_position=name, scale=0.3) for picture, name in pairs]
            self.play(FadeIn(title), LaggedStart(*shown, lag_ratio=0.2), run_time=max(1.8, line.remaining))

    def taught(self) -> list[DigitImage]:
        """Return the first training image of each digit, above its pile."""
        review = self.data["digits-review"]
        labels = review.read("train.label")
        firsts = [int(np.flatnonzero(labels == digit)[0]) for digit in range(self.digits)]
        images = review.read("train.input", batch=firsts)
        return [
            DigitImage(image, height=TAUGHT, line=0.06).move_to([name.get_x(), TAUGHT_HEIGHT, 0])
            for image, name in zip(images, self.names, strict=True)
        ]
