"""What a training achieved, step by step: every metric that was recorded, as a curve that grows with the steps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from manim import (
    LEFT,
    RIGHT,
    UP,
    UR,
    Circle,
    Create,
    DashedLine,
    FadeIn,
    Group,
    LaggedStart,
    ValueTracker,
    there_and_back,
)
from manim.mobject.mobject import Mobject

from scenes.animate.metrics import Metric, Panel, panels_of, read_metric
from scenes.animate.own import OwnBeat
from scenes.animate.panels import BOTTOM, RIGHT_END, Box, boxes, clear_of, colors_of
from scenes.chapter import Line
from scenes.mobjects.glyphs import format_number
from scenes.mobjects.growing_plot import GrowingPlot
from scenes.mobjects.numbers import Number
from scenes.mobjects.typeset import Words
from scenes.style import LABEL, QUICK, SMALL, STROKE, palette
from scenes.translation import N_, written

MOST = 6  # metrics that are shown
RUN = 10.0  # seconds that the whole training takes
HASTE = 2.4  # steps made grow with this power of the time: most changes early
FIRST_LOOK = 16  # the axis of steps reaches at first as far as this part of the training
CHANGES = 5  # of the numbers on screen, in a second: more cannot be read
ROW = 0.48  # scene units a metric's name and number take above a plot
HEAD = 0.3  # scene units between these and the plot
NAME = 0.35  # em of a metric's name
NUMBER = 1.9  # scene units of that width that the number may take
INSET = (0.85, 0.55, 0.3)  # scene units left of, below and right of a plot, for what is written there
NAMES = {  # that are said in the viewer's language; others are shown as they were recorded
    "loss": N_("loss"),
    "accuracy": N_("accuracy"),
    "train loss": N_("training loss"),
    "train accuracy": N_("training accuracy"),
    "test loss": N_("test loss"),
    "test accuracy": N_("test accuracy"),
    "validation loss": N_("validation loss"),
    "validation accuracy": N_("validation accuracy"),
}


class _Shown:
    """A metric on screen: its name, its number, and the note that it has ended."""

    def __init__(self, metric: Metric, name: Words, number: Number, ended: Words | None) -> None:
        self.metric, self.name, self.number, self.ended = metric, name, number, ended

    def show(self, now: float) -> None:
        """Show the value that was recorded last at step `now`, or that there is none any more."""
        metric = self.metric
        over = metric.stopped is not None and now >= metric.stopped
        at = int(np.searchsorted(metric.shown_steps, now, side="right")) - 1
        known = at >= 0 and bool(np.isfinite(metric.shown[at])) and not over
        if known:
            self.number.set_value(float(metric.shown[at]))
        self.number.set_opacity(float(known))
        if self.ended:
            self.ended.set_opacity(float(over))


class LearningCurves(OwnBeat):
    """What did the training achieve, step by step?"""

    def open(self) -> None:
        names = sorted(self.recording.arrays, key=lambda name: ("loss" not in name, name))
        self.metrics = [read_metric(self.recording, name) for name in names[:MOST]]
        self.left_out = len(names) - len(self.metrics)
        self.last = float(max(metric.steps[-1] for metric in self.metrics))
        self.clock = ValueTracker(0.0)  # share of RUN that is over
        self.panels = panels_of(self.metrics)
        self.plots: list[GrowingPlot] = []
        self.shown: list[_Shown] = []
        self.parts: list[Group] = []  # of each panel, all that stands there
        for panel, box in zip(self.panels, boxes(len(self.panels)), strict=True):
            self.place_panel(panel, box)
        self.step = Number(0, "{:,.0f}", LABEL, fixed="right")
        self.step.move_to([RIGHT_END, BOTTOM - 0.3, 0], aligned_edge=RIGHT)
        self.counter = Group(self.step)
        self.place_counter()

    # What stands where --------------------------------------------------------------------------------------------

    def place_panel(self, panel: Panel, box: Box) -> None:
        """Put the plot of a panel into its box, and above it the name and the number of each metric."""
        left, bottom, width, height = box
        across = width - INSET[0] - INSET[2]
        upwards = height - INSET[1] - HEAD - ROW * len(panel.metrics)
        plot = self.plot_of(panel, across, upwards)
        plot.shift(np.array([left + INSET[0], bottom + INSET[1], 0]) - plot.bottom(0))
        part = Group(plot)
        for row, metric in enumerate(panel.metrics):
            color = colors_of(panel)[row]
            baseline = bottom + height - ROW * (row + 0.5)
            name = self.name_of(metric, width - NUMBER, color)
            number = Number(0, panel.form(metric), LABEL, color, fixed="right")
            number.move_to([left + width, baseline, 0], aligned_edge=RIGHT)
            name.move_to([left + 0.1, 0, 0], aligned_edge=LEFT)
            name.align_baseline(number)
            self.shown.append(_Shown(metric, name, number, self.ended(metric, plot, row)))
            part.add(name, number, *([self.shown[-1].ended] if self.shown[-1].ended else []))
        self.plots.append(plot)
        self.parts.append(part)

    def plot_of(self, panel: Panel, across: float, upwards: float) -> GrowingPlot:
        percent = {"ticks": (0, 0.5, 1), "form": "{:.0%}"} if panel.shares else {}
        ticks = {} if panel.logarithmic else {"ticks": max(2, round(upwards / 0.9))}
        plot = GrowingPlot(
            max(1.0, self.last / FIRST_LOOK),
            self.last,
            panel.high,
            across,
            upwards,
            y={**ticks, **percent},
            marked=True,
            low=panel.low,
            logarithmic=panel.logarithmic,
            crowded=min(0.4, (0.17 * len(f"{self.last:,.0f}") + 0.2) / across),
        )
        for metric in panel.metrics:
            if metric.window:
                plot.add_line(metric.steps, metric.values, palette().muted, faint=True)
        for metric, color in zip(panel.metrics, colors_of(panel), strict=False):
            plot.add_line(metric.shown_steps, metric.shown, color)
        return plot

    def name_of(self, metric: Metric, room: float, color: str) -> Words:
        """Return what a metric is called, cut short where it is too long for the room, scene units."""
        name = self.tr(NAMES[metric.called]) if metric.called in NAMES else metric.called
        if metric.window:
            whole = Words(self.tr(N_("{name}, running median"), name=name), NAME, color)
            if whole.width <= room:
                return whole
        words, kept = Words(name, NAME, color), len(name)
        while words.width > room:
            kept -= 1
            words = Words(f"{name[:kept]}…", NAME, color)
        return words

    def ended(self, metric: Metric, plot: GrowingPlot, row: int) -> Words | None:
        """Return the note that a curve ends, not to be seen yet; None where it goes on to the last step."""
        if metric.stopped is None:
            return None
        told = self.tr(N_("no finite number\nfrom step {step} on"), step=metric.stopped)
        note = Words(told, SMALL, palette().attention, align="right")
        corner = [plot.axes.x_axis.line.get_end()[0], plot.axes.y_axis.line.get_end()[1] - 0.85 * row, 0]
        return note.move_to(corner, aligned_edge=UR).set_opacity(0)

    def place_counter(self) -> None:
        """Put the running step below the panels, and beside it what is to be said about the curves."""
        word = self.words(N_("step"), SMALL, color=palette().muted)
        room = Number(self.last, "{:,.0f}", LABEL).width
        word.next_to(self.step.get_right() + room * LEFT, LEFT, buff=0.2).align_baseline(self.step)
        self.counter.add(word)
        told = []
        if windows := sorted({metric.window for metric in self.metrics if metric.window}):
            told.append(
                self.tr(
                    N_("thin: each value; thick: median of {count} around it"), count=" / ".join(map(written, windows))
                )
            )
        if self.left_out:
            told.append(self.tr(N_("{count} of {all} curves"), count=MOST, all=MOST + self.left_out))
        self.remark = self.note(" · ".join(told)).align_baseline(self.step) if told else None

    # The film of it -----------------------------------------------------------------------------------------------

    def script(self) -> None:
        self.set_up()
        self.run_the_training()
        self.tell()

    def set_up(self) -> None:
        for shown in self.shown:
            shown.show(0.0)
        with self.say(N_("What did the training achieve, step by step?")) as line:
            parts: list[Mobject] = [*self.parts, Group(self.counter, *([self.remark] if self.remark else []))]
            self.play(LaggedStart(*[FadeIn(part) for part in parts], lag_ratio=0.3), run_time=line.left)

    def run_the_training(self) -> None:
        """Let the clock run by itself, so that it does not halt between lines."""
        self.clock.add_updater(lambda clock, dt: clock.set_value(min(1.0, clock.get_value() + dt / RUN)))
        self.counter.add_updater(lambda _: self.show())
        self.add(self.clock)
        start = self.time
        with self.say(N_("Here is all of it, slowly at first, then faster and faster.")):
            pass
        if any(metric.window for metric in self.metrics):
            with self.say(N_("Single values jump about. The thick line is the median of those around.")):
                pass
        self.wait(max(0.1, RUN - (self.time - start)))
        self.clock.clear_updaters()
        self.counter.clear_updaters()
        self.remove(self.clock)
        self.clock.set_value(1.0)
        self.show()

    def show(self) -> None:
        """Show all as it was at the moment; the numbers change only so often, and all at once."""
        share = float(self.clock.get_value())
        for plot in self.plots:
            plot.show(self.last * share**HASTE)
        told = share if share == 1 else np.floor(share * RUN * CHANGES) / (RUN * CHANGES)
        now = float(np.floor(self.last * told**HASTE))
        self.step.set_value(now)
        self.showing_step(now)
        for shown in self.shown:
            shown.show(now)

    def tell(self) -> None:
        """Say what was reached, of the first panel's first metric, and the best of what more of is better."""
        panel, metric = self.panels[0], self.panels[0].metrics[0]
        values = {"name": metric.called, "last": int(metric.steps[-1])}
        if metric.stopped is not None:
            with self.say(
                N_("From step {step} on {name} is no finite number, and its curve ends."),
                name=metric.called,
                step=metric.stopped,
            ):
                self.point_at(metric)
        else:
            text = N_("After {last} steps: {name} {value}.")
            if metric.window:
                text = N_("After {last} steps: {name} {value}, the median of its last {count} values.")
                values["count"] = metric.window // 2 + 1
            value = format_number(float(metric.shown[-1]), panel.form(metric))
            with self.say(text, **values, value=value) as line:
                self.trace_level(metric, line)
                self.point_at(metric)
        for best, shares in self.shares_to_tell():
            self.tell_best(best, shares)

    def trace_level(self, metric: Metric, line: Line) -> None:
        """Draw the level that a curve of the first panel has reached, from its end back to the axis."""
        plot = self.plots[0]
        tip = plot.place(float(metric.shown_steps[-1]), float(metric.shown[-1]))
        foot = np.array([plot.axes.y_axis.line.get_end()[0], tip[1], 0])
        level = DashedLine(tip, foot, stroke_width=STROKE, color=palette().attention)
        self.play(Create(level), run_time=line.share(0.5))

    def point_at(self, metric: Metric) -> None:
        (shown,) = (one for one in self.shown if one.metric is metric)
        target = shown.ended if metric.stopped is not None and shown.ended else shown.number
        self.play(target.animate(rate_func=there_and_back).scale(1.2), run_time=2 * QUICK)

    def shares_to_tell(self) -> Iterator[tuple[Metric, Panel]]:
        """Yield the first share whose values are shown as they are, and its panel."""
        panels = [panel for panel in self.panels if panel.shares]
        yield from [(metric, panel) for panel in panels for metric in panel.metrics if not metric.window][:1]

    def tell_best(self, metric: Metric, panel: Panel) -> None:
        """Say at which step a share was highest, and ring that point of its curve."""
        step, value = metric.best
        told = format_number(value, panel.form(metric))
        plot = self.plots[self.panels.index(panel)]
        color = colors_of(panel)[panel.metrics.index(metric)]
        ring = Circle(radius=0.17, color=palette().attention, stroke_width=1.5 * STROKE).move_to(
            plot.place(step, value)
        )
        best = self.tr(N_("best: {value}\nat step {step}"), value=told, step=step)
        notes = [shown.ended for shown in self.shown if shown.ended and shown.metric in panel.metrics]
        label = clear_of(plot, Words(best, SMALL, color), ring, notes)
        with self.say(N_("The best {name}, {value}, came at step {step}."), name=metric.called, value=told, step=step):
            self.play(Create(ring), FadeIn(label, shift=0.1 * UP), run_time=QUICK)
