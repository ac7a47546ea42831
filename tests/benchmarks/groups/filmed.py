"""A scene filmed at 1080p and 60 frames a second, once as the project films a beat and once as manim does by itself.

Ours goes the way of `renders.scene.filming`: batched camera, one stream of frames, the encoder beside the drawing.
Theirs goes manim's own way, with its camera and its writer; the cache of animations is off, which changed arrays
demand.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any, TypeVar

import numba
from manim import Scene, tempconfig

from renders.encode.encoder import EncoderSettings
from renders.request.quality import find_quality
from renders.request.style import USUAL
from renders.scene.film_renderer import FilmRenderer
from renders.scene.frame_writer import beat_writer
from renders.scene.setup import manim_settings
from tests.benchmarks.measure import interleave
from tests.benchmarks.workshop import Workshop

FRAME_RATE = 60
HIGH, LEAST = ("high", "high_quality"), ("draft", "low_quality")  # a quality of ours, and manim's own
FEWEST = 8  # sixtieths of a second: some frames at the lowest rate, too


class Timed(Scene):
    """A scene that notes when each frame is begun, and how long it takes from the first line to the finished film.

    frames: for how many sixtieths of a second it plays.
    """

    def __init__(self, frames: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.playing = frames / FRAME_RATE
        self.moments: list[float] = []
        self.seconds = 0.0
        self.add_updater(lambda dt: self.moments.append(time.perf_counter()))

    def render(self, preview: bool = False) -> bool:
        begin = time.perf_counter()
        again = super().render(preview)
        self.seconds = time.perf_counter() - begin
        return again

    @property
    def seconds_a_frame(self) -> float:
        """The mean over the whole frames between the first and the last: moved, drawn, handed to the encoder."""
        return (self.moments[-1] - self.moments[0]) / (len(self.moments) - 1)


S = TypeVar("S", bound=Timed)


def film_ours(scene: type[S], *arguments: Any, quality: str, **kwargs: Any) -> S:
    """Film a scene as the project does, and return it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = EncoderSettings(threads=numba.get_num_threads())
        media, film = Path(folder), Path(folder) / "ours.mp4"
        with manim_settings(find_quality(quality), USUAL, media, {}), beat_writer(film, settings) as writer:
            played = scene(*arguments, renderer=FilmRenderer(writer), **kwargs)
            played.render()
    return played


def film_theirs(scene: type[S], *arguments: Any, quality: str, **kwargs: Any) -> S:
    """Film a scene with manim alone, and return it."""
    settings = {"quality": quality, "disable_caching": True, "verbosity": "ERROR", "progress_bar": "none"}
    with tempfile.TemporaryDirectory() as folder, tempconfig({**settings, "media_dir": folder}):
        played = scene(*arguments, **kwargs)
        played.render()
    return played


def time_frames(
    ours: type[Timed],
    theirs: type[Timed],
    arguments: tuple[Any, ...],
    frames: tuple[int, int],
    rounds: int,
    shop: Workshop,
) -> tuple[list[float], list[float]]:
    """Film both scenes in turns and return the seconds a frame of each, round by round. frames: of ours, of theirs."""
    mine, manims = shop.of(HIGH, LEAST)
    of_ours, of_theirs = shop.of(frames, (FEWEST, FEWEST))

    def film() -> float:
        return film_ours(ours, *arguments, quality=mine, frames=of_ours).seconds_a_frame

    film()  # compiles the drawing routines, once a machine
    return interleave(
        film,
        lambda: film_theirs(theirs, *arguments, quality=manims, frames=of_theirs).seconds_a_frame,
        rounds,
    )
