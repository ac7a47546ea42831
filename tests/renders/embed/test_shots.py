"""What decks and documents are made of: shots with their times, and names for their files."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from renders.clip.clip import Clip
from renders.embed.documents.media import place_films, put_film
from renders.embed.documents.slide import aspect_of, chapter_title, color_behind, shots_of, title_of
from renders.web.texts import file_names, one_line
from tests.renders.embed.lecture import COLOURS, REST, SECONDS, make_clip, picture, plain_clip, said, wish
from tests.renders.films import make_film


def make_webm(path: Path, frames: int = 15) -> Path:
    """Write a WebM of white frames, 15 a second, whose header tells no number of frames."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx-vp9", rate=Fraction(15))
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((64, 64, 3), 255, np.uint8), "rgb24")))
        container.mux(stream.encode())
    return path


def test_a_beat_is_a_shot_whose_times_are_amid_its_frames(tmp_path: Path) -> None:
    first, second = shots_of([make_clip(tmp_path, "First", "Second")])
    assert (first.title, second.title) == ("First", "Second")
    assert second.said == tuple(said("Second", line) for line in range(3))
    frame = 1 / 30
    assert second.start == pytest.approx(SECONDS + frame / 2, abs=1e-3)
    assert first.end == pytest.approx(SECONDS - frame / 2, abs=1e-3), "the last frame that is its own"
    assert second.stops[-1] == second.poster == pytest.approx(SECONDS + REST + frame / 2, abs=1e-3)
    assert list(second.stops) == sorted(second.stops)


def test_posters_are_the_pictures_of_their_beats(tmp_path: Path) -> None:
    shots = shots_of([make_clip(tmp_path, "First", "Second", "Third")])
    seen = [np.asarray(shot.picture())[45, 20].tolist() for shot in shots]
    assert seen == [pytest.approx(list(color), abs=12) for color in COLOURS]


def test_a_film_of_which_nothing_is_known_is_one_shot(tmp_path: Path) -> None:
    clip = Clip.open(make_webm(tmp_path / "white.webm"))
    (shot,) = shots_of([clip])
    assert clip.info.seconds == 1.0, "though its header tells no number of frames"
    assert shot.title == "white" and shot.stops == (shot.end,) and shot.end == pytest.approx(29 / 30, abs=1e-3)
    assert color_behind(clip) == "#ffffff", "the colour of its corner"


def test_the_aspect_is_the_widest_in_small_numbers(tmp_path: Path) -> None:
    assert aspect_of([plain_clip(tmp_path)]) == (16, 9)
    low, tall = (
        Clip.open(make_film(tmp_path / f"{width}.mp4", [np.zeros((height, width, 4), np.uint8)]))
        for width, height in ((854, 480), (90, 160))
    )
    assert aspect_of([tall, low]) == (16, 9) and aspect_of([tall]) == (9, 16)


def test_several_clips_are_called_by_their_chapters(tmp_path: Path) -> None:
    clips = [make_clip(tmp_path / f"{number}", f"Beat {number}", chapter="network") for number in range(2)]
    assert title_of(clips, wish("reveal")) == "What is a neural network?"
    assert title_of(clips[:1], wish("reveal")) == "Beat 0"
    assert title_of(clips, wish("reveal", title="My\nlecture")) == "My lecture"


def test_names_of_files_are_safe_and_differ_even_where_case_does_not_count() -> None:
    names = file_names(["a/b", "A b", "../..", "梯度 下降", "a-b-2", "x" * 200])
    assert names == ["a-b", "A-b-2", "film", "梯度-下降", "a-b-2-2", "x" * 80]


def test_a_text_is_on_one_line_without_what_cannot_be_printed() -> None:
    assert one_line("a\x00b\r\n\u2028c\x1b ") == "a b c"


def test_a_film_of_several_beats_is_there_once_and_one_for_no_browser_is_made_anew(tmp_path: Path) -> None:
    placed = place_films(shots_of([make_clip(tmp_path, "First", "Second")]), tmp_path / "out", wish("reveal"))
    assert [one.film for one in placed] == ["films/clip.mp4"] * 2
    assert [one.poster for one in placed] == ["films/tiny-beat0.png", "films/tiny-beat1.png"]
    foreign = make_film(tmp_path / "x.mp4", [picture(COLOURS[0], 0)]).rename(tmp_path / "x.mkv")
    assert put_film(Clip.open(foreign), tmp_path / "y", wish("reveal")) == tmp_path / "y.webm"
    assert (tmp_path / "y.webm").stat().st_size > 0


def test_a_chapter_has_its_title_and_others_are_called_as_they_are() -> None:
    assert chapter_title("network", "zh_CN", "otherwise") == "神经网络是什么？"
    assert chapter_title("my-runs", "en", "otherwise") == "otherwise"
