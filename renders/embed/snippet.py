"""A snippet for a web page: a folder with what to paste, the films, posters and captions, and a page that shows it all.

Captions lie in the snippet itself, since a browser takes no caption files for a page that it opened from a file; as
files they lie beside it for whoever wants to link them.
"""

from __future__ import annotations

import base64
import html
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from PIL import Image

from renders.captions import write_vtt
from renders.clip import Clip
from renders.embed.browser import playable, webp
from renders.embed.wish import Wish
from renders.film import frame_at
from renders.places import slug
from renders.web.document import LANGUAGE_NAMES, document, filled, page_facts
from renders.web.facts import MIME
from scenes.translation import LANGUAGES

POSTER_ACROSS = 1280  # pixels
_CAPTIONS = re.compile(r"data:text/vtt[^\"]*")
# Who wants less motion gets a film that stands still until it is started
CALM = (
    "<script>((film) => { if (matchMedia('(prefers-reduced-motion: reduce)').matches) "
    "{ film.autoplay = false; film.pause(); } })(document.currentScript.previousElementSibling.querySelector('video'))"
    "</script>"
)


@dataclass(frozen=True)
class Placed:
    """A clip in the folder. name: of its files, without ending. film: the file's name. tracks: WebVTT by language."""

    clip: Clip
    name: str
    film: str
    tracks: dict[str, str]


def write_snippet(clips: Sequence[Clip], target: Path, wish: Wish) -> None:
    """Write a folder with `snippet.html` to be pasted, `index.html` that shows it, and all that belongs to them."""
    target.mkdir(parents=True)
    names: set[str] = set()
    with TemporaryDirectory(prefix="neuroreel-") as scratch:
        placed = [_place(playable(clip, Path(scratch), wish), target, names) for clip in clips]
    snippet = "\n".join(_figure(one, loop=wish.look.loop) for one in placed)
    (target / "snippet.html").write_text(snippet, encoding="utf-8", newline="\n")
    language = wish.language or clips[0].language
    (target / "index.html").write_text(_index(placed, snippet, language, wish), encoding="utf-8", newline="\n")


def _place(clip: Clip, folder: Path, names: set[str]) -> Placed:
    """Copy a film into the folder, with poster and captions; its name is one that no other has."""
    plain = slug(clip.stem) or "film"
    name = next(name for name in (plain, *(f"{plain}-{number}" for number in range(2, 10_000))) if name not in names)
    names.add(name)
    film = f"{name}{clip.film.suffix.lower()}"
    shutil.copyfile(clip.film, folder / film)
    (folder / f"{name}.webp").write_bytes(webp(Image.fromarray(frame_at(clip.film, _moment(clip))), POSTER_ACROSS))
    tracks = {}
    for language in LANGUAGES:
        if cues := clip.cues(language):
            tracks[language] = f"{name}.{language}.vtt"
            write_vtt(cues, folder / tracks[language])
    return Placed(clip, name, film, {key: (folder / file).read_text("utf-8") for key, file in tracks.items()})


def _moment(clip: Clip) -> float:
    """Return the second that stands for a clip; it is within the film."""
    last = clip.info.seconds - 1 / float(clip.info.frame_rate)
    return max(0.0, min(clip.beats[0].poster if clip.beats else clip.info.seconds / 2, last))


def _figure(placed: Placed, *, loop: bool) -> str:
    """Return the HTML of one clip, to be pasted."""
    clip, info = placed.clip, placed.clip.info
    how = "controls loop muted autoplay playsinline" if loop else 'controls playsinline preload="metadata"'
    title = html.escape(_title(clip))
    lines = [
        "<figure>",
        f'  <video {how} width="{info.width}" height="{info.height}" poster="{quote(placed.name)}.webp" '
        f'style="max-width: 100%; height: auto" aria-label="{title}">',
        f'    <source src="{quote(placed.film)}" type="{MIME[clip.film.suffix.lower()]}">',
        *(_track(language, text, language == clip.language) for language, text in placed.tracks.items()),
        "  </video>",
        f'  <figcaption lang="{clip.language.replace("_", "-")}">{title}</figcaption>',
        "</figure>",
        *([CALM] if loop else []),
    ]
    return "\n".join(lines) + "\n"


def _title(clip: Clip) -> str:
    return clip.title.get(clip.language) or next(iter(clip.title.values()), clip.stem)


def _track(language: str, text: str, default: bool) -> str:
    address = f"data:text/vtt;charset=utf-8;base64,{base64.b64encode(text.encode()).decode()}"
    return (
        f'    <track kind="captions" srclang="{language.replace("_", "-")}" label="{LANGUAGE_NAMES[language]}" '
        f'src="{address}"{" default" if default else ""}>'
    )


def _index(placed: Sequence[Placed], snippet: str, language: str, wish: Wish) -> str:
    """Return the page that shows the snippet and tells what to do with it."""
    title = wish.title or " · ".join(dict.fromkeys(_title(one.clip) for one in placed))
    files = [name for one in placed for name in (one.film, f"{one.name}.webp")]
    body = filled(
        "snippet.html",
        title=html.escape(title),
        files="".join(f"<li><code>{html.escape(name)}</code></li>" for name in files),
        snippet=snippet,
        code=html.escape(_CAPTIONS.sub("data:…", snippet)),
    )
    facts = page_facts(dict.fromkeys(LANGUAGES, title), language, snippet=snippet)
    return document(
        title,
        body,
        facts,
        language=language,
        styles=("player.css", "snippet.css"),
        scripts=("base.js", "copying.js", "snippet.js"),
        strict=False,  # the snippet has a style of its own, and may have a script
    )
