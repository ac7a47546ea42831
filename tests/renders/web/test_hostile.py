"""Whoever wrote the texts of a film, they are texts: no page of ours shows one more element, or runs or asks for more.

Each page is opened as it is, and again with its policy switched off, so that its escaping has to hold by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from tests.renders.web.hostile import ODD_NAME, OURS, WITHIN, Made, harmless, hostile_clip, ill, odd_clip
from tests.renders.web.stage import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Frame, Page

COUNT = "[...document.querySelectorAll('*')].map((one) => one.localName)"
VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(event.effectiveDirective));
"""
# What no text may do, as a page would be if one of them got out
ATTACK = """
<script>window.ran = 1</script>
<script src="http://a.example/x.js"></script>
<script src="data:text/javascript,window.ran=2"></script>
<img src="data:," onerror="window.ran = 3">
<img src="http://a.example/x.png" alt="">
<iframe srcdoc="<script>parent.ran = 4</script>"></iframe>
<iframe src="http://a.example/"></iframe>
<iframe src="data:text/html,<script>parent.ran=5</script>"></iframe>
<object data="http://a.example/x.swf"></object>
<style>#attacked { color: rgb(1, 2, 3) }</style>
<p id="attacked" style="background: rgb(4, 5, 6)">x</p>
<link rel="stylesheet" href="http://a.example/x.css">
<form id="sent" action="http://a.example/"><input name="x"></form>
<a id="led" href="javascript:window.ran = 6">x</a>
<video src="http://a.example/x.mp4"></video>
"""
REFUSED = {"script-src-elem", "script-src-attr", "img-src", "frame-src", "object-src", "style-src-elem"}
REFUSED |= {"style-src-attr", "form-action", "base-uri", "connect-src", "media-src"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, bool], Path]:
    """Return what makes a page, of harmless texts or of hostile ones, once."""
    root = tmp_path_factory.mktemp("hostile")
    clips, pages = {}, {}
    for say in (harmless, ill):
        folder = root / say.__name__
        told = hostile_clip(folder / "films", say, ODD_NAME if say is ill else "a film")
        clips[say] = (told, odd_clip(folder / "odd", say))

    def make(kind: str, is_ill: bool) -> Path:
        say = ill if is_ill else harmless
        if (kind, say) not in pages:
            folder = root / say.__name__ / kind
            folder.mkdir()
            pages[kind, say] = {**OURS, **WITHIN}[kind](Made(clips[say], folder, say))
        return pages[kind, say]

    return make


@dataclass
class Seen:
    """What came of a visit: elements of all windows by their names, and all that should not have come."""

    elements: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)  # addresses of the web that a request was sent to


@contextmanager
def opened(browser: Browser, address: str, seen: Seen, *, bypass: bool = False) -> Iterator[Page]:
    """Open a page; what its windows complain of, run or ask for beyond their own folder is seen."""
    visit = browser.new_context(viewport={"width": 1000, "height": 800}, bypass_csp=bypass)
    visit.route("http*://**", lambda route: (seen.reached.append(route.request.url), route.abort()))
    visit.add_init_script(VIOLATIONS)
    visit.on("request", lambda request: _judge(request.url, address, seen))
    visit.on("console", lambda message: seen.wrong.append(f"console: {message.text[:300]}"))
    visit.on("weberror", lambda error: seen.wrong.append(f"error: {str(error.error)[:300]}"))
    visit.on("dialog", lambda dialog: (seen.wrong.append(f"dialog: {dialog.message[:300]}"), dialog.dismiss()))
    page = visit.new_page()
    page.goto(address)
    yield page
    for frame in _frames(visit):
        seen.elements.update(frame.evaluate(COUNT))
        if ran := frame.evaluate("window.ran"):
            seen.wrong.append(f"{frame.url[:80]} ran {ran}")
    visit.close()


def _judge(url: str, address: str, seen: Seen) -> None:
    inside = unquote(url).startswith(unquote(address).rpartition("/")[0])
    if not inside and not url.startswith(("data:", "blob:", "about:")):
        seen.wrong.append(f"asked for {url[:200]}")


def _frames(visit: BrowserContext) -> Iterator[Frame]:
    for page in visit.pages:
        yield from page.frames


