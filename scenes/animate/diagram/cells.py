"""Draws one box of a model's picture: what it looks like, what it is called, what is done to its output, its shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from manim import DOWN, Group, VGroup, there_and_back
from manim.animation.animation import Animation
from manim.mobject.mobject import Mobject
from manim.utils.color import ParsableManimColor

from engine.recording.format.encoded_names import decoded_name
from scenes.animate.diagram.boxes import ModelBox
from scenes.animate.diagram.cell_parts import WIDER, first_that_fits, fitted_within, in_front, loop_above, stack
from scenes.animate.diagram.layers import Room
from scenes.animate.diagram.wiring_graph import RECURRENT
from scenes.animate.shared.fitting import broken, fitted_name
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Because, Quoted
from scenes.language.translation import N_
from scenes.look.style import LABEL, palette
from scenes.mobjects.diagram.shapes import box_picture, shape_picture
from scenes.mobjects.diagram.wires import meeting
from scenes.text.typeset import Words

BOXES = 3  # at most, drawn one behind the other for a part that comes several times
INNER = 0.66  # of a box, by the picture in it
ROOMY, LARGER = 1.5, 1.3  # height of pictures from which on names are so many times larger
BELOW = 0.16  # scene units from a picture to its name
CLEAR = 0.1  # scene units between a picture and a line's end
BAR = 0.62  # scene units of a lying bar and its number
PADDING = 0.12  # scene units around the words of a pill
SMALL_KINDS = ("join", "function", "output")  # of boxes that have no picture

Translate = Callable[..., str]
Picture = Callable[[ModelBox, float], Mobject]  # of what goes in, with a height


@dataclass(frozen=True)
class BoxSizes:
    """The sizes that the boxes of a picture have, scene units.

    height: of a picture. across: that a box's texts may take. lines: of what is done to its output, at most. finest:
    see `shape_picture`.
    """

    height: float
    across: float
    lines: int = 3
    finest: int = 1


@dataclass
class Cell:
    """A box on screen: its picture, and what is written below it."""

    box: ModelBox
    sizes: BoxSizes
    picture: Group
    texts: VGroup

    @property
    def parts(self) -> Group:
        """The picture and the texts."""
        return Group(self.picture, self.texts)

    @property
    def tiles(self) -> list[Tiles]:
        """The `Tiles` in its picture."""
        return [part for part in self.picture.get_family() if isinstance(part, Tiles)]

    @property
    def body(self) -> Mobject:
        """What ways lead to: of a sign with a way back the sign alone."""
        if self.tiles:
            return self.tiles[0]
        return self.picture[0] if self.box.is_sign else self.picture

    def lit(self) -> list[Animation]:
        """Return animations that let it light up and go out again."""
        color, again = palette().attention, {"rate_func": there_and_back}
        if self.box.is_sign:
            return [self.picture.animate(**again).scale(1.4).set_stroke(color)]
        if self.box.kind == "function" or self.box.kind == "join":
            return [self.picture[1].animate(**again).scale(1.15).set_color(color)]
        return [self.picture.animate(**again).set_color(color)] if len(self.picture) else []

    @cached_property
    def room(self) -> Room:
        """The room that it takes, wherever it is put."""
        width, drawn = float(self.body.width), float(max(self.picture.width, self.texts.width))
        below = BELOW + float(self.texts.height) + 0.1 if len(self.texts) else 0.05
        height = self.sizes.height
        if self.box.parameters and len(self.texts):  # a bar may stand in place of what is below the name
            below = max(below, BELOW + float(self.texts[0].height) + BAR)
        if self.box.kind == "output":
            height, below = float(self.texts.height), 0.05
        elif self.box.kind in ("join", "function"):
            height = float(self.body.height)
        above = max(0.0, float(self.picture.get_top()[1] - self.body.get_y()) - height / 2) if width else 0.0
        reach = drawn if self.box.kind == "output" and drawn else width
        ends = reach + 2 * CLEAR if reach else 0.0
        return Room(
            max(drawn + 0.06, ends), above + height + below, above + height / 2, ends, self.box.kind in SMALL_KINDS
        )

    def move_to(self, place: np.ndarray) -> None:
        """Put it where its ways arrive, (x, y)."""
        self.picture.shift([*(place - self.body.get_center()[:2]), 0])
        if self.box.kind == "output":
            self.texts.move_to([*place, 0])
            return
        low, between = float(self.picture.get_bottom()[1]), 0.08
        if self.box.kind not in ("join", "function"):
            low, between = min(low, float(place[1]) - self.sizes.height / 2), BELOW
        self.texts.next_to([place[0], low, 0], DOWN, buff=between)


class CellMaker:
    """Draws boxes. first: the picture of the first thing that goes in, by its height. tr: translates a text.

    Names are quoted; what shapes and counts rest on is for the beat to give.
    """

    def __init__(self, first: Picture | None, tr: Translate) -> None:
        self._first, self._tr = first, tr

    def cell(self, box: ModelBox, sizes: BoxSizes) -> Cell:
        """Return a box as it is drawn."""
        if box.kind == "output":
            return self._output(box, sizes)
        if box.kind in ("join", "function"):
            return self._function(box, sizes)
        return Cell(box, sizes, self._picture(box, sizes), self._texts(box, sizes))

    # What is drawn --------------------------------------------------------------------------------------------------

    def _picture(self, box: ModelBox, sizes: BoxSizes) -> Group:
        height, across = sizes.height, 0.8 * sizes.across
        if box.kind == "elided":
            return Group(Words("⋯", 1.5 * LABEL, palette().line))
        if box.kind == "input" and self._first is not None:
            first, self._first = self._first, None
            return Group(fitted_within(first(box, height), across, height))
        if box.kind == "parameter":
            return Group(fitted_within(shape_picture(box.shape, 0.7 * height), across, 0.7 * height))
        if box.kind == "whole" or box.closed:
            return self._whole(box, sizes)
        shape = (*box.shape, 1) if box.kind == "input" and len(box.shape) == 1 else box.shape
        picture = Group(fitted_within(shape_picture(shape, height, finest=sizes.finest), across, height))
        if box.returns or box.calls > 1 or any(name in box.title for name in RECURRENT):
            picture.add(loop_above(picture))
        return picture

    def _whole(self, box: ModelBox, sizes: BoxSizes) -> Group:
        height, across = sizes.height, 0.8 * sizes.across
        drawn = box_picture(min(1.15 * height, across), height, copies=min(box.times, BOXES))
        if box.times > 1:
            return Group(drawn, in_front(drawn, Words(f"×{box.times:,}", LABEL, palette().attention, because=())))
        inner = shape_picture(box.shape, INNER * height, finest=sizes.finest)
        picture = Group(drawn, fitted_within(inner, INNER * drawn.width, height))
        if box.calls > 1:
            picture.add(loop_above(Group(drawn)))
        return picture

    def _function(self, box: ModelBox, sizes: BoxSizes) -> Cell:
        """Return what is done where ways meet, or on one of several: as a sign, or as a word in a pill."""
        texts = VGroup(*self._afterwards(box, sizes))
        stack(texts)
        if box.is_sign:
            cell = Cell(box, sizes, Group(meeting(np.zeros(3), box.sign)), texts)
            if box.returns:
                cell.picture.add(loop_above(cell.picture))
            return cell
        words = fitted_name(box.title, sizes.across - 2 * PADDING, palette().text, lines=3, wider=WIDER)
        pill = box_picture(words.width + 2 * PADDING, words.height + 1.6 * PADDING)
        picture = Group(pill, words.move_to(pill))
        if box.returns:
            picture.add(loop_above(Group(pill)))
        return Cell(box, sizes, picture, texts)

    def _output(self, box: ModelBox, sizes: BoxSizes) -> Cell:
        texts = VGroup()
        if box.title:
            name = self._end(box.title, N_("output"), N_("output {number}"), sizes)
            if box.calls > 1:
                name = self._name(f"{box.title} ×{box.calls:,}", sizes, because=())
            texts.add(name, self._shape(box.shape, sizes))
            stack(texts)
        return Cell(box, sizes, Group(), texts)

    # What is written ------------------------------------------------------------------------------------------------

    def _texts(self, box: ModelBox, sizes: BoxSizes) -> VGroup:
        texts = [self._title(box, sizes)]
        if box.kind != "elided":
            texts.append(self._shape(box.shape, sizes))
            texts += [self._shape(shape, sizes) for shape in box.others]
        if box.named:
            texts.append(fitted_name(decoded_name(box.named), sizes.across, palette().muted, wider=WIDER))
        if box.copies:
            told = (self._tr(N_("{count} at once"), count=box.copies),)
            texts.append(first_that_fits(told, sizes.across, palette().muted, because=()))
        if box.layers > 1:
            layers = (self._tr(N_("{count} layers"), count=box.layers),)
            texts.append(first_that_fits(layers, sizes.across, palette().muted, because=()))
        if box.both_ways:
            texts.append(fitted_name(self._tr(N_("from both ends")), sizes.across, palette().muted))
        if box.calls > 1:
            texts.append(self._used(box.calls, sizes))
        if box.shares:
            texts.append(self._shared(box.shares, sizes))
        lines = VGroup(*texts, *self._afterwards(box, sizes))
        stack(lines)
        return lines

    def _afterwards(self, box: ModelBox, sizes: BoxSizes) -> list[Words]:
        """Return what is done to a box's output, a line each, as many as there is room for."""
        shown, left = box.told_after(sizes.lines)
        texts = [self._done(name, sizes) for name in shown]
        if left:
            texts.append(self._counted(self._tr(N_("+ {count} more"), count=left), palette().muted, sizes))
        return texts

    def _title(self, box: ModelBox, sizes: BoxSizes) -> Words:
        if box.kind == "elided":
            return self._counted(self._tr(N_("{count} more"), count=box.elided), palette().text, sizes)
        if box.kind == "input":
            return self._end(box.title, N_("input"), N_("input {number}"), sizes)
        if box.times > 1 and box.kind != "whole":
            return self._name(f"{box.title} ×{box.times:,}", sizes, because=())
        return self._name(box.title, sizes)

    def _end(self, title: str, alone: str, numbered: str, sizes: BoxSizes) -> Words:
        """Return what an input or an output is called: by its name, or its number among several."""
        if title.isdecimal():
            return self._counted(self._tr(numbered, number=int(title) + 1), palette().text, sizes)
        return self._name(title or self._tr(alone), sizes)

    def _name(self, name: str, sizes: BoxSizes, because: Because = None) -> Words:
        factor = LARGER if sizes.height > ROOMY else 1.0
        room = sizes.across / factor
        return fitted_name(name, room, palette().text, lines=3, wider=WIDER, because=because).scale(factor)

    def _counted(self, text: str, color: ParsableManimColor, sizes: BoxSizes) -> Words:
        """Return a text with a count in it, whose evidence is for the beat to give."""
        return fitted_name(text, sizes.across, color, lines=1, because=())

    def _used(self, count: int, sizes: BoxSizes) -> Words:
        """Return how often a box is called."""
        told = (self._tr(N_("used {count} times"), count=count), self._tr(N_("{count} times"), count=count))
        return first_that_fits(told, sizes.across, palette().muted, because=())

    def _shared(self, path: str, sizes: BoxSizes) -> Words:
        """Return of which module a box has the parameters, too."""
        name = decoded_name(path)
        texts = [self._tr(N_("weights of {path}"), path=one) for one in (name, *broken(name))]
        return first_that_fits(texts, sizes.across, palette().muted, because=Quoted(name))

    def _done(self, name: str, sizes: BoxSizes) -> Words:
        texts = (f"+ {name}", *(f"+ {one}" for one in broken(name)))
        return first_that_fits(texts, sizes.across, palette().muted, because=Quoted(name))

    def _shape(self, shape: Sequence[int], sizes: BoxSizes) -> Words:
        numbers = list(map(str, shape)) or ["1"]
        texts = (" × ".join(numbers), "×".join(numbers))
        return first_that_fits(texts, sizes.across, palette().line, because=())
