"""Films the last picture of a film: that of its last beat's last pause, which comes once more and is held."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from renders.encode.encoder import EncoderSettings, FilmEncoder
from renders.scene.resting import Rest, last_rest
from renders.scene.scene_entry import entry_of_rest
from renders.scene.setup import manim_settings
from scenes.drawing.batched import rgb255

if TYPE_CHECKING:
    from renders.cache.entry import Entry
    from renders.request.parts import RenderJob

COMES, HELD = 0.6, 3.0  # seconds


def film_last_picture(job: RenderJob, film: Path, settings: EncoderSettings) -> Entry:
    """Film the last picture, and return its entry for the cache; its cost is left to the caller."""
    rest = _rest(job)
    empty = np.zeros_like(rest.picture)
    if not job.look.transparent:
        empty[:] = (*np.round(rgb255(rest.scene.camera.background_color)), 255)
    coming, held = _frames(job)
    height, width, _ = rest.picture.shape
    with FilmEncoder(film, settings, width=width, height=height, frame_rate=job.quality.frame_rate) as encoder:
        for share in (np.arange(coming) + 1) / (coming + 1):
            encoder.write(np.round(empty * (1 - share) + rest.picture * share).astype(np.uint8))
        encoder.write(rest.picture, held)
    return entry_of_rest(rest, job, coming + held, film)


def replay_last_picture(job: RenderJob) -> Entry:
    """Return the entry of the last picture without filming it."""
    return entry_of_rest(_rest(job), job, sum(_frames(job)), Path())


def _rest(job: RenderJob) -> Rest:
    with manim_settings(job.quality, job.look, job.partial, {"dry_run": True}):
        return last_rest(job)


def _frames(job: RenderJob) -> tuple[int, int]:
    """Return in how many frames the picture comes, and for how many it is held."""
    return round(COMES * job.quality.frame_rate), round(HELD * job.quality.frame_rate)
