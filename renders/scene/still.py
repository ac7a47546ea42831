"""Writes the picture of a film part's last pause as a PNG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from renders.encode.poster import write_png
from renders.scene.resting import last_rest
from renders.scene.setup import manim_settings

if TYPE_CHECKING:
    from renders.request.parts import RenderJob


def draw_still(job: RenderJob, target: Path) -> Path:
    """Go through a film part, draw the picture of its last pause alone, write it as a PNG and return its path."""
    with manim_settings(job.quality, job.look, job.partial, {"dry_run": True}):
        write_png(last_rest(job).picture[..., :3], target)
    return target
