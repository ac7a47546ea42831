"""A scene of anybody's in which the parts of `scenes.mobjects` can be drawn."""

from __future__ import annotations

from typing import Any

from manim import Scene

from scenes.drawing.camera import BatchedCamera


class BatchedScene(Scene):
    """A plain scene of Manim's, seen by the camera that draws thousands of things as one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"camera_class": BatchedCamera, **kwargs})
