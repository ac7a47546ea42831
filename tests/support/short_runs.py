"""Short runs and small analyses of all that the chapters draw, in three kinds, made when they are first asked for.

"default": as the catalogue has them, but shorter. "other": from another seed, with other sizes, a digit of the user's
own and another text.
"untaught": trained at a rate, or for a time, in which nothing is learned, and read by a model of random weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from engine.analyses.catalog import ANALYSES, Analysis, MeaningsAnalysis, ReadingAnalysis, find_recordable
from engine.data.digit_image import read_digit
from engine.experiments import TrainingConfig
from engine.overrides import Overrides
from engine.recording import Recording
from engine.recording.format.layout import digest_of_json

REELS = ("default", "other", "untaught")

VARIATIONS = {
    "default": Overrides(),
    "other": Overrides(
        hidden=(30, 20),
        seed=4,
        picture=read_digit(Path(__file__).parents[1] / "data" / "my7.png"),
        text="A cold wind blew all the brown leaves away",
    ),
    "untaught": Overrides(learning_rate=1e-5),
}
_DIGITS = {"steps": 1500, "snapshots": 40, "evaluations": 16}  # enough to answer an image of every digit
SHORTER: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("digits", "digits-relu", "digits-true-labels", "digits-shuffled-labels"), _DIGITS),
    "induction": {**_DIGITS, "steps": 320},  # the least in which an induction head appears
    "dates": {"steps": 250, "snapshots": 12, "evaluations": 6, "tested": 100},  # nine of ten are right
    "digits-landscape": {"side": 17, "points": 41, "examples": 300, "descent_steps": 12, "slices": 20},
    "digits-review": {},
    "digits-gradient": {},
    "digits-backprop": {"moments": 5},
    "digits-pace": {"full_steps": 3, "mini_steps": 40, "looks": 4, "walk_steps": 20, "side": 11, "examples": 2_000},
    "chain": {},
    "chain-calculus": {},
    "attention-text": {},
    "attention-meanings": {},
    "attention-cost": {"tokens": (64, 128, 256, 512), "rounds": 3, "lasting": 0.002},
}
SHORTEST: dict[str, dict[str, dict[str, Any]]] = {  # of the other kinds, in place of some of these
    "other": {"dates": {"steps": 160}},  # about half of them are right
    "untaught": {
        "chain": {"steps": 200},
        "induction": {"steps": 4, "warmup": 1, "snapshots": 5},
        "dates": {"steps": 3, "warmup": 1, "snapshots": 4, "tested": 20},
    },
}


class ShortRuns(Mapping[str, Recording]):
    """The recordings of one kind by the names of experiments and analyses; kinds and processes share a folder."""

    def __init__(self, kind: str, folder: Path) -> None:
        """Make them in, or take them from, `folder`."""
        self._kind, self._folder = kind, folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._opened: dict[str, Recording] = {}

    def __getitem__(self, name: str) -> Recording:
        """Return the recording; the first of all processes to ask makes it, and the others wait."""
        if name not in self._opened:
            if name not in SHORTER:
                raise KeyError(name)
            self._opened[name] = self._recorded(name)
        return self._opened[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(SHORTER)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(SHORTER)

    def _recorded(self, name: str) -> Recording:
        from engine.analyses.run import run_analysis
        from engine.train import repeatable, train

        wanted = self._wanted(name)
        base = self[wanted.of] if isinstance(wanted, Analysis) and wanted.of else None
        known_by = digest_of_json([wanted.config(), base.digest if base else ""])[:8]
        path = self._folder / f"{name}-{known_by}.zarr"
        with FileLock(path.with_suffix(".lock")):
            if path.exists():
                return Recording.open(path)
            if isinstance(wanted, TrainingConfig):
                return train(wanted, path, own=self._picture_of(wanted))
            with repeatable(0):  # threads that wait for others take processor time from the other workers
                return run_analysis(wanted, base, path)

    def _wanted(self, name: str) -> TrainingConfig | Analysis:
        changes = {**SHORTER[name], **SHORTEST.get(self._kind, {}).get(name, {})}
        wanted = replace(VARIATIONS[self._kind].of(find_recordable(name)), **changes)
        if self._kind == "untaught" and isinstance(ANALYSES.get(name), ReadingAnalysis | MeaningsAnalysis):
            return replace(wanted, model=self._random_model())
        return wanted

    def _picture_of(self, wanted: TrainingConfig) -> np.ndarray | None:
        """Return the user's own picture where the training shows one."""
        return VARIATIONS[self._kind].picture if getattr(wanted, "own_image", "") else None

    def _random_model(self) -> str:
        from tests.support.tiny_model import save_tiny_model

        model = self._folder / "model"
        with FileLock(self._folder / "model.lock"):
            return str(model if model.exists() else save_tiny_model(model))
