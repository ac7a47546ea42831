"""What lies in a folder, as it is compared: the same for two runs of one command, another for anything half-made."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.files.set_aside import parse
from engine.recording import Recording
from engine.recording.format.layout import RecordingError
from engine.recording.reading.seals import check_recording
from renders.cache.beat_cache import Cache
from renders.film.provenance import changed_files, require_provenance

Tree = Mapping[str, str]  # paths within a folder, and what tells what is there
# What tells how long something took, or when it was looked at, is another each time; a folder of scratch may be there
_VARYING = ("cache/costs/", "cache/recordings/", "cache/stamps.json")
_RECORDING = "recording "
_LEFT_OUT = ("reels", "__pycache__")


def tree(folder: Path) -> dict[str, str]:
    """Return what lies in a folder: files by the hashes of what they hold, recordings by their digests."""
    return dict(sorted(_told(folder, folder)))


def _told(folder: Path, root: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.iterdir()):
        name = path.relative_to(root).as_posix()
        if path.name in _LEFT_OUT:
            continue
        if path.is_symlink():
            yield name, f"link to {path.readlink()}"
        elif path.is_dir() and path.suffix == ".zarr" and (digest := _digest(path)):
            yield name, _RECORDING + digest
        elif path.is_dir():
            yield name, "folder"
            yield from _told(path, root)
        else:
            yield name, "varying" if name.startswith(_VARYING) or path.name == "entry.json" else content(path)


def content(path: Path) -> str:
    """Return the hash of what a file holds; of a presentation that of its parts but for when it was made."""
    if path.suffix == ".pptx":
        with zipfile.ZipFile(path) as parts:
            names = sorted(name for name in parts.namelist() if not name.startswith("docProps/"))
            return hashlib.sha256(b"".join(parts.read(name) for name in names)).hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest(path: Path) -> str:
    """Return the digest of a complete recording, in which there is nothing else; "" for what is none."""
    try:
        recording = Recording.open(path)
        if not recording.complete or recording.path != path:
            return ""
        check_recording(path)
    except RecordingError:
        return ""
    return recording.digest


def faults(folder: Path, old: Tree, new: Tree) -> list[str]:
    """Return what is neither as it was nor as it is to be; drafts, and what is growing, do not count."""
    found = []
    now = {name: told for name, told in tree(folder).items() if not _is_begun(name)}
    for name, told in now.items():
        if told not in (old.get(name), new.get(name)):
            found.append(f"{name} is half-made")
    for name in old:
        if name in new and name not in now and not _is_begun(name) and not _stands_by(folder, name, old, new):
            found.append(f"{name} is lost")
    return [*found, *_film_faults(folder / "films"), *_cache_faults(folder / "cache" / "beats")]


def _is_begun(name: str) -> bool:
    return name.startswith("cache/partial") or any(
        parse(Path(part)) or part.endswith(".unfinished.zarr") for part in name.split("/")
    )


def _stands_by(folder: Path, name: str, old: Tree, new: Tree) -> bool:
    """Tell whether what has no name just now is whole under another that tells what it is.

    That is the moment between two steps: a recording that is complete where it grew, a folder that was moved aside,
    what tells of a film while the files of the film, all of them made, come into their places.
    """
    if old[name].startswith(_RECORDING):
        path = folder / name
        opened = Recording.open(path)
        check_recording(opened.path)
        return _RECORDING + opened.digest in (old[name], new[name])
    if (path := folder / name).suffix == ".json":
        return any(content(told) == new[name] for told in path.parent.glob(f".*.partial.{path.stem}/{path.name}"))
    for outer in (Path(name), *list(Path(name).parents)[:-1]):
        for aside in (folder / outer).parent.glob(f".*.replaced.{outer.name}"):
            held = {one: told for one, told in old.items() if one.startswith(f"{outer}/")}
            moved = {f"{outer}/{one}": told for one, told in tree(aside).items()}
            return not (folder / outer).exists() and held.items() <= moved.items()
    return False


def _film_faults(films: Path) -> Iterator[str]:
    """Yield a line for each film that does not hold what the .json beside it says."""
    for path in (*films.glob("[!.]*.json"), *films.glob("[!.]*/[!.]*.json")):
        yield from changed_files(path, require_provenance(path))


def _cache_faults(beats: Path) -> Iterator[str]:
    if beats.is_dir():
        for path in sorted(beats.iterdir()):
            if not parse(path) and Cache(beats).find(path.name) is None:
                yield f"the entry {path.name} is half-made"
