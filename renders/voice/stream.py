"""Encodes a film's sound as a stream in its file: AAC.

It is encoded once a film, since AAC is padded wherever it begins and ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Disposition

from renders.voice.sound import RATE, stereo_frame

BITS_A_SECOND = 128_000
FRAME = 1024  # samples that AAC encodes at once
# Both channels as their middle, and neither noise nor level made up for each: alike before, they are alike after
ALIKE = {"aac_ms": "1", "aac_pns": "0", "aac_is": "0"}


@dataclass(frozen=True)
class Sound:
    """The sound of a film. samples: mono, float32, as many as the film is long at `renders.voice.sound.RATE`."""

    samples: np.ndarray
    language: str


def add_sound(film: OutputContainer, tag: str, title: str) -> AudioStream:
    """Add the sound stream to a film and return it. tag: the language as in ISO 639-2. title: its name in players."""
    stream: AudioStream = film.add_stream("aac", rate=RATE, options=ALIKE)
    stream.codec_context.layout, stream.codec_context.format = "stereo", "fltp"
    stream.bit_rate = BITS_A_SECOND
    stream.time_base = stream.codec_context.time_base = Fraction(1, RATE)
    stream.metadata.update({"language": tag, "handler_name": title})
    stream.disposition = Disposition.default
    return stream


def sound_packets(samples: np.ndarray, stream: AudioStream) -> Iterator[Packet[Any]]:
    """Yield the packets of a sound.

    The first one is the encoder's start-up and lies before the film's beginning: the file says that it is not to be
    heard, so that what follows is in time. The last one ends with the samples.
    """
    for start in range(0, len(samples), FRAME):
        yield from _timed(stream.encode(stereo_frame(samples[start : start + FRAME], start)), stream)
    yield from _timed(stream.encode(None), stream)


def _timed(packets: list[Packet[Any]], stream: AudioStream) -> Iterator[Packet[Any]]:
    for packet in packets:
        packet.stream = stream
        yield packet
