"""Replaces files and folders, with errors that name the place rather than its draft."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from engine.files.replacing import replaced_whole, written_together
from renders.base.errors import RenderError, describe_os_error


@contextmanager
def made_at(place: Path, keep: Callable[[Path, Path], None] | None = None) -> Iterator[Path]:
    """Yield a draft beside `place`, where nothing is, for a file or folder; it replaces `place` if the block ends well.

    keep: brings what is to stay from the old folder into the draft. Raises RenderError, one line, where `place` cannot
    be written; what is there stays.
    """
    with _named(place, place, replaced_whole(place, keep)) as draft:
        yield draft


@contextmanager
def made_together(folder: Path, name: str, last: str) -> Iterator[Path]:
    """Yield an empty folder for files that belong together; they are moved to `folder` if the block ends well.

    name, last: see `written_together`. Raises RenderError, one line, where they cannot be written.
    """
    with _named(folder, folder / last, written_together(folder, name, last)) as draft:
        yield draft


@contextmanager
def _named(place: Path, told: Path, making: AbstractContextManager[Path]) -> Iterator[Path]:
    """Make errors name a place rather than its draft. told: what cannot be written where the system says no more."""
    draft = place
    try:
        with making as draft:
            yield draft
    except OSError as error:
        raise RenderError(f"cannot write {told}: {_reason(error)}") from error
    except RenderError as error:
        if draft == place or str(draft) not in str(error):
            raise
        raise RenderError(str(error).replace(str(draft), str(place))) from error


def _reason(error: OSError) -> str:
    """Say what went wrong, without the name of the draft; of several files that were copied, with the first."""
    number = error.errno
    if isinstance(error, shutil.Error) and (match := re.search(r"\[Errno (\d+)\]", str(error))):
        number = int(match[1])
    return describe_os_error(OSError(number, os.strerror(number)) if number else error)
