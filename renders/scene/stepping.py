"""Defines a renderer that goes through a scene frame by frame and draws nothing.

What inspects the scene is called for each frame.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import Scene
from manim.renderer.cairo_renderer import CairoRenderer

from scenes.drawing.camera import BatchedCamera

HELD = 0.1  # seconds


@dataclass(frozen=True)
class Moment:
    """A picture that the film shows.

    time: seconds into the scene. duration: seconds that it stands. first: whether it is the first of an animation,
    and so also the last picture of the one before. held: whether it stands for longer than a moving picture's frame.
    """

    time: float
    duration: float
    first: bool
    held: bool = False


class SteppingRenderer(CairoRenderer):
    """Calls `look(moment)` for each frame, with all mobjects as that frame would show them."""

    def __init__(self) -> None:
        super().__init__(camera_class=BatchedCamera)
        self.look: Callable[[Moment], None] = lambda moment: None
        self._first = True

    def play(self, scene: Scene, *args: Any, **kwargs: Any) -> None:
        self._first = True
        super().play(scene, *args, **kwargs)

    def draw(self, scene: Scene) -> np.ndarray:
        """Return the picture of the scene now, (height, width, 4) uint8."""
        self.static_image = None
        super().update_frame(scene)
        return super().get_frame()

    def update_frame(self, *args: Any, **kwargs: Any) -> None:
        """Draw nothing."""

    def get_frame(self) -> Any:
        """Return the one frame there is, which holds no picture; copying it would be the costliest part of a step."""
        return self.camera.pixel_array

    def add_frame(self, frame: Any, num_frames: int = 1) -> None:
        begin = self.time
        super().add_frame(frame, num_frames)
        if num_frames:
            duration = self.time - begin
            self.look(Moment(begin, duration, self._first, num_frames > 1 and duration >= HELD))
            self._first = False
