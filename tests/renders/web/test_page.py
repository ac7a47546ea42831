"""The page with everything inside, as it is used: played, read, searched, linked to, from a file without a network."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from renders.embed.documents.page import write_page
from renders.request.embed_request import EmbedRequest
from tests.renders.web.stage import (
    DIGEST,
    HOSTILE,
    LONG,
    SECONDS,
    faults,
    make_clip,
    moment,
    opened_page,
    plain_clip,
    ready,
    said,
    shown_captions,
    until,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WISH = EmbedRequest((), "page")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a page with a film of two beats, and one of a third beat."""
    folder = tmp_path_factory.mktemp("page")
    two = make_clip(folder / "two", "First", "Second")
    third = make_clip(folder / "third", "Third", chapter="other", name="third.en.small")
    write_page([two, third], folder / "a page.html", WISH)
    return (folder / "a page.html").as_uri()


def title(page: Page) -> str:
    return page.locator("#title > span").first.inner_text()


def test_the_film_plays_and_its_time_advances(browser: Browser, address: str) -> None:
    with opened_page(browser, address) as page:
        assert moment(page) == 0
        page.get_by_role("button", name="Play").click()
        until(page, "document.querySelector('video').currentTime > 0.3")
        page.get_by_role("button", name="Pause").click()
        assert page.evaluate("document.querySelector('video').paused")
        assert page.locator("#now").inner_text() == "0:00" and page.locator("#whole").inner_text() == "0:08"
        assert page.evaluate("document.querySelector('video').currentSrc").startswith("blob:")


