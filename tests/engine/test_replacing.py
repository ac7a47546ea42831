"""Replacing files and folders: the old stands until the new does, and what a killed process left is put right."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.files import replacing, set_aside
from engine.files.replacing import (
    discard,
    exchange,
    link_or_copy,
    put_in_place,
    recover,
    remove_whole,
    replaced_whole,
    scratch_folder,
    sweep,
    written_whole,
)
from engine.files.set_aside import PATIENCE, draft_of, name_aside, old_of, parse, this_machine

DEAD = 2**22 + 7  # more than Linux gives out


def left_by(process: int, name: str, kind: str = "partial", machine: str = "", token: str = "0a1b2c3d") -> str:
    return f".{process}-{machine or this_machine()}-{token}.{kind}.{name}"


def make(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(params=["exchanged", "in two steps"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Have folders replaced as Linux can, and as all others must."""
    if request.param == "in two steps":
        monkeypatch.setattr(replacing, "_renameat2", lambda: None)
    return request.param


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_text("old")

    def interrupted() -> None:
        with written_whole(path) as draft:
            draft.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert path.read_text() == "old" and names(tmp_path) == ["film.mp4"]
    with written_whole(path, durable=True) as draft:
        draft.write_text("new")
        assert path.read_text() == "old" and draft.suffix == ".mp4"
    assert path.read_text() == "new" and names(tmp_path) == ["film.mp4"]


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize("old", ["none", "file", "folder", "link"])
@pytest.mark.parametrize("new", ["file", "folder"])
def test_anything_takes_the_place_of_anything(tmp_path: Path, old: str, new: str) -> None:
    path, other = tmp_path / "out", make(tmp_path / "other", mine="kept")
    if old == "file":
        path.write_text("old")
    elif old == "folder":
        make(path, old="old")
    elif old == "link":
        path.symlink_to(other)
    with replaced_whole(path) as draft:
        draft.write_text("new") if new == "file" else make(draft, new="new")
    assert (path.read_text() if new == "file" else (path / "new").read_text()) == "new"
    assert names(tmp_path) == ["other", "out"] and names(other) == ["mine"]


@pytest.mark.usefixtures("ways")
def test_what_is_to_stay_is_in_both_until_the_new_one_stands(tmp_path: Path) -> None:
    path = make(tmp_path / "gallery", page="old", CNAME="films.example")
    make(path / "own", notes="mine")
    (path / "link").symlink_to("CNAME")

    def keep(old: Path, new: Path) -> None:
        for name in ("CNAME", "own", "link"):
            link_or_copy(old / name, new / name)
        assert names(old) == ["CNAME", "link", "own", "page"]

    with replaced_whole(path, keep) as draft:
        make(draft, page="new")
    assert names(tmp_path) == ["gallery"] and names(path) == ["CNAME", "link", "own", "page"]
    assert (path / "page").read_text() == "new" and (path / "own" / "notes").read_text() == "mine"
    assert os.readlink(path / "link") == "CNAME"


def test_killed_between_two_steps_the_old_one_stands_again(tmp_path: Path) -> None:
    path, draft = tmp_path / "gallery", tmp_path / left_by(DEAD, "gallery")
    make(draft, page="new")
    make(old_of(draft), page="old", CNAME="mine")
    recover(path)
    assert names(tmp_path) == ["gallery"] and names(path) == ["CNAME", "page"] and (path / "page").read_text() == "old"


def test_killed_after_both_the_old_one_goes(tmp_path: Path) -> None:
    path = make(tmp_path / "gallery", page="new")
    make(old_of(tmp_path / left_by(DEAD, "gallery")), page="old")
    recover(path)
    assert names(tmp_path) == ["gallery"] and (path / "page").read_text() == "new"


def test_what_stands_there_by_another_hand_costs_neither(tmp_path: Path) -> None:
    path, draft = make(tmp_path / "gallery", page="by hand"), make(tmp_path / left_by(DEAD, "gallery"), page="new")
    old = make(old_of(draft), page="old", CNAME="mine")
    for _ in range(2):
        recover(path)
        assert names(tmp_path) == sorted(["gallery", draft.name, old.name])
    assert (path / "page").read_text() == "by hand" and (old / "CNAME").read_text() == "mine"


def test_only_what_dead_processes_left_is_swept_and_only_beside_the_place(tmp_path: Path) -> None:
    stays = [
        left_by(os.getppid(), "a.mp4"),
        left_by(DEAD, "b.mp4"),
        left_by(DEAD, "a.mp4", machine="00000000"),
        left_by(DEAD, "a.mp4", kind="mine"),
        ".0a1b2c3d.partial.a.mp4",
        ".partial.a.mp4",
        "a.replaced.mp4",
        "a.partial.mp4",
    ]
    for name in (*stays, left_by(DEAD, "a.mp4"), left_by(os.getpid(), "a.mp4")):
        (tmp_path / name).touch()
    make(tmp_path / left_by(DEAD, "a.mp4", token="11111111"), inside="left")
    used = draft_of(tmp_path / "a.mp4")
    used.touch()
    recover(tmp_path / "a.mp4")
    assert names(tmp_path) == sorted([*stays, used.name])
    discard(used)
    sweep(tmp_path, lambda name: name.endswith(".mp4"))
    assert left_by(DEAD, "b.mp4") not in names(tmp_path) and len(names(tmp_path)) == len(stays) - 1


