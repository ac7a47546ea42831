"""Opens and lists the files of a recording, none of which leads out of its folder.

A recording is folders and plain files, and nothing else: no links, pipes or devices. Its own folder may be reached by a
link, which the user chooses.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from io import BufferedReader
from itertools import accumulate
from pathlib import Path

from engine.files.door import DoorError, open_plainly, require_file_names
from engine.files.set_aside import parse
from engine.recording.format.layout import (
    AGAIN,
    CHECKPOINT,
    METADATA,
    RecordingError,
    lost_error,
    unreadable_error,
)

_CHUNK = re.compile(r"c(/\d+)+")


def belongs(name: str, arrays: Collection[str] | None = None) -> bool:
    """Tell whether a recording has a file of that name, or had one while it was written.

    arrays: the names of its arrays; None where they are unknown, for any.
    """
    begun = parse(Path(name))
    plain = Path(name).with_name(begun.name).as_posix() if begun else name.removesuffix(".partial")
    if plain == METADATA or CHECKPOINT.fullmatch(plain):
        return True
    array, _, rest = plain.partition("/")
    known = bool(rest) if arrays is None else array in arrays
    return known and (rest == METADATA or bool(_CHUNK.fullmatch(rest)))


def open_stored(path: Path, name: str) -> BufferedReader:
    """Open the file called `name`, with / between its parts, in the recording at `path`.

    Raises `RecordingError` where it is gone, cannot be read, is no plain file, or lies beyond a link.
    """
    require_stored(path, name)
    try:
        return open_plainly(path / name)
    except FileNotFoundError:  # gone since then
        raise gone_error(path, name) from None
    except DoorError as error:
        raise unlike_error(path, name, str(error)) from None
    except OSError as error:
        raise unreadable_error(path, name, error) from None


def read_stored(path: Path, name: str, most: int) -> bytes:
    """Return a stored file's bytes; raises `RecordingError` as `open_stored` does, or where they exceed `most`."""
    try:
        with open_stored(path, name) as file:
            content = file.read(most + 1)
    except OSError as error:
        raise unreadable_error(path, name, error) from None
    if len(content) > most:
        raise unlike_error(path, name, f"it holds more than the {most:,} bytes that it can have")
    return content


def require_stored(path: Path, name: str) -> os.stat_result:
    """Return size and times of a file of the recording at `path`; raises `RecordingError` as `open_stored` does."""
    try:
        require_file_names(name.split("/"))
        for part in accumulate(name.split("/"), "{}/{}".format):
            found = os.lstat(path / part)
            if _is_link(found):
                raise unlike_error(path, part, "it is a link, and may lead anywhere")
    except (FileNotFoundError, NotADirectoryError):
        raise gone_error(path, name) from None
    except DoorError as error:
        raise unlike_error(path, name, str(error)) from None
    except OSError as error:
        raise unreadable_error(path, name, error) from None
    if not stat.S_ISREG(found.st_mode):
        raise unlike_error(path, name, "it is no plain file")
    return found


def stored_files(path: Path, inside: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Yield name, size and times of each file of the recording at `path`, except the one that holds the header.

    inside: the array whose files alone are wanted. Files that go meanwhile, since it is being written, are passed over.
    Raises `RecordingError` where something is no folder nor plain file, OSError where a folder cannot be listed.
    """
    if inside and _is_link(os.lstat(path / inside)):
        raise unlike_error(path, inside, "it is a link, and may lead anywhere")
    folders = [inside]
    while folders:
        folder = folders.pop()
        for entry in _entries(path / folder, may_be_gone=bool(folder)):
            name = f"{folder}/{entry.name}" if folder else entry.name
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if _is_link(found):
                raise unlike_error(path, name, "it is a link, and may lead anywhere")
            if stat.S_ISDIR(found.st_mode):
                folders.append(name)
            elif not stat.S_ISREG(found.st_mode):
                raise unlike_error(path, name, "it is no plain file")
            elif name != METADATA:
                yield name, found


def _entries(folder: Path, *, may_be_gone: bool) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        if may_be_gone:
            return []
        raise


def _is_link(found: os.stat_result) -> bool:
    """Tell whether something is a link, or what Windows has in place of links to folders."""
    junction = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)
    return stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", None) == (junction or -1)


def gone_error(path: Path, name: str) -> RecordingError:
    """Return the error for a file that is gone; a recording gets another name when it is complete."""
    if os.path.lexists(path / METADATA):
        return lost_error(path, name)
    return RecordingError(f"{path} is no longer there: it was completed, replaced or moved meanwhile; open it again")


def unlike_error(path: Path, name: str, what: str) -> RecordingError:
    """Return the error for something that is not the file which belongs in a recording under that name."""
    return RecordingError(f"{path} is damaged: {name}: {what}; {AGAIN}, or bring the file itself back")
