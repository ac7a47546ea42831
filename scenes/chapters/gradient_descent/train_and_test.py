"""Learning from labelled examples, and the test on images that were never among them."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Create, FadeIn, FadeOut, Group, ReplacementTransform, linear

from scenes.chapter import Beat
from scenes.mobjects.batched import rgb255
from scenes.mobjects.numbers import Number, Numbers
from scenes.mobjects.pixels import DigitImage, DigitWall
from scenes.style import DIMMED, LABEL, QUICK, SMALL, TITLE, palette
from scenes.translation import N_

ACROSS, ROWS = 7, 5
WALL = 4.5  # height of a wall, scene units
MARGIN_OF_IMAGE = 0.25  # share of its place that an image leaves free, for its label
LABEL_AT = np.array([0.37, -0.3, 0])  # from the middle of an image, scene units
SIDE, WALL_Y, TITLE_Y, SCORE_Y = 3.55, 0.45, 3.2, -2.55
CLOSE = 0.03  # accuracies that differ by less are nearly the same
GOOD = 0.5  # share of right answers from which it has learned something


class TrainAndTest(Beat):
    """Where does it learn from, and how do we know that it learned more than that?"""

    def open(self) -> None:
        review, digits = self.data["digits-review"], self.data["digits"]
        count = list(range(ACROSS * ROWS))
        self.examples, self.labels = (review.read(f"train.{kind}", batch=count) for kind in ("input", "label"))
        self.unseen = digits.read("test.input", batch=count)
        self.tested = digits.arrays["test.label"].shape[0]
        self.steps = digits.steps("metric.test_accuracy")
        self.accuracies = [digits.read(f"metric.{kind}_accuracy") for kind in ("train", "test")]  # (evaluation,) each

    def script(self) -> None:
        self.show_one()
        self.show_examples()
        self.put_others_beside()
        self.measure()
        self.conclude()

    def show_one(self) -> None:
        self.one = DigitImage(self.examples[0], height=4.2).shift(0.5 * UP)
        self.name = Number(int(self.labels[0]), "{:.0f}", 2 * TITLE, palette().attention)
        self.name.next_to(self.one, DOWN, buff=0.45)
        with self.say(N_("How can a machine learn what no one can write down?")) as line:
            self.play(FadeIn(self.one, scale=0.9), run_time=line.share(0.5))
            self.play(FadeIn(self.name, shift=0.3 * DOWN), run_time=line.left)

    def show_examples(self) -> None:
        self.wall = self.wall_of(self.examples, LEFT)
        self.marks = self.labels_of(self.wall)
        place = self.wall_places(LEFT)[0]
        small = DigitImage(self.examples[0], height=self.wall.image_height, line=0.0).move_to(place)
        tiny = Number(int(self.labels[0]), "{:.0f}", SMALL, palette().attention).move_to(place + LABEL_AT)
        self.heads = [self.words(text, LABEL) for text in (N_("it learns from these"), N_("it never sees these"))]
        for head, side in zip(self.heads, (LEFT, RIGHT), strict=True):
            head.move_to(SIDE * side + TITLE_Y * UP)
        with self.say(N_("From examples: images, each with the digit that it shows.")) as line:
            moves = [ReplacementTransform(self.one, small), ReplacementTransform(self.name, tiny)]
            self.play(*moves, FadeIn(self.heads[0], shift=0.2 * UP), run_time=line.share(0.25))
            self.play(Create(self.wall, rate_func=linear), run_time=line.share(0.4))
            self.play(FadeIn(self.marks), run_time=line.left)
            self.remove(small, tiny)

    def wall_of(self, images: np.ndarray, side: np.ndarray) -> DigitWall:
        wall = DigitWall(images, across=ACROSS, height=WALL, margin=MARGIN_OF_IMAGE)
        return wall.shift(SIDE * side + WALL_Y * UP)

    def wall_places(self, side: np.ndarray) -> np.ndarray:
        """Return the middles of a wall's images, (image, 3)."""
        places: np.ndarray = self.wall.places + SIDE * side + WALL_Y * UP
        return places

    def labels_of(self, wall: DigitWall) -> Numbers:
        """Return each image's label at its lower right."""
        yellow = np.tile(np.append(rgb255(palette().attention), 1), (len(self.labels), 1))
        places = wall.places + LABEL_AT + SIDE * LEFT + WALL_Y * UP
        return Numbers(self.labels.astype(float), places, form="{:.0f}", size=SMALL, rgba=yellow)

    def put_others_beside(self) -> None:
        self.others = self.wall_of(self.unseen, RIGHT)
        with self.say(N_("But will it know only these? Keep others back, to test it.")) as line:
            self.play(Create(self.others, rate_func=linear), run_time=line.share(0.45))
            self.play(FadeIn(self.heads[1], shift=0.2 * UP), run_time=line.share(0.2))
            dim = [thing.animate.set_opacity(DIMMED) for thing in (self.wall, self.marks)]
            self.play(*dim, run_time=line.left)

    def measure(self) -> None:
        """Run both accuracies through all evaluations of the training, with the step that they are of."""
        self.scores = [Number(100 * float(a[0]), "{:.1f}%", 1.7 * TITLE, fixed="center") for a in self.accuracies]
        told = (
            self.tr(N_("right on images it learned from")),
            self.tr(N_("right on {count} new images"), count=self.tested),
        )
        words = [self.words(text, SMALL, color=palette().muted) for text in told]
        for score, word, side in zip(self.scores, words, (LEFT, RIGHT), strict=True):
            score.set_color(palette().attention).move_to(SIDE * side + SCORE_Y * UP)
            word.next_to(score, DOWN, buff=0.25)
        self.step = Number(0, "{:,.0f}", LABEL, fixed="center").move_to(SCORE_Y * UP)
        step = self.words(N_("step"), SMALL, color=palette().muted).next_to(self.step, DOWN, buff=0.25)
        self.clock = Group(self.step, step)
        with self.say(N_("Now it learns. How many does it get right, of these and of those?")) as line:
            self.play(FadeIn(Group(*self.scores, *words, self.clock)), run_time=QUICK)
            each = max(line.left, 4.0) / (len(self.steps) - 1)
            for at in range(1, len(self.steps)):
                runs = [s.animate_value(100 * float(a[at])) for s, a in zip(self.scores, self.accuracies, strict=True)]
                self.play(*runs, self.step.animate_value(int(self.steps[at])), run_time=each, rate_func=linear)

    def conclude(self) -> None:
        light = [thing.animate.set_opacity(1) for thing in (self.wall, self.marks)]
        share = f"{self.accuracies[1][-1]:.1%}"
        with self.say(N_("It is right on {share} of images that it has never seen."), share=share) as line:
            self.play(self.scores[1].animate.scale(1.25), *light, run_time=line.left)
        with self.say(self.verdict()) as line:
            self.play(self.scores[0].animate.scale(1.25), run_time=line.share(0.4))
            self.play(FadeOut(self.clock), run_time=line.left)

    def verdict(self) -> str:
        """Return the line that tells what these two accuracies show."""
        train, test = (float(accuracy[-1]) for accuracy in self.accuracies)
        if test < GOOD:
            return N_("That is poor: this run has learned little, of either.")
        if abs(train - test) < CLOSE:
            return N_("About as many as of its examples: it has learned digits, not images.")
        return N_("Of its own examples it knows more: some of them it has learned by heart.")
