"""Clips of known colours and words, for the readers of decks and documents; and what those readers need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import numpy as np
import pytest

from renders.clip.clip import Clip
from renders.film.provenance import write_provenance
from renders.request.embed_request import EmbedRequest
from tests.renders.film.provenances import piece_told, recording_told, told_of
from tests.renders.films import RATE, make_film

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

COLOURS = ((88, 196, 221), (252, 98, 85), (131, 193, 103))
SECONDS = 1.6  # of a beat
LINES = ((0.0, 0.5), (0.6, 1.1), (1.2, 1.4))  # of a beat, from its start; it rests at REST
REST = 1.5
HOSTILE = 'A <script>alert("x")</script> & `code` *b* [l](u) {{< x >}} 梯度 \\ "q" \'s\' $m$\n# h'
LONG = "Wide " * 40  # 200 characters


def make_clip(
    folder: Path, *titles: str, name: str = "clip", language: str = "en", chapter: str = "tiny", kind: str = "beat"
) -> Clip:
    """Return a clip with a beat of three lines for each title, each in its own colour."""
    folder.mkdir(parents=True, exist_ok=True)
    count = round(SECONDS * RATE)
    frames = [picture(COLOURS[number], frame) for number in range(len(titles)) for frame in range(count)]
    film = make_film(folder / f"{name}.mp4", frames)
    told = told_of(
        {"en": titles[0], "zh_CN": f"{titles[0]}（中文）"},
        [_piece(number, title, chapter, kind) for number, title in enumerate(titles)],
        language=language,
        chapter=chapter,
        recordings={"digits": recording_told({"seed": 7, "steps": 1500})},
    )
    write_provenance(film.with_suffix(".json"), {"film": film.name, **told}, [film])
    return Clip.open(film)


def _piece(number: int, title: str, chapter: str, kind: str) -> dict[str, object]:
    return piece_told(
        f"beat{number}",
        {"en": title, "zh_CN": f"{title}（中文）"},
        [
            (start, end, {"en": said(title, line), "zh_CN": f"第 {line} 句。"})
            for line, (start, end) in enumerate(LINES)
        ],
        chapter=chapter,
        kind=kind,
        start=number * SECONDS,
        seconds=SECONDS,
        poster=REST,
        reads={"digits": [{"array": "layer1.weight", "selection": {"step": 9}, "at": 0.0}]},
    )


def said(title: str, line: int) -> str:
    """Return what is said in a line of a beat, counted from 0."""
    return f"Line {line} of {title}."


def picture(color: Sequence[int], frame: int) -> np.ndarray:
    """Return an RGBA frame: a band of a colour over near-black, growing from frame to frame."""
    pixels = np.full((90, 160, 4), (11, 11, 15, 255), np.uint8)
    pixels[30:60, : 40 + frame, :3] = color
    return pixels


def plain_clip(folder: Path, name: str = "holiday") -> Clip:
    """Return a film of which nothing is known."""
    folder.mkdir(parents=True, exist_ok=True)
    return Clip.open(make_film(folder / f"{name}.mp4", [picture(COLOURS[0], frame) for frame in range(20)]))


def wish(target: str, *clips: str, **others: object) -> EmbedRequest:
    """Return a wish for a target."""
    return EmbedRequest(clips, target, **others)  # type: ignore[arg-type]


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """Hand out a browser, or skip the test where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = which("chromium") or which("chromium-browser") or which("google-chrome")
    if not chromium:
        pytest.skip("there is no Chromium to open pages with")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened_page(browser: Browser, width: int = 640, height: int = 360) -> Iterator[Page]:
    """Hand out a page without a network; the test fails if the page complains."""
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(f"not found: {request.url[:80]}"))
    page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    yield page
    context.close()
    assert complaints == []
