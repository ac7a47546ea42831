"""Opens the recordings that a film is drawn from, and checks that they are whole and of the experiment wanted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from engine.analyses.catalog import ANALYSES, BASE, find_recordable, parameters_digest
from engine.recording import Recording
from engine.recording.reading.seals import check_recording
from renders.base.errors import RenderError
from renders.recordings.models import Models
from renders.request.parts import FilmPart
from renders.request.paths import Paths

# What may differ from what is wanted: a recording made in its place with these is taken as it is.
FREE = ("steps", "seed")
# What a film's name tells where it is not the catalogue's
VARIED = (*FREE, "hidden", "learning_rate", "own_image", "model", "text", "cut", "layer", "head")

Train = Callable[[str, Path], None]


def open_recordings(pieces: Iterable[FilmPart], places: Paths, train: Train) -> dict[str, Recording]:
    """Return the recordings that film parts need, by experiment, having trained those that are missing.

    train: called with the name and the path of an experiment that is not recorded there, or only in part. Raises
    RenderError, or RecordingError, where a recording is not what the parts can be drawn from, or was changed since it
    was made.
    """
    needs: dict[str, set[str]] = {}
    for piece in pieces:
        for experiment, arrays in piece.needs.items():
            needs.setdefault(experiment, set()).update(arrays)
    checked = _CheckedRecordings(places, train)
    return {name: checked.of(name, arrays) for name, arrays in needs.items()}


def open_checked(path: Path, places: Paths) -> Recording:
    """Return the recording at `path`; raises RecordingError where one of its files is not as it was written."""
    recording = Recording.open(path)
    known_by = hashlib.sha256(str(recording.path.resolve()).encode()).hexdigest()[:16]
    check_recording(recording.path, places.cache / "recordings" / f"{known_by}.json")
    return recording


class _CheckedRecordings:
    """The recordings of one render, each checked once, however many are made from it."""

    def __init__(self, places: Paths, train: Train) -> None:
        self._places, self._train = places, train
        self._models = Models(places.stamps)
        self._taken: dict[Path, Recording] = {}

    def of(self, name: str, arrays: Collection[str] = ()) -> Recording:
        """Return the recording of an experiment, in which there are these arrays."""
        if name in self._places.given:  # its beats were chosen by what it holds
            return self._open(self._places.given[name])
        path, base = self._places.recording(name), self._base_digest(name)
        # One that is being made has another name until it is complete; what an analysis is of may be another by now
        if not path.exists() or (name in ANALYSES and self._is_of_another(name, path, base)):
            self._train(name, path)
        recording = self._open(path)
        _check_experiment(recording, name, self._places)
        missing = sorted(name for name in set(arrays) if name not in recording.arrays)
        if missing:
            raise RenderError(f"{path} lacks {', '.join(missing)}, which the film draws; {_again(name)}")
        return recording

    def _is_of_another(self, name: str, path: Path, base: str) -> bool:
        """Tell whether an analysis is of other parameters, or of another language model, than there are now."""
        recording = Recording.open(path)
        if base and recording.config.get(BASE) != base:
            return True
        return self._models.replaced(recording, self._places.wanted(name))

    def _open(self, path: Path) -> Recording:
        if path not in self._taken:
            self._taken[path] = open_checked(path, self._places)
        return self._taken[path]

    def _base_digest(self, name: str) -> str:
        """Return the digest of the parameters that an analysis is of, trained if they are missing; "" for none."""
        if name not in ANALYSES or not ANALYSES[name].of:
            return ""
        return parameters_digest(self.of(ANALYSES[name].of))


def _check_experiment(recording: Recording, name: str, places: Paths) -> None:
    path, wanted = recording.path, places.wanted(name)
    if recording.name != name:
        raise RenderError(f'{path} is a recording of "{recording.name}", the film needs "{name}"; {_again(name)}')
    free = {key: wanted.config()[key] for key in FREE if key in wanted.config()}
    differences = wanted.differences({**recording.config, **free})
    if differences:
        raise RenderError(f'{path} was made with other settings than "{name}" has: {differences[0]}; {_again(name)}')


def _again(name: str) -> str:
    return f"make it again: neuroreel train {name} --force"


def variant_of(recordings: Mapping[str, Recording], places: Paths) -> dict[str, dict[str, object]]:
    """Return the parameters of each experiment that are not the default ones; experiments with none are left out."""
    ours = {name: recording for name, recording in recordings.items() if name not in places.given}
    differing = {name: _changes(name, recording.config) for name, recording in ours.items()}
    return {name: changes for name, changes in differing.items() if changes}


def _changes(name: str, config: Mapping[str, object]) -> dict[str, object]:
    default = find_recordable(name).config()
    if name in ANALYSES and ANALYSES[name].of:
        default = find_recordable(ANALYSES[name].of).config()
    return {key: config[key] for key in VARIED if key in config and config[key] != default[key]}
