"""What a head adds to one token's vector, seen among the vectors of the text: a plane, and an arrow in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UP, Arrow, Group, Line, VGroup

from scenes.beats.beat import Beat
from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Because, Exact, Measured, Quoted
from scenes.language.translation import N_
from scenes.look.style import DIMMED, LABEL, SMALL, TITLE, palette
from scenes.measures.projection import plane_along
from scenes.text.matrices import NumberColumn
from scenes.text.tokens import token_on_screen, token_words
from scenes.text.typeset import Formula, Words

FACTORS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # how much longer an arrow may have to be drawn
SEEN = 0.45  # scene units that an arrow needs to be seen
DOT = 0.075  # radius, scene units
LABEL_ROOM = (1.1, 0.45)  # beyond the outermost dots, for their names
LARGE = 0.4  # em of the numbers that are added
SHOWN = (0, 1, 2, None)  # entries of the vectors, and the last
_SIDES = (RIGHT, LEFT, DOWN, UP, DOWN + RIGHT, DOWN + LEFT, UP + RIGHT, UP + LEFT)


class VectorSum(VGroup):
    """A vector, what is added to it, and their sum, as columns of numbers of which a few are shown.

    vector, update: (feature,). word: whose vector it is. because: what each of the three columns rests on. Members: the
    line of `columns` and `signs`, the `names` above the columns, and the `owner` before them.
    """

    def __init__(self, vector: np.ndarray, update: np.ndarray, word: str, because: Sequence[Because]) -> None:
        slots = (*SHOWN, len(vector) - 1) if len(vector) > len(SHOWN) + 1 else len(vector)
        self.columns = [NumberColumn(part, slots, size=LARGE) for part in (vector, update, vector + update)]
        for column, evidence in zip(self.columns, because, strict=True):
            Beat.ground(column, evidence)
        self.signs = [Formula(sign, TITLE) for sign in ("+", "=")]
        (first, second, third), (plus, equals) = self.columns, self.signs
        line_up = VGroup(first, plus, second, equals, third).arrange(RIGHT, buff=0.5)
        self.names = [Formula(source, TITLE) for source in ("E", "Delta E", "E + Delta E")]
        for name, column in zip(self.names, self.columns, strict=True):
            name.next_to(column, UP, buff=0.25)
        for blue in (second, self.names[1]):
            blue.set_color(palette().positive)
        self.owner = Words(f"“{word}”", LABEL, palette().attention, because=Quoted(word)).next_to(
            first, LEFT, buff=0.35
        )
        super().__init__(line_up, *self.names, self.owner)
        self.move_to(ORIGIN)


class PushPlane(Group):
    """The tokens' vectors as dots in the plane along `update`, which is drawn as an arrow from the last of them.

    vectors: (token, feature). update: (feature,). first: whose names come first where there is no room for all.
    width, height: scene units. `factor`: how much longer than to scale the arrow is; `explained`: the share of the
    vectors' variance that the plane keeps. Members: `axes`, `dots`, `labels`, `arrow`.
    """

    def __init__(
        self,
        vectors: np.ndarray,
        tokens: Sequence[str],
        update: np.ndarray,
        *,
        first: Sequence[int],
        width: float,
        height: float,
    ) -> None:
        self.plane = plane_along(update, vectors)
        self.explained = self.plane.explained
        places, step = self.plane.of(vectors), self.plane.direction(update)
        self.step = float(np.linalg.norm(update))
        room = np.array([width, height]) - 2 * np.array(LABEL_ROOM)
        for self.factor in FACTORS:
            seen = np.vstack([places, places[-1] + self.factor * step])
            spans = np.ptp(seen, axis=0)
            self.unit = float(np.min(room / np.maximum(spans, 1e-9)))  # scene units for 1 of the vectors' own
            if self.factor * self.unit * np.linalg.norm(step) >= SEEN:
                break
        middle = (seen.min(axis=0) + seen.max(axis=0)) / 2
        self.points_of = np.column_stack([(seen - middle) * self.unit, np.zeros(len(seen))])
        self.axes = _axes(width, height)
        fill = np.tile(np.append(rgb255(palette().line), 0.9), (len(vectors), 1))
        fill[-1, :3] = rgb255(palette().attention)
        self.dots = Tiles(self.points_of[:-1], DOT, fill=fill, corner=1.0)
        self.arrow = Arrow(
            *self.points_of[-2:], buff=0, color=palette().positive, stroke_width=5, max_tip_length_to_length_ratio=0.3
        )
        self.labels = self._labels(tokens, first, width, height)
        super().__init__(self.axes, self.dots, self.labels, self.arrow)

    @property
    def longer(self) -> Exact:
        """How many times longer than to scale the arrow is drawn, by its ends."""
        ends = self.points_of[-2:]
        return Exact(
            "drawn / (step * unit)", drawn=float(np.linalg.norm(ends[1] - ends[0])), step=self.step, unit=self.unit
        )

    def name_of(self, token: int) -> Words | None:
        """Return the name beside a dot, None where there was no room for it."""
        return self.labels[self.named.index(token)] if token in self.named else None

    def _labels(self, tokens: Sequence[str], first: Sequence[int], width: float, height: float) -> VGroup:
        """Name the dots as far as there is room, no name on another, on a dot or on the arrow."""
        dots = self.points_of[:-1]
        taken = [(*(dot[:2] - DOT), *(dot[:2] + DOT)) for dot in dots]
        low, high = self.points_of[-2:, :2].min(axis=0), self.points_of[-2:, :2].max(axis=0)
        taken.append((low[0] - 0.1, low[1] + DOT, high[0] + 0.1, high[1]))  # the update points upwards
        labels = VGroup()
        self.named: list[int] = []
        for token in [*first, *(index for index in range(len(tokens)) if index not in first)]:
            label = token_words(tokens[token], SMALL, palette().text if token in first else palette().muted)
            box = _free_place(label, dots[token], taken, width / 2, height / 2)
            if box is not None:
                taken.append(box)
                labels.add(label)
                self.named.append(token)
        return labels


def _free_place(
    label: Words, dot: np.ndarray, taken: list[tuple[float, ...]], right: float, top: float
) -> tuple[float, ...] | None:
    """Put a label beside its dot where nothing else is and return its box; None if there is no such place."""
    for side in _SIDES:
        label.next_to(dot, side, buff=DOT + 0.05)
        (left, low, _), (far, high, _) = label.get_corner(DOWN + LEFT), label.get_corner(UP + RIGHT)
        clear = all(far < box[0] or left > box[2] or high < box[1] or low > box[3] for box in taken)
        if clear and -right < left and far < right and -top < low and high < top:
            return (left, low, far, high)
    return None


def _axes(width: float, height: float) -> VGroup:
    """Return two faint lines, along the lower and the left side."""
    corner = np.array([-width / 2, -height / 2, 0])
    look = {"color": palette().muted, "stroke_width": 1.5, "stroke_opacity": 2 * DIMMED}
    return VGroup(Line(corner, corner + width * RIGHT, **look), Line(corner, corner + height * UP, **look))


def plane_notes(beat: Beat, push: PushPlane, first: str) -> VGroup:
    """Return what a plane shows: what its two directions are, whom it leaves out, how long the arrow is drawn.

    first: the token that is left out.
    """
    how, of = N_("the share of the vectors' variance that the plane keeps"), "attention-text/stream"
    kept = Measured("plane", push.explained, how, (of, "attention-text/head_update"))
    share, muted = {"share": f"{push.explained:.0%}"}, palette().muted
    told = [
        beat.words(N_("keeps {share} of their spread"), SMALL, muted, because=kept, values=share),
        beat.words(
            N_("without “{word}”"),
            SMALL,
            muted,
            because=Quoted(token_on_screen(first)),
            values={"word": token_on_screen(first)},
        ),
    ]
    if push.factor != 1:
        text, times = N_("the arrow is drawn {factor} times longer"), {"factor": push.factor}
        told.append(beat.words(text, SMALL, muted, because=push.longer, values=times))
    left, right = push.axes.get_left()[0], push.axes.get_right()[0]
    top, low = push.axes.get_top()[1], push.axes.get_bottom()[1]
    up = beat.words(N_("up: the direction of ΔE"), SMALL, palette().positive)
    up.move_to([left + 0.15, top - 0.15, 0], aligned_edge=LEFT)
    notes = VGroup(*told).arrange(RIGHT, buff=0.5).move_to([right, top - 0.15, 0], aligned_edge=RIGHT)
    across = beat.words(N_("across: where the tokens differ most"), SMALL, muted, because=kept)
    across.move_to([right, low + 0.2, 0], aligned_edge=RIGHT)
    return VGroup(up, notes, across)
