"""Defines manim's renderer for films: it draws only what has changed, and tells the writer where that was."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import Scene
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.scene_file_writer import SceneFileWriter

from scenes.drawing.camera import BatchedCamera
from scenes.drawing.redraw import Box, IncrementalRenderer


class FilmRenderer(CairoRenderer):
    """A renderer that passes the camera's own picture to the writer, uncopied, with the boxes in which it has changed.

    manim would draw again whatever lies above the first thing that moves, and copy every frame twice.
    """

    def __init__(self, writer: type[SceneFileWriter]) -> None:
        super().__init__(file_writer_class=writer, camera_class=BatchedCamera)
        self._redrawer = IncrementalRenderer(self.camera)
        self._changed: list[Box] = []

    def save_static_frame_data(self, scene: Scene, static_mobjects: Any) -> None:
        """Keep no picture of what stands still: the incremental renderer keeps its own."""

    def update_frame(self, scene: Scene, *args: Any, **kwargs: Any) -> None:
        """Bring the camera's picture up to date with all that is on the scene."""
        self._changed.extend(self._redrawer.draw([*scene.mobjects, *scene.foreground_mobjects]))

    def get_frame(self) -> np.ndarray:
        """Return the camera's picture itself."""
        return self.camera.pixel_array

    def add_frame(self, frame: np.ndarray, num_frames: int = 1) -> None:
        """Pass the picture on, to be shown for `num_frames` frames."""
        if not self.skip_animations:
            self.time += num_frames / self.camera.frame_rate
            self.file_writer.write_frame(frame, repeat=num_frames, changed=tuple(self._changed))
            self._changed.clear()
