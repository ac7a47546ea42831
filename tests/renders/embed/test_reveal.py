"""The deck as a lecturer uses it: opened from the disk without a network, stepped through with the keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from renders.embed.documents.reveal import write_reveal
from renders.request.style import RenderStyle
from tests.renders.embed.lecture import (
    HOSTILE,
    LINES,
    LONG,
    REST,
    SECONDS,
    make_clip,
    opened_browser,
    opened_page,
    plain_clip,
    said,
    wish,
)
from tests.renders.web.stage import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FRAME = 1 / 30
STOPS = [*(end for _, end in LINES[:-1]), REST]
VIDEO = "Reveal.getCurrentSlide().querySelector('video')"


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a deck of three slides, two of them from one film."""
    folder = tmp_path_factory.mktemp("deck")
    first = make_clip(folder / "a", "First")
    others = make_clip(folder / "b", "Second", "Third", name="others")
    write_reveal([first, others], folder / "deck", wish("reveal"))
    return folder / "deck" / "index.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return one browser for all tests."""
    with opened_browser() as browser:
        yield browser


def stopped_at(page: Page) -> tuple[int, float]:
    """Wait until the film has stopped, and return on which slide and at what second of the film."""
    page.wait_for_timeout(150)
    until(page, f"{VIDEO}.paused && !{VIDEO}.seeking && {VIDEO}.readyState > 1")
    number, seconds = page.evaluate(f"[Reveal.getIndices().h - 1, {VIDEO}.currentTime]")  # behind the title's slide
    return number, seconds


def near(number: int, seconds: float) -> tuple[int, object]:
    """Return a slide and a second of its film, exact to two frames."""
    return number, pytest.approx(seconds, abs=2 * FRAME)


def test_every_key_plays_to_the_next_pause_and_the_last_leads_on(browser: Browser, deck: Path) -> None:
    with opened_page(browser) as page:
        page.goto(f"{deck.as_uri()}#/2")
        seen = [stopped_at(page)]
        for _ in range(5):
            page.keyboard.press("ArrowRight")
            seen.append(stopped_at(page))
        assert seen == [near(slide, stop) for slide in (0, 1) for stop in STOPS]


def test_a_film_runs_and_is_never_seen_beyond_its_pause(browser: Browser, deck: Path) -> None:
    watch = f"""() => {{
        window.seen = [];
        const look = () => {{ seen.push({VIDEO}.currentTime); requestAnimationFrame(look); }};
        look();
    }}"""
    with opened_page(browser) as page:
        page.goto(f"{deck.as_uri()}#/2")
        stopped_at(page)
        page.evaluate(watch)
        page.keyboard.press("ArrowRight")
        stopped_at(page)
        seen = page.evaluate("seen")
        assert len(set(seen)) > 4, "it runs"
        assert max(seen) < STOPS[1] + 3 * FRAME


def test_back_is_the_pause_before_and_at_last_the_end_of_the_slide_before(browser: Browser, deck: Path) -> None:
    with opened_page(browser) as page:
        page.goto(f"{deck.as_uri()}#/3")
        assert stopped_at(page) == near(1, STOPS[0])
        page.keyboard.press("ArrowRight")
        stopped_at(page)
        page.keyboard.press("ArrowLeft")
        assert stopped_at(page) == near(1, STOPS[0])
        page.keyboard.press("ArrowLeft")
        assert stopped_at(page) == near(0, STOPS[-1])
        page.keyboard.press("ArrowRight")
        assert stopped_at(page) == near(1, STOPS[0]), "a slide begins at its beginning"


def test_jumps_begin_at_the_beginning_and_the_film_left_behind_stops(browser: Browser, deck: Path) -> None:
    with opened_page(browser) as page:
        page.goto(f"{deck.as_uri()}#/4")
        assert stopped_at(page) == near(2, SECONDS + STOPS[0]), "its beat begins in the middle of the film"
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(100)
        page.evaluate("location.hash = '#/2'")
        assert stopped_at(page) == near(0, STOPS[0])
        assert page.evaluate("[...document.querySelectorAll('video')].every(video => video.paused)")


def test_a_key_pressed_too_early_goes_on_from_the_pause(browser: Browser, deck: Path) -> None:
    with opened_page(browser) as page:
        page.goto(f"{deck.as_uri()}#/2")
        until(page, f"!{VIDEO}.paused")
        for _ in range(2):
            page.keyboard.press("ArrowRight")
        assert stopped_at(page) == near(0, STOPS[2])


def test_a_click_goes_on_like_a_key(browser: Browser, deck: Path) -> None:
    with opened_page(browser) as page:
        page.goto(f"{deck.as_uri()}#/2")
        stopped_at(page)
        page.mouse.click(300, 200)
        assert stopped_at(page) == near(0, STOPS[1])


def test_notes_are_those_of_the_step(browser: Browser, deck: Path) -> None:
    notes = "[...document.querySelectorAll('.present > aside.notes, .present .current-fragment > aside.notes')].pop()"
    with opened_page(browser) as page:
        page.goto(f"{deck.as_uri()}#/2")
        first = page.evaluate(f"{notes}.querySelector('strong').textContent")
        page.keyboard.press("ArrowRight")
        second = page.evaluate(f"{notes}.querySelector('strong').textContent")
        assert [first, second] == [said("First", 0), said("First", 1)]
        with page.expect_popup() as popup:
            page.keyboard.press("s")
        shown = popup.value.locator(".speaker-controls-notes .value")
        shown.filter(has_text=said("First", 1)).wait_for()


