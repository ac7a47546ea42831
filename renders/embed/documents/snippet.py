"""Writes a snippet for a web page: a folder with what to paste, films, posters and captions, and a page that shows it.

Captions lie in the snippet itself, since a browser takes no caption files for a page that it opened from a file; as
files they lie beside it for whoever wants to link them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from PIL import Image

from renders.captions.writing import write_vtt
from renders.clip.clip import Clip
from renders.clip.telling import telling_moment
from renders.embed.documents.media import put_film
from renders.encode.probe import frame_at
from renders.request.embed_request import EmbedRequest
from renders.web.browser import webp
from renders.web.document import document, filled, page_facts
from renders.web.policy import BESIDE
from renders.web.texts import file_names, language_tag, one_line, told_in
from renders.web.video_tag import MIME, caption_languages, embedded_tracks
from scenes.language.translation import LANGUAGES

POSTER_ACROSS = 1280  # pixels
_CAPTIONS = re.compile(r'data:text/vtt[^"]*')
# Who wants less motion gets a film that stands still until it is started
CALM = (
    "((film) => { if (matchMedia('(prefers-reduced-motion: reduce)').matches) "
    "{ film.autoplay = false; film.pause(); } })(document.currentScript.previousElementSibling.querySelector('video'))"
)
FITTING = "max-width: 100%; height: auto"  # the style of a film, which lies in the snippet since it goes to any page


@dataclass(frozen=True)
class PlacedClip:
    """A clip in the folder, with the names of its film and of its poster."""

    clip: Clip
    film: str
    poster: str


def write_snippet(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write a folder with `snippet.html` to be pasted, `index.html` that shows it, and all that belongs to them."""
    target.mkdir(parents=True)
    names = file_names(clip.stem for clip in clips)
    placed = [_place(clip, target, name, wish) for clip, name in zip(clips, names, strict=True)]
    snippet = "\n".join(_figure(one, by_itself=_by_itself(wish)) for one in placed)
    (target / "snippet.html").write_text(snippet, encoding="utf-8", newline="\n")
    language = wish.language or clips[0].language
    (target / "index.html").write_text(_index(placed, snippet, language, wish), encoding="utf-8", newline="\n")


def _place(clip: Clip, folder: Path, name: str, wish: EmbedRequest) -> PlacedClip:
    """Put a film into the folder, with its poster and its captions; what no browser plays becomes a WebM."""
    film = put_film(clip, folder / name, wish)
    poster = folder / f"{name}.webp"
    poster.write_bytes(webp(Image.fromarray(frame_at(clip.film, telling_moment(clip))), POSTER_ACROSS))
    for language in caption_languages(clip):
        write_vtt(clip.cues(language), folder / f"{name}.{language}.vtt")
    return PlacedClip(clip, film.name, poster.name)


def _by_itself(wish: EmbedRequest) -> bool:
    """Tell whether films begin by themselves, silent, and run again and again."""
    return wish.look.loop or wish.autoplay


def _figure(placed: PlacedClip, *, by_itself: bool) -> str:
    """Return the HTML of one clip, to be pasted."""
    clip, info = placed.clip, placed.clip.info
    how = "controls loop muted autoplay playsinline" if by_itself else 'controls playsinline preload="metadata"'
    title = escape(told_in(clip.title, clip.language))
    tracks = [track.tag(default=track.language == clip.language) for track in embedded_tracks(clip)]
    lines = [
        "<figure>",
        f'  <video {how} width="{info.width}" height="{info.height}" poster="{quote(placed.poster)}" '
        f'style="{FITTING}" aria-label="{title}">',
        f'    <source src="{quote(placed.film)}" type="{MIME[Path(placed.film).suffix]}">',
        *(f"    {track}" for track in tracks),
        "  </video>",
        *_transcript(clip),
        f'  <figcaption lang="{escape(language_tag(clip.language))}">{title}</figcaption>',
        "</figure>",
        *([f"<script>{CALM}</script>"] if by_itself else []),
    ]
    return "\n".join(lines) + "\n"


def _transcript(clip: Clip) -> Iterator[str]:
    """Yield what is said, closed until asked for, by an element that needs no script; nothing where nothing is."""
    if clip.lines:
        said = "".join(f"<li>{escape(told_in(line.text, clip.language))}</li>" for line in clip.lines)
        summary = {"en": "What is said", "zh_CN": "文字稿"}[clip.language]
        yield f'  <details lang="{escape(language_tag(clip.language))}"><summary>{summary}</summary>'
        yield f"    <ol>{said}</ol>\n  </details>"


def _index(placed: Sequence[PlacedClip], snippet: str, language: str, wish: EmbedRequest) -> str:
    """Return the page that shows the snippet and tells what to do with it."""
    titles = (told_in(one.clip.title, language) for one in placed)
    title = one_line(wish.title) or " · ".join(dict.fromkeys(titles))
    files = [name for one in placed for name in (one.film, one.poster)]
    body = filled(
        "snippet.html",
        title=escape(title),
        files="".join(f"<li><code>{escape(name)}</code></li>" for name in files),
        snippet=snippet,
        code=escape(_CAPTIONS.sub("data:…", snippet)),
    )
    facts = page_facts(dict.fromkeys(LANGUAGES, title), language, snippet=snippet)
    return document(
        title,
        body,
        facts,
        language=language,
        styles=("base.css", "snippet.css"),
        scripts=("base.js", "copying.js", "snippet.js"),
        media=f"{BESIDE} data:",  # captions lie in the page
        body_scripts=(CALM,) if _by_itself(wish) else (),
        body_styles=(FITTING,),
    )
