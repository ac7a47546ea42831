"""Replaces a file or a folder so that the old one is there until the new one is, even if the process is killed.

The new one is made beside its place, under the name of a draft (see `engine.files.set_aside`), and moved when it is
complete: a file in one step; a folder by exchange with the old one, or, where the system cannot do that, in two steps,
between which a kill leaves the old one under a name that says so. `recover` repairs that, and removes what killed
processes left. Only what has such a name is removed, and only beside what is about to be written.

A killed process loses nothing that was written; a power failure may, unless `sync` brought it to the disk.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from engine.files.set_aside import LONG, REPLACED, asides, draft_of, name_aside, old_of, release

if sys.platform != "win32":
    import fcntl

_EXCHANGE = 2  # RENAME_EXCHANGE of Linux's renameat2
_HERE = -100  # AT_FDCWD: paths count from the current folder
PROBE = "probe"  # the file that is tried is the draft of one of this name, which never comes
Keep = Callable[[Path, Path], None]  # takes the old folder and the draft; brings into the draft what is to stay


@contextmanager
def written_whole(path: Path, *, recovering: bool = True, durable: bool = False) -> Iterator[Path]:
    """Yield the path of a draft beside the file `path`; move it into place if the block succeeds, remove it otherwise.

    recovering: whether leftovers of killed processes are cleared first. durable: whether it is on the disk in the end.
    """
    if recovering:
        recover(path)
    with _drafted(path) as draft:
        yield draft
        if durable:
            sync([draft])
        draft.replace(path)
        if durable:
            sync([path.parent])


@contextmanager
def replaced_whole(path: Path, keep: Keep | None = None) -> Iterator[Path]:
    """Yield an unused path beside `path` for the draft of a file or a folder; put the draft in its place afterwards.

    What is at `path` is left alone unless the block succeeds. keep: see `put_in_place`.
    """
    recover(path)
    with _drafted(path) as draft:
        yield draft
        put_in_place(draft, path, keep)


@contextmanager
def written_together(folder: Path, name: str, last: str) -> Iterator[Path]:
    """Yield an empty folder for files of `folder` that belong together; move them there if the block succeeds.

    name: the name of the set. last: the name of the file that describes the others. It is removed first and moved last,
    so that where it is all are complete and of one set; until all are made nothing happens to what is there.
    """
    recover(folder / name)
    with _drafted(folder / name) as made:
        made.mkdir()
        yield made
        (folder / last).unlink(missing_ok=True)
        for file in sorted(made.iterdir(), key=lambda file: (file.name == last, file.name)):
            file.replace(folder / file.name)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield an empty folder among the system's temporary ones; those of killed processes are removed first."""
    place = Path(tempfile.gettempdir()) / "neuroreel"
    recover(place)
    with _drafted(place) as folder:
        folder.mkdir(mode=0o700)
        yield folder


@contextmanager
def _drafted(path: Path) -> Iterator[Path]:
    draft = draft_of(path)
    try:
        yield draft
    finally:
        discard(draft)


def put_in_place(draft: Path, path: Path, keep: Keep | None = None) -> None:
    """Move the draft of a file or a folder to `path`; what was there is removed.

    keep: a function that is called with the old folder and the draft just before, to bring into the draft what is to
    stay, by links or copies: the old folder must stay whole until then. Of two calls at once the last one wins.
    """
    if not draft.is_dir() and not (path.is_dir() and not path.is_symlink()):
        draft.replace(path)
        return
    with alone_in(path.parent):
        _put_back(path)
        if keep and path.is_dir():
            keep(path, draft)
        if not os.path.lexists(path):
            draft.rename(path)
            return
        if not exchange(draft, path):
            _in_two_steps(draft, path, old_of(draft))
    discard(draft)  # where they changed places, the old one lies there


