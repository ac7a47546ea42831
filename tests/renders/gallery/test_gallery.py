"""The gallery: what is in it, what is left out, how it takes the place of the one before, and how it is used."""

from __future__ import annotations

import json
import os
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from engine.files.set_aside import this_machine
from renders.base.errors import RenderError
from renders.film.provenance import require_provenance
from renders.gallery import write as write_module
from renders.gallery.serve import server_of
from renders.gallery.write import write_gallery
from renders.request.paths import Paths
from tests.renders.film.retold import retell
from tests.renders.web.stage import (
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


def places_in(folder: Path) -> Paths:
    return Paths(folder / "films", folder / "cache", folder / "recordings")


def fill(films: Path) -> None:
    """Put films there: a chapter in two languages, a beat of it apart and better, another chapter's beat, odd names."""
    make_clip(films, "First", "Second", chapter="network", name="network.en.low", quality="low", title="What is it?")
    make_clip(
        films, "First", "Second", chapter="network", name="network.zh_CN.low", quality="low", language="zh_CN",
        title="What is it?",
    )  # fmt: skip
    make_clip(films / "network", "First", chapter="network", name="beat_1.en.low", quality="low", title="First")
    make_clip(films / "network", "First", chapter="network", name="beat_1.en.high", quality="high", title="First")
    make_clip(films, HOSTILE, LONG, chapter=HOSTILE, name="hostile.en.low", title=HOSTILE)


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gallery")
    fill(folder / "films")
    return write_gallery(places_in(folder)).parent


def facts(page: Path) -> dict[str, object]:
    """Return what the player of a page is told."""
    text = page.read_text(encoding="utf-8")
    told = text.partition('<script type="application/json" id="reel">')[2].partition("</script>")[0]
    return dict(json.loads(told))


def test_everything_that_was_rendered_is_there_the_best_version_first(gallery: Path) -> None:
    assert gallery.name == "gallery" and {path.name for path in gallery.glob("*.html")} >= {
        "index.html",
        "network.html",
    }
    versions = facts(gallery / "network.html")["versions"]
    assert isinstance(versions, list)
    names = [one["name"]["en"] for one in versions]
    assert names == ["English · low 90p", "简体中文 · low 90p", "English · high 90p"]
    first = versions[0]["clips"][0]
    assert [section["label"] for section in first["sections"]] == ["network/beat_1", "network/beat_2"]
    own = first["sections"][0]["own"]
    for address in (first["film"], own["film"], *first["tracks"].values(), first["sections"][1]["picture"]):
        assert (gallery / address).is_file()
    assert own["file"] == "beat_1.en.low.mp4" and "own" not in first["sections"][1]
    assert os.path.samefile(gallery / first["film"], gallery.parent / "network.en.low.mp4"), "no bytes are copied"
    pictures = [path.stat().st_size for path in gallery.rglob("*.webp")]
    assert pictures and max(pictures) < 50_000


def test_what_is_damaged_or_foreign_is_left_out_with_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    films = tmp_path / "films"
    make_clip(films, "Good", name="good.en.low", chapter="good")
    make_clip(films, "Cut", name="cut.en.low").film.write_bytes(b"no film")
    make_clip(films, "Gone", name="gone.en.low").film.unlink()
    (films / "other.json").write_text('{"hello": 1}', encoding="utf-8")
    (films / "broken.json").write_text("{", encoding="utf-8")
    for name, change in {"odd": {"pieces": [{"name": 3}]}, "untitled": {"title": {"en": 3}}}.items():
        path = make_clip(films, "Odd", name=f"{name}.en.low").film.with_suffix(".json")
        retell(path, **change)
    made = write_gallery(places_in(tmp_path)).parent
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("left out: ")]
    for name in ("cut.en.low", "gone.en.low", "other", "broken", "odd.en.low", "untitled.en.low"):
        assert sum(f"{name}.json" in line for line in lines) == 1, name
    assert {path.name for path in made.glob("*.html")} >= {"index.html", "good.html"}


def test_an_address_with_a_moment_leads_from_the_index_to_it_and_all_plays(browser: Browser, gallery: Path) -> None:
    index = (gallery / "index.html").as_uri()
    with opened_page(browser, f"{index}#network/beat_2@1.5") as page:
        until(page, "document.getElementById('title')?.textContent.includes('Second')")
        ready(page)
        assert moment(page) == pytest.approx(SECONDS + 1.5, abs=0.1) and "network.html" in page.url
    with opened_page(browser, f"{index}#nobody/knows") as page:
        assert page.url.startswith(index)
        page.locator('.head a[href="network.html?play"]').click()
        until(page, "document.querySelector('video') && !document.querySelector('video').paused")
        until(page, "document.querySelector('video').currentTime > 0.2")


