"""Draws a value for every pair of tokens, queries down and keys across: a disc, and where there is room a number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import LEFT, PI, UP, Group, VGroup
from manim.utils.color import ParsableManimColor

from scenes.drawing.batched import rgb255
from scenes.drawing.edges import Edges
from scenes.drawing.tiles import Tiles
from scenes.look.style import SMALL, palette
from scenes.mobjects.pictures.pixels import CellPicture
from scenes.text.many_numbers import Numbers
from scenes.text.tokens import SMALLEST, token_words

NUMBER_ROOM = (2.35, 1.35)  # em that a number such as −0.12 takes across and down
LARGEST = 0.46  # radius of a disc at full strength, in cells
SOLID = 0.95  # alpha of all discs: their area alone tells the strength
_LINE = 0.13  # alpha of the lines between the cells


class AttentionGrid(Group):
    """A table of a head's values, (query, key): row i holds the values of token i's query for each key.

    values: (query, key); those that are −∞ or NaN draw nothing. strength: (query, key) in [0, 1], the share of a cell's
    area that a disc fills; |values| over their greatest unless given. queries, keys: the tokens beside the rows and
    over the columns. width, height: room for the cells without the labels, scene units. widest: a cell's side at most,
    scene units. form: of the numbers, which take `number_room` em across and down. label_size: em of the tokens at
    most.

    Members: `lines` between the cells, `discs` (one Tiles, row by row), `numbers` (one Numbers, or an empty Group where
    the cells are too small), `query_labels`, `key_labels`.
    """

    def __init__(
        self,
        values: np.ndarray,
        queries: Sequence[str],
        keys: Sequence[str],
        *,
        strength: np.ndarray | None = None,
        width: float = 7.5,
        height: float = 5.4,
        form: str = "{:.2f}",
        color: ParsableManimColor | None = None,
        widest: float = 0.95,
        number_room: tuple[float, float] = NUMBER_ROOM,
        label_size: float = SMALL,
    ) -> None:
        rows, columns = values.shape
        self.shape = (rows, columns)
        self.cell = np.array([min(width / columns, widest), min(height / rows, widest)])  # across and down
        self.form, self._number_room = form, number_room
        self.centers = self._places()
        self.lines = grid_lines(self.shape, self.cell)
        self.shade = palette().attention if color is None else color  # a mobject's own `color` is reset by manim
        self.discs = self._discs(_strength(values) if strength is None else strength)
        self.numbers = self._numbers(values)
        em = float(np.clip(0.62 * self.cell[1], SMALLEST, label_size))
        self.query_labels = VGroup(*[token_words(token, em) for token in queries])
        self.key_labels = VGroup(*[token_words(token, em) for token in keys])
        self._place_labels()
        super().__init__(self.lines, self.discs, self.numbers, self.query_labels, self.key_labels)

    @property
    def has_numbers(self) -> bool:
        """Whether the cells are large enough for numbers."""
        return isinstance(self.numbers, Numbers)

    def place(self, query: int, key: int) -> np.ndarray:
        """Return the center (3,) of a cell now."""
        return self.discs.centers[query * self.shape[1] + key]

    def with_strength(self, strength: np.ndarray) -> Tiles:
        """Return discs with other strengths (query, key), where the discs are now, as a target for a transformation."""
        target = self._discs(strength)
        return target.move_items(self.discs.centers)

    def _places(self) -> np.ndarray:
        rows, columns = self.shape
        row, column = np.divmod(np.arange(rows * columns), columns)
        x = (column - (columns - 1) / 2) * self.cell[0]
        y = ((rows - 1) / 2 - row) * self.cell[1]
        return np.stack([x, y, np.zeros(len(x))], axis=1)

    def _discs(self, strength: np.ndarray) -> Tiles:
        share = np.sqrt(np.clip(np.nan_to_num(strength.ravel()), 0, 1))
        fill = np.empty((share.size, 4), np.float32)
        fill[:, :3] = rgb255(self.shade)
        fill[:, 3] = np.where(share > 0, SOLID, 0)
        return Tiles(self.centers, np.maximum(LARGEST * self.cell.min() * share, 1e-4), fill=fill, corner=1.0)

    def _numbers(self, values: np.ndarray) -> Numbers | Group:
        across, down = self.cell / self._number_room
        em = float(min(across, down, SMALL))
        if em < SMALLEST:
            return Group()
        numbers = Numbers(np.where(np.isfinite(values), values, 0), self.centers, form=self.form, size=em)
        numbers.shown = np.isfinite(values.ravel()).astype(np.float32)
        return numbers

    def _place_labels(self) -> None:
        rows, columns = self.shape
        left, top = -columns * self.cell[0] / 2, rows * self.cell[1] / 2
        for row, label in enumerate(self.query_labels):
            label.next_to([left, self.centers[row * columns][1], 0], LEFT, buff=0.16)
        widest = max(label.width for label in self.key_labels)
        upright = widest < 0.92 * self.cell[0]
        slanted = not upright and widest + self.key_labels[0].height < 1.3 * self.cell[0]  # so none is over the next
        for column, label in enumerate(self.key_labels):
            if not upright:
                label.rotate(PI / 4 if slanted else PI / 2)
            label.next_to([self.centers[column][0], top, 0], UP, buff=0.14)
            if slanted:
                label.align_to([self.centers[column][0] - 0.1, 0, 0], LEFT)


class PatternPicture(CellPicture):
    """A pattern without numbers, (query, key) in [0, 1]: the alpha of a cell is the square root of its weight.

    So faint weights, of which a row has many, can still be seen.
    """

    def __init__(self, pattern: np.ndarray, *, height: float, color: ParsableManimColor | None = None) -> None:
        self.shade = palette().attention if color is None else color
        super().__init__(pattern.shape, self._shades(pattern), height=height, gap=0.0, line=0.0)

    def show_pattern(self, pattern: np.ndarray) -> PatternPicture:
        """Show another pattern of the same shape; `.animate.show_pattern(...)` fades from one to the other."""
        self.fill = self._shades(pattern)
        return self

    def _shades(self, pattern: np.ndarray) -> np.ndarray:
        fill = np.empty((pattern.size, 4), np.float32)
        fill[:, :3] = rgb255(self.shade)
        fill[:, 3] = np.sqrt(np.clip(pattern.ravel(), 0, 1))
        return fill


def _strength(values: np.ndarray) -> np.ndarray:
    """Return |values| over the greatest of them, those that are not finite as 0."""
    sizes = np.where(np.isfinite(values), np.abs(values), 0)
    greatest = sizes.max(initial=0)
    return sizes / greatest if greatest > 0 else sizes


def grid_lines(shape: tuple[int, int], cell: np.ndarray) -> Edges:
    """Return the lines around and between cells."""
    rows, columns = shape
    right, top = columns * cell[0] / 2, rows * cell[1] / 2
    across = [([-right, y, 0], [right, y, 0]) for y in np.linspace(-top, top, rows + 1)]
    down = [([x, -top, 0], [x, top, 0]) for x in np.linspace(-right, right, columns + 1)]
    starts, ends = (np.array(part, dtype=float) for part in zip(*across, *down, strict=True))
    rgba = np.tile(np.append(rgb255(palette().line), _LINE), (len(starts), 1))
    return Edges(starts, ends, rgba=rgba, stroke=1.0)
