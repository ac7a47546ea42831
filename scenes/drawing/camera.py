"""Defines the camera that can draw batched mobjects, as a mixin so that any scene of a user's own can have it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import cairo
import numpy as np
from manim import Camera, MovingCamera, PMobject, VMobject
from manim.mobject.mobject import Mobject
from manim.mobject.types.image_mobject import AbstractImageMobject

from scenes.drawing.batched import Batched, Canvas
from scenes.drawing.redraw import Box

MITER_LIMIT = 10  # Cairo's: how many times a stroke's width its corners may reach out
PATHS_KEPT = 4096


class BatchedCameraMixin(Camera):
    """Lets a camera draw `Batched` mobjects among ordinary ones, in their place in the z-order.

    `class MyCamera(BatchedCameraMixin, MovingCamera): ...`, and `Scene(camera_class=MyCamera)`.
    """

    pixel_array: np.ndarray  # (height, width, 4) uint8, premultiplied

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._paths: dict[bytes, cairo.Path] = {}

    def init_background(self) -> None:
        """Fill the background, premultiplied as all pictures are kept: where it is absent it has no colour either."""
        super().init_background()
        if self.background_image is None and self.background_opacity < 1:
            opacity = self.background[..., 3:] / 255
            self.background[..., :3] = np.rint(self.background[..., :3] * opacity)

    def capture_mobjects(self, mobjects: Iterable[Mobject], **kwargs: Any) -> None:
        shown = self.get_mobjects_to_display(mobjects, **kwargs)
        canvas = Canvas(self.pixel_array, self._to_pixels, self.pixel_width / self.frame_width)
        for batched, group in itertools.groupby(shown, lambda mobject: isinstance(mobject, Batched)):
            if not batched:
                super().capture_mobjects(group, include_submobjects=False)
                continue
            for mobject in group:
                mobject.draw(canvas)

    # Drawing part of a frame, as `scenes.drawing.redraw` does ----------------------------------------------------

    def setting(self) -> tuple[Any, ...]:
        """Return all that the whole picture depends on besides its mobjects."""
        frame = np.asarray(self.frame_center).tobytes()
        return (frame, self.frame_width, self.frame_height, self.background_image, self.background[0, 0].tobytes())

    def look_of(self, mobject: Mobject) -> tuple[Any, ...] | None:
        """Return all that decides how a mobject is drawn, to be compared; None where that is not known."""
        if isinstance(mobject, Batched):
            return mobject.look()
        if not isinstance(mobject, VMobject | PMobject | AbstractImageMobject):
            return ()  # a number that is tracked, or a group: manim draws nothing for it
        if not isinstance(mobject, VMobject) or mobject.get_background_image():
            return None
        return (
            mobject.points.tobytes(),
            mobject.fill_rgbas.tobytes(),
            mobject.stroke_rgbas.tobytes(),
            mobject.get_stroke_rgbas(background=True).tobytes(),
            mobject.stroke_width,
            mobject.background_stroke_width,
            mobject.joint_type,
            mobject.cap_style,
            tuple(mobject.sheen_direction) if len(mobject.fill_rgbas) > 1 or len(mobject.stroke_rgbas) > 1 else None,
        )

    def box_of(self, mobject: Mobject) -> Box:
        """Return a box that holds every pixel of a batched or vectorised mobject; it may reach beyond the frame."""
        if isinstance(mobject, Batched):
            points, reach = mobject.get_points_defining_boundary(), mobject.reach()
        else:
            width = max(mobject.stroke_width, mobject.background_stroke_width)
            points, reach = mobject.points, 0.01 * width * MITER_LIMIT / 2
        if not len(points):
            return Box(0, 0, 0, 0)
        # a column at a time, here and below: several times as fast as both at once
        left, right, bottom, top = (float(end) for x in points.T[:2] for end in (x.min(), x.max()))
        if not math.isfinite(left + bottom + right + top):
            return Box(0, 0, self.pixel_width, self.pixel_height)
        scale, (x, y) = self.pixel_width / self.frame_width, self.frame_center[:2]
        margin, middle, height = reach * scale + 2, self.pixel_width / 2, self.pixel_height / 2
        return Box(
            math.floor((left - x) * scale + middle - margin),
            math.floor((y - top) * scale + height - margin),
            math.ceil((right - x) * scale + middle + margin),
            math.ceil((y - bottom) * scale + height + margin),
        )

    def capture_within(self, mobjects: Iterable[Mobject], box: Box) -> None:
        """Draw batched and vectorised mobjects, in the order given, but only what lies within a box of the frame."""
        corner = np.array([box.left, box.top])
        canvas = Canvas(
            box.of(self.pixel_array),
            lambda mobject, points: self._to_pixels(mobject, points) - corner,
            self.pixel_width / self.frame_width,
        )
        for batched, group in itertools.groupby(mobjects, lambda mobject: isinstance(mobject, Batched)):
            if batched:
                for mobject in group:
                    mobject.draw(canvas)
            else:
                with self._clipped(box) as context:
                    for mobject in group:
                        self.display_vectorized(mobject, context)

    @contextmanager
    def drawing_on(self, picture: np.ndarray) -> Iterator[None]:
        """Draw into another picture, of the frame's shape, while the block lasts."""
        own = self.pixel_array
        self.pixel_array = picture
        try:
            yield
        finally:
            self.pixel_array = own
            self.pixel_array_to_cairo_context.pop(id(picture), None)  # another array may get the same place in memory

    @contextmanager
    def _clipped(self, box: Box) -> Iterator[cairo.Context[Any]]:
        context = self.get_cairo_context(self.pixel_array)
        context.save()
        scene_to_pixels = context.get_matrix()
        context.identity_matrix()
        context.new_path()
        context.rectangle(box.left, box.top, box.right - box.left, box.bottom - box.top)
        context.clip()
        context.set_matrix(scene_to_pixels)
        try:
            yield context
        finally:
            context.restore()

    # Outlines as quickly as Cairo draws them ------------------------------------------------------------------------

    def display_vectorized(self, vmobject: VMobject, ctx: cairo.Context[Any]) -> Any:
        """Draw an outline, unless it is wholly transparent, which manim would have Cairo draw all the same."""
        filled = _is_seen(vmobject.fill_rgbas)
        stroked = vmobject.stroke_width > 0 and _is_seen(vmobject.stroke_rgbas)
        below = vmobject.background_stroke_width > 0 and _is_seen(vmobject.get_stroke_rgbas(background=True))
        if not (filled or stroked or below):
            return self
        self.set_cairo_context_path(ctx, vmobject)
        if below:
            self.apply_stroke(ctx, vmobject, background=True)
        if filled:
            self.apply_fill(ctx, vmobject)
        if stroked:
            self.apply_stroke(ctx, vmobject)
        return self

    def set_cairo_context_path(self, ctx: cairo.Context[Any], vmobject: VMobject) -> Any:
        """Begin an outline's path; one built before for the same points is used again, since building takes longest."""
        if type(self).transform_points_pre_display is not Camera.transform_points_pre_display:
            return super().set_cairo_context_path(ctx, vmobject)  # a path depends on more than the points
        key = vmobject.points.tobytes()
        path = self._paths.pop(key, None)
        if path is None:
            super().set_cairo_context_path(ctx, vmobject)
            path = ctx.copy_path()
            if len(self._paths) >= PATHS_KEPT:
                del self._paths[next(iter(self._paths))]
        else:
            ctx.new_path()
            ctx.append_path(path)
        self._paths[key] = path  # last in the order, so that it is the last to go
        return self

    def _to_pixels(self, mobject: Mobject, points: np.ndarray) -> np.ndarray:
        """Return (n, 2) pixel coordinates, y down, of (n, 3) scene points."""
        x, y, _ = self.transform_points_pre_display(mobject, points).T
        pixels = np.empty((len(points), 2))
        pixels[:, 0] = (x - self.frame_center[0]) * (self.pixel_width / self.frame_width) + self.pixel_width / 2
        pixels[:, 1] = (self.frame_center[1] - y) * (self.pixel_height / self.frame_height) + self.pixel_height / 2
        return pixels


def _is_seen(rgbas: np.ndarray) -> bool:
    return any(alpha > 0 for alpha in rgbas[:, 3].tolist())


class BatchedCamera(BatchedCameraMixin, Camera):
    """The fixed camera that our films use."""


class MovingBatchedCamera(BatchedCameraMixin, MovingCamera):
    """A camera whose frame can be moved and zoomed, for `MovingCameraScene`."""