def test_it_replaces_the_one_before_whole(tmp_path: Path) -> None:
    films = tmp_path / "films"
    make_clip(films, "First", name="one.en.low", chapter="one")
    make_clip(films, "First", name="two.en.low", chapter="two")
    made = write_gallery(places_in(tmp_path)).parent
    assert (made / "two.html").exists()
    (films / "two.en.low.json").unlink()
    (films / f".{2**22 + 7}-{this_machine()}-0a1b2c3d.partial.gallery").mkdir()
    (made / "CNAME").write_text("films.example")
    (made / ".git").mkdir()
    (made / "about.html").write_text("<p>mine</p>")
    assert write_gallery(places_in(tmp_path)) == made / "index.html"
    assert not (made / "two.html").exists() and (made / "one.html").exists()
    assert not list(films.glob(".*"))
    assert (made / "CNAME").read_text() == "films.example"
    assert (made / ".git").is_dir() and (made / "about.html").exists()


def test_the_one_before_stays_where_the_new_one_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_clip(tmp_path / "films", "First", name="one.en.low", chapter="one")
    made = write_gallery(places_in(tmp_path)).parent
    before = (made / "index.html").read_bytes()

    def full(cards: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write_module, "index_page", full)
    with pytest.raises(RenderError, match="the disk is full"):
        write_gallery(places_in(tmp_path))
    assert (made / "index.html").read_bytes() == before and not list((tmp_path / "films").glob(".*"))


def test_films_of_one_name_stand_side_by_side_and_none_is_written_into(tmp_path: Path) -> None:
    films = tmp_path / "films"
    places = [make_clip(films / folder, *titles).film for folder, titles in {"a": "AB", "b": "CD"}.items()]
    before = [film.read_bytes() for film in places]
    made = write_gallery(places_in(tmp_path)).parent
    assert [film.read_bytes() for film in places] == before
    told = facts(made / "tiny.html")["versions"]
    assert isinstance(told, list)
    shown = [clip["film"] for clip in told[0]["clips"]]
    assert [Path(name).name for name in shown] == ["tiny.en.small.mp4", "tiny.en.small-2.mp4"]
    assert all(os.path.samefile(made / name, film) for name, film in zip(shown, places, strict=True))


def test_somebody_elses_folder_is_let_be(tmp_path: Path) -> None:
    make_clip(tmp_path / "films", "First", name="one.en.low")
    own = tmp_path / "thesis"
    own.mkdir()
    assert write_gallery(places_in(tmp_path), own).parent == own, "an empty one is taken"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index.html").write_text("<p>mine</p>", encoding="utf-8")
    with pytest.raises(RenderError, match=r"other is there already and is no gallery; give another folder with --out"):
        write_gallery(places_in(tmp_path), tmp_path / "other")
    assert (tmp_path / "other" / "index.html").read_text(encoding="utf-8") == "<p>mine</p>"


def test_without_a_film_it_says_what_to_render(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"there is no film in .* render one first, such as `neuroreel render net"):
        write_gallery(places_in(tmp_path))
    plain_clip(tmp_path / "films")
    assert not (tmp_path / "films" / "gallery").exists()


# In the browser, from the disk, without a network ------------------------------------------------------------------


def index(page: Page) -> list[str]:
    """Return the titles of the beats on screen."""
    return list(page.locator(".chapter li:visible .title").all_inner_texts())


def test_beats_are_found_by_their_words_and_lead_to_the_player(browser: Browser, gallery: Path) -> None:
    with opened_page(browser, (gallery / "index.html").as_uri()) as page:
        assert index(page)[:2] == ["First", "Second"] and len(index(page)) == 4
        page.get_by_label("Find").fill("what second")
        assert index(page) == ["Second"] and page.get_by_role("status").inner_text() == "1 of 4 beats"
        page.locator(".chapter li:visible a").click()
        assert moment(page) == pytest.approx(SECONDS, abs=0.05)
        assert page.locator("#title").inner_text() == "Second"
        assert page.locator("#of").inner_text() == "What is it? · 2 of 2"
        page.get_by_role("link", name="Gallery").click()
        until(page, "location.pathname.endsWith('/index.html')")


