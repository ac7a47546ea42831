"""How alive each layer is while the model learns: how its values are spread, and which units have stopped to answer."""

from __future__ import annotations

import numpy as np
from manim import DL, LEFT, UP, Create, FadeIn, Group, TransformFromCopy, there_and_back

from scenes.animate.activity import Activity, read_activity
from scenes.animate.activity_panel import ActivityPanel, panel_boxes
from scenes.animate.hidden_layers import RECTIFIED, called, count_of_layers, layers_of
from scenes.animate.running import RunningBeat
from scenes.chapter import Line
from scenes.mobjects.typeset import Words
from scenes.style import DIMMED, LABEL, MARGIN, QUICK, SMALL, palette
from scenes.timeline import Said
from scenes.translation import N_

SPOKEN = 24  # letters of a layer's name, in a sentence
ALIKE = 1.05  # a spread that changed by less is not worth a sentence


class ActivationsOverTime(RunningBeat):
    """How alive is each layer?"""

    def open(self) -> None:
        recording = self.recording
        layers = layers_of(recording)
        bent = any(layer.bent for layer in layers)
        self.of_layers = count_of_layers(recording.structure, bent) if recording.structure else len(layers)
        self.activities = [read_activity(recording, layer) for layer in layers]
        self.place_clock(self.steps(*[activity.layer.array for activity in self.activities]))
        boxes = panel_boxes(len(layers))
        self.panels = [
            ActivityPanel(self, activity, box, self.last, "channel" in recording.arrays[activity.layer.array].axes)
            for activity, box in zip(self.activities, boxes, strict=True)
        ]
        self.remark = Words("\n".join(self.remarks()), SMALL, palette().muted, align="left")
        self.remark.to_corner(DL, buff=MARGIN)
        self.show_share(0.0)

    # What is said in small print ------------------------------------------------------------------------------------

    def remarks(self) -> list[str]:
        """Return what the bands are, and what was left out or recorded in part."""
        texts = (
            N_("line: median · strong band: the middle half · pale band: from 5 to 95 %"),
            N_("line: median · strong band: the middle half · pale band: from 5 to 95 % · dot: a unit"),
            N_("line: median · strong band: the middle half · pale band: from 5 to 95 % · dot: a channel"),
        )
        dotted = [panel.channels for panel in self.panels if panel.dots is not None]
        lines = [self.tr(texts[0 if not dotted else 1 + all(dotted)])]
        partly = []
        if self.of_layers > len(self.panels):
            text = N_("{count} of {all} layers, picked evenly")
            partly.append(self.tr(text, count=len(self.panels), all=self.of_layers))
        if any(panel.left_out for panel in self.panels):
            partly.append(self.tr(N_("dots: the units that were out most often")))
        return [*lines, " · ".join([*partly, *self.sampled()])] if partly or self.sampled() else lines

    def sampled(self) -> list[str]:
        """Return what of the layers shown was not recorded whole."""
        rules = self.recording.config.get("sampled") or {}
        mine = [rules[activity.layer.array] for activity in self.activities if activity.layer.array in rules]
        told = []
        if any("batch" in rule["every"] for rule in mine):
            probes = [activity.probes for activity in self.activities]
            values = {"least": min(probes), "most": max(probes), "all": mine[0]["of"][0]}
            lines = (N_("{least} to {most} of {all} probes recorded"), N_("{most} of {all} probes recorded"))
            told.append(self.tr(lines[min(probes) == max(probes)], **values))
        if any(set(rule["every"]) - {"batch"} for rule in mine):
            told.append(self.tr(N_("units or places in part")))
        return told

    # The film of it -------------------------------------------------------------------------------------------------

    def script(self) -> None:
        self.set_up()
        text = N_("The line is a layer's median value. Half of all its values lie in the strong band.")
        self.run([Said(line) for line in (text, *self.of_the_dots())])
        if self.tell_the_end_of_numbers():
            return
        self.tell_the_spread()
        self.answer()

    def set_up(self) -> None:
        with self.say(N_("How alive is each layer while the model learns?")) as line:
            parts = [*(panel.parts for panel in self.panels), Group(self.counter, self.remark)]
            for left, part in zip(range(len(parts), 0, -1), parts, strict=True):  # one by one: it is drawn much faster
                self.play(FadeIn(part), run_time=max(0.3, line.left / left))

    def of_the_dots(self) -> list[str]:
        """Return what a dot is; nothing where there are none."""
        kinds = {activity.layer.bent == RECTIFIED for activity in self.activities if activity.free.shape[1]}
        if not kinds:
            return []
        if kinds == {True}:
            return [N_("Each dot is one unit. It goes out when it answers to no probe at all.")]
        if kinds == {False}:
            return [N_("Each dot is one unit. It goes out when it is stuck at an end of its range.")]
        return [N_("Each dot is one unit. It goes out when it is silent, or stuck at an end.")]

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
        text = N_("From step {step} on {layer} gives no finite number, and its band ends.")
        with self.say(text, step=step, layer=called(panel.activity.layer, SPOKEN)) as line:
            self.point_at(panel, line.share(0.8))
        return True

    def tell_the_spread(self) -> None:
        """Say whose values came to spread most, or least, compared with the first snapshot."""
        grown = [(growth_of(panel.activity), panel) for panel in self.panels]
        times, panel = max(grown, key=lambda pair: abs(np.log(pair[0])))
        if 1 / ALIKE < times < ALIKE:
            return
        lines = (
            N_("The values of {layer} now spread {times} times as wide as at first."),
            N_("The values of {layer} have drawn together, to {share} of their first width."),
        )
        told = {"times": f"{times:.1f}"} if times > 1 else {"share": f"{times:.0%}"}
        with self.say(lines[times < 1], layer=called(panel.activity.layer, SPOKEN), **told) as line:
            self.compare_widths(panel, f"× {times:.1f}" if times > 1 else f"{times:.0%}", line)

    def compare_widths(self, panel: ActivityPanel, told: str, line: Line) -> None:
        """Take the width of the band at the first snapshot and carry it to the last, where it changes."""
        first, last = panel.width_at(0), panel.width_at(-1)
        label = Words(told, LABEL, palette().attention)
        label.next_to(last, LEFT, buff=0.12).shift(0.25 * last.height * UP)  # off the median
        self.play(Create(first), panel.name.animate.set_color(palette().attention), run_time=line.share(0.25))
        self.play(TransformFromCopy(first, last), first.animate.set_stroke(opacity=DIMMED), run_time=line.share(0.4))
        self.play(FadeIn(label, shift=0.15 * LEFT), run_time=line.share(0.2))

    def answer(self) -> None:
        """Say in which layer most units are out at the end, and ring them."""
        watched = [panel for panel in self.panels if panel.dots is not None]
        if not watched:
            return
        panel = max(watched, key=lambda one: one.activity.counts[-1] / one.activity.units)
        activity = panel.activity
        rectified = activity.layer.bent == RECTIFIED
        if not activity.counts[-1]:
            lines = (
                N_("At the end none of the units is stuck: each is free to answer."),
                N_("At the end none has gone out: each unit answers to some probe."),
            )
            with self.say(lines[rectified]) as line:
                dots = [one.dots for one in watched if one.dots is not None]
                glow = [each.animate(rate_func=there_and_back).set_opacity(0.4) for each in dots]
                self.play(*glow, run_time=line.share(0.8))
            return
        lines = (
            N_("At the end {count} of {units} units of {layer} are stuck in over 95 % of cases."),
            N_("At the end {count} of {units} units of {layer} answer to none of the {probes} probes."),
        )
        values = {"count": int(activity.counts[-1]), "units": activity.units, "probes": activity.probes}
        with self.say(lines[rectified], layer=called(panel.activity.layer, SPOKEN), **values) as line:
            rings = [ring for one in watched if (ring := one.rings()) is not None]
            self.play(*[Create(ring) for ring in rings], run_time=line.share(0.4))
            if panel.number is not None:
                self.play(panel.number.animate(rate_func=there_and_back).scale(1.4), run_time=2 * QUICK)

    def point_at(self, panel: ActivityPanel, seconds: float) -> None:
        name = panel.name.animate(rate_func=there_and_back).set_color(palette().attention)
        tips = panel.plot.tips.animate(rate_func=there_and_back).scale(2.0)
        self.play(name, tips, run_time=seconds)


def growth_of(activity: Activity) -> float:
    """Return how many times as wide as at first values are spread at the end; 1 where that cannot be told."""
    first, last = activity.spread[0], activity.spread[-1]
    return float(last / first) if first > 0 and last > 0 else 1.0
