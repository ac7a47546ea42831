"""Which modules a module imports, found without importing any."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from renders.base.errors import RenderError
from renders.cache.import_graph import ImportGraph


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a package `somewhere` on the path."""
    folder = tmp_path / "somewhere"
    (folder / "inner").mkdir(parents=True)
    for name in ("__init__", "inner/__init__", "inner/deep", "plain", "late", "hinted"):
        (folder / f"{name}.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder


def write(folder: Path, source: str) -> None:
    (folder / "top.py").write_text(source, encoding="utf-8")


def test_finds_what_is_imported_and_the_packages_around_it(package: Path) -> None:
    write(package, "import json\nimport somewhere.plain\nfrom somewhere.inner import deep, nothing\n")
    assert ImportGraph().dependencies("somewhere.top") == (
        "somewhere",
        "somewhere.inner",
        "somewhere.inner.deep",
        "somewhere.plain",
        "somewhere.top",
    )


def test_follows_relative_imports_and_imports_within_functions(package: Path) -> None:
    write(package, "from .inner import deep\ndef late():\n    if deep:\n        from . import late\n")
    (package / "inner" / "deep.py").write_text("from .. import plain\n", encoding="utf-8")
    found = ImportGraph().dependencies("somewhere.top")
    assert {"somewhere.inner.deep", "somewhere.late", "somewhere.plain"} <= set(found)


def test_leaves_out_what_only_a_type_checker_imports(package: Path) -> None:
    write(package, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import somewhere.hinted\n")
    assert "somewhere.hinted" not in ImportGraph().dependencies("somewhere.top")


def test_follows_modules_that_import_each_other(package: Path) -> None:
    write(package, "from somewhere import plain\n")
    (package / "plain.py").write_text("from somewhere import top\n", encoding="utf-8")
    assert {"somewhere.top", "somewhere.plain"} <= set(ImportGraph().dependencies("somewhere.top"))


def test_the_project_is_followed_from_outside(package: Path) -> None:
    write(package, "from scenes.language.translation import translate\n")
    assert "scenes.language.translation" in ImportGraph().dependencies("somewhere.top")


def test_the_digest_changes_with_any_module_and_only_then(package: Path) -> None:
    write(package, "import somewhere.plain\n")
    modules = ImportGraph().dependencies("somewhere.top")
    before = ImportGraph().digest(modules)
    (package / "late.py").write_text("1\n", encoding="utf-8")
    assert ImportGraph().digest(modules) == before
    (package / "plain.py").write_text("1\n", encoding="utf-8")
    assert ImportGraph().digest(modules) != before


def test_a_missing_module_and_one_that_cannot_be_parsed_are_clear_errors(package: Path) -> None:
    with pytest.raises(RenderError, match=r"no module somewhere\.absent"):
        ImportGraph().dependencies("somewhere.absent")
    write(package, "x = 1\nif :\n")
    with pytest.raises(RenderError, match=r"top\.py:2: "):
        ImportGraph().dependencies("somewhere.top")


def test_a_real_beat_is_traced_to_the_drawing_kit_without_importing_it() -> None:
    code = (
        "import sys; from renders.cache.import_graph import ImportGraph\n"
        "found = ImportGraph().dependencies('scenes.chapters.network.feed_forward')\n"
        "assert {'scenes.drawing.batched', 'scenes.look.style', 'scenes.beats.beat'} <= set(found), found\n"
        "assert 'scenes.catalog' not in found, 'the list of beats is no part of a beat'\n"
        "assert not {'manim', 'numba', 'scenes.beats.beat'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
