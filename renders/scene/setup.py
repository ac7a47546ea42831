"""Sets up a film part in a worker: manim's settings, the part's recordings, its scene."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from manim import tempconfig

from engine.recording import Recording
from renders.scene.frame_writer import FILM_CONFIG
from scenes.beats.beat import Beat
from scenes.beats.loading import load_beat
from scenes.beats.pace import speaking_time
from scenes.beats.timeline import Pace
from scenes.look.style import theme
from scenes.look.themes import find_theme
from scenes.text.typst_outlines import set_cache_folder

if TYPE_CHECKING:
    from manim.renderer.cairo_renderer import CairoRenderer

    from renders.request.parts import RenderJob
    from renders.request.quality import Quality
    from renders.request.style import RenderStyle
    from scenes.beats.cards import Card


@contextmanager
def manim_settings(quality: Quality, look: RenderStyle, media: Path, others: Mapping[str, Any]) -> Iterator[None]:
    """Run the block under our settings alone, whatever a manim.cfg of the user's says, and in the style's theme.

    media: a folder of this process's own. Manim's SVG import writes and deletes a file there whose name does not differ
    between processes.
    """
    width, height = look.pixels(quality)
    across, up = look.frame
    settings = {
        "renderer": "cairo",
        "pixel_width": width,
        "pixel_height": height,
        "frame_rate": quality.frame_rate,
        "frame_height": up,
        "frame_width": across,
        "seed": 0,
        "media_dir": str(media),
        "output_file": "",
        "from_animation_number": 0,
        "upto_animation_number": -1,
        "log_to_file": False,
        "verbosity": "ERROR",
        **FILM_CONFIG,
        "transparent": look.transparent,
        **others,
    }
    with tempconfig(settings), theme(find_theme(look.theme)):
        yield


def open_data(job: RenderJob) -> dict[str, Recording]:
    """Return the recordings that a film part needs, each narrowed to the arrays that it declares."""
    paths = dict(job.recordings)
    return {name: Recording.open(Path(paths[name])).only(arrays) for name, arrays in job.piece.needs.items()}


def make_scene(job: RenderJob, renderer: CairoRenderer) -> Beat:
    """Return the scene of a job's film part, ready to be rendered."""
    set_cache_folder(job.cache)
    piece, data = job.piece, open_data(job)
    settings = {"language": job.language, "pace": pace_of(job), "loop": job.look.loop, "renderer": renderer}
    if piece.beat:
        return load_beat(piece.chapter, piece.beat)(data, **settings)
    card: type[Card] = getattr(importlib.import_module(piece.module), piece.class_name)
    return card(data, chapter=piece.chapter, **settings)


def pace_of(job: RenderJob) -> Pace:
    """Return the function for the seconds that a line takes: measured of the voice that speaks it, or estimated."""
    look = job.look
    if not look.voice:
        return lambda text: speaking_time(text, look.pace)
    # By name: what is silent is not filmed anew because it would be spoken otherwise
    narrator = importlib.import_module("renders.voice.narrator")
    pace: Pace = narrator.find_narrator(look.voice, job.language, job.cache, look.pace).pace
    return pace
