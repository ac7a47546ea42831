"""The presentation as PowerPoint's format has it, read by python-pptx and drawn by LibreOffice."""

from __future__ import annotations

import os
import re
import subprocess
import time
import zipfile
from pathlib import Path
from shutil import which

import numpy as np
import pytest
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from renders.base.errors import WrongUsageError
from renders.clip.clip import Clip
from renders.embed.documents.powerpoint import write_pptx
from renders.embed.documents.slide_package import FIRST, LAST
from renders.request.style import RenderStyle
from tests.renders.embed.lecture import COLOURS, HOSTILE, LONG, make_clip, plain_clip, said, wish


@pytest.fixture(scope="module")
def slides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a presentation of three slides, two of them from one film."""
    folder = tmp_path_factory.mktemp("slides")
    first = make_clip(folder / "a", HOSTILE)
    others = make_clip(folder / "b", "Second", LONG, name="others", chapter="other")
    write_pptx([first, others], folder / "slides.pptx", wish("pptx"))
    return folder / "slides.pptx"


def test_a_slide_a_beat_with_title_notes_and_words_for_who_cannot_see_it(slides: Path) -> None:
    deck = Presentation(str(slides))
    titles = [" ".join(title.split()) for title in (HOSTILE, "Second", LONG)]
    assert [slide.shapes.title.text for slide in deck.slides] == titles
    assert deck.core_properties.author == "neuroreel", "not the template's"
    for slide, title in zip(deck.slides, (HOSTILE, "Second", LONG), strict=True):
        lines = [" ".join(said(title, line).split()) for line in range(3)]
        assert slide.notes_slide.notes_text_frame.text.split("\n") == lines
        film = slide.shapes[-1]
        assert all(line in film._element.xpath(".//p:cNvPr/@descr")[0] for line in lines)
        place = slide.shapes.title
        assert place.top + place.height <= 0, "the title is for outlines, not for the picture"


def test_each_film_is_there_once_and_fills_its_slide(slides: Path) -> None:
    with zipfile.ZipFile(slides) as package:
        films = [name for name in package.namelist() if name.endswith(".mp4")]
        assert len(films) == 2
        originals = {path.read_bytes() for path in slides.parent.rglob("*.mp4")}
        assert {package.read(name) for name in films} == originals
    deck = Presentation(str(slides))
    assert deck.slide_height == Inches(7.5)
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, rel=1e-5)
    for slide in deck.slides:
        film = slide.shapes[-1]
        assert (film.left, film.top, film.width, film.height) == (0, 0, deck.slide_width, deck.slide_height)
        assert str(slide.background.fill.fore_color.rgb) == "0B0B0F"


def test_the_next_click_anywhere_plays_the_film(slides: Path) -> None:
    for slide in Presentation(str(slides)).slides:
        film = slide.shapes[-1]
        effect = ".//p:cTn[@nodeType='mainSeq']//p:cTn[@nodeType='clickEffect'][@presetClass='mediacall']"
        assert slide._element.xpath(f"{effect}//p:cmd/@cmd") == ["playFrom(0.0)"]
        assert slide._element.xpath(f"{effect}//p:spTgt/@spid") == [str(film.shape_id)]
        assert len(slide._element.xpath("./p:timing")) == 1
        identities = slide._element.xpath("./p:timing//p:cTn/@id")
        assert len(set(identities)) == len(identities)


def test_a_part_of_a_film_is_trimmed_to_it(slides: Path) -> None:
    trims = [slide._element.xpath(".//*[local-name()='trim']") for slide in Presentation(str(slides)).slides]
    assert [len(found) for found in trims] == [0, 1, 1]
    assert [float(trim.get("st")) for (trim,) in trims[1:]] == pytest.approx([0, 1600], abs=1000 / 30)
    assert [float(trim.get("end")) for (trim,) in trims[1:]] == pytest.approx([1600, 0], abs=1000 / 30)


def test_chapters_are_sections_of_the_presentation(slides: Path) -> None:
    root = Presentation(str(slides)).part._element
    sections = root.xpath(".//*[local-name()='section']")
    assert [section.get("name") for section in sections] == ["tiny", "other"]
    listed = root.xpath(".//*[local-name()='section']//*[local-name()='sldId']/@id")
    assert listed == root.xpath("./p:sldIdLst/p:sldId/@id")


def test_films_repeat_only_where_that_is_wished(tmp_path: Path, slides: Path) -> None:
    repeated = "./p:timing//p:video//p:cTn/@repeatCount"
    assert Presentation(str(slides)).slides[0]._element.xpath(repeated) == []
    write_pptx([make_clip(tmp_path, "Round")], tmp_path / "x.pptx", wish("pptx", look=RenderStyle(loop=True)))
    assert Presentation(str(tmp_path / "x.pptx")).slides[0]._element.xpath(repeated) == ["indefinite"]


def test_a_film_of_which_nothing_is_known_is_one_slide_without_notes(tmp_path: Path) -> None:
    write_pptx([plain_clip(tmp_path, "my <film> 我的")], tmp_path / "x.pptx", wish("pptx"))
    (slide,) = Presentation(str(tmp_path / "x.pptx")).slides
    assert slide.shapes.title.text == "my <film> 我的"
    assert not slide.has_notes_slide


def test_a_film_that_powerpoint_does_not_play_is_an_error(tmp_path: Path) -> None:
    film = plain_clip(tmp_path).film.rename(tmp_path / "holiday.mkv")
    with pytest.raises(WrongUsageError, match="--as mp4"):
        write_pptx([Clip.open(film)], tmp_path / "x.pptx", wish("pptx"))
    assert not (tmp_path / "x.pptx").exists()


def _convert(slides: Path, kind: str, folder: Path) -> None:
    """Have LibreOffice write a presentation in another format."""
    if not which("soffice") or not which("pdftoppm"):
        pytest.skip("LibreOffice (soffice) and poppler-utils (pdftoppm) are not both installed")
    profile = f"-env:UserInstallation={(slides.parent / 'profile').as_uri()}"
    convert = ["soffice", "--headless", profile, "--convert-to", kind, "--outdir", str(folder), str(slides)]
    subprocess.run(convert, check=True, capture_output=True, timeout=180)


def test_libreoffice_plays_the_films_by_the_next_click(slides: Path, tmp_path: Path) -> None:
    _convert(slides, "odp", tmp_path)
    with zipfile.ZipFile(tmp_path / "slides.odp") as package:
        content = package.read("content.xml").decode("utf-8")
        assert len([name for name in package.namelist() if name.endswith(".mp4")]) >= 2
    main = re.findall(r'node-type="main-sequence">(.*?)</anim:seq>', content)
    assert len(main) == 3
    assert all('node-type="on-click"' in found and 'anim:command="play"' in found for found in main)


def test_libreoffice_draws_the_posters(slides: Path, tmp_path: Path) -> None:
    _convert(slides, "pdf", tmp_path)
    subprocess.run(["pdftoppm", "-r", "24", "-png", tmp_path / "slides.pdf", tmp_path / "page"], check=True)
    pages = [np.asarray(Image.open(path).convert("RGB")) for path in sorted(tmp_path.glob("page*.png"))]
    assert len(pages) == 3
    for page, color in zip(pages, (COLOURS[0], COLOURS[0], COLOURS[1]), strict=True):
        height, width, _ = page.shape
        assert page[height // 2, width // 8].tolist() == pytest.approx(list(color), abs=12), "the band of the poster"
        assert page[height // 10, width // 2].tolist() == pytest.approx([11, 11, 15], abs=4), "what is behind it"


@pytest.mark.parametrize("seconds", [-(10**9), 0, 315_532_799, 4_354_819_200, 10**10])
def test_a_clock_that_no_zip_can_tell_and_films_of_such_times_are_the_nearest_that_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    clip = make_clip(tmp_path, "First")
    os.utime(clip.film, (seconds, seconds))
    monkeypatch.setattr(time, "time", lambda: float(seconds))
    write_pptx([clip], tmp_path / "slides.pptx", wish("pptx"))
    with zipfile.ZipFile(tmp_path / "slides.pptx") as package:
        assert package.testzip() is None
        assert {one.date_time for one in package.infolist()} == {FIRST if seconds < 10**9 else LAST}
        assert {one.compress_type for one in package.infolist()} == {zipfile.ZIP_DEFLATED}
    assert len(Presentation(str(tmp_path / "slides.pptx")).slides) == 1


def test_a_title_of_any_length_is_told_as_far_as_the_format_goes(tmp_path: Path) -> None:
    title = "梯" * 90_000
    write_pptx([make_clip(tmp_path, title)], tmp_path / "slides.pptx", wish("pptx", title=title))
    deck = Presentation(str(tmp_path / "slides.pptx"))
    assert deck.core_properties.title == title[:255] and deck.slides[0].shapes.title.text == title
