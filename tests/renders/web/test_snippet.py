"""The snippet for a page, as it is in its folder: opened from the disk, from a server, and where it loops."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from renders.embed.documents.snippet import write_snippet
from renders.gallery.serve import server_of
from renders.request.embed_request import EmbedRequest
from renders.request.style import RenderStyle
from tests.renders.web.stage import (
    HOSTILE,
    LONG,
    faults,
    make_clip,
    moment,
    native_captions,
    opened_page,
    plain_clip,
    ready,
    said,
    until,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WISH = EmbedRequest((), "html")
LOOP = EmbedRequest((), "html", look=RenderStyle(loop=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("snippet")
    write_snippet([make_clip(made / "clip", "First", language="zh_CN")], made / "out", WISH)
    return made / "out"


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    """Return the address of the folder on a server."""
    with server_of(folder, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


def test_all_that_belongs_to_it_is_there(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    plain = "tiny-en-small"
    own = {f"{plain}.{ending}" for ending in ("mp4", "webp", "en.vtt", "zh_CN.vtt")}
    assert names == {"index.html", "snippet.html", *own}
    snippet = (folder / "snippet.html").read_text(encoding="utf-8")
    assert snippet.startswith("<figure>") and f'src="{plain}.mp4"' in snippet and "autoplay" not in snippet
    assert 'width="160" height="90"' in snippet and snippet in (folder / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("from_disk", [True, False])
def test_film_and_captions_show(browser: Browser, folder: Path, served: str, from_disk: bool) -> None:
    with opened_page(browser, (folder / "index.html").as_uri() if from_disk else served) as page:
        ready(page)
        page.evaluate("document.querySelector('video').currentTime = 1.6")
        assert moment(page) == pytest.approx(1.6, abs=0.05)
        until(page, "document.querySelector('video').textTracks[0].activeCues?.length")
        assert native_captions(page) == {"zh-Hans-CN": ["First，第 1 句。"]}, "its own language shows unasked"
        page.evaluate("document.querySelector('video').textTracks[1].mode = 'showing'")
        until(page, "document.querySelector('video').textTracks[1].activeCues?.length")
        assert native_captions(page)["en"] == [said("First", 1)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, folder: Path, scheme: str) -> None:
    with opened_page(browser, (folder / "index.html").as_uri(), 360, color_scheme=scheme) as page:
        ready(page)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("calm", [True, False])
def test_a_loop_starts_by_itself_and_over_again_unless_less_motion_is_wanted(
    browser: Browser, tmp_path: Path, calm: bool
) -> None:
    write_snippet([make_clip(tmp_path, "First")], tmp_path / "out", LOOP)
    motion = "reduce" if calm else "no-preference"
    with opened_page(browser, (tmp_path / "out" / "index.html").as_uri(), reduced_motion=motion) as page:
        ready(page)
        film = page.locator("video")
        assert film.get_attribute("loop") == "" and film.get_attribute("playsinline") == ""
        assert page.evaluate("document.querySelector('video').muted")
        if calm:
            page.wait_for_timeout(400)
            assert moment(page) == 0 and page.evaluate("document.querySelector('video').paused")
        else:
            page.evaluate("document.querySelector('video').currentTime = 3.8")
            until(page, "(film => !film.paused && film.currentTime < 2)(document.querySelector('video'))")


@pytest.mark.parametrize("name", [HOSTILE, LONG])
def test_odd_names_are_shown_and_do_nothing(browser: Browser, tmp_path: Path, name: str) -> None:
    clips = [make_clip(tmp_path / "a", name, title=name), plain_clip(tmp_path / "b", "a 'film' & <b>课")]
    write_snippet(clips, tmp_path / "out", WISH)
    with opened_page(browser, (tmp_path / "out" / "index.html").as_uri(), 360) as page:
        ready(page)
        assert page.locator("figcaption").first.inner_text() == " ".join(name.split())
        assert page.locator("video").count() == 2
        until(page, "[...document.querySelectorAll('video')].every((film) => film.readyState >= 1)")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
