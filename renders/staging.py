"""Sets a piece up in a worker: manim's settings, the piece's recordings, its scene."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from manim import tempconfig

from engine.recording import Recording
from scenes.chapter import Beat, load_beat

if TYPE_CHECKING:
    from manim.renderer.cairo_renderer import CairoRenderer

    from renders.jobs import Job, Piece
    from renders.quality import Quality


@contextmanager
def manim_settings(quality: Quality, media: Path, **others: Any) -> Iterator[None]:
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
        "disable_caching": True,  # its hash of a play has drawn wrong pictures; whole beats are cached instead
        "save_sections": False,
        "from_animation_number": 0,
        "upto_animation_number": -1,
        "log_to_file": False,
        "preview": False,
        "progress_bar": "none",
        "verbosity": "ERROR",
        **others,
    }
    with tempconfig(settings):
        yield


def open_data(job: Job) -> dict[str, Recording]:
    """Return the recordings that a piece needs, each narrowed to the arrays that it declares."""
    paths = dict(job.recordings)
    return {name: Recording.open(Path(paths[name])).only(arrays) for name, arrays in job.piece.needs.items()}


def make_scene(piece: Piece, data: Mapping[str, Recording], language: str, renderer: CairoRenderer) -> Beat:
    """Return the scene of a piece, ready to be rendered."""
    if piece.kind == "beat":
        return load_beat(piece.chapter, piece.name)(data, language=language, renderer=renderer)
    card = getattr(importlib.import_module(piece.module), piece.class_name)
    return card(data, chapter=piece.chapter, language=language, renderer=renderer)
