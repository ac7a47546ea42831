"""Extracts the sound of a part of a film, at another speed but at the same pitch."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.filter import Graph

from renders.encode.probe import damaged, opened
from renders.voice.sound import RATE
from renders.voice.stream import Sound

SLOWEST, FASTEST = 0.5, 2.0  # what FFmpeg's filter does in one go


def sound_of(film: Path, language: str, start: float, end: float, speed: float) -> Sound | None:
    """Return the sound from `start` to `end`, in seconds, `speed` times as fast; None for a silent film."""
    samples = _samples(film)
    if samples is None:
        return None
    part = samples[round(start * RATE) : round(end * RATE)]
    wanted = round((end - start) / speed * RATE)
    heard = part if speed == 1 else _at_speed(part, speed)
    return Sound(np.pad(heard[:wanted], (0, max(0, wanted - len(heard)))), language)


def _samples(film: Path) -> np.ndarray | None:
    """Return all of a film's sound, mono float32, from its first picture on; None where it has none."""
    with opened(film) as (container, picture):
        first = float((picture.start_time or 0) * (picture.time_base or 0))
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        resampler = AudioResampler(format="flt", layout="mono", rate=RATE)
        parts: list[tuple[int, np.ndarray]] = []
        try:
            for frame in container.decode(stream):
                begins = round((float((frame.pts or 0) * (frame.time_base or 0)) - first) * RATE)
                parts += [(begins, one.to_ndarray()[0]) for one in resampler.resample(frame)]
        except av.FFmpegError as error:
            raise damaged(film, error) from error
    heard = np.zeros(max((begins + len(part) for begins, part in parts), default=0), np.float32)
    for begins, part in parts:
        shown = part[max(0, -begins) :]
        heard[max(0, begins) : max(0, begins) + len(shown)] = shown
    return heard


def _at_speed(samples: np.ndarray, speed: float) -> np.ndarray:
    """Return a sound as many times as fast, its pitch kept."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="flt", layout="mono", time_base=Fraction(1, RATE))
    last = source
    for factor in _factors(speed):
        tempo = graph.add("atempo", f"{factor:.6f}")
        last.link_to(tempo)
        last = tempo
    sink = graph.add("abuffersink")
    last.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None], np.float32), format="flt", layout="mono")
    frame.sample_rate, frame.pts = RATE, 0
    source.push(frame)
    source.push(None)
    parts = [np.zeros(0, np.float32)]
    while True:
        try:
            heard = sink.pull()
        except (BlockingIOError, EOFError):
            return np.concatenate(parts)
        if isinstance(heard, av.AudioFrame):
            parts.append(heard.to_ndarray()[0])


def _factors(speed: float) -> Iterator[float]:
    """Yield factors that make up a speed, each of which the filter can do."""
    while speed > FASTEST:
        yield FASTEST
        speed /= FASTEST
    while speed < SLOWEST:
        yield SLOWEST
        speed /= SLOWEST
    yield speed
