"""Reads Typst's SVG straight into cubic curves.

What Typst writes is a small part of SVG: nested groups with a transform, `use` of glyph symbols, filled paths, and
straight strokes (fraction bars, roots, overlines). Reading just that takes about a millisecond a formula.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

import numpy as np

_XLINK = "{http://www.w3.org/1999/xlink}href"
_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_NUMBERS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Q": 4, "Z": 0}

Affine = np.ndarray  # (2, 3): the SVG matrix a c e / b d f


@dataclass(frozen=True)
class Shape:
    """One glyph or one bar. curves: (4 k, 2) cubic Bézier points in the page's units, y down. fill: "#rrggbb".

    pen: where the glyph's origin stands, (2,); for a bar the origin of its path.
    """

    curves: np.ndarray
    fill: str
    pen: np.ndarray


class UnreadableSvgError(ValueError):
    """An SVG that holds something that Typst does not write for text and formulas."""


def read_shapes(svg: bytes) -> list[Shape]:
    """Return the shapes that an SVG of Typst's draws, in drawing order."""
    root = ElementTree.fromstring(svg)
    glyphs = {
        symbol.get("id", ""): "".join(path.get("d", "") for path in symbol)
        for symbol in root.iter()
        if _tag(symbol) == "symbol"
    }
    identity = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    return list(_shapes_of(root, identity, glyphs))


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _shapes_of(parent: ElementTree.Element, outer: Affine, glyphs: dict[str, str]) -> Iterator[Shape]:
    for element in parent:
        kind = _tag(element)
        if kind == "defs":
            continue
        place = _compose(outer, _affine(element.get("transform")))
        if kind == "g":
            yield from _shapes_of(element, place, glyphs)
        elif kind == "use":
            offset = np.array([float(element.get("x", 0)), float(element.get("y", 0))])
            curves = read_path(glyphs[element.get(_XLINK, "").lstrip("#")]) + offset
            yield Shape(_apply(place, curves), element.get("fill", ""), _apply(place, offset))
        elif kind == "path":
            yield from _path_shapes(element, place)
        else:
            raise UnreadableSvgError(f"an SVG of text and formulas has no <{kind}>")


def _path_shapes(element: ElementTree.Element, place: Affine) -> Iterator[Shape]:
    """Yield a filled path as it is, and a stroked one as the outline of its stroke."""
    curves, fill, stroke = read_path(element.get("d", "")), element.get("fill", "none"), element.get("stroke", "none")
    if fill != "none":
        yield Shape(_apply(place, curves), fill, place[:, 2])
    if stroke != "none":
        outline = _stroke_outline(curves, float(element.get("stroke-width", 1)))
        yield Shape(_apply(place, outline), stroke, place[:, 2])


def _stroke_outline(curves: np.ndarray, width: float) -> np.ndarray:
    """Return the outline of straight strokes with butt ends: a rectangle for each."""
    ends = curves.reshape(-1, 4, 2)[:, [0, 3]]
    along = ends[:, 1] - ends[:, 0]
    middle = curves.reshape(-1, 4, 2)[:, 1] - ends[:, 0]
    if not np.allclose(along[:, 0] * middle[:, 1], along[:, 1] * middle[:, 0]):
        raise UnreadableSvgError("only straight strokes can be drawn")
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
    normal *= width / 2 / np.linalg.norm(along, axis=1, keepdims=True)
    corners = np.stack([ends[:, 0] + normal, ends[:, 1] + normal, ends[:, 1] - normal, ends[:, 0] - normal], axis=1)
    return _lines(corners, np.roll(corners, -1, axis=1)).reshape(-1, 2)


def _lines(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return straight segments (..., 2) as cubic curves (..., 4, 2)."""
    third = (end - start) / 3
    return np.stack([start, start + third, end - third, end], axis=-2)


# Transforms ---------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=4096)
def _affine(transform: str | None) -> Affine:
    if not transform:
        return np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    match = re.fullmatch(r"(matrix|translate|scale)\(([^)]*)\)", transform.strip())
    if match is None:
        raise UnreadableSvgError(f"a transform that Typst does not write: {transform}")
    kind, values = match[1], [float(token) for token in re.split(r"[ ,]+", match[2].strip())]
    if kind == "matrix":
        a, b, c, d, e, f = values
        return np.array([[a, c, e], [b, d, f]])
    first, second = values[0], values[1] if len(values) > 1 else (values[0] if kind == "scale" else 0.0)
    if kind == "translate":
        return np.array([[1.0, 0.0, first], [0.0, 1.0, second]])
    return np.array([[first, 0.0, 0.0], [0.0, second, 0.0]])


def _compose(outer: Affine, inner: Affine) -> Affine:
    linear = outer[:, :2] @ inner
    linear[:, 2] += outer[:, 2]
    return linear


def _apply(affine: Affine, points: np.ndarray) -> np.ndarray:
    return points @ affine[:, :2].T + affine[:, 2]


# Path data ----------------------------------------------------------------------------------------------------


@dataclass
class _Pen:
    """Follows path commands and keeps the cubic curves they draw; a point is a complex number, y its imaginary part."""

    at: complex = 0j
    start: complex = 0j
    points: list[complex] = field(default_factory=list)

    def move(self, end: complex) -> None:
        self.close()
        self.at = self.start = end

    def line(self, end: complex) -> None:
        third = (end - self.at) / 3
        self.cubic(self.at + third, end - third, end)

    def cubic(self, first: complex, second: complex, end: complex) -> None:
        self.points += (self.at, first, second, end)
        self.at = end

    def quadratic(self, control: complex, end: complex) -> None:
        self.cubic(self.at + (control - self.at) * 2 / 3, end + (control - end) * 2 / 3, end)

    def close(self) -> None:
        """End the loop where it began, by a line; where the gap is a rounding error, by moving the last point."""
        if self.at == self.start:
            return
        if abs(self.at - self.start) < 1e-6:
            self.points[-1] = self.start
        else:
            self.line(self.start)
        self.at = self.start


@functools.lru_cache(maxsize=4096)
def read_path(data: str) -> np.ndarray:
    """Return the cubic Bézier points (4 k, 2) of SVG path data; every loop is closed, a last lone line stays open."""
    pen, tokens, place, command = _Pen(), _TOKEN.findall(data), 0, ""
    while place < len(tokens):
        if tokens[place].isalpha():
            command, place = tokens[place], place + 1
        count = _NUMBERS.get(command.upper())
        if count is None:
            raise UnreadableSvgError(f"a path command that Typst does not write: {command!r}")
        _follow(pen, command, [float(token) for token in tokens[place : place + count]])
        place += count
        if command in "Mm":  # further pairs of numbers after a move are lines
            command = "L" if command == "M" else "l"
    curves = np.array(pen.points, dtype=complex).view(float).reshape(-1, 2)
    curves.setflags(write=False)
    return curves


def _follow(pen: _Pen, command: str, values: list[float]) -> None:
    """Let the pen carry out one command; small letters count from where it stands."""
    kind, origin = command.upper(), pen.at if command.islower() else 0j
    if kind == "Z":
        pen.close()
    elif kind == "H":
        pen.line(complex(origin.real + values[0], pen.at.imag))
    elif kind == "V":
        pen.line(complex(pen.at.real, origin.imag + values[0]))
    else:
        points = [origin + complex(x, y) for x, y in zip(values[::2], values[1::2], strict=True)]
        moves: dict[str, Callable[..., None]] = {"M": pen.move, "L": pen.line, "C": pen.cubic, "Q": pen.quadratic}
        moves[kind](*points)
