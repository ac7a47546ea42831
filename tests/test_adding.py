"""The recipes of `docs/adding.md` work as they are written: a family, a chapter and a beat, added to a copy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.renders.cache.test_stale import digests_in

ROOT = Path(__file__).resolve().parents[1]
CODE = re.compile(r"^`([\w/]+\.py)`:\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILES = (
    "engine/experiments/parity/config.py",
    "engine/experiments/parity/task.py",
    "scenes/chapters/parity/contents.py",
    "scenes/chapters/parity/odd_or_even.py",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project's code."""
    folder = tmp_path_factory.mktemp("adding")
    for name in ("engine", "scenes", "renders"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("out", "__pycache__"))
    shutil.copy(ROOT / "cli.py", folder)
    return folder


def run(folder: Path, *arguments: str) -> str:
    home = {**os.environ, "NEUROREEL_HOME": str(folder / "home")}
    wanted = [sys.executable, "cli.py", *arguments]
    done = subprocess.run(wanted, cwd=folder, env=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def put(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_family_a_chapter_and_a_beat_are_added_and_nothing_else_is_drawn_again(copy: Path) -> None:
    before = digests_in(copy)
    blocks = dict(CODE.findall((ROOT / "docs" / "adding.md").read_text(encoding="utf-8")))
    assert tuple(blocks) == FILES
    for name, code in blocks.items():
        file = copy / name
        file.parent.mkdir(exist_ok=True)
        (file.parent / "__init__.py").touch()
        file.write_text(code, encoding="utf-8")
    put(copy / "engine/experiments/catalog.py", '"recall")', '"recall", "parity")')
    catalog = copy / "scenes/catalog.py"
    put(catalog, "from scenes.language", "from scenes.chapters.parity.contents import PARITY\nfrom scenes.language")
    put(catalog, "ATTENTION)\n", "ATTENTION, PARITY)\n")
    assert "accuracy 100%" in run(copy, "train", "parity")
    assert "parity" in run(copy, "chapters")
    run(copy, "render", "parity", "--quality", "draft")
    assert (copy / "home" / "parity.en.draft.mp4").exists()
    run(copy, "check", "parity", "--language", "en", "--aspect", "9:16")
    for was, now in zip(before, digests_in(copy), strict=True):
        assert {label: digest for label, digest in now.items() if label in was} == was
