"""The sum is squashed into (0, 1) by the sigmoid; the bias slides the threshold."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    DashedLine,
    Dot,
    FadeIn,
    FadeOut,
    Line,
    ReplacementTransform,
    Transform,
    ValueTracker,
    VGroup,
    Write,
    always_redraw,
)

from scenes.beats.beat import Beat
from scenes.beats.stage import LAST
from scenes.beats.timeline import said
from scenes.chapters.network.neurons.neuron_sums import NeuronSums
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Exact, Source
from scenes.language.translation import N_
from scenes.look.style import DIMMED, SMALL, STROKE, TITLE, palette
from scenes.measures.functions import sigmoid
from scenes.mobjects.pictures.colormap import brightness, diverging
from scenes.mobjects.pictures.pixels import DigitWall
from scenes.mobjects.plots.axes import Axes2D, Curve
from scenes.text.glyphs import format_number
from scenes.text.numbers import Counter, Number
from scenes.text.typeset import Formula, Words

WIDTH, HEIGHT = 12.4, 4.9
FLOOR = -2.55  # height of the number line
ROUND = 5.0  # the number line ends at multiples of this, at the least on both sides of 0
NEARLY = 0.01  # what the curve may lack of 0 and 1 where it is said to be almost there
DOT = 0.075
NEAR = 1.08  # scene units that a sum of 1 takes where the curve climbs and is looked at closely
ACROSS, WALL_HEIGHT, WALL_PLACE = 25, 2.0, 2.2 * UP
LEFT_EDGE = -6.4  # of formula and count
FORMULA_PLACE = np.array([LEFT_EDGE, 1.4, 0.0])  # its left end
WHAT_IF = -4.0  # a bias that the network does not have, to see what a bias does
ABRUPT = 2.0  # how fast a dot goes dark below the threshold, per unit of the sum
NOTE = 2.9  # scene units at which the note beside the bias is broken
SHRUNK = 0.2  # of a digit's size: then it fits into its dot


class Squish(Beat):
    """Any number goes in, a number between 0 and 1 comes out."""

    def open(self) -> None:
        self.mark_step("digits", int(self.data["digits"].steps("layer1.bias")[LAST]))
        self.neuron = NeuronSums.of(self.data["digits"])
        self.sums = self.neuron.sums
        self.counts = self.neuron.measure_awake((0.0, WHAT_IF, self.neuron.bias))
        self.span = (
            ROUND * min(-1, np.floor(self.sums.min() / ROUND)),
            ROUND * max(1, np.ceil(self.sums.max() / ROUND)),
        )
        marks = np.arange(self.span[0], self.span[1] + 1, ROUND)
        self.axes = self.axes_of(WIDTH, marks.tolist())
        self.axes.shift(-self.axes.x_axis.line.get_x() * RIGHT)
        self.bias = ValueTracker(0.0)

    def axes_of(self, width: float, marks: list[float]) -> Axes2D:
        """Return axes with the number line at the floor and 0 in the middle of the frame."""
        up = {"ticks": (0.0, 1.0), "label": self.words(N_("activation"), SMALL, color=palette().muted)}
        axes = Axes2D(self.span, (0, 1), width, HEIGHT, cross=(0, 0), x={"ticks": marks}, y=up)
        axes.y_axis.labels[0].shift(0.24 * UP)  # clear of the number line
        axes.y_axis.labels[1].shift(0.24 * DOWN)  # and of the dashed one
        return axes.shift(np.array([0, FLOOR, 0]) - axes.point(0, 0))

    def script(self) -> None:
        self.let_sums_fall()
        self.ask_for_less()
        self.draw_the_curve()
        self.squash()
        self.tell_why()
        self.add_the_bias()
        self.sum_up()

    # Where the dots are -------------------------------------------------------------------------------------------

    def squashed(self) -> np.ndarray:
        """Return σ(sum + b), (image,), at the bias shown now."""
        return self.neuron.squashed(self.bias.get_value())

    def on_curve(self) -> np.ndarray:
        return self.axes.point(self.sums, self.squashed())

    def light_neurons(self, neurons: Tiles) -> Tiles:
        """Put each neuron on the upright axis at its activation, as bright as that."""
        neurons.fill = brightness(self.squashed())
        return neurons.move_items(self.axes.point(0 * self.sums, self.squashed()))

    def light_dots(self, dots: Tiles) -> Tiles:
        """Put each dot on the curve, dimmed where the neuron is not awake."""
        over = np.clip(0.5 + ABRUPT * (self.sums + self.bias.get_value()), 0, 1)
        dots.fill[:, 3] = DIMMED + (1 - DIMMED) * over
        return dots.move_items(self.on_curve())

    # Sums ---------------------------------------------------------------------------------------------------------

    def let_sums_fall(self) -> None:
        self.wall = DigitWall(self.neuron.images, across=ACROSS, height=WALL_HEIGHT).shift(WALL_PLACE)
        fill = diverging(np.sign(self.sums), 1.0) * np.array([1, 1, 1, 0.85], np.float32)
        self.dots = Tiles(self.wall.places + WALL_PLACE, DOT, fill=fill, corner=1.0)
        across = self.axes.x_axis
        self.told = self.words(N_("weighted sum"), SMALL, color=palette().muted).next_to(across, DOWN, buff=0.15)
        form = "{:.0f}" if np.abs(self.sums).max() >= ROUND else "{:.1f}"
        ends = {"low": format_number(self.sums.min(), form), "high": format_number(self.sums.max(), form)}
        text = N_("{count} images give this neuron {count} sums, from {low} to {high}.")
        with self.say(said(text, self.neuron.measure_sums(), count=len(self.sums), **ends)) as line:
            self.play(
                FadeIn(self.wall), FadeIn(across, shift=0.3 * UP), FadeIn(self.told), run_time=line.fraction(0.25)
            )
            self.play(Transform(self.wall, self.shrunk_wall()), run_time=line.fraction(0.25))
            self.play(FadeOut(self.wall), FadeIn(self.dots), run_time=0.3)
            self.play(self.dots.animate.move_items(self.axes.point(self.sums, 0 * self.sums)), run_time=line.remaining)

    def shrunk_wall(self) -> DigitWall:
        """Return the wall with each digit as small as its dot, and of its colour."""
        small, places = self.wall.copy(), self.dots.centers
        mine = np.linalg.norm(small.centers[:, None] - places[None], axis=2).argmin(axis=1)  # (pixel,) -> image
        small.move_items(places[mine] + SHRUNK * (small.centers - places[mine])).scale_items(SHRUNK)
        small.fill[:, :3] = self.dots.fill[mine, :3]
        return small

    def level(self, height: float) -> DashedLine:
        """Return a dashed line across the frame at an activation."""
        ends = [self.axes.point(x, height) for x in self.span]
        return DashedLine(*ends, dash_length=0.12, color=palette().muted).set_stroke(width=STROKE / 2, opacity=0.8)

    def ask_for_less(self) -> None:
        self.ceiling = self.level(1)
        upright = FadeIn(self.axes.y_axis, shift=0.3 * UP)
        self.gap = Line(self.axes.point(0, 0), self.axes.point(0, 1), color=palette().attention)
        self.gap.set_stroke(width=3 * STROKE)
        with self.say(N_("But a neuron must lie between 0 and 1."), self.neuron.measure_range()) as line:
            self.play(upright, FadeIn(self.ceiling), run_time=line.fraction(0.5))
            self.play(FadeIn(self.gap, scale=0.1), run_time=line.remaining)

    # The curve ----------------------------------------------------------------------------------------------------

    def curve_now(self) -> Curve:
        return self.axes.plot(lambda x: sigmoid(x + self.bias.get_value()), color=palette().attention)

    def draw_the_curve(self) -> None:
        self.curve = self.curve_now()
        source = "{{ sigma : s }}{{ paren.l : l }}{{ x : x }}{{ paren.r : r }} {{ = 1/(1 + e^(-x)) : rest }}"
        curve = Exact("1 / (1 + exp(-x))", x=list(self.span))
        self.rule = Formula(source, size=TITLE, because=curve).move_to(FORMULA_PLACE, LEFT)
        with self.say(N_("So the line is squashed, along this curve: the sigmoid.")) as line:
            self.play(self.curve.animate_draw(), FadeOut(self.gap), run_time=line.fraction(0.5))
            self.play(Write(self.rule), run_time=line.remaining)

    def squash(self) -> None:
        left, right = self.span
        low = Exact("0 <= 1 / (1 + exp(-left)) < nearly", left=left, nearly=NEARLY)
        high = Exact("1 - nearly < 1 / (1 + exp(-right)) <= 1", right=right, nearly=NEARLY)
        with self.say(N_("Far left gives almost 0, far right almost 1."), (low, high)) as line:
            self.play(self.dots.animate.move_items(self.on_curve()), run_time=line.fraction(0.5))
            self.neurons = self.dots.copy()
            self.neurons.stroke = brightness(np.full(len(self.sums), 0.8))
            self.neurons.stroke_width = np.ones(len(self.sums), np.float32)
            self.add(self.neurons)
            self.play(Transform(self.neurons, self.light_neurons(self.neurons.copy())), run_time=line.remaining)

    def tell_why(self) -> None:
        silent, fires = self.words(N_("silent")), self.words(N_("fires"))
        silent.next_to(self.axes.point(self.span[0], 0), UP, buff=0.25).shift(0.6 * RIGHT)
        fires.next_to(self.axes.point(self.span[1], 1), UP, buff=0.25).shift(0.6 * LEFT)
        self.ends = VGroup(silent, fires)
        cells = Source("mcculloch1943", "abstract")
        with self.say(N_("Nerve cells fire or stay silent: this is a soft version."), cells) as line:
            for word in self.ends:
                self.play(FadeIn(word, shift=0.2 * UP), run_time=line.fraction(0.35))

    # The bias -----------------------------------------------------------------------------------------------------

    def add_the_bias(self) -> None:
        with self.say(N_("What if it should not wake so easily?")) as line:
            self.play(FadeOut(self.axes.x_axis.ticks, self.axes.x_axis.labels, self.ends), run_time=0.3)
            self.come_near(line.fraction(0.5))
            self.follow_the_bias()
            self.play(FadeIn(self.threshold, self.count), run_time=line.remaining)
        with self.say(N_("Then add a number first: the bias.")) as line:
            self.write_bias(line.fraction(0.5))
            self.play(self.bias.animate.set_value(WHAT_IF), run_time=max(1.4, line.remaining))

    def come_near(self, seconds: float) -> None:
        """Stretch the number line around 0, where the curve climbs."""
        far = self.axes
        across = self.span[1] - self.span[0]
        zoom = max(1.0, NEAR * across / WIDTH)
        reach = int(6.4 * across / (WIDTH * zoom))  # the numbers that stay on the frame
        marks = [float(mark) for mark in range(-reach, reach + 1) if mark % 2 == 0]
        near = self.axes = self.axes_of(zoom * WIDTH, marks)
        pairs = ((far.x_axis.line, near.x_axis.line), (far.y_axis, near.y_axis), (self.curve, self.curve_now()))
        self.play(
            *[ReplacementTransform(old, new) for old, new in pairs],
            self.ceiling.animate.stretch(zoom, 0),
            FadeIn(near.x_axis.ticks, near.x_axis.labels),
            Transform(self.dots, self.light_dots(self.dots.copy())),
            Transform(self.neurons, self.light_neurons(self.neurons.copy())),
            run_time=seconds,
        )
        self.curve = pairs[-1][1]

    def follow_the_bias(self) -> None:
        """Let curve, dots and threshold be where the bias shown now puts them."""
        self.curve.add_updater(lambda curve: curve.set_points(self.curve_now().points))
        self.dots.add_updater(self.light_dots)
        self.neurons.add_updater(self.light_neurons)
        self.threshold = always_redraw(self.threshold_now)
        self.set_count()

    def set_count(self) -> None:
        """Build the level above which the neuron counts as awake, and how many images get it there."""
        height = self.axes.point(0, 0.5)[1]
        meaning = self.words(N_("awake: activation above ½"), SMALL, color=palette().muted)
        meaning.move_to([LEFT_EDGE, height - 0.27, 0], LEFT)
        told, of = self.words(N_("images that wake it:")), Words(f"/ {len(self.sums)}", because=self.counts)
        count = Counter(self.neuron.awake(0.0), fixed="right", because=self.counts)
        VGroup(told, count, of).arrange(RIGHT, buff=0.2).move_to([LEFT_EDGE, height - 0.85, 0], LEFT)
        for part in (count, of):
            part.align_baseline(told)
        count.add_updater(lambda number: number.count(self.neuron.awake(self.bias.get_value())))
        self.count = VGroup(self.level(0.5), meaning, told, count, of)

    def threshold_now(self) -> VGroup:
        """Return the mark where the curve is half way up: from there on the neuron is awake."""
        foot, half = (self.axes.point(-self.bias.get_value(), height) for height in (0, 0.5))
        line = Line(foot, half, color=palette().attention, stroke_width=STROKE)
        return VGroup(line, Dot(half, radius=1.4 * DOT, color=palette().attention))

    def write_bias(self, seconds: float) -> None:
        old, red = self.rule, palette().negative
        source = "{{ sigma : s }}{{ paren.l : l }}{{ x : x }} {{ + b : more }}{{ paren.r : r }}"
        rule = Formula(source, size=TITLE, colors={"more": red}).move_to(FORMULA_PLACE, LEFT).align_baseline(old)
        equals = Formula("b =", size=TITLE, color=red)
        number = self.number = Number(0.0, self.form_of_bias(), TITLE, red, because=self.tried(0.0))
        VGroup(equals, number).arrange(RIGHT, buff=0.2).next_to(rule, DOWN, buff=0.3, aligned_edge=LEFT)
        number.align_baseline(equals)
        pairs = [(VGroup(*old.part(name)), VGroup(*rule.part(name))) for name in ("s", "l", "x", "r")]
        gone, come = VGroup(*old.part("rest")), VGroup(*rule.part("more"))
        self.remove(old)  # its letters go their own ways now
        self.add(gone, *[pair[0] for pair in pairs])
        self.play(FadeOut(gone), run_time=seconds / 5)
        self.play(*[Transform(*pair) for pair in pairs], FadeIn(come), run_time=0.4 * seconds)
        self.remove(come, *[pair[0] for pair in pairs])
        self.add(rule)
        self.rule = rule
        self.what_if = self.tag(N_("what if"))
        self.play(FadeIn(equals, number, self.what_if), run_time=0.4 * seconds)
        number.add_updater(self.show_try)

    def form_of_bias(self) -> str:
        """Return how biases are written: with as many digits as the neuron's own needs to differ from 0."""
        return "{:.2f}" if abs(self.neuron.bias) >= 0.01 else "{:.4f}"

    @staticmethod
    def tried(bias: float) -> Exact:
        """Return what a bias that is tried does: the curve is half way up where the sum is its opposite."""
        return Exact("1 / (1 + exp(-(x + b))) == 1 / 2", x=-bias, b=bias)

    def show_try(self, number: Number) -> None:
        bias = float(self.bias.get_value())
        number.show(bias, self.tried(bias))

    def sum_up(self) -> None:
        text = N_("after training, the lowest of its layer")
        own = self.words(
            text, SMALL, palette().muted, because=self.neuron.measure_bias(), align="left", line_width=NOTE
        )
        with self.say(N_("Weights say what it looks for; the bias, how much of it."), result=True) as line:
            self.wait(line.fraction(0.2))
            self.play(self.bias.animate.set_value(self.neuron.bias), run_time=line.fraction(0.45))
            self.number.clear_updaters()
            self.number.show(self.neuron.bias, self.recorded("digits", "layer1.bias", step=LAST, out=self.neuron.index))
            own.next_to(self.number, RIGHT, buff=0.35)
            self.play(FadeOut(self.what_if), FadeIn(own, shift=0.2 * LEFT), run_time=line.remaining)
        for mobject in self.mobjects:
            mobject.clear_updaters()
