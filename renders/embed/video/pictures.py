"""Writes a clip as pictures: one, all of them, or an animated one (GIF, APNG, WebP)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from renders.base.errors import WrongUsageError
from renders.clip.clip import Clip
from renders.clip.frame_source import Moving, shown_at
from renders.embed.video.animated import encode_apng, encode_gif, encode_webp
from renders.embed.video.sizes import encode_within
from renders.request.embed_request import EmbedRequest


def write_still(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write one picture: the one on screen at the time requested, or the one that the clip ends on before it fades.

    Raises WrongUsageError where the clip is shorter than that time.
    """
    (clip,) = clips
    moving = Moving.of(clip.film)
    number = shown_at(moving.rate, _moment(clip) if wish.at is None else wish.at)
    if number >= moving.frames:
        seconds = float(moving.frames / moving.rate)
        raise WrongUsageError(f"{clip.stem} runs {seconds:.2f} s, so there is no picture --at {wish.at:g} s")
    pixels = next(moving.pictures(number, number + 1))
    Image.fromarray(pixels).save(target, format="png")


def _moment(clip: Clip) -> float:
    """Return the second of the last picture."""
    if clip.beats:
        return clip.beats[-1].poster
    return float((clip.info.frames - 1) / clip.info.frame_rate)


def write_frames(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write a folder with a PNG for each frame, numbered from 0."""
    (clip,) = clips
    moving = Moving.of(clip.film)
    target.mkdir()
    digits = max(5, len(str(moving.frames)))
    for number, pixels in enumerate(moving.pictures()):
        Image.fromarray(pixels).save(target / f"frame_{number:0{digits}}.png", format="png", compress_level=3)


def write_gif(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write an animated GIF with a palette of its own, no larger than the request allows."""
    encode_within(_only(clips), wish.max_size, target, encode_gif)


def write_apng(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write an animated PNG, in which no colour is lost, no larger than the request allows."""
    encode_within(_only(clips), wish.max_size, target, encode_apng)


def write_webp(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write an animated WebP, no larger than the request allows."""
    encode_within(_only(clips), wish.max_size, target, encode_webp)


def _only(clips: Sequence[Clip]) -> Moving:
    (clip,) = clips
    return Moving.of(clip.film)
