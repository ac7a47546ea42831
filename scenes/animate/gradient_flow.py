"""Shows how strong the gradients were in every layer, snapshot by snapshot, and whether they reached the first."""

from __future__ import annotations

from collections.abc import Sequence

from manim import LEFT, UP, Create, FadeIn, FadeOut, LaggedStart, UpdateFromAlphaFunc, linear
from manim.animation.animation import Animation

from scenes.animate.gradients.measured import OF_OUTPUTS, OF_PARAMETERS, evidence_of, notes_of
from scenes.animate.gradients.norms import norms_of_outputs, norms_of_parameters
from scenes.animate.gradients.panel import HEAD_Y, LEFT_END, NOTE_Y, GradientPanel
from scenes.animate.shared.own import OwnBeat
from scenes.evidence.evidence import as_evidence
from scenes.language.translation import N_
from scenes.look.style import QUICK, SMALL, palette
from scenes.text.typeset import Words

RUN = 4.8  # seconds that the training takes, from where the map has grown to while it was explained


class GradientFlow(OwnBeat):
    """Did the learning signal get through to every layer?"""

    def open(self) -> None:
        kinds = (
            (OF_PARAMETERS, norms_of_parameters(self.recording), N_("length of the gradient of a layer's parameters")),
            (OF_OUTPUTS, norms_of_outputs(self.recording), N_("length of the gradient at a layer's output")),
        )
        found = [(norms, head, evidence_of(self, norms, key)) for key, norms, head in kinds if norms is not None]
        self.panels = [GradientPanel(self, norms, head, evidence) for norms, head, evidence in found]
        self.both = len(self.panels) > 1

    def script(self) -> None:
        self.set_up(self.panels[0])
        self.run(self.panels[0], N_("On the right: these as bars, on a logarithmic axis."), self.grown)
        self.conclude(self.panels[0])
        if self.both:
            self.go_on_to(self.panels[1])
            self.run(self.panels[1], N_("It comes from the loss, at the bottom, and goes up from layer to layer."))
            self.conclude(self.panels[1])

    def set_up(self, panel: GradientPanel) -> None:
        """Let the names appear from the output, where the signal starts, to the input."""
        with self.say(N_("Did the learning signal get through?")) as line:
            self.arrive(panel, max(2.2, line.remaining))
        note = self.remarks(panel)
        with self.say(self.rows_told(panel)) as line:
            self.draw_map(panel, note)
            self.grown = line.remaining / (line.remaining + RUN)
            self.play(self.passing(panel, 0, self.grown), run_time=line.remaining)

    def rows_told(self, panel: GradientPanel) -> str:
        """Return the line that says what rows are, and in which order."""
        if len(panel.norms.names) == 1:
            return N_("There is one layer. Brighter is stronger.")
        if self.recording.structure is None:
            return N_("A row is a layer, in the order of their names. Brighter is stronger.")
        if not panel.norms.placed.all():
            return N_("A row is a layer, the input at the top, other parameters below. Brighter is stronger.")
        return N_("A row is a layer, the input at the top. Brighter is stronger.")

    def arrive(self, panel: GradientPanel, seconds: float) -> None:
        """Let names and the first bars appear, from the output, where the signal starts, to the input."""
        names = [FadeIn(name, shift=0.15 * UP) for name in reversed(panel.names)]
        self.showing_step(panel.step.value)
        self.play(
            LaggedStart(*names, lag_ratio=0.2),
            panel.animate_arrival(),
            *[FadeIn(part, run_time=QUICK) for part in (panel.bars.axis, panel.now)],
            run_time=seconds,
        )

    def draw_map(self, panel: GradientPanel, note: Words) -> None:
        """Draw the frame in which the map grows, and what is written around it."""
        shown = [FadeIn(panel.head), FadeIn(panel.marks, shift=0.1 * UP), FadeIn(note)]
        self.add(panel.heat)
        self.play(Create(panel.frame), *shown, run_time=QUICK)

    def run(self, panel: GradientPanel, text: str, start: float = 0) -> None:
        """Let the snapshots pass at an even pace, from a share of them on."""
        with self.say(text) as line:
            self.play(self.passing(panel, start, 1), run_time=max(RUN, line.remaining))

    def passing(self, panel: GradientPanel, start: float, end: float) -> Animation:
        """Return an animation in which the snapshots pass from one share of them to another."""

        def show(_: GradientPanel, share: float) -> None:
            panel.show(start + (end - start) * share)
            self.showing_step(panel.step.value)

        return UpdateFromAlphaFunc(panel, show, rate_func=linear)

    def conclude(self, panel: GradientPanel) -> None:
        """Show the medians of the whole training, and say what they are."""
        median = self.words(N_("median of these snapshots"), SMALL, color=palette().muted)
        median.move_to(panel.now[0], aligned_edge=LEFT).set_y(HEAD_Y)
        with self.say(panel.told.line) as line:
            self.play(FadeOut(panel.now, shift=0.2 * UP), FadeIn(median, shift=0.2 * UP), run_time=QUICK)
            self.play(panel.animate_medians(), run_time=1.2)
            self.mark(panel, panel.told.verdict.layers, line.remaining)

    def mark(self, panel: GradientPanel, layers: Sequence[int], seconds: float) -> None:
        """Colour the layers that are spoken of, and write their medians beside them."""
        numbers, (names, gone) = panel.told_of(layers), panel.marked_names(layers)
        if not layers:
            self.wait(max(0.3, seconds))
            return
        dots = [panel.bars.dots[layer].animate.set_color(palette().attention).scale(1.3) for layer in layers]
        dimmed = [FadeOut(name) for name in gone]
        self.play(*dots, *dimmed, FadeIn(names), FadeIn(numbers), run_time=QUICK)
        self.wait(max(0.3, seconds - QUICK))

    def go_on_to(self, panel: GradientPanel) -> None:
        """Put the other picture in the place of the first."""
        note = self.remarks(panel)
        with self.say(N_("Next: how the loss depended on what the layers put out.")) as line:
            old = [mobject for mobject in self.mobjects if mobject is not panel]
            self.play(*[FadeOut(mobject) for mobject in old], run_time=0.4)
            self.arrive(panel, max(1.6, line.remaining - QUICK))
            self.draw_map(panel, note)

    def remarks(self, panel: GradientPanel) -> Words:
        """Return the note on what a column is, what was left out, and what other colours mean."""
        lines, evidence = [], []
        first, rest = notes_of(panel.told, panel.norms)
        if panel.every > 1:
            rest.append((N_("names of some layers left out"), None, {}))
        for notes in (first, rest):
            lines.append(" · ".join(self.translate(text, **values) for text, _, values in notes))
            evidence += [one for _, because, _ in notes for one in as_evidence(because)]
        told = "\n".join(line for line in lines if line)
        note = Words(told, SMALL, palette().muted, align="left", because=evidence)
        return note.move_to([LEFT_END, NOTE_Y, 0], aligned_edge=LEFT)
