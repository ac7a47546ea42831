"""The whole project in a folder whose name has blanks, quotes and Chinese letters, used from another such folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.recording import Recording
from renders.encode.probe import frame_count
from renders.film.provenance import changed_files, require_provenance

ROOT = Path(__file__).parents[1]
PATIENCE = 300  # seconds: far more than any of it takes


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project, without what was made in it."""
    folder = tmp_path_factory.mktemp("odd") / "我的 project's “copy” #1 [%20]"
    folder.mkdir()
    for name in ("cli.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("engine", "renders", "scenes"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("out", "__pycache__"))
    return folder


def run(clone: Path, *arguments: str, where: Path | None = None) -> list[str]:
    """Return the lines that a command of the copy says."""
    command = [sys.executable, str(clone / "cli.py"), *arguments]
    ran = subprocess.run(command, cwd=where or clone, text=True, capture_output=True, timeout=PATIENCE, check=False)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
    return ran.stdout.splitlines()


def test_a_network_is_trained_filmed_embedded_and_shown_there(clone: Path) -> None:
    out = clone / "renders" / "out"
    assert run(clone, "train", "digits", "--steps", "3")[-1] == str(out / "recordings" / "digits.zarr")
    assert Recording.open(out / "recordings" / "digits.zarr").complete
    talks = clone.parent / "一 场 talk"
    talks.mkdir()
    beats = ("--beats", "learning_curves", "--quality", "draft")
    *_, made = run(clone, "animate", "digits", *beats, "--out", "films", where=talks)
    film = Path(made)
    assert film.is_relative_to(talks / "films") and frame_count(film) > 10
    assert changed_files(film.with_suffix(".json"), require_provenance(film.with_suffix(".json"))) == []
    deck = run(clone, "embed", str(film), "--as", "html", "--out", str(talks / "课 deck"), where=talks)[-1]
    assert Path(deck) == talks / "课 deck" and (talks / "课 deck" / "index.html").exists()
    assert sorted(path.name for path in talks.iterdir()) == sorted(["films", "课 deck"])
