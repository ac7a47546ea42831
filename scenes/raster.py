"""The kernels that draw thousands of like things straight into a frame.

Every kernel blends source over destination into an (height, width, 4) uint8 frame, premultiplied as Cairo keeps it, so
an opaque and a transparent background take the same formula. Coverage of a pixel is the exact overlap of the pixel's
square with the shape for axis-aligned boxes, and the overlap along the shape's normal otherwise.
"""

from __future__ import annotations

import numba
import numpy as np

FAINTEST = 0.5 / 255  # what covers less than this of a pixel cannot change it


@numba.njit(cache=True, fastmath=True, inline="always")
def _overlap(center: float, half: float) -> float:
    """Length of the unit interval around `center` that lies within `half` of zero."""
    low = max(center - 0.5, -half)
    high = min(center + 0.5, half)
    return max(0.0, high - low)


@numba.njit(cache=True, fastmath=True, inline="always")
def _blend(frame, y, x, r, g, b, k):
    # 16.16 fixed point: whole numbers are twice as fast here as floats, and rounded alike
    share = np.int32(k * 65536.0)
    red, green, blue = np.int32(frame[y, x, 0]), np.int32(frame[y, x, 1]), np.int32(frame[y, x, 2])
    frame[y, x, 0] = np.uint8(red + (((r - red) * share + 32768) >> 16))
    frame[y, x, 1] = np.uint8(green + (((g - green) * share + 32768) >> 16))
    frame[y, x, 2] = np.uint8(blue + (((b - blue) * share + 32768) >> 16))
    if frame[y, x, 3] != 255:
        alpha = np.int32(frame[y, x, 3])
        frame[y, x, 3] = np.uint8(alpha + (((255 - alpha) * share + 32768) >> 16))


@numba.njit(cache=True, fastmath=True, inline="always")
def _covered(cell: int, low: float, high: float) -> float:
    """Return how much of the unit cell from `cell` to `cell` + 1 lies between `low` and `high`, which it touches."""
    return min(cell + 1.0, high) - max(float(cell), low)


@numba.njit(cache=True, fastmath=True, nogil=True)
def _draw_segment(frame, x0, y0, x1, y1, rgba, width, top, bottom):
    """Draw one stroke into the rows from `top` to `bottom`, the latter left out."""
    dx, dy = x1 - x0, y1 - y0
    length = np.sqrt(dx * dx + dy * dy)
    if length == 0:
        return
    r, g, b, alpha = np.int32(rgba[0]), np.int32(rgba[1]), np.int32(rgba[2]), rgba[3]
    steep = abs(dy) > abs(dx)
    half = 0.5 * width * length / max(abs(dx), abs(dy))  # half the stroke, measured along the minor axis
    if steep:
        slope = dx / dy
        low, high = min(y0, y1), max(y0, y1)
        for y in range(max(int(low), top), min(int(high) + 1, bottom)):
            along = alpha * (min(y + 1.0, high) - max(float(y), low))
            left = x0 + slope * (y + 0.5 - y0) - half
            right = left + 2 * half
            for x in range(max(int(left), 0), min(int(right) + 1, frame.shape[1])):
                cover = along * _covered(x, left, right)
                if cover > FAINTEST:
                    _blend(frame, y, x, r, g, b, cover)
        return
    slope = dy / dx
    low, high = min(x0, x1), max(x0, x1)
    first, last = low, high
    if abs(slope) > 1e-9:  # only the columns in which the stroke meets these rows
        enter, leave = x0 + (top - half - y0) / slope, x0 + (bottom + half - y0) / slope
        first, last = max(low, min(enter, leave)), min(high, max(enter, leave))
    for x in range(max(int(first), 0), min(int(last) + 1, frame.shape[1])):
        along = alpha * (min(x + 1.0, high) - max(float(x), low))
        above = y0 + slope * (x + 0.5 - x0) - half
        below = above + 2 * half
        for y in range(max(int(above), top), min(int(below) + 1, bottom)):
            cover = along * _covered(y, above, below)
            if cover > FAINTEST:
                _blend(frame, y, x, r, g, b, cover)


