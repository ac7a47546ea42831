"""Draw mobjects to an array and read pixels back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from manim import tempconfig
from manim.mobject.mobject import Mobject

from scenes.drawing.batched import rgb255
from scenes.drawing.camera import BatchedCamera
from scenes.look.style import palette

WIDTH, HEIGHT = 640, 360
SCALE = HEIGHT / 8  # pixels a scene unit


def draw(*mobjects: Mobject, opacity: float = 1.0, size: tuple[int, int] = (WIDTH, HEIGHT)) -> np.ndarray:
    """Return the (height, width, 4) uint8 frame of the mobjects on black."""
    with tempconfig({"pixel_width": size[0], "pixel_height": size[1], "dry_run": True}):
        camera = BatchedCamera(background_color="#000000", background_opacity=opacity)
        camera.capture_mobjects(mobjects)
        return camera.pixel_array.copy()


def on_background(values: npt.ArrayLike) -> np.ndarray:
    """Return the red, green and blue (…, 3) of brightnesses from 0 to 1, as they stand on the palette's background."""
    share = np.asarray(values, dtype=float)[..., None]
    return (1 - share) * rgb255(palette().background) + share * rgb255(palette().bright)


def pixel_at(frame: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Return the (4,) pixel under a scene point (3,)."""
    height, width = frame.shape[:2]
    scale = height / 8
    return frame[int(height / 2 - point[1] * scale), int(width / 2 + point[0] * scale)].astype(int)
