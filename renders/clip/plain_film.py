"""Makes a film of another tool one like ours, so that whoever goes on with it need not care what made it.

Like ours is: upright, with square pixels in even numbers, in BT.709, and each picture as long as the others. Phones
store pictures lying, with a note to turn them; screen recorders take them when something moves; Manim writes BT.601 and
does not say so, which is what FFmpeg takes a film for that says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.sidedata.sidedata import SideDataContainer, Type
from av.video.reformatter import ColorRange, Colorspace, ColorTrc

from renders.base.film_errors import FilmError
from renders.base.progress import say
from renders.clip.clip import Clip
from renders.clip.cut import SETTINGS, encodable
from renders.clip.frame_source import WITH_ALPHA
from renders.clip.sound import sound_of
from renders.encode.encoder import FilmEncoder
from renders.encode.join import join
from renders.encode.probe import EXACT, damaged, opened, packets, rate_of, ticks_of

RATES = (24, 25, 30, 50, 60)  # pictures a second, of a film that has no rate of its own
ALONE = 0.9  # of such a film's pictures, so many at least are seen
COLORS = {
    1: Colorspace.ITU709,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}  # by H.264's number
HDR = (ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67)
UPRIGHT = (1, 0, 0, 1)


@dataclass(frozen=True)
class _Make:
    """How a film was made.

    turned: of the matrix that turns its pictures upright the four numbers that do, as signs. wide: how many times as
    wide as high a pixel is.
    """

    turned: tuple[int, ...]
    colors: Colorspace
    full_range: bool
    hdr: bool
    wide: Fraction
    even: bool
    transparent: bool

    @property
    def is_ours(self) -> bool:
        """Whether its pictures are as ours are."""
        colors = self.transparent or (self.colors == Colorspace.ITU709 and not self.full_range)
        return self.turned == UPRIGHT and self.wide == 1 and self.even and colors

    def upright(self, frame: av.VideoFrame) -> np.ndarray:
        """Return a picture as it is to be seen, (height, width, 4) uint8, premultiplied, both sizes even."""
        width = frame.width if self.wide == 1 else round(frame.width * self.wide)
        pixels: np.ndarray = frame.to_ndarray(
            format="rgba" if self.transparent else "rgb24",
            width=width,
            src_colorspace=self.colors,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG if self.full_range else ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
            interpolation=EXACT,
        )
        x_to_x, x_to_y, y_to_x, y_to_y = self.turned
        if not x_to_x:
            pixels = pixels.swapaxes(0, 1)
        pixels = pixels[:: -1 if x_to_y + y_to_y < 0 else 1, :: -1 if x_to_x + y_to_x < 0 else 1]
        return encodable(np.ascontiguousarray(pixels[: pixels.shape[0] & ~1, : pixels.shape[1] & ~1]))


def as_plain(clip: Clip, folder: Path) -> Clip:
    """Return a clip whose film is like ours: itself where it is one, else one in a folder that is made for it.

    Raises FilmError where the film cannot be read.
    """
    if clip.sections:
        return clip
    make, times = _make_of(clip.film), _times(clip.film)
    if make.is_ours and times.steady:
        return clip
    if make.hdr:
        say(f"{clip.film.name} is brighter than a film of ours can be (HDR): it will look pale")
    folder.mkdir(parents=True)
    ending = ".mov" if make.transparent else ".mp4"
    silent, film = folder / f"silent{ending}", folder / f"{clip.stem}{ending}"
    _encode(clip.film, make, times, silent)
    sound = sound_of(clip.film, clip.language, 0.0, times.seconds, 1.0)
    join([silent], film, metadata={"title": clip.title[clip.language]}, sound=sound)
    return replace(clip, film=film)


@dataclass(frozen=True)
class _Times:
    """When a film's pictures are on screen.

    starts: of each in order, seconds. seconds: of the film. steady: whether each is as long as the others. rate:
    pictures a second, at which they are to be shown.
    """

    starts: tuple[float, ...]
    seconds: float
    steady: bool
    rate: Fraction


def _times(film: Path) -> _Times:
    shown = sorted((packet.pts or 0, packet.duration or 0, number) for number, packet in packets(film))
    if not shown:
        raise FilmError(f"{film} has no frames; make it again, or copy it anew")
    with opened(film) as (_, stream):
        rate, unit, ticks = rate_of(stream), float(stream.time_base or 0), ticks_of(stream)
    starts = tuple((pts - shown[0][0]) * unit for pts, _, _ in shown)
    seconds = starts[-1] + (shown[-1][1] or ticks) * unit
    steady = [number - shown[0][2] for _, _, number in shown] == list(range(len(shown)))
    return _Times(starts, seconds, steady, rate if steady else _rate_for(starts))


def _rate_for(starts: tuple[float, ...]) -> Fraction:
    """Return the lowest of the usual rates at which nearly all pictures are seen, or the highest of them."""
    apart = np.diff(starts)
    fits = (rate for rate in RATES if np.mean(apart * rate > 0.95) >= ALONE)
    return Fraction(next(fits, RATES[-1]))


def _make_of(film: Path) -> _Make:
    """Return how a film was made; raises FilmError where it has no picture that can be decoded."""
    with opened(film) as (container, stream):
        try:
            frame = next(container.decode(stream), None)
        except av.FFmpegError as error:
            raise damaged(film, error) from error
        if frame is None:
            raise FilmError(f"{film} has no frames; make it again, or copy it anew")
        turned = _turned(frame)
        return _Make(
            turned=turned,
            colors=COLORS.get(int(frame.colorspace), Colorspace.ITU601),
            full_range=frame.color_range == ColorRange.JPEG or "yuvj" in frame.format.name,
            hdr=frame.color_trc in HDR,
            wide=stream.sample_aspect_ratio or Fraction(1),
            even=frame.width % 2 == frame.height % 2 == 0,
            transparent=stream.codec_context.pix_fmt in WITH_ALPHA,
        )


def _turned(frame: av.VideoFrame) -> tuple[int, ...]:
    """Return what turns a picture upright: of the matrix beside it a, b, c and d as signs (ISO/IEC 14496-12, 6.2.2)."""
    try:
        beside = cast(SideDataContainer, frame.side_data)[Type.DISPLAYMATRIX]
    except KeyError:
        return UPRIGHT
    matrix = np.frombuffer(bytes(beside), np.int32)[[0, 1, 3, 4]]
    signs = tuple(int(sign) for sign in np.sign(np.where(np.abs(matrix) > np.abs(matrix).max() / 2, matrix, 0)))
    return signs if np.count_nonzero(signs) == 2 else UPRIGHT  # by half a right angle: none of ours


def _encode(film: Path, make: _Make, times: _Times, target: Path) -> None:
    """Encode a film anew, each picture for as long as it is on screen."""
    settings = replace(SETTINGS, transparent=make.transparent)
    counts = _counts(times)
    with opened(film) as (container, stream):
        try:
            pictures = container.decode(stream)
            first = make.upright(next(pictures))
            height, width, _ = first.shape
            with FilmEncoder(target, settings, width=width, height=height, frame_rate=times.rate) as encoder:
                encoder.write(first, counts[0])
                for count, frame in zip(counts[1:], pictures, strict=False):
                    if count:
                        encoder.write(make.upright(frame), count)
        except av.FFmpegError as error:
            raise damaged(film, error) from error


def _counts(times: _Times) -> list[int]:
    """Return how many pictures of the new film each picture of the old one makes."""
    if times.steady:
        return [1] * len(times.starts)
    begins = [round(start * times.rate) for start in (*times.starts, times.seconds)]
    return [max(0, end - begin) for begin, end in pairwise(begins)]
