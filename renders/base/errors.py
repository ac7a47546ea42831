"""Defines the errors that a user sees: one line that tells what was expected, what came and what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from difflib import get_close_matches


class RenderError(Exception):
    """An error that the user can mend; its text is one line, or one for each of several failures."""


class WrongUsageError(RenderError):
    """An error in what was asked for: it makes no sense, whatever the state of files and recordings."""


class UnknownNameError(WrongUsageError):
    """An error for a name that is in none of our catalogues."""


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """Return the error for a wrong `name`, with the nearest right name or with all that there are."""
    names = list(known)
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(names)}"
    return UnknownNameError(f'no {kind} "{name}"; {hint}')


# What the operating system calls it, and what the user can do.
_HINTS = {
    errno.ENOSPC: "the disk is full; `neuroreel clean` shows what takes the space",
    errno.EDQUOT: "your disk quota is used up; `neuroreel clean` shows what takes the space",
    errno.EACCES: "this folder or file may not be written; give another one with --out, or mend its permissions",
    errno.EPERM: "this folder or file may not be written; give another one with --out, or mend its permissions",
    errno.EROFS: "it is on a file system that is mounted read-only; give another folder with --out",
    errno.ENOTDIR: "a folder is needed where a file stands",
    errno.EEXIST: "a folder is needed where a file stands",
}

# What no other piece of a film would fare better with
HOPELESS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


def describe_os_error(error: OSError) -> str:
    """Return one line for an error of the operating system, with what to do about it where that is known."""
    where = f"{error.filename}: " if error.filename else ""
    reason = error.strerror or str(error) or type(error).__name__
    hint = _HINTS.get(error.errno or 0)
    return f"{where}{reason}" + (f" ({hint})" if hint else "")
