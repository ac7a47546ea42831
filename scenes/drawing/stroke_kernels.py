"""Draws thousands of straight strokes, eight pixels at a time.

A stroke that runs more sideways than up covers in each column of pixels a short upright run. The picture is drawn strip
by strip, each a few columns wide; a strip's pixels are turned into floats with every column lying in line, a plane a
colour, so that a run is one vector operation a plane and nothing is rounded between one stroke and the next. Strokes
that run more up than sideways are drawn pixel by pixel; where they are the greater part, the picture is drawn on its
side. Coverage of a pixel is the length of the run within it, times how much of its column the stroke spans.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from scenes.drawing.threads import parallel_for

LANES = 8  # pixels of one vector operation
STRIP = 64  # columns of a strip: what two hundred rows of it take fits into the fastest cache
BLOCK = 64  # rows that are turned at a time, so that what is read and what is written are both at hand
INVISIBLE = 1 / 512  # alpha that changes no pixel

# Of a prepared stroke, each at its place in `_prepare`'s rows: first and last column that it meets, as coordinates;
# its upper edge where column 0 has its middle and how that falls from column to column; how tall it is in a column;
# the rows of its two ends, for a steep one, of which "column" and "row" change places but for the first two.
_LEFT, _RIGHT, _EDGE, _SLOPE, _TALL, _LOW, _HIGH, _STEEP = range(8)


def draw_segments(frame: np.ndarray, ends: np.ndarray, rgba: np.ndarray, width: np.ndarray) -> None:
    """Draw straight strokes in order, with square ends.

    frame: (height, width, 4) uint8, premultiplied. ends: (n, 4) x0, y0, x1, y1 in pixels. rgba: (n, 4), colours 0-255,
    alpha 0-1. width: (n,) pixels. The picture does not depend on the number of threads.
    """
    pixels = frame.view(np.uint32)[..., 0]
    along = np.abs(ends[:, 2:] - ends[:, :2])
    if 2 * np.count_nonzero(along[:, 1] > along[:, 0]) > len(ends):
        pixels, ends = pixels.T, ends[:, [1, 0, 3, 2]]
    rgba = np.ascontiguousarray(rgba, dtype=np.float32)
    _draw(pixels, np.ascontiguousarray(ends, dtype=np.float64), rgba, np.asarray(width, dtype=np.float64))


def _draw(pixels: np.ndarray, ends: np.ndarray, rgba: np.ndarray, width: np.ndarray) -> None:
    strokes = _prepare(ends, rgba, width)
    left, right = (int(np.clip(x, 0, pixels.shape[1])) for x in _extent(strokes))
    tallest = strokes[:, _TALL].max(initial=0.0)
    margin = int(tallest) + LANES + 2

    def draw_strip(number: int) -> None:
        first = left + number * STRIP
        _draw_strip(pixels[:, first : min(first + STRIP, right)], strokes, rgba, first, margin)

    parallel_for(-(-(right - left) // STRIP), draw_strip)


@numba.njit(cache=True, nogil=True)
def _prepare(ends, rgba, width):
    """Return what the strips need to know of each stroke, (n, 8), as named above; what is not to be seen meets none."""
    strokes = np.empty((len(ends), 8))
    for i in range(len(ends)):
        x0, y0, x1, y1 = ends[i]
        dx, dy = x1 - x0, y1 - y0
        length = np.sqrt(dx * dx + dy * dy)
        stroke = strokes[i]
        stroke[_LEFT], stroke[_RIGHT], stroke[_TALL] = np.inf, -np.inf, 0.0
        if length == 0 or width[i] <= 0 or rgba[i, 3] < INVISIBLE:
            continue
        steep = abs(dy) > abs(dx)
        tall = width[i] * length / max(abs(dx), abs(dy))
        slope = dx / dy if steep else dy / dx
        stroke[_EDGE] = (x0 - slope * y0 if steep else y0 - slope * x0) + 0.5 * slope - 0.5 * tall
        stroke[_SLOPE], stroke[_TALL], stroke[_STEEP] = slope, tall, 1.0 if steep else 0.0
        reach = 0.5 * tall if steep else 0.0
        stroke[_LEFT], stroke[_RIGHT] = min(x0, x1) - reach, max(x0, x1) + reach
        stroke[_LOW], stroke[_HIGH] = min(y0, y1), max(y0, y1)
    return strokes


@numba.njit(cache=True, nogil=True)
def _extent(strokes):
    left, right = np.inf, -np.inf
    for i in range(len(strokes)):
        left, right = min(left, strokes[i, _LEFT]), max(right, strokes[i, _RIGHT])
    return np.floor(left), np.ceil(right)


@numba.njit(cache=True, nogil=True, fastmath=True)
def _draw_strip(pixels, strokes, rgba, first, margin):
    """Draw into the columns `pixels` of a picture, which begin at its column `first`.

    margin: rows kept free above and below the strip, so that a run may begin above it and end below it.
    """
    height, columns = pixels.shape
    met, count = np.empty(len(strokes), np.int64), 0
    top, bottom = np.float64(height), 0.0
    for i in range(len(strokes)):
        if strokes[i, _RIGHT] > first and strokes[i, _LEFT] < first + columns:
            above, below = _rows_met(strokes[i], first, columns)
            if below > 0 and above < height:
                top, bottom = min(top, above), max(bottom, below)
                met[count] = i
                count += 1
    if count == 0:
        return
    row, end = max(0, int(top)), min(height, int(bottom) + 1)
    plane = _odd_lines(end - row + 2 * margin)
    floats = np.empty(columns * 4 * plane, np.float32)
    planes = 3 if _load(pixels[row:end], floats, plane, margin) else 4
    for place in range(count):
        stroke, color = strokes[met[place]], rgba[met[place]]
        if stroke[_STEEP] > 0:
            _draw_steep(floats, plane, planes, stroke, color, columns, end - row, first, row, margin)
        else:
            _draw_flat(floats, plane, planes, stroke, color, columns, end - row, first, row, margin)
    _store(pixels[row:end], floats, plane, planes, margin)


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always")
def _rows_met(stroke, first, columns):
    """Return between which rows a stroke runs where it passes the columns."""
    if stroke[_STEEP] > 0:
        return stroke[_LOW] - 1, stroke[_HIGH] + 1
    begin, end = max(stroke[_LEFT], first) - 1, min(stroke[_RIGHT], first + columns) + 1
    one, other = stroke[_EDGE] + stroke[_SLOPE] * begin, stroke[_EDGE] + stroke[_SLOPE] * end
    return min(one, other) - 1, max(one, other) + stroke[_TALL] + 1


@numba.njit(cache=True, nogil=True, inline="always")
def _odd_lines(rows):
    """Return the length of a plane for that many rows, an odd number of 64-byte lines.

    So the columns of a strip do not all fall on the same few places of the cache.
    """
    return 16 * ((rows + 15) // 16 | 1)


@numba.njit(cache=True, nogil=True)
def _load(pixels, floats, plane, margin):
    """Turn pixels into planes of floats; return whether all are opaque, and then leave the plane of alpha alone."""
    height, columns = pixels.shape
    opaque = np.uint32(255)
    for block in range(0, height, BLOCK):
        for x in range(columns):
            for y in range(block, min(block + BLOCK, height)):
                pixel, at = pixels[y, x], np.uint64(x * 4 * plane + y + margin)
                floats[at] = np.int32(pixel & np.uint32(255))
                floats[at + np.uint64(plane)] = np.int32((pixel >> np.uint32(8)) & np.uint32(255))
                floats[at + np.uint64(2 * plane)] = np.int32((pixel >> np.uint32(16)) & np.uint32(255))
                opaque &= pixel >> np.uint32(24)
    if opaque != 255:
        for y in range(height):
            for x in range(columns):
                floats[np.uint64((x * 4 + 3) * plane + y + margin)] = pixels[y, x] >> np.uint32(24)
    return opaque == 255


@numba.njit(cache=True, nogil=True)
def _store(pixels, floats, plane, planes, margin):
    half = np.float32(0.5)
    height, columns = pixels.shape
    for block in range(0, height, BLOCK):
        for x in range(columns):
            for y in range(block, min(block + BLOCK, height)):
                at = np.uint64(x * 4 * plane + y + margin)
                red = np.uint32(np.int32(floats[at] + half))
                green = np.uint32(np.int32(floats[at + np.uint64(plane)] + half))
                blue = np.uint32(np.int32(floats[at + np.uint64(2 * plane)] + half))
                alpha = np.uint32(255)
                if planes == 4:
                    alpha = np.uint32(np.int32(floats[at + np.uint64(3 * plane)] + half))
                pixels[y, x] = red | (green << np.uint32(8)) | (blue << np.uint32(16)) | (alpha << np.uint32(24))


# Strokes that run more sideways than up -------------------------------------------------------------------------------


@intrinsic
def _blend_run(typingctx: Any, floats: Any, at: Any, plane: Any, begin: Any, end: Any, share: Any, colors: Any) -> Any:
    """Blend one colour a plane over the eight pixels from `at` on, each by how much of it lies in `begin` to `end`.

    begin, end: float32, pixels from `at`. share: float32, of the colour where a pixel is covered whole. colors: a tuple
    of float32, one for each plane; the planes lie `plane` floats apart.
    """
    real = types.float32
    signature = types.void(floats, types.intp, types.intp, real, real, real, colors)
    vector, index = ir.VectorType(ir.FloatType(), LANES), ir.IntType(32)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        array, place, distance, begin, end, share, colors = values
        data = context.make_array(signature.args[0])(context, builder, array).data

        def spread(value: Any) -> Any:
            nothing = ir.Constant(vector, ir.Undefined)
            first = builder.insert_element(nothing, value, ir.Constant(index, 0))
            return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(index, LANES), [0] * LANES))

        def choose(comparison: str, one: Any, other: Any) -> Any:
            return builder.select(builder.fcmp_ordered(comparison, one, other, flags=("fast",)), one, other)

        def lanes(first: int) -> Any:
            return ir.Constant(vector, [float(first + lane) for lane in range(LANES)])

        covered = builder.fsub(choose("<", lanes(1), spread(end)), choose(">", lanes(0), spread(begin)))
        cover = builder.fmul(spread(share), choose(">", covered, ir.Constant(vector, [0.0] * LANES)))
        for number in range(len(signature.args[-1])):
            color = spread(builder.extract_value(colors, number))
            target = builder.bitcast(builder.gep(data, [place]), vector.as_pointer())
            behind = builder.load(target, align=4)
            step = builder.fmul(builder.fsub(color, behind), cover, flags=("fast",))
            builder.store(builder.fadd(behind, step, flags=("fast",)), target, align=4)
            place = builder.add(place, distance)
        return context.get_dummy_value()

    return signature, generate


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always")
def _blend_column(floats, column, plane, edge, tall, runs, share, colors):
    """Blend a run of pixels of one column. edge, tall: where it begins and how long it is, rows of the plane."""
    top = np.int64(edge)
    begin, at = np.float32(edge - top), column * 4 * plane + top
    for run in range(runs):
        ahead = begin - np.float32(LANES * run)
        _blend_run(floats, at + LANES * run, plane, ahead, ahead + tall, share, colors)  # type: ignore[call-arg]


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always")
def _draw_columns(floats, plane, stroke, alpha, colors, columns, height, first, row, margin):
    """Draw a stroke into the columns of a strip of which the planes hold `height` rows from `row` on."""
    left, right = stroke[_LEFT] - first, stroke[_RIGHT] - first
    slope, tall = stroke[_SLOPE], stroke[_TALL]
    edge = stroke[_EDGE] + slope * first - row + margin
    begin, end = max(left, 0.0), min(right, np.float64(columns))
    if abs(slope) > 1e-9:  # only the columns in which it meets these rows
        one, other = (margin - tall - edge) / slope, (margin + height - edge) / slope
        begin, end = max(begin, np.ceil(min(one, other))), min(end, np.floor(max(one, other)) + 1)
    elif edge + tall <= margin or edge >= margin + height:
        return
    start, stop = int(begin), int(np.ceil(end))
    runs = int(tall + 1) // LANES + 1
    for column in range(start, stop):
        share = alpha
        if column < left or column + 1 > right:  # it begins or ends within the column
            share *= np.float32(min(column + 1.0, right) - max(np.float64(column), left))
        _blend_column(floats, column, plane, edge + slope * column, np.float32(tall), runs, share, colors)


@numba.njit(cache=True, nogil=True, fastmath=True)
def _draw_flat(floats, plane, planes, stroke, color, columns, height, first, row, margin):
    red, green, blue, alpha = color
    if planes == 3:
        _draw_columns(floats, plane, stroke, alpha, (red, green, blue), columns, height, first, row, margin)
    else:
        opaque = np.float32(255)
        _draw_columns(floats, plane, stroke, alpha, (red, green, blue, opaque), columns, height, first, row, margin)


# Strokes that run more up than sideways -------------------------------------------------------------------------------


@numba.njit(cache=True, nogil=True, fastmath=True)
def _draw_steep(floats, plane, planes, stroke, color, columns, height, first, row, margin):
    low, high, slope, tall = stroke[_LOW] - row, stroke[_HIGH] - row, stroke[_SLOPE], stroke[_TALL]
    edge = stroke[_EDGE] + slope * row - first
    begin, end = max(low, 0.0), min(high, np.float64(height))
    if abs(slope) > 1e-9:  # only the rows in which it meets these columns
        one, other = (-tall - edge) / slope, (columns - edge) / slope
        begin, end = max(begin, np.floor(min(one, other))), min(end, np.ceil(max(one, other)) + 1)
    for y in range(int(begin), min(int(np.ceil(end)), height)):
        share = color[3] * np.float32(min(y + 1.0, high) - max(np.float64(y), low))
        left = edge + slope * y
        right = left + tall
        for x in range(max(int(left), 0), min(int(right) + 1, columns)):
            cover = share * np.float32(min(x + 1.0, right) - max(np.float64(x), left))
            if cover > 0:
                for number in range(planes):
                    at = np.uint64((x * 4 + number) * plane + y + margin)
                    full = color[number] if number < 3 else np.float32(255)
                    floats[at] += (full - floats[at]) * cover