def test_the_film_plays_captions_show_and_the_transcript_seeks(browser: Browser, gallery: Path) -> None:
    with opened_page(browser, (gallery / "network.html").as_uri()) as page:
        ready(page)
        page.get_by_role("button", name=said("Second", 2)).click()
        assert moment(page) == pytest.approx(SECONDS + 2.8, abs=0.05)
        page.locator("#captions").select_option("both")
        assert shown_captions(page) == {"en": said("Second", 2), "zh-Hans-CN": "Second，第 2 句。"}
        page.keyboard.press("k")
        until(page, "document.querySelector('video').currentTime > 7")


def test_it_works_from_its_server_as_well(browser: Browser, gallery: Path) -> None:
    with server_of(gallery, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with opened_page(browser, f"http://127.0.0.1:{server.server_port}/network.html#network/beat_2@2.5") as page:
            assert moment(page) == pytest.approx(SECONDS + 2.5, abs=0.05)
            page.evaluate("void (navigator.clipboard.writeText = async (text) => { window.copied = text; })")
            page.get_by_role("button", name="Copy for a page").click()
            assert f'src="http://127.0.0.1:{server.server_port}/films/' in page.evaluate("window.copied")
        server.shutdown()


def test_a_link_to_a_beat_opens_the_best_version_of_it(browser: Browser, gallery: Path) -> None:
    page_of = (gallery / "network.html").as_uri()
    for link, name in (
        ("", "network.en.low"),
        ("#network/beat_1", "beat_1.en.high"),
        ("#network/beat_2", "network.en.low"),
    ):
        with opened_page(browser, page_of + link) as page:
            ready(page)
            assert f"{name}.mp4" in page.evaluate("document.querySelector('video').currentSrc"), link


def test_versions_can_be_chosen_and_stay_at_their_beat(browser: Browser, gallery: Path) -> None:
    with opened_page(browser, (gallery / "network.html").as_uri() + "#network/beat_2@1") as page:
        ready(page)
        page.locator("#version").select_option(label="简体中文 · low 90p")
        assert moment(page) == pytest.approx(SECONDS, abs=0.05)
        assert "network.zh_CN.low.mp4" in page.evaluate("document.querySelector('video').currentSrc")
        page.locator("#version").select_option(label="English · high 90p")
        assert moment(page) == 0 and page.locator("#title").inner_text() == "First"
        assert page.get_by_role("link", name="Download").get_attribute("download") == "beat_1.en.high.mp4"


def test_the_films_of_beats_follow_each_other(browser: Browser, tmp_path: Path) -> None:
    for number in (1, 2):
        name = f"beat_{number}.en.low"
        pieces = [{"name": f"beat_{number}"}]
        clip = make_clip(tmp_path / "films" / "own", f"Part {number}", chapter="own", name=name)
        path = clip.film.with_suffix(".json")
        retell(path, pieces=[{**require_provenance(path)["pieces"][0], **pieces[0]}])
    made = write_gallery(places_in(tmp_path)).parent
    with opened_page(browser, (made / "own.html").as_uri() + "#own/beat_1@3.7") as page:
        ready(page)
        page.keyboard.press("k")
        until(page, "document.getElementById('title').textContent.startsWith('Part 2')")
        until(page, "document.querySelector('video').currentTime > 0.2")
        assert page.url.endswith("#own/beat_2")


def test_the_snippet_to_be_pasted_names_files_that_are_there(browser: Browser, gallery: Path) -> None:
    with opened_page(browser, (gallery / "network.html").as_uri() + "#network/beat_2") as page:
        ready(page)
        page.evaluate("void (navigator.clipboard.writeText = async (text) => { window.copied = text; })")
        page.get_by_role("button", name="Copy for a page").click()
        snippet = page.evaluate("window.copied")
        assert "network.en.low.mp4#t=4.00,8.00" in snippet and "<figcaption>Second</figcaption>" in snippet
        page.keyboard.press("1")
        page.get_by_role("button", name="Copy for a page").click()
        assert 'beat_1.en.low.mp4" type="video/mp4"' in page.evaluate("window.copied")


def test_odd_names_are_shown_and_do_nothing(browser: Browser, gallery: Path) -> None:
    with opened_page(browser, (gallery / "index.html").as_uri(), 360) as page:
        assert index(page)[2:] == [" ".join(HOSTILE.split()), " ".join(LONG.split())]
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.locator(".chapter li a").nth(3).click()
        assert moment(page) == pytest.approx(SECONDS, abs=0.05)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index.html", "network.html"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_serious(browser: Browser, gallery: Path, scheme: str, name: str, width: int) -> None:
    with opened_page(browser, (gallery / name).as_uri(), width, color_scheme=scheme) as page:
        page.locator("#language").select_option("both")
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
