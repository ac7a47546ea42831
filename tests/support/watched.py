"""Do something in a child process and tell what it did: errors, time, memory, and what it touched outside of a folder.

The child is forked, so that all that was imported before is there; what it does is seen by an audit hook.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PATHS = {  # audit events, and where in their arguments paths stand
    "os.rename": (0, 1), "os.remove": (0,), "os.rmdir": (0,), "os.mkdir": (0,), "os.symlink": (1,), "os.link": (0, 1),
    "os.truncate": (0,), "os.chmod": (0,), "os.utime": (0,), "os.listdir": (0,), "os.scandir": (0,), "os.chown": (0,),
}  # fmt: skip
_READS = ("os.listdir", "os.scandir")
_NEVER = ("socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork")
MOST_BYTES = 6 * 2**30  # of address space beyond what it begins with: the machine is not to suffer from what is found
MOST_SECONDS = 120  # on the clock, after which a child is ended
WAITED = 30  # seconds on the clock that are no computing and count: of a machine that is busy with other things, fewer
IGNORED = ("/dev/null", "/proc/self", "/sys/")  # that Python and its libraries look into
CODE = (sys.prefix, sys.base_prefix, str(Path(__file__).parents[2]))  # whose programs may be read, to be imported


@dataclass
class Watched:
    """What a child did.

    result: what the function returned, plain JSON; None where it did not come to its end, and `died` says why. seconds:
    of computing, or on the clock where it hangs. megabytes: of memory above what it began with, at most, MiB. outside:
    what it opened, changed or called outside of its folder; written: what it wrote or changed inside.
    """

    result: Any = None
    died: str = ""
    seconds: float = 0.0
    megabytes: float = 0.0
    outside: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)


def watched(task: Callable[[], Any], folder: Path) -> Watched:
    """Call something in a child that may touch what is in `folder` alone, and return what it did."""
    theirs, ours = socket.socketpair()
    began = time.monotonic()
    child = os.fork()
    if not child:
        theirs.close()
        _in_child(task, folder, ours)
    ours.close()
    told = b"".join(iter(lambda: theirs.recv(2**20), b""))
    theirs.close()
    _, status, usage = os.wait4(child, 0)
    if not told:
        return Watched(died=f"status {status}", seconds=time.monotonic() - began, megabytes=usage.ru_maxrss / 1024)
    return Watched(**json.loads(told))


def _in_child(task: Callable[[], Any], folder: Path, ours: socket.socket) -> None:
    done = Watched()
    try:
        signal.alarm(MOST_SECONDS)
        most = _address_space() + MOST_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        before, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
        os.chdir(folder)  # where names are that are told beside a folder's descriptor
        watching = _watch(folder, done)
        try:
            done.result = task()
        except BaseException as error:
            done.died = f"{type(error).__name__}: {error}"
        watching.clear()
        after = resource.getrusage(resource.RUSAGE_SELF)
        done.seconds = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
        waited = time.monotonic() - began - done.seconds
        done.seconds += waited if waited > WAITED else 0.0
        done.megabytes = (after.ru_maxrss - before.ru_maxrss) / 1024
        ours.sendall(json.dumps(vars(done)).encode())
        ours.close()
    finally:
        os._exit(0)


def _address_space() -> int:
    """Return the bytes of addresses that this process has; libraries reserve more of these than they ever use."""
    told = Path("/proc/self/statm")
    return int(told.read_text().split()[0]) * resource.getpagesize() if told.exists() else 0


def _watch(folder: Path, done: Watched) -> set[str]:
    """Note from now on what is touched; return what says so until it is cleared."""
    watching, real = {"now"}, os.path.realpath(folder)

    def note(path: Any, event: str, *, changes: bool) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return  # a descriptor, which was seen when it was opened
        watching.clear()  # what follows is ours
        try:
            plain = os.path.abspath(os.fsdecode(path))
            follows = os.path.realpath(plain)
        except ValueError:  # no path at all
            return
        finally:
            watching.add("now")
        if plain.startswith(IGNORED) or (not changes and plain.startswith(CODE)):
            return
        where = plain if event in ("os.remove", "os.rename", "os.rmdir") else follows
        if os.path.commonpath([where, real]) != real and os.path.commonpath([where, str(folder)]) != str(folder):
            done.outside.append(f"{event} {plain}")
        elif changes:
            done.written.append(f"{event} {plain}")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if not watching:
            return
        if event == "open":
            note(arguments[0], event, changes=bool((arguments[2] or 0) & _WRITES))
        elif event in _PATHS:
            for place in _PATHS[event]:
                note(arguments[place], event, changes=event not in _READS)
        elif event in _NEVER:
            done.outside.append(f"{event} {arguments!r}")

    sys.addaudithook(hook)
    return watching
