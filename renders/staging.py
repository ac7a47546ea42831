"""Sets a piece up in a worker: manim's settings, the piece's recordings, its scene."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from manim import tempconfig

from engine.recording import Recording
from renders.writer import FILM_CONFIG
from scenes.chapter import Beat, load_beat
from scenes.mobjects.typst_outlines import set_cache_folder

if TYPE_CHECKING:
    from manim.renderer.cairo_renderer import CairoRenderer

    from renders.jobs import Job
    from renders.quality import Quality
    from scenes.cards import Card


@contextmanager
def manim_settings(quality: Quality, media: Path, others: Mapping[str, Any]) -> Iterator[None]:
    """Run the block under our settings alone, whatever a manim.cfg of the user's says.

    media: a folder of this process's own. Manim's SVG import writes and deletes a file there whose name does not differ
    between processes.
    """
    settings = {
        "renderer": "cairo",
        "pixel_width": quality.width,
        "pixel_height": quality.height,
        "frame_rate": quality.frame_rate,
        "frame_height": 8.0,
        "frame_width": 8.0 * 16 / 9,
        "background_opacity": 1.0,
        "seed": 0,
        "media_dir": str(media),
        "output_file": "",
        "from_animation_number": 0,
        "upto_animation_number": -1,
        "log_to_file": False,
        "verbosity": "ERROR",
        **FILM_CONFIG,
        **others,
    }
    with tempconfig(settings):
        yield


def open_data(job: Job) -> dict[str, Recording]:
    """Return the recordings that a piece needs, each narrowed to the arrays that it declares."""
    paths = dict(job.recordings)
    return {name: Recording.open(Path(paths[name])).only(arrays) for name, arrays in job.piece.needs.items()}


def make_scene(job: Job, renderer: CairoRenderer) -> Beat:
    """Return the scene of a job's piece, ready to be rendered."""
    set_cache_folder(job.cache)
    piece, data = job.piece, open_data(job)
    if piece.kind == "beat":
        return load_beat(piece.chapter, piece.name)(data, language=job.language, renderer=renderer)
    card: type[Card] = getattr(importlib.import_module(piece.module), piece.class_name)
    return card(data, chapter=piece.chapter, language=job.language, renderer=renderer)
