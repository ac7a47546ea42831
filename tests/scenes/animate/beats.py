"""Run a beat of the film of a recording without filming it, and look for faults of its layout."""

from __future__ import annotations

from typing import Any

from manim import tempconfig
from manim.renderer.cairo_renderer import CairoRenderer

from engine.recording import Recording
from renders.lint.history import LayoutFault
from renders.lint.lint import inspect_scene
from scenes.animate.composition import compose
from scenes.beats.beat import Beat, load_beat
from scenes.drawing.camera import BatchedCamera

SETTINGS: dict[str, Any] = {
    "pixel_width": 160,
    "pixel_height": 90,
    "frame_rate": 5,
    "dry_run": True,
    "disable_caching": True,
    "progress_bar": "none",
}


def make_beat(recording: Recording, name: str, renderer: Any, language: str = "en") -> Beat:
    """Return a beat of the film of a recording, handed what the composition says that it needs."""
    film = compose(recording, (name,), name="film")
    data = {key: recording.only(arrays) for key, arrays in film.beat(name).needs.items()}
    return load_beat(film, name)(data, language=language, renderer=renderer)


def run_own_beat(recording: Recording, name: str, language: str = "en") -> Beat:
    """Play a beat in a small frame."""
    with tempconfig(SETTINGS):
        beat = make_beat(recording, name, CairoRenderer(camera_class=BatchedCamera), language)
        beat.render()
        return beat


def faults_of(recording: Recording, name: str, language: str) -> tuple[LayoutFault, ...]:
    """Return what the layout lint finds in a beat."""
    with tempconfig({**SETTINGS, "frame_rate": 15}):
        return inspect_scene(lambda renderer: make_beat(recording, name, renderer, language)).findings
