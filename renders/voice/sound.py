"""Makes the one sound track of a film: its lines where they are said, as loud as films are on the web.

References: EBU R 128 and ITU-R BS.1770-4 (loudness, true peak), measured by FFmpeg's ebur128.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph
from av.filter.context import FilterContext
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import resample_poly

RATE = 48_000
LOUDNESS = -16.0  # LUFS, integrated over the film
# True peak before it is encoded, dBTP: AAC can overshoot it by some tenths, and the film must stay below −1
CEILING = -1.5
OVERSAMPLING = 4
BLOCK = 4800  # samples handed over to the meter at once
HOLD = 0.005  # seconds around a peak in which the limiter gives way
CLOSE = 0.05  # LU
ROUNDS = 4
SILENT = -70.0  # LUFS, the meter's floor


@dataclass(frozen=True)
class SpokenLine:
    """The sound of a line. start: seconds from the start of the film. samples: mono. rate: samples a second."""

    start: float
    samples: np.ndarray
    rate: int


def track_of(lines: Iterable[SpokenLine], seconds: float) -> np.ndarray:
    """Return the sound of a film of `seconds`: mono, float32, at `RATE`, mastered."""
    track = np.zeros(round(seconds * RATE), np.float32)
    for line in lines:
        start, sound = round(line.start * RATE), _resampled(line.samples, line.rate)
        sound = sound[: max(0, len(track) - start)]
        track[start : start + len(sound)] += sound
    return mastered(track)


def mastered(track: np.ndarray) -> np.ndarray:
    """Return a track at `LOUDNESS`, its peaks held below `CEILING` by a limiter; silence stays silence."""
    out = track
    gain = 0.0
    for _ in range(ROUNDS):
        loudness, _ = measured(out)
        if np.isinf(loudness) or abs(LOUDNESS - loudness) < CLOSE:
            break
        gain += LOUDNESS - loudness  # more than at first where the limiter has taken some of it
        out = limited(track * 10 ** (gain / 20))
    return out


def limited(track: np.ndarray, ceiling: float = CEILING) -> np.ndarray:
    """Return a track whose true peak is at most `ceiling`, dBTP; the gain is lowered, smoothly, around peaks only.

    The gain at a sample is the mean of the least gains around it, over the width in which those were taken: so it is
    never more than the peak allows.
    """
    most = 10 ** (ceiling / 20)
    peaks = np.abs(resample_poly(track, OVERSAMPLING, 1)).reshape(-1, OVERSAMPLING).max(axis=1, initial=0)
    # A peak between two samples is held down at both
    peaks = np.maximum(peaks, np.roll(peaks, 1))
    needed = np.minimum(1.0, most / np.maximum(peaks, most))
    width = 2 * round(HOLD * RATE) + 1
    gain = uniform_filter1d(minimum_filter1d(needed, width, mode="nearest"), width, mode="nearest")
    return (track * gain).astype(np.float32)


def measured(track: np.ndarray) -> tuple[float, float]:
    """Return integrated loudness, LUFS, and true peak, dBTP, of a mono track from two speakers; -inf for silence."""
    graph = Graph()
    form = {"sample_rate": str(RATE), "sample_fmt": "flt", "channel_layout": "stereo", "time_base": f"1/{RATE}"}
    source = graph.add("abuffer", **form)
    meter, sink = graph.add("ebur128", "peak=true:metadata=1"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    told: dict[str, str] = {}
    # The meter tells of whole blocks; the last one is filled up
    for start in range(0, len(track), BLOCK):
        block = track[start : start + BLOCK]
        source.push(stereo_frame(np.pad(block, (0, BLOCK - len(block))), start))
        for frame in _pulled(sink):
            told = dict(frame.metadata)
    loudness = float(told.get("lavfi.r128.I", SILENT))
    peak = float(told.get("lavfi.r128.true_peak", 0))
    return loudness if loudness > SILENT else -np.inf, 20 * float(np.log10(peak)) if peak > 0 else -np.inf


def stereo_frame(mono: np.ndarray, start: int) -> av.AudioFrame:
    """Return samples as a frame of two equal channels; start: the number of its first sample."""
    frame = av.AudioFrame.from_ndarray(np.repeat(mono.astype(np.float32), 2)[None], "flt", "stereo")
    frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), start
    return frame


def _pulled(sink: FilterContext) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = sink.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        if isinstance(frame, av.AudioFrame):
            yield frame


def _resampled(samples: np.ndarray, rate: int) -> np.ndarray:
    ratio = Fraction(RATE, rate)
    return resample_poly(samples, ratio.numerator, ratio.denominator).astype(np.float32) if len(samples) else samples
