"""Draws the layered network: columns of neurons, and the weights between them as edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from manim import Group
from manim.animation.animation import Animation
from manim.utils.rate_functions import linear

from scenes.drawing.batched import Canvas, rgb255
from scenes.drawing.edges import Edges
from scenes.drawing.tiles import Tiles
from scenes.look.style import THIN, palette
from scenes.mobjects.pictures.colormap import brightness, diverging

ROOMIER = 1.4  # how much wider than the tallest column a short one may be spaced
QUIET = 0.22  # alpha of an edge of which nothing is said


class Neurons(Tiles):
    """One layer's neurons as discs; how bright a disc is shows its activation. A disc hides what runs behind it.

    centers: (n, 3). radius: scene units. indices: (n,) which neurons of the layer these are, all of them unless elided.
    """

    def __init__(self, centers: np.ndarray, radius: float, *, indices: np.ndarray | None = None, **kwargs: Any) -> None:
        count = len(centers)
        self.indices = np.arange(count) if indices is None else np.asarray(indices)
        self.radius = radius
        rim = brightness(np.full(count, 0.8))
        kwargs = {"stroke_width": min(1.6, 30 * radius), **kwargs}
        super().__init__(centers, radius, fill=brightness(np.zeros(count)), stroke=rim, corner=1.0, **kwargs)

    def activate(self, values: np.ndarray, scale: float = 1.0) -> Neurons:
        """Show the activations of the whole layer, (layer size,); `.animate.activate(...)` moves to them."""
        self.fill = brightness(np.asarray(values)[self.indices], scale)
        return self

    def draw(self, canvas: Canvas) -> None:
        """Draw the discs, the background under each, so that no edge behind one tints its shade."""
        background = np.tile(np.append(rgb255(palette().background), 1), (len(self), 1))
        self.draw_as(canvas, background, 0 * self.stroke)
        super().draw(canvas)

    def place(self, index: int) -> np.ndarray:
        """Return the center (3,) of neuron `index` of the layer; raises KeyError where it is elided."""
        found = np.flatnonzero(self.indices == index)
        if not len(found):
            raise KeyError(f"neuron {index} is not drawn; drawn are {self.indices.tolist()}")
        return self.centers[found[0]]


class WeightEdges(Edges):
    """The edges between two columns of neurons, one for each pair that is drawn, first by target, then by source.

    `weigh` colours them by a weight matrix (out, in); until then they are faint. While an animation runs between two
    weighings the weights are interpolated, and each shade is that of the weight at that moment.
    """

    item_arrays: ClassVar[tuple[str, ...]] = ("rgba", "stroke", "values")

    def __init__(self, source: Neurons, target: Neurons, *, stroke: float = THIN, **kwargs: Any) -> None:
        begin = np.tile(source.centers, (len(target), 1))
        end = np.repeat(target.centers, len(source), axis=0)
        along = end - begin
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        self.sources = np.tile(source.indices, len(target))
        self.targets = np.repeat(target.indices, len(source))
        super().__init__(begin + along * source.radius, end - along * target.radius, stroke=stroke, **kwargs)
        self.rgba[:, 3] = QUIET
        self.values = np.zeros(len(self), dtype=np.float32)
        self.scale_of_values: float | None = None

    def pick(self, matrix: np.ndarray) -> np.ndarray:
        """Return the entries (n,) of a layer-wide matrix (out, in) that belong to the edges drawn."""
        return np.asarray(matrix)[self.targets, self.sources]

    def weigh(self, weight: np.ndarray, scale: float) -> WeightEdges:
        """Colour by `weight` (out, in): blue positive, red negative, alpha = |weight| / scale."""
        self.values = self.pick(weight).astype(np.float32)
        self.scale_of_values = scale
        self.rgba = diverging(self.values, scale)
        return self

    def interpolate_color(self, start: Any, end: Any, alpha: float) -> WeightEdges:
        super().interpolate_color(start, end, alpha)
        if start.scale_of_values and end.scale_of_values:
            scale = start.scale_of_values * (1 - alpha) + end.scale_of_values * alpha
            self.scale_of_values = scale
            self.rgba = diverging(self.values, scale)
        else:
            self.scale_of_values = end.scale_of_values if alpha == 1 else None
        return self

    def set_color(self, color: Any, alpha: Any = None, family: bool = True) -> WeightEdges:
        self.scale_of_values = None
        super().set_color(color, alpha, family)
        return self

    def only_into(self, index: int, rest: float = 0.0) -> WeightEdges:
        """Show the edges that end in neuron `index`; the others keep `rest` of their alpha."""
        self.shown = np.where(self.targets == index, 1.0, rest).astype(np.float32)
        return self

    def all_again(self) -> WeightEdges:
        """Undo `only_into`."""
        self.shown = np.ones(len(self), dtype=np.float32)
        return self


class PassingFlash(Animation):
    """A flash that runs along edges from their starts to their ends.

    rgba: (n, 4), colours 0-255, alpha 0-1. width: manim's stroke width. length: share of the edge lit. It draws on
    strokes of its own that are gone afterwards.
    """

    def __init__(
        self, edges: Edges, rgba: np.ndarray, *, width: float = 3.0, length: float = 0.45, **kwargs: Any
    ) -> None:
        self._from, self._to, self._length = edges.starts.copy(), edges.ends.copy(), length
        flash = Edges(self._from, self._from, rgba=rgba, stroke=width)
        super().__init__(flash, remover=True, introducer=True, **{"rate_func": linear, **kwargs})

    def interpolate_mobject(self, alpha: float) -> None:
        head = np.clip(alpha * (1 + self._length), 0, 1)
        tail = np.clip(alpha * (1 + self._length) - self._length, 0, 1)
        along = self._to - self._from
        self.mobject.points[0::2] = self._from + along * tail
        self.mobject.points[1::2] = self._from + along * head


class Network(Group):
    """Layers of neurons from left to right, or downwards, with all edges between them.

    columns: the neurons of each layer, rows where it runs downwards. `edges[k]` joins layer k to layer k + 1;
    `ellipses[k]` are the dots of a layer of which only some neurons are drawn, three in each gap, or None.
    """

    def __init__(
        self, columns: Sequence[Neurons], ellipses: Sequence[Tiles | None] = (), *, stroke: float = THIN
    ) -> None:
        self.columns = list(columns)
        self.ellipses = list(ellipses) or [None] * len(self.columns)
        self.edges = [WeightEdges(a, b, stroke=stroke) for a, b in zip(self.columns, self.columns[1:], strict=False)]
        super().__init__(*self.edges, *self.columns, *[dots for dots in self.ellipses if dots is not None])

    def set_opacity(self, opacity: float) -> Self:
        """Multiply what all parts show by `opacity`, 0 to 1, which manim's plain group would not pass on."""
        for part in self.submobjects:
            part.set_opacity(opacity)
        return self

    def animate_activations(self, layer: int, values: np.ndarray, scale: float = 1.0) -> Any:
        """Return the animation of layer `layer` taking on the activations (layer size,)."""
        return self.columns[layer].animate.activate(values, scale)

    def animate_weights(self, weights: Sequence[np.ndarray], scales: Sequence[float]) -> list[Any]:
        """Return an animation for each set of edges, taking on its weights (out, in) at its scale."""
        return [e.animate.weigh(w, s) for e, w, s in zip(self.edges, weights, scales, strict=True)]

    def animate_flow(self, layer: int, weight: np.ndarray, activation: np.ndarray, **kwargs: Any) -> PassingFlash:
        """Return a flash along `edges[layer]`, bright in proportion to |w · a| and coloured by the sign of w · a.

        weight: (out, in). activation: (in,) of the layer that the edges start from. The largest |w · a| is opaque.
        """
        edges = self.edges[layer]
        flow = edges.pick(np.asarray(weight) * np.asarray(activation)[None, :])  # (edge,)
        return PassingFlash(edges, diverging(flow, max(float(np.abs(flow).max()), 1e-9)), **kwargs)

    def ellipsis(self, layer: int) -> Tiles:
        """Return the dots of a layer of which only some neurons are drawn; raises KeyError where all are."""
        dots = self.ellipses[layer]
        if dots is None:
            raise KeyError(f"all neurons of layer {layer} are drawn: it has no dots")
        return dots


