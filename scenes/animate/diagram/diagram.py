"""Draws a model as a diagram: a picture for each block, what it is called, what it puts out, and the ways between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import DOWN, RIGHT, UP, CurvedArrow, Group, VGroup
from manim.mobject.mobject import Mobject
from manim.utils.color import ParsableManimColor

from scenes.animate.diagram.anatomy import DiagramBlocks, ModelBlock
from scenes.animate.diagram.ways import BlockPlace, Ways, ways_of
from scenes.animate.shared.fitting import LEAST, fitted_name
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Because, Quoted
from scenes.language.translation import N_
from scenes.look.style import LABEL, SMALL, STROKE, palette
from scenes.mobjects.diagram.shapes import box_picture, shape_picture, table_picture
from scenes.mobjects.diagram.wires import Wire, joining
from scenes.text.typeset import Words

WIDEST = 3.2  # scene units that a block takes at most
WAY_OUT = 0.75  # scene units behind the last block
BESIDE = 0.72  # scene units of a block's room that its picture leaves free for lines
BOXES = 3  # at most, drawn one behind the other for a part that comes several times
INNER = 0.66  # of a box, by the picture in it
ROOMY, LARGER = 1.5, 1.3  # height of pictures from which on names are so many times larger
LINE = 0.31  # scene units from one line of small print to the next

Translate = Callable[..., str]


@dataclass(frozen=True)
class DiagramRow:
    """The place of a row, in scene units: its ends, its pictures' middle height, and the height of a picture."""

    left: float
    right: float
    middle: float
    height: float  # of a picture

    @property
    def top(self) -> float:
        """The upper end of the tallest pictures."""
        return self.middle + self.height / 2


class Cell:
    """A block on screen: its picture, and what is written below it."""

    def __init__(self, picture: Group, texts: VGroup) -> None:
        self.picture, self.texts = picture, texts

    @property
    def parts(self) -> Group:
        """The picture and the texts."""
        return Group(self.picture, self.texts)

    @property
    def tiles(self) -> list[Tiles]:
        """The `Tiles` in its picture."""
        return [part for part in self.picture.get_family() if isinstance(part, Tiles)]


