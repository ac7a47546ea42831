"""Draws thousands of boxes straight into a frame.

The kernel blends source over destination into an (height, width, 4) uint8 frame, premultiplied as Cairo keeps it, so an
opaque and a transparent background take the same formula. Coverage of a pixel is the exact overlap of the pixel's
square with the shape for axis-aligned boxes, and the overlap along the shape's normal otherwise.
"""

from __future__ import annotations

import numba
import numpy as np


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
def _box_distance(px: float, py: float, hx: float, hy: float, radius: float) -> float:
    """Signed distance from a point to a box of half sides hx, hy with rounded corners; negative inside."""
    qx, qy = abs(px) - hx + radius, abs(py) - hy + radius
    outside = np.sqrt(max(qx, 0.0) ** 2 + max(qy, 0.0) ** 2)
    return outside + min(max(qx, qy), 0.0) - radius


@numba.njit(cache=True, fastmath=True, nogil=True)
def draw_tiles(frame, boxes, corner, fill, stroke, stroke_width):
    """Draw boxes with corners from square to fully round, in order: the fill, and the stroke around it.

    The stroke begins where the fill ends, so that it tints no value that the fill shows.

    frame: (height, width, 4) uint8. boxes: (n, 6) center x, y, then the two half axes, in pixels. corner: (n,) 0 square
    to 1 round. fill, stroke: (n, 4), colours 0-255, alpha 0-1. stroke_width: (n,) pixels.
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
        reach_x, reach_y = abs(ux) + abs(vx) + 2 * half_line + 1, abs(uy) + abs(vy) + 2 * half_line + 1
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
                    line = _overlap(distance - half_line, half_line) * stroke[i, 3]
                    if line > 0:
                        _blend(
                            frame, y, x, np.int32(stroke[i, 0]), np.int32(stroke[i, 1]), np.int32(stroke[i, 2]), line
                        )
