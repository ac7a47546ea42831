"""The recordings that a film is drawn from: there, whole, and of the experiment that the catalogue names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from engine.experiments import find_experiment
from engine.recording import Recording
from engine.studies import BASE, STUDIES, find_recordable
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
    return {name: _open(name, places, arrays, train) for name, arrays in needs.items()}


def _open(name: str, places: Places, arrays: set[str], train: Train) -> Recording:
    path, base = places.recording(name), _base_digest(name, places, train)
    # One that is being made has another name until it is complete; a study's network may have been trained anew
    if not path.exists() or (base and Recording.open(path).config.get(BASE) != base):
        train(name, path)
    recording = Recording.open(path)
    _check_experiment(recording, name, path)
    missing = sorted(arrays - set(recording.arrays))
    if missing:
        raise RenderError(f"{path} lacks {', '.join(missing)}, which the film draws; {_again(name)}")
    return recording


def _base_digest(name: str, places: Places, train: Train) -> str:
    """Return the digest of the recording that a study is of, which is trained if it is missing; "" for no study."""
    return _open(STUDIES[name].of, places, set(), train).digest if name in STUDIES else ""


def _check_experiment(recording: Recording, name: str, path: Path) -> None:
    if recording.name != name:
        raise RenderError(f'{path} is a recording of "{recording.name}", the film needs "{name}"; {_again(name)}')
    differences = find_recordable(name).differences({**recording.config, **_default(name)})
    if differences:
        raise RenderError(f'{path} was made with other settings than "{name}" has: {differences[0]}; {_again(name)}')


def _again(name: str) -> str:
    return f"make it again: neuroreel train {name} --force"


def variant_of(recordings: Mapping[str, Recording]) -> dict[str, dict[str, object]]:
    """Return the free parameters of the experiments in which they are not the default ones; nothing where all are."""
    free = {name: {key: recording.config[key] for key in FREE} for name, recording in recordings.items()}
    return {name: told for name, told in free.items() if told != _default(name)}


def _default(name: str) -> dict[str, object]:
    config = find_experiment(STUDIES[name].of if name in STUDIES else name).config()
    return {key: config[key] for key in FREE}
