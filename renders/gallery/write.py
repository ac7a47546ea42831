"""Writes the gallery: a folder of plain files with all films, to be opened, or put on any server, as it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

from engine.files.replacing import link_or_copy
from renders.base.errors import RenderError
from renders.base.listed_files import files_in
from renders.base.names import cut_name, slug
from renders.base.replacing import made_at
from renders.captions.writing import write_vtt
from renders.gallery.find import GalleryFilm, find_films
from renders.gallery.index import GalleryCard, index_page
from renders.gallery.pages import INDEX, MEDIA, PLACED, is_page
from renders.gallery.versions import Subject, Version, ranks, subjects_of
from renders.request.paths import GALLERY as FOLDER
from renders.request.paths import Paths, require_writable
from renders.web.browser import pictures_of
from renders.web.document import GALLERY, document, page_facts, player_body
from renders.web.facts import Files, clip_facts
from scenes.language.translation import LANGUAGES


def write_gallery(places: Paths, target: Path | None = None) -> Path:
    """Write the gallery of all films into a folder, `target` or one among the films, and return its first page.

    A gallery that is there is replaced by the new one when that is whole; what else lies in it stays. Raises
    RenderError, one line, where there is nothing to be shown, or the folder is somebody else's or cannot be written.
    """
    target = (target or places.films / FOLDER).resolve()
    _require_ours(target)
    films = find_films(places, target)
    if not films:
        raise RenderError(
            f"there is no film in {places.films} to be shown: render one first, such as `neuroreel render network`"
        )
    require_writable(target.parent)
    with made_at(target, _keep_others) as draft:
        draft.mkdir()
        cards = []
        pages: set[str] = {INDEX}
        for subject in subjects_of(films):
            page = _page_name(subject.name, pages)
            cards.append(_write_subject(subject, page, draft))
        (draft / INDEX).write_text(index_page(cards), encoding="utf-8", newline="\n")
    return target / INDEX


def _write_subject(subject: Subject, page: str, folder: Path) -> GalleryCard:
    """Write the page of a subject, and the films on it; return what the index shows of it."""
    pictures: dict[str, str] = {}
    versions = []
    for number, (version, rank) in enumerate(zip(subject.versions, ranks(subject.versions), strict=True)):
        place = f"{MEDIA}/{page.removesuffix('.html')}/{number + 1}"
        (folder / place).mkdir(parents=True)
        clips = [_clip(film, folder, place, version) for film in version.films]
        for clip in clips:
            for section in clip["sections"]:
                if section["kind"] == "beat":
                    pictures.setdefault(section["label"], section["picture"])
        name, beats = dict.fromkeys(LANGUAGES, version.name), len(version.beats)
        versions.append({"name": name, "beats": beats, "rank": rank, "clips": clips})
    language = LANGUAGES[0]
    facts = page_facts(subject.title, language, home=INDEX, versions=versions)
    title = subject.title.get(language) or subject.name
    whole = document(title, player_body(), facts, language=language, generator=GALLERY)
    (folder / page).write_text(whole, encoding="utf-8", newline="\n")
    return GalleryCard(subject, page, pictures)


def _clip(film: GalleryFilm, folder: Path, place: str, version: Version) -> dict[str, Any]:
    """Put a film with all that belongs to it in its place, and return what the player is told of it."""
    facts = clip_facts(film.clip, _files(film, folder, place, pictures=True))
    for section in facts["sections"]:
        own = version.apart.get(section["label"])
        if own:
            files = _files(own, folder, place, pictures=False)
            section["own"] = {"film": files.film, "file": own.clip.film.name, "tracks": files.tracks}
    return facts


def _files(film: GalleryFilm, folder: Path, place: str, *, pictures: bool) -> Files:
    """Put a film's files in a place of the folder, and return their addresses."""
    clip = film.clip
    ending, names = clip.film.suffix, _numbered(cut_name(clip.stem))
    stem = next(stem for stem in names if not (folder / place / f"{stem}{ending}").exists())
    link_or_copy(clip.film.resolve(), folder / place / f"{stem}{ending}")
    tracks, shown = {}, {}
    for language in LANGUAGES:
        if cues := clip.cues(language):
            name = f"{stem}.{language}.vtt"
            write_vtt(cues, folder / place / name)
            tracks[language] = quote(f"{place}/{name}")
    for number, (label, picture) in enumerate(pictures_of(clip) if pictures else ()):
        name = f"{stem}.{number + 1}.webp"
        (folder / place / name).write_bytes(picture)
        shown[label] = quote(f"{place}/{name}")
    return Files(film=quote(f"{place}/{stem}{ending}"), pictures=shown, tracks=tracks)


def _page_name(name: str, taken: set[str]) -> str:
    """Return a name for a page that no other has, and note that it is taken."""
    plain = slug(name) or "film"
    page = next(f"{one}.html" for one in _numbered(plain) if f"{one}.html".lower() not in taken)
    taken.add(page.lower())
    return page


def _numbered(plain: str) -> Iterator[str]:
    yield plain
    yield from (f"{plain}-{number}" for number in count(2))


def _require_ours(target: Path) -> None:
    """Raise RenderError where something stands that is no gallery, and is not to be lost."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not is_page(target / INDEX):
        raise RenderError(f"{target} is there already and is no gallery; give another folder with --out")


def _keep_others(old: Path, new: Path) -> None:
    """Link or copy what somebody put into the old gallery, such as a CNAME, into the new one."""
    for path in old.iterdir():
        if path.name != MEDIA and not is_page(path) and not os.path.lexists(new / path.name):
            link_or_copy(path, new / path.name)
    for path in files_in(old / MEDIA) if (old / MEDIA).is_dir() else ():
        there = new / path.relative_to(old)
        if not PLACED.fullmatch(path.relative_to(old).as_posix()) and not os.path.lexists(there):
            there.parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(path, there)
