"""Finds the films that were rendered, by their provenance, and says which of them cannot be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from renders.base.errors import RenderError
from renders.base.progress import say
from renders.clip.clip import Clip
from renders.film.provenance import ProvenanceError, require_provenance
from renders.recordings.film_names import films_beside
from renders.request.parts import Kind
from renders.request.paths import EMBEDS, RECORDINGS, Paths
from renders.web.browser import is_playable


@dataclass(frozen=True)
class GalleryFilm:
    """A film that can be shown. variant: its experiments' settings that are not the usual ones, in words."""

    clip: Clip
    variant: str

    @property
    def is_beat(self) -> bool:
        """Whether it is the film of one beat, rather than of a chapter."""
        return [section.kind for section in self.clip.sections] == [Kind.BEAT]

    @property
    def labels(self) -> frozenset[str]:
        """The labels of the beats in it."""
        return frozenset(section.label for section in self.clip.beats)


class _CannotShow(Exception):
    """An error that says why a film is left out."""


def find_films(places: Paths, but: Path) -> list[GalleryFilm]:
    """Return the films in our folder, and in the folders of the chapters in it, but those within `but`.

    The films of recordings that lie elsewhere lie beside them. A film that is damaged, is not ours, or is played by no
    browser is left out; a line says so.
    """
    found = []
    for path in _provenances(places, but):
        try:
            found.append(_open(path))
        except ProvenanceError as error:  # which names the file itself
            say(f"left out: {error}")
        except (_CannotShow, RenderError) as error:
            say(f"left out: {path}: {error}")
    return found


def _provenances(places: Paths, but: Path) -> Iterator[Path]:
    """Yield what is told of each film: of one that lies both in our folder and beside its recording, the latter."""
    found = {}
    for path in (*sorted(places.films.glob("*.json")), *sorted(places.films.glob("*/*.json"))):
        inner = path.parent
        if inner == places.films or not (inner.name in (EMBEDS, RECORDINGS) or inner.name[0] == "." or inner == but):
            found[path.relative_to(places.films)] = path
    for name, folder in films_beside(places).items():
        for path in (*sorted(folder.glob(f"{name}.*.json")), *sorted((folder / name).glob("*.json"))):
            found[path.relative_to(folder)] = path
    yield from found.values()


def _open(path: Path) -> GalleryFilm:
    told = require_provenance(path)
    name = told["film"]
    if not path.with_name(name).is_file():
        raise _CannotShow(f"its film {name} is gone; render it again")
    clip = Clip.open(path.with_name(name))
    variant = _variant(told.get("variant") or {})
    if not clip.sections:
        raise _CannotShow("its film has another name")
    if not is_playable(clip):
        raise _CannotShow(f"no browser plays {name}")
    return GalleryFilm(clip, variant)


def _variant(variant: Mapping[str, Mapping[str, object]]) -> str:
    """Return what is not usual about the experiments: "digits: seed 3, hidden 30, 20"."""
    return "; ".join(
        f"{name}: " + ", ".join(f"{setting.replace('_', ' ')} {_written(value)}" for setting, value in changes.items())
        for name, changes in variant.items()
    )


def _written(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