def elided(count: int, shown: int) -> np.ndarray:
    """Return which of `count` neurons are drawn when at most `shown` are: the first and the last halves."""
    if count <= shown:
        return np.arange(count)
    first = (shown + 1) // 2
    return np.concatenate([np.arange(first), np.arange(count - (shown - first), count)])


def _column(
    count: int, indices: np.ndarray, x: float, spacing: float, radius: float, downwards: bool
) -> tuple[Neurons, Tiles | None]:
    """Build a column of the neurons in `indices` with three dots, two places high, wherever others are left out.

    downwards: whether the network runs so, the column being a row at the height -x.
    """
    bounds = np.concatenate([[-1], indices, [count]])
    gaps = np.diff(bounds) > 1  # (drawn + 1,) whether neurons are left out before each drawn one, and after the last
    slot = np.arange(len(indices)) + 2 * np.cumsum(gaps[:-1])
    slots = len(indices) + 2 * int(gaps.sum())
    y = ((slots - 1) / 2 - slot) * spacing
    places = np.stack([np.full(len(indices), x), y, np.zeros(len(indices))], axis=1)
    column = Neurons(_laid_over(places) if downwards else places, radius, indices=indices)
    if not gaps.any():
        return column, None
    before = np.append(y, y[-1] - 3 * spacing)[gaps] + 1.5 * spacing  # the middle of each gap
    dots = np.array([[x, middle + step * 0.55 * spacing, 0] for middle in before for step in (1, 0, -1)])
    dots = _laid_over(dots) if downwards else dots
    return column, Tiles(dots, 0.1 * spacing, fill=brightness(np.full(len(dots), 0.8)), corner=1.0)


