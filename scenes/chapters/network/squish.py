"""The sum is squashed into (0, 1) by the sigmoid; the bias slides the threshold."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    DashedLine,
    FadeIn,
    FadeOut,
    Line,
    ReplacementTransform,
    Transform,
    Triangle,
    ValueTracker,
    VGroup,
    Write,
    always_redraw,
)

from scenes.chapter import Beat
from scenes.chapters.network.stage import LAST
from scenes.functions import sigmoid
from scenes.mobjects.axes import Axes2D, Curve
from scenes.mobjects.colormap import brightness, diverging
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import DigitWall
from scenes.mobjects.tiles import Tiles
from scenes.mobjects.typeset import Formula, Words
from scenes.style import SMALL, STROKE, TITLE, palette
from scenes.translation import N_

WIDTH, HEIGHT = 12.4, 4.9
FLOOR = -2.55  # height of the number line
ROUND = 5.0  # the number line ends at multiples of this
DOT = 0.075
ZOOM = 2.6
ACROSS, WALL_HEIGHT, WALL_PLACE = 25, 2.0, 2.2 * UP
FORMULA_PLACE = np.array([-6.4, 0.6, 0.0])  # its left end


def hardest_to_wake(bias: np.ndarray) -> int:
    """Return the neuron with the most negative bias, (neuron,): it needs the largest sum."""
    return int(np.argmin(bias))


def sums_before_bias(pre_activation: np.ndarray, bias: float) -> np.ndarray:
    """Return the weighted sums w · a, (image,): what was recorded, z = w · a + b, without b."""
    return pre_activation - bias


class Squish(Beat):
    """Any number goes in, a number between 0 and 1 comes out."""

    def open(self) -> None:
        recording = self.data["digits"]
        neuron = hardest_to_wake(recording.read("layer1.bias", step=LAST))
        self.b = float(recording.read("layer1.bias", step=LAST, out=neuron))
        recorded = recording.read("layer1.pre_activation", step=LAST, feature=neuron)  # (image,)
        self.sums = sums_before_bias(recorded, self.b)
        self.images = recording.read("probe.input")
        self.span = (ROUND * np.floor(self.sums.min() / ROUND), ROUND * np.ceil(self.sums.max() / ROUND))
        marks = np.arange(self.span[0], self.span[1] + 1, ROUND)
        self.axes = self.axes_of(WIDTH, marks.tolist())
        self.axes.shift(-self.axes.x_axis.line.get_x() * RIGHT)
        self.bias = ValueTracker(0.0)

    def axes_of(self, width: float, marks: list[float]) -> Axes2D:
        """Return axes with the number line at the floor and 0 in the middle of the frame."""
        axes = Axes2D(self.span, (0, 1), width, HEIGHT, cross=(0, 0), x={"ticks": marks}, y={"ticks": (1.0,)})
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
        return sigmoid(self.sums + self.bias.get_value())

    def on_curve(self) -> np.ndarray:
        return self.axes.point(self.sums, self.squashed())

    def light_neurons(self, neurons: Tiles) -> Tiles:
        """Put each neuron on the upright axis at its activation, as bright as that."""
        neurons.fill = brightness(self.squashed())
        return neurons.move_items(self.axes.point(0 * self.sums, self.squashed()))

    def awake(self) -> int:
        """Return how many images squash to above one half."""
        return int((self.squashed() > 0.5).sum())

    # Sums ---------------------------------------------------------------------------------------------------------

    def let_sums_fall(self) -> None:
        self.wall = DigitWall(self.images, across=ACROSS, height=WALL_HEIGHT).shift(WALL_PLACE)
        fill = diverging(np.sign(self.sums), 1.0) * np.array([1, 1, 1, 0.85], np.float32)
        self.dots = Tiles(self.wall.places + WALL_PLACE, DOT, fill=fill, corner=1.0)
        line = self.axes.x_axis
        self.told = self.words(N_("weighted sum"), SMALL, color=palette().muted).next_to(line, DOWN, buff=0.15)
        with self.say(N_("Each image gives the neuron a sum: any number at all.")) as said:
            self.play(FadeIn(self.wall), FadeIn(line, shift=0.3 * UP), FadeIn(self.told), run_time=said.share(0.25))
            self.play(FadeIn(self.dots), run_time=0.3)
            self.play(self.dots.animate.move_items(self.axes.point(self.sums, 0 * self.sums)), run_time=said.left)

    def ask_for_less(self) -> None:
        ends = [self.axes.point(x, 1) for x in self.span]
        self.ceiling = DashedLine(*ends, color=palette().muted).set_stroke(width=STROKE / 2, opacity=0.6)
        upright = FadeIn(self.axes.y_axis, shift=0.3 * UP)
        self.gap = Line(self.axes.point(0, 0), self.axes.point(0, 1), color=palette().attention)
        self.gap.set_stroke(width=3 * STROKE)
        with self.say(N_("But a neuron must lie between 0 and 1.")) as said:
            self.play(FadeOut(self.wall), upright, FadeIn(self.ceiling), run_time=said.share(0.5))
            self.play(FadeIn(self.gap, scale=0.1), run_time=said.left)

    # The curve ----------------------------------------------------------------------------------------------------

    def curve_now(self) -> Curve:
        return self.axes.plot(lambda x: sigmoid(x + self.bias.get_value()), color=palette().attention)

    def draw_the_curve(self) -> None:
        self.curve = self.curve_now()
        source = "{{ sigma : s }}{{ paren.l : l }}{{ x : x }}{{ paren.r : r }} {{ = 1/(1 + e^(-x)) : rest }}"
        self.rule = Formula(source, size=TITLE).move_to(FORMULA_PLACE, LEFT)
        with self.say(N_("So the line is squashed, along this curve: the sigmoid.")) as said:
            self.play(self.curve.animate_draw(), FadeOut(self.gap), run_time=said.share(0.5))
            self.play(Write(self.rule), run_time=said.left)

    def squash(self) -> None:
        with self.say(N_("Far left gives almost 0, far right almost 1.")) as said:
            self.play(self.dots.animate.move_items(self.on_curve()), run_time=said.share(0.5))
            self.neurons = self.dots.copy()
            self.neurons.stroke = brightness(np.full(len(self.sums), 0.8))
            self.neurons.stroke_width = np.ones(len(self.sums), np.float32)
            self.add(self.neurons)
            self.play(Transform(self.neurons, self.light_neurons(self.neurons.copy())), run_time=said.left)

    def tell_why(self) -> None:
        silent, fires = self.words(N_("silent")), self.words(N_("fires"))
        silent.next_to(self.axes.point(self.span[0], 0), UP, buff=0.25).shift(0.6 * RIGHT)
        fires.next_to(self.axes.point(self.span[1], 1), UP, buff=0.25).shift(0.6 * LEFT)
        self.ends = VGroup(silent, fires)
        with self.say(N_("It was chosen once because nerve cells, too, are silent or fire.")) as said:
            for word in self.ends:
                self.play(FadeIn(word, shift=0.2 * UP), run_time=said.share(0.35))

    # The bias -----------------------------------------------------------------------------------------------------

    def add_the_bias(self) -> None:
        with self.say(N_("What if it should wake only for a larger sum? Then add a number first: the bias.")) as said:
            self.come_near(said.share(0.3))
            self.follow_the_bias()
            self.write_bias(said.share(0.25))
            self.play(self.bias.animate.set_value(self.b), run_time=said.left)

    def come_near(self, seconds: float) -> None:
        """Stretch the number line around 0, where the curve climbs."""
        far = self.axes
        reach = int(6.4 * (self.span[1] - self.span[0]) / (WIDTH * ZOOM))  # the numbers that stay on the frame
        marks = [float(mark) for mark in range(-reach, reach + 1) if mark % 2 == 0]
        near = self.axes = self.axes_of(ZOOM * WIDTH, marks)
        pairs = ((far.x_axis.line, near.x_axis.line), (far.y_axis, near.y_axis), (self.curve, self.curve_now()))
        self.play(
            *[ReplacementTransform(old, new) for old, new in pairs],
            self.ceiling.animate.stretch(ZOOM, 0),
            FadeOut(far.x_axis.ticks, far.x_axis.labels, self.ends),
            FadeIn(near.x_axis.ticks, near.x_axis.labels),
            self.dots.animate.move_items(self.on_curve()),
            Transform(self.neurons, self.light_neurons(self.neurons.copy())),
            run_time=seconds,
        )
        self.curve = pairs[-1][1]

    def follow_the_bias(self) -> None:
        """Let curve, dots and threshold be where the bias shown now puts them."""
        self.curve.add_updater(lambda curve: curve.set_points(self.curve_now().points))
        self.dots.add_updater(lambda dots: dots.move_items(self.on_curve()))
        self.neurons.add_updater(self.light_neurons)
        self.threshold = always_redraw(self.threshold_now)
        told, of = self.words(N_("images that wake it:")), Words(f"/ {len(self.sums)}")
        count = Number(self.awake(), "{:.0f}")
        share = VGroup(count, of).arrange(RIGHT, buff=0.2)
        of.align_baseline(count)
        self.count = VGroup(told, share).arrange(DOWN, buff=0.2).move_to([6.4, -0.7, 0], RIGHT)
        count.add_updater(lambda number: number.set_value(self.awake()))

    def threshold_now(self) -> VGroup:
        """Return the mark where the curve is half way up: from there on the neuron is awake."""
        foot, half = (self.axes.point(-self.bias.get_value(), height) for height in (0, 0.5))
        mark = Triangle(color=palette().attention, fill_opacity=1, stroke_width=0).scale(0.13).move_to(foot, UP)
        return VGroup(Line(foot, half, color=palette().attention, stroke_width=STROKE), mark)

    def write_bias(self, seconds: float) -> None:
        old, red = self.rule, palette().negative
        source = "{{ sigma : s }}{{ paren.l : l }}{{ x : x }} {{ + b : more }}{{ paren.r : r }}"
        rule = Formula(source, size=TITLE, colors={"more": red}).move_to(FORMULA_PLACE, LEFT).align_baseline(old)
        equals = Formula("b =", size=TITLE, color=red)
        number = Number(0.0, "{:.2f}", TITLE, red)
        VGroup(equals, number).arrange(RIGHT, buff=0.2).next_to(rule, DOWN, buff=0.5, aligned_edge=LEFT)
        number.align_baseline(equals)
        pairs = [(VGroup(*old.part(name)), VGroup(*rule.part(name))) for name in ("s", "l", "x", "r")]
        gone, come = VGroup(*old.part("rest")), VGroup(*rule.part("more"))
        self.play(FadeOut(gone), *[Transform(*pair) for pair in pairs], FadeIn(come), run_time=seconds / 2)
        self.remove(come, *[pair[0] for pair in pairs])
        self.add(rule)
        self.play(FadeIn(equals, number, self.threshold, self.count), run_time=seconds / 2)
        number.add_updater(lambda number: number.set_value(self.bias.get_value()))

    def sum_up(self) -> None:
        with self.say(N_("Weights say what the neuron looks for; the bias, how much of it.")) as said:
            self.play(self.bias.animate.set_value(0.0), run_time=said.share(0.4))
            self.play(self.bias.animate.set_value(self.b), run_time=said.left)
        for mobject in self.mobjects:
            mobject.clear_updaters()
