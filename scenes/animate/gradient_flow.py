"""How strong the learning signal was in every layer, snapshot by snapshot, and whether it came as far as the first."""

from __future__ import annotations

import numpy as np
from manim import LEFT, UP, Create, FadeIn, FadeOut, LaggedStart, UpdateFromAlphaFunc, linear

from scenes.animate.gradient_norms import norms_of_outputs, norms_of_parameters
from scenes.animate.gradient_panel import HEAD_Y, LEFT_END, NOTE_Y, GradientPanel
from scenes.animate.gradient_verdict import Verdict, verdict_on
from scenes.animate.own import OwnBeat
from scenes.mobjects.typeset import Words
from scenes.style import QUICK, SMALL, palette
from scenes.translation import N_

RUN = 4.8  # seconds that the training takes


class GradientFlow(OwnBeat):
    """Did the learning signal reach every layer?"""

    def open(self) -> None:
        of_parameters, of_outputs = norms_of_parameters(self.recording), norms_of_outputs(self.recording)
        heads = (N_("gradient of each layer's weights: its length"), N_("gradient at each layer's output: its length"))
        parts = zip((of_parameters, of_outputs), heads, strict=True)
        self.panels = [GradientPanel(self, norms, head) for norms, head in parts if norms is not None]
        self.both = len(self.panels) > 1

    def script(self) -> None:
        self.set_up(self.panels[0])
        self.run(self.panels[0], N_("On the right, the same as bars, in powers of ten."))
        self.conclude(self.panels[0])
        if self.both:
            self.go_on_to(self.panels[1])
            self.run(self.panels[1], N_("It comes from the loss, at the bottom, and goes up from layer to layer."))
            self.conclude(self.panels[1])

    def set_up(self, panel: GradientPanel) -> None:
        """Let the names appear from the output, where the signal starts, to the input."""
        with self.say(N_("Did the learning signal reach every layer?")) as line:
            names = [FadeIn(name, shift=0.15 * UP) for name in reversed(panel.names)]
            self.play(LaggedStart(*names, lag_ratio=0.2), Create(panel.frame), run_time=max(1.5, line.left))
        self.note_now = self.remarks(panel)
        several = N_("Each row is a layer, the input at the top. Brighter is stronger.")
        alone = N_("There is one layer. Brighter is stronger.")
        with self.say(several if len(panel.norms.names) > 1 else alone) as line:
            self.play(FadeIn(panel.head), FadeIn(panel.marks, shift=0.1 * UP), run_time=line.share(0.3))
            shown = [FadeIn(panel.bars), FadeIn(panel.now), FadeIn(self.note_now)]
            self.add(panel.heat)
            self.play(*shown, run_time=QUICK)

    def run(self, panel: GradientPanel, text: str) -> None:
        """Let the snapshots pass at an even pace."""
        with self.say(text) as line:
            passing = UpdateFromAlphaFunc(panel, lambda _, share: panel.show(share), rate_func=linear)
            self.play(passing, run_time=max(RUN, line.left))

    def conclude(self, panel: GradientPanel) -> None:
        """Show the medians of the whole training, and say what they are."""
        median = self.words(N_("median of all snapshots"), SMALL, color=palette().muted)
        median.move_to(panel.now[0], aligned_edge=LEFT).set_y(HEAD_Y)
        verdict = verdict_on(panel.norms)
        with self.say(verdict.text, **verdict.values) as line:
            self.play(FadeOut(panel.now, shift=0.2 * UP), FadeIn(median, shift=0.2 * UP), run_time=QUICK)
            self.play(panel.animate_medians(), run_time=1.2)
            self.mark(panel, verdict, line.left)

    def mark(self, panel: GradientPanel, verdict: Verdict, seconds: float) -> None:
        """Colour the layers that are spoken of, and write their medians beside them."""
        numbers, (names, gone) = panel.told_of(verdict.layers), panel.marked_names(verdict.layers)
        if not verdict.layers:
            self.wait(max(0.3, seconds))
            return
        dots = [panel.bars.dots[layer].animate.set_color(palette().attention).scale(1.3) for layer in verdict.layers]
        dimmed = [FadeOut(name) for name in gone]
        self.play(*dots, *dimmed, FadeIn(names), FadeIn(numbers), run_time=QUICK)
        self.wait(max(0.3, seconds - QUICK))

    def go_on_to(self, panel: GradientPanel) -> None:
        """Put the other picture in the place of the first."""
        note = self.remarks(panel)
        with self.say(N_("And how did the loss depend on what each layer puts out?")) as line:
            old = [mobject for mobject in self.mobjects if mobject is not panel]
            self.play(*[FadeOut(mobject) for mobject in old], run_time=QUICK)
            names = [FadeIn(name, shift=0.15 * UP) for name in reversed(panel.names)]
            self.play(LaggedStart(*names, lag_ratio=0.2), Create(panel.frame), run_time=1.2)
            self.add(panel.heat)
            rest = [FadeIn(part) for part in (panel.head, panel.marks, panel.bars, panel.now, note)]
            self.play(*rest, run_time=max(QUICK, line.left))

    def remarks(self, panel: GradientPanel) -> Words:
        """Return what a column is, what was left out, and what colours mean beyond white."""
        norms = panel.norms
        layers, snapshots = norms.total
        told = [self.tr(N_("a column for each snapshot"))]
        if len(norms.steps) + len(norms.late) < snapshots:
            text = N_("a column for {count} of {all} snapshots, evenly")
            told = [self.tr(text, count=len(norms.steps) + len(norms.late), all=snapshots)]
        if len(norms.names) < layers:
            told.append(self.tr(N_("{count} of {all} layers, evenly"), count=len(norms.names), all=layers))
        if panel.every > 1:
            told.append(self.tr(N_("a name for 1 layer in {count}"), count=panel.every))
        if norms.late:
            told.append(self.tr(N_("none before step {step}"), step=int(norms.steps[0])))
        if norms.part:
            told.append(self.tr(N_("of large ones the part that was recorded")))
        if (norms.values == 0).any():
            told.append(self.tr(N_("yellow: exactly 0")))
        if not np.isfinite(norms.values).all():
            told.append(self.tr(N_("red: none, or no finite number")))
        lines = [" · ".join(told[:2]), " · ".join(told[2:])]
        note = Words("\n".join(line for line in lines if line), SMALL, palette().muted, align="left")
        return note.move_to([LEFT_END, NOTE_Y, 0], aligned_edge=LEFT)
