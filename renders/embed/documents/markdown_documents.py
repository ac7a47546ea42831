"""Writes documents in Markdown: for Quarto, for readers of plain Markdown, and the transcript."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from urllib.parse import unquote

from renders.captions.writing import write_vtt
from renders.clip.clip import Clip
from renders.embed.documents.markdown import escaped, yaml_text
from renders.embed.documents.media import PlacedShot, place_films, place_posters
from renders.embed.documents.slide import Shot, color_behind, shots_of, title_of
from renders.request.embed_request import EmbedRequest
from renders.web.drawn import have_pictures
from renders.web.texts import clock_time, language_tag, told_in
from renders.web.video_tag import CaptionTrack, caption_languages, video_tag
from renders.web.why import why
from scenes.language.translation import written

_STILLS = "stills"
_SILENCE = 1.0  # seconds without a word that end a paragraph
_DIGEST = 10  # characters, as on the films' end card

_DRAWN_FROM = {
    "en": ("What the pictures were drawn from", "experiment", "seed", "steps", "digest of the recording"),
    "zh_CN": ("画面所依据的数据", "实验", "随机种子", "步数", "记录的摘要"),
}

_FRONT = """---
title: {title}
lang: {language}
title-slide-attributes:
  data-background-color: "{behind}"
format:
  revealjs:
    width: 1280
    height: 720
    margin: 0.04
    controls: false
  html:
    toc: true
