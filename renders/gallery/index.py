"""Builds the first page of the gallery: every chapter, every beat as a picture with its title, and a search field."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from renders.clip.clip import ClipSection
from renders.gallery.versions import Subject
from renders.web.document import GALLERY, document, filled, page_facts, texts
from renders.web.texts import as_headings, clock_time, language_tag
from scenes.language.translation import LANGUAGES


@dataclass(frozen=True)
class GalleryCard:
    """A subject, its page, and the address of a picture for each of its beats, by label."""

    subject: Subject
    page: str
    pictures: Mapping[str, str]


def index_page(cards: Sequence[GalleryCard]) -> str:
    """Return the HTML of the first page."""
    language = LANGUAGES[0]
    title = "neuroreel"
    body = filled("gallery.html", chapters="\n".join(map(_chapter, cards)))
    facts = page_facts(dict.fromkeys(LANGUAGES, title), language)
    return document(
        title,
        body,
        facts,
        language=language,
        styles=("base.css", "gallery.css", "narrow.css"),
        scripts=("base.js", "gallery.js"),
        generator=GALLERY,
    )


def _chapter(card: GalleryCard) -> str:
    beats = card.subject.beats
    seconds = sum(beat.seconds for beat in beats)
    page = html.escape(quote(card.page))
    several = "one_beat" if len(beats) == 1 else "some_beats"
    told = html.escape(texts()[several]["en"].replace("{count}", str(len(beats))))
    items = "\n".join(_beat(card, beat, number + 1) for number, beat in enumerate(beats))
    return (
        f'<section class="chapter">\n<div class="head"><h2>{_said(card.subject.title)}</h2>'
        f'<p><span class="count"><span data-text="{several}" data-count="{len(beats)}">{told}</span> · '
        f"{clock_time(seconds)}</span> "
        f'<a href="{page}?play"><span data-text="whole">{html.escape(texts()["whole"]["en"])}</span>'
        f'<span class="unseen">: {_said(card.subject.title)}</span></a></p></div>\n<ol>\n{items}\n</ol>\n</section>'
    )


def _beat(card: GalleryCard, beat: ClipSection, number: int) -> str:
    address = html.escape(f"{quote(card.page)}#{quote(beat.label)}")
    picture = card.pictures.get(beat.label, "")
    shown = (
        f'<img src="{html.escape(picture)}" alt="" loading="lazy" width="640" height="360">'
        if picture
        else '<span class="blank"></span>'
    )
    return (
        f'<li><a href="{address}">{shown}<span class="name"><span class="number">{number}</span>'
        f'<span class="title">{_said(beat.title)}</span>'
        f'<span class="long">{clock_time(beat.seconds)}</span></span></a></li>'
    )


def _said(title: Mapping[str, str]) -> str:
    """Return a title in every language, each in an element of its own; once where it is the same in all."""
    return "".join(_each(title))


def _each(title: Mapping[str, str]) -> Iterator[str]:
    known = as_headings({language: title[language] for language in LANGUAGES if title.get(language)} or title)
    if len(set(known.values())) == 1:
        yield html.escape(next(iter(known.values())))
        return
    for language, text in known.items():
        yield f'<span class="said" lang="{html.escape(language_tag(language))}">{html.escape(text)}</span> '
