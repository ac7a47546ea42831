"""Where films, recordings and the cache are: in the clone, a folder that was named, or with data of users."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from platformdirs import user_data_path

import cli
from renders.request.paths import HOME, OUT, find_home, find_paths, home_in_words

CLONE = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def unnamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no folder be named, and forget one that a test names."""
    monkeypatch.setenv(HOME, "")


def test_it_is_the_clone_unless_another_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_home() == CLONE / OUT and home_in_words() == "the clone"
    monkeypatch.setenv(HOME, str(tmp_path))
    found = find_paths()
    assert (found.films, found.cache, found.recordings) == (tmp_path, tmp_path / ".cache", tmp_path / "recordings")
    assert find_paths(tmp_path / "talks").films == tmp_path / "talks"
    assert home_in_words() == f"--home or {HOME}"


def test_a_clone_that_cannot_be_written_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def refuse(path: Path, mode: int) -> bool:
        asked.append(Path(path))
        return False

    monkeypatch.setattr(os, "access", refuse)
    assert find_home() == user_data_path("neuroreel", appauthor=False)
    assert "no clone can be written" in home_in_words()
    assert all(path.exists() and (CLONE / OUT).is_relative_to(path) for path in asked)


def test_a_command_takes_the_folder_that_is_named_before_it(tmp_path: Path) -> None:
    told = CliRunner().invoke(cli.main, ["--home", str(tmp_path / "mine"), "inspect", "nothing"], prog_name="neuroreel")
    assert told.exit_code == 1 and str(tmp_path / "mine" / "recordings") in told.stderr
