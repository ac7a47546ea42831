"""The catalogue of studies: what is computed from a recorded network after its training.

A `Study` is plain data, like an experiment, and is recorded like one, by `engine.survey`. Its recording belongs to the
one that it was computed from, whose digest it holds. As with experiments, torch is not imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.experiments import EXPERIMENTS, Experiment, find_among

BASE = "base_digest"  # in the config: which recording the study is of


@dataclass(frozen=True)
class Study:
    """The cost of a recorded network along a weight and over planes, on the first `examples` training images.

    of: the experiment that was recorded. weights: two entries, (parameter, out, in) each: the line is along the first,
    the pair's plane along both. reach: how far from its trained value a weight goes. points: places on the line. side:
    places along each side of a plane. plane_seed: of the plane of random directions, which reaches as far as the
    parameters are long. start, rate, descent_steps: where in that plane a descent begins, η, and how many steps it has.
    """

    name: str
    of: str
    weights: tuple[tuple[str, int, int], tuple[str, int, int]]
    reach: float
    points: int = 201
    side: int = 41
    examples: int = 10_000
    plane_seed: int = 0
    start: tuple[float, float] = (-0.85, 0.8)
    rate: float = 0.02
    descent_steps: int = 60

    def config(self) -> dict[str, Any]:
        """Return the settings as plain JSON."""
        return {**asdict(self), "weights": [list(weight) for weight in self.weights], "start": list(self.start)}

    def differences(self, config: Mapping[str, Any]) -> list[str]:
        """Say how the settings of a recorded `config` differ from these, one "setting: theirs, ours" each."""
        return [
            f"{key}: {config.get(key, 'absent')} recorded, {value} asked for"
            for key, value in self.config().items()
            if config.get(key) != value
        ]


STUDIES: dict[str, Study] = {
    study.name: study
    for study in (
        Study(
            name="digits-landscape",
            of="digits",
            weights=(("layer3.weight", 3, 5), ("layer3.weight", 3, 11)),
            reach=8.0,
        ),
    )
}


def find_recordable(name: str) -> Experiment | Study:
    """Return the experiment or study of that name; raise `ExperimentError` naming the nearest right one."""
    known: dict[str, Experiment | Study] = {**EXPERIMENTS, **STUDIES}
    return find_among(known, name)
