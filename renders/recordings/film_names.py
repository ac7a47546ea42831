"""Names the films of recordings: each as its recording, unless another film or folder of ours is called so already."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from filelock import FileLock

from engine.files.door import DoorError, checked, read_bytes
from engine.recording.format.layout import unfinished_path
from renders.base.names import slug
from renders.base.seals import SealError, sealed, unsealed
from renders.request.paths import EMBEDS, GALLERY, Paths, written_whole
from scenes import catalog

SUFFIX = ".zarr"
NAMES = ".neuroreel-names"  # a file of the project: which recording each name stands for


def film_name(path: Path, places: Paths) -> str:
    """Return the name of the film of the recording at `path`, and note it.

    It is that of its folder, with "-recording" behind it where a chapter or a folder of ours is called so, and with a
    number where another recording is called so that is still there.
    """
    try:
        for folder in (places.home, places.cache / "locks"):
            folder.mkdir(parents=True, exist_ok=True)
        with FileLock(places.cache / "locks" / "film-names.lock"):
            name, known = _free_name(path, places)
            if known.get(name) != str(path.resolve()):
                with written_whole(places.home / NAMES) as draft:
                    draft.write_bytes(sealed({"names": {**known, name: str(path.resolve())}}))
            return name
    except OSError:  # nothing can be written there, and whoever tries will say so
        return _free_name(path, places)[0]


def _free_name(path: Path, places: Paths) -> tuple[str, dict[str, str]]:
    """Return a name that no other recording has, and the recordings that names stand for."""
    known, own = _known(places.home), str(path.resolve())
    names = _candidates(path, places)
    return next(name for name in names if known.get(name, own) == own or not _is_there(Path(known[name]))), known


def _candidates(path: Path, places: Paths) -> Iterator[str]:
    name = slug(path.name.removesuffix(SUFFIX)) or "recording"
    films = {chapter.name for chapter in (*catalog.CHAPTERS, catalog.course())}
    taken = films | {places.recordings.name, EMBEDS, GALLERY}
    plain = f"{name}-recording" if name in taken else name
    yield plain
    yield from (f"{plain}-{number}" for number in count(2))


def named_films(places: Paths) -> dict[str, Path]:
    """Return the recordings that are still there of films that were made, by the films' names."""
    return {name: Path(path) for name, path in _known(places.home).items() if _is_there(Path(path))}


def films_beside(places: Paths) -> dict[str, Path]:
    """Return where the recordings of films lie, by the films' names; but those among the project's."""
    there = {name: path.parent for name, path in named_films(places).items()}
    return {name: folder for name, folder in there.items() if folder != places.recordings.resolve()}


def _is_there(path: Path) -> bool:
    return path.exists() or unfinished_path(path).exists()


def _known(folder: Path) -> dict[str, str]:
    """Return the recordings that names stand for; none where that is damaged."""
    try:
        return checked(unsealed(read_bytes(folder / NAMES)).get("names"), dict[str, str])
    except (OSError, SealError, DoorError):
        return {}
