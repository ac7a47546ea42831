"""Shows how close the predictions of a regression come to the truth, from the first snapshot to the last."""

from __future__ import annotations

import numpy as np
from manim import LEFT, RIGHT, UP, Create, FadeIn, FadeOut, Group, UpdateFromAlphaFunc, VGroup, linear, there_and_back

from scenes.animate.fits.error_piles import beyond_piles, pile_of
from scenes.animate.fits.fits import error_form, read_fits, written_share
from scenes.animate.fits.panels import fit_boxes, inside
from scenes.animate.shared.moments import between, run_share
from scenes.animate.shared.own import OwnBeat, Remark
from scenes.animate.shared.panels import BOTTOM, RIGHT_END, Box
from scenes.beats.timeline import said
from scenes.evidence.evidence import Recorded
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.look.style import DIMMED, LABEL, SMALL, palette
from scenes.mobjects.plots.fitted_curve import FittedCurve
from scenes.mobjects.plots.scatter import Scatter
from scenes.text.glyphs import format_number
from scenes.text.numbers import Number
from scenes.text.typeset import Words

RUN = 7.0  # seconds that the whole training takes
WIDEST = 0.25  # of the span of the truth, by which predictions widen the axes at most on each side


class Predictions(OwnBeat):
    """How close do its predictions come?"""

    def open(self) -> None:
        fits = self.fits = read_fits(self.recording)
        self.curve: FittedCurve | None = None
        self.plots: list[Scatter] = []
        self.errors: list[Number | None] = []  # None where no error was ever a finite number
        self.heads: list[VGroup] = []
        self.clipped = False
        self.form = error_form(float(np.nanmax(np.append(fits.errors[-1], 0))) or 1.0)
        self.measure()
        count = len(fits.outputs)
        places = fit_boxes(count + (count == 1 and fits.inputs is not None))
        if count == 1 and fits.inputs is not None:
            self.place_curve(fits.inputs, places.pop(0))
        for number, box in enumerate(places):
            self.place_panel(number, box)
        self.step = Number(int(fits.steps[0]), "{:,.0f}", LABEL, fixed="right")
        self.step.follow(self.steps("output").only(fits.steps))
        self.step.move_to([RIGHT_END, BOTTOM - 0.3, 0], aligned_edge=RIGHT)
        word = self.words(N_("step"), SMALL, color=palette().muted)
        word.next_to(self.step.get_right() + Number(int(fits.steps[-1]), "{:,.0f}", LABEL).width * LEFT, LEFT, buff=0.2)
        self.counter = Group(word.align_baseline(self.step), self.step)
        self.remark = self.notes(self.remarks())
        self.show_moment(0, 0, 1.0)

    def measure(self) -> None:
        """Measure the errors at each step, how much of the truth is explained at the end, and what is shown."""
        fits = self.fits
        errors = {"steps": fits.steps.tolist(), "outputs": fits.errors.tolist(), "all": fits.whole.tolist()}
        how = N_("root mean squared errors over all examples, by step: of the outputs shown, and of all outputs as one")
        self.measured_errors = self.measured("errors", errors, how)
        outputs = {"numbers": fits.outputs.tolist(), "shown": len(fits.outputs), "count": fits.of}
        how = N_("the outputs shown, those whose truth varies most, and how many there are")
        self.measured_outputs = self.measured("outputs", outputs, how)
        value = {"outputs": fits.determined.tolist(), "all": fits.whole_determined, "mean": 0, "truth": 1}
        how = N_("1 − the squared errors at the last step by those of predicting each output's mean")
        self.determination = self.measured("determined", value, how)
        numbers = {"finite": fits.finite, "count": fits.examples * fits.of}
        self.finite = self.measured("finite", numbers, N_("predictions at the end that are finite numbers, and all"))

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

    def place_curve(self, inputs: np.ndarray, box: Box) -> None:
        """Put the plot of predictions over inputs into its box."""
        fits = self.fits
        left, bottom, width, height = inside(box, fits.of > 1)
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
        """Return the options of an axis of so many scene units, named by `label`."""
        values = {"input": N_("input"), "truth": N_("truth"), "prediction": N_("prediction")}
        words = self.words(values[label], SMALL, color=palette().muted) if label in values else ""
        return {"ticks": max(2, round(length / 1.1)), "label": words}

    def place_panel(self, number: int, box: Box) -> None:
        """Put the plot of an output into its box, and above it which it is and how large its error is."""
        fits = self.fits
        left, bottom, width, height = inside(box, fits.of > 1)
        truth, said = fits.truth[:, number], fits.said[0, :, number]
        axes = (self.axis(width, "truth"), self.axis(height, "prediction"))
        plot = Scatter(truth, said, self.span_of(number), width, height, x=axes[0], y=axes[1])
        plot.shift(np.array([left, bottom, 0]) - plot.axes.x_axis.line.get_start())
        top = box[1] + box[3] - 0.25
        error = self.error_of(number)
        name = self.words(N_("root mean squared error"), SMALL, color=palette().muted)
        if fits.of > 1:
            values = {"number": int(fits.outputs[number])}
            text, because = N_("output {number}: error"), self.measured_outputs
            name = self.words(text, SMALL, palette().muted, because=because, values=values)
        known = fits.errors[np.isfinite(fits.errors[:, number]), number]
        widest = Number(float(known.max(initial=0)), self.form, LABEL).width
        name.move_to([left + width - widest - 0.25, top, 0], aligned_edge=RIGHT)
        if error is not None:
            name.align_baseline(error.move_to([left + width, top, 0], aligned_edge=RIGHT))
        self.plots.append(plot)
        self.errors.append(error)
        self.heads.append(VGroup(name, *([] if error is None else [error])))

    def error_of(self, number: int) -> Number | None:
        """Return the error of an output, which follows those that are finite numbers; None where none is."""
        errors = self.fits.errors[:, number]
        known = np.isfinite(errors)
        if not known.any():
            return None
        series = Series(self.fits.steps[known], errors[known], self.measured_errors)
        error = Number(float(errors[known][0]), self.form, LABEL, palette().attention, fixed="right")
        return error.follow(series)

    def remarks(self, piled: bool = False) -> list[Remark]:
        """Return notes on what is left out and on colours. piled: of the piles rather than of the plots."""
        fits = self.fits
        told: list[Remark] = [(N_("blue: too high · red: too low"), None, {})]
        if len(fits.outputs) < fits.of:
            text = N_("{shown} of {count} outputs: those whose truth varies most")
            told.append((text, self.measured_outputs, self.measured_outputs.value))
        if fits.stride > 1:
            drawn = {"k": fits.stride, "count": fits.examples}
            because = self.measured("drawn", drawn, N_("every how many of an output's predictions are drawn, and all"))
            told.append((N_("one in {k} of {count} predictions drawn"), because, drawn))
        for axis, k in fits.every.items():
            part = Recorded(self.film, "config.sampled", {"array": "output", "axis": axis}, k)
            told.append((N_("one in {k} was recorded"), part, {"k": k}))
        if self.clipped and not piled:
            told.append((N_("faint, at the edge: further out"), None, {}))
        if piled and beyond_piles(fits):
            told.append((N_("outer piles: errors that large or larger"), self.measured_errors, {}))
        return told

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
            lines = (
                said(
                    N_("In the end its predictions are no numbers any more."),
                    self.finite.when(lambda are: are["finite"] == 0, N_("none is a finite number")),
                ),
                said(
                    N_("In the end some of its predictions are no numbers any more."),
                    self.finite.when(lambda are: are["finite"] < are["count"], N_("not all are finite numbers")),
                ),
                said(N_("In the end its errors are too large to be squared."), self.finite),
            )
            with self.say(self.choose(*lines), result=True) as line:
                self.play(gone.animate.set_opacity(DIMMED), run_time=line.fraction(0.6))

    def set_up(self) -> None:
        with self.say(N_("How close do its predictions come?")) as line:
            frames = [FadeIn(plot.axes) for plot in self.plots]
            if self.curve:
                frames += [FadeIn(self.curve.axes, self.legend[0]), Create(self.curve.truths)]
            self.play(*frames, run_time=line.remaining)
        if self.curve:
            with self.say(N_("Grey: the truth. Yellow: what the model predicts.")) as line:
                self.play(self.curve.curve.animate_draw(), FadeIn(self.legend[1]), run_time=line.fraction(0.6))
        text = N_("A dot is a prediction: truth across, prediction upwards, alike on the line.")
        with self.say(text) as line:
            self.play(*[Create(plot.dots) for plot in self.plots], run_time=line.fraction(0.5))
            told = [FadeIn(head) for head in self.heads]
            noted = [FadeIn(self.remark)] if self.remark else []
            lines = [Create(plot.equal) for plot in self.plots]
            self.play(*lines, *told, *noted, FadeIn(self.counter), run_time=max(0.8, line.fraction(0.25)))

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
        """Show a share of the way between two snapshots; numbers are those of the one that was recorded last."""
        fits, told = self.fits, after if share >= 1 else before
        step = int(fits.steps[told])
        for number, (plot, error) in enumerate(zip(self.plots, self.errors, strict=True)):
            plot.show(fits.said[before, :, number], fits.said[after, :, number], share)
            if error is not None:
                error.at(step).set_opacity(float(np.isfinite(fits.errors[told, number])))
        if self.curve:
            self.curve.show(fits.said[before, :, 0], fits.said[after, :, 0], share)
        self.step.at(step)
        self.showing_step(step)

    def tell_errors(self) -> None:
        fits = self.fits
        values = {"after": format_number(float(fits.whole[-1]), self.form), "last": int(fits.steps[-1])}
        text = N_("Root mean squared error: {after} at step {last}.")
        if len(fits.steps) > 1 and np.isfinite(fits.whole[0]):
            text = N_("Root mean squared error: {before} at step {first}, {after} at step {last}.")
            values |= {"before": format_number(float(fits.whole[0]), self.form), "first": int(fits.steps[0])}
        with self.say(text, self.measured_errors, **values) as line:
            grown = [error.animate(rate_func=there_and_back).scale(1.2) for error in self.errors if error is not None]
            self.play(*grown, run_time=line.fraction(0.6))

    def pile_up(self) -> None:
        """Let every dot fall onto the pile of errors like its own, and say how much of the truth is explained."""
        fits, moves, gone, come = self.fits, [], [], []
        for number, plot in enumerate(self.plots):
            flight, floor = pile_of(self, fits, number, plot)
            moves.append(flight)
            gone += [plot.axes, plot.equal]
            come.append(floor)
        remark = self.notes(self.remarks(piled=True))
        with self.say(N_("Now the dots by their error. Zero is in the middle.")) as line:
            self.play(FadeOut(Group(*gone, *([self.remark] if self.remark else []))), run_time=0.4)
            self.play(*[FadeIn(floor) for floor in come], *([FadeIn(remark)] if remark else []), run_time=0.4)
            self.play(*moves, run_time=max(1.5, line.remaining))
        known = self.fits.whole_determined
        if np.isfinite(known):
            several = self.fits.of > 1
            worse = (
                N_("R squared is {share}: worse than predicting the mean, which is 0."),
                N_("R squared, over the outputs, is {share}: worse than their means, at 0."),
            )
            plain = (
                N_("R squared is {share}: 0 is predicting the mean, 1 the truth."),
                N_("R squared, over the outputs, is {share}: 0 is predicting their means, 1 the truth."),
            )
            below, told = self.determination.when(lambda are: are["all"] < 0), {"share": written_share(known)}
            line_of = self.choose(
                said(worse[several], below, **told), otherwise=said(plain[several], self.determination, **told)
            )
            with self.say(line_of, result=True) as line:
                found = self.determined()
                self.play(*[FadeIn(one, shift=0.2 * UP) for one in found], run_time=line.fraction(0.3))
                grown = [one.animate(rate_func=there_and_back).scale(1.2) for one in found]
                self.play(*grown, run_time=line.fraction(0.4))

    def determined(self) -> list[Words]:
        """Return R² of each output as words near its error, where it is a finite number."""
        found = []
        for plot, head, value in zip(self.plots, self.heads, self.fits.determined.tolist(), strict=True):
            if not np.isfinite(value):
                continue
            words = Words(f"R² = {written_share(value)}", SMALL, palette().attention, because=self.determination)
            left, right = plot.axes.x_axis.line.get_start(), head[-1].get_right()
            at, side = [right[0], right[1] - 0.5, 0], RIGHT
            if self.fits.of > 1:  # beside what is written at the right, or in the corner below
                lower = left[0] + words.width + 0.2 > head.get_left()[0]
                at, side = [left[0] + 0.15 * lower, right[1] - 0.45 * lower, 0], LEFT
            found.append(words.move_to(at, aligned_edge=side))
        return found