def move_in(made: Path, path: Path) -> None:
    """Move `made`, whose name tells that it is complete, to `path`; what was there is removed.

    A kill leaves it at the one path or the other, so that the next call can finish this: by `move_in`, then `recover`.
    """
    if not os.path.lexists(path):
        made.rename(path)
        return
    draft = draft_of(path)
    try:
        _in_two_steps(made, path, old_of(draft))
    finally:
        release(draft)


def _in_two_steps(made: Path, path: Path, old: Path) -> None:
    path.rename(old)
    try:
        made.rename(path)
    except BaseException:
        old.rename(path)
        raise
    _remove(old)


def exchange(first: Path, second: Path) -> bool:
    """Exchange two paths in one step; return whether the system can do that, else nothing has happened."""
    rename = _renameat2()
    if rename is None:
        return False
    if rename(_HERE, os.fsencode(first), _HERE, os.fsencode(second), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):  # the file system's, or the kernel's, inability
        return False
    raise OSError(number, os.strerror(number), str(second))


@cache
def _renameat2() -> Callable[..., int] | None:
    """Return Linux's call of that name, None where there is none."""
    if sys.platform != "linux":
        return None
    try:
        found = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return None
    found.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    call: Callable[..., int] = found
    return call


def recover(path: Path) -> None:
    """Repair what a killed process left of `path`: put an old one back whose place is empty, and remove drafts."""
    name = name_aside(path)
    left = list(asides(path.parent, name.__eq__))
    if any(one.kind == REPLACED for one in left):
        with alone_in(path.parent):
            _put_back(path)
        left = list(asides(path.parent, name.__eq__))
    for one in left:
        # An old one and its draft are both there: something else was put into the place since, and both are kept
        if not one.is_used and not os.path.lexists(one.other):
            _remove(one.path)


def sweep(folder: Path, wanted: Callable[[str], bool] = lambda name: True) -> None:
    """Recover all paths in a folder whose names are wanted, but those with very long names."""
    for name in sorted({one.name for one in asides(folder, wanted)}):
        if not name.startswith(LONG):
            recover(folder / name)


def _put_back(path: Path) -> None:
    """Move an old one that was set aside back where nothing took its place."""
    left = [one for one in asides(path.parent, name_aside(path).__eq__) if one.kind == REPLACED]
    for one in sorted(left, key=lambda one: -one.path.lstat().st_ctime):
        if not os.path.lexists(path) or _is_empty_folder(path):
            one.path.rename(path)


def try_to_write(folder: Path) -> None:
    """Make a file in a folder and remove it again; raises OSError where that cannot be done."""
    recover(folder / PROBE)
    with _drafted(folder / PROBE) as probe:
        probe.touch()
        probe.unlink()


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())


def remove_whole(path: Path) -> None:
    """Remove a file or a folder; a kill leaves it whole, or something that `recover` removes."""
    draft = draft_of(path)
    try:
        path.rename(draft)
    finally:
        discard(draft)


def discard(draft: Path) -> None:
    """Remove what is at the path of a draft, if anything is, and release the name."""
    try:
        if os.path.lexists(draft):
            _remove(draft)
    finally:
        release(draft)


def _remove(path: Path) -> None:
    """Remove a file, a link or a folder, as far as that can be done: what is left is removed by the next."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes from replacing things in a folder until the block ends, where the system can.

    The lock is on the folder itself, so that it leaves no file; it is freed when the process ends, however it ends.
    """
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems have no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def link_or_copy(source: Path, target: Path) -> None:
    """Link a file, a link or a folder under another name, too; where links cannot be made, copy it."""
    if source.is_symlink():
        target.symlink_to(os.readlink(source), source.is_dir())
    elif source.is_dir():
        shutil.copytree(source, target, symlinks=True, copy_function=_link)
    else:
        _link(str(source), str(target))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except FileExistsError:  # never into what is there
        raise
    except OSError:
        shutil.copy2(source, target)


def sync(paths: Iterable[Path]) -> None:
    """Bring files, or the names in folders, to the disk before returning, where the system can do that."""
    for path in paths:
        if os.name == "nt" and path.is_dir():
            continue
        handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):
                raise
        finally:
            os.close(handle)
