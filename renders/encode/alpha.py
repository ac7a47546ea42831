"""Converts pictures with alpha between premultiplied, as Cairo draws them, and straight, as films store them."""

from __future__ import annotations

import av
import numpy as np

ALPHA_FORMAT = "argb"


def straight(pixels: np.ndarray) -> np.ndarray:
    """Return premultiplied RGBA, (height, width, 4) uint8, as straight RGBA, its colours not multiplied by alpha."""
    alpha = pixels[..., 3:].astype(np.uint16)
    colors = (pixels[..., :3] * np.uint16(255) + alpha // 2) // np.maximum(alpha, 1)
    return np.concatenate([np.minimum(colors, 255).astype(np.uint8), pixels[..., 3:]], axis=2)


def premultiplied(pixels: np.ndarray) -> np.ndarray:
    """Return straight RGBA, (height, width, 4) uint8, as premultiplied RGBA, its colours multiplied by alpha."""
    alpha = pixels[..., 3:].astype(np.uint16)
    colors = (pixels[..., :3] * alpha + np.uint16(127)) // np.uint16(255)
    return np.concatenate([colors.astype(np.uint8), pixels[..., 3:]], axis=2)


class AlphaPicture:
    """A picture in the layout of a film with alpha, of which parts can be replaced."""

    def __init__(self, width: int, height: int) -> None:
        self._pixels = np.zeros((height, width, 4), np.uint8)  # alpha, red, green, blue

    def take(self, pixels: np.ndarray, left: int, top: int) -> None:
        """Replace the part whose upper left corner is given by premultiplied RGBA, (height, width, 4) uint8."""
        height, width, _ = pixels.shape
        part = self._pixels[top : top + height, left : left + width]
        part[..., 1:], part[..., 0] = straight(pixels)[..., :3], pixels[..., 3]

    @property
    def frame(self) -> av.VideoFrame:
        """The picture as a new frame: the encoder compares it with the one before, which it does not copy."""
        return av.VideoFrame.from_ndarray(self._pixels.copy(), format=ALPHA_FORMAT)
