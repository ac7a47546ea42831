"""Writes one page with everything inside: films, pictures, captions, player.

It opens from a file, without a network.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from engine.files.replacing import scratch_folder, written_whole
from renders.clip.clip import Clip
from renders.embed.documents.slide import chapter_title
from renders.request.embed_request import EmbedRequest
from renders.web.browser import pictures_of, playable
from renders.web.document import document, page_facts, player_body
from renders.web.facts import Files, clip_facts
from renders.web.video_tag import MIME, data_uri

ACROSS = 480  # pixels of the pictures


def write_page(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write a page that plays clips one after the other."""
    with scratch_folder() as scratch:
        told, films = [], []
        for number, clip in enumerate(clips):
            (scratch / f"{number}").mkdir()
            shown = playable(clip, scratch / f"{number}", wish)
            name = f"film-{number}"
            pictures = {label: data_uri(picture, "image/webp") for label, picture in pictures_of(shown, ACROSS)}
            facts = clip_facts(shown, Files(film=None, inside=name, pictures=pictures))
            told.append({**facts, "file": shown.film.name, "mime": MIME[shown.film.suffix.lower()]})
            films.append(_held(shown.film, name))
        title = _title(clips, wish)
        versions = [{"name": title, "beats": sum(len(clip.beats) for clip in clips), "rank": 0, "clips": told}]
        language = wish.language or clips[0].language
        page = document(
            title.get(language) or next(iter(title.values())),
            player_body(),
            page_facts(title, language, home="", versions=versions),
            language=language,
            media="data: blob:",
            after="".join(films),
        )
        with written_whole(target) as draft:
            draft.write_text(page, encoding="utf-8", newline="\n")


def _title(clips: Sequence[Clip], wish: EmbedRequest) -> Mapping[str, str]:
    """Return the title of the page, by language: the one requested, that of its one clip, or of all clips' chapters."""
    if wish.title:
        return dict.fromkeys(clips[0].title, wish.title)
    if len(clips) == 1:
        return clips[0].title
    return {language: " · ".join(dict.fromkeys(_chapters(clips, language))) for language in clips[0].title}


def _chapters(clips: Sequence[Clip], language: str) -> Iterator[str]:
    for clip in clips:
        yield chapter_title(clip.chapter, language, clip.title.get(language, ""))


def _held(film: Path, name: str) -> str:
    """Return an element that holds a film's bytes as text."""
    told = base64.b64encode(film.read_bytes()).decode()
    return f'<script type="text/plain" id="{name}">{told}</script>\n'
