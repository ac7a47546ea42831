"""Sets words and formulas by Typst in Computer Modern, as groups of plain filled outlines.

    label = Words("the cost", size=LABEL)
    rule = Formula("{{a}}^((1)) = sigma({{W}} {{a}}^((0)) + {{b}})", colors={"W": palette().positive})
    self.play(Write(rule), Indicate(rule.part("W")))

`size` is the em in scene units. Whatever happens to the outlines (shift, scale, rotate, `animate`), a text knows its em
and its baseline, since both are read from where its outlines are now.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

import numpy as np
from manim.mobject.types.vectorized_mobject import VGroup, VMobject
from manim.utils.color import ParsableManimColor

from scenes.evidence.evidence import Because, as_evidence
from scenes.look.style import LABEL, palette
from scenes.text.baseline import OnBaseline, drawn_opacity, place_letter, standing_frame
from scenes.text.fonts import FontError
from scenes.text.text_box import TextBox
from scenes.text.typst_outlines import Outlines, TypesettingError, outlines_of
from scenes.text.typst_source import (
    LINE_BOTTOM,
    LINE_TOP,
    MarkedFormula,
    MarkupError,
    formula_document,
    mark_parts,
    words_document,
)

_VISIBLE = 1 / 255


class FormulaError(ValueError):
    """A formula that Typst cannot set, or a part that it does not have."""


class Typeset(OnBaseline, VGroup):
    """Outlines of letters, each of them a plain filled VMobject, that know their em and their baseline.

    members: the outlines, or texts that hold them. outlines: all of them. letters: their points in ems, each (k, 2).
    frame: where those stand, as `OnBaseline.frame` tells. line: what the text takes at least, in ems above the
    baseline, (bottom, top), so that it is placed alike with and without descenders; None for what the outlines take.
    because: what the text rests on.
    """

    def __init__(
        self,
        members: Sequence[VMobject],
        outlines: Sequence[VMobject],
        letters: Sequence[np.ndarray],
        frame: np.ndarray,
        text: str,
        line: tuple[float, float] | None = None,
        because: Because = None,
    ) -> None:
        super().__init__(*members)
        self.text, self.evidence = text, as_evidence(because)
        self._outlines, self._letters, self._last_frame, self._line = list(outlines), list(letters), frame, line
        # most curves first: a letter places the text better than a bar or a dot
        self._by_detail = sorted(range(len(letters)), key=lambda place: -len(letters[place]))

    def _letters_and_points(self) -> list[tuple[np.ndarray, np.ndarray]]:
        return [(self._letters[place], self._outlines[place].points) for place in self._by_detail]

    def get_anchors(self) -> list[np.ndarray]:
        """Return the corners of the line, so that manim places every text by its line rather than by its letters."""
        frame = self.fitted_frame() if self._line else None
        if self._line is None or frame is None:
            return []
        left = min(letter[:, 0].min() for letter in self._letters)
        right = max(letter[:, 0].max() for letter in self._letters)
        corners = np.array([[x, y] for x in (left, right) for y in self._line])
        return list(place_letter(corners, frame))

    def reduce_across_dimension(self, reduce_func: Any, dim: int) -> float | None:
        drawn = super().reduce_across_dimension(reduce_func, dim)
        corners = [corner[dim] for corner in self.get_anchors()]
        return drawn if drawn is None else reduce_func([drawn, *corners])

    # What it shows --------------------------------------------------------------------------------------------

    def text_boxes(self) -> list[TextBox]:
        """Return the box around what is visible of the text now, its parts included."""
        outlines = [member for member in self.family_members_with_points() if isinstance(member, VMobject)]
        if not outlines:
            return []
        opacities = np.array([drawn_opacity(outline) for outline in outlines])
        least = _VISIBLE if opacities.max() > _VISIBLE else 0.0
        seen = itertools.compress(outlines, opacities >= least)
        points = np.concatenate([outline.points for outline in seen])
        (left, bottom, _), (right, top, _) = points.min(axis=0), points.max(axis=0)
        return [TextBox(self.text, left, bottom, right, top, self.size, float(opacities.max()))]


class Words(Typeset):
    """Plain words, never markup: every character stands for itself. English, Chinese and Greek may be mixed.

    size: the em in scene units. weight: of the letters. align: of the lines among themselves. line_width: scene units
    at which lines are broken (a newline breaks in any case). code: in letters of one width, for a line of a program.
    because: what the text rests on, where it needs evidence.
    Raises FontError where a character has no glyph, or no Chinese font is found for Chinese.
    """

    def __init__(
        self,
        text: str,
        size: float = LABEL,
        color: ParsableManimColor | None = None,
        *,
        weight: Literal["regular", "bold"] = "regular",
        align: Literal["left", "center", "right"] = "center",
        line_width: float | None = None,
        code: bool = False,
        because: Because = None,
    ) -> None:
        width = None if line_width is None else line_width / size
        try:
            outlines = outlines_of(words_document(text, weight=weight, align=align, line_width=width, code=code))
        except FontError as error:
            raise FontError(f"cannot set {text!r}: {error}") from None
        line = (outlines.pens[:, 1].min(initial=0.0) + LINE_BOTTOM, LINE_TOP)
        drawn, frame = _draw(outlines, size, color, line)
        super().__init__(drawn, drawn, outlines.glyphs(), frame, text, line, because)


@cache
def can_be_set(text: str) -> bool:
    """Tell whether the fonts that films are set in have all the letters of a text."""
    try:
        Words(text)
    except FontError:
        return False
    return True


class Formula(Typeset):
    """A formula in Typst's mathematical notation, in display style.

    source: may name parts by `{{ body : name }}`, or `{{ body }}`, which is named by its body; parts may be nested and
    names may recur. The source is code, not text: Typst runs what it says. colors: colours of named parts. because:
    what its numbers rest on; indices and exponents need nothing.
    Raises FormulaError where Typst refuses the source or a part is unknown, FontError where a character has no glyph.
    """

    def __init__(
        self,
        source: str,
        size: float = LABEL,
        color: ParsableManimColor | None = None,
        *,
        colors: Mapping[str, ParsableManimColor] | None = None,
        because: Because = None,
    ) -> None:
        try:
            marked = mark_parts(source)
            outlines = outlines_of(formula_document(marked.source))
        except (MarkupError, TypesettingError) as error:
            raise FormulaError(f"cannot set the formula {source!r}: {error}") from None
        except FontError as error:
            raise FontError(f"cannot set the formula {source!r}: {error}") from None
        line = (LINE_BOTTOM, LINE_TOP)
        drawn, frame = _draw(outlines, size, color, line)
        self._parts: dict[str, list[Typeset]] = {name: [] for name in marked.names[1:]}
        members = self._gather(marked, outlines, drawn, frame)
        super().__init__(members, drawn, outlines.glyphs(), frame, marked.bare, line, because)
        for name, part_color in (colors or {}).items():
            self.part(name).set_color(part_color)

    def part(self, name: str) -> VGroup:
        """Return the outlines of all parts of that name; raises FormulaError where there is none.

        A name that occurs once gives a member of the formula, which can be animated while the formula is on the scene.
        """
        if name not in self._parts:
            known = ", ".join(self._parts) or "none"
            raise FormulaError(f"the formula {self.text!r} has no part {name!r}, only: {known}")
        found = self._parts[name]
        return found[0] if len(found) == 1 else VGroup(*found)

    def _gather(
        self, marked: MarkedFormula, outlines: Outlines, drawn: Sequence[VMobject], frame: np.ndarray
    ) -> list[VMobject]:
        """Make the parts, nested as in the source, each where its first outline is drawn; return what is outermost."""
        letters = outlines.glyphs()
        # a fill that the source itself asks for is no part's
        paths = [marked.path_to(tag) if tag < len(marked.names) else [] for tag in outlines.tags.tolist()]

        def members_of(places: Sequence[int], depth: int) -> list[VMobject]:
            inside: dict[tuple[int, int], list[int]] = {}  # (part, 0) or (0, outline): the outlines that it holds
            for place in places:
                key = (paths[place][depth], 0) if len(paths[place]) > depth else (0, place)
                inside.setdefault(key, []).append(place)
            return [part_of(part, own, depth) if part else drawn[own[0]] for (part, _), own in inside.items()]

        def part_of(which: int, places: Sequence[int], depth: int) -> Typeset:
            name = marked.names[which]
            own = [drawn[place] for place in places]
            part = Typeset(members_of(places, depth + 1), own, [letters[place] for place in places], frame, name)
            self._parts[name].append(part)
            return part

        return members_of(range(len(drawn)), 0)


def _draw(
    outlines: Outlines, size: float, color: ParsableManimColor | None, line: tuple[float, float]
) -> tuple[list[VMobject], np.ndarray]:
    """Return a filled VMobject for each outline and the frame that they stand in, the em `size` units, all centered."""
    letters, points = outlines.glyphs(), outlines.points
    low, high = points.min(axis=0, initial=np.inf), points.max(axis=0, initial=-np.inf)
    frame = standing_frame(size)
    if letters:
        frame[2, 0] = -size * (low[0] + high[0]) / 2
        frame[2, 1] = -size * (min(low[1], line[0]) + max(high[1], line[1])) / 2
    pen = VMobject(color=palette().text if color is None else color, fill_opacity=1, stroke_width=0)
    return [_drawn_with(pen, place_letter(letter, frame)) for letter in letters], frame


def _drawn_with(pen: VMobject, points: np.ndarray) -> VMobject:
    """Return a copy of `pen` with other points; a deep copy would take most of the time that a text takes."""
    outline = copy.copy(pen)
    for name, value in vars(pen).items():
        if isinstance(value, list | np.ndarray):
            setattr(outline, name, value.copy())
    outline.points = points
    return outline
