"""Contains the glyphs of which numbers are composed: outlines, widths, and masks for drawing thousands of them.

All digits of Computer Modern are half an em wide, so a running number does not tremble.
"""

from __future__ import annotations

import functools
import itertools
import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cairo
import numba
import numpy as np

from scenes.text.typst_outlines import outlines_of
from scenes.text.typst_source import spaced_document

MINUS = "−"
SPACE = 0.5  # em: as wide as a digit, so that padded numbers stand in columns
_COMMON = string.digits + ".,+%" + MINUS
_NOT_ZERO = re.compile("[1-9]")
_PHASES = 8  # places within a pixel, along each axis, at which a mask is drawn


@dataclass(frozen=True)
class Glyph:
    """The outline of one character and its advance.

    points: (k, 2) cubic Bézier points in ems, the pen at the origin. advance: ems to the next glyph.
    """

    points: np.ndarray
    advance: float


def glyph(character: str) -> Glyph:
    """Return the glyph of a character; raises FontError where there is none."""
    if character.isspace():
        return Glyph(np.zeros((0, 2)), SPACE)
    return _glyphs(_COMMON)[character] if character in _COMMON else _glyphs(character)[character]


@functools.lru_cache(maxsize=256)
def _glyphs(characters: str) -> dict[str, Glyph]:
    outlines = outlines_of(spaced_document(characters + "0"))  # the last one tells where the one before it ends
    points, pens = outlines.glyphs(), outlines.pens
    steps = zip(characters, points, itertools.pairwise(pens[:, 0]), strict=False)
    return {character: Glyph(own - [start, 0], end - start) for character, own, (start, end) in steps}


def digit_height() -> float:
    """Return the height of a digit, em."""
    return float(glyph("0").points[:, 1].max())


def format_number(value: float, form: str) -> str:
    """Return a number as text: with a true minus sign, and no minus before a zero."""
    text = form.format(value)
    if "-" not in text:
        return text
    if not _NOT_ZERO.search(text):
        text = form.format(abs(value))
    return text.replace("-", MINUS)


def line_up(text: str) -> tuple[np.ndarray, float]:
    """Return the outline of a line of glyphs, (k, 2) in ems from its left end, and its width."""
    pen, placed = 0.0, [np.zeros((0, 2))]
    for one in map(glyph, text):
        placed.append(one.points + np.array([pen, 0.0]))
        pen += one.advance
    return np.concatenate(placed), pen


