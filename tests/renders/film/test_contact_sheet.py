"""A contact sheet shows the film from its first to its last frame, with time and words."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import renders.film.contact_sheet
from renders.base.film_errors import FilmError
from renders.captions.writing import Cue
from renders.encode.join import ChapterMark, join
from renders.film.contact_sheet import CAPTION, GAP, LINE, THUMBNAIL_WIDTH, contact_sheet
from scenes.text.fonts import FontError
from tests.renders.films import make_film

COUNT = 41
CAPTIONS = [Cue(0, 1, "The first\n第一行"), Cue(1, 1.3, "The second, which runs on and on and on and on and on and on")]
ROW = THUMBNAIL_WIDTH * 9 // 16 + 3 * LINE + GAP


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a film whose frames are grey, brighter by four in each."""
    folder = tmp_path_factory.mktemp("sheet")
    frames = [np.full((90, 160, 4), 40 + 4 * number, np.uint8) for number in range(COUNT)]
    piece = make_film(folder / "piece.mp4", frames)
    join([piece], folder / "film.mp4", chapters=[ChapterMark("Layers", 0), ChapterMark("前向传播", 1)])
    return folder / "film.mp4"


def page(film: Path, target: Path, **options: Any) -> np.ndarray:
    contact_sheet(film, target, **options)
    return np.asarray(Image.open(target)).astype(int)


def shown(sheet: np.ndarray, columns: int, count: int) -> list[int]:
    """Return the numbers of the frames on a sheet, read from their grey."""
    found = []
    for place in range(count):
        row, column = divmod(place, columns)
        top, left = GAP + LINE + GAP + row * ROW, GAP + column * (THUMBNAIL_WIDTH + GAP)
        middle = sheet[top + 100 : top + 170, left + 100 : left + 380]
        found.append(round((middle.mean() - 40) / 4))
    return found


def below(sheet: np.ndarray, columns: int, place: int, line: int) -> np.ndarray:
    """Return the pixels of a line of text below a frame."""
    row, column = divmod(place, columns)
    top = GAP + LINE + GAP + row * ROW + THUMBNAIL_WIDTH * 9 // 16 + 2 + line * LINE
    left = GAP + column * (THUMBNAIL_WIDTH + GAP)
    return sheet[top : top + LINE, left : left + THUMBNAIL_WIDTH]


def caption_pixels(pixels: np.ndarray) -> int:
    return int((np.abs(pixels - CAPTION).sum(axis=-1) < 30).sum())


class TestContactSheet:
    def test_frames_are_spread_from_the_first_to_the_last(self, film: Path, tmp_path: Path) -> None:
        sheet = page(film, tmp_path / "sheet.png", columns=3, count=5)
        assert sheet.shape == (GAP + LINE + GAP + 2 * ROW, GAP + 3 * (THUMBNAIL_WIDTH + GAP), 3)
        assert shown(sheet, 3, 5) == [0, 10, 20, 30, 40]

    def test_a_frame_every_so_often_and_the_last(self, film: Path, tmp_path: Path) -> None:
        sheet = page(film, tmp_path / "sheet.png", columns=2, every=0.5)
        assert shown(sheet, 2, 4) == [0, 15, 30, 40]

    def test_a_short_film_shows_every_frame_once(self, film: Path, tmp_path: Path) -> None:
        sheet = page(film, tmp_path / "sheet.png", columns=8, count=500)
        assert shown(sheet, 8, COUNT) == list(range(COUNT))

    def test_captions_stand_under_their_frames(self, film: Path, tmp_path: Path) -> None:
        sheet = page(film, tmp_path / "sheet.png", columns=3, count=3, captions=CAPTIONS)
        words = [[caption_pixels(below(sheet, 3, place, line)) for line in (1, 2)] for place in range(3)]
        # The first cue has two lines; the last frame, at 1.33 s, is after the second
        assert min(words[0]) > 20
        assert words[1][0] > 50
        assert words[2] == [0, 0]

    def test_what_is_too_long_is_cut_off_inside_its_column(self, film: Path, tmp_path: Path) -> None:
        long = [Cue(0, 2, "many words " * 30)]
        sheet = page(film, tmp_path / "sheet.png", columns=1, count=2, captions=long)
        assert caption_pixels(below(sheet, 1, 0, 1)) > 50
        assert caption_pixels(sheet[:, GAP + THUMBNAIL_WIDTH + 1 :]) == 0

    def test_says_when_chinese_letters_will_be_missing(
        self, film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def missing() -> None:
            raise FontError("no Chinese font found: run 'sudo apt-get install fonts-noto-cjk'")

        monkeypatch.setattr(renders.film.contact_sheet, "find_chinese_font", missing)
        page(film, tmp_path / "sheet.png", columns=3, count=3, captions=CAPTIONS)
        assert "may show boxes: no Chinese font found" in caplog.text

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"count": 1}, "at least the first and the last frame"),
            ({"columns": 0}, "at least one column"),
            ({"every": 0.001}, "more than there are at 30 a second"),
        ],
    )
    def test_refuses_what_is_no_sheet(self, film: Path, tmp_path: Path, options: dict[str, Any], said: str) -> None:
        with pytest.raises(FilmError, match=said):
            contact_sheet(film, tmp_path / "sheet.png", **options)
        assert list(tmp_path.iterdir()) == []
