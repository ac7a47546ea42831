"""A chapter of two short beats, copied to a folder where a test may change it, and a recording that they draw."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from engine.experiments import find_experiment
from engine.recording_format import ArraySpec
from engine.recording_writer import RecordingWriter
from renders.places import Places
from scenes.catalog import BeatEntry, ChapterEntry

TINY = ChapterEntry(
    name="tiny",
    title="A tiny chapter",
    beats=(
        BeatEntry("grow", "A square grows"),
        BeatEntry("slide", "A dot slides", {"digits": ("layer3.bias",)}),
    ),
    package_root="reels",
)
BIASES = np.linspace(1, 3, 20, dtype=np.float32).reshape(2, 10)


def copy_reels(folder: Path) -> Path:
    """Copy the package of the beats into a folder and return where it lies."""
    return Path(shutil.copytree(Path(__file__).parent / "reels", folder / "reels"))


def places_in(folder: Path) -> Places:
    """Return places of a test's own."""
    return Places(folder / "films", folder / "cache", folder / "recordings")


def write_recording(
    path: Path, experiment: str = "digits", *, arrays: tuple[str, ...] = ("layer3.bias",), **settings: object
) -> None:
    """Write a complete recording of an experiment with two snapshots of small arrays; settings: changes to its config."""
    config = {**find_experiment(experiment).config(), **settings}
    specs = [ArraySpec(name, ("step", "out"), BIASES.shape, "float32", "snapshot") for name in arrays]
    writer = RecordingWriter.create(path, config, {"numpy": "2"}, specs, {"snapshot": np.array([0, 9])}, {})
    for row in BIASES:
        writer.append("snapshot", dict.fromkeys(arrays, row))
    writer.commit(b"state", {})
    writer.complete()
