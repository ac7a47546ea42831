"""Writes and checks a film's provenance: its `.json`, which tells what it was made from and what its files were.

It is sealed and holds the SHA-256 of every file of the film. So a changed byte is noticed in any of them and in itself,
whatever the files' times say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.files.door import DoorError, checked, parsed, read_bytes, require_file_names
from renders.base.errors import RenderError, describe_os_error
from renders.base.seals import SealError, file_hash, sealed, unsealed
from renders.request.paths import written_whole

FORMAT = 2  # 1 had no number, no seal and no hashes
_AGAIN = "render the film again"
_OURS = ("film", "title")  # what every version of it tells


class ProvenanceError(RenderError):
    """An error where a provenance cannot be relied on."""


class ChangedProvenanceError(ProvenanceError):
    """An error where a provenance is not as it was written."""


class ForeignProvenanceError(ProvenanceError):
    """An error where there is no provenance of ours."""


def write_provenance(path: Path, facts: Mapping[str, Any], files: Sequence[Path]) -> None:
    """Write facts about a film with the hashes of its files, which lie beside it, and seal it."""
    hashes = {file.name: file_hash(file) for file in files}
    with written_whole(path) as draft:
        draft.write_bytes(sealed({"format": FORMAT, **facts, "files": hashes}))


def read_provenance(path: Path) -> dict[str, Any]:
    """Return the provenance of a film; nothing where it cannot be relied on."""
    try:
        return require_provenance(path)
    except ProvenanceError:
        return {}


def require_provenance(path: Path) -> dict[str, Any]:
    """Return the provenance of a film, without the seal.

    Raises ForeignProvenanceError where there is none of ours, ChangedProvenanceError where it is not as it was written,
    ProvenanceError where it is of another version, does not fit the schema or cannot be read.
    """
    try:
        stored = read_bytes(path)
    except FileNotFoundError:
        raise ForeignProvenanceError(f"there is no {path}") from None
    except DoorError as error:
        raise ForeignProvenanceError(f"{path} is not the provenance of a film of ours: {error}") from None
    except OSError as error:
        raise ProvenanceError(f"{path} cannot be read: {describe_os_error(error)}") from None
    told = _parsed(path, stored)
    found = told.get("format", 1)
    if not isinstance(found, int) or found < FORMAT:
        raise ProvenanceError(f"{path} is of an older version; {_AGAIN}")
    if found > FORMAT:
        raise ProvenanceError(
            f"{path} is of format {found}, and this neuroreel reads up to {FORMAT}: update neuroreel, or {_AGAIN}"
        )
    try:
        told = unsealed(stored)
    except SealError:
        raise ChangedProvenanceError(f"{path} is damaged or was changed since it was written; {_AGAIN}") from None
    try:
        _require_sense(told)
    except DoorError as error:
        raise ProvenanceError(f"{path} is not what a film of ours has beside it: {error}; {_AGAIN}") from None
    return told


def _parsed(path: Path, stored: bytes) -> dict[str, Any]:
    try:
        told = parsed(stored)
    except DoorError as error:
        raise ChangedProvenanceError(f"{path} is damaged: {error}; {_AGAIN}") from None
    if not isinstance(told, dict) or not all(key in told for key in _OURS):
        raise ForeignProvenanceError(f"{path} is not the provenance of a film of ours")
    return told


def _require_sense(told: Mapping[str, Any]) -> None:
    """Raise DoorError unless a provenance is of our schema, and names its film among files that lie beside it."""
    from renders.cache.schema import ProvenanceTold

    checked(told, ProvenanceTold)
    require_file_names(told["files"])
    if told["film"] not in told["files"]:
        raise DoorError("its film is not among its files")


def is_current(
    path: Path, stamp: str, stamps: Path | None = None, tell: Callable[[str], None] = lambda line: None
) -> bool:
    """Tell whether the film beside this provenance has the stamp, and all its files are as they were written.

    stamps: see `file_hash`. tell: called with a line for each file that is not.
    """
    try:
        told = require_provenance(path)
    except ChangedProvenanceError:
        tell(f"{path} was changed since it was written")
        return False
    except ProvenanceError:
        return False
    if told.get("stamp") != stamp:
        return False
    changed = changed_files(path, told, stamps)
    for line in changed:
        tell(line)
    return not changed


def changed_files(path: Path, told: Mapping[str, Any], stamps: Path | None = None) -> list[str]:
    """Return a line for each file of a film that is gone or is not as it was written. path: of the provenance."""
    return [line for _, line in _changes(path, told, stamps)]


def changed_names(path: Path, told: Mapping[str, Any]) -> set[str]:
    """Return the names of the files of a film that are gone or changed. path: of the provenance."""
    return {name for name, _ in _changes(path, told)}


def _changes(path: Path, told: Mapping[str, Any], stamps: Path | None = None) -> Iterator[tuple[str, str]]:
    for name, known in told["files"].items():
        if line := _change(path.with_name(name), known, stamps):
            yield name, line


def _change(file: Path, known: str, stamps: Path | None) -> str:
    try:
        found = file_hash(file, stamps)
    except FileNotFoundError:
        return f"{file} is gone"
    except OSError as error:
        return f"{file} cannot be read: {describe_os_error(error)}"
    return "" if found == known else f"{file} was changed since it was rendered"


def require_film_of(path: Path, told: Mapping[str, Any], film: Path) -> None:
    """Raise ProvenanceError unless the provenance at `path` tells of that very film, whatever its name is now."""
    name = told["film"]
    if file_hash(film) == told["files"][name]:
        return
    if name != film.name:
        raise ProvenanceError(
            f"{path} belongs to another film, {name}, not to {film.name}: put its own .json beside it, or {_AGAIN}"
        )
    raise ProvenanceError(f"{film} was changed since it was rendered; {_AGAIN}, or remove {path.name}")
