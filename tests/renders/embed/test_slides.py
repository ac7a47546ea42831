"""The presentation as PowerPoint's format has it, read by python-pptx and drawn by LibreOffice."""

from __future__ import annotations

import os
import re
import subprocess
import time
import zipfile
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from shutil import which

import numpy as np
import pytest
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from renders.base.errors import WrongUsageError
from renders.clip.clip import Clip
from renders.embed.powerpoint.deck import write_pptx
from renders.embed.powerpoint.slide_package import FIRST, LAST
from renders.embed.powerpoint.slide_xml import TRACK_OF
from renders.encode.probe import film_info, frame_at
from renders.request.style import RenderStyle
from tests.renders.embed.lecture import (
    COLOURS,
    HOSTILE,
    LINES,
    LONG,
    RATE,
    REST,
    SECONDS,
    make_clip,
    plain_clip,
    said,
    wish,
)


@pytest.fixture(scope="module")
def slides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a presentation of three beats in three steps each, two of them from one film."""
    folder = tmp_path_factory.mktemp("slides")
    first = make_clip(folder / "a", HOSTILE)
    others = make_clip(folder / "b", "Second", LONG, name="others", chapter="other")
    write_pptx([first, others], folder / "slides.pptx", wish("pptx"))
    return folder / "slides.pptx"


STEPS = [(title, step) for title in (HOSTILE, "Second", LONG) for step in range(3)]


def test_a_slide_a_step_with_title_notes_and_words_for_who_cannot_see_it(slides: Path) -> None:
    deck = Presentation(str(slides))
    assert len(deck.slides) == len(STEPS)
    for slide, (title, step) in zip(deck.slides, STEPS, strict=True):
        assert slide.shapes.title.text == " ".join(title.split()) + f" ({step + 1}/3)"
        line = " ".join(said(title, step).split())
        assert slide.notes_slide.notes_text_frame.text == line
        assert line in slide.shapes[-1]._element.xpath(".//p:cNvPr/@descr")[0]
        place = slide.shapes.title
        assert place.top + place.height <= 0, "the title is for outlines, not for the picture"


def test_nothing_of_the_librarys_template_is_left(slides: Path) -> None:
    deck = Presentation(str(slides))
    assert deck.core_properties.author == "neuroreel"
    assert [layout.name for layout in deck.slide_layouts] == [deck.slides[0].slide_layout.name]
    with zipfile.ZipFile(slides) as package:
        names = package.namelist()
        assert not [name for name in names if "printerSettings" in name]
        assert len([name for name in names if name.startswith("ppt/slideLayouts/slideLayout")]) == 1
        told = package.read("docProps/app.xml").decode()
        assert "<Application>neuroreel</Application>" in told and f"<Slides>{len(STEPS)}</Slides>" in told
        with Image.open(package.open("docProps/thumbnail.jpeg")) as thumbnail:
            seen = np.asarray(thumbnail.convert("RGB"))
    height, width, _ = seen.shape
    assert seen[height // 2, width // 8].tolist() == pytest.approx(list(COLOURS[0]), abs=16), "its own first picture"


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


def require_played(slides: Path, effects: list[str]) -> None:
    """Check how the film of each slide begins: "clickEffect" by the next click anywhere, "afterEffect" by itself."""
    for slide, effect in zip(Presentation(str(slides)).slides, effects, strict=True):
        film = slide.shapes[-1]
        played = f".//p:cTn[@nodeType='mainSeq']//p:cTn[@nodeType='{effect}'][@presetClass='mediacall']"
        assert slide._element.xpath(f"{played}//p:cmd/@cmd") == ["playFrom(0.0)"]
        assert slide._element.xpath(f"{played}//p:spTgt/@spid") == [str(film.shape_id)]
        begins = slide._element.xpath(".//p:cTn[@nodeType='mainSeq']//p:cond[@evt='onBegin']/p:tn/@val")
        assert begins == (["2"] if effect == "afterEffect" else []), "with the main sequence, which begins with it"
        assert len(slide._element.xpath("./p:timing")) == 1
        identities = slide._element.xpath("./p:timing//p:cTn/@id")
        assert len(set(identities)) == len(identities)


def test_a_click_plays_the_first_step_and_one_that_leads_to_another_plays_that(slides: Path) -> None:
    require_played(slides, ["clickEffect", "afterEffect", "afterEffect"] * 3)


def test_with_autoplay_all_begin_by_themselves(tmp_path: Path) -> None:
    write_pptx([make_clip(tmp_path, "First")], tmp_path / "x.pptx", wish("pptx", autoplay=True))
    require_played(tmp_path / "x.pptx", ["afterEffect"] * 3)


def test_each_step_is_trimmed_to_where_the_one_before_ended(slides: Path) -> None:
    found = [slide._element.xpath(".//*[local-name()='trim']") for slide in Presentation(str(slides)).slides]
    trims = [(float(trim.get("st")), float(trim.get("end"))) for (trim,) in found]
    for first, seconds, begins in ((0, SECONDS, 0.0), (3, 2 * SECONDS, 0.0), (6, 2 * SECONDS, SECONDS)):
        ends = [begins + time for time in (*(end for _, end in LINES[:-1]), REST)]
        bounds = [begins, *ends]
        for (before, after), start, end in zip(trims[first : first + 3], bounds, ends, strict=False):
            assert (before, after) == pytest.approx((1000 * start, 1000 * (seconds - end)), abs=1000 / RATE)
    starts = [before for before, _ in trims[1:3]]
    ends = [1000 * SECONDS - after for _, after in trims[:2]]
    assert starts == pytest.approx(ends, abs=0.2), "on the same frame"


def test_what_a_step_opens_with_is_what_the_one_before_ended_on(slides: Path) -> None:
    pictures = [
        np.asarray(Image.open(BytesIO(slide.part.related_part(relation).blob)).convert("RGB")).astype(int)
        for slide in Presentation(str(slides)).slides
        for relation in slide._element.xpath(".//p:blipFill/a:blip/@r:embed")
    ]
    film = next(path for path in slides.parent.rglob("*.mp4"))
    for step, (_, end) in enumerate(LINES[:2]):
        assert np.abs(pictures[step + 1] - frame_at(film, end)).mean() < 2


def test_captions_in_both_languages_are_beside_each_film_once(slides: Path) -> None:
    media = "http://schemas.microsoft.com/office/powerpoint/2010/main"
    with zipfile.ZipFile(slides) as package:
        tracks = [name for name in package.namelist() if name.endswith(".vtt")]
        assert len(tracks) == 4, "of two films in two languages"
        assert all(package.read(name).startswith(b"WEBVTT") for name in tracks)
        types = package.read("[Content_Types].xml").decode()
        assert all(f'PartName="/{name}" ContentType="text/vtt"' in types for name in tracks)
    for slide in Presentation(str(slides)).slides:
        (held,) = slide._element.xpath(".//*[local-name()='media']")
        assert [child.tag for child in held] == [f"{{{media}}}trim", f"{{{media}}}extLst"], "in the schema's order"
        found = held.xpath(".//*[local-name()='track']")
        assert [one.get("lang") for one in found] == ["en", "zh-CN"]
        for one in found:
            relation = slide.part.rels[
                one.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed")
            ]
            assert relation.reltype == TRACK_OF and relation.target_part.content_type == "text/vtt"


def test_split_gives_each_step_a_film_of_its_own_which_is_that_step(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a", "First", "Second")
    write_pptx([clip], tmp_path / "x.pptx", wish("pptx", split=True))
    deck = Presentation(str(tmp_path / "x.pptx"))
    assert len(deck.slides) == 6
    lengths = []
    for slide in deck.slides:
        assert slide._element.xpath(".//*[local-name()='trim']") == []
        (relation,) = slide._element.xpath(".//*[local-name()='media']/@r:embed")
        film = tmp_path / "one.mp4"
        film.write_bytes(slide.part.related_part(relation).blob)
        lengths.append(film_info(film).frames / RATE)
    bounds = [0.0, LINES[0][1], LINES[1][1], REST]
    wanted = [end - start for start, end in pairwise(bounds)]
    assert lengths == pytest.approx(wanted * 2, abs=1.5 / RATE)


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
    (slide,) = Presentation(str(tmp_path / "x.pptx")).slides
    assert slide._element.xpath(repeated) == ["indefinite"], "all of the beat, on one slide"


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
    assert len(main) == len(STEPS)
    kinds = [re.findall(r'node-type="(on-click|after-previous)"', found) for found in main]
    assert kinds == [["on-click"], ["after-previous"], ["after-previous"]] * 3
    assert all('anim:command="play"' in found for found in main)


def test_libreoffice_draws_the_posters(slides: Path, tmp_path: Path) -> None:
    _convert(slides, "pdf", tmp_path)
    subprocess.run(["pdftoppm", "-r", "24", "-png", tmp_path / "slides.pdf", tmp_path / "page"], check=True)
    pages = [np.asarray(Image.open(path).convert("RGB")) for path in sorted(tmp_path.glob("page*.png"))]
    assert len(pages) == len(STEPS)
    for page, color in zip(pages[::3], (COLOURS[0], COLOURS[0], COLOURS[1]), strict=True):
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
    assert len(Presentation(str(tmp_path / "slides.pptx")).slides) == 3


def test_a_title_of_any_length_is_told_as_far_as_the_format_goes(tmp_path: Path) -> None:
    title = "梯" * 90_000
    write_pptx([make_clip(tmp_path, title)], tmp_path / "slides.pptx", wish("pptx", title=title))
    deck = Presentation(str(tmp_path / "slides.pptx"))
    assert deck.core_properties.title == title[:255] and deck.slides[0].shapes.title.text == f"{title} (1/3)"
