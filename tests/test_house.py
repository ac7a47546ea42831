"""How the house stands: which folder may know which, how many files lie in one, and the doors that users come in by."""

from __future__ import annotations

import ast
import importlib

import pytest

from scenes.animate.composition import BEATS
from scenes.beats.entries import BeatEntry
from scenes.catalog import CHAPTERS
from tests.house import ROOT, WINGS, arrows, imported_by, modules

MOST_FILES = 15
MOST_LINES = 300
# What a drawing may know of the engine: recordings, read, and how a file takes the place of another
TO_DRAW = ("engine.recording", "engine.files.replacing")
DOORS = {
    "engine.recording": ("Recording", "RecordingError"),
    "engine.recorder": ("Recorder",),
    "engine.forward": ("record_forward",),
    "engine.train": ("train",),
    "engine.landscape": ("Objective", "random_plane", "gradient_of"),
    "engine.experiments": ("EXPERIMENTS", "Experiment", "find_experiment"),
    "engine.lightning_recorder": ("LightningRecorder",),
    "engine.trainer_recorder": ("TrainerRecorder",),
    "scenes.catalog": ("CHAPTERS", "find_chapter"),
    "scenes.entries": ("ChapterEntry", "BeatEntry"),
    "scenes.chapter": ("Beat",),
    "scenes.frame": ("frame",),
    "scenes.batched_scene": ("BatchedScene",),
    "scenes.mobjects.network": ("Network",),
    "scenes.mobjects.pixels": ("DigitImage",),
    "renders.notebook": ("beat", "clip"),
    "cli": ("main",),
}


@pytest.mark.parametrize("wing", WINGS)
def test_no_folder_is_in_a_circle(wing: str) -> None:
    known = arrows(wing)
    while free := [folder for folder, others in known.items() if not others & known.keys()]:
        for folder in free:
            del known[folder]
    assert not known, {folder: sorted(others & known.keys()) for folder, others in known.items()}


@pytest.mark.parametrize("wing", [*WINGS, "tests"])
def test_no_folder_has_more_files_than_one_sees_at_once(wing: str) -> None:
    folders = [path for path in (ROOT / wing).rglob("*") if path.is_dir() and path.name != "__pycache__"]
    counts = {folder: len(list(folder.glob("*.py"))) for folder in (ROOT / wing, *folders)}
    assert not {str(folder): count for folder, count in counts.items() if count > MOST_FILES}


def test_arrows_between_the_wings_point_one_way() -> None:
    allowed = {"engine": {"engine"}, "scenes": {"engine", "scenes"}, "renders": set(WINGS)}
    wrong = [
        f"{module} -> {other}"
        for module in modules()
        for other in imported_by(module)
        if other.partition(".")[0] not in allowed[module.partition(".")[0]]
    ]
    assert not wrong


def test_drawings_know_recordings_and_nothing_else_of_the_engine() -> None:
    wrong = [
        f"{module} -> {other}"
        for module in modules()
        for other in imported_by(module)
        if module.startswith("scenes") and other.startswith("engine") and not other.startswith(TO_DRAW)
    ]
    assert not wrong


@pytest.mark.parametrize("door", DOORS)
def test_users_come_in_by_the_same_doors(door: str) -> None:
    module = importlib.import_module(door)
    assert not [name for name in DOORS[door] if not hasattr(module, name)]


def test_a_circle_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = {"engine.a": {"engine.b"}, "engine.b": {"engine.c"}, "engine.c": {"engine.a"}, "engine.d": {"engine.a"}}
    monkeypatch.setitem(globals(), "arrows", lambda wing: {folder: set(others) for folder, others in circle.items()})
    with pytest.raises(AssertionError, match=r"engine\.a"):
        test_no_folder_is_in_a_circle("engine")


def test_no_public_name_is_there_twice() -> None:
    places: dict[str, list[str]] = {}
    for module, path in [*modules().items(), ("cli", ROOT / "cli.py")]:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(module)
    of_any = (BeatEntry(beat.name, beat.title, {}) for beat in BEATS)
    beats = {beat.class_name for beat in (*of_any, *(beat for chapter in CHAPTERS for beat in chapter.beats))}
    # The one name that is a command's and a function's whose path users have
    assert {name for name, found in places.items() if len(found) > 1} - beats == {"train"}, places


def test_no_file_is_longer_than_one_reads() -> None:
    tests = (ROOT / "tests").rglob("*.py")
    long = {str(path): len(path.read_text(encoding="utf-8").splitlines()) for path in (*modules().values(), *tests)}
    assert not {path: lines for path, lines in long.items() if lines > MOST_LINES}
