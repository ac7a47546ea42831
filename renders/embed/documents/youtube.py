"""Writes what a film needs on YouTube: itself, a description with its chapters, subtitles, and a thumbnail."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from renders.captions.writing import write_srt
from renders.clip.burn import letter_coverage
from renders.clip.clip import Clip
from renders.clip.telling import telling_moment
from renders.embed.documents.slide import color_behind, title_of
from renders.encode.probe import frame_at
from renders.request.embed_request import EmbedRequest
from renders.request.style import DARK
from renders.web.texts import clock_time, one_line, told_in
from renders.web.video_tag import caption_languages
from scenes.catalog import find_chapter
from scenes.evidence.sources import find_source
from scenes.look.choices import CatalogError
from scenes.look.themes import find_theme

SIZE = (1280, 720)  # pixels of a thumbnail
BAND, LETTER, WIDEST = 0.2, 0.085, 0.92  # of its height: the band with the title, and one em; of its width
FEWEST, SHORTEST = 3, 10.0  # what YouTube takes for chapters: so many, of so many seconds
DIGEST = 10  # characters, as on the films' end card
_SAID = {"en": ("Drawn from the recording", "Sources"), "zh_CN": ("画自记录", "来源")}
LONGEST_TITLE, LONGEST = 100, 5000  # characters that it takes


def write_youtube(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write a folder with the one clip's film, its description, its subtitles and its thumbnail."""
    (clip,) = clips
    target.mkdir()
    title = one_line(wish.title or title_of(clips, wish))
    shutil.copyfile(clip.film, target / f"film{clip.film.suffix.lower()}")
    for language in caption_languages(clip):
        write_srt(clip.cues(language), target / f"subtitles.{language}.srt")
    told = f"{title[:LONGEST_TITLE]}\n\n" + "\n".join(description_lines(clip))
    (target / "description.txt").write_text(f"{told[:LONGEST].rstrip()}\n", encoding="utf-8", newline="\n")
    thumbnail(clip, title).save(target / "thumbnail.png", format="png")


def description_lines(clip: Clip) -> Iterator[str]:
    """Yield the lines of a description: chapters from 0:00 on, what it was drawn from, sources, and the licence."""
    drawn_from, sources = _SAID[clip.language]
    marks = list(_marks(clip))
    if marks:
        yield from (f"{clock_time(start)} {title}" for start, title in marks)
        yield ""
    for name, told in clip.recordings.items():
        seed = told["experiment"].get("seed")
        yield f"{drawn_from}: {name}{'' if seed is None else f', seed {seed}'}, {str(told['digest'])[:DIGEST]}"
    chapters = dict.fromkeys(section.chapter for section in clip.beats)
    licences: dict[str, None] = {}
    keys: dict[str, None] = {}
    for name in chapters:
        try:
            chapter = find_chapter(name)
        except CatalogError:  # a film of somebody's own recording: its rights are theirs to tell
            continue
        licences[chapter.licence] = None
        keys.update(dict.fromkeys(chapter.sources))
    if keys:
        yield from ("", sources, *(find_source(key).line for key in keys))
    if any(licences):
        yield from ("", *(licence for licence in licences if licence))


def _marks(clip: Clip) -> Iterator[tuple[float, str]]:
    """Yield the chapters of a film as YouTube takes them, (second, title), the first at 0; none of too few."""
    marks: list[tuple[float, str]] = []
    for section in clip.beats:
        start = 0.0 if not marks else section.start
        if not marks or start - marks[-1][0] >= SHORTEST:
            marks.append((start, one_line(told_in(section.title, clip.language))))
    yield from marks if len(marks) >= FEWEST else ()


def thumbnail(clip: Clip, title: str) -> Image.Image:
    """Return the picture that stands for a film, with its title below."""
    theme = find_theme(str((clip.look or {}).get("theme", DARK)))
    behind = color_behind(clip)
    page = Image.new("RGB", SIZE, behind)
    film = Image.fromarray(frame_at(clip.film, telling_moment(clip)))
    scale = min(SIZE[0] / film.width, SIZE[1] * (1 - BAND) / film.height)
    film = film.resize((round(film.width * scale), round(film.height * scale)), Image.Resampling.LANCZOS)
    page.paste(film, ((SIZE[0] - film.width) // 2, 0))
    letters = letter_coverage(title, SIZE[1] * LETTER, SIZE[0] * WIDEST)
    ink = Image.new("RGB", letters.size, theme.text)
    page.paste(ink, ((SIZE[0] - letters.width) // 2, round(SIZE[1] * (1 - BAND / 2)) - letters.height // 2), letters)
    return page
