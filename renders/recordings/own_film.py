"""Composes the film of a recording that is given by its path or its name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.recording import Recording
from engine.recording.format.layout import unfinished_path
from renders.base.errors import RenderError
from renders.recordings.film_names import SUFFIX, film_name, named_films
from renders.request.paths import Paths
from scenes.animate.composition import compose
from scenes.beats.entries import ChapterEntry

_UNFINISHED = ".unfinished"


def find_recording(told: str, places: Paths) -> Path:
    """Return the path of a recording, complete or not: see `recording_called`.

    Raises RenderError, with the nearest name, where there is none.
    """
    if found := recording_called(told, places):
        return found
    near = difflib.get_close_matches(_plain(told), recording_names(places), n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else f"it is neither a path nor a name in {places.recordings}"
    raise RenderError(f"no recording '{told}': {hint}")


def recording_called(told: str, places: Paths) -> Path | None:
    """Return the path of a recording, complete or not, given by its path, its name among the project's, or its film's.

    None where there is none.
    """
    plain = _plain(told)
    paths = [Path(f"{plain}{SUFFIX}"), Path(told), places.recordings / f"{plain}{SUFFIX}"]
    if filmed := named_films(places).get(plain):
        paths.append(filmed)
    for path in paths if Path(plain).name else ():
        if path.exists() or unfinished_path(path).exists():
            return path
    return None


def recording_names(places: Paths) -> list[str]:
    """Return the names by which recordings can be called: of the project's, and of films of others."""
    ours = (path.name.removesuffix(SUFFIX) for path in sorted(places.recordings.glob(f"[!.]*{SUFFIX}")))
    return list(dict.fromkeys([*ours, *named_films(places)]))


def _plain(told: str) -> str:
    return told.rstrip("/\\").removesuffix(SUFFIX).removesuffix(_UNFINISHED)


def compose_film(path: Path, beats: Sequence[str], places: Paths) -> tuple[ChapterEntry, Paths]:
    """Return the film of the recording at `path`, of all that it holds or of the beats named, and its paths."""
    recording = Recording.open(path)
    film = compose(recording, beats, name=film_name(path, places))
    return film, replace(places.beside(path), given={film.name: path.resolve()})


def named_beats(told: Sequence[str]) -> tuple[str, ...]:
    """Return the names of beats in the values of --beats, given once or several times, with commas or without."""
    return tuple(name.strip() for names in told for name in names.split(",") if name.strip())
