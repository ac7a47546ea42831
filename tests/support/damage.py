"""What accidents and strangers do to files: seeded damages of plain files, of folders, of JSON and of names.

Each takes what is to be damaged and a random generator, and changes it in place.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

# What stands in JSON where something else should
WRONG: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 3, 2**31, 2**63, 2**70, 10**300, 1.5, float("nan"), float("inf"), "", "x", "../x",
    "\ud800", "a\0", "a\nb", "x" * 300, [], ["a"], [[]], [0], [-1], [2**40, 2**40], {}, {"a": {}}, {"": 1}, "int64",
    "float32", "object",
)  # fmt: skip
# Names that lead out of their folder, or that no file has
NAMES = (
    "../x", "..", ".", "", "/etc/passwd", "a/../../x", "a/./b", "./x", "//x", "..\\x", "C:\\x", "a\0b", "x" * 300,
    "名" * 200, "\ud800", "a\nb", "a/b/c/d", "~", "$HOME", "%2e%2e/x", "x/", "CON",
)  # fmt: skip


def files_in(folder: Path) -> list[Path]:
    """Return the plain files in a folder, in order."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def flip(file: Path, rng: Random) -> None:
    """Change one bit, or some bytes."""
    content = bytearray(file.read_bytes() or b"\0")
    for _ in range(rng.choice([1, 1, 1, 5])):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    file.write_bytes(content)


def cut(file: Path, rng: Random) -> None:
    """Keep the beginning, or lose something in between."""
    content = file.read_bytes()
    start = rng.randrange(len(content) + 1)
    file.write_bytes(content[:start] + (b"" if rng.random() < 0.7 else content[start + rng.randint(1, 9) :]))


def add(file: Path, rng: Random) -> None:
    """Put bytes somewhere into a file."""
    content = file.read_bytes()
    at = rng.choice([0, len(content), rng.randrange(len(content) + 1)])
    file.write_bytes(content[:at] + rng.choice([b" ", b"\0" * 100, rng.randbytes(20), content[:50]]) + content[at:])


def empty(file: Path, rng: Random) -> None:
    """Keep nothing."""
    file.write_bytes(b"")


def scramble(file: Path, rng: Random) -> None:
    """Have other bytes, as many."""
    file.write_bytes(rng.randbytes(file.stat().st_size))


BYTES: dict[str, Callable[[Path, Random], None]] = {
    "flipped": flip,
    "cut": cut,
    "added to": add,
    "emptied": empty,
    "scrambled": scramble,
}


def swap_files(folder: Path, rng: Random) -> None:
    """Have two files change places; mostly two of one size, which nothing but their content tells apart."""
    files = files_in(folder)
    one = rng.choice(files)
    alike = [file for file in files if file.name == one.name and abs(file.stat().st_size - one.stat().st_size) < 50]
    other = rng.choice(alike if rng.random() < 0.7 else files)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def copy_over(folder: Path, rng: Random) -> None:
    """Have a file hold what another one holds."""
    one, other = rng.choices(files_in(folder), k=2)
    other.write_bytes(one.read_bytes())


def remove(folder: Path, rng: Random) -> None:
    """Remove a file or a folder."""
    path = rng.choice(sorted(folder.rglob("*")))
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def put_in(folder: Path, rng: Random) -> None:
    """Put a file where none was."""
    places = [folder, *sorted(path for path in folder.rglob("*") if path.is_dir())]
    name = rng.choice(["x", "1", "0.partial", "zarr.json.partial", "checkpoint-0000000001.pt", "a\nb", ".hidden", "名"])
    path = rng.choice(places) / name
    if not path.exists():
        path.write_bytes(rng.randbytes(rng.randrange(40)))


def change_kind(folder: Path, rng: Random) -> None:
    """Have a folder where a file was, or a file where a folder was."""
    path = rng.choice(sorted(folder.rglob("*")))
    if path.is_dir():
        shutil.rmtree(path)
        path.write_bytes(b"")
    else:
        path.unlink()
        path.mkdir()


FOLDERS: dict[str, Callable[[Path, Random], None]] = {
    "files swapped": swap_files,
    "file copied over": copy_over,
    "removed": remove,
    "put in": put_in,
    "other kind": change_kind,
}


def link_out(folder: Path, rng: Random, outside: Path) -> None:
    """Have a link lead from a file or a folder in `folder` to the same thing in `outside`, a true copy of it."""
    path = rng.choice(sorted(folder.rglob("*")))
    _replace(path, lambda: path.symlink_to(outside / path.relative_to(folder)))


def link_away(folder: Path, rng: Random, outside: Path) -> None:
    """Have a link lead from something to anything else: a file, a folder, a device, itself, or nowhere."""
    path = rng.choice(sorted(folder.rglob("*")))
    targets = [outside, rng.choice(files_in(outside)), Path("/dev/zero"), Path("/etc/passwd"), path, folder / "nowhere"]
    target = rng.choice([*targets, rng.choice(files_in(folder))])
    _replace(path, lambda: path.symlink_to(os.path.relpath(target, path.parent) if rng.random() < 0.5 else target))


def pipe(folder: Path, rng: Random, outside: Path) -> None:
    """Have a pipe, which never ends, where a file or a folder was."""
    path = rng.choice(sorted(folder.rglob("*")))
    _replace(path, lambda: os.mkfifo(path))


def link_besides(folder: Path, rng: Random, outside: Path) -> None:
    """Put a link to a file outside where a program may write soon: beside a file, under the name of its draft."""
    file = rng.choice(files_in(folder))
    draft = file.with_name(f"{file.name}{rng.choice(['.partial', '.tmp', '~'])}")
    (draft.symlink_to if rng.random() < 0.5 else draft.hardlink_to)(rng.choice(files_in(outside)))


LINKS: dict[str, Callable[[Path, Random, Path], None]] = {
    "linked to a true copy": link_out,
    "linked away": link_away,
    "a pipe": pipe,
    "a link beside": link_besides,
}


def _replace(path: Path, make: Callable[[], None]) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    make()


def entries(content: Any, depth: int = 1) -> Iterator[tuple[Any, Any, int]]:
    """Yield all entries of nested JSON: where each is, its key there, and how deep that is."""
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in inner:
        yield content, key, depth
        yield from entries(value, depth + 1)


def change_json(content: Any, rng: Random) -> None:
    """Have something gone, or something else stand, somewhere in JSON that is a group or a list, however deep."""
    deepest = rng.choice([1, 2, 3, 4, 9])
    place, key, _ = rng.choice([entry for entry in entries(content) if entry[2] <= deepest])
    how = rng.random()
    if how < 0.2:
        del place[key]
    elif how < 0.3 and isinstance(place, dict):
        place[rng.choice(NAMES)] = place.pop(key)
    elif how < 0.45 and isinstance(place[key], int):
        place[key] = rng.choice([place[key] + 1, place[key] - 1, -place[key], place[key] * 1000, str(place[key])])
    elif how < 0.55:
        place[key] = copy.deepcopy(rng.choice(list(entries(content)))[0])
    else:
        place[key] = copy.deepcopy(rng.choice(WRONG))


def deep(levels: int) -> str:
    """Return JSON of so many lists in one another."""
    return "[" * levels + "]" * levels


def read_json(file: Path) -> Any:
    """Return the JSON of a file."""
    return json.loads(file.read_text(encoding="utf-8"))
