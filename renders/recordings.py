"""The recordings that a film is drawn from: there, whole, and of the experiment that the catalogue names, or given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from engine.recording import Recording
from engine.studies import BASE, STUDIES, find_recordable, parameters_digest
from renders.errors import RenderError
from renders.jobs import Piece
from renders.places import Places

# What may differ from what is wanted: a recording made in its place with these is taken as it is.
FREE = ("steps", "seed")
# What a film's name tells where it is not the catalogue's
VARIED = (*FREE, "hidden", "learning_rate", "own_image", "model", "text", "cut", "layer", "head")

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
    if name in places.given:  # its beats were chosen by what it holds
        return Recording.open(places.given[name])
    path, base = places.recording(name), _base_digest(name, places, train)
    # One that is being made has another name until it is complete; a study's network may have been trained anew
    if not path.exists() or (base and Recording.open(path).config.get(BASE) != base):
        train(name, path)
    recording = Recording.open(path)
    _check_experiment(recording, name, places)
    missing = sorted(arrays - set(recording.arrays))
    if missing:
        raise RenderError(f"{path} lacks {', '.join(missing)}, which the film draws; {_again(name)}")
    return recording


def _base_digest(name: str, places: Places, train: Train) -> str:
    """Return the digest of the parameters that a study is of, whose experiment is trained if missing; "" for none."""
    if name not in STUDIES or not STUDIES[name].of:
        return ""
    return parameters_digest(_open(STUDIES[name].of, places, set(), train))


def _check_experiment(recording: Recording, name: str, places: Places) -> None:
    path, wanted = recording.path, places.wanted(name)
    if recording.name != name:
        raise RenderError(f'{path} is a recording of "{recording.name}", the film needs "{name}"; {_again(name)}')
    free = {key: wanted.config()[key] for key in FREE if key in wanted.config()}
    differences = wanted.differences({**recording.config, **free})
    if differences:
        raise RenderError(f'{path} was made with other settings than "{name}" has: {differences[0]}; {_again(name)}')


def _again(name: str) -> str:
    return f"make it again: neuroreel train {name} --force"


def variant_of(recordings: Mapping[str, Recording], places: Places) -> dict[str, dict[str, object]]:
    """Return the parameters of the experiments in which they are not the default ones; nothing where all are."""
    ours = {name: recording for name, recording in recordings.items() if name not in places.given}
    differing = {name: _changes(name, recording.config) for name, recording in ours.items()}
    return {name: changes for name, changes in differing.items() if changes}


def _changes(name: str, config: Mapping[str, object]) -> dict[str, object]:
    default = find_recordable(name).config()
    if name in STUDIES and STUDIES[name].of:
        default = find_recordable(STUDIES[name].of).config()
    return {key: config[key] for key in VARIED if key in config and config[key] != default[key]}
