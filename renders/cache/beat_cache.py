"""Keeps rendered film parts by their digests.

An entry is a folder with the film and a description. It is made elsewhere and moved to its place when it is whole. The
description holds the hashes of all other files and is sealed itself. So an entry that was changed is noticed, to the
last byte.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.files.door import DoorError, checked, read_bytes
from engine.files.replacing import remove_whole, replaced_whole, sweep
from engine.files.set_aside import parse
from renders.base.seals import SealError, file_hash, sealed, unsealed
from renders.cache.entry import Entry
from renders.cache.schema import EntryKept
from scenes.beats.timeline import Caption

DESCRIPTION = "entry.json"
LIMIT = 4 * 2**30  # bytes that the cache may hold after a render; the entries longest unused go first


class Cache:
    """A folder of entries, one for each rendered film part."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def holds(self, digest: str) -> bool:
        """Tell whether there is an entry of that digest, changed since it was put here or not."""
        return (self.folder / digest).is_dir()

    def find(self, digest: str) -> Entry | None:
        """Return the entry of that digest, None where there is none; one that was changed or damaged is removed."""
        if not self.holds(digest):
            return None
        folder = self.folder / digest
        entry = _read(folder)
        if entry is None:
            with suppress(OSError):  # where it cannot be removed it is found out again, and replaced by the next
                remove_whole(folder)
            return None
        os.utime(folder)  # the time of last use decides what goes first when the cache is full
        return entry

    def put(self, entry: Entry) -> Entry:
        """Move the folder in which the film of an entry lies into the cache; return the entry with its new path.

        An entry that is there, rendered again because that was asked for, stays until the new one stands.
        """
        partial = entry.film.parent
        described = {**asdict(entry), "film": entry.film.name, "files": _hashes(partial)}
        (partial / DESCRIPTION).write_bytes(sealed(described))
        place = self.folder / entry.digest
        self.folder.mkdir(parents=True, exist_ok=True)
        with replaced_whole(place) as draft:
            partial.rename(draft)
        return Entry(**{**vars(entry), "film": place / entry.film.name})

    def prune(self, limit: int = LIMIT, keep: Collection[str] = ()) -> None:
        """Remove the entries longest unused until the rest fit into `limit` bytes; those in `keep` stay."""
        self.clear()
        entries = [folder for folder in self.folder.glob("*") if folder.is_dir() and not parse(folder)]
        used = 0
        for folder in sorted(entries, key=lambda folder: folder.stat().st_mtime, reverse=True):
            used += sum(file.lstat().st_size for file in folder.iterdir())
            if used > limit and folder.name not in keep:
                with suppress(OSError):
                    remove_whole(folder)

    def clear(self) -> None:
        """Remove the entries that killed renders left half written or half removed."""
        sweep(self.folder)


def _read(folder: Path) -> Entry | None:
    """Return the entry in a folder, None where anything is missing, added or changed."""
    try:
        described = unsealed(read_bytes(folder / DESCRIPTION))
        checked(described, EntryKept)
        files = described.pop("files")
        if files != _hashes(folder) or described["film"] not in files or described["digest"] != folder.name:
            return None
        return Entry(
            **{
                **described,
                "captions": tuple(_caption(told) for told in described["captions"]),
                "reads": {name: tuple(reads) for name, reads in described["reads"].items()},
                "steps": tuple(described["steps"]),
                "claims": tuple(described["claims"]),
                "film": folder / described["film"],
            }
        )
    except (OSError, SealError, DoorError):  # of other versions, or damaged
        return None


def _caption(told: Mapping[str, Any]) -> Caption:
    return Caption(**{**told, "evidence": tuple(told["evidence"])})


def _hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of an entry but the description, by name."""
    return {path.name: file_hash(path) for path in sorted(folder.iterdir()) if path.name != DESCRIPTION}
