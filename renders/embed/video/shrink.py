"""Encodes a film anew, where it is too large to lie within a page.

Films are rendered with a fast encoding; with more time the same picture takes a third of the bytes.
"""

from __future__ import annotations

from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.video.frame import PictureType
from av.video.reformatter import ColorPrimaries, ColorRange, ColorTrc
from av.video.stream import VideoStream

from renders.encode.encoder import MATRIX_BT709
from renders.encode.probe import damaged, opened, rate_of

PRESET = "faster"  # x264's: slower ones win little on drawings
# 20 cannot be told from the film by eye; the last one is still legible
QUALITIES = (20, 24, 28)
KEYFRAME_SECONDS = 2  # the longest time between two pictures that a player can jump to


def smaller(film: Path, target: Path, most: int) -> Path:
    """Return a film of at most `most` bytes: itself, or the same in `target`, as good as that allows.

    The frames and the sound are the same; where no quality is small enough it is the smallest. Raises FilmError where
    the film cannot be read.
    """
    if film.stat().st_size <= most:
        return film
    for quality in QUALITIES:
        _encode(film, target, quality)
        if target.stat().st_size <= most:
            break
    return target


def _encode(film: Path, target: Path, quality: int) -> None:
    with opened(film) as (source, picture), av.open(str(target), "w", container_options=_OPTIONS) as container:
        try:
            _copy(source, picture, container, quality)
        except av.FFmpegError as error:
            raise damaged(film, error) from error


_OPTIONS = {"movflags": "+faststart"}


def _copy(source: InputContainer, picture: VideoStream, container: OutputContainer, quality: int) -> None:
    stream = _stream_like(picture, container, quality)
    sounds = {sound.index: container.add_stream_from_template(sound) for sound in source.streams.audio}
    for packet in source.demux(picture, *source.streams.audio):
        if packet.stream.index in sounds:
            if packet.dts is not None:
                packet.stream = sounds[packet.stream.index]
                container.mux(packet)
            continue
        for frame in packet.decode():
            if isinstance(frame, av.VideoFrame):
                frame.pict_type = PictureType.NONE  # x264 is to choose anew which pictures stand alone
                container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _stream_like(picture: VideoStream, container: OutputContainer, quality: int) -> VideoStream:
    rate = rate_of(picture)
    options = {"preset": PRESET, "crf": str(quality), "profile": "high", "g": str(round(KEYFRAME_SECONDS * rate))}
    stream = container.add_stream("libx264", rate=rate, options=options)
    stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, "yuv420p"
    stream.time_base = picture.time_base
    context = stream.codec_context
    context.colorspace, context.color_range = MATRIX_BT709, ColorRange.MPEG
    context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    return stream
