"""Checks the layout of a beat, without filming it, for faults that a viewer would notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from manim import Camera, Scene, config

from renders.lint.history import LayoutFault, TextHistory
from renders.lint.line_history import LineHistory
from renders.lint.lines import lines_of
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
    """The report on the layout of one film part.

    seconds: its length. texts: how many it shows. findings: its faults.
    """

    seconds: float
    texts: int
    findings: tuple[LayoutFault, ...]


def inspect_piece(job: RenderJob) -> Report:
    """Run a film part at the default quality's frame rate, drawing nothing, and return a report on its layout."""
    with manim_settings(QUALITIES[DEFAULT_QUALITY], job.look, job.partial, {"dry_run": True}):
        return inspect_scene(lambda renderer: make_scene(job, renderer))


def inspect_scene(make: Callable[[SteppingRenderer], Scene]) -> Report:
    """Run the scene that `make` returns for a renderer, drawing nothing, and return a report on its layout."""
    renderer = SteppingRenderer()
    scene = make(renderer)
    inspector = Inspector(scene, renderer.camera)
    renderer.look = inspector.look
    scene.render()
    return inspector.report(float(scene.time))


class Inspector:
    """Inspects a scene at every animation's end, and several times a second in between.

    motion: whether it is looked for pictures that stand still, which takes longer than all else.
    """

    def __init__(self, scene: Scene, camera: Camera, *, motion: bool = True) -> None:
        self._scene, self._camera, self._looks_for_motion = scene, camera, motion
        self._texts, self._lines, self._motion = TextHistory(), LineHistory(), MotionHistory()
        self._next = 0.0

    def look(self, moment: Moment) -> None:
        """Inspect the scene now, unless that has just been done."""
        if not (moment.first or moment.held or moment.time >= self._next):
            return
        self._next = moment.time + EVERY
        camera = self._camera
        mobjects = [*self._scene.mobjects, *self._scene.foreground_mobjects]
        zoomed = camera.frame_width < config.frame_width - 1e-6
        texts, frame = texts_of(mobjects), CameraFrame.of(camera)
        self._texts.add(moment, texts, frame, zoomed)
        self._lines.add(moment, lines_of(mobjects), texts, frame, zoomed)
        if self._looks_for_motion:
            self._motion.add(moment, mobjects, camera)

    def report(self, end: float) -> Report:
        """Return the report on what was seen until `end`, seconds."""
        self._texts.close(end)
        found = [*self._texts.findings, *self._lines.findings]
        if self._looks_for_motion:
            found += self._motion.findings(end)
        findings = sorted(found, key=lambda finding: finding.time)
        return Report(end, self._texts.count, tuple(findings))
