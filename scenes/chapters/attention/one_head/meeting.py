"""Every query against every key: the grid that several beats fill, and what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from manim import DOWN, LEFT, RIGHT, RoundedRectangle, VGroup

from scenes.chapters.attention.one_head.reading import head_note, model_sizes, tokens_of
from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Because, Measured
from scenes.language.translation import N_
from scenes.look.frame import layout_in
from scenes.look.style import SMALL, STROKE, TITLE, palette
from scenes.mobjects.grids.attention_grid import NUMBER_ROOM, AttentionGrid
from scenes.text.numbers import Number
from scenes.text.tokens import SMALLEST, TokenRow, token_on_screen
from scenes.text.typeset import Formula

if TYPE_CHECKING:
    from engine.recording import Recording
    from scenes.beats.beat import Beat

LONGEST = 11  # letters of a token beside the grid
CELL = 1.15  # scene units, at most
BEHIND = 0.2  # opacity of discs behind their numbers
WHOLE = "{:.0f}"
QUERY, KEY = "attention-text/query", "attention-text/key"
LEAST, MOST = -9.95, 99.5  # numbers between these have room for a decimal


@dataclass(frozen=True)
class Table:
    """Where the grid stands, and the panel beside it or above it that tells what is done to the numbers.

    cells: room for them, across and down. room: left, right, bottom and top of what grid and labels may take, the sums
    of the rows being right of it. steps: where what is done is told, one after the other, in lines of `line` scene
    units, `told` its em. pair: the middle of the pair that is told of, across: whether it stands in a row. drop: how
    far it makes room for the second step.
    """

    cells: tuple[float, float]
    room: tuple[float, float, float, float]
    steps: tuple[tuple[float, float], ...]
    pair: tuple[float, float]
    line: float = 3.4
    told: float = SMALL
    across: bool = False
    drop: float = 0.0
    formula: float = TITLE
    number_room: tuple[float, float] = (2.1, NUMBER_ROOM[1])
    label: float = SMALLEST


TABLES: Mapping[str, Table] = {
    "16:9": Table(
        (6.9, 5.6),
        (-2.95, 5.75, -3.5, 3.05),
        ((-4.9, 2.45), (-4.9, 1.0), (-4.9, -0.45), (-4.9, -2.2)),
        (-4.9, -0.9),
        drop=0.6,
        number_room=NUMBER_ROOM,
        label=SMALL,
    ),
    "4:3": Table(
        (5.45, 5.6),
        (-2.45, 4.25, -3.5, 3.05),
        ((-3.75, 2.6), (-3.75, 1.0), (-3.75, -0.45), (-3.75, -2.2)),
        (-3.75, -0.9),
        line=2.2,
        drop=0.6,
    ),
    "1:1": Table(
        (5.45, 3.5),
        (-3.55, 2.92, -3.05, 1.45),
        ((-2.85, 2.5), (-1.25, 2.5), (0.4, 2.5), (2.55, 2.5)),
        (1.85, 2.6),
        line=1.7,
        told=0.25,
        across=True,
        formula=0.9 * TITLE,
        number_room=(2.1, 1.25),
    ),
    "9:16": Table(
        (5.45, 6.9),
        (-3.55, 2.92, -6.5, 1.6),
        ((-1.9, 5.3), (-1.9, 3.4), (1.8, 5.3), (1.8, 3.2)),
        (1.6, 4.4),
        line=2.1,
        across=True,
        formula=1.2 * TITLE,
    ),
}


def clipped(token: str) -> str:
    """Return a token as it stands beside a grid, the end of a long one left out."""
    text = token_on_screen(token)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def products_of(recording: Recording) -> np.ndarray:
    """Return the dot product of every query with every key, (query, key)."""
    return recording.read("query").astype(float) @ recording.read("key").astype(float).T


def best_other(products: np.ndarray) -> int:
    """Return which key, other than its own, the last token's query fits best."""
    return int(products[-1, :-1].argmax())


def cell_form(values: np.ndarray) -> str:
    """Return how numbers are written that are to fit into cells."""
    finite = values[np.isfinite(values)]
    return "{:.1f}" if finite.min() > LEAST and finite.max() < MOST else WHOLE


def lay_grid(values: np.ndarray, tokens: list[str], form: str) -> AttentionGrid:
    """Return the grid of signed values (query, key), blue and red, in the room right of the panel."""
    labels, table = [clipped(token) for token in tokens], layout_in(TABLES)
    left, right, bottom, top = table.room
    width, height = table.cells
    for _ in range(2):  # the labels' height is known only once they are set
        grid = AttentionGrid(
            values,
            labels,
            labels,
            width=width,
            height=height,
            form=form,
            widest=CELL,
            number_room=table.number_room,
            label_size=table.label,
        )
        height -= max(0.0, grid.height - (top - bottom))
    grid.query_labels.set_color(palette().attention)
    grid.key_labels.set_color(palette().right)
    tint(grid.discs, values)
    grid.move_to([(left + right) / 2, (bottom + top) / 2, 0])
    return grid


