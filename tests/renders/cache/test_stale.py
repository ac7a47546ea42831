"""Which beats are drawn anew when something changes: in a copy of the project, by the digests that it has then.

What counts is the code that draws a beat, with its texts. An experiment, an analysis, a notebook's view or a setting
that is new changes no picture, and so no digest. Every change here is more than a comment.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SHOW = """
import json
from renders.cache.digest import Digests
from renders.request.parts import pieces_of
from renders.request.quality import find_quality
from renders.cache.import_graph import ImportGraph
from scenes.catalog import CHAPTERS

for language in ("en", "zh_CN"):
    digests = Digests(find_quality("low"), language, {}, ImportGraph())
    found = {piece.label: digests.without_data(piece) for chapter in CHAPTERS for piece in pieces_of(chapter)}
    print(json.dumps(found))
"""
PO = "scenes/language/locale/zh_CN/LC_MESSAGES/neuroreel.po"
Change = Callable[[Path], None]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project's code."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("engine", "scenes", "renders"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("out", "__pycache__"))
    return folder


@pytest.fixture(scope="module")
def before(copy: Path) -> list[dict[str, str]]:
    return digests_in(copy)


def digests_in(folder: Path) -> list[dict[str, str]]:
    """Return the digests of all pieces by their labels, in English and in Chinese, as the code in a folder has them."""
    done = subprocess.run([sys.executable, "-c", SHOW], cwd=folder, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def added(file: str, text: str) -> Change:
    """Return the change that writes some more into a file, or a new one."""

    def change(folder: Path) -> None:
        path = folder / file
        path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + text, encoding="utf-8")

    return change


def put(file: str, old: str, new: str) -> Change:
    """Return the change that puts something else into a file, once."""

    def change(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} does not say {old!r} any more: change this test"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def stale(copy: Path, before: list[dict[str, str]], change: Change) -> list[set[str]]:
    """Return the pieces whose digests are others after a change, in English and in Chinese; the change is undone."""
    kept = {path: path.read_bytes() for path in copy.rglob("*") if path.suffix in (".py", ".po", ".toml", ".json")}
    try:
        change(copy)
        return [
            {label for label in was if was[label] != now[label]}
            for was, now in zip(before, digests_in(copy), strict=True)
        ]
    finally:
        for path, content in kept.items():
            path.write_bytes(content)


NEW_TRANSLATION = '\n#. new.py\nmsgid "A text that is new."\nmsgstr "新的一句。"\n'
NOTHING: dict[str, Change] = {
    "a new constant of experiments": added("engine/experiments/digits/config.py", "\nANOTHER = 3\n"),
    "a new field with a default": put(
        "engine/experiments/transformer.py", "    width: int = 64", "    another: int = 3\n    width: int = 64"
    ),
    "a new experiment": added(
        "engine/experiments/recall/config.py", '\n\nclass Another(RecallConfig):\n    """Another."""\n'
    ),
    "a new analysis": added("engine/analyses/catalog.py", '\n\nclass Another(Analysis):\n    """Another."""\n'),
    "a new view in notebooks": put("engine/recording/views/html_view.py", "<th", "<th title='x'"),
    "another view for xarray": added("engine/recording/views/xarray_view.py", "\nANOTHER = 3\n"),
    "a new message": added(PO, NEW_TRANSLATION),
    "a new source": added(
        "scenes/evidence/sources.toml", '\n[a2030]\nauthors = "A"\nyear = 2030\ntitle = "B"\nfound = "C"\n'
    ),
    "a new wording": put(
        "scenes/language/wordings.py", "PAPER: Mapping[str, str] = {", 'PAPER: Mapping[str, str] = {"a": "b",'
    ),
    "how the cache keeps things": added("renders/cache/beat_cache.py", "\nANOTHER = 3\n"),
    "what an error says": put("renders/base/errors.py", "the disk is full", "the disk is quite full"),
    "how files are replaced": added("engine/files/replacing.py", "\nANOTHER = 3\n"),
    "a recording's training": added("engine/experiments/digits/task.py", "\nANOTHER = 3\n"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_draws_nothing_makes_nothing_stale(copy: Path, before: list[dict[str, str]], name: str) -> None:
    assert stale(copy, before, NOTHING[name]) == [set(), set()]


def test_a_changed_message_makes_those_stale_in_whose_modules_it_stands(
    copy: Path, before: list[dict[str, str]]
) -> None:
    def change(folder: Path) -> None:
        put(PO, 'msgstr "为什么要分层？"', 'msgstr "为何要分层？"')(folder)
        subprocess.run([sys.executable, "-m", "scenes.language.translation_catalog"], cwd=folder, check=True)

    english, chinese = stale(copy, before, change)
    assert english == set() and chinese == {"network/hope_for_parts"}


def test_a_changed_source_makes_those_stale_that_name_it(copy: Path, before: list[dict[str, str]]) -> None:
    change = put("scenes/evidence/sources.toml", "Deep Sparse Rectifier Neural Networks", "Deep sparse rectifiers")
    for found in stale(copy, before, change):
        assert "network/relu" in found and found <= {"network/relu", "network/end_card", "network/last_picture"}


def test_a_changed_drawing_part_makes_the_beats_stale_that_import_it(copy: Path, before: list[dict[str, str]]) -> None:
    english, chinese = stale(copy, before, put("scenes/text/brace.py", "import", "import sys  # a\nimport"))
    assert english == chinese and 0 < len(english) < 8
    for found in stale(copy, before, added("scenes/chapters/network/squish.py", "\nANOTHER = 3\n")):
        assert found == {"network/squish"}
