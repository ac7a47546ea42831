"""Shows what the weights turned into: every recorded snapshot, first of the first layer, then of all side by side."""

from __future__ import annotations

import numpy as np
from manim import (
    LEFT,
    RIGHT,
    UP,
    Create,
    FadeIn,
    FadeOut,
    Group,
    LaggedStart,
    Transform,
    UpdateFromAlphaFunc,
    linear,
    there_and_back,
)
from manim.animation.animation import Animation

from scenes.animate.shared.layers import all_weights, passing_weights, shown_of
from scenes.animate.shared.own import OwnBeat
from scenes.animate.weights.measured import measure_weights, moved_told
from scenes.animate.weights.moved_rows import MovedRows, share_form
from scenes.animate.weights.panels import BOTTOM, LEFT_END, RIGHT_END, TOP, WeightPanel, color_key, weight_boxes
from scenes.animate.weights.views import moved_of, view_of
from scenes.beats.timeline import Said, said
from scenes.language.translation import N_
from scenes.look.style import LABEL, QUICK, SMALL, palette
from scenes.text.glyphs import format_number
from scenes.text.numbers import Number
from scenes.text.typeset import Words

ALONE = (LEFT_END + 1.2, BOTTOM, RIGHT_END - LEFT_END - 2.4, TOP - BOTTOM)  # where the first layer is seen alone
RUN = 5.0  # seconds that the training takes of the first layer, and then of all
COUNTER_Y, KEY_X, MOST_LEFT = -3.3, 1.0, 6.65
LOWEST = -3.66  # scene units, of a note


