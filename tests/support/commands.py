"""What tests of commands share: how a command is run, and how one that failed says so."""

from __future__ import annotations

from collections.abc import Callable

from click.testing import Result

Run = Callable[..., Result]  # a command with its arguments


def told_in_one_line(result: Result, code: int) -> str:
    """Return the one line that a command failed with."""
    assert result.exit_code == code, result.output
    assert result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.startswith("neuroreel: ")
    return result.stderr.removeprefix("neuroreel: ").rstrip("\n")
