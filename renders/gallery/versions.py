"""Groups films by their subjects, and those of each subject by versions, the one to begin with first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from renders.clip.clip import ClipSection
from renders.gallery.find import GalleryFilm
from renders.request.style import DARK
from renders.web.texts import NATIVE
from scenes import catalog
from scenes.look.choices import WIDE

BEST = ("high", "medium", "4k", "low", "draft")  # 4k is more than most rooms can show, and slow to come


@dataclass(frozen=True)
class Version:
    """The films in one language, quality, style and variant, in the order of the page.

    films: the chapter's, if there is one, else those of its beats. apart: films of single beats beside the chapter's.
    """

    films: tuple[GalleryFilm, ...]
    apart: Mapping[str, GalleryFilm]

    @property
    def first(self) -> GalleryFilm:
        """The first film; all are alike in what makes a version."""
        return self.films[0]

    @property
    def beats(self) -> tuple[ClipSection, ...]:
        """All beats in it, in order."""
        return tuple(section for film in self.films for section in film.clip.beats)

    @property
    def name(self) -> str:
        """The name that tells it from other versions."""
        clip, look = self.first.clip, self.first.clip.look or {}
        theme, aspect, voice = look.get("theme", DARK), look.get("aspect", WIDE), look.get("voice", "")
        told = [
            NATIVE.get(clip.language, clip.language),
            f"{clip.quality} {min(clip.info.width, clip.info.height)}p".strip(),
            theme if theme != DARK else "",
            aspect if aspect != WIDE else "",
            "loop" if look.get("loop") else "",
            f"voice {voice}" if voice else "",
            self.first.variant,
        ]
        return " · ".join(part for part in told if part)


@dataclass(frozen=True)
class Subject:
    """A chapter, a compilation, or a recording of somebody's own, with its versions, the best one first."""

    name: str
    title: Mapping[str, str]
    versions: tuple[Version, ...]

    @property
    def beats(self) -> tuple[ClipSection, ...]:
        """Every beat that is in any version, in order, each as the best version has it."""
        found = {section.label: section for version in reversed(self.versions) for section in version.beats}
        order = _order(self.name)
        first = [section.label for version in self.versions for section in version.beats]
        return tuple(sorted(found.values(), key=lambda one: (order.get(one.name, len(order)), first.index(one.label))))


def subjects_of(films: Sequence[GalleryFilm]) -> list[Subject]:
    """Return the subjects of films: the chapters as in the catalogue, then all others by name."""
    by_name: dict[str, list[GalleryFilm]] = {}
    for film in films:
        by_name.setdefault(film.clip.chapter, []).append(film)
    found = [_subject(name, of_name) for name, of_name in by_name.items()]
    chapters = [chapter.name for chapter in catalog.CHAPTERS]
    return sorted(found, key=lambda one: (chapters.index(one.name) if one.name in chapters else 99, one.name))


def _subject(name: str, films: Sequence[GalleryFilm]) -> Subject:
    alike: dict[Any, list[GalleryFilm]] = {}
    for film in films:
        look = json.dumps(film.clip.look, sort_keys=True)
        alike.setdefault((film.clip.language, film.clip.quality, look, film.variant), []).append(film)
    versions = sorted((_version(name, group) for group in alike.values()), key=_preference, reverse=True)
    return Subject(name, _title(name, films), tuple(versions))


def _version(name: str, films: Sequence[GalleryFilm]) -> Version:
    whole = tuple(film for film in films if not film.is_beat)
    beats = {film.clip.beats[0].label: film for film in films if film.is_beat}
    if whole:
        return Version(whole, beats)
    order = _order(name)
    return Version(tuple(sorted(beats.values(), key=lambda film: order.get(film.clip.beats[0].name, len(order)))), {})


def ranks(versions: Sequence[Version]) -> list[int]:
    """Return the rank of each version for a beat that several have: 0 is the best."""
    order = sorted(versions, key=_goodness, reverse=True)
    return [order.index(version) for version in versions]


def _preference(version: Version) -> tuple[Any, ...]:
    """Return the key by which the version to begin with is the greatest: what has more beats is better."""
    variant, usual, *rest = _goodness(version)
    return variant, usual, len(version.beats), *rest


def _goodness(version: Version) -> tuple[Any, ...]:
    clip, look = version.first.clip, version.first.clip.look or {}
    usual = look.get("theme", DARK) == DARK and look.get("aspect", WIDE) == WIDE and not look.get("loop")
    rank = -BEST.index(clip.quality) if clip.quality in BEST else -len(BEST)
    languages = list(NATIVE)
    language = -languages.index(clip.language) if clip.language in languages else -len(languages)
    return not version.first.variant, usual, language, rank, bool(look.get("voice"))


def _order(chapter: str) -> Mapping[str, int]:
    """Return the places of a chapter's beats in its film; none where the catalogue does not know it."""
    known = [one for one in catalog.CHAPTERS if one.name == chapter]
    return {beat.name: place for one in known for place, beat in enumerate(one.beats)}


def _title(name: str, films: Sequence[GalleryFilm]) -> Mapping[str, str]:
    """Return the title of a subject, by language: that of the film of all of it, or that in the catalogue."""
    for film in films:
        if not film.is_beat:
            return film.clip.title
    return dict(_catalogue_title(name)) or dict.fromkeys(NATIVE, name)


def _catalogue_title(name: str) -> Iterator[tuple[str, str]]:
    from scenes.language.translation import translate

    for chapter in catalog.CHAPTERS:
        if chapter.name == name:
            yield from ((language, translate(chapter.title, language)) for language in NATIVE)
