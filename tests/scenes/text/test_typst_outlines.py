"""Where letters come from and where they are kept: fonts, the cache of outlines, the reader of Typst's SVG."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from scenes.text import fonts, typst_outlines
from scenes.text.fonts import FontError
from scenes.text.typeset import Formula, Words
from scenes.text.typst_outlines import outlines_of
from scenes.text.typst_svg import UnreadableSvgError, read_path, read_shapes

CAP_HEIGHT = 0.683  # em, of New Computer Modern


# Fonts --------------------------------------------------------------------------------------------------


@pytest.fixture
def fresh_fonts() -> Iterator[None]:
    """Look for fonts and set texts anew, before and after."""

    def forget() -> None:
        fonts.find_chinese_font.cache_clear()
        outlines_of.cache_clear()

    forget()
    yield
    forget()


def test_chinese_is_set_in_real_glyphs() -> None:
    words = Words("神经网络“权重”——σ")
    shapes = {glyph.points.shape[0] for glyph in words}
    assert len(words) == 10  # the dash is one glyph
    assert len(shapes) > 5  # boxes would all be alike
    assert len(Formula('a "权重"')) == 3


def test_a_character_that_no_font_has_is_refused() -> None:
    with pytest.raises(FontError, match=r"no glyph for '😀' \(U\+1F600\)"):
        Words("fine 😀")
    with pytest.raises(FontError, match="U\\+1F600"):
        Words("神经 😀")
    with pytest.raises(FontError, match="U\\+1F600"):
        Formula('x^"😀"')


def test_without_a_chinese_font_chinese_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, fresh_fonts: None, tmp_path: Path
) -> None:
    monkeypatch.setattr(fonts, "_font_folders", lambda: iter([tmp_path]))
    with pytest.raises(FontError, match="no Chinese font found: "):
        Words("权重")
    assert len(Words("weights")) == 7
    assert fonts.font_digest() == ""


def test_the_environment_can_name_a_font_folder(
    monkeypatch: pytest.MonkeyPatch, fresh_fonts: None, tmp_path: Path
) -> None:
    (tmp_path / "NotoSerifSC-Regular.otf").write_bytes(b"letters")
    monkeypatch.setattr(fonts, "_CHINESE", (("NotoSerifSC-{}.otf", "Noto Serif SC"),))
    monkeypatch.setenv("NEUROREEL_FONTS", str(tmp_path))
    found = fonts.find_chinese_font()
    assert found.folders == (str(tmp_path),)
    assert len(found.digest) == 64


# What is kept -------------------------------------------------------------------------------------------

PRINT_A_LABEL = """
import sys
{before}
from scenes.text.typst_outlines import outlines_of
from scenes.text.typst_source import formula_document
print(repr(outlines_of(formula_document("x^2 + 权重".replace("权重", '"权重"'))).points.sum()))
"""


def _another_process(before: str = "") -> str:
    code = PRINT_A_LABEL.format(before=before)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    return done.stdout


def test_another_process_takes_what_is_kept_without_typst(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(typst_outlines.CACHE_VARIABLE, str(tmp_path))
    first = _another_process()
    files = list(tmp_path.rglob("*"))
    assert [file.suffix for file in files if file.is_file()] == [".npz"]
    assert _another_process("sys.modules['typst'] = None") == first


def test_a_damaged_file_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_fonts: None) -> None:
    monkeypatch.setenv(typst_outlines.CACHE_VARIABLE, "unused")
    typst_outlines.set_cache_folder(tmp_path)
    assert typst_outlines.cache_folder() == tmp_path
    whole = Words("kept").get_all_points()
    (file,) = tmp_path.rglob("*.npz")
    for damage in (b"", b"PK\x03\x04", file.read_bytes()[:-200]):
        file.write_bytes(damage)
        outlines_of.cache_clear()
        assert Words("kept").get_all_points() == pytest.approx(whole)
        assert len(file.read_bytes()) > 1000


def test_a_folder_that_cannot_be_written_does_not_stop_the_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_fonts: None
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(typst_outlines.CACHE_VARIABLE, str(tmp_path / "file"))
    assert len(Words("still")) == 5


# Typst's SVG --------------------------------------------------------------------------------------------


def test_a_path_is_read_as_cubics() -> None:
    square = read_path("M 1 1h 2v 2h -2Z")
    assert square.reshape(-1, 4, 2)[:, 0] == pytest.approx(np.array([[1, 1], [3, 1], [3, 3], [1, 3]]))
    bent = read_path("M0 0Q1 1 2 0C3 0 4 0 5 0l 1 1 1 1")
    assert bent.reshape(-1, 4, 2)[:, 3] == pytest.approx(np.array([[2, 0], [5, 0], [6, 1], [7, 2]]))
    assert bent[1] == pytest.approx(np.array([2 / 3, 2 / 3]))


@pytest.mark.parametrize(
    "inside",
    [
        '<path d="M0 0A1 1 0 0 1 2 2"/>',
        '<circle r="1"/>',
        '<g transform="skewX(3)"/>',
        '<path stroke="#000000" d="M0 0C1 1 2 1 3 0"/>',
    ],
)
def test_what_typst_does_not_write_is_refused(inside: str) -> None:
    with pytest.raises(UnreadableSvgError):
        read_shapes(f"<svg>{inside}</svg>".encode())
