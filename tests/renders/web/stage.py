"""Small films with all that is told of them, and a browser without a network that opens pages about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from renders.clip.clip import Clip
from renders.film.provenance import write_provenance
from tests.renders.film.provenances import piece_told, recording_told, told_of
from tests.renders.films import make_film

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

RATE = 10
SECONDS = 4.0  # of a beat
LINES = ((0.0, 1.2), (1.4, 2.6), (2.8, 3.8))  # of a beat, from its start
COLOURS = ((88, 196, 221), (252, 98, 85), (131, 193, 103))
# What must show as it stands, and do nothing
HOSTILE = "<script>alert(1)</script></script><!-- \"quoted\" 'it' & <img src=x onerror=alert(2)> 梯度 ${1} \\"
LONG = "梯度下降 Wide " * 15 + "!!!!!"  # 200 characters
MEASURED = "digits"
DIGEST = "0123456789abcdef" * 4


def make_clip(
    folder: Path,
    *titles: str,
    name: str = "tiny.en.small",
    language: str = "en",
    quality: str = "small",
    chapter: str = "tiny",
    title: str = "A tiny chapter",
    **told: Any,
) -> Clip:
    """Return a clip with a beat of three lines for each title; told: what its .json has other than usual."""
    folder.mkdir(parents=True, exist_ok=True)
    film = make_film(folder / f"{name}.mp4", list(_frames(len(titles))), rate=RATE)
    size = {"width": 160, "height": 90, "frame_rate": RATE}
    facts = told_of(
        {"en": title, "zh_CN": f"{title}（中文）"},
        [_piece(number, title, chapter) for number, title in enumerate(titles)],
        **{
            "language": language,
            "chapter": chapter,
            "quality": {"name": quality, **size},
            "recordings": {MEASURED: recording_told(dict(_SETTINGS), DIGEST, versions={"torch": "2"})},
            **told,
        },
    )
    write_provenance(film.with_suffix(".json"), {"film": film.name, **facts}, [film])
    return Clip.open(film)


_SETTINGS: Mapping[str, Any] = {"name": MEASURED, "dataset": "mnist", "seed": 7, "steps": 18_750, "hidden": [16, 16]}


def _frames(beats: int) -> Iterator[np.ndarray]:
    for beat in range(beats):
        for number in range(round(SECONDS * RATE)):
            pixels = np.full((90, 160, 4), (11, 11, 15, 255), np.uint8)
            pixels[30:60, : 20 + 3 * number, :3] = COLOURS[beat % len(COLOURS)]
            yield pixels


def _piece(number: int, title: str, chapter: str) -> dict[str, Any]:
    weights = {"array": "layer1.weight", "selection": {}, "at": 0.0, "steps": [0, 18_750]}
    images = {"array": "probe.input", "selection": {"batch": 3}, "at": 1.0, "steps": []}
    return piece_told(
        f"beat_{number + 1}",
        {"en": title, "zh_CN": f"{title}（中文）"},
        [
            (start, end, {"en": said(title, line), "zh_CN": f"{title}，第 {line} 句。"})
            for line, (start, end) in enumerate(LINES)
        ],
        chapter=chapter,
        start=number * SECONDS,
        seconds=SECONDS,
        poster=3.9,
        steps=[
            {"time": 1.0, "experiment": MEASURED, "step": 0.0},
            {"time": 1.2, "experiment": MEASURED, "step": 4200.0},
        ],
        reads={MEASURED: [weights, images]},
    )


def said(title: str, line: int) -> str:
    """Return what is said in a line of a beat, counted from 0."""
    return f"Line {line} of {title[:30]}."


def plain_clip(folder: Path, name: str = "holiday") -> Clip:
    """Return a film of which nothing is told."""
    folder.mkdir(parents=True, exist_ok=True)
    return Clip.open(make_film(folder / f"{name}.mp4", list(_frames(1)), rate=RATE))


@contextmanager
def opened_page(browser: Browser, address: str, width: int = 1280, **context: Any) -> Iterator[Page]:
    """Open an address without a network; the test fails if the page complains, or asks the network for anything."""
    offline = not address.startswith("http://127.0.0.1")
    visit = browser.new_context(viewport={"width": width, "height": 800}, offline=offline, **context)
    complaints: list[str] = []
    visit.route("http*://**", lambda route: _refuse(route, complaints))
    page = visit.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.goto(address)
    yield page
    visit.close()
    assert complaints == []


def _refuse(route: Any, complaints: list[str]) -> None:
    if route.request.url.startswith("http://127.0.0.1"):
        route.continue_()
        return
    complaints.append(f"asked the network for {route.request.url}")
    route.abort()


def ready(page: Page) -> None:
    """Wait until the film's pictures are there and it stands where it was told to."""
    until(page, "(film => film.readyState >= 2 && !film.seeking)(document.querySelector('video'))")


def until(page: Page, expression: str) -> None:
    """Wait until something is so; playwright's own way of it is what the page's policy forbids."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"it never was so: {expression}")


def moment(page: Page) -> float:
    """Return the second on screen."""
    ready(page)
    return float(page.evaluate("document.querySelector('video').currentTime"))


def shown_captions(page: Page) -> dict[str, str]:
    """Return what the player shows below the picture, by language."""
    spans = page.locator("#strip:visible span").all()
    return {str(span.get_attribute("lang")): span.inner_text() for span in spans}


def native_captions(page: Page) -> dict[str, list[str]]:
    """Return the captions that the browser itself shows, by language."""
    found: dict[str, list[str]] = page.evaluate(
        """Object.fromEntries([...document.querySelector('video').textTracks]
            .filter((track) => track.mode === 'showing')
            .map((track) => [track.language, [...(track.activeCues ?? [])].map((cue) => cue.text)]))"""
    )
    return found


def faults(page: Page) -> list[str]:
    """Return what axe-core finds that is serious or critical."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in ("serious", "critical")
    ]
