"""Runs the trainings and analyses of the engine and shows their progress; no other module of `renders` does.

Torch is imported when something is trained, not before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renders.base.errors import RenderError, WrongUsageError
from renders.base.progress import TrainingMeter, say
from renders.recordings.checked_recordings import Train
from renders.request import paths as project
from renders.request.option_names import option_of
from renders.request.paths import Paths

if TYPE_CHECKING:
    import numpy as np

    from engine.analyses.catalog import Analysis
    from engine.experiments import TrainingConfig
    from engine.overrides import Overrides


def train_as_asked(
    wanted: TrainingConfig | Analysis,
    steps: int | None,
    variation: Overrides,
    out: Path | None,
    *,
    resume: bool,
    force: bool,
) -> Path:
    """Train an experiment or compute an analysis with the user's overrides, and return where it is recorded."""
    from engine.analyses.catalog import Analysis

    places = project.find_paths(variation=variation)
    path = out or places.recording(wanted.name)
    if isinstance(wanted, Analysis):
        if steps or resume:
            raise WrongUsageError(f"{wanted.name} is computed, not trained: it takes no --steps and no --resume")
        if path.exists() and not force:
            raise RenderError(f"{path} is there already: compute it again with --force")
        _compute(variation.of(wanted), places, path)
        return path
    if useless := variation.useless_for(wanted):
        raise WrongUsageError(f"{wanted.name} has nothing to do with {', '.join(map(option_of, useless))}")
    changed = variation.of(wanted)
    run_training(replace(changed, steps=steps or changed.steps), path, variation.picture, resume=resume, force=force)
    return path


def train_own_model(
    model: str,
    steps: int | None,
    variation: Overrides,
    own: Mapping[str, Any],
    out: Path | None,
    *,
    resume: bool,
    force: bool,
) -> Path:
    """Train the model that a user's function builds, and return where it is recorded: beside its file unless told."""
    from engine.user_training.settings import OwnTraining
    from engine.user_training.training import train_own

    if not own.get("data"):
        raise WrongUsageError(f"{model} needs something to be trained on: add --data FILE.py:FUNCTION")
    if resume:
        raise WrongUsageError("a training of a model of yours cannot be resumed: begin again with --force")
    shared = ("seed", "learning_rate")
    if useless := [name for name in variation.changed if name not in shared]:
        raise WrongUsageError(f"a model of yours has nothing to do with {', '.join(map(option_of, useless))}")
    told = {name: getattr(variation, name) for name in shared} | {"steps": steps} | dict(own)
    wanted = OwnTraining(model=model, **{name: value for name, value in told.items() if value})
    path = out or project.find_paths().recording_beside(Path(wanted.file), wanted.name)
    with TrainingMeter(wanted.name, wanted.steps) as shown:
        announce = partial(shown.begin, step=0)
        return train_own(wanted, path, overwrite=force, announce=announce, tell=shown.go_on).path


def trainer_for(places: Paths) -> Train:
    """Return a function that trains an experiment whose recording a film needs, or resumes its training."""
    return partial(_train_missing, places)


def finish_recording(path: Path) -> None:
    """Finish the recording of a user's own training that was stopped; raises RenderError where it goes on."""
    from engine.recording.writing.locking import BeingWrittenError, finish

    try:
        finish(path)
    except BeingWrittenError:
        raise RenderError(f"{path} is still being written: animate it when its training is done") from None


def data_source() -> str:
    """Return where the training data comes from, in words."""
    from engine.data.mnist import mnist_source

    return mnist_source()


def language_model() -> str:
    """Return where the pretrained language model comes from, in words; "" where there is none."""
    from engine.pretrained.files import SMOLLM2_PACKAGE
    from engine.recording.format.conventions import SMOLLM2, model_name

    return f"{model_name(SMOLLM2)}, a package" if SMOLLM2_PACKAGE.find() else ""


def _train_missing(places: Paths, name: str, path: Path) -> None:
    from engine.analyses.catalog import Analysis

    wanted = places.wanted(name)
    if isinstance(wanted, Analysis):
        _compute(wanted, places, path)
        return
    say(f"{path.stem} is not recorded yet: training it")
    run_training(wanted, path, places.variation.picture if places.variation else None, resume=True)


def _compute(analysis: Analysis, places: Paths, path: Path) -> None:
    """Compute an analysis and record it; the recording that it is of is trained first where it is missing."""
    from engine.analyses.run import run_analysis
    from engine.recording import Recording

    base = places.recording(analysis.of) if analysis.of else None
    if base and not base.exists():
        _train_missing(places, analysis.of, base)
    say(f"{path.stem}: computing it{f' from {base.name}' if base else ''}, which may take a minute")
    run_analysis(analysis, Recording.open(base) if base else None, path)


def run_training(
    experiment: TrainingConfig, path: Path, picture: np.ndarray | None, *, resume: bool = False, force: bool = False
) -> None:
    """Train an experiment and record it, showing how the training goes.

    picture: the user's own, to which the answers are recorded, too; None for none.
    """
    from engine.recording.format.plan import RecordingPlan
    from engine.train import train
    from engine.training.callbacks import Observer, Progress

    with TrainingMeter(experiment.name, experiment.steps) as shown:

        class Shown(Observer):
            def started(self, plan: RecordingPlan, path: Path, step: int) -> None:
                shown.begin(plan.lines(), step)

            def progressed(self, progress: Progress) -> None:
                shown.go_on(progress.step, progress.loss, progress.told)

        train(experiment, path, resume=resume, force=force, observers=[Shown()], own=picture)
