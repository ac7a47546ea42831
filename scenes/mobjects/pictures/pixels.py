"""Draws pictures made of cells: a digit's pixels, the weights of one neuron."""

from __future__ import annotations

from typing import Any

import numpy as np

from scenes.drawing.tiles import Tiles
from scenes.mobjects.pictures.colormap import brightness, diverging

GRID_LINE = 0.16  # alpha of the line between two cells, so that a black pixel is still a cell
GAP = 0.06  # share of a cell left free between it and the next
RIM = 1.7  # times as wide as that line is the rim of a neuron
FRAME = 0.3  # alpha of the line around a small picture


def grid_centers(rows: int, columns: int, height: float) -> np.ndarray:
    """Return (rows * columns, 3) centers of square cells, row by row from the upper left, around the origin."""
    side = height / rows
    x = (np.arange(columns) - (columns - 1) / 2) * side
    y = ((rows - 1) / 2 - np.arange(rows)) * side
    xx, yy = np.meshgrid(x, y)
    return np.stack([xx.ravel(), yy.ravel(), np.zeros(rows * columns)], axis=1)


def picture_frames(centers: np.ndarray, height: float) -> Tiles:
    """Return the frames of small pictures, rounded a little, around their centers (n, 3)."""
    line = brightness(np.full(len(centers), FRAME))
    return Tiles(centers, height / 2, fill=line * [1, 1, 1, 0], stroke=line, stroke_width=1.6, corner=0.12)


class CellPicture(Tiles):
    """A rows × columns picture; item i is the cell of row i // columns, column i % columns.

    fill: (rows * columns, 4). height: scene units. gap: share of a cell left free between cells. line: alpha of the
    line that lies there.
    """

    def __init__(
        self,
        shape: tuple[int, int],
        fill: np.ndarray,
        *,
        height: float,
        gap: float = GAP,
        line: float = GRID_LINE,
        **kwargs: Any,
    ) -> None:
        self.shape = shape
        rows, columns = shape
        half = 0.5 * height / rows * (1 - gap)
        outline = brightness(np.full(rows * columns, line))
        width = 100 * gap / 2 * height / rows  # a line half as wide as the gap meets its neighbour's in the middle
        super().__init__(
            grid_centers(rows, columns, height), half, fill=fill, stroke=outline, stroke_width=width, **kwargs
        )

    def round_off(self, share: float = 0.84, line: float = 0.6) -> CellPicture:
        """Turn the cells into discs of `share` of their size, with a rim of alpha `line`: pixels become neurons."""
        self.scale_items(share)
        self.stroke_width = self.stroke_width * np.float32(RIM)
        self.corner = np.ones(len(self), np.float32)
        self.stroke = brightness(np.full(len(self), line))
        return self

    def cell(self, row: int, column: int) -> np.ndarray:
        """Return the center (3,) of a cell."""
        return self.centers[row * self.shape[1] + column]


class DigitImage(CellPicture):
    """A grey-level image: pixels (rows, columns) in [0, 1], the alpha of what is bright equal to the pixel."""

    def __init__(self, pixels: np.ndarray, *, height: float = 3.0, **kwargs: Any) -> None:
        self.pixels = np.asarray(pixels)
        rows, columns = self.pixels.shape
        super().__init__((rows, columns), brightness(self.pixels.ravel()), height=height, **kwargs)

    def show_pixels(self, pixels: np.ndarray) -> DigitImage:
        """Show other pixels of the same shape; `.animate.show_pixels(...)` fades from one to the other."""
        self.pixels = np.asarray(pixels)
        self.fill = brightness(self.pixels.ravel())
        return self


class SignedPicture(CellPicture):
    """Signed values (rows, columns) as cells: blue positive, red negative, alpha = |value| / scale."""

    def __init__(self, values: np.ndarray, *, scale: float, height: float = 3.0, **kwargs: Any) -> None:
        self.values = np.asarray(values)
        rows, columns = self.values.shape
        super().__init__((rows, columns), diverging(self.values.ravel(), scale), height=height, **kwargs)


class DigitWall(Tiles):
    """Many images side by side, row by row, as one mobject; only pixels that are not black are items.

    images: (n, rows, columns) in [0, 1]. across: images a row. height: of the whole wall, scene units. margin: share of
    an image's side left free between images; below 0 they overlap, as MNIST's digits leave a fifth of their image
    empty. Items come image by image, nearest to the wall's middle first, so that `Create` lets it grow from there.
    """

    def __init__(self, images: np.ndarray, *, across: int, height: float, margin: float = -0.2, **kwargs: Any) -> None:
        count, rows, columns = images.shape
        down = -(-count // across)
        self.pitch = height / down
        self.image_height = self.pitch * (1 - margin)
        places = grid_centers(down, across, height)[:count]
        order = np.argsort(np.linalg.norm(places, axis=1), kind="stable")
        self.places = places  # (n, 3) where each image is, in the order given
        inked = images[order] > 0  # (image, row, column)
        cells = grid_centers(rows, columns, self.image_height).reshape(rows, columns, 3)
        centers = (places[order][:, None, None] + cells[None])[inked]
        fill = brightness(images[order][inked])
        super().__init__(centers, 0.5 * self.image_height / rows, fill=fill, **kwargs)


def weight_table(
    weights: np.ndarray, scale: float, side: float, share: float, center: np.ndarray
) -> tuple[list[SignedPicture], Tiles]:
    """Return the pictures of many neurons' weights in as square a table as there is room for, and their frames.

    weights: (neuron, rows, columns). scale: the |weight| that is drawn opaque. side: of the table, scene units,
    of which a picture gets about a third at most. share: of its place that a picture fills. center: of the table, (3,).
    """
    columns = int(np.ceil(np.sqrt(len(weights))))
    rows = int(np.ceil(len(weights) / columns))
    pitch = side * min(1.4 / 4, 1 / columns)
    places = grid_centers(rows, columns, rows * pitch)[: len(weights)] + center
    pictures = [SignedPicture(values, scale=scale, height=share * pitch, line=0) for values in weights]
    for picture, place in zip(pictures, places, strict=True):
        picture.move_to(place)
    return pictures, picture_frames(places, share * pitch)
