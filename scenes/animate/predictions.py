"""How close the predictions of a regression come to the truth, from the first snapshot to the last."""

from __future__ import annotations

import numpy as np
from manim import (
    DL,
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Create,
    DashedLine,
    FadeIn,
    FadeOut,
    Group,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
    there_and_back,
)

from scenes.animate.fits import form_of, read_fits, written_share
from scenes.animate.moments import between, run_share
from scenes.animate.own import OwnBeat
from scenes.animate.panels import BETWEEN, BOTTOM, LEFT_END, RIGHT_END, TOP, Box
from scenes.mobjects.axes import AxisLine
from scenes.mobjects.fitted_curve import FittedCurve
from scenes.mobjects.flight import Flight
from scenes.mobjects.glyphs import format_number
from scenes.mobjects.numbers import Number
from scenes.mobjects.scatter import Scatter, piled
from scenes.mobjects.typeset import Words
from scenes.style import DIMMED, LABEL, MARGIN, SMALL, THIN, palette
from scenes.translation import N_

RUN = 7.0  # seconds that the whole training takes
INSET = (0.85, 0.8, 0.95)  # scene units left of, below and right of a plot, for what is written there
HEAD, LOW_HEAD = 1.0, 0.6  # scene units above a plot: two rows of text, or one where there are several plots
ALONE = 9.4  # scene units that a single panel is wide
WIDEST = 0.25  # of the span of the truth, by which predictions widen the axes at most on each side
FAR = 4.0  # root mean squared errors at which the piles end
BINS = (10, 40)  # piles, at least and at most


