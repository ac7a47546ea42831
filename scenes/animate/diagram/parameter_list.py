"""Draws a list of a model's modules with their parameters, where no way of data through them is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manim import LEFT, RIGHT, VGroup
from manim.animation.animation import Animation

from engine.recording.format.encoded_names import decoded_name
from scenes.animate.diagram.measured import measure_parameters
from scenes.animate.diagram.parameter_bars import ParameterBar, lying_bars
from scenes.animate.shared.fitting import cut_short
from scenes.language.translation import N_
from scenes.look.style import SMALL, palette

if TYPE_CHECKING:
    from engine.recording.format.structure import Structure
    from scenes.animate.shared.own import OwnBeat

MOST = 14  # modules
TOP, ROW = 3.25, 0.46  # scene units: the first row's middle, and from row to row
NAME_AT, NAME, BAR_AT, BAR = -6.6, 5.4, -0.9, 5.6


class ParameterList:
    """A row for each module that has parameters of its own, the largest of them where there are many.

    told: a text about them, to be filled with the values of `parameters`, on which all numbers rest.
    """

    def __init__(self, beat: OwnBeat, structure: Structure) -> None:
        own = [module for module in structure.modules if module.parameters]
        largest = sorted(own, key=lambda module: -module.parameters)[:MOST]
        self.modules = [module for module in own if module in largest]
        self.labels = VGroup()
        counts = [module.parameters for module in self.modules]
        self.parameters = measure_parameters(beat, "listed", counts, structure)
        top = min(TOP, ROW * (len(counts) - 1) / 2 + 0.2)
        heights = [top - ROW * row for row in range(len(counts))]
        for module, y in zip(self.modules, heights, strict=True):
            named = f"{decoded_name(module.path)}  {module.kind}" if module.path else module.kind
            self.labels.add(cut_short(named, NAME, SMALL).move_to([NAME_AT, y, 0], aligned_edge=LEFT))
        tops = [(BAR_AT + BAR / 2, y + 0.48) for y in heights]
        self.bars: list[ParameterBar] = lying_bars(counts, tops, BAR, self.parameters) if counts else []
        for bar, y in zip(self.bars, heights, strict=True):
            bar.number.next_to([bar.bar.get_right()[0], y, 0], RIGHT, buff=0.15)
        self.told = N_("{total} parameters; bars true to scale")
        if len(own) > len(self.modules):
            self.told = N_(
                "{total} parameters; bars true to scale; the {drawn} largest of {holders} modules that have any"
            )

    def animate_bars(self) -> list[Animation]:
        """Return the animations of all bars' growth."""
        return [part for bar in self.bars for part in bar.animate(upright=False)]

    def animate_largest(self) -> list[Animation]:
        """Return the animation that points out the largest bar."""
        largest = max(self.bars, key=lambda bar: bar.count, default=None)
        return [largest.bar.animate.set_fill(palette().attention)] if largest else []