def test_it_rests_on_its_title_until_the_first_key(browser: Browser, deck: Path) -> None:
    notes = "[...document.querySelectorAll('.present > aside.notes')].pop()"
    with opened_page(browser) as page:
        page.goto(deck.as_uri())
        page.wait_for_timeout(600)
        assert page.evaluate("Reveal.getIndices().h") == 0
        assert page.locator(".present h1").inner_text() == "First · Second"
        assert "captions" in page.evaluate(f"{notes}.textContent"), "the keys are told there"
        page.keyboard.press("ArrowRight")
        assert stopped_at(page) == near(0, STOPS[0])
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(200)
        assert page.evaluate("Reveal.getIndices().h") == 0


def test_captions_come_in_both_languages_below_the_film_and_go(browser: Browser, deck: Path) -> None:
    bottom = f"{VIDEO}.getBoundingClientRect().bottom"
    band = "document.querySelector('.said').getBoundingClientRect().top"
    with opened_page(browser) as page:
        page.goto(f"{deck.as_uri()}#/2")
        stopped_at(page)
        said_now = "document.querySelector('.said').textContent"
        assert page.evaluate(said_now) == "" and page.evaluate(bottom) == pytest.approx(360, abs=1)
        for words in (said("First", 0), "第 0 句。"):
            page.keyboard.press("c")
            page.evaluate(f"{VIDEO}.currentTime = 0.2")
            until(page, f"{said_now} === {words!r}")
            assert page.evaluate(bottom) <= page.evaluate(band) + 1, "nothing of the film is covered"
        page.keyboard.press("c")
        until(page, f"{said_now} === ''")
        assert page.evaluate(bottom) == pytest.approx(360, abs=1)


def test_the_film_fills_the_screen_and_what_it_leaves_has_its_background(browser: Browser, deck: Path) -> None:
    with opened_page(browser, 800, 800) as page:
        page.goto(f"{deck.as_uri()}#/2")
        stopped_at(page)
        assert page.evaluate(f"{VIDEO}.getBoundingClientRect().width") == pytest.approx(800, abs=1)
        behind = page.evaluate("getComputedStyle(document.querySelector('.backgrounds .present')).backgroundColor")
        assert behind == "rgb(11, 11, 15)"


def test_on_paper_every_slide_is_its_poster(browser: Browser, deck: Path) -> None:
    with opened_page(browser) as page:
        page.goto(f"{deck.as_uri()}?print-pdf")
        page.wait_for_selector(".pdf-page")
        assert page.locator(".pdf-page").count() == 4, "the title, too"
        assert all(picture.is_visible() for picture in page.locator(".pdf-page section img").all())
        assert not any(video.is_visible() for video in page.locator("video").all())
        sizes = page.evaluate("[...document.querySelectorAll('section img')].map(image => image.naturalWidth)")
        assert sizes == [160, 160, 160]


def test_titles_are_text_whatever_they_are(browser: Browser, tmp_path: Path) -> None:
    clips = [make_clip(tmp_path / "a", HOSTILE), make_clip(tmp_path / "b", LONG)]
    write_reveal(clips, tmp_path / "deck", wish("reveal", title=HOSTILE))
    with opened_page(browser) as page:
        page.goto(f"{(tmp_path / 'deck' / 'index.html').as_uri()}#/2")
        stopped_at(page)
        expected = " ".join(HOSTILE.split())
        assert page.title() == expected
        assert page.locator("h2").first.text_content() == expected
        assert page.locator("h1").text_content() == expected and page.evaluate("Reveal.getTotalSlides()") == 3
    films = sorted(path.name for path in (tmp_path / "deck" / "films").glob("*.mp4"))
    assert films == ["tiny-beat0-2.mp4", "tiny-beat0.mp4"], "two beats of one name are two files"


def test_a_film_of_which_nothing_is_known_plays_through(browser: Browser, tmp_path: Path) -> None:
    clip = plain_clip(tmp_path, "my <film> 我的")
    write_reveal([clip], tmp_path / "deck", wish("reveal"))
    with opened_page(browser) as page:
        page.goto(f"{(tmp_path / 'deck' / 'index.html').as_uri()}#/2")
        assert stopped_at(page) == near(0, clip.info.seconds)
        assert page.locator(".fragment").count() == 0


def test_an_endless_film_begins_again(browser: Browser, tmp_path: Path) -> None:
    write_reveal(
        [make_clip(tmp_path, "Round", "And round")], tmp_path / "deck", wish("reveal", look=RenderStyle(loop=True))
    )
    with opened_page(browser) as page:
        page.goto(f"{(tmp_path / 'deck' / 'index.html').as_uri()}#/2")
        until(page, f"{VIDEO}.currentTime > 1.2")
        until(page, f"!{VIDEO}.paused && {VIDEO}.currentTime < 0.6")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("Reveal.getIndices().h") == 2, "there are no steps to go through"


def test_the_library_comes_with_its_licence(deck: Path) -> None:
    assert "Permission is hereby granted" in (deck.parent / "reveal" / "LICENSE").read_text(encoding="utf-8")
