"""What several benchmarks stand on: the command line, run as a user runs it, and a finished recording."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from engine.recording import Recording
from renders.request.paths import find_paths

ROOT = Path(__file__).resolve().parents[2]


def run_cli(*arguments: str, root: Path = ROOT) -> float:
    """Run `python cli.py …` of the project in `root` in a process of its own, and return the seconds that it took.

    Raises RuntimeError with the command's own words where it fails.
    """
    begin = time.perf_counter()
    command = [sys.executable, str(root / "cli.py"), *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    seconds = time.perf_counter() - begin
    if done.returncode != 0:
        raise RuntimeError(f"cli.py {' '.join(arguments)} exited with {done.returncode}: {done.stderr.strip()}")
    return seconds


def copy_project(folder: Path) -> Path:
    """Copy what a render needs into a folder, recordings as a link, and return where it is."""
    copy = folder / "project"
    ignored = shutil.ignore_patterns("out", "__pycache__")
    for package in ("engine", "scenes", "renders"):
        shutil.copytree(ROOT / package, copy / package, ignore=ignored)
    for file in ("cli.py", "pyproject.toml"):
        shutil.copy(ROOT / file, copy / file)
    (copy / "renders" / "out").mkdir()
    (copy / "renders" / "out" / "recordings").symlink_to(find_paths().recordings)
    return copy


def recording_of(experiment: str) -> Recording:
    """Return the project's recording of an experiment; it is trained first where there is none."""
    path = find_paths().recording(experiment)
    if not path.exists():
        run_cli("train", experiment)
    return Recording.open(path)
