"""Lists the files that we put into a folder where others put files, too, with their hashes, in a file beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from engine.files.door import Digest, DoorError, checked, read_bytes, within
from engine.files.replacing import alone_in, written_whole
from renders.base.seals import SealError, file_hash, sealed, unsealed

LIST = ".neuroreel-made"


def note_made(folder: Path, place: Path) -> None:
    """Note in the list of a folder that we made `place`, a file or a folder with all in it.

    What was noted of it before is replaced.
    """
    name = place.relative_to(folder).as_posix()
    made = {file.relative_to(folder).as_posix(): file_hash(file) for file in files_in(place)}
    with alone_in(folder):  # of two at once none is forgotten
        others = {one: held for one, held in _known(folder).items() if one != name and not one.startswith(f"{name}/")}
        with written_whole(folder / LIST) as draft:
            draft.write_bytes(sealed({"made": {**others, **made}}))


def made_in(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder that are unchanged since we made them, then their list if there is one."""
    for name, held in _known(folder).items():
        try:
            file = within(folder, name)
            if file_hash(file) == held:
                yield file
        except (DoorError, OSError):  # gone, or led elsewhere since
            continue
    if (folder / LIST).is_file():
        yield folder / LIST


def files_in(place: Path) -> Iterator[Path]:
    """Yield a file, or all files within a folder; links are files, too, and not followed."""
    if place.is_symlink() or not place.is_dir():
        yield place
        return
    for folder, within_it, files in os.walk(place):
        links = [name for name in within_it if Path(folder, name).is_symlink()]
        yield from (Path(folder, name) for name in sorted([*files, *links]))


def _known(folder: Path) -> dict[str, str]:
    """Return the files noted, name -> hash; nothing where the list is damaged or was not written by us."""
    try:
        return checked(unsealed(read_bytes(folder / LIST)).get("made"), dict[str, Digest])
    except (OSError, SealError, DoorError):
        return {}
