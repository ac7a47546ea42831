"""Every query against every key: the grid that several beats fill, and what stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import DOWN, LEFT, RoundedRectangle, VGroup

from scenes.chapters.attention.reading import anatomy_of, head_note, tokens_of
from scenes.mobjects.attention_grid import AttentionGrid
from scenes.mobjects.batched import rgb255
from scenes.mobjects.numbers import Number
from scenes.mobjects.tiles import Tiles
from scenes.mobjects.tokens import TokenRow, shown
from scenes.mobjects.typeset import Formula
from scenes.style import SMALL, STROKE, TITLE, palette
from scenes.translation import N_

if TYPE_CHECKING:
    from engine.recording import Recording
    from scenes.chapter import Beat

LONGEST = 11  # letters of a token beside the grid
GRID_WIDTH, GRID_HEIGHT, CELL = 6.9, 5.6, 1.15  # of the cells, at most, scene units
ROOM_LEFT, ROOM_RIGHT, ROOM_BOTTOM, ROOM_TOP = -2.95, 5.75, -3.5, 3.05  # for grid and labels
PANEL = -4.9  # the middle of what stands left of the grid
STEPS = (2.45, 1.0, -0.45, -2.2)  # heights of what is done to the numbers, one after the other
BEHIND = 0.2  # opacity of discs behind their numbers
WHOLE = "{:.0f}"
LEAST, MOST = -9.95, 99.5  # numbers between these have room for a decimal


def clipped(token: str) -> str:
    """Return a token as it stands beside a grid, the end of a long one left out."""
    text = shown(token)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def products_of(recording: Recording) -> np.ndarray:
    """Return the dot product of every query with every key, (query, key)."""
    return recording.read("query") @ recording.read("key").T


def best_other(products: np.ndarray) -> int:
    """Return which key, other than its own, the last token's query fits best."""
    return int(products[-1, :-1].argmax())


def form_of(values: np.ndarray) -> str:
    """Return how numbers are written that are to fit into cells."""
    finite = values[np.isfinite(values)]
    return "{:.1f}" if finite.min() > LEAST and finite.max() < MOST else WHOLE


def lay_grid(values: np.ndarray, tokens: list[str], form: str) -> AttentionGrid:
    """Return the grid of signed values (query, key), blue and red, in the room right of the panel."""
    labels = [clipped(token) for token in tokens]
    height = GRID_HEIGHT
    for _ in range(2):  # the labels' height is known only once they are set
        grid = AttentionGrid(values, labels, labels, width=GRID_WIDTH, height=height, form=form, widest=CELL)
        height -= max(0.0, grid.height - (ROOM_TOP - ROOM_BOTTOM))
    grid.query_labels.set_color(palette().attention)
    grid.key_labels.set_color(palette().right)
    tint(grid.discs, values)
    grid.move_to([(ROOM_LEFT + ROOM_RIGHT) / 2, (ROOM_BOTTOM + ROOM_TOP) / 2, 0])
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


def oblongs(centers: np.ndarray, width: float, height: float, fill: np.ndarray) -> Tiles:
    """Return boxes of one size around their centers (n, 3), filled with colours (n, 4)."""
    boxes = Tiles(centers, width / 2, fill=fill)
    middles = np.repeat(boxes.centers, 4, axis=0)
    boxes.points = middles + (boxes.points - middles) * [1, height / width, 1]
    return boxes


def chip_of(token: str, color: str) -> VGroup:
    """Return one token's chip in the colour of what it does: ask or answer."""
    chip = TokenRow([clipped(token)], width=3.2).chip(0)
    chip[0].set_stroke(color).set_fill(color, opacity=0.16)
    return chip


class Meeting:
    """The grid of all dot products with what stands beside it: where one beat ends and the next begins.

    products: (query, key). best: the key that the last token's query fits best. step: the formula of what was done.
    pair: the last token's chip, the sign between, the other's chip, and their number.
    """

    def __init__(self, beat: Beat, recording: Recording) -> None:
        self.tokens, self.size = tokens_of(recording), int(anatomy_of(recording)["head_size"])
        self.products = products_of(recording)
        self.note = head_note(beat, recording)
        self.grid = lay_grid(self.products, self.tokens, WHOLE)
        self.grid.discs.set_opacity(BEHIND if self.grid.has_numbers else 1.0)
        self.best = int(self.products[-1].argmax())
        self.last = len(self.tokens) - 1
        self.mark = mark_cell(self.grid, self.last, self.best)
        self.step = self.step_of(beat, 0, "{{bold(q) : q}} dot {{bold(k) : k}}", N_("dot products"))
        self.step[0].part("q").set_color(palette().attention)
        self.step[0].part("k").set_color(palette().right)
        self.pair = self.pair_of(self.best)

    def step_of(self, beat: Beat, place: int, source: str, told: str) -> VGroup:
        """Return the formula of one step at its place beside the grid, and what it is called."""
        formula = Formula(source, TITLE)
        words = beat.words(told, SMALL, color=palette().muted, line_width=3.4)
        group = VGroup(formula, words).arrange(DOWN, buff=0.14)
        return group.move_to([PANEL, STEPS[place], 0])

    def pair_of(self, key: int) -> VGroup:
        """Return the last token's query and a key with their dot product, one below the other."""
        asks = chip_of(self.tokens[-1], palette().attention)
        answers = chip_of(self.tokens[key], palette().right)
        number = Number(float(self.products[-1, key]), "{:.1f}", 1.3 * TITLE)
        column = VGroup(asks, Formula("dot", 1.4 * TITLE), answers, number).arrange(DOWN, buff=0.12)
        number.shift(0.25 * DOWN)
        return column.move_to([PANEL, -0.9, 0])

    @property
    def labels(self) -> VGroup:
        """The tokens beside the rows and over the columns."""
        return VGroup(self.grid.query_labels, self.grid.key_labels)


def sums_beside(grid: AttentionGrid, sums: np.ndarray) -> VGroup:
    """Return the sum of each row (query,) right of it."""
    em = grid.query_labels[0].size
    numbers = [Number(float(value), "{:.2f}", em, palette().text, fixed="left") for value in sums]
    right = grid.lines.get_right()[0]
    for query, number in enumerate(numbers):
        number.next_to([right, grid.place(query, 0)[1], 0], -LEFT, buff=0.18)
    return VGroup(*numbers)
