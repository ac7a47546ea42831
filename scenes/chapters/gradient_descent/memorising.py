"""True labels against shuffled ones: what can be learned only by heart is learned late, and helps on no new image."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Animation,
    Create,
    DashedLine,
    FadeIn,
    FadeOut,
    Group,
    LaggedStart,
    Line,
    ValueTracker,
    VGroup,
    linear,
    there_and_back,
)

from engine.experiments import shuffled_order
from scenes.chapter import Beat
from scenes.learning_curves import first_reaching, level_of_both
from scenes.mobjects.axes import Axes2D, Curve, up_to
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import DigitImage
from scenes.mobjects.typeset import Words
from scenes.style import LABEL, MARGIN, SMALL, STROKE, TITLE, palette
from scenes.translation import N_

RUNS = ("digits-true-labels", "digits-shuffled-labels")
ACROSS, ROWS = 8, (1.3, -1.75)  # images a row, and the heights of the rows' middles
PITCH, IMAGE, LABEL_BELOW = 1.6, 1.4, 1.1  # scene units
OUTSIDE = -4.6  # height from where labels come that other images had, and to where others go
WIDTH, HEIGHT = 8.4, 5.6  # of the plot
PLOT_MIDDLE = np.array([-1.75, -0.3, 0])
PANEL = 3.6  # x where the running numbers begin
NUMBER_UP = (0.6, 0.3)  # shares of the level at which the two steps are written
RUN = 4.0  # seconds of the race
HASTE = 1.6  # steps grow with this power of the time: most happens early
FAR = 0.5  # share of the images it trains on from which on it has learned a good part of them
BY_CHANCE = 0.2  # accuracy on new images up to which nothing has been learned for them


class Memorising(Beat):
    """Does it find structure, or learn by heart?"""

    def open(self) -> None:
        runs = [self.data[run] for run in RUNS]
        self.steps = [run.steps("metric.train_accuracy").astype(float) for run in runs]
        self.trained = [run.read("metric.train_accuracy") for run in runs]  # (evaluation,) each
        self.tested = [run.read("metric.test_accuracy") for run in runs]
        self.images, self.seed = (runs[1].config[setting] for setting in ("train_images", "seed"))
        self.true_labels = self.data["digits-review"].read("train.label")
        self.level = level_of_both(self.trained)
        pairs = zip(self.steps, self.trained, strict=True)
        self.reached = [first_reaching(steps, accuracy, self.level) for steps, accuracy in pairs]
        self.last = float(min(steps[-1] for steps in self.steps))
        self.colors = (palette().right, palette().negative)

    def script(self) -> None:
        self.show_labels()
        self.shuffle_labels()
        self.train_on_both()
        self.say_how_far_they_got()
        self.try_new_images()
        self.conclude()

    # Labels -------------------------------------------------------------------------------------------------------

    def show_labels(self) -> None:
        order = shuffled_order(self.seed, self.images)
        self.shown = handed_round(order, len(self.true_labels), 2 * ACROSS)
        self.donors = [int(order[image]) for image in self.shown]
        pixels = self.data["digits-review"].read("train.input", batch=self.shown)
        self.pictures, self.labels = Group(), VGroup()
        for k, image in enumerate(self.shown):
            place = np.array([PITCH * (k % ACROSS - (ACROSS - 1) / 2), ROWS[k // ACROSS], 0])
            self.pictures.add(DigitImage(pixels[k], height=IMAGE, line=0.06).move_to(place))
            label = Number(int(self.true_labels[image]), "{:.0f}", TITLE, palette().right)
            self.labels.add(label.move_to(place + LABEL_BELOW * DOWN))
        told = self.tr(N_("{shown} of {count} training images"), shown=len(self.shown), count=self.images)
        self.header = self.words(told, LABEL, color=palette().muted).to_corner(UP + LEFT, buff=MARGIN)
        with self.say(N_("Does it find structure, or learn by heart?")) as line:
            pairs = zip(self.pictures, self.labels, strict=True)
            cards = [FadeIn(Group(*pair), shift=0.3 * UP) for pair in pairs]
            self.play(FadeIn(self.header), LaggedStart(*cards, lag_ratio=0.12), run_time=line.left)

    def shuffle_labels(self) -> None:
        """Let each shown image get the label that it had in the run: from where that one was, or from outside."""
        goes_to = {donor: k for k, donor in enumerate(self.donors)}
        flights: list[Animation] = []
        after: list[Number] = [self.labels[0]] * len(self.shown)
        for k, image in enumerate(self.shown):
            label, place = self.labels[k], self.labels[k].get_center()
            to = goes_to.get(image)
            if to is None:  # to an image that is not shown
                flights.append(FadeOut(label, target_position=[place[0], OUTSIDE, 0]))
            else:
                after[to] = label
                flights.append(label.animate(path_arc=0.9).move_to(self.labels[to].get_center()))
            if self.donors[k] not in self.shown:
                after[k] = Number(int(self.true_labels[self.donors[k]]), "{:.0f}", TITLE, palette().right).move_to(
                    place
                )
                flights.append(FadeIn(after[k], target_position=[place[0], OUTSIDE, 0]))
        with self.say(N_("Shuffle {count} labels: nothing is left to find."), count=self.images) as line:
            self.play(LaggedStart(*flights, lag_ratio=0.06), run_time=line.share(0.65))
            wrong = [
                label.animate.set_color(palette().negative)
                for label, image in zip(after, self.shown, strict=True)
                if label.value != self.true_labels[image]
            ]
            self.play(LaggedStart(*wrong, lag_ratio=0.1), run_time=line.left)
        self.labels = VGroup(*after)

    # The race -----------------------------------------------------------------------------------------------------

    def train_on_both(self) -> None:
        percent = {"ticks": (0, 0.5, 1.0), "form": "{:.0%}"}
        across = {"ticks": 5, "form": "{:,.0f}", "label": self.words(N_("step"), SMALL, color=palette().muted)}
        self.axes = Axes2D((0, self.last), (0, 1), WIDTH, HEIGHT, x=across, y=percent)
        self.axes.shift(PLOT_MIDDLE - self.axes.get_center())
        self.now = ValueTracker(0.0)  # share of the race that is over
        self.right = [Number(100 * self.at(which), "{:.1f}%", 1.3 * TITLE, fixed="left") for which in range(2)]
        self.step = Number(0, "{:,.0f}", TITLE, fixed="left")
        self.panel = self.placed_panel()
        self.title = self.named(N_("right on the {count} images it trains on"), self.images)
        with self.say(N_("Train on both. Which does it learn sooner?")):
            away = [FadeOut(label, target_position=self.panel[2], scale=0.3) for label in self.labels]
            self.play(FadeOut(self.header, self.pictures), run_time=0.3)
            self.play(*away, FadeIn(self.panel, self.axes), FadeIn(self.title, shift=0.2 * UP), run_time=0.7)
            self.race()

    def placed_panel(self) -> VGroup:
        """Return the running numbers right of the plot, each below its name."""
        names = (
            self.words(N_("true labels"), color=self.colors[0]),
            self.words(N_("shuffled labels"), color=self.colors[1]),
            self.words(N_("step"), color=palette().muted),
        )
        top = self.axes.point(0, 1)[1]
        panel = VGroup()
        for k, (name, number) in enumerate(zip(names, (*self.right, self.step), strict=True)):
            name.move_to([PANEL, top - 0.3 - 1.8 * k, 0], aligned_edge=LEFT)
            number.next_to(name, DOWN, buff=0.2, aligned_edge=LEFT)
            if k < 2:
                number.set_color(self.colors[k])
            panel.add(name, number)
        return panel

    def named(self, text: str, count: int) -> Words:
        """Return what is measured, above the plot."""
        title = self.words(self.tr(text, count=count))
        return title.next_to(self.axes.point(0, 1), UP, buff=0.3).align_to(self.axes.y_axis, LEFT)

    def moment(self) -> float:
        """Return the step that the race has come to."""
        return self.last * float(self.now.get_value()) ** HASTE

    def at(self, which: int) -> float:
        """Return the accuracy at the tip of the curve: the number told is the one that is drawn."""
        return float(up_to(self.steps[which], self.trained[which], self.moment())[1][-1])

    def curve(self, which: int, values: np.ndarray, now: float) -> Curve:
        steps, accuracy = up_to(self.steps[which], values, max(now, 1e-3))
        points = self.axes.point(steps, accuracy)
        return Curve(points, np.ones(len(steps), dtype=bool), color=self.colors[which])

    def race(self) -> None:
        self.curves = [self.curve(which, self.trained[which], self.moment()) for which in range(2)]
        for which, curve in enumerate(self.curves):
            curve.add_updater(
                lambda curve, which=which: curve.set_points(
                    self.curve(which, self.trained[which], self.moment()).points
                )
            )
            self.right[which].add_updater(lambda number, which=which: number.set_value(100 * self.at(which)))
        self.step.add_updater(self.tell_step)
        self.add(*self.curves)
        self.play(self.now.animate.set_value(1.0), rate_func=linear, run_time=RUN)
        VGroup(*self.curves, *self.right, self.step).clear_updaters(recursive=True)

    def tell_step(self, number: Number) -> None:
        number.set_value(self.moment())
        for run in RUNS:
            self.showing(run, round(self.moment()))

    def say_how_far_they_got(self) -> None:
        """Tell when each run came to the level of both; where shuffled labels were hardly learned, tell that."""
        text, told, marks = self.verdict()
        with self.say(text, **told) as line:
            self.play(Create(marks[0]), run_time=line.share(0.3))
            falls = [FadeIn(mark, shift=0.3 * DOWN) for mark in marks[1:]]
            shown = falls or [self.swelling(which) for which in range(2)]
            self.play(LaggedStart(*shown, lag_ratio=0.6), run_time=line.left)
        self.marks = marks

    def verdict(self) -> tuple[str, dict[str, object], VGroup]:
        """Return the line, what it tells, and the marks in the plot that belong to it."""
        ends = [accuracy.max() for accuracy in self.trained]
        if min(ends) >= FAR:
            text = N_("True labels reach {level} after {first} steps, shuffled ones after {second}.")
            told = {"level": f"{self.level:.0%}", "first": self.reached[0], "second": self.reached[1]}
            return text, told, VGroup(self.bar(self.level), *[self.drop(which) for which in range(2)])
        told = {"steps": int(self.last), "percent": f"{self.trained[1][-1]:.0%}"}
        if ends[0] >= FAR:
            text = N_("Shuffled labels are hardly learned: {percent} right after {steps} steps.")
        else:
            text = N_("In {steps} steps it has learned neither of them well.")
        return text, told, VGroup(self.bar(float(self.trained[1][-1])))

    def bar(self, level: float) -> VGroup:
        """Return a line across the plot at an accuracy, which is written at its end."""
        line = DashedLine(*[self.axes.point(step, level) for step in (0, self.last)], color=palette().muted)
        told = self.words(f"{level:.0%}", SMALL, color=palette().text).next_to(line, RIGHT, buff=0.12)
        return VGroup(line.set_stroke(width=STROKE / 2), told)

    def drop(self, which: int) -> VGroup:
        """Return the line down from where a run first reaches the level, and its step."""
        step = self.reached[which]
        line = Line(self.axes.point(step, self.level), self.axes.point(step, 0), color=self.colors[which])
        number = Number(step, "{:,.0f}", LABEL, self.colors[which])
        side = RIGHT if step < 0.75 * self.last else LEFT
        height = self.axes.point(0, self.level * NUMBER_UP[which])[1]
        return VGroup(line.set_stroke(width=STROKE), number.next_to(line, side, buff=0.15).set_y(height))

    # New images ---------------------------------------------------------------------------------------------------

    def try_new_images(self) -> None:
        true, shuffled = (float(accuracy[-1]) for accuracy in self.tested)
        title = self.named(N_("right on new images"), 0)
        told = {"true": f"{true:.0%}", "shuffled": f"{shuffled:.0%}"}
        with self.say(N_("On new images: {true}; with shuffled labels, {shuffled}."), **told) as line:
            self.play(FadeOut(self.marks, self.title), run_time=0.4)
            self.play(FadeOut(*self.curves), run_time=0.4)
            self.curves = [self.curve(which, self.tested[which], self.last) for which in range(len(self.tested))]
            pairs = zip(self.right, (true, shuffled), strict=True)
            changes = [number.animate_change(100 * value) for number, value in pairs]
            drawn = [curve.animate_draw(rate_func=linear) for curve in self.curves]
            self.play(FadeIn(title), *changes, run_time=0.5)
            self.play(*drawn, run_time=max(1.5, line.left))

    def conclude(self) -> None:
        true, shuffled = (float(accuracy[-1]) for accuracy in self.tested)
        guess = self.guess(1 / len(np.unique(self.true_labels)))
        found = true > FAR and shuffled <= BY_CHANCE
        lines = (
            N_("In this run it learned too little to tell."),
            N_("It found structure: learning is not only memorising."),
        )
        with self.say(lines[int(found)]) as line:
            self.play(Create(guess[0]), FadeIn(guess[1]), run_time=line.share(0.25))
            self.play(self.swelling(1), run_time=line.share(0.3))
            self.play(self.swelling(0), run_time=line.left)

    def swelling(self, which: int) -> Any:
        """Return the animation of a running number that grows for a moment, to the right alone."""
        return self.right[which].animate(rate_func=there_and_back).scale(1.3, about_edge=LEFT)

    def guess(self, chance: float) -> VGroup:
        line = DashedLine(*[self.axes.point(step, chance) for step in (0, self.last)], color=palette().text)
        told = self.words(self.tr(N_("guessing: {percent}"), percent=f"{chance:.0%}"), SMALL)
        told.next_to(line, DOWN, buff=0.06).align_to(line, RIGHT)
        return VGroup(line.set_stroke(width=STROKE), told)


def handed_round(order: np.ndarray, known: int, count: int) -> list[int]:
    """Return images, at most `count`, whose labels go to each other as far as may be, in the order of the training set.

    order: (image,) whose label each image gets. known: of so many images, the first ones, the labels are recorded.
    """
    told = {image for image in range(min(known, len(order))) if order[image] < known}
    chains = []
    for start in sorted(told - {int(order[image]) for image in told}):
        chain = [start]
        while (image := int(order[chain[-1]])) in told:
            chain.append(image)
        chains.append(chain)
    chains.sort(key=len, reverse=True)
    return sorted([image for chain in chains for image in chain][:count])
