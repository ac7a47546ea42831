"""Plays a film part again without drawing it, for what it says, shows and reads."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from renders.request.parts import Kind
from renders.scene.last_picture import replay_last_picture
from renders.scene.scene_entry import entry_of
from renders.scene.setup import make_scene, manim_settings
from renders.scene.stepping import SteppingRenderer

if TYPE_CHECKING:
    from renders.cache.entry import Entry
    from renders.request.parts import RenderJob


def replayed(job: RenderJob) -> Entry:
    """Go through a film part frame by frame as it is filmed, and return its entry for the cache, without a film."""
    begin = time.perf_counter()
    if job.piece.kind is Kind.PICTURE:
        return replay_last_picture(job)
    with manim_settings(job.quality, job.look, job.partial, {"dry_run": True}):
        renderer = SteppingRenderer()
        scene = make_scene(job, renderer)
        scene.render()
    frames = round(renderer.time * job.quality.frame_rate)
    return entry_of(scene, job, frames, time.perf_counter() - begin, Path())
