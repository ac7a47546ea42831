"""Learning from labelled examples, and the test on images that were never among them."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Create,
    FadeIn,
    FadeOut,
    Group,
    Rectangle,
    ReplacementTransform,
    RoundedRectangle,
    UpdateFromAlphaFunc,
    linear,
    there_and_back,
)
from manim.mobject.mobject import _AnimationBuilder

from scenes.beats.beat import Beat
from scenes.beats.timeline import Said, said
from scenes.drawing.batched import rgb255
from scenes.evidence.evidence import Because, Measured
from scenes.language.translation import N_
from scenes.look.style import DIMMED, LABEL, QUICK, SMALL, STROKE, TITLE, palette
from scenes.mobjects.pictures.pixels import DigitImage, DigitWall
from scenes.text.many_numbers import Numbers
from scenes.text.numbers import Number

ACROSS, ROWS = 6, 5
PITCH = 0.95  # from one card to the next, scene units
FREE = 0.29  # share of the pitch that an image leaves free, for what stands under it
UNDER = 0.45 * DOWN  # from the middle of an image to what stands under it, scene units
MARK = 0.33  # em of what stands under an image
SIDE, WALL_Y, TITLE_Y = 3.5, 0.62, 3.42
SCORE_Y, BAR_Y, SCORE = -2.62, -3.38, 1.35 * TITLE
BAR = (5.6, 0.2)  # width of all answers right, and height, scene units
CLOSE = 0.03  # accuracies that differ by less are nearly the same
TOLD = 2.2  # width of the lines that say what was measured, scene units
GOOD = 0.5  # share of right answers from which it has learned something


class TrainAndTest(Beat):
    """Where does it learn from, and how do we know that it learned more than that?"""

    def open(self) -> None:
        review, digits = self.data["digits-review"], self.data["digits"]
        cards = list(range(ACROSS * ROWS))
        self.examples, self.labels = (review.read(f"train.{kind}", batch=cards) for kind in ("input", "label"))
        self.unseen, self.wanted = (digits.read(f"test.{kind}", batch=cards) for kind in ("input", "label"))
        self.answers = review.read("test.output", batch=cards).argmax(axis=1)
        self.wall = self.wall_of(self.examples, LEFT)
        self.first = middling(self.examples, self.wall.places)
        self.accuracies = [self.series("digits", f"metric.{kind}_accuracy") for kind in ("train", "test")]
        self.clock = self.clock_of("digits", "metric.test_accuracy")
        self.measure()

    def measure(self) -> None:
        """Measure what is shown of the cards, and how often it is right in the end."""
        labels = "digits-review/train.label"
        how = N_("the label of one image: of those in the middle, the one with nearest to average ink")
        first = {"image": self.first, "label": int(self.labels[self.first])}
        self.named = Measured("shown_first", first, how, ("digits-review/train.input", labels))
        how = N_("the digit of the highest output, for each image shown that was kept back")
        self.answered = Measured("answers", self.answers.tolist(), how, ("digits-review/test.output",))
        train, test = (float(accuracy.values[-1]) for accuracy in self.accuracies)
        accuracies = tuple(f"digits/metric.{kind}_accuracy" for kind in ("train", "test"))
        how = N_("share of right answers after the last step: on the training images, and on those kept back")
        self.scored = Measured("scores", {"train": train, "test": test}, how, accuracies)
        tested = self.data["digits"].arrays["test.label"].shape[0]
        self.tested = Measured("tested", tested, N_("how many images were kept back"), ("digits/test.label",))

    def script(self) -> None:
        self.show_one()
        self.show_examples()
        self.keep_others_back()
        self.let_it_learn()
        self.answer_the_unseen()
        self.conclude()

    # The cards ----------------------------------------------------------------------------------------------------

    def wall_of(self, images: np.ndarray, side: np.ndarray) -> DigitWall:
        return DigitWall(images, across=ACROSS, height=ROWS * PITCH, margin=FREE).shift(SIDE * side + WALL_Y * UP)

    def marks_of(self, digits: np.ndarray, side: np.ndarray, colors: list[str], because: Because) -> Numbers:
        """Return a digit under each image of a wall, those in the wall's middle first, as its images come."""
        places = self.wall.places  # of either wall, around the origin
        order = np.argsort(np.linalg.norm(places, axis=1), kind="stable")
        rgba = np.array([np.append(rgb255(colors[k]), 1) for k in order])
        under = places[order] + SIDE * side + WALL_Y * UP + UNDER
        return Numbers(digits[order].astype(float), under, form="{:.0f}", size=MARK, rgba=rgba, because=because)

    def show_one(self) -> None:
        self.one = DigitImage(self.examples[self.first], height=4.6).shift(0.75 * UP)
        label = int(self.labels[self.first])
        self.label = Number(label, "{:.0f}", 2.4 * TITLE, palette().right, because=self.named)
        self.label.next_to(self.one, DOWN, buff=0.4)
        with self.say(N_("How can a machine learn what we cannot write down?")) as line:
            self.play(FadeIn(self.one, scale=0.85), run_time=line.fraction(0.4))
            self.play(FadeIn(self.label, target_position=self.one, scale=0.3), run_time=line.fraction(0.35))
            self.play(self.label.animate(rate_func=there_and_back).scale(1.2), run_time=line.remaining)

    def show_examples(self) -> None:
        recorded = self.recorded("digits-review", "train.label", batch=list(range(ACROSS * ROWS)))
        self.marks = self.marks_of(self.labels, LEFT, [palette().right] * len(self.labels), recorded)
        place = self.wall.places[self.first] + SIDE * LEFT + WALL_Y * UP
        small = DigitImage(self.examples[self.first], height=self.wall.image_height, line=0.0).move_to(place)
        tiny = Number(int(self.labels[self.first]), "{:.0f}", MARK, palette().right, because=self.named)
        tiny.move_to(place + UNDER)
        self.heads = [self.words(text, LABEL) for text in (N_("it learns from these"), N_("kept back for the test"))]
        for head, side in zip(self.heads, (LEFT, RIGHT), strict=True):
            head.move_to(SIDE * side + TITLE_Y * UP)
        with self.say(N_("From examples: images and their digits.")) as line:
            moves = [ReplacementTransform(self.one, small), ReplacementTransform(self.label, tiny)]
            self.play(*moves, run_time=line.fraction(0.28))
            grown = [Create(part, rate_func=linear) for part in (self.wall, self.marks)]
            self.play(*grown, FadeIn(self.heads[0], shift=0.2 * UP), run_time=line.remaining)
            self.remove(small, tiny)

    def keep_others_back(self) -> None:
        self.others = self.wall_of(self.unseen, RIGHT)
        with self.say(N_("Others are kept back, for the test.")) as line:
            dim = [part.animate.set_opacity(DIMMED) for part in (self.wall, self.marks)]
            self.play(*dim, run_time=line.fraction(0.3))
            self.play(
                Create(self.others, rate_func=linear), FadeIn(self.heads[1], shift=0.2 * UP), run_time=line.remaining
            )

    # The test -----------------------------------------------------------------------------------------------------

    def let_it_learn(self) -> None:
        """Show both accuracies at one evaluation of the training after the other, with the step that they are of."""
        self.build_scores()
        lit = [part.animate.set_opacity(1) for part in (self.wall, self.marks)]
        with self.say(N_("Now it trains.")) as line:
            self.show_training(self.scoreboard, 0.0)
            self.play(FadeIn(self.scoreboard, shift=0.2 * UP), *lit, run_time=QUICK)
            learning = UpdateFromAlphaFunc(self.scoreboard, self.show_training, rate_func=linear)
            self.play(learning, run_time=max(line.remaining, 2.9))

    def show_training(self, scoreboard: Group, alpha: float) -> None:
        """Show scores, bars and step of the evaluation at a share of all of them, each for as long."""
        step = int(self.clock.steps[round(alpha * (len(self.clock.steps) - 1))])
        self.mark_step("digits", step)
        for k, accuracy in enumerate(self.accuracies):
            self.scores[k].at(step)
            self.bars[k].become(self.bar_of(k, float(accuracy.recorded(step))))
        self.step.at(step)

    def build_scores(self) -> None:
        self.scores = [
            Number(0, "{:.1f}%", SCORE, palette().attention, fixed="right").follow(accuracy, 100)
            for accuracy in self.accuracies
        ]
        self.texts = [
            self.words(N_("right on its examples"), SMALL, align="right", line_width=TOLD),
            self.words(
                N_("right on {count} new images"),
                SMALL,
                because=self.tested,
                values={"count": self.tested.value},
                align="right",
                line_width=TOLD,
            ),
        ]
        for score, text, side in zip(self.scores, self.texts, (LEFT, RIGHT), strict=True):
            left, right = (SIDE * side + end * BAR[0] / 2 * RIGHT for end in (-1, 1))
            score.move_to(left + 2.2 * RIGHT + SCORE_Y * UP, RIGHT)
            text.move_to(right + SCORE_Y * UP, RIGHT)
        self.bars = [self.bar_of(k, 0.0) for k in range(2)]
        self.tracks = [self.bar_of(k, 1.0).set_fill(opacity=0.16) for k in range(2)]
        self.step = Number(0, "{:,.0f}", LABEL, fixed="center").follow(self.clock)
        self.step.move_to(SCORE_Y * UP).align_baseline(self.scores[0])
        word = self.words(N_("step"), SMALL, color=palette().muted).next_to(self.step, DOWN, buff=0.15)
        self.dial = Group(self.step, word)
        self.scoreboard = Group(*self.scores, *self.texts, *self.tracks, *self.bars, self.dial)

    def bar_of(self, which: int, share: float) -> Rectangle:
        """Return the bar under a wall that is so full as that share of answers is right."""
        width, height = BAR
        bar = Rectangle(width=max(1e-3, share * width), height=height, stroke_width=0)
        left = SIDE * (LEFT, RIGHT)[which] + width / 2 * LEFT + BAR_Y * UP
        return bar.set_fill(palette().attention, 1).move_to(left, LEFT)

    def answer_the_unseen(self) -> None:
        """Let the trained network's answer come under each image that was kept back, green or red."""
        colors = [palette().right if right else palette().negative for right in self.answers == self.wanted]
        self.given = self.marks_of(self.answers, RIGHT, colors, self.answered)
        dim = [part.animate.set_opacity(DIMMED) for part in (self.wall, self.marks)]
        share = f"{self.scored.value['test']:.1%}"
        with self.say(N_("It gets {share} of the new ones right."), self.scored, share=share) as line:
            self.play(*dim, FadeOut(self.dial), run_time=line.fraction(0.15))
            self.play(Create(self.given, rate_func=linear), run_time=line.fraction(0.5))
            self.box = self.boxes()
            self.play(*[Create(box) for box in self.box], self.pulse(1), run_time=line.remaining)

    def boxes(self) -> list[RoundedRectangle]:
        """Return a box around each unseen image that is answered wrong, where those are fewer than the others."""
        wrong = np.flatnonzero(self.answers != self.wanted)
        if 2 * len(wrong) > len(self.answers):
            return []
        look = {"width": 0.9 * PITCH, "height": 0.91 * PITCH, "corner_radius": 0.08, "stroke_width": STROKE}
        middles = self.wall.places[wrong] + SIDE * RIGHT + WALL_Y * UP + 0.15 * DOWN
        return [RoundedRectangle(color=palette().negative, **look).move_to(middle) for middle in middles]

    def pulse(self, which: int) -> _AnimationBuilder:
        return self.scores[which].animate(rate_func=there_and_back).scale(1.15)

    def conclude(self) -> None:
        lit = [part.animate.set_opacity(1) for part in (self.wall, self.marks)]
        with self.say(self.verdict(), result=True) as line:
            self.play(*lit, self.pulse(0), run_time=line.fraction(0.4))
            self.play(self.pulse(0), self.pulse(1), run_time=line.remaining)

    def verdict(self) -> Said:
        """Return the line that tells what these two accuracies show."""
        alike = N_("nearly the same: less than three points apart")
        return self.choose(
            said(
                N_("That is poor: this run has learned little."),
                self.scored.when(lambda share: share["train"] < GOOD, N_("poor: fewer than half are right")),
            ),
            said(
                N_("Nearly the same: what it learned holds for new images."),
                self.scored.when(lambda share: abs(share["train"] - share["test"]) < CLOSE, alike),
            ),
            said(
                N_("It does better on its examples than on new images."),
                self.scored.when(lambda share: share["train"] > share["test"]),
            ),
            said(
                N_("It does better on new images than on its examples."),
                self.scored.when(lambda share: share["train"] < share["test"]),
            ),
        )


def middling(images: np.ndarray, places: np.ndarray) -> int:
    """Return the image, of a row's worth in the middle of a wall, whose ink is nearest to the average of those.

    images: (image, height, width). places: (image, 3), around the origin.
    """
    middle = np.argsort(np.linalg.norm(places, axis=1), kind="stable")[:ACROSS]
    ink = images[middle].sum(axis=(1, 2))
    return int(middle[np.abs(ink - ink.mean()).argmin()])
