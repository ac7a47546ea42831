"""A whole training in a few seconds: weights, one image's activations, cost and accuracy, all at the same step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Create, FadeIn, Group, LaggedStart, ValueTracker, there_and_back
from manim.mobject.mobject import Mobject

from scenes.chapter import Beat
from scenes.chapters.gradient_descent.answer import Reading, answer_box, box_below
from scenes.evidence import Shown
from scenes.frame import layout_in
from scenes.mobjects.growing_plot import GrowingPlot
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import DigitImage
from scenes.mobjects.typeset import Words
from scenes.series import Series
from scenes.stage import LAST, LAYERS, answer_labels, own_or, pixels_of, sizes_of, the_network, typical
from scenes.style import LABEL, SMALL, TITLE, palette
from scenes.translation import N_

DIGITS = tuple(range(10))
RUN = 10.2  # seconds that the whole training takes
HASTE = 3.2  # steps made grow with this power of the time: most changes early
FIRST_LOOK = 16  # the axis of steps reaches at first as far as this part of the training
NAME = 0.35  # em of what a plot is called
HEAD = 0.52  # scene units from a plot to the name above it
STRONG = 0.95  # of the weights of a layer this share is at the end fainter than the strongest shade


@dataclass(frozen=True)
class Places:
    """Where all that learns stands.

    size, middle: of the network, which runs to the right or downwards. image, image_height: of the picture. reading:
    where the numbers stand that tell what it is, step: the right end of the running step. across, upwards: of the axes
    of the two plots, corners: where they cross.
    """

    size: tuple[float, float]
    middle: tuple[float, float]
    image: tuple[float, float]
    reading: tuple[float, float]
    step: tuple[float, float]
    across: float
    upwards: tuple[float, float]
    corners: tuple[tuple[float, float], tuple[float, float]]
    image_height: float = 2.3
    downwards: bool = True


PLACES: Mapping[str, Places] = {
    "16:9": Places(
        (4.3, 6.7),
        (-1.6, 0.0),
        (-5.4, 2.2),
        (-4.45, 0.4),
        (-4.35, -2.9),
        4.0,
        (2.6, 2.0),
        ((2.2, 0.1), (2.2, -2.9)),
        downwards=False,
    ),
    "4:3": Places(
        (2.9, 6.7),
        (1.4, 2.0),
        (-3.8, 2.92),
        (-2.75, 1.95),
        (-2.6, -0.08),
        3.6,
        (1.75, 1.75),
        ((-4.1, -3.05), (0.95, -3.05)),
        1.25,
    ),
    "9:16": Places(
        (3.9, 6.8),
        (0.0, 2.05),
        (-2.5, 5.55),
        (0.75, 5.9),
        (3.45, 5.15),
        5.95,
        (1.75, 1.75),
        ((-2.75, -3.2), (-2.75, -6.05)),
        2.0,
    ),
}


def settled(answers: np.ndarray, label: int) -> int:
    """Return the snapshot from which on the answers, (step,), are the label; -1 if the last one is not."""
    others = np.flatnonzero(answers != label)
    start = int(others[-1]) + 1 if len(others) else 0
    return start if start < len(answers) else -1


class WatchItLearn(Beat):
    """What does learning look like?"""

    def open(self) -> None:
        self.at = layout_in(PLACES)
        self.recording = self.data["digits"]
        self.probe = own_or(self.recording, self.learned_last())
        self.label = int(self.recording.read("probe.label", batch=self.probe))
        self.pixels = pixels_of(self.recording, self.probe)
        self.weights = [self.snapshots(f"{layer}.weight") for layer in LAYERS]
        self.scales = [float(np.quantile(np.abs(weight.values[LAST]), STRONG)) for weight in self.weights]
        self.activations = [self.snapshots(f"{layer}.activation", batch=self.probe) for layer in LAYERS]
        self.loss, self.accuracy = self.snapshots("metric.test_loss"), self.snapshots("metric.test_accuracy")
        self.batch_loss = self.snapshots("metric.loss")
        self.last = float(self.weights[0].steps[LAST])
        self.clock = ValueTracker(0.0)  # share of RUN that is over
        self.network = the_network(sizes_of(self.recording), *self.at.size, downwards=self.at.downwards)
        self.network.shift(np.array([*self.at.middle, 0]) - self.network.get_center())
        self.labels = answer_labels(self.network)
        self.place_readings()
        self.place_plots()

    def snapshots(self, name: str, **selection: int) -> Series:
        return Series(self.recording.steps(name), self.recording.read(name, **selection), Shown())

    def learned_last(self) -> int:
        """Return the typical image of the digit that is answered rightly for good after all others."""
        answers = self.recording.read("layer3.activation").argmax(axis=2)  # (step, probe)
        images = [typical(self.recording, digit) for digit in DIGITS]
        return max(zip(images, DIGITS, strict=True), key=lambda one: settled(answers[:, one[0]], one[1]))[0]

    # What stands where --------------------------------------------------------------------------------------------

    def place_readings(self) -> None:
        """Put the image, what it is and what it is taken for, and the running step in their places."""
        self.image = DigitImage(self.pixels, height=self.at.image_height).move_to([*self.at.image, 0])
        answer = int(self.activations[-1].at(0).argmax())
        self.reading = Reading(self, self.label, answer, np.array([*self.at.reading, 0]))
        if self.at.downwards:
            self.box = box_below(self.network, answer, self.labels.get_bottom()[1] - 0.05, palette().attention)
        else:
            self.box = answer_box(self.network, answer, self.labels.get_right()[0] + 0.1, palette().attention)
        self.step = Number(0, "{:,.0f}", 1.2 * TITLE, fixed="right")
        self.step.move_to([*self.at.step, 0], aligned_edge=RIGHT)
        word = self.words(N_("step"), LABEL, color=palette().muted)
        word.next_to(self.step, UP, buff=0.25).align_to(self.step, RIGHT)
        self.counter = Group(word, self.step)

    def place_plots(self) -> None:
        """Make the two plots, the name and the number above each, and what is thin and what is thick."""
        high = 1.02 * max(float(self.loss.values.max()), float(self.batch_loss.values.max()))
        first = max(1.0, self.last / FIRST_LOOK)
        percent = {"ticks": (0, 0.5, 1), "form": "{:.0%}"}
        across, (upwards, lower) = self.at.across, self.at.upwards
        self.cost_plot = GrowingPlot(first, self.last, high, across, upwards, y={"ticks": 4})
        self.accuracy_plot = GrowingPlot(first, self.last, 1.0, across, lower, y=percent, marked=True)
        self.cost_plot.add_line(self.batch_loss.steps, self.batch_loss.values, palette().muted, faint=True)
        self.cost_plot.add_line(self.loss.steps, self.loss.values, palette().text)
        self.accuracy_plot.add_line(self.accuracy.steps, self.accuracy.values, palette().right)
        self.cost = Number(float(self.loss.at(0)), "{:.2f}", TITLE, fixed="right")
        self.right = Number(100 * float(self.accuracy.at(0)), "{:.1f}%", TITLE, palette().right, fixed="right")
        names = self.words(N_("cost"), NAME), self.words(N_("right on new images"), NAME, color=palette().right)
        self.heads = []
        for plot, corner, name, number in zip(self.plots, self.at.corners, names, (self.cost, self.right), strict=True):
            plot.shift(np.array([*corner, 0]) - plot.place(0, 0))
            number.move_to(plot.axes.y_axis.line.get_end() + (across + 0.35) * RIGHT + HEAD * UP, aligned_edge=RIGHT)
            name.align_to(plot, LEFT).align_baseline(number)
            self.heads.append(Group(name, number))
        zero = self.accuracy_plot.marks[0]
        self.heads[1].add(self.words(N_("step"), SMALL, color=palette().muted).next_to(zero[1], LEFT, buff=0.2))
        count = self.recording.config["batch_size"]
        told = self.tr(N_("thick: new images\nthin: {count} examples a step"), count=count)
        self.note = Words(told, SMALL, palette().muted, align="left")
        self.note.next_to(self.cost_plot.axes.y_axis.line.get_end(), RIGHT + DOWN, buff=0.15)

    @property
    def plots(self) -> tuple[GrowingPlot, GrowingPlot]:
        return self.cost_plot, self.accuracy_plot

    # The film of it -----------------------------------------------------------------------------------------------

    def script(self) -> None:
        with self.say(N_("What does learning look like?")) as line:
            columns = [FadeIn(part) for part in (*self.network.columns, self.labels)]
            dots = [FadeIn(dots) for dots in self.network.ellipses if dots is not None]
            self.play(LaggedStart(*columns, lag_ratio=0.3), *dots, run_time=line.left)
        with self.say(N_("Watch the weights, one picture, cost, and right answers.")) as line:
            self.set_up(line.left)
        self.run_the_training()
        self.say_what_came_of_it()

    def set_up(self, seconds: float) -> None:
        """Bring in what is named, all as it was before the first step."""
        self.showing("digits", 0)
        for edges, weight, scale in zip(self.network.edges, self.weights, self.scales, strict=True):
            edges.weigh(weight.at(0), scale)
        self.play(*[Create(edges) for edges in self.network.edges], run_time=0.25 * seconds)
        self.add(self.network)
        values = [self.pixels.ravel(), *(activation.at(0) for activation in self.activations)]
        lit = [column.animate.activate(value) for column, value in zip(self.network.columns, values, strict=True)]
        self.play(FadeIn(self.image, shift=0.4 * RIGHT), *lit, run_time=0.2 * seconds)
        self.play(FadeIn(self.box, scale=1.3), FadeIn(self.reading, shift=0.2 * DOWN), run_time=0.15 * seconds)
        for plot, head, more in zip(self.plots, self.heads, ([self.note], [self.counter]), strict=True):
            self.play(*[FadeIn(one) for one in (plot, head, *more)], run_time=0.2 * seconds)

    def run_the_training(self) -> None:
        """Let the clock run by itself, so that it does not halt between lines."""
        self.clock.add_updater(lambda clock, dt: clock.set_value(min(1.0, clock.get_value() + dt / RUN)))
        self.network.add_updater(lambda _: self.show(self.now))
        self.add(self.clock)
        start = self.time
        with self.say(N_("Slowly at first, then faster and faster.")):
            pass
        self.wait(RUN - (self.time - start))
        self.clock.clear_updaters()
        self.network.clear_updaters()
        self.remove(self.clock)
        self.clock.set_value(1.0)
        self.show(self.now)

    @property
    def now(self) -> float:
        """The step that is shown, not always a whole one."""
        return self.last * float(self.clock.get_value()) ** HASTE

    def show(self, now: float) -> None:
        """Show all as it was at step `now`: weights, activations, answer, curves and numbers."""
        for edges, weight, scale in zip(self.network.edges, self.weights, self.scales, strict=True):
            edges.weigh(weight.at(now), scale)
        for column, activation in zip(self.network.columns[1:], self.activations, strict=True):
            column.activate(activation.at(now))
        answer = int(self.activations[-1].at(now).argmax())
        place = self.network.columns[-1].centers[answer]
        self.box.set_x(place[0]) if self.at.downwards else self.box.set_y(place[1])
        self.box.set_stroke(palette().right if answer == self.label else palette().attention)
        if self.reading.answer.value != answer:
            self.reading.answer.set_value(answer)
        for plot in self.plots:
            plot.show(now)
        self.step.set_value(now)
        self.showing("digits", round(now))
        self.cost.set_value(float(self.loss.at(now)))
        self.right.set_value(100 * float(self.accuracy.at(now)))

    def say_what_came_of_it(self) -> None:
        """Tell the answer and the accuracy at the end of the training, whatever they are."""
        answer = int(self.activations[-1].at(self.last).argmax())
        percent = f"{float(self.accuracy.at(self.last)):.1%}"
        values = {"steps": int(self.last), "answer": answer, "percent": percent}
        text = N_("{steps} steps later it says {answer}, right on {percent} of new images.")
        if self.label >= 0 and answer != self.label:
            text = N_("{steps} steps later it takes the {label} for a {answer}. On new images {percent} are right.")
            values["label"] = self.label
        with self.say(text, **values) as line:
            told: tuple[Mobject, ...] = (self.step, self.labels[answer], self.right)
            for one in told:
                self.play(one.animate(rate_func=there_and_back).scale(1.2), run_time=line.seconds / len(told))
