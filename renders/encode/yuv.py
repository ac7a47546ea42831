"""Converts drawn pixels to the picture that an encoder takes: BT.709, limited range, colour at half the resolution.

Reference: ITU-R BT.709-6, sections 3 and 4. The colour of a block of four pixels is that of their mean.
"""

from __future__ import annotations

import av
import numba
import numpy as np

PIXEL_FORMAT = "yuv420p"

RED, BLUE = 0.2126, 0.0722
GREEN = 1 - RED - BLUE
_BITS = 16
_ONE = 1 << _BITS
_HALF = _ONE >> 1
_LUMA = 219 / 255 * _ONE
_CHROMA = 224 / 255 * _ONE

# Whole numbers of 1/65536, so that eight or sixteen pixels fit into one operation
_Y_RED, _Y_GREEN, _Y_BLUE = round(RED * _LUMA), round(GREEN * _LUMA), round(BLUE * _LUMA)
_U_RED, _U_BLUE = round(-RED / (1 - BLUE) / 2 * _CHROMA), round(_CHROMA / 2)
_U_GREEN = -_U_RED - _U_BLUE  # grey has no colour, whatever the rounding
_V_RED, _V_BLUE = round(_CHROMA / 2), round(-BLUE / (1 - RED) / 2 * _CHROMA)
_V_GREEN = -_V_RED - _V_BLUE
_Y_OFFSET, _C_OFFSET = (16 << _BITS) + _HALF, (128 << _BITS) + _HALF


class YuvPicture:
    """A picture that is brought up to date part by part. `frame` is what FFmpeg takes."""

    def __init__(self, width: int, height: int) -> None:
        """Begin with black; width and height are even."""
        self.frame = av.VideoFrame(width, height, PIXEL_FORMAT)
        # (rows, bytes of a row) uint8, in FFmpeg's own memory; a row may be longer than the picture is wide
        self.planes = [
            np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
            for plane in self.frame.planes
        ]
        for plane, black in zip(self.planes, (16, 128, 128), strict=True):
            plane[:] = black

    def take(self, pixels: np.ndarray, left: int = 0, top: int = 0) -> None:
        """Replace the part of the picture whose upper left corner is given.

        pixels: (height, width, 4), uint8 RGBA and contiguous. The corner and the size are even.
        """
        y, u, v = self.planes
        _convert(pixels.view(np.uint32)[..., 0], y, u, v, left, top)


@numba.njit(cache=True, nogil=True)
def _convert(pixels, luma, blue_difference, red_difference, left, top):
    eight, sixteen, byte = np.uint32(8), np.uint32(16), np.uint32(255)
    for row in range(pixels.shape[0]):
        for column in range(pixels.shape[1]):
            pixel = pixels[row, column]
            red, green = np.int32(pixel & byte), np.int32((pixel >> eight) & byte)
            blue = np.int32((pixel >> sixteen) & byte)
            value = np.int32(_Y_RED) * red + np.int32(_Y_GREEN) * green + np.int32(_Y_BLUE) * blue
            luma[np.uint64(top + row), np.uint64(left + column)] = (value + np.int32(_Y_OFFSET)) >> np.int32(_BITS)
    quarter = np.int32(2)
    for row in range(pixels.shape[0] // 2):
        for column in range(pixels.shape[1] // 2):
            red = green = blue = quarter
            for number in range(4):
                pixel = pixels[2 * row + number // 2, 2 * column + number % 2]
                red += np.int32(pixel & byte)
                green += np.int32((pixel >> eight) & byte)
                blue += np.int32((pixel >> sixteen) & byte)
            red, green, blue = red >> quarter, green >> quarter, blue >> quarter
            y, x = np.uint64(top // 2 + row), np.uint64(left // 2 + column)
            value = np.int32(_U_RED) * red + np.int32(_U_GREEN) * green + np.int32(_U_BLUE) * blue
            blue_difference[y, x] = (value + np.int32(_C_OFFSET)) >> np.int32(_BITS)
            value = np.int32(_V_RED) * red + np.int32(_V_GREEN) * green + np.int32(_V_BLUE) * blue
            red_difference[y, x] = (value + np.int32(_C_OFFSET)) >> np.int32(_BITS)
