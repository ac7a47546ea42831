"""Measures the disk space of what we made, by kind, and removes that and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.files.sizes import in_bytes
from renders.base.errors import RenderError, describe_os_error
from renders.base.listed_files import files_in
from renders.base.lock import is_locked
from renders.base.table import table
from renders.commands import owned_files
from renders.recordings.film_names import NAMES
from renders.request.paths import Paths

KINDS = ("cache", "films", "recordings")
MOST = 5  # files that are named as left


@dataclass(frozen=True)
class DiskUsage:
    """The disk usage of one kind of files.

    title: what they are. folder: where they lie. files: those in it that we made. others: the other files in it.
    """

    kind: str
    title: str
    folder: Path
    files: tuple[Path, ...]
    others: tuple[Path, ...]

    @property
    def size(self) -> int:
        """The size of the files that we made, bytes."""
        return sum(file.lstat().st_size for file in self.files)


def heaps(places: Paths) -> tuple[DiskUsage, ...]:
    """Return the disk usage of each kind; to make recordings again takes training, films and cache only rendering."""
    inner = (places.cache, places.recordings, places.home / NAMES)
    return (
        _heap(
            "cache", "pieces kept so that only what changed is rendered again", places.cache, owned_files.cache(places)
        ),
        _heap(
            "films",
            "films with what stands beside them, embeds, the gallery",
            places.films,
            owned_files.films(places),
            inner,
        ),
        _heap("recordings", "recorded trainings", places.recordings, owned_files.recordings(places)),
    )


def _heap(kind: str, title: str, folder: Path, made: Iterator[Path], but: Collection[Path] = ()) -> DiskUsage:
    """Return the disk usage of a kind. made: files in its folder that we made. but: folders of other kinds in it."""
    files = tuple(dict.fromkeys(made))
    known = set(files)
    there = files_in(folder) if folder.is_dir() else iter(())
    others = tuple(file for file in there if file not in known and not any(map(file.is_relative_to, but)))
    return DiskUsage(kind, title, folder, files, others)


def size_lines(places: Paths) -> Iterator[str]:
    """Yield a line for each kind: the option that removes it, its size and its title."""
    yield from table((f"--{heap.kind}", in_bytes(heap.size), heap.title) for heap in heaps(places))


def freed_line(places: Paths, kinds: Collection[str], say: Callable[[str], None]) -> str:
    """Remove what we made of the kinds named, as `remove` does, and return how much that freed, in words."""
    return f"{in_bytes(remove(places, kinds, say))} freed"


def remove(places: Paths, kinds: Collection[str], say: Callable[[str], None] = lambda line: None) -> int:
    """Remove what we made of the kinds named and return how many bytes that freed; say what was left, and why.

    Raises RenderError, with nothing removed, during a render, or during a training where recordings are named; and
    where a file cannot be removed.
    """
    if is_locked(places.cache / "locks"):
        raise RenderError("a film is being rendered now; wait until it is done, then clean")
    if "recordings" in kinds and is_locked(places.recordings):
        raise RenderError("a training is under way now; wait until it is done, then clean")
    freed = 0
    for heap in heaps(places):
        if heap.kind in kinds:
            freed += heap.size
            for file in heap.files:
                _remove(file)
            _remove_empty(heap.folder)
            _tell_others(heap, say)
    return freed


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise RenderError(f"cannot remove {path}: {describe_os_error(error)}") from error


def _remove_empty(folder: Path) -> None:
    """Remove the folders within a folder in which there is nothing any more."""
    if folder.is_dir():
        for one in sorted(
            (path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink()), reverse=True
        ):
            if not any(one.iterdir()):
                one.rmdir()


def _tell_others(heap: DiskUsage, say: Callable[[str], None]) -> None:
    for file in heap.others[:MOST]:
        say(f"left: {file} was not made by neuroreel, or was changed since")
    if len(heap.others) > MOST:
        say(f"left: {len(heap.others) - MOST} more files in {heap.folder}")
