"""The camera that can draw batched mobjects, as a mixin so that any scene of a user's own can have it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import numpy as np
from manim import Camera, MovingCamera
from manim.mobject.mobject import Mobject

from scenes.mobjects.batched import Batched, Canvas


class BatchedCameraMixin(Camera):
    """Let a camera draw `Batched` mobjects among ordinary ones, in their place in the z-order.

    `class MyCamera(BatchedCameraMixin, MovingCamera): ...`, and `Scene(camera_class=MyCamera)`.
    """

    def capture_mobjects(self, mobjects: Iterable[Mobject], **kwargs: Any) -> None:
        shown = self.get_mobjects_to_display(mobjects, **kwargs)
        canvas = Canvas(self.pixel_array, self._to_pixels, self.pixel_width / self.frame_width)
        for batched, group in itertools.groupby(shown, lambda mobject: isinstance(mobject, Batched)):
            if not batched:
                super().capture_mobjects(group, include_submobjects=False)
                continue
            for mobject in group:
                mobject.draw(canvas)

    def _to_pixels(self, mobject: Mobject, points: np.ndarray) -> np.ndarray:
        """Return (n, 2) pixel coordinates, y down, of (n, 3) scene points."""
        points = self.transform_points_pre_display(mobject, points)
        scale = np.array([self.pixel_width / self.frame_width, -self.pixel_height / self.frame_height])
        middle = np.array([self.pixel_width / 2, self.pixel_height / 2])
        return (points[:, :2] - np.asarray(self.frame_center)[:2]) * scale + middle


class BatchedCamera(BatchedCameraMixin, Camera):
    """The standing camera that our films use."""


class MovingBatchedCamera(BatchedCameraMixin, MovingCamera):
    """A camera whose frame can be moved and zoomed, for `MovingCameraScene`."""
