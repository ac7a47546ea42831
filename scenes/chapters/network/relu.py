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
    Line,
    ValueTracker,
    VGroup,
    linear,
    there_and_back,
)

from scenes.beats.beat import Beat
from scenes.beats.stage import own_or, pixels_of, probes_of
from scenes.beats.timeline import said
from scenes.chapters.network.whole_network.relatives import Chain, Window
from scenes.chapters.network.whole_network.two_runs import NAMES, RUNS, TwoRuns
from scenes.evidence.evidence import Exact, Mark, Measured, Source
from scenes.language.translation import N_
from scenes.look.style import LABEL, SMALL, STROKE, THIN, palette
from scenes.measures.functions import relu, sigmoid
from scenes.mobjects.pictures.pixels import DigitImage
from scenes.mobjects.plots.axes import LABEL_GAP, TICK, Axes2D, Curve, round_numbers
from scenes.mobjects.plots.free_place import first_free
from scenes.text.numbers import Number
from scenes.text.typeset import Formula, Words

WIDTH, HEIGHT = 11.2, 4.9
ROUND = 1000  # steps: the first look ends at a multiple of this
BEYOND = 1.6  # times the slower run's step: how far the first look goes, or a quarter of all where nothing is reached
DIGIT = 4
GLOROT = "Glorot, Bordes and Bengio 2011"
UPPER = 0.6  # share right above which the running numbers stand where the curves stay low
LEGEND, ABOVE_LEGEND = 0.62, 2.4  # share of the axis beyond which numbers stand so high over it
FIRST_NOTE = 0.25  # scene units from the plot to the lines above it


