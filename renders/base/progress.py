"""Shows the progress of long work: one bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Meter(Protocol):
    """Shows how much of something is done."""

    def show(self, done: float, note: str) -> None:
        """Show how much is done, and what is being done."""

    def log(self, line: str) -> None:
        """Print a line about a finished step; a bar, which shows that by itself, prints nothing."""


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
        BarColumn(bar_width=24),
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


class TrainingMeter:
    """Shows what a training records, and then its progress."""

    def __init__(self, name: str, steps: int) -> None:
        self._name, self._steps = name, steps
        self._stack = ExitStack()
        self._tenth = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def begin(self, plan: Sequence[str], step: int) -> None:
        """Print what will be recorded, and where the training begins if not with its first step."""
        say("\n".join(plan))
        if step:
            say(f"going on from step {step:,}")
        self._meter = self._stack.enter_context(meter(f"training {self._name}", self._steps))

    def go_on(self, step: int, loss: float, told: str) -> None:
        """Show the last batch's loss and `told`, a text about the last evaluation."""
        note = f"loss {loss:.4f}, {told}"
        self._meter.show(step, note)
        if (tenth := 10 * step // self._steps) > self._tenth:
            self._tenth = tenth
            self._meter.log(f"step {step:,} of {self._steps:,}: {note}")
