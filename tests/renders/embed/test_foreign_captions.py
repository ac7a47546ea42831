"""Captions, films with captions in them, and notebooks of somebody else's: whatever is in them, there is one line."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pysubs2
import pytest
from click.testing import CliRunner

import cli
from renders.base.errors import RenderError
from renders.captions.reading import LONGEST, MOST_BYTES, read_srt
from renders.captions.writing import Cue, write_srt
from renders.clip.clip import Clip
from renders.clip.cut import cut_clip
from renders.embed.documents.snippet import write_snippet
from renders.embed.video.video import write_webm
from renders.encode.join import join
from renders.request.embed_request import Cut, EmbedRequest
from renders.web.browser import pictures_of
from tests.renders.films import make_film, moving_square

DAMAGES = 100  # of each kind
SLOWEST = 2.0  # seconds
SEED = 20_260_304
CUES = [Cue(0.5 * n, 0.5 * n + 0.4, f"{n} 梯度 & <i>\nsecond") for n in range(30)]
ODD = (
    b"\x00",
    b"\xff\xfe",
    b"-->",
    b"\n\n",
    b"\r",
    b"99999999",
    b"<",
    b"{\\an8",
    b"\xe2\x80\xa8",
    b'"',
    b"[[[[[[",
    b"}" * 9,
)


def _damaged(stored: bytes, chance: random.Random) -> bytes:
    """Return a file with a few places that are gone, doubled, changed or odd."""
    for _ in range(chance.randint(1, 4)):
        first = chance.randrange(len(stored) + 1)
        last = min(len(stored), first + chance.choice((1, 2, 9, 80, 2000)))
        stored = chance.choice(
            (
                stored[:first] or b"x",
                stored[:first] + stored[last:] or b"x",
                stored[:first] + chance.randbytes(last - first) + stored[last:],
                stored[:first] + chance.choice(ODD) * chance.choice((1, 1, 3000)) + stored[first:],
                stored[:first] + stored[first:last] * chance.choice((2, 50)) + stored[last:],
            )
        )
    return stored


def _one_line(error: RenderError) -> bool:
    return "\n" not in str(error) and len(str(error)) < 2000


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a film of somebody else's with captions in two languages in it."""
    folder = tmp_path_factory.mktemp("theirs")
    silent = make_film(folder / "silent.mp4", [moving_square(number) for number in range(45)])
    cues = [Cue(0.1 * n, 0.1 * n + 0.1, f"{n} 梯度") for n in range(10)]
    join([silent], folder / "theirs.mp4", subtitles={"en": cues, "zh_CN": cues}, metadata={"title": "Theirs"})
    return folder / "theirs.mp4"


def test_what_we_write_is_read_as_others_read_it(tmp_path: Path) -> None:
    write_srt(CUES, tmp_path / "a.srt")
    read = read_srt(tmp_path / "a.srt")
    theirs = pysubs2.load(str(tmp_path / "a.srt"), encoding="utf-8")
    assert [(cue.start, cue.end) for cue in read] == [(line.start / 1000, line.end / 1000) for line in theirs]
    assert [cue.text.split() for cue in read] == [line.plaintext.split() for line in theirs]


def test_what_others_write_is_read(tmp_path: Path) -> None:
    written = (
        "\ufeff00:00:02.000 --> 00:00:03.000 X1:40 X2:600\r\n<b>bold</b> {\\an8}a < b\r\n\r\n\r\n7\r\n"
        "00:00:00,500 --> 00:00:01,000\r\n-->\r\n8\r\n\r\n9\r\n00:00:04,000 --> 00:00:05,000\r\n"
    )
    (tmp_path / "a.srt").write_text(written, encoding="utf-8", newline="")
    assert read_srt(tmp_path / "a.srt") == [
        Cue(0.5, 1.0, "-->\n8"),
        Cue(2.0, 3.0, "bold a < b"),
        Cue(4.0, 5.0, ""),
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"1\n00:00:01 --> 00:00:02\nx\n", "is damaged in line 2: a caption begins with 00:00:01,000 --> "),
        (b"1\n00:00:02,000 --> 00:00:01,000\nx\n", "is damaged in line 2: a caption ends before it begins"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n\xff\n", "is damaged in line 3: it is no UTF-8"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n\x00\n", "is damaged after line 2: that is no text of a caption"),
        (b"00:00:01,000 --> 00:00:02,000\n" * 2, "is damaged after line 1: that is no text of a caption"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n" + b"x" * (LONGEST + 1), "is damaged after line 2: that is no text"),
        (b"\n" * (MOST_BYTES + 1), "is no file of captions: it holds more than 4,000,000 bytes"),
        (b"just text", "is damaged in line 1: a caption begins with"),
    ],
)
def test_damaged_captions_are_one_line(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "a.srt").write_bytes(content)
    with pytest.raises(RenderError) as caught:
        read_srt(tmp_path / "a.srt")
    assert str(caught.value).startswith(f"{tmp_path / 'a.srt'} {told}") and _one_line(caught.value)
    with pytest.raises(RenderError, match="No such file"):
        read_srt(tmp_path / "b.srt")


