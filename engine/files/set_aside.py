"""Names what is set aside beside a path: a draft that will replace it, or the old one that was moved away.

    .4711-0a1b2c3d-4e5f6a7b.partial.network.mp4     the draft of network.mp4
    .4711-0a1b2c3d-4e5f6a7b.replaced.network.mp4    what stood there, until the draft stands

The first number is the process that made it, the second its machine, the third is random, and the same for a draft and
what it replaces. So the next process knows what a killed one has left, and leaves alone what a living one is writing.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PARTIAL, REPLACED = "partial", "replaced"
LONG = "~"  # begins what stands for a name that is too long to be repeated
LONGEST = 200  # bytes of a place's name that a draft's repeats: file systems take 255
PATIENCE = 24 * 3600.0  # seconds after which a draft counts as left where nobody can ask whether its process lives
_OURS = re.compile(rf"\.([1-9]\d{{0,9}})-([0-9a-f]{{8}})-([0-9a-f]{{8}})\.({PARTIAL}|{REPLACED})\.(.+)", re.DOTALL)
_living: set[str] = set()  # the random parts of the names that this process is using


@dataclass(frozen=True)
class Aside:
    """A file or a folder that is set aside. kind: `PARTIAL` or `REPLACED`. name: the name of the path that it is of."""

    path: Path
    process: int
    machine: str
    token: str
    kind: str
    name: str

    @property
    def is_used(self) -> bool:
        """Whether the process that made it may still be at work on it."""
        if self.machine == this_machine():
            if self.process == os.getpid():
                return self.token in _living
            if os.name != "nt":  # where signal 0 would end it
                return _lives(self.process)
        return _age(self.path) < PATIENCE

    @property
    def other(self) -> Path:
        """The path of the draft that belongs to this old one, or of the old one that belongs to this draft."""
        kind = PARTIAL if self.kind == REPLACED else REPLACED
        return self.path.with_name(f".{self.process}-{self.machine}-{self.token}.{kind}.{self.name}")


def draft_of(path: Path) -> Path:
    """Return a name for the draft of `path`, which counts as used until `release`."""
    token = uuid.uuid4().hex[:8]
    _living.add(token)
    return path.with_name(f".{os.getpid()}-{this_machine()}-{token}.{PARTIAL}.{name_aside(path)}")


def release(draft: Path) -> None:
    """Mark a draft's name as no longer used by this process."""
    if found := parse(draft):
        _living.discard(found.token)


def old_of(draft: Path) -> Path:
    """Return the path to which the old one is moved that a draft replaces."""
    found = parse(draft)
    if found is None:
        raise ValueError(f"{draft.name} is not the name of a draft")
    return found.other


def parse(path: Path) -> Aside | None:
    """Return the parts of a name that was made here, None for any other name."""
    match = _OURS.fullmatch(path.name)
    return Aside(path, int(match[1]), match[2], match[3], match[4], match[5]) if match else None


def asides(folder: Path, wanted: Callable[[str], bool] = lambda name: True) -> Iterator[Aside]:
    """Yield what is set aside in a folder for paths whose names are wanted; nothing where there is no folder."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for name in names:
        found = parse(folder / name)
        if found and wanted(found.name):
            yield found


def name_aside(path: Path) -> str:
    """Return what stands for a path in the names of what is set aside: its name, or a digest where that is long.

    For a draft it is the name of the path that the draft is of.
    """
    found = parse(path)
    if found:
        return found.name
    if len(os.fsencode(path.name)) <= LONGEST:
        return path.name
    return LONG + hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16] + path.suffix[:16]


@cache
def this_machine() -> str:
    """Return eight hex digits for the machine, or the container, in which process numbers are unique."""
    space = ""
    with suppress(OSError):  # Linux alone has it
        space = os.readlink("/proc/self/ns/pid")
    return hashlib.sha256(f"{platform.node()} {space}".encode()).hexdigest()[:8]


def _lives(process: int) -> bool:
    """Tell whether a process of this machine is there, and is not one that ended and was not yet waited for."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's
        return True
    with suppress(OSError, IndexError):
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
        return told.rpartition(")")[2].split()[0] not in ("Z", "X")
    return True


def _age(path: Path) -> float:
    """Return for how many seconds something has not been written to, nor moved."""
    try:
        found = path.lstat()
    except OSError:
        return 0.0
    return time.time() - max(found.st_mtime, found.st_ctime)