class Relu(Beat):
    """Another curve, the same training: which one learns sooner?"""

    def open(self) -> None:
        self.runs = TwoRuns.of(self)
        self.steps = self.runs.right[0].steps
        self.clock = self.clock_of(RUNS[0], "metric.test_accuracy").only(self.steps)
        self.level, self.reached = self.runs.level, self.runs.reached
        self.last = float(self.steps[-1])
        self.raced = all(self.reached)  # nobody is first at a level at which one stands before its first step
        beyond = BEYOND * max(self.reached) if self.raced else self.last / 4
        self.first_look = min(self.last, float(ROUND * np.ceil(beyond / ROUND)))
        self.colors = (palette().line, palette().attention)

    def script(self) -> None:
        self.show_sigma()
        self.show_relu()
        self.set_up_the_race()
        self.race()
        if self.raced:
            self.say_who_was_first()
        else:
            self.say_where_they_are()
        self.run_to_the_end()
        self.name_relatives()

    # Two curves ---------------------------------------------------------------------------------------------------

    def plot_of(self, which: int) -> VGroup:
        """Return axes and curve of one of the two functions, exact."""
        function, high, color = ((sigmoid, 1, self.colors[0]), (relu, 4, self.colors[1]))[which]
        axes = Axes2D((-4, 4), (0, high), 4.6, 2.9, cross=(0, 0), x={"ticks": (-4, 4)}, y={"ticks": (high,)})
        source, exact = (
            ("sigma(x) = 1/(1 + e^(-x))", Exact("1 / (1 + exp(-x))", x=[-4, 4])),
            ('"ReLU"(x) = max(0, x)', Exact("maximum(0, x)", x=[-4, 4])),
        )[which]
        rule = Formula(source, color=color, because=exact)
        rule.next_to(axes, UP, buff=0.4)
        return VGroup(axes, axes.plot(function, color=color), rule)

    def show_sigma(self) -> None:
        self.plots = [self.plot_of(which) for which in range(2)]
        VGroup(*self.plots).arrange(RIGHT, buff=1.4, aligned_edge=DOWN)
        self.plots[1][2].match_y(self.plots[0][2])
        axes, curve, rule = self.plots[0]
        with self.say(N_("Must it be this curve?")) as line:
            self.play(FadeIn(axes), FadeIn(rule, shift=0.2 * DOWN), run_time=line.fraction(0.4))
            self.play(curve.animate_draw(), run_time=line.remaining)

    def show_relu(self) -> None:
        axes, curve, rule = self.plots[1]
        sums = {"below": [-4, -2, -0.5], "above": [0, 0.5, 2, 4]}
        rules = (Exact("maximum(0, below) == 0", **sums), Exact("maximum(0, above) == above", **sums))
        paper, told = Source("glorot2011", "abstract", GLOROT), {"source": GLOROT}
        note = self.words(N_("in deep networks: {source}"), SMALL, palette().muted, because=paper, values=told)
        self.plots[1].add(note.next_to(axes, DOWN, buff=0.35))
        with self.say(N_("ReLU is simpler: negative sums become 0, others stay."), rules) as line:
            self.play(FadeIn(axes, note), FadeIn(rule, shift=0.2 * DOWN), run_time=line.fraction(0.2))
            self.play(curve.animate_draw(), run_time=line.fraction(0.5))

    # The race -----------------------------------------------------------------------------------------------------

    def set_up_the_race(self) -> None:
        percent = {"ticks": (0, 0.5, 1.0), "form": "{:.0%}"}
        across = {"ticks": 5, "form": "{:,.0f}", "label": self.words(N_("step"), SMALL, color=palette().muted)}
        self.axes = Axes2D((0, self.first_look), (0, 1), WIDTH, HEIGHT, x=across, y=percent)
        self.axes.move_to([0, -0.55, 0])
        self.now, self.reach = ValueTracker(0.0), ValueTracker(self.first_look)
        self.right = [Number(0, "{:.1f}%", fixed="right").follow(one, times=100).at(0) for one in self.runs.right]
        names = (Formula("sigma"), Formula('"ReLU"'))
        rows = [VGroup(*row) for row in zip(names, self.right, strict=True)]
        for row, color in zip(rows, self.colors, strict=True):
            row.set_color(color)
        panel = self.legend(rows)
        for run in RUNS:
            self.mark_step(run, self.clock.step(0))
        title, self.note = self.small_print()
        one_change = self.runs.measure_changed().when(lambda settings: settings == ["activation"])
        with self.say(N_("The same network, the same steps; only this function is changed."), one_change) as line:
            pairs = zip(self.plots, rows, strict=True)
            icons = [FadeOut(VGroup(*plot), target_position=row[0], scale=0.2) for plot, row in pairs]
            self.play(*icons, FadeIn(self.axes), run_time=line.fraction(0.25))
            self.play(FadeIn(panel), run_time=line.fraction(0.2))
            self.play(FadeIn(title, shift=0.2 * UP), run_time=line.fraction(0.25))
            self.play(FadeIn(self.note, shift=0.2 * UP), run_time=line.remaining)

    def small_print(self) -> tuple[Words, Words]:
        """Return what is measured, and what is not changed, above the plot."""
        told = {"count": self.data[RUNS[0]].arrays["test.label"].shape[0]}
        images = Measured("images", told, N_("how many test images there are"), (f"{RUNS[0]}/test.label",))
        text = N_("changed in the hidden layers only: the outputs stay σ")
        outputs = [self.recorded(run, "config.output") for run in RUNS]
        note = self.words(text, SMALL, color=palette().muted, because=outputs)
        note.next_to(self.axes.point(0, 1), UP, buff=FIRST_NOTE)
        title = self.words(N_("right on {count} new images"), because=images, values=told).next_to(note, UP, buff=0.12)
        for text in (title, note):
            text.align_to(self.axes.point(0, 1) + 0.2 * RIGHT, LEFT)
        return title, note

    def legend(self, rows: list[VGroup]) -> VGroup:
        """Return the running numbers, in the right corner of the plot that the curves leave free."""
        self.step = Number(0, "{:,.0f}", fixed="right").follow(self.clock)
        word = self.words(N_("step"), color=palette().muted)
        low = max(float(one.values.max()) for one in self.runs.right) < 0.5
        lines = VGroup(*rows, VGroup(word, self.step))
        for k, (name, number) in enumerate(lines):
            place = (2 - k) * 0.62 * UP
            number.move_to(place, RIGHT)
            name.move_to(place + 2.7 * LEFT, LEFT)
            name.align_baseline(number)
        drops = [[self.axes.point(step, self.level), self.axes.point(step, 0)] for step in self.reached if step]
        corner = self.axes.point(self.first_look, UPPER if low else 0) + np.array([-0.3, 0.3, 0])
        middle = corner + np.array([-lines.width / 2, lines.height / 2, 0])
        spots = [middle - np.array([aside, 0, 0]) for aside in np.arange(0, 0.55 * WIDTH, 0.2)]
        return lines.move_to(first_free(lines, spots, [*self.ways(), *map(np.array, drops)]))

    def ways(self) -> list[np.ndarray]:
        """Return the curves as far as the axis reaches at first, (n, 3) each."""
        runs = [(one.steps[one.steps <= self.first_look], one.values) for one in self.runs.right]
        return [self.axes.point(steps, values[: len(steps)]) for steps, values in runs]

    def place(self, steps: np.ndarray | float, accuracy: np.ndarray | float) -> np.ndarray:
        """Return where a step and an accuracy are, the axis reaching as far as it does now."""
        return self.axes.point(np.asarray(steps) * self.first_look / self.reach.get_value(), accuracy)

    def curve_now(self, which: int) -> Curve:
        """Return the curve through what has been measured so far; its tip is what the number tells."""
        series = self.runs.right[which]
        so_far = series.place(self.now.get_value()) + 1
        steps, accuracy = series.steps[:so_far], series.values[:so_far]
        return Curve(self.place(steps, accuracy), np.ones(len(steps), dtype=bool), color=self.colors[which])

    def race(self) -> None:
        self.curves = [self.curve_now(which) for which in range(2)]
        for which, curve in enumerate(self.curves):
            curve.add_updater(lambda curve, which=which: curve.set_points(self.curve_now(which).points))
        self.step.add_updater(self.tell_step)
        self.add(*self.curves)
        with self.say(N_("How do they do on new images, step by step?")) as line:
            self.play(self.now.animate.set_value(self.first_look), rate_func=linear, run_time=line.seconds)

    def tell_step(self, number: Number) -> None:
        """Let all numbers tell what was measured last, and note at which step that was."""
        now = self.now.get_value()
        for shown in (number, *self.right):
            shown.at(now)
        for run in RUNS:
            self.mark_step(run, self.clock.step(now))

    def say_where_they_are(self) -> None:
        """Tell the numbers that stand there, where one or both were at the level before the first step."""
        self.drops = VGroup()
        so_far = self.runs.measure_at(self.clock.step(self.first_look))
        values = {name: f"{100 * so_far.value[name]:.1f}%" for name in NAMES}
        with self.say(said(N_("So far: {sigma} with σ, {relu} with ReLU."), so_far, **values)) as line:
            self.play(FadeOut(self.note), run_time=0.4)
            grown = [number.animate(rate_func=there_and_back).scale(1.25) for number in self.right]
            self.play(*grown, run_time=line.remaining)

    def say_who_was_first(self) -> None:
        ends = [self.axes.point(step, self.level) for step in (0, self.first_look)]
        bar = DashedLine(*ends, color=palette().muted).set_stroke(width=STROKE / 2)
        because = self.runs.measure_reached()
        level = Words(f"{self.level:.0%}", SMALL, palette().muted, because=because).next_to(bar, RIGHT, buff=0.12)
        text = N_("steps: the first measured at this height or above")
        note = self.words(text, SMALL, palette().muted, because=because)
        note.align_to(self.note, LEFT).align_baseline(self.note)
        self.drops = VGroup(*self.drops_at(because))
        with self.say(self.runs.line_on_first(because)) as line:
            self.play(FadeOut(self.note), run_time=0.2)
            self.play(Create(bar), FadeIn(level, note), run_time=line.fraction(0.25))
            seconds = line.remaining / max(1, len(self.drops))
            for drop in self.drops:
                self.play(FadeIn(drop, shift=0.3 * DOWN), run_time=seconds)
        self.drops.add(note)

    def drops_at(self, because: Measured) -> list[VGroup]:
        """Return the line down from where each run first reaches the level, and its step; none at the very start.

        They are in the order of their steps, and the numbers stand on their outer sides.
        """
        drops = {step: self.drop(which, because) for which, step in enumerate(self.reached) if step}
        for step, side in zip(sorted(drops), (LEFT, RIGHT), strict=False):
            line, number = drops[step]
            number.next_to(line, side, buff=0.15)
            heights = np.arange(0.7, line.get_length(), 0.3) if step <= LEGEND * self.first_look else [ABOVE_LEGEND]
            spots = [np.array([number.get_x(), line.get_end()[1] + height, 0]) for height in heights]
            number.move_to(first_free(number, spots, self.ways()))
        return [drops[step] for step in sorted(drops)]

    def drop(self, which: int, because: Measured) -> VGroup:
        """Return the line down from where a run first reaches the level, and its step."""
        step = self.reached[which]
        line = Line(self.axes.point(step, self.level), self.axes.point(step, 0), color=self.colors[which])
        line.set_stroke(width=STROKE)
        return VGroup(line, Number(step, "{:,.0f}", LABEL, self.colors[which], because=because))

    def run_to_the_end(self) -> None:
        """Go on to the last step; the axis reaches further and further, and its marks move together."""
        marks = self.axes.x_axis
        numbers = [number for number in round_numbers(0, self.last, 4) if number]
        later = VGroup(*[self.mark(number) for number in numbers])
        end = self.runs.measure_end()
        values = {name: f"{100 * share:.1f}%" for name, share in end.value.items()}
        with self.say(N_("At the end: {sigma} with σ, {relu} with ReLU."), end, result=True, **values) as line:
            self.play(FadeOut(marks.ticks[1:], marks.labels[1:], self.drops), run_time=0.5)
            self.add(later)
            everything = (self.now.animate.set_value(self.last), self.reach.animate.set_value(self.last))
            self.play(*everything, run_time=line.fraction(0.5))
            for mobject in self.mobjects:
                mobject.clear_updaters()
            grown = [number.animate(rate_func=there_and_back).scale(1.25) for number in self.right]
            self.play(*grown, run_time=line.remaining)

    def mark(self, number: float) -> VGroup:
        """Return a tick and its number that stay at their place on the axis, unseen as long as it ends before them."""
        tick = Line(TICK * DOWN, TICK * UP, color=palette().muted, stroke_width=THIN)
        text = f"{number:,.0f}"
        label = Words(text, SMALL, palette().muted, because=Mark(text))
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
        told_by = Source("lecun2015", "Convolutional neural networks; Recurrent neural networks")
        text = N_("Relatives: convolutional networks for images, recurrent ones for sequences.")
        with self.say(text, told_by) as line:
            self.play(FadeIn(self.tag(), image, window), FadeIn(names[0], shift=0.2 * UP), run_time=line.fraction(0.2))
            self.play(window.animate_sweep(), rate_func=linear, run_time=line.fraction(0.3))
            self.play(FadeIn(chain), FadeIn(names[1], shift=0.2 * UP), run_time=line.fraction(0.15))
            self.play(chain.animate_pulse(), window.animate_sweep(), rate_func=linear, run_time=line.remaining)
