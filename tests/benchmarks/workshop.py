"""What several benchmarks stand on: the command line as a user runs it, recordings, what is filmed, and how much of it.

The figures are of the project and its chapters, `Workshop()`. The test of the benchmarks has one of its own, with a
tiny chapter and as little of everything as shows that a group works.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import NamedTuple, TypeVar

from engine.recording import Recording
from renders.farm.worker import WorkerProcess
from renders.request.paths import Paths, find_paths
from scenes.beats.entries import ChapterEntry
from scenes.chapters.network.contents import NETWORK

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")


class Copy(NamedTuple):
    """A copy of what a render needs: where its commands run, the source of the beat, and the cache."""

    root: Path
    source: Path
    cache: Path


class Workshop:
    """The project itself, all of it.

    chapter, beat, heaviest: what is filmed. clips: what is embedded, CHAPTER/BEAT, the first of them spoken as well.
    """

    chapter: ChapterEntry = NETWORK
    beat = "feed_forward"
    heaviest = "thirteen_thousand_knobs"
    clips = ("network/feed_forward", "attention/dot_grid")

    def of(self, usual: T, least: T) -> T:
        """Return how much of something there is to be: `least` is for a test that a group works."""
        return usual

    def program(self, group: str) -> Sequence[str]:
        """Return the beginning of the command that runs a group as a program of its own."""
        return sys.executable, "-m", f"tests.benchmarks.groups.{group}"

    def worker(self) -> Executor:
        """Return a process that films, with one thread that draws."""
        return WorkerProcess(1)

    def run_cli(self, *arguments: str, root: Path = ROOT) -> float:
        """Run a command of the project in `root` in a process of its own, and return the seconds that it took.

        Raises RuntimeError with the command's own words where it fails.
        """
        begin = time.perf_counter()
        command = [sys.executable, str(root / "cli.py"), *arguments]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        seconds = time.perf_counter() - begin
        if done.returncode != 0:
            raise RuntimeError(f"neuroreel {' '.join(arguments)} exited with {done.returncode}: {done.stderr.strip()}")
        return seconds

    def places(self) -> Paths:
        """Return where the project keeps its films and recordings."""
        return find_paths()

    def recording_of(self, experiment: str) -> Recording:
        """Return the project's recording of an experiment; it is trained first where there is none."""
        path = self.places().recording(experiment)
        if not path.exists():
            self.run_cli("train", experiment)
        return Recording.open(path)

    def record_all(self) -> None:
        """Train whatever the chapter needs and is not there."""
        for experiment in self.chapter.experiments:
            self.recording_of(experiment)

    def copy_project(self, folder: Path) -> Copy:
        """Copy what a render needs into a folder, recordings as a link."""
        copy = folder / "project"
        ignored = shutil.ignore_patterns("out", "__pycache__")
        for package in ("engine", "scenes", "renders"):
            shutil.copytree(ROOT / package, copy / package, ignore=ignored)
        for file in ("cli.py", "pyproject.toml"):
            shutil.copy(ROOT / file, copy / file)
        out = copy / "renders" / "out"
        out.mkdir()
        (out / "recordings").symlink_to(find_paths().recordings)
        source = Path(*self.chapter.module_of(self.beat).split("."))
        return Copy(copy, copy / source.with_suffix(".py"), out / ".cache")
