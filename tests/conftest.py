"""What tests of several rooms share: recordings of networks that were really, if briefly, trained."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from engine.recording import Recording

STEPS = 1500  # enough to answer an image of every digit, and trained in a moment


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Recording]:
    """Return short runs of the experiments that chapter 1 draws; trained once for all of xdist's workers."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with FileLock(folder / "recordings.lock"):
        return {name: _short_run(name, folder / f"{name}.zarr") for name in ("digits", "digits-relu")}


@pytest.fixture(scope="session")
def digits_recording(recordings: Mapping[str, Recording]) -> Path:
    """Return the path of the short run of "digits"."""
    return Path(recordings["digits"].path)


def _short_run(name: str, path: Path) -> Recording:
    from engine.experiments import find_experiment
    from engine.train import train

    if not path.exists():
        train(replace(find_experiment(name), steps=STEPS, snapshots=40, evaluations=16), path)
    return Recording.open(path)
