"""Finds the rendered films of named clips, and renders what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from renders.base.errors import WrongUsageError
from renders.base.names import slug
from renders.clip.clip import ENDINGS, Clip
from renders.embed.targets import Target
from renders.film.chapter_film import render_films
from renders.film.execution import order_for
from renders.recordings.checked_recordings import Train
from renders.request.embed_request import EmbedRequest
from renders.request.language import DEFAULT_LANGUAGE
from renders.request.paths import Paths
from renders.request.quality import DEFAULT_QUALITY, find_quality
from renders.request.render_request import RenderRequest
from scenes import catalog
from scenes.beats.entries import ChapterEntry, Compilation
from scenes.catalog import find_chapter
from scenes.look.choices import CatalogError


@dataclass(frozen=True)
class Named:
    """A named clip: some beats of a chapter, in order, or a film file."""

    name: str
    chapter: ChapterEntry | None = None
    beats: tuple[str, ...] = ()
    film: Path | None = None


def find_named(told: str) -> Named:
    """Return the clip that CLIP names; raises WrongUsageError where there is no such thing."""
    path = Path(told)
    if path.is_file():
        return Named(slug(path.name.removesuffix(path.suffix)) or "clip", film=path)
    if path.is_dir() and told not in (chapter.name for chapter in catalog.CHAPTERS):
        raise WrongUsageError(f"'{told}' is a folder; give a film file, CHAPTER or CHAPTER/BEAT")
    if path.suffix.lower() in ENDINGS:
        raise WrongUsageError(f"there is no film '{told}'; give a film file, CHAPTER or CHAPTER/BEAT")
    name, slash, beat = told.partition("/")
    try:
        chapter = find_chapter(name)
        if not slash:
            return Named(name, chapter, tuple(one.name for one in chapter.beats))
        return Named(f"{name}-{beat}", chapter, (chapter.beat(beat).name,))
    except CatalogError as error:
        raise WrongUsageError(f"no clip '{told}': {error}; or give a film file") from None


def find_clips(
    named: Sequence[Named], wish: EmbedRequest, target: Target, places: Paths, train: Train
) -> Sequence[Clip]:
    """Return the clips of what is named, having rendered what is missing: one, joined, or one for each beat."""
    if target.joined:
        return (_joined(named, wish, target, places, train),)
    return tuple(clip for one in named for clip in _beats(one, wish, target, places, train))


def _joined(named: Sequence[Named], wish: EmbedRequest, target: Target, places: Paths, train: Train) -> Clip:
    """Return the one film of all that is named; several have one title card before them."""
    parts = tuple((one.chapter, one.beats) for one in named if one.chapter)
    if len(named) > 1 and len(parts) < len(named):
        raise WrongUsageError("a film file is embedded alone; what is to be joined is named as CHAPTER/BEAT")
    if named[0].film:
        return Clip.open(named[0].film)
    chapter, beats = parts[0]
    if len(named) > 1:
        title = wish.title or ", ".join(dict.fromkeys(chapter.title for chapter, _ in parts))
        chapter, beats = Compilation(joined_name(named), title, parts=parts), ()
    elif len(beats) == len(chapter.beats):
        beats = ()
    return Clip.open(render_films(_order(chapter, beats, wish, target), places, train).films[-1])


def _beats(one: Named, wish: EmbedRequest, target: Target, places: Paths, train: Train) -> Iterator[Clip]:
    """Yield a clip for each beat of what is named; a film file is one clip, whatever is in it."""
    if one.film:
        yield Clip.open(one.film)
    elif one.chapter:
        order = _order(one.chapter, one.beats, wish, target)
        yield from map(Clip.open, render_films(order, places, train).films)


def joined_name(named: Sequence[Named]) -> str:
    """Return the name of several clips together."""
    return slug("--".join(one.name for one in named))


def _order(chapter: ChapterEntry, beats: tuple[str, ...], wish: EmbedRequest, target: Target) -> RenderRequest:
    quality = wish.quality or find_quality(DEFAULT_QUALITY)
    look = replace(wish.look, transparent=wish.look.transparent or target.transparent)
    return order_for(chapter, beats, quality, wish.language or DEFAULT_LANGUAGE, wish.workers, look=look)