def draw_segments(frame, ends, rgba, width):
    """Draw straight strokes in order.

    frame: (height, width, 4) uint8. ends: (n, 4) x0, y0, x1, y1 in pixels. rgba: (n, 4), colours 0-255, alpha 0-1.
    width: (n,) pixels. Each of numba's threads draws all strokes into a band of rows of its own, so the picture does
    not depend on their number.
    """
    _draw_segments_in_bands(frame, ends, rgba, width, numba.get_num_threads())


@numba.njit(cache=True, fastmath=True, parallel=True)
def _draw_segments_in_bands(frame, ends, rgba, width, bands):
    height = frame.shape[0]
    for band in numba.prange(bands):
        top, bottom = band * height // bands, (band + 1) * height // bands
        for i in range(ends.shape[0]):
            if rgba[i, 3] < 1 / 512 or width[i] <= 0:
                continue
            half = width[i] + 1
            if max(ends[i, 1], ends[i, 3]) + half < top or min(ends[i, 1], ends[i, 3]) - half > bottom:
                continue
            _draw_segment(frame, ends[i, 0], ends[i, 1], ends[i, 2], ends[i, 3], rgba[i], width[i], top, bottom)


@numba.njit(cache=True, fastmath=True, inline="always")
def _box_distance(px: float, py: float, hx: float, hy: float, radius: float) -> float:
    """Signed distance from a point to a box of half sides hx, hy with rounded corners; negative inside."""
    qx, qy = abs(px) - hx + radius, abs(py) - hy + radius
    outside = np.sqrt(max(qx, 0.0) ** 2 + max(qy, 0.0) ** 2)
    return outside + min(max(qx, qy), 0.0) - radius


@numba.njit(cache=True, fastmath=True, nogil=True)
def draw_tiles(frame, boxes, corner, fill, stroke, stroke_width):
    """Draw boxes with corners from square to fully round, in order: fill first, stroke astride the outline on top.

    frame: (height, width, 4) uint8. boxes: (n, 6) center x, y, then the two half axes, in pixels.
    corner: (n,) 0 square to 1 round. fill, stroke: (n, 4), colours 0-255, alpha 0-1. stroke_width: (n,) pixels.
    """
    height, columns = frame.shape[0], frame.shape[1]
    for i in range(boxes.shape[0]):
        cx, cy, ux, uy, vx, vy = boxes[i]
        hx, hy = np.sqrt(ux * ux + uy * uy), np.sqrt(vx * vx + vy * vy)
        lined = stroke[i, 3] >= 1 / 512 and stroke_width[i] > 0
        if hx == 0 or hy == 0 or (fill[i, 3] < 1 / 512 and not lined):
            continue
        ax, ay = ux / hx, uy / hx
        radius = corner[i] * min(hx, hy)
        upright = (abs(ay) < 1e-6 or abs(ax) < 1e-6) and radius < 0.5
        half_line = 0.5 * stroke_width[i] if lined else 0.0
        reach_x, reach_y = abs(ux) + abs(vx) + half_line + 1, abs(uy) + abs(vy) + half_line + 1
        for y in range(max(int(cy - reach_y), 0), min(int(cy + reach_y) + 1, height)):
            for x in range(max(int(cx - reach_x), 0), min(int(cx + reach_x) + 1, columns)):
                gx, gy = x + 0.5 - cx, y + 0.5 - cy
                distance = _box_distance(gx * ax + gy * ay, gy * ax - gx * ay, hx, hy, radius)
                if upright:
                    cover = _overlap(gx, abs(ux) + abs(vx)) * _overlap(gy, abs(uy) + abs(vy))
                else:
                    cover = min(1.0, max(0.0, 0.5 - distance)) * min(1.0, 4 * hx * hy)
                if cover * fill[i, 3] > 0:
                    _blend(
                        frame,
                        y,
                        x,
                        np.int32(fill[i, 0]),
                        np.int32(fill[i, 1]),
                        np.int32(fill[i, 2]),
                        cover * fill[i, 3],
                    )
                if lined:
                    line = _overlap(distance, half_line) * stroke[i, 3]
                    if line > 0:
                        _blend(
                            frame, y, x, np.int32(stroke[i, 0]), np.int32(stroke[i, 1]), np.int32(stroke[i, 2]), line
                        )
