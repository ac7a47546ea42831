"""Films one piece in a worker."""

from __future__ import annotations

import os
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import numba

from renders.encode import EncoderSettings
from renders.entry import FILM, Entry
from renders.film import film_info
from renders.film_renderer import FilmRenderer
from renders.jobs import Kind
from renders.last_picture import film_last_picture
from renders.scene_entry import entry_of
from renders.staging import make_scene, manim_settings
from renders.writer import beat_writer

if TYPE_CHECKING:
    from renders.jobs import Job


def film_piece(job: Job) -> Entry:
    """Film a piece, and return what is to go into the cache; the film lies in a folder of its own."""
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