def _laid_over(places: np.ndarray) -> np.ndarray:
    """Return places (n, 3) with what ran to the right running down, and what ran down running to the right."""
    return places[:, [1, 0, 2]] * [-1, -1, 1]


def layered_network(
    sizes: Sequence[int],
    *,
    width: float = 9.0,
    height: float = 6.2,
    shown: int = 16,
    drawn: Mapping[int, np.ndarray] | None = None,
    stroke: float = THIN,
    downwards: bool = False,
) -> Network:
    """Return the usual diagram: a column a layer, evenly spaced, centered at the origin.

    width, height: scene units from the first column to the last and of the tallest column; where the network runs
    `downwards`, a row a layer, its neurons from left to right, from the first row to the last and of the longest. Of a
    layer at most `shown` neurons are drawn, the first and the last, or those that `drawn[layer]` names in rising order.
    """
    chosen = [elided(n, shown) if drawn is None or k not in drawn else drawn[k] for k, n in enumerate(sizes)]
    gaps = [np.count_nonzero(np.diff(np.concatenate([[-1], c, [n]])) > 1) for c, n in zip(chosen, sizes, strict=True)]
    slots = np.array([len(c) + 2 * g for c, g in zip(chosen, gaps, strict=True)])
    spacings = height / np.maximum(slots, slots.max() / ROOMIER)
    xs = np.linspace(-width / 2, width / 2, len(sizes))
    built = [
        _column(n, c, float(x), float(spacing), float(0.36 * spacing), downwards)
        for n, c, x, spacing in zip(sizes, chosen, xs, spacings, strict=True)
    ]
    return Network([column for column, _ in built], [dots for _, dots in built], stroke=stroke)


def bias_marks(column: Neurons, bias: np.ndarray, scale: float) -> Tiles:
    """Return a mark at the lower right of each drawn neuron, coloured by its bias (layer size,): blue +, red −."""
    rgba = diverging(np.asarray(bias)[column.indices], scale)
    outline = np.tile(np.append(rgb255(palette().line), 1.0), (len(column), 1))
    places = column.centers + np.array([0.78, -0.78, 0]) * column.radius
    return Tiles(places, 0.42 * column.radius, fill=rgba, stroke=outline, stroke_width=0.8, corner=1.0)
