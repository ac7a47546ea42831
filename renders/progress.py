"""How far long work is: one bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Meter(Protocol):
    """Shows how much of something is done."""

    def show(self, done: float, note: str) -> None:
        """Show how much is done, and what is being done."""

    def log(self, line: str) -> None:
        """Tell of a step that is finished; a bar shows that by itself."""


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


@contextmanager
def meter(title: str, total: float) -> Iterator[Meter]:
    """Show progress towards `total` while the block runs."""
    if not sys.stdout.isatty():
        yield _Lines()
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", style="dim"),
    )
    with Progress(*columns, transient=True) as bar:
        yield _Bar(bar, bar.add_task(title, total=total, note=""))


class _Lines:
    def show(self, done: float, note: str) -> None:
        pass

    def log(self, line: str) -> None:
        say(line)


class _Bar:
    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar, self._task = bar, task

    def show(self, done: float, note: str) -> None:
        self._bar.update(self._task, completed=done, note=note)

    def log(self, line: str) -> None:
        pass
