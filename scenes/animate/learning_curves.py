"""Shows what a training achieved, step by step: every recorded metric, as a curve that grows with the steps."""

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
    there_and_back,
)
from manim.animation.animation import Animation
from manim.mobject.mobject import Mobject

from engine.recording.format.metric_names import METRIC
from scenes.animate.shared.fitting import cut_to
from scenes.animate.shared.metrics import Metric, Panel, panels_of, read_metrics
from scenes.animate.shared.panels import Box, clear_of, colors_of, large_and_column
from scenes.animate.shared.running import RunningBeat
from scenes.beats.timeline import Line, Said, said
from scenes.evidence.evidence import Because, Evidence, Quoted
from scenes.language.translation import N_, written
from scenes.look.style import LABEL, QUICK, SMALL, STROKE, palette
from scenes.mobjects.plots.growing_plot import GrowingPlot
from scenes.text.glyphs import format_number
from scenes.text.numbers import Number
from scenes.text.typeset import Words

MOST = 6  # metrics that are shown
FIRST_LOOK = 16  # the axis of steps reaches at first as far as this part of the training
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
        self.number.at(now)
        known = now >= metric.steps[0] and bool(np.isfinite(self.number.value)) and not over
        self.number.set_opacity(float(known))
        if self.ended:
            self.ended.set_opacity(float(over))


