"""A workshop that shows in seconds that a group of benchmarks works: a tiny chapter, drawn small, short trainings.

    python -m tests.benchmarks.tiny FOLDER GROUP …

runs a group that is a program of its own with that chapter, out of that folder, in the place of the project's.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TypeVar

from click.testing import CliRunner

import cli
from engine.recording import Recording
from renders.farm.inline_executor import InlineExecutor
from renders.request.paths import Paths
from tests.benchmarks.workshop import ROOT, Copy, Workshop
from tests.renders.reel import TINY, Reel, use_reel

T = TypeVar("T")


class TinyWorkshop(Workshop):
    """A reel's chapter and folders; recordings are those of the tests."""

    chapter = TINY
    beat = heaviest = "slide"
    clips = ("tiny/slide", "tiny/grow")

    def __init__(self, reel: Reel, recordings: Mapping[str, Recording]) -> None:
        self._reel, self._recordings = reel, recordings

    def of(self, usual: T, least: T) -> T:
        """Return the least."""
        return least

    def run_cli(self, *arguments: str, root: Path = ROOT) -> float:
        """Run a command in this process, which has the tiny chapter, and return the seconds that it took."""
        self._reel.forget_modules()
        begin = time.perf_counter()
        done = CliRunner().invoke(cli.main, arguments)
        if done.exit_code:
            raise RuntimeError(f"neuroreel {' '.join(arguments)} exited with {done.exit_code}: {done.output}")
        return time.perf_counter() - begin

    def program(self, group: str) -> Sequence[str]:
        """Return the beginning of the command that runs a group with the tiny chapter."""
        return sys.executable, "-m", "tests.benchmarks.tiny", str(self._reel.folder), group

    def worker(self) -> Executor:
        """Return an executor that needs no other process."""
        return InlineExecutor()

    def places(self) -> Paths:
        """Return the reel's folders."""
        return self._reel.places

    def recording_of(self, experiment: str) -> Recording:
        """Return a short run."""
        return self._recordings[experiment]

    def copy_project(self, folder: Path) -> Copy:
        """Return the reel itself, whose commands run where the tests do."""
        source = self._reel.folder / "reels" / "tiny" / f"{self.beat}.py"
        return Copy(ROOT, source, self._reel.places.cache)


def main(folder: str, group: str, *arguments: str) -> None:
    """Run a group as a program."""
    reel = Reel(Path(folder))
    sys.path.insert(0, folder)
    use_reel(reel)
    importlib.import_module(f"tests.benchmarks.groups.{group}").main(*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
