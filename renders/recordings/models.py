"""Checks whether the pretrained models that analyses are of are still the ones that were read."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine.analyses.catalog import MODEL, MeaningsAnalysis, ReadingAnalysis
from engine.data.mnist import DataError
from engine.pretrained.files import differing, digest_of_model, digests_of, files_of
from engine.recording.format.conventions import SMOLLM2
from renders.base.progress import say
from renders.base.seals import LARGE, file_hash

if TYPE_CHECKING:
    from engine.analyses.catalog import Analysis
    from engine.experiments import TrainingConfig
    from engine.recording import Recording


class Models:
    """The pretrained models as they are now, each looked at once. stamps: see `renders.base.seals.file_hash`."""

    def __init__(self, stamps: Path) -> None:
        self._stamps = stamps
        self._known: dict[str, dict[str, str]] = {}

    def replaced(self, recording: Recording, wanted: TrainingConfig | Analysis) -> bool:
        """Tell whether a recorded analysis is of another model than there is now, and say so to the user in one line.

        A model that is gone cannot be looked at: its recording holds what was read of it.
        """
        if not isinstance(wanted, ReadingAnalysis | MeaningsAnalysis):
            return False
        try:
            now = self._digests(wanted.model)
        except DataError as error:
            say(f"{error}: the film is drawn from {recording.path.name}, which holds what was read of it")
            return False
        if recording.config.get(MODEL) == digest_of_model(now):
            return False
        before = recording.origin.get("model", {}).get("files")
        told = differing(before, now) if before else "it does not tell the model's content"
        say(f"{recording.path.name} is not of the model {wanted.model} as it is now ({told}): it is read again")
        return True

    def _digests(self, model: str) -> dict[str, str]:
        """Return the SHA-256 of a model's files by name, of large models as far as they are remembered."""
        if model not in self._known:
            large = model != SMOLLM2 and sum(path.stat().st_size for path in files_of(model).values()) > LARGE
            hash_of = partial(file_hash, stamps=self._stamps if large else None, least=0)
            self._known[model] = digests_of(model, lambda path: hash_of(path.resolve()))
        return self._known[model]
