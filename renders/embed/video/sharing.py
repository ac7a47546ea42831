"""Encodes films for sharing: they are rendered with a fast encoding, and with more time the same takes a third.

Pictures, times, sound, captions and chapter marks stay.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.frame import PictureType
from av.video.reformatter import ColorPrimaries, ColorRange, ColorTrc, Interpolation
from av.video.stream import VideoStream

from renders.clip.clip import Clip
from renders.encode.encoder import MATRIX_BT709
from renders.encode.probe import damaged, opened, rate_of

PRESET = "medium"  # x264's: slower ones win little on drawings
KEYFRAME_SECONDS = 2  # the longest time between two pictures that a player can jump to
_OPTIONS = {"movflags": "+faststart"}
_TOLD = ("title", "comment", "copyright")  # of a film file


@dataclass(frozen=True)
class ShareLevel:
    """How much of a film is kept. quality: x264's crf. side: pixels of the shorter side at most; None for all."""

    quality: int
    side: int | None = None

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return the size in pixels, both even."""
        scale = min(1.0, self.side / min(width, height)) if self.side else 1.0
        return 2 * round(width * scale / 2), 2 * round(height * scale / 2)

    def __str__(self) -> str:
        """Return what is reduced, in words."""
        return f"quality {self.quality} of x264" + (f", {self.side} lines" if self.side else "")


# From what the eye hardly tells from the film, SSIM 0.99, to what can just be followed
LEVELS = (
    ShareLevel(26),
    ShareLevel(28),
    ShareLevel(30),
    ShareLevel(30, 480),
    ShareLevel(32, 360),
    ShareLevel(34, 270),
    ShareLevel(36, 180),
)


def shared(clips: Sequence[Clip], level: ShareLevel, folder: Path) -> list[Clip]:
    """Return clips whose films are encoded for sharing, in a folder that is made for them.

    One that would not become smaller stays as it is, and so does what has alpha or is no MP4. Raises FilmError where a
    film cannot be read.
    """
    folder.mkdir(parents=True)
    return [_shared(clip, level, folder / f"{number}") for number, clip in enumerate(clips)]


def _shared(clip: Clip, level: ShareLevel, folder: Path) -> Clip:
    if clip.film.suffix.lower() != ".mp4":
        return clip
    folder.mkdir()
    target = folder / clip.film.name
    try:
        with opened(clip.film) as (source, picture), av.open(str(target), "w", container_options=_OPTIONS) as film:
            _copy(source, picture, film, level)
    except av.FFmpegError as error:
        raise damaged(clip.film, error) from error
    if target.stat().st_size >= clip.film.stat().st_size:
        return clip
    made = replace(clip, film=target)
    if clip.poster.is_file():
        shutil.copyfile(clip.poster, made.poster)
    return made


def _copy(source: InputContainer, picture: VideoStream, film: OutputContainer, level: ShareLevel) -> None:
    stream = _stream_like(picture, film, level)
    beside = [*source.streams.audio, *source.streams.subtitles]
    others = {one.index: film.add_stream_from_template(one) for one in beside}
    for one in beside:
        others[one.index].metadata.update(one.metadata)
        others[one.index].disposition = one.disposition
    film.metadata.update({name: text for name, text in source.metadata.items() if name in _TOLD})
    film.set_chapters(source.chapters())
    for packet in source.demux(picture, *beside):
        if packet.stream.index in others:
            if packet.dts is not None:
                packet.stream = others[packet.stream.index]
                film.mux(packet)
            continue
        for frame in packet.decode():
            if isinstance(frame, av.VideoFrame):
                film.mux(_encoded(frame, stream))
    film.mux(stream.encode(None))


def _encoded(frame: av.VideoFrame, stream: VideoStream) -> list[Packet[VideoStream]]:
    frame.pict_type = PictureType.NONE  # x264 is to choose anew which pictures stand alone
    if (frame.width, frame.height) != (stream.width, stream.height):
        pts, unit = frame.pts, frame.time_base
        frame = frame.reformat(width=stream.width, height=stream.height, interpolation=Interpolation.LANCZOS)
        frame.pts, frame.time_base = pts, unit
    return stream.encode(frame)


def _stream_like(picture: VideoStream, film: OutputContainer, level: ShareLevel) -> VideoStream:
    rate = rate_of(picture)
    options = {"preset": PRESET, "crf": str(level.quality), "profile": "high", "g": str(round(KEYFRAME_SECONDS * rate))}
    stream = film.add_stream("libx264", rate=rate, options=options)
    stream.width, stream.height = level.size(picture.width, picture.height)
    stream.pix_fmt = "yuv420p"
    stream.time_base = picture.time_base
    context = stream.codec_context
    context.colorspace, context.color_range = MATRIX_BT709, ColorRange.MPEG
    context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    return stream
