"""Writes animated pictures in the size and rate of a level: GIF and WebP by FFmpeg, APNG by Pillow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import cast

import av
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.stream import VideoStream
from PIL import Image

from renders.clip.frame_source import Moving
from renders.embed.video.sizes import Level

TICK = Fraction(1, 1000)  # seconds


def encode_gif(moving: Moving, level: Level, target: Path) -> None:
    """Write a GIF that runs for ever, with the palette that suits its own pictures best."""
    palette = _palette(moving, level)
    graph = Graph()
    pictures = _source(graph, moving)
    colors = graph.add_buffer(width=palette.width, height=palette.height, format=palette.format, time_base=TICK)
    # No dithering: on flat drawings it is noise, and noise is what a GIF cannot pack
    use = graph.add("paletteuse", "dither=none:diff_mode=rectangle")
    sink = graph.add("buffersink")
    _scaled_to(graph, pictures, moving, level).link_to(use, 0, 0)
    colors.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    palette.pts = 0
    colors.push(palette)
    colors.push(None)
    _encode(_through(graph, moving, level, pictures, sink), moving, level, target, ("gif", "pal8", {}), {"loop": "0"})


def encode_apng(moving: Moving, level: Level, target: Path) -> None:
    """Write an APNG that runs for ever; by Pillow, whose files Pillow and all browsers read."""
    pictures = _Pictures(moving, level)
    milliseconds = float(1000 / level.rate(moving.rate))
    first = next(iter(pictures))
    rest = _Pictures(moving, level, 1)
    first.save(target, "png", save_all=True, append_images=rest, duration=milliseconds, loop=0)


@dataclass(frozen=True)
class _Pictures:
    """The pictures of a film from one on, decoded anew each time: Pillow goes through them twice."""

    moving: Moving
    level: Level
    first: int = 0

    def __iter__(self) -> Iterator[Image.Image]:
        for frame in islice(_scaled(self.moving, self.level), self.first, None):
            yield Image.fromarray(frame.to_ndarray(format=_form(self.moving)))


def encode_webp(moving: Moving, level: Level, target: Path) -> None:
    """Write a WebP that runs for ever."""
    options = {"quality": str(level.quality), "compression_level": "3", "preset": "drawing"}
    form = ("libwebp_anim", "yuva420p" if moving.transparent else "yuv420p", options)
    _encode(_scaled(moving, level), moving, level, target, form, {"loop": "0"})


def _encode(
    frames: Iterator[av.VideoFrame],
    moving: Moving,
    level: Level,
    target: Path,
    form: tuple[str, str, dict[str, str]],
    container: dict[str, str],
) -> None:
    codec, pixels, options = form
    name = {"libwebp_anim": "webp"}.get(codec, codec)
    with av.open(str(target), "w", format=name, container_options=container) as film:
        stream = cast(VideoStream, film.add_stream(codec, rate=level.rate(moving.rate), options=options))
        stream.width, stream.height = level.size(moving.width, moving.height)
        stream.pix_fmt = pixels
        for number, frame in enumerate(frames):
            frame.pts, frame.time_base = number, 1 / level.rate(moving.rate)
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))


def _scaled(moving: Moving, level: Level) -> Iterator[av.VideoFrame]:
    """Yield the pictures of a film in a level's size and rate."""
    graph = Graph()
    pictures, sink = _source(graph, moving), graph.add("buffersink")
    _scaled_to(graph, pictures, moving, level).link_to(sink)
    graph.configure()
    return _through(graph, moving, level, pictures, sink)


def _palette(moving: Moving, level: Level) -> av.VideoFrame:
    """Return the colours that suit a film best, as the picture that FFmpeg keeps them in."""
    graph = Graph()
    pictures, sink = _source(graph, moving), graph.add("buffersink")
    make = graph.add("palettegen", f"max_colors={level.colors}:reserve_transparent=0:stats_mode=full")
    _scaled_to(graph, pictures, moving, level).link_to(make)
    make.link_to(sink)
    graph.configure()
    return next(_through(graph, moving, level, pictures, sink))


def _source(graph: Graph, moving: Moving) -> FilterContext:
    form = av.VideoFormat(_form(moving))
    return graph.add_buffer(width=moving.width, height=moving.height, format=form, time_base=1 / moving.rate)


def _form(moving: Moving) -> str:
    return "rgba" if moving.transparent else "rgb24"


def _scaled_to(graph: Graph, pictures: FilterContext, moving: Moving, level: Level) -> FilterContext:
    width, height = level.size(moving.width, moving.height)
    scale = graph.add("scale", f"w={width}:h={height}:flags=lanczos")
    pictures.link_to(scale)
    return scale


def _through(
    graph: Graph, moving: Moving, level: Level, source: FilterContext, sink: FilterContext
) -> Iterator[av.VideoFrame]:
    """Push the pictures that a level keeps into a graph, which lives as long as this, and yield what comes out."""
    every = level.every(moving.rate)
    for number, pixels in enumerate(moving.pictures()):
        if number % every == 0:
            frame = av.VideoFrame.from_ndarray(pixels, format=_form(moving))
            frame.pts, frame.time_base = number, 1 / moving.rate
            source.push(frame)
            yield from _ready(sink)
    source.push(None)
    yield from _ready(sink)
    del graph


def _ready(sink: FilterContext) -> Iterator[av.VideoFrame]:
    while True:
        try:
            frame = sink.pull()
        except (BlockingIOError, EOFError):
            return
        if isinstance(frame, av.VideoFrame):
            yield frame
