"""Films one film part in a worker."""

from __future__ import annotations

import os
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import numba

from renders.cache.entry import FILM, Entry
from renders.encode.encoder import EncoderSettings
from renders.encode.probe import film_info
from renders.request.parts import Kind
from renders.scene.film_renderer import FilmRenderer
from renders.scene.frame_writer import beat_writer
from renders.scene.last_picture import film_last_picture
from renders.scene.scene_entry import entry_of
from renders.scene.setup import make_scene, manim_settings

if TYPE_CHECKING:
    from renders.request.parts import RenderJob


def film_piece(job: RenderJob) -> Entry:
    """Film a film part, and return its entry for the cache; the film lies in a folder of its own."""
    begin = time.perf_counter()
    partial = job.partial / uuid.uuid4().hex
    partial.mkdir(parents=True)
    # One folder for all pieces of this process: nothing in it outlives the render
    media = job.partial / f"media-{os.getpid()}"
    film = partial / f"{FILM}.{job.look.ending}"
    # As many threads as this process may draw with
    settings = EncoderSettings(threads=numba.get_num_threads(), transparent=job.look.transparent)
    if job.piece.kind is Kind.PICTURE:
        entry = film_last_picture(job, film, settings)
        return replace(entry, cost=round(time.perf_counter() - begin, 3))
    with manim_settings(job.quality, job.look, media, {}), beat_writer(film, settings) as writer:
        scene = make_scene(job, FilmRenderer(writer))
        scene.render()
    return entry_of(scene, job, film_info(film).frames, time.perf_counter() - begin, film)
