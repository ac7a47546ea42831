"""Defines a scene in which the mobjects of `scenes.mobjects` can be drawn."""

from __future__ import annotations

from typing import Any

from manim import Scene

from scenes.drawing.camera import BatchedCamera


class BatchedScene(Scene):
    """A plain Manim scene whose camera can draw batched mobjects."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"camera_class": BatchedCamera, **kwargs})
