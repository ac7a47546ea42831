"""Defines drawings in space: points with a height, and the view from which they are seen.

A part in space keeps its own points, x to the right, y away from the viewer, z up, and shows them as a `View` sees
them. All parts of one picture share one view, and `Turn` moves it for all of them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from manim.animation.animation import Animation
from manim.mobject.mobject import Group, Mobject


@dataclass(frozen=True)
class View:
    """The position from which space is seen.

    azimuth: radians that the viewer has walked around, counterclockwise seen from above. elevation: radians above the
    ground. distance: scene units from the middle, smaller for a stronger perspective. middle: (x, y) on the frame.
    """

    azimuth: float = 0.0
    elevation: float = 0.5
    distance: float = 24.0
    middle: tuple[float, float] = (0.0, 0.0)

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return where points in space (n, 3) are on the frame, and as the third coordinate how near, (n, 3)."""
        x, y, z = np.asarray(points, dtype=float).T
        cosine, sine = np.cos(self.azimuth), np.sin(self.azimuth)
        right, away = cosine * x + sine * y, cosine * y - sine * x
        up = np.cos(self.elevation) * z + np.sin(self.elevation) * away
        near = np.sin(self.elevation) * z - np.cos(self.elevation) * away
        scale = self.distance / (self.distance - near)
        return np.stack([self.middle[0] + scale * right, self.middle[1] + scale * up, near], axis=1)

    def between(self, other: View, share: float) -> View:
        """Return the view that lies `share` (0 to 1) of the way to another."""

        def mix(one: float, two: float) -> float:
            return one + (two - one) * share

        middle = mix(self.middle[0], other.middle[0]), mix(self.middle[1], other.middle[1])
        return replace(
            self,
            azimuth=mix(self.azimuth, other.azimuth),
            elevation=mix(self.elevation, other.elevation),
            distance=mix(self.distance, other.distance),
            middle=middle,
        )


class InSpace:
    """A mixin for mobjects whose points lie in space. `in_space`: these points, (n, 3)."""

    in_space: np.ndarray
    view: View

    def look_from(self, view: View) -> Any:
        """Show the part as it is seen from a view."""
        self.view = view
        self.points: np.ndarray = view(self.in_space)
        return self


class Turn(Animation):
    """Moves all the parts from the view that they have to another."""

    def __init__(self, parts: Sequence[Mobject], to: View, **kwargs: Any) -> None:
        self._parts, self._to = list(parts), to
        super().__init__(Group(*parts), **kwargs)

    def begin(self) -> None:
        self._from = [part.view for part in self._parts]
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        share = self.rate_func(alpha)
        for part, view in zip(self._parts, self._from, strict=True):
            part.look_from(view.between(self._to, share))
