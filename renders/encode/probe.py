"""Reads film files: what their headers tell, and single frames, exactly.

A frame's number counts from 0; it is on screen from `number / frame_rate` on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from av.video.stream import VideoStream

from renders.base.film_errors import FilmError

# The numbers of H.264, table E-3 to E-5: primaries, transfer, matrix of BT.709, and limited range
BT709 = (1, 1, 1, 1)
EXACT = Interpolation.BILINEAR | Interpolation.FULL_CHR_H_INT | Interpolation.ACCURATE_RND


@dataclass(frozen=True)
class Chapter:
    """A chapter mark. start, end: seconds."""

    title: str
    start: float
    end: float


@dataclass(frozen=True)
class Stream:
    """One stream of a film. kind: "video", "subtitle", "audio" or "data" (the chapter titles); language as tagged."""

    kind: str
    codec: str
    language: str
    title: str
    default: bool


@dataclass(frozen=True)
class FilmInfo:
    """The information in the header of a film file.

    color: primaries, transfer, matrix and range as the numbers of H.264; `BT709` is what ours have.
    """

    width: int
    height: int
    frames: int
    frame_rate: Fraction
    color: tuple[int, int, int, int]
    title: str
    chapters: tuple[Chapter, ...]
    tracks: tuple[Stream, ...]

    @property
    def seconds(self) -> float:
        """The length of the film, seconds."""
        return float(self.frames / self.frame_rate)


def damaged(film: Path, error: av.FFmpegError) -> FilmError:
    """Return the error for a film that opens and then cannot be read."""
    return FilmError(f"{film} is damaged ({error.strerror}); render it again, or copy it anew")


@contextmanager
def opened(film: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a film and its one video stream; raises FilmError where there is none that can be read."""
    try:
        container = av.open(str(film))
    except (av.FFmpegError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FilmError(f"{film} cannot be read as a film ({reason}); render it again, or copy it anew") from error
    with container:
        if len(container.streams.video) != 1:
            raise FilmError(f"{film} has {len(container.streams.video)} video streams where one is expected")
        stream = container.streams.video[0]
        if not stream.average_rate or not stream.time_base:
            raise FilmError(f"{film} says no frame rate; render it again, or copy it anew")
        yield container, stream


def film_info(film: Path) -> FilmInfo:
    """Return the information in the header of a film; raises FilmError where it cannot be read."""
    with opened(film) as (container, stream):
        context = stream.codec_context
        return FilmInfo(
            width=context.width,
            height=context.height,
            frames=frames_of(container, stream),
            frame_rate=rate_of(stream),
            color=(context.color_primaries, context.color_trc, context.colorspace, context.color_range),
            title=container.metadata.get("title", ""),
            chapters=tuple(_chapters(container)),
            tracks=tuple(_tracks(container)),
        )


def _chapters(container: InputContainer) -> Iterator[Chapter]:
    for mark in container.chapters():
        unit = mark["time_base"] or Fraction(1, 1000)
        yield Chapter(mark["metadata"].get("title", ""), float(mark["start"] * unit), float(mark["end"] * unit))


def _tracks(container: InputContainer) -> Iterator[Stream]:
    for stream in container.streams:
        yield Stream(
            kind=stream.type,
            codec=stream.codec_context.name if stream.codec_context else "",
            language=stream.language or "",
            title=stream.metadata.get("handler_name", ""),
            default=bool(stream.disposition & Disposition.default),
        )


def packets(film: Path) -> Iterator[tuple[int, Packet[VideoStream]]]:
    """Yield (frame number, packet) as they are stored, which is the order of decoding.

    Raises FilmError where the film is damaged.
    """
    with opened(film) as (container, stream):
        start, ticks = stream.start_time or 0, ticks_of(stream)
        try:
            for packet in container.demux(stream):
                if packet.size:
                    yield round(((packet.pts or 0) - start) / ticks), packet
        except av.FFmpegError as error:
            raise damaged(film, error) from error


def frame_count(film: Path) -> int:
    """Return how many frames a film holds, counted one by one rather than taken from its header."""
    return sum(1 for _ in packets(film))


def frame_at(film: Path, seconds: float) -> np.ndarray:
    """Return the frame on screen at a time, RGB, (height, width, 3) uint8.

    Raises FilmError where the film is not running at that time.
    """
    with opened(film) as (_, stream):
        # A hair of tolerance: 0.7 s at 30 frames a second is frame 21, though 0.7 * 30 is a little less
        number = int(seconds * rate_of(stream) + 1e-6)
    return next(pixels for _, pixels in frames_at(film, [number]))


def last_frame(film: Path) -> np.ndarray:
    """Return the last frame of a film, RGB, (height, width, 3) uint8."""
    return next(pixels for _, pixels in frames_at(film, [film_info(film).frames - 1]))


def frames_at(film: Path, numbers: Iterable[int]) -> Iterator[tuple[int, np.ndarray]]:
    """Yield (number, frame) for each number in rising order; a frame is RGB, (height, width, 3) uint8.

    Raises FilmError where the film has no frame of a number.
    """
    with opened(film) as (container, stream):
        for number in sorted(set(numbers)):
            if not 0 <= number < (count := frames_of(container, stream)):
                raise FilmError(f"{film.name} has {count} frames, so there is none of number {number}")
            try:
                yield number, to_rgb(_decode(container, stream, number))
            except av.FFmpegError as error:
                raise damaged(film, error) from error


def rate_of(stream: VideoStream) -> Fraction:
    """Return the frames a second of a stream from `opened`."""
    return Fraction(stream.average_rate or 0)


def frames_of(container: InputContainer, stream: VideoStream) -> int:
    """Return how many frames a stream from `opened` has; WebM and Matroska tell only how long it runs."""
    return stream.frames or round(Fraction(container.duration or 0, av.time_base) * rate_of(stream))


def ticks_of(stream: VideoStream) -> float:
    """Return the length of a frame of a stream from `opened`, in the stream's time units."""
    return float(1 / (rate_of(stream) * (stream.time_base or 1)))


def _decode(container: InputContainer, stream: VideoStream, number: int) -> av.VideoFrame:
    """Return one frame, decoded from the key frame at or before it."""
    start, ticks = stream.start_time or 0, ticks_of(stream)
    container.seek(start + round(number * ticks), stream=stream, backward=True)
    for frame in container.decode(stream):
        if round(((frame.pts or 0) - start) / ticks) == number:
            return frame
    raise FilmError(f"{container.name} is damaged: its frame {number} is missing; render it again, or copy it anew")


def to_rgb(frame: av.VideoFrame) -> np.ndarray:
    """Return a BT.709 picture as RGB, (height, width, 3) uint8."""
    return frame.to_ndarray(
        format="rgb24",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=EXACT,
        threads=1,
    )