def use_player(page: Page) -> None:
    """Show all that a player shows of every beat, and what it hands out to be pasted."""
    page.locator("#language").select_option("both")
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    for number in range(page.locator("#beat-list button").count()):
        page.evaluate(f"document.querySelectorAll('#beat-list button')[{number}].click()")
    page.evaluate("void (navigator.clipboard.writeText = async () => { throw new Error('not here'); })")
    for deed in ("snippet", "link"):
        page.evaluate(f"document.getElementById('{deed}').click()")
        until(page, "document.getElementById('hand').open")
        pasted = page.locator("#hand-text").input_value()
        page.evaluate("document.getElementById('hand').close()")
        page.context.new_page().set_content(pasted, wait_until="commit")  # as it would be on somebody else's page


def use_deck(page: Page) -> None:
    """Go through a deck with its captions, its help and its overview, and open the speaker's window."""
    video = "Reveal.getCurrentSlide().querySelector('video')"
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    until(popup.value, "!document.querySelector('#connection-status').offsetParent && frames.length === 2")
    for key in ("c", "c", "ArrowRight", "ArrowRight", "?", "Escape", "Escape", "Escape"):
        page.keyboard.press(key)
    for number in range(1, page.evaluate("Reveal.getTotalSlides()"), 4):
        page.evaluate(f"Reveal.slide({number})")
        until(page, f"{video}.readyState > 0")


def use_gallery(page: Page) -> None:
    """Look for something, in both languages."""
    page.locator("#language").select_option("both")
    page.locator("#find").fill("<img src=x onerror=window.ran=20>")
    page.locator("#find").fill("")


def use_nothing(page: Page) -> None:
    """Let it be."""
    page.wait_for_timeout(100)


USES: Mapping[str, Callable[[Page], None]] = {
    "page": use_player,
    "chapter": use_player,
    "gallery": use_gallery,
    "deck": use_deck,
}


@pytest.mark.parametrize(
    ("kind", "bypass"), [*((kind, False) for kind in OURS), *((kind, True) for kind in (*OURS, *WITHIN))]
)
def test_whoever_wrote_the_texts_they_are_texts(
    browser: Browser, made: Callable[[str, bool], Path], kind: str, bypass: bool
) -> None:
    seen = [Seen(), Seen()]
    for is_ill, found in enumerate(seen):
        with opened(browser, made(kind, bool(is_ill)).as_uri(), found, bypass=bypass) as page:
            USES.get(kind, use_nothing)(page)
    assert [found.wrong + found.reached for found in seen] == [[], []]
    assert seen[1].elements == seen[0].elements
    assert seen[0].elements.total() > 8


@pytest.mark.parametrize("kind", OURS)
def test_what_gets_into_a_page_of_ours_all_the_same_does_nothing(
    browser: Browser, made: Callable[[str, bool], Path], tmp_path: Path, kind: str
) -> None:
    page_of = made(kind, False)
    text = page_of.read_text(encoding="utf-8")
    begins = text.index("</title>") + len("</title>")
    based = f'{text[:begins]}<base href="http://a.example/">{text[begins:]}'
    broken = page_of.with_name("broken.html")
    broken.write_text(re.sub(r"</body>", lambda found: ATTACK + found[0], based, count=1), encoding="utf-8")
    seen = Seen()
    with opened(browser, broken.as_uri(), seen) as page:
        page.evaluate("document.getElementById('led').click()")
        page.evaluate("document.getElementById('sent').submit()")
        page.evaluate("fetch('http://a.example/').catch(() => 0)")
        page.wait_for_timeout(300)
        assert set(page.evaluate("violations")) >= REFUSED
        style = "getComputedStyle(document.getElementById('attacked'))"
        assert page.evaluate(f"{style}.color") != "rgb(1, 2, 3)"
        assert page.evaluate(f"{style}.backgroundColor") != "rgb(4, 5, 6)"
        assert page.url == broken.as_uri()
    # What is refused is told in the console, and as a request that was never sent
    assert seen.reached == [] and [one for one in seen.wrong if not one.startswith(("console: ", "asked for "))] == []
    assert any("Content Security Policy" in one for one in seen.wrong)


@pytest.mark.parametrize("kind", OURS)
def test_a_policy_allows_no_inline_code_and_no_address_of_the_web(made: Callable[[str, bool], Path], kind: str) -> None:
    text = made(kind, False).read_text(encoding="utf-8")
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    told = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    never = ("default-src", "base-uri", "form-action", "connect-src", "object-src")
    assert {told[name] for name in never} == {"'none'"}
    sources = {source for part in told.values() for source in part.split()}
    allowed = re.compile(r"'none'|'self'|'unsafe-hashes'|'(sha256|nonce)-[\w+/]{43}='|file:|data:|blob:")
    assert all(allowed.fullmatch(source) for source in sources)
    assert "data:" not in told["script-src"] + told["style-src"] + told["frame-src"]
