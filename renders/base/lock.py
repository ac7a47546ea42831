"""Lets one process at a time render a chapter; a second one waits for the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


@contextmanager
def chapter_lock(cache: Path, chapter: str, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of a chapter for the block; the operating system frees it when its holder dies, however it dies."""
    folder = cache / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{chapter}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"{chapter} is being rendered by another process; waiting until it is done")
        lock.acquire(poll_interval=0.2)
    try:
        yield
    finally:
        lock.release()


def is_locked(folder: Path) -> bool:
    """Tell whether any of the locks in a folder is held now."""
    for path in sorted(folder.glob("*.lock")):
        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
    return False
