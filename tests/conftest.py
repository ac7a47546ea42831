"""What tests of several rooms share: recordings of networks that were really, if briefly, trained."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from engine.recording import Recording

STEPS = 1500  # enough to answer an image of every digit, and trained in a moment
RUNS = {
    **dict.fromkeys(("digits", "digits-relu", "digits-true-labels", "digits-shuffled-labels"), STEPS),
    "induction": 320,  # the least in which an induction head appears
}
SMALLER: dict[str, dict[str, Any]] = {
    "digits-landscape": {"side": 17, "points": 41, "examples": 300, "descent_steps": 12, "slices": 20},
    "digits-review": {"examples": 600},
    "attention-text": {},
    "attention-meanings": {},
    "attention-cost": {"tokens": (64, 128, 256, 512)},
}


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Recording]:
    """Return short runs and small studies of all that the chapters draw; made once for all of xdist's workers."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with FileLock(folder / "recordings.lock"):
        runs = {name: _short_run(name, folder / f"{name}.zarr") for name in RUNS}
        return runs | {name: _small_study(name, runs, folder / f"{name}.zarr") for name in SMALLER}


@pytest.fixture(scope="session")
def random_readings(
    recordings: Mapping[str, Recording], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Recording]:
    """Return the same with the readings of a language model that knows nothing, in which no claim need hold."""
    from engine.studies import STUDIES
    from engine.survey import survey
    from tests.tiny_model import save_tiny_model

    folder = tmp_path_factory.mktemp("random")
    model = str(save_tiny_model(folder / "model"))
    read = {
        name: survey(replace(STUDIES[name], model=model), None, folder / f"{name}.zarr")
        for name in ("attention-text", "attention-meanings")
    }
    return {**recordings, **read}


@pytest.fixture(scope="session")
def digits_recording(recordings: Mapping[str, Recording]) -> Path:
    """Return the path of the short run of "digits"."""
    return Path(recordings["digits"].path)


def _short_run(name: str, path: Path) -> Recording:
    from engine.experiments import find_experiment
    from engine.train import train

    if not path.exists():
        wanted = find_experiment(name)
        train(replace(wanted, steps=RUNS[name], snapshots=min(40, wanted.snapshots), evaluations=16), path)
    return Recording.open(path)


def _small_study(name: str, runs: Mapping[str, Recording], path: Path) -> Recording:
    from engine.studies import STUDIES
    from engine.survey import survey

    study = STUDIES[name]
    if not path.exists():
        survey(replace(study, **SMALLER[name]), runs.get(study.of), path)
    return Recording.open(path)
