"""A whole training in a few seconds: weights, one image's activations, cost and accuracy, all at the same step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Create, FadeIn, Group, LaggedStart, ValueTracker, there_and_back
from manim.mobject.mobject import Mobject

from engine.recording.format.conventions import USER_PROBE_LABEL
from scenes.beats.beat import Beat
from scenes.beats.stage import LAST, LAYERS, answer_labels, pixels_of, sizes_of, the_network
from scenes.beats.timeline import said
from scenes.chapters.gradient_descent.answers.answer import LabelAndAnswer, answer_box, box_below
from scenes.chapters.gradient_descent.training.learned_last import learned_last
from scenes.evidence.evidence import Measured
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.look.frame import layout_in
from scenes.look.style import LABEL, SMALL, TITLE, palette
from scenes.mobjects.pictures.pixels import DigitImage
from scenes.mobjects.plots.growing_plot import GrowingPlot
from scenes.text.numbers import Number

RUN = 9.6  # seconds that the whole training takes
HASTE = 2.6  # steps made grow with this power of the time: most changes early
EARLY, MOSTLY = 0.1, 0.5  # share of the steps that is early, and of the fall of the cost that is most of it
FIRST_LOOK = 16  # the axis of steps reaches at first as far as this part of the training
NAME = 0.35  # em of what a plot is called
HEAD = 0.52  # scene units from a plot to the name above it
STRONG = 0.95  # of the weights of a layer this share is at the end fainter than the strongest shade


@dataclass(frozen=True)
class LearningLayout:
    """Where all that learns stands.

    size, middle: of the network, which runs to the right or downwards. image, image_height: of the picture. reading:
    where the numbers stand that tell what it is, step: the right end of the running step. across, upwards: of the axes
    of the two plots, corners: where they cross. shades: where it is told what the edges' shades mean.
    """

    size: tuple[float, float]
    middle: tuple[float, float]
    image: tuple[float, float]
    reading: tuple[float, float]
    step: tuple[float, float]
    across: float
    upwards: tuple[float, float]
    corners: tuple[tuple[float, float], tuple[float, float]]
    shades: tuple[float, float]
    image_height: float = 2.3
    downwards: bool = True


PLACES: Mapping[str, LearningLayout] = {
    "16:9": LearningLayout(
        (4.3, 6.3),
        (-1.6, 0.2),
        (-5.4, 2.2),
        (-4.45, 0.4),
        (-4.35, -2.9),
        4.0,
        (2.6, 2.0),
        ((2.2, 0.1), (2.2, -2.9)),
        (-1.6, -3.4),
        downwards=False,
    ),
    "4:3": LearningLayout(
        (2.55, 6.7),
        (1.4, 2.17),
        (-3.8, 2.92),
        (-2.75, 1.95),
        (-2.6, -0.08),
        3.6,
        (1.75, 1.75),
        ((-4.1, -3.05), (0.95, -3.05)),
        (1.4, -0.3),
        1.25,
    ),
    "9:16": LearningLayout(
        (3.7, 6.8),
        (0.0, 2.35),
        (-2.5, 5.55),
        (0.75, 5.9),
        (3.45, 5.15),
        5.95,
        (1.75, 1.75),
        ((-2.75, -3.2), (-2.75, -6.05)),
        (0.0, -0.62),
        2.0,
    ),
}


class WatchItLearn(Beat):
    """What does learning look like?"""

    def open(self) -> None:
        self.at = layout_in(PLACES)
        self.recording = self.data["digits"]
        self.loss = self.series("digits", "metric.test_loss")
        self.accuracy = self.series("digits", "metric.test_accuracy")
        self.batch_loss = self.series("digits", "metric.loss")
        self.last = float(self.accuracy.steps[LAST])
        picture = learned_last(self.recording, "digits")
        self.probe, self.label, self.chosen = picture.probe, picture.label, picture.because
        self.pixels = pixels_of(self.recording, self.probe)
        told = self.accuracy.steps
        self.weights = [self.series("digits", f"{layer}.weight").only(told) for layer in LAYERS]
        self.scales = [float(np.quantile(np.abs(weight.values[LAST]), STRONG)) for weight in self.weights]
        self.activations = [
            self.series("digits", f"{layer}.activation", batch=self.probe).only(told) for layer in LAYERS
        ]
        self.measure()
        self.clock = ValueTracker(0.0)  # share of RUN that is over
        self.network = the_network(sizes_of(self.recording), *self.at.size, downwards=self.at.downwards)
        self.network.shift(np.array([*self.at.middle, 0]) - self.network.get_center())
        self.labels = answer_labels(self.network)
        self.place_readings()
        self.place_plots()

    def measure(self) -> None:
        """Measure when the cost fell, what was answered when and in the end, and what the edges' shades mean."""
        cost, right = self.loss.values, float(self.accuracy.values[LAST])
        fall = float(cost[0] - cost[LAST])
        early = float(cost[0] - self.loss.recorded(EARLY * self.last)) / fall if fall > 0 else 0.0
        how = N_("share of the fall of the cost on new images that comes in the first tenth of the steps")
        self.early = Measured("early_fall", early, how, ("digits/metric.test_loss",))
        answers = self.activations[LAST].values.argmax(axis=1)  # (step,)
        of = ("digits/layer3.activation",)
        how = N_("the digit with the highest output for this picture, at each step shown")
        self.answers = Series(self.accuracy.steps, answers, Measured("answers", answers.tolist(), how, of))
        told = {"steps": int(self.last), "answer": int(answers[LAST]), "label": self.label, "right": right}
        how = N_("its answer to this picture after the last step, and how many of the new images it answers rightly")
        self.outcome = Measured("outcome", told, how, (*of, "digits/probe.label", "digits/metric.test_accuracy"))
        how = N_("the size that 95 of 100 weights of a layer stay below when trained: from there on an edge is opaque")
        shades = tuple(f"digits/{layer}.weight" for layer in LAYERS)
        self.shades = Measured("shades", self.scales, how, shades)

    # What stands where --------------------------------------------------------------------------------------------

    def place_readings(self) -> None:
        """Put the image, what it is and what it is taken for, the running step and the edges' shades in place."""
        self.image = DigitImage(self.pixels, height=self.at.image_height).move_to([*self.at.image, 0])
        answer = int(self.answers.recorded(0))
        self.reading = LabelAndAnswer(self, self.label, answer, np.array([*self.at.reading, 0]), self.chosen)
        self.reading.answer.follow(self.answers)
        if self.at.downwards:
            self.box = box_below(self.network, answer, self.labels.get_bottom()[1] - 0.05, palette().attention)
        else:
            self.box = answer_box(self.network, answer, self.labels.get_right()[0] + 0.1, palette().attention)
        self.step = Number(0, "{:,.0f}", 1.2 * TITLE, fixed="right")
        self.step.follow(self.clock_of("digits", "metric.test_accuracy"))
        self.step.move_to([*self.at.step, 0], aligned_edge=RIGHT)
        word = self.words(N_("step"), LABEL, color=palette().muted)
        word.next_to(self.step, UP, buff=0.25).align_to(self.step, RIGHT)
        self.counter = Group(word, self.step)
        full = {name: f"{scale:.2g}" for name, scale in zip(("first", "second", "third"), self.scales, strict=True)}
        text = N_("full shade by layer: {first}, {second}, {third}")
        self.shade_note = self.words(text, SMALL, palette().muted, because=self.shades, values=full)
        self.shade_note.move_to([*self.at.shades, 0])

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
        self.cost = Number(0, "{:.2f}", TITLE, fixed="right").follow(self.loss).at(0)
        self.right = Number(0, "{:.1f}%", TITLE, palette().right, fixed="right").follow(self.accuracy, times=100).at(0)
        names = self.words(N_("cost"), NAME), self.words(N_("right on new images"), NAME, color=palette().right)
        self.heads = []
        for plot, corner, name, number in zip(self.plots, self.at.corners, names, (self.cost, self.right), strict=True):
            plot.shift(np.array([*corner, 0]) - plot.place(0, 0))
            number.move_to(plot.axes.y_axis.line.get_end() + (across + 0.35) * RIGHT + HEAD * UP, aligned_edge=RIGHT)
            name.align_to(plot, LEFT).align_baseline(number)
            self.heads.append(Group(name, number))
        zero = self.accuracy_plot.marks[0]
        self.heads[1].add(self.words(N_("step"), SMALL, color=palette().muted).next_to(zero[1], LEFT, buff=0.2))
        batch = self.recorded("digits", "config.batch_size")
        text = N_("thick: new images\nthin: batches of {count}")
        told = {"count": batch.value}
        self.note = self.words(text, SMALL, palette().muted, because=batch, values=told, align="left")
        self.note.next_to(self.heads[0][0], RIGHT, buff=0.25).shift(0.08 * DOWN)
        if self.note.get_right()[0] > self.cost.get_right()[0] - Number(high, "{:.2f}", TITLE).width - 0.15:
            self.note.next_to(self.cost_plot.axes.y_axis.line.get_end(), RIGHT + DOWN, buff=0.15)

    @property
    def plots(self) -> tuple[GrowingPlot, GrowingPlot]:
        return self.cost_plot, self.accuracy_plot

    # The film of it -----------------------------------------------------------------------------------------------

    def script(self) -> None:
        with self.say(N_("What does learning look like?")) as line:
            columns = [FadeIn(part) for part in (*self.network.columns, self.labels)]
            dots = [FadeIn(dots) for dots in self.network.ellipses if dots is not None]
            axes = [FadeIn(plot.axes) for plot in self.plots]
            self.play(LaggedStart(*columns, *axes, lag_ratio=0.3), *dots, run_time=line.remaining)
        with self.say(N_("Watch the weights, one picture, cost, and right answers.")) as line:
            self.set_up(line.remaining)
        self.run_the_training()
        self.say_what_came_of_it()

    def set_up(self, seconds: float) -> None:
        """Bring in what is named, all as it was before the first step."""
        self.mark_step("digits", 0)
        for edges, weight, scale in zip(self.network.edges, self.weights, self.scales, strict=True):
            edges.weigh(weight.at(0), scale)
        drawn = [Create(edges) for edges in self.network.edges]
        self.play(*drawn, FadeIn(self.shade_note), run_time=0.25 * seconds)
        self.add(self.network)
        values = [self.pixels.ravel(), *(activation.at(0) for activation in self.activations)]
        lit = [column.animate.activate(value) for column, value in zip(self.network.columns, values, strict=True)]
        self.play(FadeIn(self.image, shift=0.4 * RIGHT), *lit, run_time=0.2 * seconds)
        self.play(FadeIn(self.box, scale=1.3), FadeIn(self.reading, shift=0.2 * DOWN), run_time=0.15 * seconds)
        for plot, head, more in zip(self.plots, self.heads, ([self.note], [self.counter]), strict=True):
            rest = [part for part in plot if part is not plot.axes]
            self.play(*[FadeIn(one) for one in (*rest, head, *more)], run_time=0.2 * seconds)
            self.add(plot)

    def run_the_training(self) -> None:
        """Let the clock run by itself, so that it does not halt between lines."""
        self.clock.add_updater(lambda clock, dt: clock.set_value(min(1.0, clock.get_value() + dt / RUN)))
        self.network.add_updater(lambda _: self.show(self.now))
        self.add(self.clock)
        start = self.time
        line_of = self.choose(
            said(
                N_("Time runs slowly at first: the cost falls most early."),
                self.early.when(
                    lambda share: share > MOSTLY,
                    N_("most: the first tenth of the steps brings more than half of the fall of the cost"),
                ),
            ),
            otherwise=said(N_("Time runs slowly at first, then ever quicker.")),
        )
        with self.say(line_of):
            pass
        self.wait(RUN - (self.time - start))
        self.clock.clear_updaters()
        self.network.clear_updaters()
        self.remove(self.clock)
        self.clock.set_value(1.0)
        self.show(self.now)

    @property
    def now(self) -> float:
        """The time of the training, in steps: from one that was measured to the next."""
        return self.last * float(self.clock.get_value()) ** HASTE

    def show(self, now: float) -> None:
        """Show the edges on their way at step `now`; neurons, and all that is told, at the step measured last."""
        step = self.accuracy.step(now)
        self.mark_step("digits", step)
        for edges, weight, scale in zip(self.network.edges, self.weights, self.scales, strict=True):
            edges.weigh(weight.at(now), scale)
        for column, activation in zip(self.network.columns[1:], self.activations, strict=True):
            column.activate(activation.recorded(now))
        answer = int(self.answers.recorded(now))
        place = self.network.columns[-1].centers[answer]
        self.box.set_x(place[0]) if self.at.downwards else self.box.set_y(place[1])
        self.box.set_stroke(palette().right if answer == self.label else palette().attention)
        for number in (self.step, self.reading.answer, self.cost, self.right):
            number.at(now)
        for plot in self.plots:
            plot.show(now, step)

    def say_what_came_of_it(self) -> None:
        """Tell the answer and the accuracy at the end of the training, whatever they are."""
        outcome = self.outcome.value
        values = {name: outcome[name] for name in ("steps", "answer")}
        percent = f"{outcome['right']:.1%}"
        line_of = self.choose(
            said(
                N_("{steps} steps later it says {answer}; {percent} of new images right."),
                self.outcome.when(lambda end: end["label"] in (USER_PROBE_LABEL, end["answer"])),
                percent=percent,
                **values,
            ),
            said(
                N_("{steps} steps later it says {answer} to this {label}; {percent} of new images right."),
                self.outcome.when(lambda end: end["label"] not in (USER_PROBE_LABEL, end["answer"])),
                label=self.label,
                percent=percent,
                **values,
            ),
        )
        with self.say(line_of, result=True) as line:
            shown: tuple[Mobject, ...] = (self.step, self.labels[outcome["answer"]], self.right)
            for one in shown:
                self.play(one.animate(rate_func=there_and_back).scale(1.2), run_time=line.seconds / len(shown))
