"""Watching a beat: a draft at once, another at each change, and errors in the code are shown and survived."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

from tests.renders.reel import Reel

PATIENCE = 120  # seconds: far more than any of it takes


class Watching:
    """A command that watches the beat `grow`, and the lines that it prints."""

    def __init__(self, reel: Reel) -> None:
        arguments = [sys.executable, "-m", "tests.renders.reel", str(reel.folder), "render", "tiny"]
        self.process = subprocess.Popen(
            [*arguments, "--beat", "grow", "--watch"],
            cwd=Path(__file__).parents[3],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: Queue[str] = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def lines_until(self, part: str) -> str:
        """Return what is printed up to the line that holds `part`."""
        told, end = "", time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                line = self._lines.get(timeout=1)
            except Empty:
                continue
            told += line
            if part in line:
                return told
        raise AssertionError(f"{part!r} was never printed, but: {told}")


@pytest.fixture
def reel(tmp_path: Path) -> Reel:
    return Reel(tmp_path)


@pytest.fixture
def watching(reel: Reel) -> Iterator[Watching]:
    watching = Watching(reel)
    yield watching
    watching.process.kill()
    watching.process.communicate()


def test_a_draft_again_at_each_change_and_errors_are_survived(reel: Reel, watching: Watching) -> None:
    film = reel.places.films / "tiny" / "grow.en.draft.mp4"
    watching.lines_until("watching tiny/grow")
    first = film.read_bytes()

    reel.rewrite("grow", "Square(2)", "Square(")
    assert "grow.py:14: '(' was never closed" in watching.lines_until("watching tiny/grow")
    assert film.read_bytes() == first

    reel.rewrite("grow", "square = Square(", "square = Sqare(2)  # ")
    assert "NameError: name 'Sqare' is not defined (grow.py:14)" in watching.lines_until("watching tiny/grow")

    reel.rewrite("grow", "square = Sqare(2)  # ", "square = Square(1.5)  # ")
    assert "grow.en.draft.mp4 in" in watching.lines_until("watching tiny/grow")
    assert film.read_bytes() != first

    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(PATIENCE) == 0
