"""A disk that is full, or that is read alone: each command fails with one line, and leaves nothing half-made.

What was there is whole, and once there is room the same command succeeds, as if nothing had happened.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.files.set_aside import parse
from tests.commands.test_kills import SCENARIOS, Scenario, chosen, own_is_untouched, stage_of
from tests.renders.films import make_film, moving_square
from tests.support.killing import Commands
from tests.support.wholeness import faults, tree

REFUSED = tuple(one for one in SCENARIOS if one.name in ("train", "render", "gallery") or "--as" in one.name)
FULL = "the disk is full; `neuroreel clean` shows what takes the space"


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked, and asked about in /proc")


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with Commands() as running:
        yield running


def begun(folder: Path) -> list[str]:
    """Return the names of what is set aside anywhere in a folder."""
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if parse(path)]


def require_one_line(errors: str) -> None:
    assert errors.startswith("neuroreel: ") and errors.count("\n") == 1, errors


@pytest.mark.parametrize("scenario", REFUSED, ids=lambda scenario: scenario.name)
def test_a_full_disk_is_one_line_and_nothing_is_half_made(
    scenario: Scenario, commands: Commands, tmp_path: Path, damages: int
) -> None:
    stage, failed = stage_of(scenario, commands, tmp_path), 0
    for number in chosen(stage.changes, r"$^", damages or 2):
        stage.set_up()
        told = f"no room from change {number} on, {stage.changes[number - 1]}"
        ran = commands.run(stage.folder, *scenario.command, refuse=number, exchange=scenario.exchange)
        own_is_untouched(stage.folder, stage.old, told)
        assert faults(stage.folder, stage.old, stage.new) == [] and begun(stage.folder) == [], told
        if ran.code:
            failed += 1
            require_one_line(ran.errors)
            assert "No space left on device" in ran.errors, (told, ran.errors)
        again = commands.run(stage.folder, *scenario.command, exchange=scenario.exchange)
        assert (again.code, again.errors) == (0, ""), (told, again.errors)
        assert tree(stage.folder) == stage.new, told
    assert failed


@pytest.mark.parametrize(
    ("name", "below", "number"),
    [
        ("train", "recordings", errno.EROFS),
        ("train", "recordings", errno.EACCES),
        ("render", "films", errno.EROFS),
        ("embed --as html", "talks", errno.EACCES),
        ("gallery", "films", errno.EROFS),
    ],
)
def test_a_folder_that_is_read_alone_is_one_line(
    commands: Commands, tmp_path: Path, name: str, below: str, number: int
) -> None:
    scenario = next(one for one in SCENARIOS if one.name == name)
    stage = stage_of(scenario, commands, tmp_path)
    stage.set_up()
    before = tree(stage.folder / below)
    ran = commands.run(stage.folder, *scenario.command, refuse=1, number=number, below=str(stage.folder / below))
    assert ran.code == 1
    require_one_line(ran.errors)
    assert os.strerror(number) in ran.errors and "--out" in ran.errors
    assert tree(stage.folder / below) == before


@pytest.fixture
def little(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a file system of its own with room for little; skip the test where none can be had."""
    folder = tmp_path / "little"
    folder.mkdir()
    try:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", str(folder)], check=True, capture_output=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("kind", ["mp4", "gif", "webm", "html", "reveal", "pptx", "page"])
def test_a_disk_that_is_full_indeed(commands: Commands, tmp_path: Path, little: Path, kind: str) -> None:
    """Films are written by a library in C, which no hook sees."""
    pixels = [moving_square(number) for number in range(240)]
    for number, frame in enumerate(pixels):  # what does not pack
        noise = (frame[:60, :, :3].astype(int) * 31 + number * 7919) % 251
        frame[:60, :, :3] = (noise * (1 + number % 5) + frame[:60, :, :3].cumsum(axis=1) * 97) % 256
    film = make_film(tmp_path / "noise.mp4", pixels)
    (little / "notes.txt").write_text("mine")
    ran = commands.run(tmp_path, "embed", str(film), "--as", kind, "--out", str(little / "out"))
    assert ran.code == 1, film.stat().st_size
    require_one_line(ran.errors)
    assert "No space left on device" in ran.errors and FULL in ran.errors and str(little / "out") in ran.errors
    assert [path.name for path in little.iterdir()] == ["notes.txt"]
