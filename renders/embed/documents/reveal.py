"""Writes a deck of reveal.js: a slide a beat, whose film stops where the beat pauses and goes on with the next key."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from html import escape
from pathlib import Path

from renders.clip.clip import Clip
from renders.embed.documents.deck_policy import LIBRARY, deck_policy
from renders.embed.documents.media import PlacedShot, place_films
from renders.embed.documents.slide import Shot, aspect_of, color_behind, ink_on, shots_of, title_of
from renders.request.embed_request import EmbedRequest
from renders.web.policy import nonce_of
from renders.web.texts import language_tag
from renders.web.video_tag import embedded_tracks

_OWN = Path(__file__).parent / "deck"
_SHORT_SIDE = 720  # of a slide, in the units that reveal.js scales to any screen

KEYS = "→ or a click goes on, ← goes back, C captions, B black, Esc overview, F full screen, ? all keys"

_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
{policy}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link rel="stylesheet" href="reveal/reset.css" nonce="{nonce}">
<link rel="stylesheet" href="reveal/reveal.css" nonce="{nonce}">
<link rel="stylesheet" href="deck.css" nonce="{nonce}">
<style nonce="{nonce}">:root {{ --behind: {behind}; --ink: {ink}; --captions: {captions}px }}</style>
</head>
<body>
<div class="reveal" data-width="{width}" data-height="{height}">
<div class="slides">
<section class="title" data-background-color="{behind}">
<h1>{title}</h1>
<aside class="notes"><p><small>{keys}</small></p></aside>
</section>
{slides}
</div>
<p class="said" aria-live="polite"></p>
</div>
<script src="reveal/reveal.js" nonce="{nonce}"></script>
<script src="reveal/notes.js" nonce="{nonce}"></script>
<script src="deck.js" nonce="{nonce}"></script>
</body>
</html>
"""

_SLIDE = """<section data-start="{start}" data-end="{end}" data-stops="{stops}" data-background-color="{behind}">
<h2>{title}</h2>
<video data-film="{film}" preload="none" playsinline data-ignore{flags}>
{tracks}
</video>
<img src="{poster}" alt="{title}">
{notes}
</section>"""


def write_reveal(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write a folder whose index.html is the deck, with everything that it needs beside it."""
    shutil.copytree(_OWN, target)
    shutil.copytree(LIBRARY, target / "reveal")
    placed = place_films(shots_of(clips), target, wish)
    slides = [_slide(one, wish) for one in placed]
    width, height = _slide_size(clips)
    fill = partial(
        _PAGE.format,
        language=escape(language_tag(clips[0].language)),
        title=escape(title_of(clips, wish)),
        behind=color_behind(clips[0]),
        ink=ink_on(color_behind(clips[0])),
        keys=escape(KEYS),
        captions=min(height // 20, width // 24),  # their longest lines are 42 columns, of about half of their height
        width=width,
        height=height,
        slides="\n".join(slides),
    )
    # Scripts and styles by a word rather than by their hashes: whoever edits the deck's own files need not reckon
    nonce = nonce_of(fill(policy="", nonce=""))
    page = fill(policy=deck_policy(nonce, width, height), nonce=nonce)
    (target / "index.html").write_text(page, encoding="utf-8", newline="\n")


def _slide_size(clips: Sequence[Clip]) -> tuple[int, int]:
    width, height = aspect_of(clips)
    scale = _SHORT_SIDE / min(width, height)
    return round(width * scale), round(height * scale)


def _slide(placed: PlacedShot, wish: EmbedRequest) -> str:
    shot = placed.shot
    tracks = [track.tag() for track in embedded_tracks(shot.clip)]
    return _SLIDE.format(
        start=shot.start,
        end=shot.end,
        stops="" if wish.look.loop else " ".join(map(str, shot.stops)),
        behind=color_behind(shot.clip),
        title=escape(shot.title),
        film=escape(placed.film),
        flags=_flags(shot, wish),
        tracks="\n".join(tracks),
        poster=escape(placed.poster),
        notes="\n".join(_notes(shot, wish)),
    )


def _flags(shot: Shot, wish: EmbedRequest) -> str:
    silent = all(track.kind != "audio" for track in shot.clip.info.tracks)  # such a film may start without a key
    return (" muted" if silent else "") + (" loop" if wish.look.loop and shot.is_whole else "")


def _notes(shot: Shot, wish: EmbedRequest) -> Iterator[str]:
    """Yield the speaker's notes of a slide and of each of its further steps, which are empty fragments."""
    steps = (tuple(shot.said),) if wish.look.loop else tuple(shot.said[step:] for step in range(len(shot.stops)))
    for step, lines in enumerate(steps):
        aside = f'<aside class="notes">{_spoken(lines, all_of_it=wish.look.loop)}</aside>'
        yield f'<span class="fragment">{aside}</span>' if step else aside


def _spoken(lines: Sequence[str], all_of_it: bool) -> str:
    """Return the line that is said now, strong, and those after it; or all of them alike."""
    texts = [escape(line) for line in lines if line]
    if all_of_it or not texts:
        return "".join(f"<p>{text}</p>" for text in texts)
    return f"<p><strong>{texts[0]}</strong></p>" + "".join(f"<p>{text}</p>" for text in texts[1:])