def tint(discs: Tiles, values: np.ndarray) -> Tiles:
    """Colour discs by the sign of their values (query, key)."""
    positive, negative = rgb255(palette().positive), rgb255(palette().negative)
    discs.fill[:, :3] = np.where(values.reshape(-1, 1) >= 0, positive, negative)
    return discs


def mark_cell(grid: AttentionGrid, query: int, key: int) -> RoundedRectangle:
    """Return the frame around one cell."""
    return oblong_frame(grid.cell[0] + 0.04, grid.cell[1] + 0.04, palette().attention).move_to(grid.place(query, key))


def mark_row(grid: AttentionGrid, query: int) -> RoundedRectangle:
    """Return the frame around all cells of a query."""
    middle = (grid.place(query, 0) + grid.place(query, grid.shape[1] - 1)) / 2
    return oblong_frame(grid.cell[0] * grid.shape[1] + 0.04, grid.cell[1] + 0.04, palette().attention).move_to(middle)


def oblong_frame(width: float, height: float, color: str) -> RoundedRectangle:
    """Return a frame that says: look here."""
    return RoundedRectangle(
        width=width,
        height=height,
        corner_radius=min(0.07, height / 4),
        stroke_color=color,
        stroke_width=1.5 * STROKE,
    )


def chip_of(token: str, color: str) -> VGroup:
    """Return one token's chip in the colour of what it does: ask or answer."""
    chip = TokenRow([clipped(token)], width=3.2).chip(0)
    chip[0].set_stroke(color).set_fill(color, opacity=0.16)
    return chip


class QueryKeyGrid:
    """The grid of all dot products with what stands beside it: where one beat ends and the next begins.

    products: (query, key), measured as `dots`. best: the key that the last token's query fits best. step: the formula
    of what was done. pair: the last token's chip, the sign between, the other's chip, and their number.
    """

    def __init__(self, beat: Beat, recording: Recording) -> None:
        self.tokens, self.size = tokens_of(recording), int(model_sizes(recording)["head_size"])
        self.products = products_of(recording)
        how = N_("the dot product of each query with each key")
        self.dots = Measured("products", self.products.tolist(), how, (QUERY, KEY))
        self.note = head_note(beat, recording)
        self.grid = lay_grid(self.products, self.tokens, WHOLE)
        beat.ground(self.grid.numbers, self.dots)
        self.grid.discs.set_opacity(BEHIND if self.grid.has_numbers else 1.0)
        self.best = int(self.products[-1].argmax())
        self.last = len(self.tokens) - 1
        self.mark = mark_cell(self.grid, self.last, self.best)
        told = N_("dot products\ndisc area: size, up to {largest}")
        largest = {"largest": f"{np.abs(self.products).max():.0f}"}
        source = "{{bold(q) : q}} dot {{bold(k) : k}}"
        self.step = self.step_of(beat, 0, source, told, because=self.dots, values=largest)
        self.step[0].part("q").set_color(palette().attention)
        self.step[0].part("k").set_color(palette().right)
        self.pair = self.pair_of(self.best)

    def step_of(
        self,
        beat: Beat,
        place: int,
        source: str,
        told: str,
        *,
        because: Because = None,
        values: Mapping[str, object] | None = None,
    ) -> VGroup:
        """Return the formula of one step at its place beside the grid, and what it is called.

        because: what both rest on. values: for each `{name}` in what is told.
        """
        table = layout_in(TABLES)
        formula = Formula(source, table.formula, because=because)
        words = beat.words(told, table.told, palette().muted, line_width=table.line, because=because, values=values)
        group = VGroup(formula, words).arrange(DOWN, buff=0.14)
        return group.move_to([*table.steps[place], 0])

    def pair_of(self, key: int) -> VGroup:
        """Return the last token's query and a key with their dot product, one below the other."""
        asks = chip_of(self.tokens[-1], palette().attention)
        answers = chip_of(self.tokens[key], palette().right)
        number = Number(float(self.products[-1, key]), "{:.1f}", 1.3 * TITLE, because=self.dots)
        pair, table = VGroup(asks, Formula("dot", 1.4 * TITLE), answers, number), layout_in(TABLES)
        if table.across:
            VGroup(*pair[:3]).arrange(RIGHT, buff=0.25)
            number.next_to(VGroup(*pair[:3]), DOWN, buff=0.3)
        else:
            pair.arrange(DOWN, buff=0.12)
            number.shift(0.25 * DOWN)
        return pair.move_to([*table.pair, 0])

    @property
    def labels(self) -> VGroup:
        """The tokens beside the rows and over the columns."""
        return VGroup(self.grid.query_labels, self.grid.key_labels)


def sums_beside(grid: AttentionGrid, sums: np.ndarray, because: Because) -> VGroup:
    """Return the sum of each row (query,) right of it."""
    em = grid.query_labels[0].size
    numbers = [Number(float(value), "{:.2f}", em, palette().text, because=because) for value in sums]
    right = grid.lines.get_right()[0]
    for query, number in enumerate(numbers):
        number.next_to([right, grid.place(query, 0)[1], 0], -LEFT, buff=0.18)
    return VGroup(*numbers)
