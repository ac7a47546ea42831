"""The documents as readers of Markdown take them: films and stills are found, and no title is markup."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from shutil import which
from urllib.parse import unquote

import pytest
from PIL import Image

from renders.embed.documents.markdown import escaped
from renders.embed.documents.markdown_documents import write_markdown, write_quarto, write_transcript
from tests.renders.embed.lecture import HOSTILE, LONG, make_clip, plain_clip, said, wish

ONE_LINE = " ".join(HOSTILE.split())


class Reader(HTMLParser):
    """What a page shows: its texts by tag, and where its pictures and films are."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self.sources: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.sources += [(tag, value or "") for name, value in attrs if name in ("src", "poster", "href")]
        if tag in ("h1", "h2", "p", "script"):
            self.texts.append((tag, ""))

    def handle_data(self, data: str) -> None:
        if self.texts:
            tag, text = self.texts.pop()
            self.texts.append((tag, text + data))

    def told(self, tag: str) -> list[str]:
        """Return the texts within a tag."""
        return [" ".join(text.split()) for found, text in self.texts if found == tag]


def by_mistune(path: Path) -> Reader:
    """Read a document as Jupyter does."""
    mistune = pytest.importorskip("mistune")
    return Reader(mistune.create_markdown(escape=False, plugins=["table"])(path.read_text(encoding="utf-8")))


def by_pandoc(path: Path, *arguments: str) -> str:
    """Read a document as Quarto does."""
    if not which("pandoc"):
        pytest.skip("pandoc is not installed")
    done = subprocess.run(["pandoc", *arguments, str(path)], check=True, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(
    "text",
    [ONE_LINE, "1. list", "- list", "+ list", "> quote", "# head", "a  b", "~~x~~ ^y^ @z &lt; http://x", "=", "|"],
)
def test_an_escaped_text_is_read_as_itself(text: str) -> None:
    mistune = pytest.importorskip("mistune")
    assert Reader(mistune.html(escaped(text))).told("p") == [" ".join(text.split())]


def test_markdown_shows_films_with_posters_captions_and_a_way_out(tmp_path: Path) -> None:
    clips = [make_clip(tmp_path / "a", HOSTILE, "Second"), make_clip(tmp_path / "b", LONG), plain_clip(tmp_path / "c")]
    write_markdown(clips, tmp_path / "out", wish("markdown"))
    page = by_mistune(tmp_path / "out" / "index.md")
    assert page.told("h2") == [ONE_LINE, "Second", LONG.strip(), "holiday"]
    assert page.told("script") == []
    kinds = [tag for tag, _ in page.sources]
    assert kinds.count("video") == 8 and kinds.count("a") == 4 and kinds.count("img") == 4
    assert kinds.count("track") == 6, "two languages for each slide of which something is said"
    for _, source in page.sources:
        assert (tmp_path / "out" / unquote(source.partition("#")[0])).is_file(), source
    spans = [source.partition("#")[2] for tag, source in page.sources if tag == "video" and ".mp4" in source]
    assert [bool(span) for span in spans] == [True, True, False, False]
    captions = (tmp_path / "out" / "films" / "clip.en.vtt").read_text(encoding="utf-8")
    assert "00:00:01.200 --> " in captions and "&lt;script&gt;" in captions


def test_a_transcript_has_time_still_and_words_of_each_beat_and_where_it_comes_from(tmp_path: Path) -> None:
    clips = [
        make_clip(tmp_path / "a", HOSTILE, "Second"),
        make_clip(tmp_path / "b", "Card", name="card", kind="title"),
    ]
    write_transcript(clips, tmp_path / "out", wish("transcript"))
    page = by_mistune(tmp_path / "out" / "index.md")
    assert page.told("h2")[:2] == [ONE_LINE, "Second"], "a card says nothing"
    assert "0:00 " + " ".join(said("Second", line) for line in range(3)) in page.told("p")
    stills = [source for tag, source in page.sources if tag == "img"]
    assert [Image.open(tmp_path / "out" / unquote(still)).size for still in stills] == [(160, 90)] * 2
    assert "| digits | 7 | 1,500 | `0123456789` |" in (tmp_path / "out" / "index.md").read_text(encoding="utf-8")


def test_a_line_of_a_transcript_has_what_it_rests_on_as_a_footnote(tmp_path: Path) -> None:
    clip = make_clip(tmp_path, "Beat")
    (section,) = clip.sections
    exact = ({"kind": "exact", "expression": "784 * 16", "names": {}, "value": 12544},)
    lines = (section.lines[0], replace(section.lines[1], evidence=exact), section.lines[2])
    proven = replace(clip, sections=(replace(section, lines=lines),))
    write_transcript([proven], tmp_path / "out", wish("transcript"))
    told = (tmp_path / "out" / "index.md").read_text(encoding="utf-8")
    assert told.count("[^1]") == 2 and "[^2]" not in told
    page = by_pandoc(tmp_path / "out" / "index.md", "-f", "gfm", "-t", "html")
    assert "Exact: 784 * 16 = 12,544" in page and 'role="doc-endnotes"' in page


def test_a_transcript_is_in_the_language_of_the_film(tmp_path: Path) -> None:
    write_transcript([make_clip(tmp_path, "Beat", language="zh_CN")], tmp_path / "out", wish("transcript"))
    told = (tmp_path / "out" / "index.md").read_text(encoding="utf-8")
    assert "第 0 句。第 1 句。第 2 句。" in told and "Line" not in told and "实验" in told


def test_quarto_gets_a_slide_a_beat_with_film_and_notes(tmp_path: Path) -> None:
    write_quarto(
        [make_clip(tmp_path / "a", HOSTILE), make_clip(tmp_path / "b", LONG)], tmp_path / "out", wish("quarto")
    )
    read = json.loads(by_pandoc(tmp_path / "out" / "index.qmd", "-f", "markdown", "-t", "json"))
    kinds = [block["t"] for block in read["blocks"]]
    assert kinds == ["Header", "RawBlock", "Div"] * 2
    assert [block["c"][0][1] for block in read["blocks"] if block["t"] == "Div"] == [["notes"]] * 2
    assert set(read["meta"]["format"]["c"]) == {"revealjs", "html"}
    page = Reader(by_pandoc(tmp_path / "out" / "index.qmd", "-f", "markdown-smart", "-t", "html", "-s"))
    assert page.told("h2") == [ONE_LINE, LONG.strip()] and page.told("script") == []
    named = {kind: [address for tag, address in page.sources if tag == kind] for kind in ("video", "track")}
    assert len([one for one in named["track"] if one.endswith(".vtt")]) == 4, "captions in both languages"
    files = [unquote(address) for _, address in page.sources]
    assert len([one for one in files if one.endswith(".mp4")]) >= 2, "with posters, and what is there without films"
    assert all((tmp_path / "out" / one).is_file() for one in files)
    told = (tmp_path / "out" / "index.qmd").read_text(encoding="utf-8")
    assert f"0:01 {escaped(said(LONG, 2))}" in told, "each step has its time"


def test_pandoc_reads_the_films_of_markdown(tmp_path: Path) -> None:
    write_markdown(
        [make_clip(tmp_path / "a", HOSTILE), make_clip(tmp_path / "b", "B")], tmp_path / "out", wish("markdown")
    )
    for kind in ("markdown", "gfm"):
        html = by_pandoc(tmp_path / "out" / "index.md", "-f", kind, "-t", "html")
        assert html.count("<video") == html.count("</video>") == 2 and "</video></p>" not in html
        assert Reader(html).told("script") == []