class Predictions(OwnBeat):
    """How close do its predictions come?"""

    def open(self) -> None:
        fits = self.fits = read_fits(self.recording)
        self.curve: FittedCurve | None = None
        self.plots: list[Scatter] = []
        self.errors: list[Number] = []
        self.heads: list[VGroup] = []
        self.clipped = False
        self.form = form_of(float(np.nanmax(np.append(fits.errors[-1], 0))) or 1.0)
        count = len(fits.outputs)
        places = boxes(count + (count == 1 and fits.inputs is not None))
        if count == 1 and fits.inputs is not None:
            self.place_curve(fits.inputs, places.pop(0))
        for number, box in enumerate(places):
            self.place_panel(number, box)
        self.step = Number(int(fits.steps[0]), "{:,.0f}", LABEL, fixed="right")
        self.step.move_to([RIGHT_END, BOTTOM - 0.3, 0], aligned_edge=RIGHT)
        word = self.words(N_("step"), SMALL, color=palette().muted)
        word.next_to(self.step.get_right() + Number(int(fits.steps[-1]), "{:,.0f}", LABEL).width * LEFT, LEFT, buff=0.2)
        self.counter = Group(word.align_baseline(self.step), self.step)
        self.remark = self.remarks()
        self.show_moment(0, 0, 1.0)

    # What stands where --------------------------------------------------------------------------------------------

    def span_of(self, number: int) -> tuple[float, float]:
        """Return the ends of the axes of an output: of the truth, a little widened by the predictions."""
        truth, said = self.fits.truth[:, number], self.fits.said[:, :, number]
        low, high = float(truth.min()), float(truth.max())
        room = (high - low) or 1.0
        known = said[np.isfinite(said)]
        least, most = (float(known.min()), float(known.max())) if len(known) else (low, high)
        ends = max(min(low, least), low - WIDEST * room), min(max(high, most), high + WIDEST * room)
        self.clipped |= least < ends[0] or most > ends[1]
        return ends[0] - 0.04 * room, ends[1] + 0.04 * room

    def inner(self, box: Box) -> Box:
        """Return the place of the plot itself within a box."""
        left, bottom, width, height = box
        return (
            left + INSET[0],
            bottom + INSET[1],
            width - INSET[0] - INSET[2],
            height - INSET[1] - (LOW_HEAD if self.fits.of > 1 else HEAD),
        )

    def place_curve(self, inputs: np.ndarray, box: Box) -> None:
        """Put the plot of predictions over inputs into its box."""
        left, bottom, width, height = self.inner(box)
        fits = self.fits
        self.curve = FittedCurve(
            inputs,
            fits.truth[:, 0],
            fits.said[0, :, 0],
            self.span_of(0),
            width,
            height,
            x=self.axis(width, "input"),
            y=self.axis(height, "truth and prediction"),
        )
        self.curve.shift(np.array([left, bottom, 0]) - self.curve.axes.x_axis.line.get_start())

        told = ((N_("truth"), palette().line), (N_("prediction"), palette().attention))
        self.legend = VGroup(*[self.words(text, SMALL, color=shade) for text, shade in told])
        self.legend.arrange(RIGHT, buff=0.5).move_to([left, box[1] + box[3] - 0.25, 0], aligned_edge=LEFT)

    def axis(self, length: float, label: str) -> dict[str, object]:
        """Return the options of an axis of so many scene units."""
        told = {"input": N_("input"), "truth": N_("truth"), "prediction": N_("prediction")}
        words = self.words(told[label], SMALL, color=palette().muted) if label in told else ""
        return {"ticks": max(2, round(length / 1.1)), "label": words}

    def place_panel(self, number: int, box: Box) -> None:
        """Put the plot of an output into its box, and above it which it is and how large its error is."""
        left, bottom, width, height = self.inner(box)
        fits = self.fits
        truth, said = fits.truth[:, number], fits.said[0, :, number]
        axes = (self.axis(width, "truth"), self.axis(height, "prediction"))
        plot = Scatter(truth, said, self.span_of(number), width, height, x=axes[0], y=axes[1])
        plot.shift(np.array([left, bottom, 0]) - plot.axes.x_axis.line.get_start())
        error = Number(0, self.form, LABEL, palette().attention, fixed="right")
        error.move_to([left + width, box[1] + box[3] - 0.25, 0], aligned_edge=RIGHT)
        name = self.words(N_("root mean squared error"), SMALL, color=palette().muted)
        if fits.of > 1:
            text = self.tr(N_("output {number}: error"), number=int(fits.outputs[number]))
            name = Words(text, SMALL, palette().muted)
        widest = Number(float(np.nanmax(np.append(fits.errors[:, number], 0))), self.form, LABEL).width
        name.next_to(error.get_right() + widest * LEFT, LEFT, buff=0.25).align_baseline(error)
        self.plots.append(plot)
        self.errors.append(error)
        self.heads.append(VGroup(name, error))

    def remarks(self) -> Words | None:
        """Say what is left out or held back, and what colours are."""
        fits, told = self.fits, [self.tr(N_("blue: too high · red: too low"))]
        if len(fits.outputs) < fits.of:
            text = N_("{shown} of {count} outputs: those whose truth varies most")
            told.append(self.tr(text, shown=len(fits.outputs), count=fits.of))
        if fits.stride > 1:
            told.append(self.tr(N_("1 in {k} of {count} examples drawn"), k=fits.stride, count=fits.examples))
        if fits.every:
            told.append(self.tr(N_("only a part was recorded")))
        if self.clipped:
            told.append(self.tr(N_("at the edge: further out")))
        line = self.note(" · ".join(told))
        if line.get_right()[0] < self.counter.get_left()[0] - 0.3:
            return line
        half = (len(told) + 1) // 2
        lines = Words(
            "\n".join([" · ".join(told[:half]), " · ".join(told[half:])]), SMALL, palette().muted, align="left"
        )
        return lines.to_corner(DL, buff=MARGIN)

    # The film of it -----------------------------------------------------------------------------------------------

    def script(self) -> None:
        self.set_up()
        if len(self.fits.steps) > 1:
            self.run_the_training()
        if np.isfinite(self.fits.errors[-1]).all():
            self.tell_errors()
            self.pile_up()
        else:
            gone = VGroup(*[plot.equal for plot in self.plots])
            with self.say(N_("In the end its predictions are no numbers any more.")) as line:
                self.play(gone.animate.set_opacity(DIMMED), run_time=line.share(0.6))

    def set_up(self) -> None:
        with self.say(N_("How close do its predictions come?")) as line:
            frames = [FadeIn(plot.axes) for plot in self.plots]
            if self.curve:
                frames += [FadeIn(self.curve.axes, self.legend[0]), Create(self.curve.truths)]
            self.play(*frames, run_time=line.left)
        if self.curve:
            with self.say(N_("Grey: the truth. Yellow: what the model predicts.")) as line:
                self.play(self.curve.curve.animate_draw(), FadeIn(self.legend[1]), run_time=line.share(0.6))
        text = N_("A dot for each example: truth across, prediction upwards, equal on the line.")
        with self.say(text) as line:
            self.play(*[Create(plot.dots) for plot in self.plots], run_time=line.share(0.5))
            told = [FadeIn(head) for head in self.heads]
            noted = [FadeIn(self.remark)] if self.remark else []
            lines = [Create(plot.equal) for plot in self.plots]
            self.play(*lines, *told, *noted, FadeIn(self.counter), run_time=max(0.8, line.share(0.25)))

    def run_the_training(self) -> None:
        """Let every dot go from prediction to prediction."""
        last = len(self.fits.steps)

        def go(_: Group, alpha: float) -> None:
            self.show_moment(*between(alpha, last))

        with self.say(N_("Now it trains.")):
            curve = [self.curve] if self.curve else []
            group = Group(*[plot.dots for plot in self.plots], *curve, *self.heads, self.step)
            self.play(UpdateFromAlphaFunc(group, go, rate_func=linear), run_time=RUN * run_share(last))
        self.show_moment(last - 1, last - 1, 1.0)

    def show_moment(self, before: int, after: int, share: float) -> None:
        """Show a share of the way between two snapshots; numbers are those of the one that is nearer."""
        fits, told = self.fits, after if share >= 0.5 else before
        for number, (plot, error) in enumerate(zip(self.plots, self.errors, strict=True)):
            plot.show(fits.said[before, :, number], fits.said[after, :, number], share)
            value = float(fits.errors[told, number])
            error.set_value(value if np.isfinite(value) else 0.0)
            error.set_opacity(float(np.isfinite(value)))
        if self.curve:
            self.curve.show(fits.said[before, :, 0], fits.said[after, :, 0], share)
        self.step.set_value(int(fits.steps[told]))
        self.showing_step(int(fits.steps[told]))

    def tell_errors(self) -> None:
        fits = self.fits
        told = {"after": format_number(float(fits.whole[-1]), self.form), "last": int(fits.steps[-1])}
        text = N_("Root mean squared error: {after} at step {last}.")
        if len(fits.steps) > 1 and np.isfinite(fits.whole[0]):
            text = N_("Root mean squared error: {before} at step {first}, {after} at step {last}.")
            told |= {"before": format_number(float(fits.whole[0]), self.form), "first": int(fits.steps[0])}
        with self.say(text, **told) as line:
            grown = [error.animate(rate_func=there_and_back).scale(1.2) for error in self.errors]
            self.play(*grown, run_time=line.share(0.6))

    def pile_up(self) -> None:
        """Let every dot fall onto the pile of errors like its own, and say how much of the truth is explained."""
        moves, gone, come = [], [], []
        for number, plot in enumerate(self.plots):
            flight, floor = self.pile_of(number, plot)
            moves.append(flight)
            gone += [plot.axes, plot.equal]
            come.append(floor)
        with self.say(N_("Now every dot by its error. Zero is in the middle.")) as line:
            self.play(FadeOut(Group(*gone)), run_time=0.4)
            self.play(*[FadeIn(floor) for floor in come], run_time=0.4)
            self.play(*moves, run_time=max(1.5, line.left))
        known = self.fits.whole_determined
        if np.isfinite(known):
            lines = (
                N_("R squared is {share}: 1 would be perfect, 0 no better than the mean."),
                N_("Over all outputs R squared is {share}: 1 would be perfect, 0 no better than the mean."),
            )
            with self.say(lines[self.fits.of > 1], share=written_share(known)) as line:
                found = self.determined()
                self.play(*[FadeIn(one, shift=0.2 * UP) for one in found], run_time=line.share(0.3))
                grown = [one.animate(rate_func=there_and_back).scale(1.2) for one in found]
                self.play(*grown, run_time=line.share(0.4))

    def pile_of(self, number: int, plot: Scatter) -> tuple[Flight, Group]:
        """Return the flight of an output's dots to their piles, and the floor on which these stand."""
        residuals = self.fits.residuals[:, number]
        half = min(float(np.abs(residuals).max()), FAR * float(self.fits.errors[-1, number])) or 1.0
        line = plot.axes.x_axis.line
        start, end = line.get_start_and_end()
        width, height = float(end[0] - start[0]), 0.9 * plot.axes.y_axis.line.get_length()
        bins = int(np.clip(np.sqrt(len(residuals)), *BINS)) // 2 * 2
        places, pitch = piled(residuals, half, width, height, bins)
        target = plot.dots.copy()
        target.move_items(places + (start + end) / 2)
        target.scale_items(0.46 * pitch / (plot.dots.item(0).width / 2))
        floor = AxisLine((-half, half), width, ticks=3 if width < 4 else 5, form="{:.2g}")
        floor.shift((start + end) / 2 - floor.line.get_center())
        middle = floor.to_point(0.0)
        told = [] if len(self.plots) > 1 else [self.words(N_("prediction − truth"), SMALL, color=palette().muted)]
        for words in told:
            words.next_to(floor, DOWN, buff=0.12)
        zero = DashedLine(middle, middle + (height + 0.2) * UP, stroke_width=THIN, color=palette().line)
        order = np.argsort(np.argsort(np.abs(residuals))) / max(1, len(residuals) - 1)
        return Flight(plot.dots, target, order=order, lag=0.6), Group(floor, zero, *told)

    def determined(self) -> list[Words]:
        """Return R² of each output, above its plot, where the name of an axis was."""
        found = []
        for plot, head, value in zip(self.plots, self.heads, self.fits.determined.tolist(), strict=True):
            if np.isfinite(value):
                words = Words(f"R² = {written_share(value)}", SMALL, palette().attention)
                left, right = plot.axes.x_axis.line.get_start(), head[1].get_right()
                at, side = (
                    ([left[0], right[1], 0], LEFT) if self.fits.of > 1 else ([right[0], right[1] - 0.5, 0], RIGHT)
                )
                found.append(words.move_to(at, aligned_edge=side))
        return found


def boxes(count: int) -> list[Box]:
    """Return where each of so many panels goes: one in the middle, two side by side, three or four in two rows."""
    width, height = RIGHT_END - LEFT_END, TOP - BOTTOM
    if count == 1:
        return [(-ALONE / 2, BOTTOM, ALONE, height)]
    each = (width - BETWEEN) / 2
    tall = height if count == 2 else (height - 0.1) / 2
    return [
        (LEFT_END + column * (each + BETWEEN), TOP - (row + 1) * tall - row * 0.1, each, tall)
        for row, column in (divmod(place, 2) for place in range(count))
    ]
