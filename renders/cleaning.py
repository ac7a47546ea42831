"""What takes how much space, and how to be rid of it."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from renders.errors import RenderError, describe_os_error
from renders.listing import size, table
from renders.lock import is_locked
from renders.places import EMBEDS, GALLERY, Places
from renders.provenance import read_provenance
from scenes import catalog

KINDS = ("cache", "films", "recordings")


@dataclass(frozen=True)
class Heap:
    """Things of one kind: what they are, where, and their bytes."""

    kind: str
    title: str
    paths: tuple[Path, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(_size(path) for path in self.paths)


def heaps(places: Places) -> tuple[Heap, ...]:
    """Return what there is of each kind. Recordings cost training, films and cache only rendering."""
    return (
        Heap("cache", "pieces kept so that only what changed is rendered again", tuple(_children(places.cache))),
        Heap("films", "films with what stands beside them, embeds, the gallery", tuple(_films(places))),
        Heap("recordings", "recorded trainings", tuple(_children(places.recordings))),
    )


def size_lines(places: Places) -> Iterator[str]:
    """Yield what there is of each kind, and what removes it."""
    yield from table((f"--{heap.kind}", size(heap.size), heap.title) for heap in heaps(places))


def remove(places: Places, kinds: Collection[str]) -> int:
    """Remove the kinds of things named and return how many bytes that freed; raise RenderError during a render."""
    if is_locked(places.cache):
        raise RenderError("a film is being rendered now; wait until it is done, then clean")
    freed = 0
    for heap in heaps(places):
        if heap.kind in kinds:
            freed += heap.size
            for path in heap.paths:
                _remove(path)
    return freed


def _films(places: Places) -> Iterator[Path]:
    """Yield what has a film's name, and nothing else that may lie there."""
    patterns = [pattern for chapter in catalog.CHAPTERS for pattern in (chapter.name, f"{chapter.name}[.-]*")]
    patterns += (EMBEDS, GALLERY)
    for name in _films_of_recordings(places):
        patterns += [escape(name), f"{escape(name)}.*"]
    yield from sorted({path for pattern in patterns for path in places.films.glob(pattern)})


def _films_of_recordings(places: Places) -> Iterator[str]:
    """Yield the names of the films that are no chapters, as they tell themselves."""
    for path in (*places.films.glob("*.json"), *places.films.glob("*/*.json")):
        told = read_provenance(path)
        if isinstance(told.get("chapter"), str) and "film" in told:
            yield told["chapter"]


def _children(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(folder.iterdir())


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)


def _remove(path: Path) -> None:
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise RenderError(f"cannot remove {path}: {describe_os_error(error)}") from error