def test_whatever_is_in_a_file_of_captions_it_is_read_or_one_line_and_soon(tmp_path: Path, damages: int) -> None:
    write_srt(CUES, tmp_path / "a.srt")
    stored, chance, refused = (tmp_path / "a.srt").read_bytes(), random.Random(SEED), []
    for _ in range(damages or DAMAGES):
        (tmp_path / "a.srt").write_bytes(_damaged(stored, chance))
        begins = time.monotonic()
        try:
            read = read_srt(tmp_path / "a.srt")
        except RenderError as error:
            refused.append(error)
        else:
            assert all(0 <= cue.start <= cue.end and len(cue.text) <= LONGEST for cue in read)
        assert time.monotonic() - begins < SLOWEST
    assert all(map(_one_line, refused)) and 30 < len(refused) < (damages or DAMAGES)


def test_whatever_is_in_a_film_with_captions_it_is_embedded_or_one_line_and_soon(film: Path, tmp_path: Path) -> None:
    stored, chance = film.read_bytes(), random.Random(SEED)
    refused, taken = [], 0
    for number in range(DAMAGES):
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(_damaged_film(stored, chance))
        begins = time.monotonic()
        try:
            clip = Clip.open(path)
            assert clip.cues("en") == []
            if number % 4 == 0:
                write_snippet([clip], tmp_path / f"html-{number}", EmbedRequest((), "html"))
            elif number % 4 == 1:
                list(pictures_of(cut_clip(clip, Cut(start=0.1, end=0.4), tmp_path / f"cut-{number}")))
            elif number % 4 == 2:
                write_webm([clip], tmp_path / f"{number}.webm", EmbedRequest((), "webm"))
            taken += 1
        except RenderError as error:
            refused.append(error)
        assert time.monotonic() - begins < SLOWEST
        path.unlink()
    assert all(map(_one_line, refused)) and len(refused) > 10 and taken > 10


def _damaged_film(stored: bytes, chance: random.Random) -> bytes:
    """Return a film with a few other bytes, in its header or among its captions and pictures."""
    changed = bytearray(stored)
    for _ in range(chance.choice((1, 1, 2, 5))):
        place = chance.randrange(len(changed))
        changed[place] = chance.randrange(256)
    return bytes(changed)


def test_a_notebook_that_is_there_is_never_read_only_let_be_or_replaced(film: Path, tmp_path: Path) -> None:
    place, chance = tmp_path / "mine.ipynb", random.Random(SEED)
    whole = b'{"cells": [{"cell_type": "code", "source": "1", "outputs": []}], "nbformat": 4, "nbformat_minor": 5}'
    asked = ["embed", str(film), "--as", "notebook", "--out", str(place)]
    for _ in range(DAMAGES):
        mine = _damaged(whole, chance)
        place.write_bytes(mine)
        begins = time.monotonic()
        result = CliRunner().invoke(cli.main, asked, prog_name="neuroreel")
        assert result.exit_code == 1 and result.stderr.count("\n") == 1 and "is there already" in result.stderr
        assert place.read_bytes() == mine and time.monotonic() - begins < SLOWEST
    assert CliRunner().invoke(cli.main, [*asked, "--force"], prog_name="neuroreel").exit_code == 0
    assert place.read_text(encoding="utf-8").startswith('{\n "cells"')
