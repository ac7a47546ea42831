"""Finds the picture of a beat's last pause, by going through the beat without filming it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import Wait

from renders.scene.setup import make_scene
from renders.scene.stepping import Moment, SteppingRenderer

if TYPE_CHECKING:
    from renders.request.parts import RenderJob
    from scenes.beats.beat import Beat


@dataclass(frozen=True)
class Rest:
    """The last pause of a beat: its picture, (height, width, 4) uint8, its scene, and what is claimed in it."""

    picture: np.ndarray
    scene: Beat
    claims: tuple[Mapping[str, Any], ...]


def last_rest(job: RenderJob) -> Rest:
    """Play the beat of a job to its end, and return its last pause; within `manim_settings` with a dry run."""
    renderer = SteppingRenderer()
    watcher = _Watcher(make_scene(job, renderer), renderer)
    watcher.scene.render()
    return watcher.rest()


class _Watcher:
    """Draws each picture that the scene waits on, and keeps the one at the scene's poster time."""

    def __init__(self, scene: Beat, renderer: SteppingRenderer) -> None:
        self.scene, self._renderer = scene, renderer
        self._seen: list[tuple[float, np.ndarray, tuple[Mapping[str, Any], ...]]] = []
        renderer.look = self.look

    def look(self, moment: Moment) -> None:
        animations = self.scene.animations or []
        if moment.first and isinstance(animations[0], Wait):
            self._seen.append((moment.time, self._renderer.draw(self.scene), self.scene.claims_on_screen()))
            # Only the scene knows when it rests, and tells at its end: two are enough to go back to
            del self._seen[:-3]

    def rest(self) -> Rest:
        """Return the pause at the poster time; the last picture of a scene that never waits."""
        before = [(picture, claims) for time, picture, claims in self._seen if time <= self.scene.poster_time + 1e-6]
        if not before:
            return Rest(self._renderer.draw(self.scene), self.scene, self.scene.claims_on_screen())
        return Rest(before[-1][0], self.scene, before[-1][1])
