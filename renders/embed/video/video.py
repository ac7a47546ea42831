"""Writes a clip as a film for players: MP4 as it was rendered, or WebM in VP9, whose pixels may have alpha."""

from __future__ import annotations

import heapq
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from renders.clip.clip import Clip
from renders.clip.frame_source import Moving
from renders.clip.sound import sound_of
from renders.encode.join import time_to_decode
from renders.request.embed_request import EmbedRequest
from renders.voice.sound import RATE, stereo_frame
from renders.voice.stream import BITS_A_SECOND

OPUS_FRAME = 960  # samples that Opus encodes at once
# libvpx's quality from 0 to 63; 24 is where a dark, flat animation shows no more difference at 720p
VP9 = {"crf": "24", "b": "0", "deadline": "good", "cpu-used": "4", "row-mt": "1", "auto-alt-ref": "0"}


def write_mp4(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write the one clip as an MP4, a copy of its film."""
    (clip,) = clips
    shutil.copyfile(clip.film, target)


def write_webm(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write the one clip as a WebM, with alpha where the film has it and with its sound where it has one."""
    (clip,) = clips
    moving = Moving.of(clip.film)
    heard = sound_of(clip.film, clip.language, 0.0, float(moving.frames / moving.rate), 1.0)
    with av.open(str(target), "w", format="webm") as film:
        picture = _stream(film.add_stream("libvpx-vp9", rate=moving.rate, options=VP9), moving)
        sound = _sound_stream(film) if heard else None
        film.metadata["title"] = clip.title[clip.language]
        film.start_encoding()
        said = _sound_packets(heard.samples, sound) if heard and sound else iter(())
        # In order of time, so that the muxer need not keep all pictures while it waits for the sound
        for packet in heapq.merge(_picture_packets(moving, picture), said, key=time_to_decode):
            film.mux(packet)


def _picture_packets(moving: Moving, stream: VideoStream) -> Iterator[Packet[Any]]:
    for number, pixels in enumerate(moving.pictures()):
        frame = av.VideoFrame.from_ndarray(pixels, format="rgba" if moving.transparent else "rgb24").reformat(
            format=stream.pix_fmt,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
        )
        frame.pts, frame.time_base = number, 1 / moving.rate
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _sound_stream(film: OutputContainer) -> AudioStream:
    stream: AudioStream = film.add_stream("libopus", rate=RATE)
    stream.codec_context.layout, stream.codec_context.format = "stereo", "flt"
    stream.bit_rate = BITS_A_SECOND
    return stream


def _sound_packets(samples: np.ndarray, stream: AudioStream) -> Iterator[Packet[Any]]:
    for start in range(0, len(samples), OPUS_FRAME):
        yield from stream.encode(stereo_frame(samples[start : start + OPUS_FRAME], start))
    yield from stream.encode(None)


def _stream(stream: VideoStream, moving: Moving) -> VideoStream:
    stream.width, stream.height = moving.width, moving.height
    stream.pix_fmt = "yuva420p" if moving.transparent else "yuv420p"
    context = stream.codec_context
    context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    context.colorspace, context.color_range = int(Colorspace.ITU709), ColorRange.MPEG
    return stream
