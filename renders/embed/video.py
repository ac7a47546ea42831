"""A clip as a film for players: MP4 as it was rendered, or WebM in VP9, whose pixels may have alpha."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import av
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from renders.clip import Clip
from renders.embed.moving import Moving
from renders.embed.wish import Wish

# libvpx's quality from 0 to 63; 24 is where a dark, flat animation shows no more difference at 720p
VP9 = {"crf": "24", "b": "0", "deadline": "good", "cpu-used": "4", "row-mt": "1", "auto-alt-ref": "0"}


def write_mp4(clips: Sequence[Clip], target: Path, wish: Wish) -> None:
    """Write the one clip as an MP4: as it is, if it is one."""
    (clip,) = clips
    shutil.copyfile(clip.film, target)


def write_webm(clips: Sequence[Clip], target: Path, wish: Wish) -> None:
    """Write the one clip as a WebM, with alpha where the film has it, chapter marks and all."""
    (clip,) = clips
    moving = Moving.of(clip.film)
    with av.open(str(target), "w", format="webm") as film:
        stream = _stream(film.add_stream("libvpx-vp9", rate=moving.rate, options=VP9), moving)
        film.metadata["title"] = clip.title[clip.language]
        for number, pixels in enumerate(moving.pictures()):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgba" if moving.transparent else "rgb24").reformat(
                format=stream.pix_fmt,
                src_colorspace=Colorspace.ITU709,
                dst_colorspace=Colorspace.ITU709,
                src_color_range=ColorRange.JPEG,
                dst_color_range=ColorRange.MPEG,
            )
            frame.pts, frame.time_base = number, 1 / moving.rate
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))


def _stream(stream: VideoStream, moving: Moving) -> VideoStream:
    stream.width, stream.height = moving.width, moving.height
    stream.pix_fmt = "yuva420p" if moving.transparent else "yuv420p"
    context = stream.codec_context
    context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    context.colorspace, context.color_range = int(Colorspace.ITU709), ColorRange.MPEG
    return stream
