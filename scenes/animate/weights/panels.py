"""Places pictures of weights, each with its layer's name, its scale, and what of the layer it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from manim import LEFT, RIGHT, Group, VGroup

from scenes.animate.shared.fitting import name_within
from scenes.animate.weights.measured import WeightEvidence
from scenes.animate.weights.views import WeightView
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Because, Exact, as_evidence
from scenes.look.style import SMALL, palette
from scenes.mobjects.pictures.colormap import brightness, diverging
from scenes.mobjects.pictures.picture_table import PictureTable, rectangles
from scenes.text.glyphs import format_number
from scenes.text.typeset import Words

if TYPE_CHECKING:
    from scenes.beats.beat import Beat

LEFT_END, RIGHT_END, BOTTOM, TOP = -6.6, 6.6, -2.75, 3.55  # of all panels
BETWEEN = 0.5  # scene units between two panels
LINE = 0.4  # scene units a line of text takes
SPACE = 0.32  # scene units between two statements in a line
ALONE = 0.62  # em of a name that stands alone on the frame
KEY_CELLS, KEY_CELL = 21, 0.13

Box = tuple[float, float, float, float]  # left, bottom, width, height, scene units


class WeightPanel(Group):
    """A layer's weights at a place among its snapshots.

    Members: `table`, `frames` around its pictures, `name_told`, `scale_told` (the weight in full colour), `told`.
    """

    def __init__(
        self,
        beat: Beat,
        view: WeightView,
        evidence: WeightEvidence,
        box: Box,
        *,
        size: float = SMALL,
        among: Sequence[str] = (),
    ) -> None:
        """Draw a view in a box. among: the names of the views beside which it stands."""
        left, bottom, width, height = box
        self.view = view
        lines = _lines(beat, view, width, evidence.parts)
        room = (width, height - LINE * (len(lines) + 1) - 0.35)
        self.table = PictureTable(view.values[0], view.scale, room, aside=view.aside)
        self.table.move_to([left + width / 2, bottom + LINE * len(lines) + 0.1 + room[1] / 2, 0])
        self.frames = self.table.frames()
        top = self.table.get_top()[1]
        scale = f"±{format_number(view.scale, '{:#.2g}')}"
        self.scale_told = Words(scale, SMALL, palette().muted, because=evidence.scales)
        self.name_told = name_within(view.name, width - self.scale_told.width - SPACE, size, among=among)
        title = VGroup(self.name_told, self.scale_told).arrange(RIGHT, buff=SPACE)
        self.scale_told.align_baseline(self.name_told)
        title.move_to([left + width / 2, top + 0.2 + LINE / 2, 0])
        under = self.table.get_bottom()[1] - 0.15
        self.told = VGroup(*lines)
        for number, line in enumerate(lines):
            line.move_to([left + width / 2, under - LINE * (number + 0.5), 0])
        super().__init__(self.table, self.frames, self.name_told, self.scale_told, self.told)

    def texts(self) -> VGroup:
        """Return all that is written in the panel."""
        return VGroup(self.name_told, self.scale_told, *self.told)

    def show(self, place: float) -> None:
        """Show the weights at a share, 0 to 1, of all snapshots."""
        self.table.show_values(self.view.at(place * (len(self.view.steps) - 1)))


def _lines(beat: Beat, view: WeightView, width: float, because: Because) -> list[VGroup]:
    """Return what is said of a picture, as many statements in a line as there is room for."""
    texts = [f"{one.arrow} {beat.translate(one.text, **one.values)}".strip() for one in view.told]
    told = [Words(text, SMALL, palette().muted, because=because) for text in texts]
    lines: list[list[Words]] = []
    for words in told:
        taken = sum(one.width + SPACE for one in lines[-1]) if lines else width
        if taken + words.width <= width:
            lines[-1].append(words)
        else:
            lines.append([words])
    return [_in_line(line) for line in lines]


def _in_line(words: Sequence[Words]) -> VGroup:
    line = VGroup(*words).arrange(RIGHT, buff=SPACE)
    for one in words[1:]:
        one.align_baseline(words[0])
    return line


def weight_boxes(count: int) -> list[Box]:
    """Return the boxes of `count` panels: up to three beside each other, more in two rows."""
    down = 1 if count <= 3 else 2
    across = -(-count // down)
    width = (RIGHT_END - LEFT_END - BETWEEN * (across - 1)) / across
    height = (TOP - BOTTOM - 0.25 * (down - 1)) / down
    boxes = []
    for number in range(count):
        row, column = divmod(number, across)
        boxes.append((LEFT_END + column * (width + BETWEEN), TOP - height - row * (height + 0.25), width, height))
    return boxes


def color_key(scale: float, because: Because) -> Group:
    """Return a strip of all shades, with the weights at its ends. because: what these rest on."""
    values = np.linspace(-scale, scale, KEY_CELLS)
    centers = np.stack([np.arange(KEY_CELLS) * KEY_CELL, 0 * values, 0 * values], axis=1)
    strip = Tiles(centers, KEY_CELL / 2, fill=diverging(values, scale))
    line = brightness([0.3])
    frame = rectangles(strip.get_center()[None], strip.width, strip.height, fill=0 * line, stroke=line, stroke_width=1)
    reasons = {-scale: (*as_evidence(because), Exact("-full", full=scale)), scale: because}
    texts = [(format_number(end, "{:#.2g}"), reason) for end, reason in reasons.items()]
    ends = [Words(text, SMALL, palette().muted, because=reason) for text, reason in texts]
    ends[0].next_to(strip, LEFT, buff=0.15)
    ends[1].next_to(strip, RIGHT, buff=0.15)
    return Group(strip, frame, *ends)
