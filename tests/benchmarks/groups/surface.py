"""A loss surface of 60×60 cells turning by a tenth of a circle, at 1080p.

The heights are costs of the recorded network: over a plane through its last parameters, spanned by two random
directions as long, neuron by neuron, as the parameters themselves (Li et al. 2018), on the first 200 test images.
Ours is one `Surface`. Theirs is manim's `Surface` with as many facets under its own turning camera. Only whole frames
between the first and the last are timed, as in `network_full`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from manim import DEGREES, PI, Surface, ThreeDScene, linear

from engine.analyses.cost_surface import Objective, model_at, random_plane
from engine.recording import Recording
from engine.training.losses import targets_for
from scenes.mobjects.space.space import Turn, View
from scenes.mobjects.space.surface import Surface as OurSurface
from tests.benchmarks.groups.filmed import Timed, time_frames
from tests.benchmarks.measure import Row, summarize
from tests.benchmarks.workshop import Workshop

CELLS, FEW_CELLS = 60, 8  # along each side
IMAGES = 200
SIDE, HEIGHT = 7.0, 3.0  # scene units
FRAMES_OF_OURS, FRAMES_OF_THEIRS = 60, 3  # one frame of theirs takes seconds


class _Turning(Timed):
    """What both sides have: the heights, (cells + 1, cells + 1), 0 to 1."""

    def __init__(self, heights: np.ndarray, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.heights, self.cells = heights, len(heights) - 1


class _Ours(_Turning):
    def construct(self) -> None:
        x, y = np.meshgrid(*[np.linspace(-SIDE / 2, SIDE / 2, self.cells + 1)] * 2)
        corners = np.stack([x, y, HEIGHT * (self.heights - 0.5)], axis=2).reshape(-1, 3)
        surface = OurSurface(corners, self.heights.shape, view=View(0.0, 30 * DEGREES), grid=1)
        self.add(surface)
        turn = Turn([surface], View(PI / 5, 30 * DEGREES))
        self.play(turn, run_time=self.playing, rate_func=linear)


class _Theirs(_Turning, ThreeDScene):
    def construct(self) -> None:
        self.set_camera_orientation(phi=60 * DEGREES, theta=-90 * DEGREES)
        cells = self.cells
        surface = Surface(self._corner, u_range=[0, cells], v_range=[0, cells], resolution=(cells, cells))
        self.add(surface)
        turn = 36 * DEGREES * FRAMES_OF_THEIRS / FRAMES_OF_OURS
        self.move_camera(theta=-90 * DEGREES + turn, run_time=self.playing, rate_func=linear)

    def _corner(self, u: float, v: float) -> np.ndarray:
        height = self.heights[round(v), round(u)]
        return np.array([(u / self.cells - 0.5) * SIDE, (v / self.cells - 0.5) * SIDE, HEIGHT * (height - 0.5)])


def measure(rounds: int, shop: Workshop) -> dict[str, Row]:
    """Return the row of seconds a frame."""
    heights = costs_over_a_plane(shop.recording_of("digits"), shop.of(CELLS, FEW_CELLS))
    ours, theirs = time_frames(_Ours, _Theirs, (heights,), (FRAMES_OF_OURS, FRAMES_OF_THEIRS), rounds, shop)
    frames = f"60×60 facets turning, 1080p, {FRAMES_OF_OURS} frames of ours and {FRAMES_OF_THEIRS} of theirs"
    return {"surface": summarize(ours, theirs, "s a frame", "ratio at least 40", frames=frames)}


def costs_over_a_plane(recording: Recording, cells: int) -> np.ndarray:
    """Return costs around the last parameters, (cells + 1, cells + 1), from 0 for the lowest to 1 for the highest."""
    images, labels = (
        torch.from_numpy(recording.read(name, batch=slice(IMAGES)).copy()) for name in ("test.input", "test.label")
    )
    objective = Objective.of(images, targets_for("squared_error", labels), "squared_error")
    ticks = np.linspace(-1, 1, cells + 1)
    places = np.stack(np.meshgrid(ticks, ticks), axis=2)
    costs = random_plane(model_at(recording, -1), seed=0).costs(places, objective)
    return (costs - costs.min()) / np.ptp(costs)
