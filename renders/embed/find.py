"""Finds the rendered films of named clips, and renders what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.recording.format.layout import METADATA
from renders.base.errors import WrongUsageError
from renders.base.names import slug
from renders.base.progress import say
from renders.clip.clip import ENDINGS, Clip
from renders.embed.targets import Target
from renders.film.chapter_film import render_films
from renders.film.execution import order_for
from renders.recordings.checked_recordings import Train
from renders.recordings.film_names import SUFFIX
from renders.recordings.own_film import compose_film, recording_called, recording_names
from renders.recordings.training import finish_recording
from renders.request.embed_request import EmbedRequest
from renders.request.language import DEFAULT_LANGUAGE
from renders.request.paths import Paths
from renders.request.quality import find_quality
from renders.request.render_request import RenderRequest
from scenes import catalog
from scenes.beats.entries import ChapterEntry, Compilation
from scenes.catalog import find_chapter
from scenes.look.choices import CatalogError, no_such

WHAT = "a film file, CHAPTER, CHAPTER/BEAT, RECORDING or RECORDING/BEAT"


@dataclass(frozen=True)
class Named:
    """A named clip: some beats of a chapter or of the film of a recording, in order, or a film file.

    given: the recording that such a film is of, by its name; its own film lies in `folder`.
    """

    name: str
    chapter: ChapterEntry | None = None
    beats: tuple[str, ...] = ()
    film: Path | None = None
    given: Mapping[str, Path] = field(default_factory=dict)
    folder: Path | None = None

    def within(self, places: Paths) -> Paths:
        """Return the folders of what is made of this clip alone."""
        return replace(places, films=self.folder or places.films, given={**places.given, **self.given})


def find_named(told: str, places: Paths) -> Named:
    """Return the clip that CLIP names; raises WrongUsageError where there is no such thing.

    Where a recording is called as a chapter is, it is the chapter, which is said in a line.
    """
    path = Path(told)
    if path.is_file():
        return Named(slug(path.name.removesuffix(path.suffix)) or "clip", film=path)
    if path.suffix.lower() in ENDINGS:
        raise WrongUsageError(f"there is no film '{told}'; give {WHAT}")
    name, _, beat = told.partition("/")
    try:
        if any(chapter.name == name for chapter in catalog.CHAPTERS):
            if recording_called(name, places):
                say(f"'{name}' is a chapter; for the recording of that name give ./{name}, or its path")
            return _named_of(find_chapter(name), beat)
        if own := _of_recording(told, places):
            return own
    except CatalogError as error:
        raise WrongUsageError(f"no clip '{told}': {error}; or give a film file") from None
    if path.is_dir():
        raise WrongUsageError(f"'{told}' is a folder; give {WHAT}")
    names = (*(chapter.name for chapter in catalog.CHAPTERS), *recording_names(places))
    raise WrongUsageError(f"{no_such('no clip', told, dict.fromkeys(names))}; or give a film file")


def _named_of(chapter: ChapterEntry, beat: str) -> Named:
    """Return the clip of a beat of a chapter, or of all of them where none is named."""
    if not beat:
        return Named(chapter.name, chapter, tuple(one.name for one in chapter.beats))
    return Named(f"{chapter.name}-{beat}", chapter, (chapter.beat(beat).name,))


def _of_recording(told: str, places: Paths) -> Named | None:
    """Return the clip of the film of a recording, RECORDING or RECORDING/BEAT; None where there is none called so."""
    whole, _, beat = told.rpartition("/")
    for name, within in ((told, ""), (whole, beat)):
        path = recording_called(name, places) if name else None
        if path and (path.suffix == SUFFIX or (path / METADATA).exists()):
            finish_recording(path)
            film, found = compose_film(path, (), places)
            return replace(_named_of(film, within), given=found.given, folder=found.films)
    return None


def find_clips(
    named: Sequence[Named], wish: EmbedRequest, target: Target, places: Paths, train: Train
) -> Sequence[Clip]:
    """Return the clips of what is named, having rendered what is missing: one, joined, or one for each beat."""
    if target.joined:
        return (_joined(named, wish, target, places, train),)
    return tuple(clip for one in named for clip in _beats(one, wish, target, one.within(places), train))


def _joined(named: Sequence[Named], wish: EmbedRequest, target: Target, places: Paths, train: Train) -> Clip:
    """Return the one film of all that is named; several have one title card before them."""
    parts = tuple((one.chapter, one.beats) for one in named if one.chapter)
    if len(named) > 1 and len(parts) < len(named):
        raise WrongUsageError("a film file is embedded alone; join CHAPTER/BEAT or RECORDING/BEAT")
    if named[0].film:
        return Clip.open(named[0].film)
    chapter, beats = parts[0]
    folders = named[0].within(places)
    if len(named) > 1:
        given = {name: path for one in named for name, path in one.given.items()}
        folders = replace(places, films=common_folder(named, places), given={**places.given, **given})
        title = wish.title or ", ".join(dict.fromkeys(chapter.title for chapter, _ in parts))
        chapter, beats = Compilation(joined_name(named), title, parts=parts), ()
    elif len(beats) == len(chapter.beats):
        beats = ()
    return Clip.open(render_films(_order(chapter, beats, wish, target), folders, train).films[-1])


def _beats(one: Named, wish: EmbedRequest, target: Target, places: Paths, train: Train) -> Iterator[Clip]:
    """Yield a clip for each beat of what is named; a film file is one clip, whatever is in it."""
    if one.film:
        yield Clip.open(one.film)
    elif one.chapter:
        order = _order(one.chapter, one.beats, wish, target)
        yield from map(Clip.open, render_films(order, places, train).films)


def common_folder(named: Sequence[Named], places: Paths) -> Path:
    """Return where the films of several clips lie: beside the first if all are of recordings, else with ours."""
    return named[0].folder if named[0].folder and all(one.folder for one in named) else places.films


def joined_name(named: Sequence[Named]) -> str:
    """Return the name of several clips together."""
    return slug("--".join(one.name for one in named))


def _order(chapter: ChapterEntry, beats: tuple[str, ...], wish: EmbedRequest, target: Target) -> RenderRequest:
    quality = wish.quality or find_quality(target.quality)
    look = replace(wish.look, transparent=wish.look.transparent or target.transparent)
    return order_for(chapter, beats, quality, wish.language or DEFAULT_LANGUAGE, wish.workers, look=look)
