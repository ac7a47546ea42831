"""Checks that a film file of somebody else's is whole: it has frames, none of it is missing, and both ends decode."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from renders.base.film_errors import FilmError
from renders.encode.container_size import told_size
from renders.encode.probe import damaged, opened, rate_of

SPARE = Fraction(1, 4)  # seconds by which a container may err about its length
_AGAIN = "fetch or make it again"


def require_whole(film: Path) -> None:
    """Raise FilmError, one line, unless a film has frames, all bytes that it tells of, and two ends that decode.

    All of it is read, but only its ends are decoded: a decoder shows a byte changed in the middle as a blur.
    """
    told, found = told_size(film), film.stat().st_size
    try:
        with opened(film) as (container, stream):
            index = stream.index_entries
            if (most := max([told, *(one.pos + one.size for one in index)])) > found:
                raise FilmError(f"{film} is cut short: it tells of {most:,} bytes and has {found:,}; {_AGAIN}")
            last = _require_packets(film, container, stream, len(index))
        _require_first(film)
        _require_last(film, last)
    except av.FFmpegError as error:
        raise damaged(film, error) from error


def _require_packets(film: Path, container: InputContainer, stream: VideoStream, index: int) -> int:
    """Return the time of the last packet of the film's pictures, in units of the stream. index: how many it tells."""
    ends, last, count = Fraction(0), 0, 0
    for packet in container.demux():
        if not packet.size:
            continue
        if packet.is_corrupt:
            raise FilmError(f"{film} is cut short or damaged: a part of it cannot be read; {_AGAIN}")
        if packet.pts is not None and packet.time_base:
            ends = max(ends, (packet.pts + (packet.duration or 0)) * packet.time_base)
        if packet.stream.index == stream.index:
            last, count = max(last, packet.pts or 0), count + 1
    if not count:
        raise FilmError(f"{film} has no frames; {_AGAIN}")
    begins = Fraction(container.start_time or 0, av.time_base)
    whole = Fraction(container.duration or 0, av.time_base)
    # What has an index has been held against it; the times of such a film may be of a longer one that it was cut from
    if index < count and ends - begins < whole - max(SPARE, 3 / rate_of(stream)):
        raise FilmError(f"{film} is cut short: it says {float(whole):.2f} s and has {float(ends):.2f} s; {_AGAIN}")
    return last


def _require_first(film: Path) -> None:
    with opened(film) as (container, stream):
        first = next(_pictures(container, stream), None)
        if first is None or not first.width or not first.height:
            raise FilmError(f"{film} is damaged: its first frame cannot be decoded; {_AGAIN}")


def _require_last(film: Path, last: int) -> None:
    for seeking in (True, False):  # not every container finds the place
        with opened(film) as (container, stream):
            if seeking:
                container.seek(last, stream=stream, backward=True)
            if any(frame.pts is not None and frame.pts >= last for frame in _pictures(container, stream)):
                return
    raise FilmError(f"{film} is damaged: its last frame cannot be decoded; {_AGAIN}")


def _pictures(container: InputContainer, stream: VideoStream) -> Iterator[av.VideoFrame]:
    for frame in container.decode(stream):
        if not frame.is_corrupt:
            yield frame
