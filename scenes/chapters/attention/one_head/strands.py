"""What a matrix does to a vector, as lines from its numbers to those that come out."""

from __future__ import annotations

import numpy as np
from manim import DOWN, UP

from scenes.chapters.attention.one_head.cells import Strips
from scenes.chapters.attention.one_head.passed_on import FLYING
from scenes.drawing.batched import rgb255
from scenes.drawing.edges import Edges
from scenes.look.style import palette


def strands_between(high: Strips, low: Strips, products: np.ndarray) -> Edges:
    """Return the strongest products, (feature below, feature above), as lines from the upper strip to the lower."""
    kept = np.argsort(np.abs(products), axis=None)[-FLYING:]
    into, out = np.unravel_index(kept, products.shape)
    starts, ends = high.cells.centers[out], low.cells.centers[into]
    values = products[into, out]
    shade = np.where(values[:, None] >= 0, rgb255(palette().positive), rgb255(palette().negative))
    alpha = 0.55 * np.abs(values) / np.abs(values).max()
    order = np.argsort(out, kind="stable")
    rgba = np.column_stack([shade, alpha])[order]
    return Edges(starts[order] + 0.25 * DOWN, ends[order] + 0.3 * UP, rgba=rgba, stroke=1.2)