def in_line(texts: Sequence[str]) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Return the characters of all texts in line: the distinct ones, and three arrays (n,) with an entry a character.

    The arrays hold the character's position among the distinct ones, the text that it belongs to, and its advance in
    ems.
    """
    names, which = characters_of(texts)
    owner = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    return names, which, owner, np.array([glyph(name).advance for name in names])[which]


# Masks -----------------------------------------------------------------------------------------------------


class Atlas:
    """Masks of glyphs at one size and angle, drawn by Cairo when first asked for, at eighths of a pixel.

    up: (2,) the em upwards in pixels, y down.
    """

    def __init__(self, up: tuple[float, float]) -> None:
        right = (-up[1], up[0])
        self._ems_to_pixels = np.array([right, up])
        self._masks_of: dict[
            str, np.ndarray
        ] = {}  # for each character (64,) the mask at each phase, -1 if not drawn yet
        self._masks: list[np.ndarray] = []
        self._boxes: list[tuple[int, int, int, int, int]] = []  # where in the pixels, left, top, width, height

    def find(self, names: list[str], which: np.ndarray, phases: np.ndarray) -> np.ndarray:
        """Return the mask of each character, (n,). which: (n,) positions in `names`; phases: (n,)."""
        for name in names:
            self._masks_of.setdefault(name, np.full(_PHASES**2, -1, dtype=np.int64))
        table = np.stack([self._masks_of[name] for name in names])
        wanted = np.zeros(table.shape, dtype=bool)
        wanted[which, phases] = True
        for place, phase in np.argwhere(wanted & (table < 0)).tolist():
            table[place, phase] = self._masks_of[names[place]][phase] = self._add(names[place], phase)
        return table[which, phases]

    def pixels(self) -> tuple[np.ndarray, np.ndarray]:
        """Return all masks' bytes in line, and (mask, 5) where each begins, its left, top, width and height."""
        return np.concatenate(self._masks), np.array(self._boxes, dtype=np.int64)

    def _add(self, name: str, phase: int) -> int:
        offset = np.array([phase // _PHASES, phase % _PHASES]) / _PHASES
        mask, left, top = _draw_mask(glyph(name).points @ self._ems_to_pixels + offset)
        begins = self._boxes[-1][0] + self._boxes[-1][3] * self._boxes[-1][4] if self._boxes else 0
        self._masks.append(mask.ravel())
        self._boxes.append((begins, left, top, mask.shape[1], mask.shape[0]))
        return len(self._masks) - 1


@functools.lru_cache(maxsize=32)
def atlas(up: tuple[float, float]) -> Atlas:
    """Return the atlas of a size and angle; those used last are kept."""
    return Atlas(up)


def _draw_mask(points: np.ndarray) -> tuple[np.ndarray, int, int]:
    """Return how much of each pixel an outline covers, (height, width) uint8, and the mask's left and top pixel."""
    left, top = np.floor(points.min(axis=0)).astype(int)
    width, height = np.ceil(points.max(axis=0)).astype(int) - [left, top] + 1
    surface = cairo.ImageSurface(cairo.FORMAT_A8, int(width), int(height))
    context = cairo.Context(surface)
    context.translate(-left, -top)
    at = None
    for start, first, second, end in points.reshape(-1, 4, 2).tolist():
        if start != at:
            context.move_to(*start)
        context.curve_to(*first, *second, *end)
        at = end
    context.fill()
    surface.flush()
    rows = np.frombuffer(surface.get_data(), dtype=np.uint8).reshape(height, surface.get_stride())
    return rows[:, :width].copy(), int(left), int(top)


def split_places(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split pixel places (n, 2) into whole pixels, (n, 2) int64, and the phase within them, (n,)."""
    eighths = np.round(places * _PHASES).astype(np.int64)
    whole = eighths // _PHASES
    within = eighths - whole * _PHASES
    return whole, within[:, 0] * _PHASES + within[:, 1]


def characters_of(texts: Iterable[str]) -> tuple[list[str], np.ndarray]:
    """Return the distinct characters of all texts, and for each character, text after text, its position there."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), dtype="<u4").astype(np.int64)
    position = np.zeros(codes.max(initial=0) + 1, dtype=np.int64)
    position[codes] = 1
    distinct = np.flatnonzero(position)
    position[distinct] = np.arange(len(distinct))
    return [chr(code) for code in distinct.tolist()], position[codes]


@numba.njit(cache=True, nogil=True)
def draw_masks(
    frame: np.ndarray, places: np.ndarray, masks: np.ndarray, rgba: np.ndarray, pixels: np.ndarray, boxes: np.ndarray
) -> None:
    """Blend coloured masks into a frame, in order.

    frame: (height, width, 4) uint8, premultiplied. places: (n, 2) whole pixels. masks: (n,) rows of `boxes`.
    rgba: (n, 4), colours 0-255, alpha 0-1. pixels, boxes: as an atlas gives them.
    """
    rows, columns = frame.shape[0], frame.shape[1]
    half = np.float32(0.5)
    for i in range(masks.size):
        if rgba[i, 3] < 1 / 512:
            continue
        begin, left, top, width, height = boxes[masks[i]]
        left += places[i, 0]
        top += places[i, 1]
        for y in range(max(0, -top), min(height, rows - top)):
            for x in range(max(0, -left), min(width, columns - left)):
                cover = pixels[begin + y * width + x]
                if cover == 0:
                    continue
                share = rgba[i, 3] * cover / np.float32(255)
                pixel = frame[top + y, left + x]
                pixel[0] = np.uint8(pixel[0] + (rgba[i, 0] - pixel[0]) * share + half)
                pixel[1] = np.uint8(pixel[1] + (rgba[i, 1] - pixel[1]) * share + half)
                pixel[2] = np.uint8(pixel[2] + (rgba[i, 2] - pixel[2]) * share + half)
                pixel[3] = np.uint8(pixel[3] + (np.float32(255) - pixel[3]) * share + half)
