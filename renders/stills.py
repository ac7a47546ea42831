"""The picture that a piece rests on, drawn without filming the way there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from manim import Wait

from renders.poster import write_png
from renders.staging import make_scene, manim_settings
from renders.stepping import Moment, SteppingRenderer

if TYPE_CHECKING:
    from renders.jobs import Job
    from scenes.chapter import Beat


def draw_still(job: Job, target: Path) -> Path:
    """Go through a piece, draw the picture of its last rest alone, write it as a PNG and return where it is."""
    with manim_settings(job.quality, job.look, job.partial, {"dry_run": True}):
        renderer = SteppingRenderer()
        artist = _Artist(make_scene(job, renderer), renderer)
        artist.scene.render()
        write_png(artist.picture()[..., :3], target)
    return target


class _Artist:
    """Draws each picture that the scene waits on, and keeps the one at the scene's poster time."""

    def __init__(self, scene: Beat, renderer: SteppingRenderer) -> None:
        self.scene, self._renderer = scene, renderer
        self._pictures: list[tuple[float, np.ndarray]] = []
        renderer.look = self.look

    def look(self, moment: Moment) -> None:
        animations = self.scene.animations or []
        if moment.first and isinstance(animations[0], Wait):
            self._pictures.append((moment.time, self._renderer.draw(self.scene)))
            # Only the scene knows when it rests, and tells at its end: two are enough to go back to
            del self._pictures[:-3]

    def picture(self) -> np.ndarray:
        """Return the picture at the poster time, (height, width, 4); the last one of a scene that never waits."""
        before = [picture for time, picture in self._pictures if time <= self.scene.poster_time + 1e-6]
        return before[-1] if before else self._renderer.draw(self.scene)
