"""Defines the errors of film files."""

from __future__ import annotations

from pathlib import Path

from renders.base.errors import RenderError, describe_os_error


class FilmError(RenderError):
    """An error where a film file cannot be made or read."""


def cannot_write(target: Path, error: OSError) -> FilmError:
    """Return the error that says why `target` could not be written, without the draft's name."""
    return FilmError(f"cannot write {target}: {describe_os_error(OSError(error.errno, error.strerror))}")
