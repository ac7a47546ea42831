"""The recordings that a film is drawn from: there, whole, and of the experiment that the catalogue names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from engine.experiments import find_experiment
from engine.recording import Recording
from renders.errors import RenderError
from renders.jobs import Piece
from renders.places import Places

# What may differ from the catalogue's experiment: the beats' pictures and words hold for any of these.
FREE = ("steps", "seed")

Train = Callable[[str, Path], None]


def open_recordings(pieces: Iterable[Piece], places: Places, train: Train) -> dict[str, Recording]:
    """Return the recordings that the pieces need, by experiment, having trained those that are missing.

    train: called with the name and the path of an experiment that is not recorded there, or only in part. Raises
    RenderError, or RecordingError, where a recording is not what the pieces can be drawn from.
    """
    needs: dict[str, set[str]] = {}
    for piece in pieces:
        for experiment, arrays in piece.needs.items():
            needs.setdefault(experiment, set()).update(arrays)
    return {name: _open(name, places.recording(name), arrays, train) for name, arrays in needs.items()}


def _open(name: str, path: Path, arrays: set[str], train: Train) -> Recording:
    if not path.exists() or not Recording.open(path).complete:
        train(name, path)
    recording = Recording.open(path)
    _check_experiment(recording, name, path)
    missing = sorted(arrays - set(recording.arrays))
    if missing:
        raise RenderError(f"{path} lacks {', '.join(missing)}, which the film draws; {_again(name)}")
    return recording


def _check_experiment(recording: Recording, name: str, path: Path) -> None:
    if recording.name != name:
        raise RenderError(f'{path} is a recording of "{recording.name}", the film needs "{name}"; {_again(name)}')
    experiment = find_experiment(name)
    differences = experiment.differences({**recording.config, **{key: experiment.config()[key] for key in FREE}})
    if differences:
        raise RenderError(f'{path} was made with other settings than "{name}" has: {differences[0]}; {_again(name)}')
    if not recording.complete:
        raise RenderError(f"{path} is not finished; go on with it: neuroreel train {name} --resume")


def _again(name: str) -> str:
    return f"make it again: neuroreel train {name} --force"


def variant_of(recordings: Mapping[str, Recording]) -> str:
    """Return "" where all experiments have their default parameters, a short digest of the parameters otherwise."""
    changed = {name: parameters for name, parameters in _free_parameters(recordings).items() if not _default(name, parameters)}
    if not changed:
        return ""
    return hashlib.blake2b(json.dumps(changed, sort_keys=True).encode(), digest_size=4).hexdigest()


def _free_parameters(recordings: Mapping[str, Recording]) -> dict[str, dict[str, object]]:
    return {name: {key: recording.config.get(key) for key in FREE} for name, recording in recordings.items()}


def _default(name: str, parameters: Mapping[str, object]) -> bool:
    config = find_experiment(name).config()
    return all(config[key] == value for key, value in parameters.items())