class LearningCurves(RunningBeat):
    """What did the training achieve, step by step?"""

    def open(self) -> None:
        names = sorted(self.recording.arrays, key=lambda name: ("loss" not in name, name))
        self.names, self.left_out = names[:MOST], len(names[MOST:])
        self.metrics = read_metrics(self.recording, self.names)
        self.measure()
        self.place_clock(self.steps(*self.names))
        self.panels = panels_of(self.metrics)
        self.plots: list[GrowingPlot] = []
        self.shown: list[_Shown] = []
        self.parts: list[Group] = []  # of each panel, all that stands there
        for panel, box in zip(self.panels, large_and_column(len(self.panels)), strict=True):
            self.place_panel(panel, box)
        told = self.remarks()
        self.remark = told.align_baseline(self.step) if told else None

    def measure(self) -> None:
        """Measure where curves end, over how many values their medians are, and how many curves there are."""
        stopped = {metric.called: metric.stopped for metric in self.metrics}
        how = N_("the first step after the last finite value, of curves that end before their last step")
        stopped = {name: step for name, step in stopped.items() if step is not None}
        self.ends = self.measured("ends", stopped, how, *self.names)
        windows = {metric.called: metric.window for metric in self.metrics if metric.window}
        how = N_("over how many values the running median is, of curves that scatter about it")
        self.windows = self.measured("windows", windows, how, *self.names)
        curves = {"shown": len(self.names), "all": len(self.names) + self.left_out}
        self.curves = self.measured("curves", curves, N_("metrics with a number at two steps or more"))

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
            values = self.series(self.film, f"{METRIC}{metric.name}")
            number = Number(float(values.values[0]), panel.form(metric), LABEL, color, fixed="right").follow(values)
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
        name = self.translate(NAMES[metric.called]) if metric.called in NAMES else metric.called
        return cut_to(room, name, lambda kept: Words(kept, NAME, color, because=Quoted(name)))

    def ended(self, metric: Metric, plot: GrowingPlot, row: int) -> Words | None:
        """Return the note that a curve ends, transparent at first; None where it goes on to the last step."""
        if metric.stopped is None:
            return None
        text, values = N_("no finite number\nfrom step {step} on"), {"step": metric.stopped}
        note = self.words(text, SMALL, palette().attention, because=self.ends, values=values, align="right")
        corner = [plot.axes.x_axis.line.get_end()[0], plot.axes.y_axis.line.get_end()[1] - 0.85 * row, 0]
        return note.move_to(corner, aligned_edge=UR).set_opacity(0)

    def remarks(self) -> Words | None:
        """Return the note on what was smoothed and left out, and on how curves are drawn; None where there is none."""
        told: list[tuple[str, Because, dict[str, object]]] = []
        if windows := sorted(set(self.windows.value.values())):
            counts = " / ".join(map(written, windows))
            told.append((N_("thin: each value; thick: median of {count} around it"), self.windows, {"count": counts}))
        if any(panel.logarithmic for panel in self.panels):
            told.append((N_("upright axis: logarithmic"), None, {}))
        if any(not np.array_equal(metric.steps, self.recorded_steps.steps) for metric in self.metrics):
            told.append((N_("numbers: as last recorded"), None, {}))
        if self.left_out:
            told.append((N_("{count} of {all} curves"), self.curves, {"count": MOST, "all": MOST + self.left_out}))
        return self.notes(told)

    # The film of it -----------------------------------------------------------------------------------------------

    def script(self) -> None:
        self.set_up()
        self.run_the_training()
        self.tell()

    def set_up(self) -> None:
        self.show_training(0.0, float(self.recorded_steps.steps[0]))
        self.showing_step(self.recorded_steps.steps[0])
        with self.say(N_("What did the training achieve, step by step?")) as line:
            parts: list[Mobject] = [*self.parts, Group(self.counter, *([self.remark] if self.remark else []))]
            self.play(LaggedStart(*[FadeIn(part) for part in parts], lag_ratio=0.3), run_time=line.remaining)

    def run_the_training(self) -> None:
        lines = [said(N_("Watch it run, slowly at first, then quickly."))]
        if self.windows.value:
            lines.append(said(N_("Single values jump about. The thick line is the median of those around.")))
        self.run(lines)

    def show_training(self, now: float, told: float) -> None:
        """Show all as it was recorded up to step `told`; the axis reaches to step `now`."""
        for plot in self.plots:
            plot.show(now, told)
        for shown in self.shown:
            shown.show(told)

    def tell(self) -> None:
        """Say what the first panel's first metric reached, and what the highest share was."""
        panel, metric = self.panels[0], self.panels[0].metrics[0]
        if metric.stopped is not None:
            because = self.ends.when(lambda ends: metric.called in ends)
            text = N_("From step {step} on {name} is no finite number, and its curve ends.")
            with self.say(text, because, name=metric.called, step=metric.stopped) as line:
                self.point_at(metric, line)
        else:
            with self.say(self.reached(panel, metric)) as line:
                self.trace_level(metric, line)
                self.point_at(metric, line)
        for best, shares in self.shares_to_tell():
            self.tell_highest(best, shares)

    def reached(self, panel: Panel, metric: Metric) -> Said:
        """Return the line that tells the last value of a metric, or the median of the last ones where they scatter."""
        count = metric.window // 2 + 1 if metric.window else 1
        last, value = int(metric.steps[-1]), float(metric.shown[-1])
        how = N_("the last value, or the median of the last ones where they scatter")
        told = {"name": metric.called, "step": last, "value": value, "count": count}
        reached = self.measured("reached", told, how, f"{METRIC}{metric.name}")
        rule = reached.when(lambda at: np.isfinite(at["value"]), N_("the last value is a finite number"))
        values = {"name": metric.called, "last": last, "value": format_number(value, panel.form(metric))}
        if metric.window:
            text = N_("At step {last}: {name} {value}, the median of its last {count} values.")
            return said(text, rule, **values, count=count)
        return said(N_("At step {last}: {name} {value}."), rule, **values)

    def trace_level(self, metric: Metric, line: Line) -> None:
        """Draw the level that a curve of the first panel has reached, from its end back to the axis."""
        plot = self.plots[0]
        tip = plot.place(float(metric.shown_steps[-1]), float(metric.shown[-1]))
        foot = np.array([plot.axes.y_axis.line.get_end()[0], tip[1], 0])
        level = DashedLine(tip, foot, stroke_width=STROKE, color=palette().attention)
        self.play(Create(level), run_time=line.fraction(0.5))

    def point_at(self, metric: Metric, line: Line) -> None:
        (shown,) = (one for one in self.shown if one.metric is metric)
        target = shown.ended if metric.stopped is not None and shown.ended else shown.number
        self.play(target.animate(rate_func=there_and_back).scale(1.2), run_time=max(2 * QUICK, line.fraction(0.4)))

    def shares_to_tell(self) -> Iterator[tuple[Metric, Panel]]:
        """Yield the first share whose values are shown as they are, and its panel."""
        panels = [panel for panel in self.panels if panel.shares]
        yield from [(metric, panel) for panel in panels for metric in panel.metrics if not metric.window][:1]

    def tell_highest(self, metric: Metric, panel: Panel) -> None:
        """Say at which step a share was highest, and ring that point of its curve."""
        step, value = metric.highest
        known = metric.values[np.isfinite(metric.values)]
        found = {"name": metric.called, "step": step, "value": value, "times": int((known == value).sum())}
        how = N_("its highest value, at which step it was first recorded, and how many times")
        highest = self.measured("highest", {**found, "of": len(known)}, how, f"{METRIC}{metric.name}")
        written_so = format_number(value, panel.form(metric))
        told = {"name": metric.called, "value": written_so, "step": step}
        line_of = self.choose(
            said(
                N_("At each step {name} was {value}."),
                highest.when(lambda was: was["times"] == was["of"]),
                name=metric.called,
                value=written_so,
            ),
            said(
                N_("The highest {name}, {value}, came at step {step}."),
                highest.when(lambda was: was["times"] == 1),
                **told,
            ),
            otherwise=said(
                N_("The highest {name}, {value}, came at step {step} first."),
                highest.when(lambda was: 1 < was["times"] < was["of"]),
                **told,
            ),
        )
        with self.say(line_of) as line:
            self.play(*self.ring(metric, panel, highest, told), run_time=line.fraction(0.6))

    def ring(self, metric: Metric, panel: Panel, because: Evidence, told: dict[str, object]) -> list[Animation]:
        """Return the animations that ring the highest point of a curve and write its value and step beside it."""
        plot = self.plots[self.panels.index(panel)]
        color = colors_of(panel)[panel.metrics.index(metric)]
        ring = Circle(radius=0.17, color=palette().attention, stroke_width=1.5 * STROKE)
        ring.move_to(plot.place(*metric.highest))
        text = N_("highest: {value}\nat step {step}")
        label = self.words(text, SMALL, color, because=because, values={"value": told["value"], "step": told["step"]})
        notes = [shown.ended for shown in self.shown if shown.ended and shown.metric in panel.metrics]
        return [Create(ring), FadeIn(clear_of(plot, label, ring, notes), shift=0.1 * UP)]