class WeightsLearning(OwnBeat):
    """What did the weights turn into?"""

    def open(self) -> None:
        names = all_weights(self.recording)
        self.total = len(names)
        self.views = [view_of(self.recording, name, name == names[0]) for name in shown_of(names)]
        self.moved = moved_of(self.recording, names)  # of all, also of those that are not shown
        self.evidence = measure_weights(self, self.views, self.moved, passing_weights(self.recording))
        self.alone = WeightPanel(self, self.views[0], self.evidence, ALONE, size=LABEL)
        self.key = color_key(self.views[0].scale, self.evidence.scales).move_to([KEY_X, COUNTER_Y, 0])
        steps = self.views[0].steps
        self.step = Number(int(steps[0]), "{:,.0f}", LABEL, fixed="right").follow(self.steps(self.views[0].array))
        self.step.move_to([RIGHT_END, COUNTER_Y, 0], aligned_edge=RIGHT)
        room = Number(int(steps[-1]), "{:,.0f}", LABEL).width
        word = self.words(N_("step"), SMALL, color=palette().muted)
        word.next_to(self.step.get_right() + room * LEFT, LEFT, buff=0.2).align_baseline(self.step)
        self.counter = Group(self.step, word)
        self.has_key = self.views[0].values.ndim == 4  # signed shades rather than colours
        self.first = int(steps[0])
        self.panels: list[WeightPanel] = []
        self.remark = self.remarks([self.alone])

    def script(self) -> None:
        self.show_the_start()
        self.run([self.alone], self.told_while_running())
        if len(self.views) > 1:
            self.show_the_others()
            self.run(self.panels, said(N_("Now the layers run at once, with scales of their own.")))
        else:
            self.panels = [self.alone]
        self.compare()
        self.answer()

    # The first layer ----------------------------------------------------------------------------------------------

    def show_the_start(self) -> None:
        question = N_("What did the weights of the first layer turn into?")
        several = len(self.views) > 1 and self.recording.structure is not None
        self.showing_step(self.first)
        with self.say(question if several else N_("What did the weights turn into?")) as line:
            self.play(FadeIn(self.alone.name_told), Create(self.alone.frames), run_time=1.0)
            self.play(Create(self.alone.table), FadeIn(self.alone.told), run_time=max(1.2, line.remaining))
        start = N_("This is how they start: blue is positive, red negative, black zero.")
        with self.say(N_("This is how they start, as colours: grey is zero.") if not self.has_key else start):
            shown = [FadeIn(self.alone.scale_told), FadeIn(self.counter), FadeIn(self.remark)]
            self.play(*shown, *([FadeIn(self.key, shift=0.2 * UP)] if self.has_key else []), run_time=QUICK)

    def told_while_running(self) -> Said:
        both = self.evidence.snapshots.when(lambda are: are["all"] == 2)
        return self.choose(
            said(N_("Two moments were recorded: this is how one turns into the other."), both),
            otherwise=said(N_("Now the training runs, from snapshot to snapshot.")),
        )

    def run(self, panels: list[WeightPanel], text: Said) -> None:
        """Let the snapshots pass, at an even pace, in all panels at once."""
        view = self.views[0]

        def show(_: Group, share: float) -> None:
            for panel in panels:
                panel.show(share)
            step = view.step(share * (len(view.steps) - 1))
            self.step.at(step)
            self.showing_step(step)

        with self.say(text) as line:
            moving = Group(*[panel.table for panel in panels], self.step)
            self.play(UpdateFromAlphaFunc(moving, show, rate_func=linear), run_time=max(RUN, line.remaining))

    # All layers ---------------------------------------------------------------------------------------------------

    def show_the_others(self) -> None:
        """Bring the first layer to its place, back at its start, and the others beside it, one after the other."""
        self.panels = [
            WeightPanel(self, view, self.evidence, box, among=[one.name for one in self.views])
            for view, box in zip(self.views, weight_boxes(len(self.views)), strict=True)
        ]
        first = self.panels[0]
        others = [FadeIn(panel, shift=0.4 * RIGHT) for panel in self.panels[1:]]
        remark = self.remarks(self.panels)
        with self.say(N_("Back to the start, and the other layers with it.")) as line:
            self.step.at(self.first)
            self.showing_step(self.first)
            self.play(
                Transform(self.alone.table, first.table.copy()),
                Transform(self.alone.frames, first.frames.copy()),
                FadeOut(self.alone.texts(), self.remark),
                *([FadeOut(self.key)] if self.has_key else []),
                run_time=1.0,
            )
            self.remove(self.alone, self.alone.table, self.alone.frames)
            self.add(first.table, first.frames)
            self.play(
                FadeIn(first.texts()),
                LaggedStart(*others, lag_ratio=0.35),
                FadeIn(remark),
                run_time=max(1.6, line.remaining),
            )
        self.remark = remark

    def remarks(self, panels: list[WeightPanel]) -> Words:
        """Return the note on what the panels' numbers are, and on the rules by which something was left out."""
        found = self.evidence
        told = [self.translate(N_("±: full colour, stronger weights too"))]
        if any(line.largest for panel in panels for line in panel.view.told):
            told.append(self.translate(N_("largest: by norm at the end")))
        if any(panel.view.aside for panel in panels):
            told.append(self.translate(N_("set apart: biases")))
        if found.snapshots.value["shown"] < found.snapshots.value["all"]:
            count = found.snapshots.value
            told.append(
                self.translate(N_("{count} of {all} snapshots, evenly"), count=count["shown"], all=count["all"])
            )
        if len(panels) > 1 and len(self.views) < self.total:
            text = N_("{count} of {all} sets of weights, evenly from first to last")
            told.append(self.translate(text, count=len(self.views), all=self.total))
        if count := found.sets.value["passing"]:
            told.append(self.translate(N_("came or went meanwhile, not shown: {count}"), count=count))
        beside = 1 if panels == [self.alone] else 2  # statements in a line: the key takes its room
        lines = [" · ".join(told[row : row + beside]) for row in range(0, len(told), beside)]
        because = (found.scales, found.parts, found.snapshots, found.sets)
        note = Words("\n".join(lines), SMALL, palette().muted, align="left", because=because)
        note.move_to([-MOST_LEFT, COUNTER_Y, 0], aligned_edge=LEFT)
        return note.shift(max(0.0, LOWEST - note.get_bottom()[1]) * UP)

    # How far they went --------------------------------------------------------------------------------------------

    def compare(self) -> None:
        """Turn the panels into rows, with room for a bar beside each picture."""
        self.rows = MovedRows(self.views, self.translate(N_("not finite")), self.evidence.moved)
        several = len(self.views) > 1
        with self.say(N_("How far did they go from their start?")) as line:
            flown = [self.fly(panel, row) for row, panel in enumerate(self.panels)]
            gone = [FadeOut(panel.texts(), panel.frames) for panel in self.panels]
            gone += [FadeOut(self.key)] if self.has_key and not several else []
            self.play(
                *flown,
                *gone,
                FadeOut(self.counter, self.remark),
                run_time=1.2,
            )
            self.remark = self.measure_told()
            self.play(FadeIn(self.rows.names, self.rows.tracks, self.remark), run_time=max(QUICK, line.remaining))

    def fly(self, panel: WeightPanel, row: int) -> Animation:
        """Return an animation that brings a panel's picture to its row."""
        center, width, height = self.rows.room(row)
        table = panel.table
        return table.animate.scale(min(width / table.width, height / table.height)).move_to(center)

    def measure_told(self) -> Words:
        """Return the note on what the bars measure."""
        told = [
            self.translate(N_("length of the change since step {step}, by the length at the start"), step=self.first)
        ]
        known = self.moved[np.isfinite(self.moved)]
        if len(self.views) < self.total and len(known):
            low, high = (format_number(float(end), share_form(known)) for end in (known.min(), known.max()))
            told.append(self.translate(N_("all {count} sets: {low} to {high}"), count=self.total, low=low, high=high))
        if any(np.isinf(view.moved) for view in self.views):
            told.append(self.translate(N_("all zero at the start: no such share")))
        if any(view.part for view in self.views):
            told.append(self.translate(N_("where a part was recorded: of that part")))
        lines = [told[0], " · ".join(told[1:])] if told[1:] else told
        because = (self.evidence.snapshots, self.evidence.moved, self.evidence.everywhere)
        note = Words("\n".join(lines), SMALL, palette().muted, align="left", because=because)
        note.move_to([-MOST_LEFT, COUNTER_Y, 0], aligned_edge=LEFT)
        return note.shift(max(0.0, LOWEST - note.get_bottom()[1]) * UP)

    def answer(self) -> None:
        """Say which layer went furthest and which least, and let their bars grow."""
        with self.say(N_("A bar tells the change, by the length at the start.")) as line:
            seconds = max(1.6, line.remaining)
            self.play(*self.rows.animate_bars(seconds), FadeIn(self.rows.numbers, run_time=seconds))
        told, rows = moved_told(self.evidence.moved, self.views)
        with self.say(told) as line:
            for row, color in zip(rows, (palette().attention, palette().text), strict=False):
                self.point_at(row, line.fraction(0.5) if row != rows[-1] else line.remaining, color)

    def point_at(self, row: int, seconds: float, color: str) -> None:
        """Colour a row's bar and number, and let the number grow for a moment."""
        marked = [part[row].animate.set_fill(color) for part in (self.rows.names, self.rows.bars)]
        number = self.rows.numbers[row].set_color(color)
        self.play(*marked, number.animate(rate_func=there_and_back).scale(1.2), run_time=seconds)
