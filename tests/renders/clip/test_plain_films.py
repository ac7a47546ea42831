"""Films as other tools make them: turned, in other colours, with pictures of any length; each becomes one like ours."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace
from click.testing import CliRunner

import cli
from renders.clip.clip import Clip
from renders.clip.plain_film import as_plain
from renders.clip.sound import sound_of
from renders.encode.probe import BT709, film_info, frame_at
from renders.voice.sound import RATE

GREEN = (131, 193, 103)
RED, BLUE = (255, 0, 0), (0, 0, 255)
STEADY = [40 * number for number in range(25)]  # milliseconds


def film_of(
    path: Path,
    pictures: Sequence[np.ndarray],
    times: Sequence[int],
    *,
    matrix: Sequence[int] = (),
    sound_from: float | None = None,
    colors: tuple[Colorspace, ColorRange] | None = None,
) -> Path:
    """Write a film as others do. times: of its pictures, milliseconds. matrix: a, b, c and d of its header.

    sound_from: where a beep of a tenth of a second begins. colors: what the pictures are and are said to be.
    """
    height, width, _ = pictures[0].shape
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=25, options={"crf": "1"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        beep = film.add_stream("aac", rate=RATE, layout="mono") if sound_from is not None else None
        if colors:
            stream.codec_context.colorspace, stream.codec_context.color_range = int(colors[0]), int(colors[1])
        for time, picture in zip(times, pictures, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            told = {"dst_colorspace": colors[0], "dst_color_range": colors[1]} if colors else {}
            frame = frame.reformat(format="yuv420p", **told)
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
        if beep is not None:
            samples = np.zeros((1, RATE * 2), np.float32)
            first = round((sound_from or 0) * RATE)
            samples[0, first : first + RATE // 10] = 0.8 * np.sin(np.arange(RATE // 10) / 8)
            heard = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
            heard.sample_rate = RATE
            film.mux(beep.encode(heard))
            film.mux(beep.encode(None))
    if matrix:
        a, b, c, d = (one << 16 for one in matrix)
        raw = bytearray(path.read_bytes())
        at = raw.index(b"tkhd") + 4 + 4 + 4 * 5 + 8 + 8
        raw[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000)
        path.write_bytes(raw)
    return path


def plain(path: Path, tmp_path: Path) -> Path:
    """Return what the film becomes."""
    return as_plain(Clip.open(path), tmp_path / "plain").film


@pytest.mark.parametrize(
    ("matrix", "red"),
    [
        ((0, 1, -1, 0), "top"),
        ((0, -1, 1, 0), "bottom"),
        ((-1, 0, 0, -1), "right"),
        ((-1, 0, 0, 1), "right"),
        ((1, 0, 0, -1), "left"),
        ((0, 1, 1, 0), "top"),
        ((0, -1, -1, 0), "bottom"),
    ],
    ids=str,
)
def test_a_film_that_is_to_be_turned_is_upright(matrix: tuple[int, ...], red: str, tmp_path: Path) -> None:
    """Its left is red, and then as its upper left is brighter."""
    stored = np.full((180, 320, 3), BLUE, np.uint8)
    stored[:, :80] = RED
    seen = frame_at(plain(film_of(tmp_path / "phone.mp4", [stored] * 25, STEADY, matrix=matrix), tmp_path), 0.5)
    assert seen.shape == ((180, 320, 3) if matrix[0] else (320, 180, 3))
    sides = {"top": seen[4, :, 0], "bottom": seen[-4, :, 0], "left": seen[:, 4, 0], "right": seen[:, -4, 0]}
    assert [side for side, line in sides.items() if line.min() > 150] == [red]


def test_what_stood_above_stands_above_where_a_film_is_turned_by_a_half(tmp_path: Path) -> None:
    stored = np.full((180, 320, 3), BLUE, np.uint8)
    stored[:90, :160] = RED  # stored upside down: the red is at the lower right of what was filmed
    film = film_of(tmp_path / "phone.mp4", [stored] * 25, STEADY, matrix=(-1, 0, 0, -1))
    seen = frame_at(plain(film, tmp_path), 0.5)[..., 0]
    assert seen[-20, -20] > 150 > max(seen[20, 20], seen[20, -20], seen[-20, 20])


@pytest.mark.parametrize(
    "colors",
    [
        None,
        (Colorspace.ITU601, ColorRange.MPEG),
        (Colorspace.ITU709, ColorRange.MPEG),
        (Colorspace.ITU709, ColorRange.JPEG),
        (Colorspace.ITU601, ColorRange.JPEG),
        (Colorspace.SMPTE240M, ColorRange.MPEG),
    ],
    ids=str,
)
def test_colors_are_what_was_drawn(colors: tuple[Colorspace, ColorRange] | None, tmp_path: Path) -> None:
    film = film_of(tmp_path / "manim.mp4", [np.full((180, 320, 3), GREEN, np.uint8)] * 25, STEADY, colors=colors)
    made = plain(film, tmp_path)
    assert film_info(made).color[2:] == BT709[2:]
    assert np.abs(frame_at(made, 0.5)[90, 160].astype(int) - GREEN).max() <= 2
    assert (made == film) == (colors == (Colorspace.ITU709, ColorRange.MPEG)), "one like ours is not made anew"


def test_pictures_of_any_length_are_on_screen_when_they_were(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    times = [0, *np.cumsum(generator.choice([16, 33, 50, 66, 300], 40)).tolist()]
    shades = [np.full((180, 320, 3), 5 * number, np.uint8) for number in range(len(times))]
    made = plain(film_of(tmp_path / "screen.mp4", shades, times), tmp_path)
    assert film_info(made).frame_rate == 60
    for number, (begins, ends) in enumerate(pairwise(times)):
        if ends - begins >= 33:
            seen = frame_at(made, (begins + ends) / 2000)[90, 160]
            assert np.abs(seen.astype(int) - 5 * number).max() <= 3, (number, begins)
    assert film_info(made).seconds == pytest.approx(times[-1] / 1000, abs=0.05)


def test_the_rate_of_a_film_that_has_none_is_no_higher_than_its_pictures_ask_for(tmp_path: Path) -> None:
    times = [41 * number + (number % 3) for number in range(25)]
    times[12:] = [one + 500 for one in times[12:]]
    pictures = [np.full((180, 320, 3), 9 * number, np.uint8) for number in range(25)]
    assert film_info(plain(film_of(tmp_path / "screen.mp4", pictures, times), tmp_path)).frame_rate in (24, 25, 30)


def test_sound_stays_with_the_picture_where_that_begins_late(tmp_path: Path) -> None:
    times = [500 + one for one in STEADY]
    shades = [np.full((180, 320, 3), 255 if 400 <= one < 500 else 0, np.uint8) for one in STEADY]
    film = film_of(tmp_path / "late.mp4", shades, times, sound_from=0.9)
    made = plain(film, tmp_path)
    sound = sound_of(made, "en", 0.0, 1.0, 1.0)
    assert sound is not None
    begins = np.flatnonzero(np.abs(sound.samples) > 0.2)[0] / RATE
    bright = next(time for time in np.arange(0, 1, 0.02) if frame_at(made, float(time)).mean() > 100)
    assert (begins, bright) == (pytest.approx(0.4, abs=0.05), pytest.approx(0.4, abs=0.05))


def test_odd_sizes_and_pixels_that_are_not_square(tmp_path: Path) -> None:
    path = tmp_path / "old.mkv"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 181, 145, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)
        for _ in range(10):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((145, 181, 3), GREEN, np.uint8), format="rgb24")))
        film.mux(stream.encode(None))
    info = film_info(plain(path, tmp_path))
    assert (info.width, info.height) == (240, 144)


@pytest.mark.parametrize("target", ["png", "gif", "mp4", "webm"])
def test_an_embed_of_it_is_upright(target: str, tmp_path: Path) -> None:
    stored = np.full((180, 320, 3), BLUE, np.uint8)
    stored[:, :80] = RED
    film = film_of(tmp_path / "phone.mp4", [stored] * 25, STEADY, matrix=(0, 1, -1, 0))
    out = tmp_path / f"out.{target}"
    made = CliRunner().invoke(cli.main, ["embed", str(film), "--as", target, "--from", "0.2s", "--out", str(out)])
    assert made.exit_code == 0, made.output
    with av.open(str(out)) as container:
        seen = next(container.decode(video=0)).to_ndarray(format="rgb24")
    assert seen.shape == (320, 180, 3) and seen[5, 90, 0] > 150 > seen[-5, 90, 0]
