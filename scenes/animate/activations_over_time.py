"""Shows how the values of each layer are spread while the model learns, and which units have stopped answering."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from manim import LEFT, UP, Create, FadeIn, Group, TransformFromCopy, there_and_back

from scenes.animate.activity.activity import MOSTLY, QUANTILES, Activity, read_activity
from scenes.animate.activity.hidden_layers import RECTIFIED, called, count_of_layers, layers_of
from scenes.animate.activity.panel import CLEAR, LOW, ActivityPanel, activity_boxes
from scenes.animate.shared.own import Remark
from scenes.animate.shared.running import RunningBeat
from scenes.beats.timeline import Line, Said, said
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.look.style import DIMMED, LABEL, QUICK, palette
from scenes.mobjects.plots.free_place import first_free, lines_over
from scenes.text.typeset import Words

SPOKEN = 24  # letters of a layer's name, in a sentence
ALIKE = 1.05  # a spread that changed by less is not worth a sentence of its own
DOTS = {  # what a dot is, by which of the layers that have dots rectify
    frozenset({True}): N_("A dot is a unit. It goes out while it is silent for the probes."),
    frozenset({False}): N_("A dot is a unit. It goes out while it is stuck at an end of its range."),
    frozenset({True, False}): N_("A dot is a unit. It goes out while it is silent, or stuck at an end."),
}
SHADED = {
    frozenset({True}): N_("fainter: answers to fewer probes"),
    frozenset({False}): N_("fainter: stuck more often"),
    frozenset({True, False}): N_("fainter: silent or stuck more often"),
}


class ActivationsOverTime(RunningBeat):
    """How alive is each layer?"""

    def open(self) -> None:
        recording = self.recording
        layers = layers_of(recording)
        bent = any(layer.bent for layer in layers)
        self.of_layers = count_of_layers(recording.structure, bent) if recording.structure else len(layers)
        self.activities = [read_activity(recording, layer) for layer in layers]
        looked_at = np.unique(np.concatenate([activity.steps for activity in self.activities]))
        self.place_clock(self.steps(*[layer.array for layer in layers]).only(looked_at))
        self.measure()
        self.place_panels(LOW)
        self.remark = self.notes(self.remarks())
        if self.remark and (top := self.remark.get_top()[1] + CLEAR) > LOW:
            self.place_panels(top)
        self.show_share(0.0)

    def place_panels(self, low: float) -> None:
        """Put a panel for each layer where it belongs, none below `low`, scene units."""
        boxes = activity_boxes(len(self.activities), low)
        names = [called(activity.layer, len(activity.layer.name)) for activity in self.activities]
        self.panels = [
            ActivityPanel(self, activity, box, self.last, self.has_channels(activity), self.silent, names)
            for activity, box in zip(self.activities, boxes, strict=True)
        ]

    def has_channels(self, activity: Activity) -> bool:
        return "channel" in self.recording.arrays[activity.layer.array].axes

    # What is measured -----------------------------------------------------------------------------------------------

    def measure(self) -> None:
        """Measure how values are spread at the end, how many units are out at each step, and what results from both."""
        ends = {activity.layer.array: activity.quantiles[-1].tolist() for activity in self.activities}
        how = N_("the numbers below which so many percent of a layer's values lie, at the last step looked at")
        percents = [100 * share for share in QUANTILES]
        self.bands = self.measured("bands", {"percents": percents, "numbers": ends}, how)
        watched = [activity for activity in self.activities if activity.free.shape[1]]
        self.kinds = frozenset(one.layer.bent == RECTIFIED for one in watched)
        out = {
            one.layer.array: {"units": one.units, "steps": one.steps.tolist(), "out": one.counts.tolist()}
            for one in watched
        }
        how = N_("units that are 0 for all probes, or in over 95 % of cases nearer to an end than 0.5 % of their range")
        self.silent = self.measured("silent", out, how)
        self.end = self.measure_end(watched)
        self.spread = self.measure_spread()

    def measure_end(self, watched: list[Activity]) -> Measured | None:
        """Return how many units are out at the end, in the layer where their share is largest; None without units."""
        if not watched:
            return None
        worst = self.worst = max(watched, key=lambda one: one.counts[-1] / one.units)
        value = {
            "layer": called(worst.layer, SPOKEN),
            "count": int(worst.counts[-1]),
            "units": worst.units,
            "probes": worst.probes,
            "rectified": sum(one.layer.bent == RECTIFIED for one in watched),
            "layers": len(watched),
            "share": MOSTLY,
        }
        how = N_("units that are out at the last step looked at, in the layer with the largest share of them")
        return self.measured("end", value, how)

    def measure_spread(self) -> Measured | None:
        """Return how the widths of the bands changed, in the layer where by most; None where that cannot be told."""
        times = [growth_of(activity) for activity in self.activities]
        if not all(times):
            return None
        self.changed = int(np.abs(np.log(times)).argmax())
        layer = called(self.activities[self.changed].layer, SPOKEN)
        value = {"layer": layer, "times": times[self.changed], "percent": round(100 * (ALIKE - 1))}
        how = N_("from 5 to 95 % of its values: the width at the end by that at first, where it changed by most")
        return self.measured("spread", value, how)

    # What is said in small print ------------------------------------------------------------------------------------

    def remarks(self) -> Iterator[Remark]:
        """Yield notes on what the bands and the dots are, and on what of the model is not shown or was not recorded."""
        texts = (
            N_("line: median · strong band: the middle half · pale band: from 5 to 95 %"),
            N_("line: median · strong band: the middle half · pale band: from 5 to 95 % · dot: a unit"),
            N_("line: median · strong band: the middle half · pale band: from 5 to 95 % · dot: a channel"),
        )
        dotted = [panel.channels for panel in self.panels if panel.dots is not None]
        yield texts[0 if not dotted else 1 + all(dotted)], self.bands, {}
        if dotted:
            yield SHADED[self.kinds], self.silent, {}
        if self.of_layers > len(self.panels):
            counts: dict[str, object] = {"count": len(self.panels), "all": self.of_layers}
            how = N_("layers that bend their values, or compute anything where none does")
            yield N_("{count} of {all} layers, picked evenly"), self.measured("layers", counts, how), counts
        if any(panel.left_out for panel in self.panels):
            dots = {panel.activity.layer.array: panel.activity.units for panel in self.panels if panel.left_out}
            how = N_("units of layers that have more than there is room for: those out at the most steps have a dot")
            yield N_("dots: the units that were out most often"), self.measured("dots", dots, how), {}
        yield from self.sampled()

    def sampled(self) -> Iterator[Remark]:
        """Yield notes on what of the layers shown was not recorded whole."""
        rules = [self.recording.sampled(activity.layer.array) for activity in self.activities]
        mine = [rule for rule in rules if rule]
        if any("batch" in rule["every"] for rule in mine):
            probes = [activity.probes for activity in self.activities]
            values: dict[str, object] = {"least": min(probes), "most": max(probes), "all": mine[0]["of"][0]}
            lines = (N_("{least} to {most} of {all} probes recorded"), N_("{most} of {all} probes recorded"))
            how = N_("probes recorded of the layers shown, and all probes")
            yield lines[min(probes) == max(probes)], self.measured("probes", values, how), values
        if any(set(rule["every"]) - {"batch"} for rule in mine):
            yield N_("units or places in part"), None, {}

    # The film of it -------------------------------------------------------------------------------------------------

    def script(self) -> None:
        self.set_up()
        text = N_("The line is a layer's median. The bands tell how its values are spread.")
        self.run([said(text, self.bands), *self.of_the_dots()])
        if self.tell_the_end_of_numbers():
            return
        self.tell_the_spread()
        self.answer()

    def set_up(self) -> None:
        with self.say(N_("How alive are the layers while the model learns?")) as line:
            told = [self.remark] if self.remark else []
            parts = [*(panel.parts for panel in self.panels), Group(self.counter, *told)]
            for left, part in zip(range(len(parts), 0, -1), parts, strict=True):  # one by one: it is drawn much faster
                self.play(FadeIn(part), run_time=max(0.3, line.remaining / left))

    def of_the_dots(self) -> list[Said]:
        """Return the line that tells what a dot is; [] where there are none."""
        return [said(DOTS[self.kinds], self.silent)] if self.kinds else []

    def show_training(self, now: float, told: float) -> None:
        """Show the bands as they are at step `now`, dots and counts as they were recorded last up to step `told`."""
        for panel in self.panels:
            panel.show(now, told)

    # What came of it ------------------------------------------------------------------------------------------------

    def tell_the_end_of_numbers(self) -> bool:
        """Say from when on a layer has no finite numbers, if one has; return whether."""
        broken = [(panel.activity.stopped, panel) for panel in self.panels if panel.activity.stopped is not None]
        if not broken:
            return False
        step, panel = min(broken, key=lambda pair: pair[0])
        activity, name = panel.activity, called(panel.activity.layer, SPOKEN)
        finite = int(np.isfinite(activity.quantiles[activity.steps >= step]).sum())
        how = N_("the step from which on a layer has values that are no finite numbers, of the first that has such")
        stopped = self.measured("stopped", {"layer": name, "step": step, "finite": finite}, how)
        reason = N_("none of its bands from this step on is of finite numbers")
        text = N_("From step {step} on {layer} gives no finite numbers, and its band ends.")
        because = stopped.when(lambda was: was["finite"] == 0, reason)
        with self.say(text, because, result=True, step=step, layer=name) as line:
            self.point_at(panel, line.fraction(0.8))
        return True

    def tell_the_spread(self) -> None:
        """Say whose values came to spread most, or least, compared with the first snapshot; or that none did much."""
        if self.spread is None:
            return
        was = self.spread.value
        grown = N_("The values of {layer} now spread {times} times as wide as at first.")
        drawn = N_("The values of {layer} have drawn together, to {share} of their first width.")
        alike = N_("The widths have changed by less than {share}.")
        told = {"layer": was["layer"]}
        line_of = self.choose(
            said(grown, self.spread.when(lambda was: was["times"] >= ALIKE), times=f"{was['times']:.1f}", **told),
            said(drawn, self.spread.when(lambda was: was["times"] <= 1 / ALIKE), share=f"{was['times']:.0%}", **told),
            otherwise=said(
                alike,
                self.spread.when(lambda was: 1 / ALIKE < was["times"] < ALIKE, N_("also where it changed by most")),
                share=f"{was['percent']} %",
            ),
        )
        with self.say(line_of) as line:
            if line_of.text != alike:
                times = f"× {was['times']:.1f}" if was["times"] > 1 else f"{was['times']:.0%}"
                self.compare_widths(self.panels[self.changed], times, line)

    def compare_widths(self, panel: ActivityPanel, told: str, line: Line) -> None:
        """Take the width of the band at the first snapshot and carry it to the last, where it changes."""
        first, last = panel.width_at(0), panel.width_at(-1)
        label = Words(told, LABEL, palette().attention, because=self.spread)
        label.next_to(last, LEFT, buff=0.12)
        spots = [label.get_center() + share * last.height * UP for share in (0.25, -0.25, 0.4, -0.4, 0.0)]
        beyond = (last.height / 2 + label.height / 2 + 0.1) * UP  # the band, where there is no room in it
        spots += [label.get_center() + beyond, label.get_center() - beyond]
        heading = [line for text in panel.heading for line in lines_over(text)]
        label.move_to(first_free(label, spots, [*panel.medians, *panel.edges, *heading]))
        self.play(Create(first), panel.name.animate.set_color(palette().attention), run_time=line.fraction(0.25))
        self.play(TransformFromCopy(first, last), first.animate.set_stroke(opacity=DIMMED), run_time=line.fraction(0.4))
        self.play(FadeIn(label, shift=0.15 * LEFT), run_time=line.fraction(0.2))

    def answer(self) -> None:
        """Say in which layer most units are out at the end, and ring them."""
        if self.end is None:
            return
        alive = N_("none out in the layer with the largest share")
        values = {name: self.end.value[name] for name in ("count", "units", "layer")}
        panel = self.panels[self.activities.index(self.worst)]
        rectified = self.worst.layer.bent == RECTIFIED
        lines = (
            N_("At the end {count} of {units} units of {layer} are stuck in over 95 % of cases."),
            N_("At the end {count} of {units} units of {layer} answer to none of the {probes} probes."),
        )
        values |= {"probes": self.end.value["probes"]} if rectified else {}
        none = self.end.when(lambda are: are["count"] == 0, alive)
        line_of = self.choose(
            said(
                N_("At the end each unit answers to some probe: none has gone out."),
                self.end.when(lambda are: are["count"] == 0 and are["rectified"] == are["layers"], alive),
            ),
            said(N_("At the end none of the units is silent, or stuck in over 95 % of cases."), none),
            otherwise=said(lines[rectified], self.end.when(lambda are: are["count"] > 0), **values),
        )
        with self.say(line_of, result=True) as line:
            rings = [ring for one in self.panels if (ring := one.rings()) is not None]
            if rings:
                self.play(*[Create(ring) for ring in rings], run_time=line.fraction(0.4))
            else:
                dots = [one.dots for one in self.panels if one.dots is not None]
                glow = [each.animate(rate_func=there_and_back).set_opacity(0.4) for each in dots]
                self.play(*glow, run_time=line.fraction(0.8))
            if rings and panel.number is not None:
                self.play(panel.number.animate(rate_func=there_and_back).scale(1.4), run_time=2 * QUICK)

    def point_at(self, panel: ActivityPanel, seconds: float) -> None:
        name = panel.name.animate(rate_func=there_and_back).set_color(palette().attention)
        tips = panel.plot.tips.animate(rate_func=there_and_back).scale(2.0)
        self.play(name, tips, run_time=seconds)


def growth_of(activity: Activity) -> float:
    """Return the width of the spread of values at the end by that at first; 0 where that cannot be told."""
    first, last = activity.spread[0], activity.spread[-1]
    return float(last / first) if first > 0 and last > 0 else 0.0