class Diagram:
    """A model as a diagram in one or more rows.

    first: the picture of what goes in, which stands at the left end, and is called `called`. rooms: of the rows. tr:
    translates a text. lines: at most, of what is done to a block's output. Names are quoted; what shapes and counts
    rest on is for the beat to give.
    """

    def __init__(
        self,
        anatomy: DiagramBlocks,
        first: Mobject,
        rooms: Sequence[DiagramRow],
        tr: Translate,
        called: str,
        *,
        lines: int = 3,
    ) -> None:
        self.anatomy, self._tr, self._lines = anatomy, tr, lines
        count = len(anatomy.blocks) + 1
        self._each = -(-count // len(rooms))
        self.rooms = rooms
        finest = max((max(block.shape[-2:]) for block in anatomy.blocks if len(block.shape) > 2), default=1)
        self._finest = max(finest, max(anatomy.entry[-2:]) if len(anatomy.entry) > 2 else 1)
        across = (rooms[0].right - rooms[0].left - WAY_OUT) / self._each
        self.across = min(across, WIDEST)
        self._indent = (across - self.across) * self._each / 2
        self.cells = [self._input(first, called), *map(self._cell, anatomy.blocks)]
        places = [self._place(number, cell) for number, cell in enumerate(self.cells)]
        self._align_texts()
        last = places[-1]
        out = BlockPlace(last.row, min(last.right + 1.1, rooms[0].right), rooms[0].right, last.middle, last.top)
        if len(anatomy.sources[-1]) > 1:
            out = BlockPlace(last.row, min(last.right + 1.3, rooms[0].right), rooms[0].right, last.middle, last.top)
        self.places = [*places, out]
        self.ways: Ways = ways_of(anatomy, self.places, (rooms[0].left - 0.1, rooms[0].right + 0.1))
        self.wires = [Wire(way.line, head=way.head) for way in self.ways.ways]
        self.marks = [self._mark(number, place, adds) for number, place, adds in self.ways.joins]

    @property
    def all(self) -> Group:
        """Everything that is drawn."""
        return Group(*self.wires, *self.marks, *[cell.parts for cell in self.cells])

    def column(self, number: int) -> tuple[float, float]:
        """Return the middle of a place across the frame, and the lower end of its row's texts."""
        row = number // self._each
        bottom = min(float(cell.texts.get_bottom()[1]) for at, cell in enumerate(self.cells) if at // self._each == row)
        return float(self.cells[number].picture.get_x()), bottom

    def _mark(self, number: int, place: np.ndarray, adds: bool) -> VGroup:
        """Return the mark where ways come together, and below it what is done to their sum."""
        mark = joining(place, adds=adds)
        then = self.anatomy.then[number - 1] if number <= len(self.anatomy.then) else ()
        if then and adds:
            mark.add(fitted_name(", ".join(then), 0.7, palette().muted, lines=1).next_to(mark, DOWN, buff=0.08))
        return mark

    # Each block ---------------------------------------------------------------------------------------------------

    def _input(self, first: Mobject, called: str) -> Cell:
        room = self.across - 0.07
        texts = [self._name(called, room)]
        texts += [self._done(name) for name in self.anatomy.before[: self._lines]]
        texts.append(self._shape(self.anatomy.entry))
        return Cell(Group(_within(first, self.across - BESIDE, self.rooms[0].height)), VGroup(*texts))

    def _cell(self, block: ModelBlock) -> Cell:
        room = self.across - 0.07
        texts = [self._name(block.kind, room)]
        if block.times > 1 and not block.whole:
            texts = [self._name(f"{block.kind} ×{block.times:,}", room, because=())]
        if block.elided:
            texts = [self._counted(self._tr(N_("{count} more"), count=block.elided), palette().text)]
        shown = block.after if len(block.after) <= self._lines else block.after[: self._lines - 1]
        texts += [self._done(name) for name in shown]
        if len(block.after) > len(shown):
            more = self._tr(N_("+ {count} more"), count=len(block.after) - len(shown))
            texts.append(self._counted(more, palette().muted))
        texts.append(self._shape(block.shape))
        return Cell(self._picture(block), VGroup(*texts))

    def _name(self, name: str, room: float, because: Because = None) -> Words:
        factor = LARGER if self.rooms[0].height > ROOMY else 1.0
        return fitted_name(name, room / factor, palette().text, because=because).scale(factor)

    def _counted(self, text: str, color: ParsableManimColor) -> Words:
        """Return a text with a count in it, whose evidence is for the beat to give."""
        return fitted_name(text, self.across - 0.07, color, lines=1, because=())

    def _done(self, name: str) -> Words:
        return _first_that_fits((f"+ {name}", name), self.across - 0.07, palette().muted, because=Quoted(name))

    def _shape(self, shape: Sequence[int]) -> Words:
        numbers = list(map(str, shape)) or ["1"]
        texts = (" × ".join(numbers), "×".join(numbers))
        return _first_that_fits(texts, self.across - 0.07, palette().line, because=())

    def _picture(self, block: ModelBlock) -> Group:
        height, across = self.rooms[0].height, self.across - BESIDE
        if block.elided:
            return Group(Words("⋯", 1.5 * LABEL, palette().line))
        if block.whole:
            box = box_picture(min(1.15 * height, across), height, copies=min(block.times, BOXES))
            if block.times > 1:
                times = Words(f"×{block.times:,}", LABEL, palette().attention)
                return Group(box, _front(box, times))
            inside = _within(shape_picture(block.shape, INNER * height, finest=self._finest), INNER * box.width, height)
            return Group(box, inside)
        if "Attention" in block.kind and len(block.shape) == 2:
            return Group(_within(table_picture(block.shape[0], height), across, height))
        picture = _within(shape_picture(block.shape, height, finest=self._finest), across, height)
        if any(name in block.kind for name in ("LSTM", "GRU", "RNN")):
            start, end = picture.get_corner(UP + RIGHT) + 0.08 * UP, picture.get_top() + 0.08 * UP
            loop = CurvedArrow(start, end - 0.2 * RIGHT, angle=2.4, tip_length=0.13, stroke_width=STROKE)
            return Group(picture, loop.set_color(palette().attention))
        return Group(picture)

    def _place(self, number: int, cell: Cell) -> BlockPlace:
        row, column = divmod(number, self._each)
        room = self.rooms[row]
        x = room.left + self._indent + (column + 0.5) * self.across
        body = cell.tiles[0] if cell.tiles else cell.picture
        cell.picture.shift([x - body.get_x(), room.middle - body.get_y(), 0])
        left, right = float(body.get_left()[0]), float(body.get_right()[0])
        return BlockPlace(row, left, right, room.middle, room.top)

    def _align_texts(self) -> None:
        """Put what is written below the pictures in lines that run through a whole row."""
        for row, room in enumerate(self.rooms):
            cells = self.cells[row * self._each : (row + 1) * self._each]
            y = room.middle - room.height / 2 - 0.16
            names = max((cell.texts[0].height for cell in cells), default=0)
            for cell in cells:
                name, *after, shape = cell.texts
                name.next_to([cell.picture[0].get_x(), y, 0], DOWN, buff=0)
                for line, text in enumerate((shape, *after)):
                    text.move_to([name.get_x(), y - names - LINE * (line + 0.5) - 0.02, 0])


def _first_that_fits(texts: Sequence[str], room: float, color: ParsableManimColor, *, because: Because) -> Words:
    """Return the first of some texts that fits into the room as it is, or what of the last one does."""
    for size in (SMALL, LEAST):
        for text in texts:
            words = Words(text, size, color, because=because)
            if words.width <= room:
                return words
    return fitted_name(texts[-1], room, color, lines=1, because=because)


def _front(boxes: Tiles, words: Words) -> Words:
    """Put words into the foremost of some boxes, no wider than that."""
    corners = boxes.points.reshape(-1, 4, 3)[-1]
    return _within(words, 0.82 * float(np.ptp(corners[:, 0])), boxes.height).move_to(boxes.centers[-1])


def _within(picture: Any, width: float, height: float) -> Any:
    """Make a picture smaller where it is too large for its room."""
    factor = min(1.0, width / max(picture.width, 1e-6), height / max(picture.height, 1e-6))
    return picture.scale(factor) if factor < 1 else picture
