"""A page of several films goes on from one beat to the next of a chapter, and stops where that ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from renders.embed.documents.page import write_page
from renders.request.embed_request import EmbedRequest
from tests.renders.web.stage import make_clip, opened_page, ready, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_the_films_of_a_chapter_follow_each_other_and_then_it_stops(browser: Browser, tmp_path: Path) -> None:
    clips = [make_clip(tmp_path / name, name, chapter="network", name=name) for name in ("First", "Second")]
    clips = [replace(clip, sections=(replace(clip.sections[0], name=f"beat_{n}"),)) for n, clip in enumerate(clips)]
    other = make_clip(tmp_path / "Third", "Third", chapter="other", name="Third")
    write_page([*clips, other], tmp_path / "page.html", EmbedRequest((), "page"))
    with opened_page(browser, (tmp_path / "page.html").as_uri() + "?play") as page:
        ready(page)
        until(page, "!document.querySelector('video').paused")
        page.evaluate("document.querySelector('video').playbackRate = 8")
        until(page, "document.getElementById('title').textContent.includes('Second')")
        page.evaluate("document.querySelector('video').playbackRate = 8")
        until(page, "document.querySelector('video').ended")
        assert page.locator("#title > span").first.inner_text() == "Second", (
            "what is of another chapter waits to be asked for"
        )
        assert page.title() == "Second · What is a neural network? · A tiny chapter"
