"""Draws attention heads as a table of patterns, a row for each layer."""

from __future__ import annotations

from collections.abc import Sequence

from manim import RIGHT, UP, Group, Rectangle, VGroup

from scenes.animate.heads.heads import Heads
from scenes.animate.shared.fitting import name_within
from scenes.evidence.evidence import Because
from scenes.look.style import SMALL, STROKE, palette
from scenes.mobjects.grids.attention_grid import PatternPicture
from scenes.text.typeset import Words

LEFT_END, RIGHT_END, TOP, BOTTOM = -6.6, 6.6, 3.1, -2.75  # scene units
NAMES = 2.2  # scene units at the left, for what layers are called
GAP = 0.22  # scene units between patterns
LARGEST = 3.4  # scene units, a pattern's side


class HeadTable(Group):
    """The patterns of heads, `pictures` by layer and head, with the names of layers and the numbers of heads.

    because: what the numbers of heads rest on.
    """

    def __init__(self, heads: Heads, because: Because) -> None:
        self.heads = heads
        rows, columns = len(heads.patterns), max(pattern.shape[1] for pattern in heads.patterns)
        across = (RIGHT_END - LEFT_END - NAMES) / columns - GAP
        down = (TOP - BOTTOM) / rows - GAP
        self.pictures = [self._row(row, min(across, down, LARGEST)) for row in range(rows)]
        side = min(across, down, LARGEST)
        left = LEFT_END + NAMES + max(0.0, (RIGHT_END - LEFT_END - NAMES - columns * (side + GAP)) / 2)
        middle = (TOP + BOTTOM) / 2
        self.names, self.frames = VGroup(), VGroup()
        for row, pictures in enumerate(self.pictures):
            y = middle + (side + GAP) * ((rows - 1) / 2 - row)
            for column, picture in enumerate(pictures):
                picture.move_to([left + (side + GAP) * (column + 0.5), y, 0])
                frame = Rectangle(width=picture.width, height=picture.height, stroke_width=0.5 * STROKE)
                self.frames.add(frame.set_stroke(palette().line, opacity=0.5).move_to(picture))
            name = name_within(heads.names[row], NAMES - 0.3, SMALL, palette().text, among=heads.names)
            self.names.add(name.move_to([left - 0.25, y, 0], aligned_edge=RIGHT))
        top = max(float(picture.get_top()[1]) for picture in self.pictures[0])
        self.numbers = VGroup(*[self._number(picture, number, top, because) for number, picture in self._first_row()])
        super().__init__(*[picture for row in self.pictures for picture in row], self.frames, self.names, self.numbers)

    @property
    def places(self) -> list[tuple[int, int]]:
        """The layer and place of each head, in order."""
        return [(layer, place) for layer, pictures in enumerate(self.pictures) for place in range(len(pictures))]

    def show(self, place: float) -> None:
        """Show all heads at a place among the snapshots, between two of them as far along as it is."""
        before = min(int(place), len(self.heads.steps) - 1)
        after, along = min(before + 1, len(self.heads.steps) - 1), place - before
        for pictures, patterns in zip(self.pictures, self.heads.patterns, strict=True):
            for picture, start, end in zip(pictures, patterns[before], patterns[after], strict=True):
                picture.show_pattern((1 - along) * start + along * end)

    def frame_around(self, layer: int, head: int) -> Rectangle:
        """Return a frame that points to a head."""
        picture = self.pictures[layer][head]
        frame = Rectangle(width=picture.width + 0.1, height=picture.height + 0.1, color=palette().attention)
        return frame.set_stroke(width=1.5 * STROKE).move_to(picture)

    def _row(self, layer: int, side: float) -> list[PatternPicture]:
        pictures = [PatternPicture(pattern, height=side) for pattern in self.heads.patterns[layer][0]]
        return [picture.scale(min(1.0, side / picture.width)) for picture in pictures]

    def _first_row(self) -> Sequence[tuple[int, PatternPicture]]:
        longest = max(self.pictures, key=len)
        return list(zip(self.heads.numbers[self.pictures.index(longest)], longest, strict=True))

    def _number(self, picture: PatternPicture, number: int, top: float, because: Because) -> Words:
        words = Words(f"{number}", SMALL, palette().muted, because=because)
        return words.next_to([picture.get_x(), top, 0], UP, buff=0.12)
