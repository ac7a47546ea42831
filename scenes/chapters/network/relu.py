"""σ against ReLU: the same network, trained alike but for that one function; and the network's relatives."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Create,
    DashedLine,
    FadeIn,
    FadeOut,
    LaggedStart,
    Line,
    ValueTracker,
    VGroup,
    linear,
    there_and_back,
)

from scenes.chapter import Beat
from scenes.chapters.network.relatives import Chain, Window
from scenes.functions import relu, sigmoid
from scenes.learning_curves import first_reaching, level_of_both
from scenes.mobjects.axes import LABEL_GAP, TICK, Axes2D, Curve, round_numbers, up_to
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import DigitImage
from scenes.mobjects.typeset import Formula, Words
from scenes.stage import own_or, pixels_of, probes_of
from scenes.style import LABEL, SMALL, STROKE, THIN, palette
from scenes.translation import N_

RUNS = ("digits", "digits-relu")
WIDTH, HEIGHT = 11.2, 4.9
ROUND = 1000  # steps: the first look ends at a multiple of this
BEYOND = 1.6  # times the slower run's step: how far the first look goes
DIGIT = 4
FIRST_NOTE = 0.25  # scene units from the plot to the lines above it


class Relu(Beat):
    """Another curve, the same training: which one learns sooner?"""

    def open(self) -> None:
        self.steps = [self.data[run].steps("metric.test_accuracy").astype(float) for run in RUNS]
        self.measured = [self.data[run].read("metric.test_accuracy") for run in RUNS]  # (evaluation,) each
        self.level = level_of_both(self.measured)
        pairs = zip(self.steps, self.measured, strict=True)
        self.reached = [first_reaching(steps, measured, self.level) for steps, measured in pairs]
        self.last = float(min(steps[-1] for steps in self.steps))
        self.first_look = min(self.last, float(ROUND * np.ceil(BEYOND * max(self.reached) / ROUND)))
        self.colors = (palette().line, palette().attention)

    def script(self) -> None:
        self.show_sigma()
        self.show_relu()
        self.set_up_the_race()
        self.race()
        self.say_who_was_first()
        self.run_to_the_end()
        self.name_relatives()

    # Two curves ---------------------------------------------------------------------------------------------------

    def plot_of(self, which: int) -> VGroup:
        """Return axes and curve of one of the two functions, exact."""
        function, high, color = ((sigmoid, 1, self.colors[0]), (relu, 4, self.colors[1]))[which]
        axes = Axes2D((-4, 4), (0, high), 4.6, 2.9, cross=(0, 0), x={"ticks": (-4, 4)}, y={"ticks": (high,)})
        rule = (
            Formula("sigma(x) = 1/(1 + e^(-x))", color=color),
            Formula('"ReLU"(x) = max(0, x)', color=color),
        )[which]
        rule.next_to(axes, UP, buff=0.4)
        return VGroup(axes, axes.plot(function, color=color), rule)

    def show_sigma(self) -> None:
        self.plots = [self.plot_of(which) for which in range(2)]
        VGroup(*self.plots).arrange(RIGHT, buff=1.4, aligned_edge=DOWN)
        self.plots[1][2].match_y(self.plots[0][2])
        axes, curve, rule = self.plots[0]
        with self.say(N_("Must it be this curve?")) as line:
            self.play(FadeIn(axes), FadeIn(rule, shift=0.2 * DOWN), run_time=line.share(0.4))
            self.play(curve.animate_draw(), run_time=line.left)

    def show_relu(self) -> None:
        axes, curve, rule = self.plots[1]
        with self.say(N_("Today most use a simpler one, ReLU: negative sums become 0, others stay.")) as line:
            self.play(FadeIn(axes), FadeIn(rule, shift=0.2 * DOWN), run_time=line.share(0.4))
            self.play(curve.animate_draw(), run_time=line.left)

    # The race -----------------------------------------------------------------------------------------------------

    def set_up_the_race(self) -> None:
        percent = {"ticks": (0, 0.5, 1.0), "form": "{:.0%}"}
        across = {"ticks": 5, "form": "{:,.0f}", "label": self.words(N_("step"), SMALL, color=palette().muted)}
        self.axes = Axes2D((0, self.first_look), (0, 1), WIDTH, HEIGHT, x=across, y=percent)
        self.axes.move_to([0, -0.55, 0])
        self.now, self.reach = ValueTracker(0.0), ValueTracker(self.first_look)
        self.right = [Number(100 * self.at(which), "{:.1f}%", fixed="right") for which in range(2)]
        names = (Formula("sigma"), Formula('"ReLU"'))
        rows = [VGroup(*row) for row in zip(names, self.right, strict=True)]
        for row, color in zip(rows, self.colors, strict=True):
            row.set_color(color)
        panel = self.legend(rows)
        title, note = self.small_print()
        with self.say(N_("The same network, the same steps; only this function is changed.")) as line:
            pairs = zip(self.plots, rows, strict=True)
            icons = [FadeOut(VGroup(*plot), target_position=row[0], scale=0.2) for plot, row in pairs]
            self.play(*icons, run_time=line.share(0.2))
            self.play(FadeIn(panel, self.axes), run_time=line.share(0.25))
            self.play(FadeIn(title, shift=0.2 * UP), run_time=line.share(0.25))
            self.play(FadeIn(note, shift=0.2 * UP), run_time=line.left)

    def small_print(self) -> tuple[Words, Words]:
        """Return what is measured, and what is not changed, above the plot."""
        images = self.data["digits"].arrays["test.label"].shape[0]
        told = self.tr(N_("right on {count} new images"), count=images)
        note = self.words(N_("changed in the hidden layers only: the outputs stay σ"), SMALL, color=palette().muted)
        note.next_to(self.axes.point(0, 1), UP, buff=FIRST_NOTE)
        title = self.words(told).next_to(note, UP, buff=0.12)
        for text in (title, note):
            text.align_to(self.axes.point(0, 1) + 0.2 * RIGHT, LEFT)
        return title, note

    def legend(self, rows: list[VGroup]) -> VGroup:
        """Return the running numbers, in the corner of the plot that the curves leave free."""
        self.step = Number(0, "{:,.0f}", fixed="right")
        word = self.words(N_("step"), color=palette().muted)
        corner = self.axes.point(self.first_look, 0) + np.array([-0.3, 0.55, 0])
        lines = VGroup(*rows, VGroup(word, self.step))
        for k, (name, number) in enumerate(lines):
            place = corner + (2 - k) * 0.62 * UP
            number.move_to(place, RIGHT)
            name.move_to(place + 2.7 * LEFT, LEFT)
            name.align_baseline(number)
        return lines

    def at(self, which: int) -> float:
        """Return the accuracy at the tip of the curve: the number told is the one that is drawn."""
        return float(up_to(self.steps[which], self.measured[which], self.now.get_value())[1][-1])

    def place(self, steps: np.ndarray | float, accuracy: np.ndarray | float) -> np.ndarray:
        """Return where a step and an accuracy are, the axis reaching as far as it does now."""
        return self.axes.point(np.asarray(steps) * self.first_look / self.reach.get_value(), accuracy)

    def curve_now(self, which: int) -> Curve:
        steps, accuracy = up_to(self.steps[which], self.measured[which], max(self.now.get_value(), 1e-3))
        return Curve(self.place(steps, accuracy), np.ones(len(steps), dtype=bool), color=self.colors[which])

    def race(self) -> None:
        self.curves = [self.curve_now(which) for which in range(2)]
        for which, curve in enumerate(self.curves):
            curve.add_updater(lambda curve, which=which: curve.set_points(self.curve_now(which).points))
            self.right[which].add_updater(lambda number, which=which: number.set_value(100 * self.at(which)))
        self.step.add_updater(self.tell_step)
        self.add(*self.curves)
        with self.say(N_("How often is each right on new images, while it learns?")) as line:
            self.play(self.now.animate.set_value(self.first_look), rate_func=linear, run_time=line.seconds)

    def tell_step(self, number: Number) -> None:
        number.set_value(self.now.get_value())
        for run in RUNS:
            self.showing(run, round(self.now.get_value()))

    def say_who_was_first(self) -> None:
        ends = [self.axes.point(step, self.level) for step in (0, self.first_look)]
        bar = DashedLine(*ends, color=palette().muted).set_stroke(width=STROKE / 2)
        told = self.words(f"{self.level:.0%}", SMALL, color=palette().muted).next_to(bar, RIGHT, buff=0.12)
        drops = [self.drop(which) for which in range(2)]
        with self.say(self.verdict()) as line:
            self.play(Create(bar), FadeIn(told), run_time=line.share(0.3))
            order = sorted(range(2), key=lambda which: self.reached[which])
            falls = [FadeIn(drops[which], shift=0.3 * DOWN) for which in order]
            self.play(LaggedStart(*falls, lag_ratio=0.6), run_time=line.left)
        self.drops = VGroup(*drops)

    def verdict(self) -> str:
        """Return the line that tells what these two runs show."""
        sigma_step, relu_step = self.reached
        if relu_step < sigma_step:
            return N_("Which one gets this far first? Here it is ReLU.")
        if sigma_step < relu_step:
            return N_("Which one gets this far first? Here it is σ.")
        return N_("Which one gets this far first? Here, neither.")

    def drop(self, which: int) -> VGroup:
        """Return the line down from where a run first reaches the level, and its step."""
        step = self.reached[which]
        line = Line(self.axes.point(step, self.level), self.axes.point(step, 0), color=self.colors[which])
        line.set_stroke(width=STROKE)
        number = Number(step, "{:,.0f}", LABEL, self.colors[which])
        return VGroup(line, number.next_to(line, LEFT, buff=0.15).align_baseline(line.get_end()[1] + 0.7))

    def run_to_the_end(self) -> None:
        """Go on to the last step; the axis reaches further and further, and its marks move together."""
        marks = self.axes.x_axis
        numbers = [number for number in round_numbers(0, self.last, 4) if number]
        later = VGroup(*[self.mark(number) for number in numbers])
        with self.say(N_("And at the end of training? Look at the numbers.")) as line:
            self.play(FadeOut(marks.ticks[1:], marks.labels[1:], self.drops), run_time=0.5)
            self.add(later)
            everything = (self.now.animate.set_value(self.last), self.reach.animate.set_value(self.last))
            self.play(*everything, run_time=line.left)
        for mobject in self.mobjects:
            mobject.clear_updaters()
        grown = [number.animate(rate_func=there_and_back).scale(1.25) for number in self.right]
        self.play(*grown, run_time=1.2)

    def mark(self, number: float) -> VGroup:
        """Return a tick and its number that stay at their place on the axis, unseen as long as it ends before them."""
        tick = Line(TICK * DOWN, TICK * UP, color=palette().muted, stroke_width=THIN)
        label = self.words(f"{number:,.0f}", SMALL, color=palette().muted)
        label.next_to(tick.get_center(), DOWN, buff=LABEL_GAP)
        mark = VGroup(tick, label)

        def stand(mark: VGroup) -> None:
            mark.shift(self.place(number, 0) - mark[0].get_center())
            mark.set_opacity(float(self.reach.get_value() >= number))

        mark.add_updater(stand, call_updater=True)
        return mark

    # Relatives ----------------------------------------------------------------------------------------------------

    def name_relatives(self) -> None:
        self.keep_only()
        recording = self.data["digits"]
        pixels = pixels_of(recording, own_or(recording, int(probes_of(recording, DIGIT)[0])))
        image = DigitImage(pixels, height=3.6).move_to([-3.5, 0.5, 0])
        window = Window(image)
        chain = Chain(5).move_to([3.5, 0.5, 0])
        told = (N_("convolutional: for images"), N_("recurrent: for sequences"))
        names = [self.words(text) for text in told]
        for name, above in zip(names, (image, chain), strict=True):
            name.set_x(above.get_x()).set_y(-2.1)
        with self.say(N_("It has relatives: convolutional networks for images, recurrent ones for sequences.")) as line:
            self.play(FadeIn(self.tag(), image, window), FadeIn(names[0], shift=0.2 * UP), run_time=line.share(0.2))
            self.play(window.animate_sweep(), rate_func=linear, run_time=line.share(0.3))
            self.play(FadeIn(chain), FadeIn(names[1], shift=0.2 * UP), run_time=line.share(0.15))
            self.play(chain.animate_pulse(), window.animate_sweep(), rate_func=linear, run_time=line.left)
