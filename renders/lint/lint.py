"""The layout lint: goes through a beat without filming it, and tells what a viewer would stumble over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from manim import Camera, Scene, config

from renders.lint.history import LayoutFault, TextHistory
from renders.lint.motion import MotionHistory
from renders.lint.text import CameraFrame, texts_of
from renders.request.quality import DEFAULT_QUALITY, QUALITIES
from renders.scene.setup import make_scene, manim_settings
from renders.scene.stepping import Moment, SteppingRenderer

if TYPE_CHECKING:
    from renders.request.parts import RenderJob

EVERY = 0.25  # seconds between two looks within an animation


@dataclass(frozen=True)
class Report:
    """What the lint saw of one piece: how long it lasts, how many texts it shows, what is wrong."""

    seconds: float
    texts: int
    findings: tuple[LayoutFault, ...]


def inspect_piece(job: RenderJob) -> Report:
    """Run a piece at the default quality's frame rate, drawing nothing, and return what is wrong with its layout."""
    with manim_settings(QUALITIES[DEFAULT_QUALITY], job.look, job.partial, {"dry_run": True}):
        return inspect_scene(lambda renderer: make_scene(job, renderer))


def inspect_scene(make: Callable[[SteppingRenderer], Scene]) -> Report:
    """Run the scene that `make` returns for a renderer, drawing nothing, and return what is wrong with its layout."""
    renderer = SteppingRenderer()
    scene = make(renderer)
    inspector = Inspector(scene, renderer.camera)
    renderer.look = inspector.look
    scene.render()
    return inspector.report(float(scene.time))


class Inspector:
    """Looks at a scene at every animation's end, and several times a second in between."""

    def __init__(self, scene: Scene, camera: Camera) -> None:
        self._scene, self._camera = scene, camera
        self._texts, self._motion = TextHistory(), MotionHistory()
        self._next = 0.0

    def look(self, moment: Moment) -> None:
        """Look at the scene now, unless it has just been looked at."""
        if not (moment.first or moment.held or moment.time >= self._next):
            return
        self._next = moment.time + EVERY
        camera = self._camera
        mobjects = [*self._scene.mobjects, *self._scene.foreground_mobjects]
        zoomed = camera.frame_width < config.frame_width - 1e-6
        self._texts.add(moment, texts_of(mobjects), CameraFrame.of(camera), zoomed)
        self._motion.add(moment, mobjects, camera)

    def report(self, end: float) -> Report:
        """Return what was seen until the `end`, in seconds."""
        self._texts.close(end)
        findings = sorted((*self._texts.findings, *self._motion.findings(end)), key=lambda finding: finding.time)
        return Report(end, self._texts.count, tuple(findings))