def test_what_another_machine_left_goes_after_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = tmp_path / left_by(1, "a.mp4", machine="00000000")
    left.touch()
    recover(tmp_path / "a.mp4")
    assert left.exists()
    now = time.time()
    monkeypatch.setattr(set_aside.time, "time", lambda: now + PATIENCE + 60)
    recover(tmp_path / "a.mp4")
    assert not left.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="Windows and macOS do not tell")
def test_a_process_that_ended_and_was_not_waited_for_does_not_live(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    left = tmp_path / left_by(process.pid, "a.mp4")
    left.touch()
    recover(tmp_path / "a.mp4")
    assert left.exists()
    process.kill()
    end = time.monotonic() + 30
    while left.exists():
        assert time.monotonic() < end
        recover(tmp_path / "a.mp4")
    process.communicate()


def test_a_name_as_long_as_can_be_has_a_draft(tmp_path: Path) -> None:
    path = tmp_path / f"{'课' * 83}.mp4"  # 253 bytes
    left = tmp_path / left_by(DEAD, name_aside(path))
    left.touch()
    make(old_of(tmp_path / left_by(DEAD, name_aside(path), token="22222222")), old="old")
    with written_whole(path.with_name("a.mp4")) as draft:
        draft.touch()
    sweep(tmp_path)
    assert len(names(tmp_path)) == 3, "whose they are cannot be told from their names"
    recover(path)
    assert names(path) == ["old"] and names(tmp_path) == ["a.mp4", path.name]
    with replaced_whole(path) as draft:
        assert draft.suffix == ".mp4"
        draft.write_text("new")
    assert path.read_text() == "new" and names(tmp_path) == ["a.mp4", path.name]


def test_names_that_are_not_drafts() -> None:
    assert parse(Path("a.mp4")) is None and parse(Path(".0-00000000-00000000.partial.a")) is None
    with pytest.raises(ValueError, match="not the name of a draft"):
        old_of(Path("a.mp4"))


def test_of_many_at_once_the_last_one_wins_whole_and_what_is_to_stay_stays(tmp_path: Path, ways: str) -> None:
    path = make(tmp_path / "gallery", CNAME="mine", page="0", twin="0")
    failed: list[BaseException] = []

    def keep(old: Path, new: Path) -> None:
        link_or_copy(old / "CNAME", new / "CNAME")

    def write(number: int) -> None:
        try:
            for _ in range(20):
                with replaced_whole(path, keep) as draft:
                    make(draft, page=str(number), twin=str(number))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    seen = 0
    while any(thread.is_alive() for thread in threads):
        seen += (path / "CNAME").exists()
        assert ways == "in two steps" or (path / "CNAME").exists(), "there is no moment without it"
    assert not failed and seen
    assert names(tmp_path) == ["gallery"] and names(path) == ["CNAME", "page", "twin"]
    assert (path / "page").read_text() == (path / "twin").read_text() != "0"


def test_where_the_second_step_cannot_be_made_the_first_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacing, "_renameat2", lambda: None)
    path = make(tmp_path / "out", old="old")
    with pytest.raises(FileNotFoundError):
        put_in_place(tmp_path / left_by(DEAD, "out"), path)
    assert names(tmp_path) == ["out"] and names(path) == ["old"]


def test_what_is_removed_is_whole_until_it_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / "entry", film="film", told="told")
    monkeypatch.setattr(replacing, "_remove", lambda path: None)  # as if killed then
    remove_whole(path)
    assert not path.exists()
    monkeypatch.undo()
    recover(path)
    assert names(tmp_path) == []


def test_exchanging_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    if replacing._renameat2() is None:
        pytest.skip("the system cannot exchange")
    with pytest.raises(FileNotFoundError):
        exchange(tmp_path / "a", tmp_path / "b")


def test_a_scratch_folder_of_a_killed_process_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    make(tmp_path / left_by(DEAD, "neuroreel"), film="half")
    make(tmp_path / left_by(os.getppid(), "neuroreel"), film="half")
    with scratch_folder() as folder:
        assert folder.stat().st_mode & 0o77 == 0 and not any(folder.iterdir())
        make(folder / "deep", film="film")
        assert len(names(tmp_path)) == 2
    assert names(tmp_path) == [left_by(os.getppid(), "neuroreel")]
