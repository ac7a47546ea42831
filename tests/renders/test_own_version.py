"""What neuroreel tells of itself: its version, its commit, and whether its code differs from that."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from renders.base import own_version as module
from renders.base.own_version import own_version


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with one commit; no setting of the user's reaches it."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "beat.py").write_text("1\n")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "First")
    return tmp_path


def test_a_clone_tells_its_commit_and_whether_its_code_was_changed(clone: Path) -> None:
    commit = git(clone, "rev-parse", "HEAD")
    assert own_version(clone) == {"version": "1.2.3", "commit": commit}
    (clone / "my7.png").touch()
    assert own_version(clone)["commit"] == commit, "what is no code does not count"
    (clone / "scenes" / "beat.py").write_text("2\n")
    assert own_version(clone)["commit"] == f"{commit}+changes"
    git(clone, "commit", "--quiet", "--all", "--message", "Second")
    assert own_version(clone)["commit"] == git(clone, "rev-parse", "HEAD") != commit
    (clone / "scenes" / "new.py").touch()
    assert own_version(clone)["commit"].endswith("+changes")


def test_the_commit_is_the_clones_own_whatever_the_environment_says(
    clone: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path_factory.mktemp("other")))
    assert re.fullmatch("[0-9a-f]{40}", own_version(clone)["commit"])


def test_without_git_or_without_a_clone_no_commit_is_told(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = clone / "site-packages"
    inside.mkdir()
    assert own_version(inside)["commit"] == "", "the clone around it is another's"
    monkeypatch.setenv("PATH", "")
    assert own_version(clone) == {"version": "1.2.3", "commit": ""}


def test_an_installed_package_tells_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "version", lambda name: f"4.5.6 of {name}")
    assert own_version(tmp_path) == {"version": "4.5.6 of neuroreel", "commit": ""}
