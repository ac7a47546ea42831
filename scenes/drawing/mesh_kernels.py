"""Draws a surface of many small facets, of which those in front hide those behind.

Every pixel is looked at in four places. In each the nearest facet gives the colour, so that the outline is smooth where
one hill stands before another, and no seam shows between two facets. Lines on the surface (a grid, contours) are the
places where a coordinate that runs over the surface is a whole number: how far such a place is, in pixels, follows from
how fast the coordinate grows across the facet, so lines are equally thin near and far.
"""

from __future__ import annotations

import numba
import numpy as np

from scenes.drawing.threads import parallel_for

SIDE = 2  # places looked at along each side of a pixel
BAND = 64  # rows of a frame that are drawn at a time
SEAM = np.float32(1e-3)  # places by which facets overlap, so that rounding leaves no hole between them
NOTHING = np.float32(-1e30)  # as near as what is not there


def draw_mesh(
    frame: np.ndarray,
    corners: np.ndarray,
    colors: np.ndarray,
    marks: np.ndarray,
    lines: np.ndarray,
    *,
    width: float,
    alpha: float,
) -> None:
    """Draw a grid of corners as a surface, two triangles a cell.

    frame: (height, width, 4) uint8, premultiplied. corners: (rows, columns, 3) x and y in pixels, and how near each is
    to the viewer. colors: (rows, columns, 3) 0-255. marks: (rows, columns, m) coordinates, lines run where one is
    whole. lines: (m, 4) for each coordinate the colour of its lines, 0-255, and their alpha. width: of the lines,
    pixels. alpha: of the whole, 0-1.
    """
    values = np.ascontiguousarray(np.concatenate([corners, colors, marks], axis=2), dtype=np.float32)
    x, y = corners[..., 0], corners[..., 1]
    left, right = (int(np.clip(end, 0, frame.shape[1])) for end in (np.floor(x.min()), np.ceil(x.max())))
    top, bottom = (int(np.clip(end, 0, frame.shape[0])) for end in (np.floor(y.min()), np.ceil(y.max())))
    if left >= right or top >= bottom:
        return
    lines = np.ascontiguousarray(lines, dtype=np.float32).reshape(-1, 4)

    def draw_band(number: int) -> None:
        first = top + number * BAND
        part = frame[first : min(first + BAND, bottom), left:right]
        _draw_band(part, values, lines, np.float32(width / 2), np.float32(alpha), left, first)

    parallel_for(-(-(bottom - top) // BAND), draw_band)


@numba.njit(cache=True, nogil=True, fastmath=True)
def _draw_band(part, values, lines, half_width, alpha, left, top):
    height, width = part.shape[0], part.shape[1]
    nearest = np.full((height * SIDE, width * SIDE), NOTHING, np.float32)
    seen = np.empty((height * SIDE, width * SIDE, 3), np.float32)
    slow, reach = np.empty(len(lines), np.float32), np.empty(len(lines), np.float32)
    for row in range(values.shape[0] - 1):
        for column in range(values.shape[1] - 1):
            one, two = values[row, column], values[row, column + 1]
            three, four = values[row + 1, column], values[row + 1, column + 1]
            _draw_facet(nearest, seen, one, two, three, lines, slow, reach, half_width, left, top)
            _draw_facet(nearest, seen, two, four, three, lines, slow, reach, half_width, left, top)
    _blend(part, nearest, seen, alpha)


@numba.njit(cache=True, nogil=True, fastmath=True)
def _draw_facet(nearest, seen, one, two, three, lines, slow, reach, half_width, left, top):
    """Draw one triangle into the places looked at. Each corner: x, y, nearness, red, green, blue, marks.

    slow, reach: (m,) room for what is worked out for each kind of line.
    """
    x0, y0 = (one[0] - left) * SIDE - 0.5, (one[1] - top) * SIDE - 0.5  # so that places have whole coordinates
    x1, y1 = (two[0] - left) * SIDE - 0.5, (two[1] - top) * SIDE - 0.5
    x2, y2 = (three[0] - left) * SIDE - 0.5, (three[1] - top) * SIDE - 0.5
    first, last = max(0, int(np.ceil(min(y0, y1, y2)))), min(nearest.shape[0] - 1, int(np.floor(max(y0, y1, y2))))
    begin, end = max(0, int(np.ceil(min(x0, x1, x2)))), min(nearest.shape[1] - 1, int(np.floor(max(x0, x1, x2))))
    area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    if first > last or begin > end or abs(area) < 1e-6:
        return
    over, half = np.float32(1) / area, np.float32(0.5)
    for number in range(lines.shape[0]):
        rise, fall = two[6 + number] - one[6 + number], three[6 + number] - one[6 + number]
        across = (rise * (y2 - y0) - fall * (y1 - y0)) * over  # growth from one place to the next
        down = (fall * (x1 - x0) - rise * (x2 - x0)) * over
        pace = np.sqrt(across * across + down * down) * SIDE
        slow[number] = 1 / max(pace, np.float32(1e-9))  # pixels a unit of the coordinate
        reach[number] = ((half_width + half) * pace) ** 2
    # shares of the second and third corner, and how they grow from one place to the next
    second_across, third_across = (y2 - y0) * over, -(y1 - y0) * over
    for y in range(first, last + 1):
        second_left = (-x0 * (y2 - y0) - (x2 - x0) * (y - y0)) * over
        third_left = ((x1 - x0) * (y - y0) + x0 * (y1 - y0)) * over
        low, high = _part_above_zero(second_left, second_across, np.float32(begin), np.float32(end))
        low, high = _part_above_zero(third_left, third_across, low, high)
        low, high = _part_above_zero(1 - second_left - third_left, -second_across - third_across, low, high)
        for x in range(int(np.ceil(low)), int(np.floor(high)) + 1):
            second, third = second_left + x * second_across, third_left + x * third_across
            near = one[2] + second * (two[2] - one[2]) + third * (three[2] - one[2])
            if near <= nearest[y, x]:
                continue
            nearest[y, x] = near
            for color in range(3):
                at = 3 + color
                seen[y, x, color] = one[at] + second * (two[at] - one[at]) + third * (three[at] - one[at])
            for number in range(lines.shape[0]):
                at = 6 + number
                rise, fall = two[at] - one[at], three[at] - one[at]
                value = one[at] + second * rise + third * fall
                away = abs(value - np.round(value))
                if away * away >= reach[number]:
                    continue
                cover = lines[number, 3] * min(np.float32(1), half_width + half - away * slow[number])
                for color in range(3):
                    seen[y, x, color] += (lines[number, color] - seen[y, x, color]) * cover


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always")
def _part_above_zero(start, growth, low, high):
    """Return the part of an interval in which `start` + `growth` · x is not below 0; it may be empty."""
    if growth > 0:
        return max(low, np.float32(-start / growth) - SEAM), high
    if growth < 0:
        return low, min(high, np.float32(-start / growth) + SEAM)
    return (low, high) if start >= 0 else (high + 1, high)


@numba.njit(cache=True, nogil=True, fastmath=True)
def _blend(part, nearest, seen, alpha):
    """Blend each pixel with the mean of the places in it that show the surface."""
    for y in range(part.shape[0]):
        for x in range(part.shape[1]):
            count, red, green, blue = 0, 0.0, 0.0, 0.0
            for down in range(SIDE):
                for across in range(SIDE):
                    at_y, at_x = y * SIDE + down, x * SIDE + across
                    if nearest[at_y, at_x] > NOTHING:
                        count += 1
                        red += seen[at_y, at_x, 0]
                        green += seen[at_y, at_x, 1]
                        blue += seen[at_y, at_x, 2]
            if count == 0:
                continue
            share = alpha * count / (SIDE * SIDE)
            part[y, x, 0] = np.uint8(part[y, x, 0] + (red / count - part[y, x, 0]) * share + 0.5)
            part[y, x, 1] = np.uint8(part[y, x, 1] + (green / count - part[y, x, 1]) * share + 0.5)
            part[y, x, 2] = np.uint8(part[y, x, 2] + (blue / count - part[y, x, 2]) * share + 0.5)
            part[y, x, 3] = np.uint8(part[y, x, 3] + (255 - part[y, x, 3]) * share + 0.5)
