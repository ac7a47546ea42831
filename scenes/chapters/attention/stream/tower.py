"""The blocks of a model, one upon the other: lines for what attention carries, boxes for the networks behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenes.drawing.batched import rgb255
from scenes.drawing.edges import Edges
from scenes.drawing.tiles import Tiles
from scenes.look.style import palette

ATTENTION_FROM, ATTENTION_TO, NETWORK_AT = 0.06, 0.62, 0.82  # of a block's height
FAINTEST = 0.02  # of all weight: lines that carry less are not drawn
RUN_ALPHA = 0.32  # of the upright lines


@dataclass(frozen=True)
class TowerLayout:
    """Where blocks stand: columns from left to right, block after block from the bottom up. Scene units."""

    left: float
    right: float
    bottom: float
    block: float

    def x(self, position: np.ndarray | int, count: int) -> np.ndarray:
        """Return where a column is of so many."""
        return self.left + (self.right - self.left) * np.asarray(position) / max(1, count - 1)

    def y(self, layer: np.ndarray | int, share: float = 0.0) -> np.ndarray:
        """Return the height of a share of a block."""
        return self.bottom + (np.asarray(layer) + share) * self.block


class Additions:
    """What the blocks did to the vectors of all words.

    Lengths (layer, position) are shares of the vector's length behind the block: `attention` of what attention adds,
    `network` of all else that the block does. last: (layer + 1, feature), the last word's vector before and behind each
    block.
    """

    def __init__(self, stream: np.ndarray, update: np.ndarray) -> None:
        stream = stream.astype(float)
        behind = np.maximum(np.linalg.norm(stream[1:], axis=-1), 1e-12)
        self.attention = np.linalg.norm(update, axis=-1) / behind
        self.network = np.linalg.norm(stream[1:] - stream[:-1] - update, axis=-1) / behind
        self.last = stream[:, -1]

    @property
    def network_leads(self) -> int:
        """In how many blocks the rest adds more to the last word's vector than attention does."""
        return int((self.network[:, -1] > self.attention[:, -1]).sum())


class Tower:
    """What was recorded of all blocks.

    weights: (layer, query, key), the mean of all heads. added: (layer, position), the length of what the network adds,
    as a share of the vector's length behind the block.
    """

    def __init__(self, weights: np.ndarray, added: np.ndarray) -> None:
        self.added = added
        self.layers, self.count = added.shape
        self.layer, self.query, self.key = np.nonzero(weights > FAINTEST)  # of each line
        self.weight = weights[self.layer, self.query, self.key]
        self.box_layer = np.repeat(np.arange(self.layers), self.count)

    def lines(self, room: TowerLayout, *, stacked: bool = True, only: int | None = None) -> Edges:
        """Return the lines of attention, as bright as their weight.

        stacked: whether each block stands in its place, or all on the lowest. only: of one layer.
        """
        kept = np.ones(len(self.layer), bool) if only is None else self.layer == only
        layer = self.layer[kept] * stacked
        low = self._points(room, self.key[kept], room.y(layer, ATTENTION_FROM))
        high = self._points(room, self.query[kept], room.y(layer, ATTENTION_TO))
        rgba = np.empty((len(low), 4), np.float32)
        rgba[:, :3], rgba[:, 3] = rgb255(palette().attention), self.weight[kept]
        return Edges(low, high, rgba=rgba, stroke=2.4 if room.block > 1 else 1.4)

    def boxes(self, room: TowerLayout, *, stacked: bool = True, only: int | None = None) -> Tiles:
        """Return the networks, one for each word, as bright as what they add is long."""
        kept = np.ones(len(self.box_layer), bool) if only is None else self.box_layer == only
        position = np.tile(np.arange(self.count), self.layers)[kept]
        centers = self._points(room, position, room.y(self.box_layer[kept] * stacked, NETWORK_AT))
        pitch = (room.right - room.left) / max(1, self.count - 1)
        fill = np.empty((len(centers), 4), np.float32)
        fill[:, :3], fill[:, 3] = rgb255(palette().positive), np.clip(self.added.ravel()[kept], 0, 1)
        rim = fill.copy()
        rim[:, 3] = 0.55
        half = min(0.3 * pitch, 0.19 * room.block, 0.32)
        return Tiles(centers, half, fill=fill, stroke=rim, stroke_width=min(1.6, 16 * half), corner=0.2)

    def runs(self, room: TowerLayout, top: float | np.ndarray) -> Edges:
        """Return the upright lines along which the vectors go, from the lowest block up to `top`."""
        position = np.arange(self.count)
        low = self._points(room, position, np.full(self.count, room.bottom - 0.08))
        high = self._points(room, position, np.full(self.count, top))
        rgba = np.tile(np.append(rgb255(palette().line), RUN_ALPHA), (self.count, 1))
        return Edges(low, high, rgba=rgba, stroke=1.4)

    def _points(self, room: TowerLayout, position: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.stack([room.x(position, self.count), y, np.zeros(len(y))], axis=1)