def test_until_it_is_started_the_poster_stands(browser: Browser, address: str) -> None:
    with opened_page(browser, address) as page:
        ready(page)
        page.wait_for_timeout(200)
        picture = Image.open(BytesIO(page.locator("video").screenshot())).convert("RGB")
        assert picture.getpixel((picture.width // 2, picture.height // 2))[2] > 150, "the bar has grown to its end"


def test_the_film_can_be_sought_in_to_a_tenth_of_a_second(browser: Browser, address: str) -> None:
    with opened_page(browser, address) as page:
        ready(page)
        for seconds in (6.5, 0.7, 7.9):
            page.evaluate(f"document.querySelector('video').currentTime = {seconds}")
            assert moment(page) == pytest.approx(seconds, abs=0.05)
        assert page.evaluate("document.querySelector('video').seekable.end(0)") == pytest.approx(8, abs=0.2)


def test_captions_show_in_either_language_in_both_or_not(browser: Browser, address: str) -> None:
    with opened_page(browser, f"{address}#tiny/beat_1@0.5") as page:
        ready(page)
        line = {"en": said("First", 0), "zh-Hans-CN": "First，第 0 句。"}
        for choice, tags in (
            ("en", ["en"]),
            ("zh_CN", ["zh-Hans-CN"]),
            ("both", ["en", "zh-Hans-CN"]),
            ("off", []),
        ):
            page.locator("#captions").select_option(choice)
            assert shown_captions(page) == {tag: line[tag] for tag in tags}
        page.locator("#captions").select_option("en")
        page.evaluate("location.hash = '#tiny/beat_1@1.3'")
        until(page, "document.querySelector('video').currentTime > 1.2")
        assert shown_captions(page) == {"en": ""}, "between two lines nothing is said"
        cues = "document.querySelector('video').textTracks[{}].cues.length"
        assert [page.evaluate(cues.format(track)) for track in (0, 1)] == [6, 6]


def test_a_line_of_the_transcript_is_marked_as_it_is_said_and_seeks(browser: Browser, address: str) -> None:
    with opened_page(browser, address) as page:
        ready(page)
        line = page.get_by_role("button", name=said("Second", 1))
        line.click()
        assert moment(page) == pytest.approx(SECONDS + 1.4, abs=0.05)
        assert line.get_attribute("aria-current") == "true"
        assert page.locator("#lines [aria-current]").count() == 1
        assert title(page) == "Second"
        page.get_by_role("button", name=said("First", 2)).focus()
        page.keyboard.press("Enter")
        assert moment(page) == pytest.approx(2.8, abs=0.05) and title(page) == "First"


def test_the_transcript_follows_without_taking_the_focus(browser: Browser, address: str) -> None:
    with opened_page(browser, address) as page:
        ready(page)
        page.set_viewport_size({"width": 1280, "height": 260})
        page.locator("#play").focus()
        page.keyboard.press("2")
        page.keyboard.press("ArrowRight")  # no line of the transcript has the focus: it may scroll
        until(page, "document.getElementById('lines').scrollTop > 40")
        assert page.evaluate("document.activeElement.id") == "play"


def test_a_link_opens_its_beat_at_its_moment_in_whichever_film(browser: Browser, address: str) -> None:
    for link, seconds, shown in (
        ("#tiny/beat_2", SECONDS, "Second"),
        ("#tiny/beat_2@1.5", SECONDS + 1.5, "Second"),
        ("#other/beat_1@2.5", 2.5, "Third"),
        ("?t=5", 5.0, "Second"),
        ("#nobody/knows", 0.0, "First"),
        ("#%E0%A4%A", 0.0, "First"),
    ):
        with opened_page(browser, address + link) as page:
            assert moment(page) == pytest.approx(seconds, abs=0.05), link
            assert title(page) == shown
    with opened_page(browser, address) as page:
        ready(page)
        page.evaluate("location.hash = '#other/beat_1@1'")
        until(page, "document.getElementById('title').textContent === 'Third'")
        assert moment(page) == pytest.approx(1, abs=0.05)


def test_the_keys_steer_and_can_be_switched_off(browser: Browser, address: str) -> None:
    with opened_page(browser, address) as page:
        ready(page)
        page.keyboard.press("2")
        assert moment(page) == pytest.approx(SECONDS, abs=0.05)
        page.keyboard.press("ArrowLeft")
        assert moment(page) == 0
        page.keyboard.press("n")
        page.keyboard.press("n")
        until(page, "document.getElementById('title').textContent === 'Third'")
        page.keyboard.press("p")
        until(page, "document.getElementById('title').textContent === 'Second'")
        page.keyboard.press(".")
        until(page, f"Math.abs(document.querySelector('video').currentTime - {SECONDS + 0.1}) < 0.05")
        before = page.locator("#captions").input_value()
        page.keyboard.press("c")
        assert page.locator("#captions").input_value() != before
        page.keyboard.press(">")
        assert page.evaluate("document.querySelector('video').playbackRate") == 1.25
        page.evaluate("document.querySelector('video').playbackRate = 0.1")  # it must not end meanwhile
        page.keyboard.press("k")
        until(page, "!document.querySelector('video').paused")
        page.keyboard.press(" ")
        until(page, "document.querySelector('video').paused")
        page.keyboard.press("m")
        assert "no sound" in page.get_by_role("status").inner_text()
        page.keyboard.press("?")
        page.get_by_label("Single keys steer the film").uncheck()
        page.get_by_role("button", name="Close").click()
        page.keyboard.press("1")
        assert moment(page) > SECONDS


def test_on_the_whole_screen_captions_stay_and_the_bar_goes(browser: Browser, address: str) -> None:
    with opened_page(browser, address) as page:
        ready(page)
        page.keyboard.press("f")
        until(page, "document.fullscreenElement?.id === 'frame'")
        assert page.locator("#seek").is_visible() and shown_captions(page) == {"en": said("First", 0)}
        until(page, "getComputedStyle(document.querySelector('.bar')).opacity === '0'")
        page.mouse.move(300, 300)
        until(page, "getComputedStyle(document.querySelector('.bar')).opacity === '1'")
        page.get_by_role("button", name="Leave full screen").click()
        until(page, "document.fullscreenElement === null")


def test_the_provenance_tells_of_the_moment_on_screen(browser: Browser, address: str) -> None:
    with opened_page(browser, f"{address}#tiny/beat_1@0.5") as page:
        ready(page)
        told = page.locator("#picture")
        assert told.inner_text() == (
            "This picture is drawn from weights of layer 1 from step 0 to 18,750 of experiment digits, seed 7."
        )
        page.evaluate("location.hash = '#tiny/beat_1@1.1'")
        until(page, "document.getElementById('picture').textContent.includes('at step 0 ')")
        page.evaluate("location.hash = '#tiny/beat_1@3'")
        until(page, "document.getElementById('picture').textContent.includes('4,200')")
        assert told.inner_text() == (
            "This picture is drawn from the images shown; "
            "weights of layer 1 at step 4,200 of experiment digits, seed 7."
        )
        assert page.locator("#digests").inner_text() == "digits 01234567"
        page.locator("summary").click()
        assert page.get_by_text(DIGEST).is_visible()
        page.locator("#language").select_option("zh_CN")
        assert told.inner_text() == "这幅画面取自：实验 digits（种子 7）：所示的图像；第 4,200 步的第 1 层的权重。"


def test_what_is_copied_names_the_moment_and_shows_the_page(browser: Browser, address: str) -> None:
    with opened_page(browser, f"{address}#tiny/beat_2@1.5") as page:
        ready(page)
        page.evaluate("void (navigator.clipboard.writeText = async (text) => { window.copied = text; })")
        page.get_by_role("button", name="Copy link").click()
        assert page.evaluate("window.copied") == f"{address}#tiny/beat_2@1.5"
        page.get_by_role("button", name="Copy for a page").click()
        assert '<iframe src="a%20page.html#tiny/beat_2" title="Second"' in page.evaluate("window.copied")
        page.evaluate("void (navigator.clipboard.writeText = async () => { throw new Error('not here'); })")
        page.get_by_role("button", name="Copy link").click()
        assert page.locator("#hand-text").input_value().endswith("#tiny/beat_2@1.5")


def test_the_film_can_be_taken_out_of_the_page(browser: Browser, address: str, tmp_path: Path) -> None:
    with opened_page(browser, address) as page:
        ready(page)
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Download").click()
        waiting.value.save_as(tmp_path / "taken.mp4")
        assert waiting.value.suggested_filename == "tiny.en.small.mp4"
        assert (tmp_path / "taken.mp4").read_bytes()[4:8] == b"ftyp"


@pytest.mark.parametrize("name", [HOSTILE, LONG, "课程 “一”", "a\"b'c"])
def test_odd_names_are_shown_and_do_nothing(browser: Browser, tmp_path: Path, name: str) -> None:
    clip = make_clip(tmp_path, name, "Other", title=name, chapter=name, variant={})
    write_page([clip], tmp_path / "page.html", EmbedRequest((), "page", title=name))
    with opened_page(browser, (tmp_path / "page.html").as_uri(), width=360) as page:
        ready(page)
        assert title(page) == name.strip() or title(page) == " ".join(name.split())
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.get_by_role("button", name="Other").first.click()
        assert moment(page) == pytest.approx(SECONDS, abs=0.05)
        page.reload()  # by the link that it has made
        assert moment(page) == pytest.approx(SECONDS, abs=0.05)


def test_a_film_of_which_nothing_is_told_plays_all_the_same(browser: Browser, tmp_path: Path) -> None:
    write_page([plain_clip(tmp_path)], tmp_path / "page.html", WISH)
    with opened_page(browser, (tmp_path / "page.html").as_uri()) as page:
        ready(page)
        assert title(page) == "holiday" and not page.locator("#script").is_visible()
        assert not page.locator("#beats").is_visible() and not page.locator("#captions").is_visible()
        assert page.locator("#picture").inner_text().startswith("Nothing is told")
        page.keyboard.press("k")
        until(page, "document.querySelector('video').currentTime > 0.3")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_serious(browser: Browser, address: str, scheme: str, width: int) -> None:
    with opened_page(browser, address, width, color_scheme=scheme, bypass_csp=True) as page:
        ready(page)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.keyboard.press("?")
        assert faults(page) == []


def test_the_look_follows_the_system_until_it_is_chosen(browser: Browser, address: str) -> None:
    with opened_page(browser, address, color_scheme="light") as page:
        ground = "getComputedStyle(document.documentElement).backgroundColor"
        assert page.evaluate(ground) == "rgb(250, 249, 245)"
        page.locator("#look").select_option("dark")
        assert page.evaluate(ground) == "rgb(11, 11, 15)"


def test_texts_have_their_language_and_both_can_be_read(browser: Browser, address: str) -> None:
    with opened_page(browser, address) as page:
        page.locator("#language").select_option("both")
        line = page.locator("#lines button").first
        assert line.locator("[lang=en]").inner_text() == said("First", 0)
        assert line.locator("[lang=zh-Hans-CN]").inner_text() == "First，第 0 句。"
        page.locator("#language").select_option("zh_CN")
        assert page.locator("html").get_attribute("lang") == "zh-Hans-CN"
        assert page.get_by_role("button", name="播放").is_visible()
