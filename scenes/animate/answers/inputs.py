"""Draws what goes into a model, in small: pictures, points of a plane, tokens, or rows of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import Group
from manim.mobject.mobject import Mobject

from scenes.drawing.batched import rgb255
from scenes.drawing.edges import Edges
from scenes.look.style import SMALL, palette
from scenes.mobjects.pictures.colormap import diverging
from scenes.mobjects.pictures.pixels import CellPicture, picture_frames
from scenes.text.tokens import CHIP_PAD, TokenRow

if TYPE_CHECKING:
    from engine.recording import ArrayInfo

PICTURE, POINT, TOKENS, NUMBERS = "picture", "point", "tokens", "numbers"
FINEST = 48  # pixels a side that are drawn
MOST_NUMBERS = 32  # that are drawn side by side
RGB = 3
SEAMLESS = -0.08  # pixels overlap a little, so that no seams show


def kind_of_input(info: ArrayInfo) -> str:
    """Return the kind of an array of inputs, by its axes."""
    if {"height", "width"} <= set(info.axes) and len(info.axes) <= 4:
        return PICTURE
    if info.axes == ("batch", "position") and info.dtype.kind in "iu":
        return TOKENS
    return POINT if info.axes == ("batch", "feature") and info.shape[1] == 2 else NUMBERS


def input_to_draw(arrays: dict[str, ArrayInfo]) -> str:
    """Return the name of the input that is drawn of several: a picture before tokens, tokens before numbers."""
    order = (PICTURE, TOKENS, POINT, NUMBERS)
    return min(arrays, key=lambda name: (order.index(kind_of_input(arrays[name])), name))


def picture(values: np.ndarray, span: tuple[float, float], height: float) -> Group:
    """Draw pixels (height, width) or (channel, height, width) in a frame; of other than 3 channels the first.

    span: the values of a pixel that is blank and of one that is bright.
    """
    pixels = values if values.ndim == 2 else values[0]
    coarse = max(1, -(-max(pixels.shape) // FINEST))
    low, high = span
    shares = np.clip((np.asarray(values, dtype=float)[..., ::coarse, ::coarse] - low) / ((high - low) or 1), 0, 1)
    if shares.ndim == 3 and len(shares) == RGB:
        colors = 255 * shares.reshape(RGB, -1).T
    else:
        grey = shares.reshape(-1, shares.shape[-2] * shares.shape[-1])[0, :, None]
        colors = rgb255(palette().blank) * (1 - grey) + rgb255(palette().bright) * grey
    fill = np.append(colors, np.ones((len(colors), 1)), axis=1)
    rows, columns = shares.shape[-2:]
    cells = CellPicture((rows, columns), fill, height=height * min(1.0, rows / columns), gap=SEAMLESS, line=0.0)
    return Group(cells, picture_frames(np.zeros((1, 3)), height * 1.06))


def bars_of(values: np.ndarray, scale: float, width: float, height: float) -> Group:
    """Draw numbers (n,) as upright bars from a middle line: blue up, red down, `scale` the longest."""
    x = (np.arange(len(values)) + 0.5) / len(values) * width - width / 2
    up = np.clip(values / scale, -1, 1) * height / 2
    starts = np.stack([x, 0 * x, 0 * x], axis=1)
    rgba = diverging(np.where(values < 0, -1.0, 1.0), 1.0)
    bars = Edges(starts, starts + np.stack([0 * x, up, 0 * x], axis=1), rgba=rgba, stroke=70 * width / len(values))
    middle = np.append(rgb255(palette().muted), 0.8)[None]
    line = Edges(np.array([[-width / 2, 0, 0]]), np.array([[width / 2, 0, 0]]), rgba=middle)
    corners = np.array([[-width / 2, -height / 2, 0], [width / 2, height / 2, 0]])
    extent = Edges(corners[:1], corners[1:], rgba=np.zeros((1, 4)))  # unseen: all rows of bars take the same room
    return Group(extent, line, bars)


def strip_of(tokens: np.ndarray, width: float) -> Mobject:
    """Draw tokens, by their numbers, as chips in one row; dots stand for those in the middle that have no room."""
    texts = [str(token) for token in tokens.tolist()]
    em = SMALL
    lengths = np.array([0.5 * len(text) + 2 * CHIP_PAD + 0.3 for text in texts]) * em
    if lengths.sum() <= width:
        return TokenRow(texts, width=width + 1, size=em)
    fits = int(np.searchsorted(np.cumsum(np.sort(lengths)[::-1]), width)) - 1
    head = max(1, (fits + 1) // 2)
    tail = max(1, fits - head)
    return TokenRow([*texts[:head], "…", *texts[-tail:]], width=width + 1, size=em)