resources:
  - films/*
---"""


def write_quarto(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write a folder with an index.qmd, to be rendered as slides and as a page, and films and posters beside it."""
    target.mkdir()
    placed = place_films(shots_of(clips), target, wish)
    front = _FRONT.format(
        title=yaml_text(title_of(clips, wish)),
        language=language_tag(clips[0].language),
        behind=color_behind(clips[0]),
    )
    _write(target / "index.qmd", [front, *(part for one in placed for part in _quarto_slide(one, target, wish))])


def _quarto_slide(placed: PlacedShot, target: Path, wish: EmbedRequest) -> Iterator[str]:
    shot = placed.shot
    yield f'## {escaped(shot.title)} {{background-color="{color_behind(shot.clip)}"}}'
    player = _player(placed, target, wish)
    fence = "`" * (1 + max(map(len, re.findall(r"`{3,}", player)), default=2))
    yield f"{fence}{{=html}}\n{player}\n{fence}"
    notes = "\n\n".join(f"{time} {escaped(line)}" for time, line in timed_lines(shot))
    if notes:
        yield f"::: {{.notes}}\n{notes}\n:::"


def write_markdown(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write a folder with an index.md that shows the films with their steps, and films, posters and captions beside it.

    Where no film is shown, as on GitHub, its poster links to it.
    """
    target.mkdir()
    placed = place_films(shots_of(clips), target, wish)
    parts = [f"# {escaped(title_of(clips, wish))}"]
    for one in placed:
        if len(placed) > 1:
            parts.append(f"## {escaped(one.shot.title)}")
        parts.append(_player(one, target, wish))
        if steps := [f"- {time} {escaped(line)}" for time, line in timed_lines(one.shot)]:
            parts.append("\n".join(steps))
    _write(target / "index.md", parts)


def _player(placed: PlacedShot, target: Path, wish: EmbedRequest) -> str:
    """Return a shot as a player in one block of HTML, which Markdown ends at an empty line."""
    shot, title = placed.shot, escape(placed.shot.title)
    picture = f'<img src="{escape(placed.poster)}" alt="{title}" width="640">'
    return video_tag(
        _span(placed),
        title=shot.title,
        poster=placed.poster,
        tracks=tuple(_caption_files(placed, target)),
        loop=wish.look.loop,
        # Without its <p> Pandoc would make one that ends only after the film
        instead=f'<p><a href="{escape(placed.film)}">{picture}</a></p>',
    )


def timed_lines(shot: Shot) -> Iterator[tuple[str, str]]:
    """Yield the steps of a shot: when each line begins, by the clock of its own film, and the line."""
    for line, text in zip(shot.section.lines if shot.section else (), shot.said, strict=False):
        yield clock_time(round(line.start if shot.is_whole else line.start - shot.start)), text


def _caption_files(placed: PlacedShot, target: Path) -> Iterator[CaptionTrack]:
    """Write a film's captions beside it, and yield them."""
    clip, stem = placed.shot.clip, placed.film.rpartition(".")[0]
    for language in caption_languages(clip):
        source = f"{stem}.{language}.vtt"
        write_vtt(clip.cues(language), target / unquote(source))
        yield CaptionTrack(source, language)


def _span(placed: PlacedShot) -> str:
    """Return the address of a shot's film, or of its part of a longer film (Media Fragments URI, 4.2.1)."""
    shot = placed.shot
    return placed.film if shot.is_whole else f"{placed.film}#t={shot.start:g},{shot.end:g}"


def write_transcript(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write a folder with an index.md of what is said, a section a beat with its still, and what it was drawn from."""
    (target / _STILLS).mkdir(parents=True)
    shots = [shot for shot in shots_of(clips) if not shot.is_card]
    stills = place_posters(shots, target / _STILLS)
    parts = [f"# {escaped(title_of(clips, wish))}"]
    notes: list[str] = []
    for shot, still in zip(shots, stills, strict=True):
        parts += [f"## {escaped(shot.title)}"] if len(shots) > 1 else []
        parts += [f"*{_time(shot)}*", f"![{escaped(shot.title)}]({_STILLS}/{still.name})", *_paragraphs(shot, notes)]
    _write(target / "index.md", [*parts, *_sources(clips), *notes])


def _time(shot: Shot) -> str:
    if shot.is_whole:
        return clock_time(round(shot.clip.info.seconds))
    return f"{clock_time(round(shot.start))}–{clock_time(round(shot.end))}"


def _paragraphs(shot: Shot, notes: list[str]) -> Iterator[str]:
    """Yield what is said in a shot, each paragraph with its time; one ends where nothing is said for a while.

    notes: takes a footnote for each line that has evidence, to which the line refers.
    """
    between = "" if shot.clip.language.startswith("zh") else " "
    texts: list[str] = []
    times = [time for time, _ in timed_lines(shot)]
    lines = shot.section.lines if shot.section else ()
    reasons = why(shot.section, have_pictures(shot.clip)) if shot.section else []
    for number, (line, text) in enumerate(zip(lines, shot.said, strict=False)):
        if texts and line.start - lines[number - 1].end > _SILENCE:
            yield between.join(texts)
            texts = []
        begins = f"**{times[number]}** " if not texts else ""
        texts.append(begins + escaped(text) + _note(reasons[number], shot.clip.language, notes))
    if any(texts):
        yield between.join(texts)


def _note(reasons: Sequence[Mapping[str, str]], language: str, notes: list[str]) -> str:
    """Add a footnote with the evidence of a line, and return the reference to it; "" where there is none to tell."""
    if not reasons:
        return ""
    mark = f"[^{len(notes) + 1}]"
    notes.append(f"{mark}: {' '.join(escaped(told_in(reason, language)) for reason in reasons)}")
    return mark


def _sources(clips: Sequence[Clip]) -> Iterator[str]:
    """Yield what the pictures were drawn from: every experiment with its seed, its length and its digest."""
    recordings = {name: told for clip in clips for name, told in clip.recordings.items()}
    if not recordings:
        return
    title, *heads = _DRAWN_FROM[clips[0].language]
    yield f"## {title}"
    rows = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for name, told in recordings.items():
        cells = (_cell(told["experiment"].get(key)) for key in ("seed", "steps"))
        rows.append(f"| {escaped(name)} | {' | '.join(cells)} | `{told['digest'][:_DIGEST]}` |")
    yield "\n".join(rows)


def _cell(value: object) -> str:
    return "–" if value is None else escaped(written(value))


def _write(path: Path, parts: Sequence[str]) -> None:
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8", newline="\n")
