"""What a film needs on YouTube: a description with chapters from 0:00 on, subtitles, a thumbnail."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from renders.clip.telling import telling_moment
from renders.embed.documents.youtube import SIZE, description_lines, write_youtube
from renders.encode.probe import frame_at
from renders.request.telling_beat import telling_beat
from scenes.catalog import CHAPTERS
from scenes.evidence.sources import find_source
from tests.renders.embed.lecture import COLOURS, REST, SECONDS, make_clip, plain_clip, wish


def test_a_folder_with_film_description_subtitles_and_thumbnail(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip", "First", "Second", chapter="network")
    write_youtube([clip], tmp_path / "out", wish("youtube", title="A <title> & more"))
    names = ["description.txt", "film.mp4", "subtitles.en.srt", "subtitles.zh_CN.srt", "thumbnail.png"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    assert (tmp_path / "out" / "film.mp4").read_bytes() == clip.film.read_bytes(), "YouTube encodes it itself"
    told = (tmp_path / "out" / "description.txt").read_text(encoding="utf-8")
    assert told.startswith("A <title> & more\n")
    assert "Drawn from the recording: digits, seed 7, " in told
    assert find_source("lecun1998").line in told and "CC BY 4.0" in told
    with Image.open(tmp_path / "out" / "thumbnail.png") as picture:
        assert picture.size == SIZE
        seen = np.asarray(picture.convert("RGB"))
    assert seen[280, 200].tolist() == pytest.approx(list(COLOURS[0]), abs=12), "the film above"
    assert seen[600:700].max() > 150, "the title below"


def test_chapters_begin_at_zero_and_are_long_enough_for_youtube(tmp_path: Path) -> None:
    short = make_clip(tmp_path / "short", "A", "B", "C", chapter="network")
    lines = list(description_lines(short))
    assert not any(re.match(r"\d+:\d\d ", line) for line in lines), "beats of 1.6 s are no chapters there"


def test_chapters_of_a_long_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renders.embed.documents.youtube.SHORTEST", 1.0)
    long = make_clip(tmp_path / "long", "A", "B", "C", chapter="network")
    assert list(description_lines(long))[:4] == ["0:00 A", "0:01 B", "0:03 C", ""]


def test_a_film_of_which_nothing_is_known_has_its_title_alone(tmp_path: Path) -> None:
    write_youtube([plain_clip(tmp_path, "holiday")], tmp_path / "out", wish("youtube"))
    assert (tmp_path / "out" / "description.txt").read_text(encoding="utf-8") == "holiday\n"
    assert not list((tmp_path / "out").glob("*.srt"))


def test_the_picture_that_stands_for_a_chapter_is_that_of_the_beat_it_names(tmp_path: Path) -> None:
    for chapter in CHAPTERS:
        names = [beat.name for beat in chapter.beats]
        assert chapter.telling in names and telling_beat(chapter.name, names) == chapter.telling
    assert telling_beat("network", ["layers", "relu"]) == "layers" and telling_beat("mine", []) == ""
    clip = make_clip(tmp_path, "First", "Second")
    assert telling_moment(clip) == pytest.approx(REST) and telling_moment(clip) < SECONDS
    assert frame_at(clip.film, telling_moment(clip)).shape == (90, 160, 3)
