"""A chapter of two short beats, in a folder where a test may change it, with a recording that they draw.

    python -m tests.renders.reel FOLDER render tiny …

is the command line with that chapter and that folder in place of the project's own.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cli
from engine.analyses.catalog import find_recordable
from engine.overrides import Overrides
from engine.recording.format.layout import ArraySpec
from engine.recording.writing.writer import RecordingWriter
from renders.farm import dispatch
from renders.farm.inline_executor import InlineExecutor
from renders.request import paths as places_module
from renders.request.paths import Paths
from renders.request.quality import Quality
from renders.request.render_request import RenderRequest
from renders.request.style import USUAL, RenderStyle
from scenes import catalog
from scenes.beats.entries import BeatEntry, ChapterEntry

TINY = ChapterEntry(
    name="tiny",
    title="A tiny chapter",
    beats=(
        BeatEntry("grow", "A square grows"),
        BeatEntry("slide", "A dot slides", {"digits": ("layer3.bias",)}),
    ),
    package_root="reels",
)
SMALL = Quality("small", 160, 90, 10)
BIASES = np.linspace(1, 3, 20, dtype=np.float32).reshape(2, 10)


class Reel:
    """A folder with the beats' sources, and places for all that is made from them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.places = Paths(folder / "films", folder / "cache", folder / "recordings")
        if not (folder / "reels").exists():
            shutil.copytree(Path(__file__).parent / "reels", folder / "reels")

    def copy_to(self, folder: Path) -> Reel:
        """Return a copy of everything in another folder."""
        return Reel(Path(shutil.copytree(self.folder, folder / "reel")))

    def rewrite(self, beat: str, old: str, new: str) -> None:
        """Change the source of a beat."""
        path = self.folder / "reels" / "tiny" / f"{beat}.py"
        source = path.read_text(encoding="utf-8")
        if old not in source:
            raise ValueError(f"{path} does not say {old!r}")
        path.write_text(source.replace(old, new), encoding="utf-8")

    def order(
        self, *beats: str, language: str = "en", workers: int = 1, force: bool = False, look: RenderStyle = USUAL
    ) -> RenderRequest:
        """Return an order for the chapter, or for some of its beats."""
        return RenderRequest(TINY, SMALL, language, workers, beats, force, look)

    def record(self, name: str = "digits", path: Path | None = None, **settings: Any) -> None:
        """Write a recording, as training does in earnest; settings: what its config has other than usual."""
        write_recording(path or self.places.recording(name), name, **settings)

    def forget_modules(self) -> None:
        """Let this process import the beats anew, as a new process would."""
        for name in [name for name in sys.modules if name.partition(".")[0] == "reels"]:
            del sys.modules[name]

    def entries(self) -> dict[str, float]:
        """Return when each entry of the cache was written, by digest."""
        return {path.parent.name: path.stat().st_mtime for path in self.places.cache.glob("beats/*/entry.json")}


def write_recording(
    path: Path, experiment: str = "digits", arrays: tuple[str, ...] = ("layer3.bias",), **settings: object
) -> None:
    """Write a complete recording with two snapshots of small arrays."""
    config = {**find_recordable(experiment).config(), **settings}
    specs = [ArraySpec(name, ("step", "out"), BIASES.shape, "float32", "snapshot") for name in arrays]
    writer = RecordingWriter.create(path, config, {"numpy": "2"}, specs, {"snapshot": np.array([0, 9])}, {})
    for row in BIASES:
        writer.append("snapshot", dict.fromkeys(arrays, row))
    writer.commit(b"state", {})
    writer.complete()


def never_train(name: str, path: Path) -> None:
    """Stand where training is not expected."""
    raise AssertionError(f"{name} was to be trained into {path}")


def use_reel(reel: Reel, change: Callable[[object, str, object], None] = setattr) -> None:
    """Give the commands the tiny chapter and the reel's folders. change: as `setattr`, or pytest's, which is undone."""
    change(catalog, "CHAPTERS", (TINY,))

    def find_paths(films: Path | None = None, variation: Overrides | None = None) -> Paths:
        return replace(reel.places, films=films or reel.places.films, variation=variation)

    change(places_module, "find_paths", find_paths)


def reel_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Reel:
    """Return a reel whose beats can be imported while the test runs."""
    reel = Reel(folder)
    monkeypatch.syspath_prepend(str(folder))
    reel.forget_modules()
    return reel


def reel_for_commands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Reel:
    """Return a reel that the commands take for the project while the test runs, and render in this process."""
    reel = reel_in(folder, monkeypatch)
    use_reel(reel, monkeypatch.setattr)
    monkeypatch.setattr(dispatch, "WorkerProcess", lambda threads: InlineExecutor())
    return reel


if __name__ == "__main__":
    here = Reel(Path(sys.argv[1]))
    sys.path.insert(0, str(here.folder))
    use_reel(here)
    cli.main(sys.argv[2:], prog_name="neuroreel")
