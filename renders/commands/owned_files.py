"""Finds the files in our folders that we made: by their names, by the `.json` of a film, by a list that we kept.

What somebody else put there is not ours, whatever a `.json` says of it. So a film's `.json` counts only for files of
its own name that hold what it says, and never for files outside of the folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from engine.files.set_aside import PARTIAL, asides, parse
from engine.recording.format.files import belongs
from engine.recording.format.header import read_header
from engine.recording.format.layout import METADATA, RecordingError
from renders.base.listed_files import files_in, made_in
from renders.film.provenance import changed_names, read_provenance
from renders.gallery.pages import MEDIA, is_page
from renders.recordings.film_names import NAMES, films_beside
from renders.request.paths import EMBEDS, GALLERY, Paths
from renders.request.quality import QUALITIES
from scenes import catalog
from scenes.animate.composition import BEATS
from scenes.language.translation import LANGUAGES

_FILM_ENDINGS = ("mp4", "mov")
_BESIDE = ("json", "png", "still.png", "sheet.png", *(f"{one}.{kind}" for one in LANGUAGES for kind in ("srt", "vtt")))
_MARKED = rf"\.(?:{'|'.join(LANGUAGES)})\.(?:{'|'.join(QUALITIES)})(?:\.[\w-]+)*"  # language, quality, look
_ENDING = rf"\.(?:{'|'.join(map(re.escape, (*_FILM_ENDINGS, *_BESIDE)))})"


def films(places: Paths) -> Iterator[Path]:
    """Yield the files of films, embeds and the gallery."""
    folders = [folder for folder in _folders(places.films) if folder.name not in (EMBEDS, GALLERY)]
    chapters = {chapter.name for chapter in (*catalog.CHAPTERS, catalog.course())}
    beats = {beat.name for beat in BEATS}
    for folder in (places.films, *_folders(places.films)):
        yield from _left_in(folder) if folder != places.recordings else ()
    yield from _films_in(places.films, chapters)
    for folder in folders:
        known = {beat.name for chapter in catalog.CHAPTERS if chapter.name == folder.name for beat in chapter.beats}
        yield from _films_in(folder, known or beats)
    yield from made_in(places.films / EMBEDS)
    names = places.home / NAMES
    if names.is_file() and not films_beside(places):  # which are found by it
        yield names
    yield from gallery_files(places.films / GALLERY)


def _folders(folder: Path) -> list[Path]:
    """Return the folders in a folder that are there themselves, rather than by a link, and are not hidden."""
    if not folder.is_dir():
        return []
    return [one for one in sorted(folder.iterdir()) if one.is_dir() and not one.is_symlink() and one.name[0] != "."]


def _films_in(folder: Path, names: set[str]) -> Iterator[Path]:
    """Yield the files of films in a folder: those called as films of these names are, and what a `.json` tells of."""
    if not folder.is_dir():
        return
    ours = re.compile(rf"(?:{'|'.join(sorted(map(re.escape, names)))})(?:-[0-9a-f]{{8}})?{_MARKED}{_ENDING}")
    found = {path for path in folder.iterdir() if ours.fullmatch(path.name) and not path.is_dir()}
    for path in folder.glob("*.json"):
        found |= set(_told_by(path))
    yield from sorted(found, key=lambda path: (path.suffix == ".json", path))  # what tells of the others goes last


def _told_by(path: Path) -> Iterator[Path]:
    """Yield the files of the film that a provenance tells of, with itself, as far as they are what it says."""
    told = read_provenance(path)
    if not told or Path(told["film"]).stem != path.stem:
        return
    changed = changed_names(path, told)
    for name in told["files"]:
        if name not in changed and name.removeprefix(f"{path.stem}.") in (*_FILM_ENDINGS, *_BESIDE):
            yield path.with_name(name)
    sheet = path.with_name(f"{path.stem}.sheet.png")
    yield from (one for one in (sheet, path) if one.is_file())


def gallery_files(folder: Path) -> Iterator[Path]:
    """Yield the pages of a gallery, and the films and pictures on them."""
    if not folder.is_dir() or folder.is_symlink():
        return
    pages = [path for path in sorted(folder.glob("*.html")) if is_page(path)]
    placed = re.compile(rf"{MEDIA}/[^/]+/\d+/[^/]+\.(?:{'|'.join((*_FILM_ENDINGS, 'webm', 'vtt', 'webp'))})")
    if pages:
        yield from (file for file in files_in(folder) if placed.fullmatch(file.relative_to(folder).as_posix()))
    yield from pages  # by which a gallery is known


def recordings(places: Paths) -> Iterator[Path]:
    """Yield the files of recordings whose folders hold nothing else, and the locks of trainings."""
    yield from sorted(places.recordings.glob(".*.zarr.lock"))
    yield from _left_in(places.recordings)
    for folder in _folders(places.recordings):
        try:
            header = read_header(folder)
        except RecordingError:
            continue
        files = list(files_in(folder))
        if all(belongs(file.relative_to(folder).as_posix(), header.arrays) for file in files):
            yield from sorted(files, key=folder.joinpath(METADATA).__eq__)  # by which a recording is known: last


def cache(places: Paths) -> Iterator[Path]:
    """Yield the files of the cache, known by the names that we give them."""
    if not places.cache.is_dir():
        return
    for file in files_in(places.cache):
        name = file.relative_to(places.cache).as_posix()
        if any(one.fullmatch(name) for one in _CACHED) or _is_left(file) or _is_left(file.parent):
            yield file


def _left_in(folder: Path) -> Iterator[Path]:
    """Yield the files of drafts in a folder that killed calls left; what they moved aside may hold others' files."""
    for found in asides(folder):
        if _is_left(found.path):
            yield from files_in(found.path)


def _is_left(path: Path) -> bool:
    found = parse(path)
    return found is not None and found.kind == PARTIAL and not found.is_used


_CACHED = tuple(
    re.compile(pattern)
    for pattern in (
        r"beats/[0-9a-f]{32}/(entry\.json|film\.\w+)",
        r"costs/[^/]+\.json|recordings/[^/]+\.json|locks/[^/]+\.lock|stamps\.json",
        r"typeset/[0-9a-f]{64}\.npz",
        r"(partial|voice)/.+",  # what is being rendered, and what was said: nobody else has anything there
    )
)
