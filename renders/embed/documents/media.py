"""Places films and posters in the folder of a deck or a document."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from engine.files.replacing import scratch_folder
from renders.clip.clip import Clip
from renders.embed.documents.slide import Shot
from renders.request.embed_request import EmbedRequest
from renders.web.browser import playable
from renders.web.texts import file_names
from renders.web.video_tag import MIME, data_uri

FOLDER = "films"


@dataclass(frozen=True)
class PlacedShot:
    """A shot with the addresses of its film and its poster, relative to the document beside their folder."""

    shot: Shot
    film: str
    poster: str


def place_films(shots: Sequence[Shot], document: Path, wish: EmbedRequest) -> list[PlacedShot]:
    """Put the films of shots, once each, and their posters into a folder beside a document."""
    folder = document / FOLDER
    folder.mkdir(parents=True)
    clips = list({id(shot.clip): shot.clip for shot in shots}.values())
    own = [next(shot for shot in shots if shot.clip is clip) for clip in clips]
    names = file_names(shot.name if shot.is_whole else shot.clip.stem for shot in own)
    films = {id(clip): put_film(clip, folder / name, wish) for clip, name in zip(clips, names, strict=True)}
    return [
        PlacedShot(shot, _address(films[id(shot.clip)]), _address(poster))
        for shot, poster in zip(shots, place_posters(shots, folder), strict=True)
    ]


def place_posters(shots: Sequence[Shot], folder: Path) -> list[Path]:
    """Write the posters of shots into a folder and return where they are."""
    pictures = [folder / f"{name}.png" for name in file_names(shot.name for shot in shots)]
    for shot, picture in zip(shots, pictures, strict=True):
        shot.picture().save(picture, format="png")
    return pictures


def put_film(clip: Clip, place: Path, wish: EmbedRequest) -> Path:
    """Copy a clip's film, as browsers play it, to a place, and return its path with the ending."""
    with scratch_folder() as scratch:
        film = playable(clip, scratch, wish).film
        return Path(shutil.copyfile(film, place.with_name(f"{place.name}{film.suffix.lower()}")))


def embedded_film(clip: Clip, wish: EmbedRequest) -> str:
    """Return a clip's film, as browsers play it, as a data URI."""
    with scratch_folder() as scratch:
        film = playable(clip, scratch, wish).film
        return data_uri(film.read_bytes(), MIME[film.suffix.lower()])


def _address(path: Path) -> str:
    return f"{path.parent.name}/{quote(path.name)}"
