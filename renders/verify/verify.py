"""Verifies a film or a recording against what is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from renders.base.errors import RenderError
from renders.clip.clip import ENDINGS
from renders.film.provenance import ForeignProvenanceError
from renders.recordings.own_film import find_recording
from renders.request.paths import Paths
from renders.verify.film import verify_film
from renders.verify.recording import verify_recording
from renders.verify.verdict import Verdict

PROVENANCE = ".json"


def verify_target(target: str, places: Paths, given: Sequence[Path] = (), workers: int = 1) -> Verdict:
    """Verify a film, by its file or the .json beside it, or a recording, by its path or its name among the project's.

    given: recordings that a film was drawn from and that are not among the project's. Raises RenderError or
    RecordingError, one line, where there is nothing that could be compared.
    """
    path = Path(target)
    ending = path.suffix.lower()
    if ending != PROVENANCE and ending not in ENDINGS:
        if path.is_file():
            raise RenderError(f"{path} is neither a film, nor the .json beside one, nor a recording")
        return verify_recording(find_recording(target, places))
    if not path.is_file():
        raise RenderError(f"there is no file {path}")
    beside = path.with_suffix(PROVENANCE)
    if not beside.is_file():
        raise ForeignProvenanceError(f"nothing is told of {path}: there is no {beside.name} beside it")
    return verify_film(beside, path if ending in ENDINGS else None, places, given, workers)
