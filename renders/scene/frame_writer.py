"""Writes a manim scene to a film: manim draws, and every frame goes straight to one sink.

manim's own writer makes a file of every `play`, keeps them as a cache and joins them in the end. These writers do none
of that: one scene is one stream of frames. They are handed to `CairoRenderer(file_writer_class=…)`.

- `beat_writer`: the film of one beat.
- `frame_writer`: frames into a sink of the caller's own, such as `KeptFrames`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, NoReturn, Protocol

import numpy as np
from manim._config.video_encoder import VideoEncoderSpec
from manim.scene.scene_file_writer import SceneFileWriter, _SceneFileWriterSettings

from renders.base.film_errors import FilmError
from renders.encode.encoder import EncoderSettings, FilmEncoder
from scenes.drawing.redraw import Box

# What manim's config has to say for these writers, to be merged into `tempconfig`. Format None means "a video, or
# a picture where nothing plays": it alone lets the writer say in its own words that a scene plays nothing.
FILM_CONFIG = MappingProxyType(
    {
        "format": None,
        "transparent": False,
        "save_sections": False,
        "disable_caching": True,
        "dry_run": False,
        "preview": False,
        "live_preview": False,
        "progress_bar": "none",
    }
)


class FrameSink(Protocol):
    """A receiver of frames: RGBA, (height, width, 4) uint8, in order.

    repeat: how often the frame is shown. changed: where it differs from the frame before, None where that is not known.
    The next frame may be drawn into the same array: what is to be kept must be copied.
    """

    def write(self, pixels: np.ndarray, repeat: int = 1, changed: Sequence[Box] | None = None) -> None: ...

    def finish(self) -> None: ...

    def abort(self) -> None: ...


class KeptFrames:
    """Keeps frames of a scene as arrays.

    chosen: numbers of the frames to keep, from 0; None keeps all. frames: frame number -> RGBA array (height, width,
    4), uint8. count: how many frames came. last: the last frame, kept always; None before the first.
    """

    def __init__(self, chosen: Collection[int] | None = None) -> None:
        self.chosen = chosen
        self.frames: dict[int, np.ndarray] = {}
        self.count = 0
        self.last: np.ndarray | None = None

    def write(self, pixels: np.ndarray, repeat: int = 1, changed: Sequence[Box] | None = None) -> None:
        """Keep the frame under each of its numbers that was chosen."""
        kept = pixels.copy()
        for number in range(self.count, self.count + repeat):
            if self.chosen is None or number in self.chosen:
                self.frames[number] = kept
        if repeat > 0:
            self.last = kept
        self.count += repeat

    def finish(self) -> None:
        """Do nothing: arrays need no closing."""

    def abort(self) -> None:
        """Forget the frames of a scene that failed."""
        self.frames.clear()


class BeatWriter(SceneFileWriter):
    """Passes every frame of one scene to one sink, without manim's files for each play, its cache and its sound."""

    name: ClassVar[str]
    sink: FrameSink

    def __init__(self, settings: _SceneFileWriterSettings) -> None:
        super().__init__(settings)
        if settings.video_encoder is None:
            raise FilmError(f"{self.name}: manim is not set to make a film, render inside tempconfig(FILM_CONFIG)")
        self.sink = self.open_sink(settings.video_encoder)
        self._playing = False

    def open_sink(self, spec: VideoEncoderSpec) -> FrameSink:
        """Return the sink for frames of the size and rate that manim draws."""
        raise NotImplementedError

    def add_partial_movie_file(self, hash_animation: str | None) -> None:
        """Do nothing: there are no partial files."""

    def is_already_cached(self, hash_invocation: str) -> bool:
        """Return False: every play is drawn."""
        return False

    def begin_animation(self, allow_write: bool = False, **_: Any) -> None:
        """Note whether the frames of this play are wanted."""
        self._playing = allow_write

    def end_animation(self, allow_write: bool = False) -> None:
        """Close the play: frames outside of one belong to no film."""
        self._playing = False

    def write_frame(self, pixels: np.ndarray, *, repeat: int = 1, changed: Sequence[Box] | None = None) -> None:
        """Pass one frame on."""
        if self._playing:
            self.sink.write(pixels, repeat, changed)

    def finish(self) -> None:
        """Finish the film."""
        self.sink.finish()

    def abort_encode_jobs(self, reraise_encoder_failures: bool = False) -> None:
        """Drop the film of a scene that failed."""
        self.sink.abort()

    def add_sound(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise FilmError: a beat's film is silent, and losing a sound unnoticed would be worse."""
        raise FilmError(f"{self.name}: a beat is a silent film, take add_sound out of the scene")

    def save_image(self, pixels: np.ndarray) -> NoReturn:
        """Raise FilmError: the scene plays nothing, and manim would write a picture instead."""
        raise FilmError(f"{self.name}: the scene plays nothing, so there is no film")


def frame_writer(sink: FrameSink, name: str = "scene") -> type[SceneFileWriter]:
    """Return a writer class that hands every frame of one scene to `sink`; `name` is for error messages."""
    return type("FrameWriter", (BeatWriter,), {"name": name, "open_sink": lambda self, spec: sink})


@contextmanager
def beat_writer(target: Path, settings: EncoderSettings) -> Iterator[type[SceneFileWriter]]:
    """Yield the writer class that films one scene into `target`.

    Render the scene inside the block and inside `tempconfig(FILM_CONFIG | …)`. The film is in place once the scene has
    been rendered; if anything raises before that, Ctrl-C included, nothing is left.

    Raises FilmError, while rendering, where the scene plays nothing or has a sound, or the file cannot be written.
    """
    films: list[FilmEncoder] = []

    def open_sink(self: BeatWriter, spec: VideoEncoderSpec) -> FrameSink:
        films.append(FilmEncoder(target, settings, width=spec.width, height=spec.height, frame_rate=spec.frame_rate))
        return films[-1]

    try:
        yield type("FilmWriter", (BeatWriter,), {"name": target.name, "open_sink": open_sink})
    finally:
        # manim aborts by itself when `construct` raises, but not when `setup` or `tear_down` does.
        for film in films:
            film.abort()
