"""Defines the settings of a chain of single neurons, and the experiments that have them.

They are plain data: neither torch nor anything that draws is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.recording.format.kinds import KINDS
from engine.training.config import ExperimentError, TrainingConfig

MOST_NEURONS = 8  # in a chain of more the gradient is lost before it arrives


@dataclass(frozen=True)
class ChainConfig(TrainingConfig):
    """The settings of a network with one neuron in each layer, which tells 0s from 1s by how much ink they have.

    It reads one number, `ink` times the mean of a digit's pixels, and should answer 1 for a 0 and 0 for a 1: a single
    threshold on the ink is right for about 93 in 100. `neurons` is how many there are behind the input, each with one
    weight and one bias. Training is plain SGD on (a − y)² at a constant `learning_rate`. Without `ink` most runs learn
    nothing for thousands of steps. `probes` test images are recorded.
    """

    TASK: ClassVar[str] = "engine.experiments.chain.task:ChainTask"

    neurons: int = 3
    ink: float = 5.0
    learning_rate: float = 1.0
    batch_size: int = 32
    steps: int = 3_000
    record: tuple[str, ...] = KINDS
    snapshots: int = 128
    evaluations: int = 64
    probes: int = 12

    def __post_init__(self) -> None:
        """Check the sizes, besides the conditions of every training."""
        super().__post_init__()
        if self.neurons > MOST_NEURONS:
            raise ExperimentError(f"neurons must be at most {MOST_NEURONS}, not {self.neurons}")
        if not 0 < self.ink < float("inf"):
            raise ExperimentError(f"ink must be a positive number, not {self.ink!r}")

    def minimums(self) -> dict[str, int]:
        """Return the settings that are whole numbers, with the smallest that each can be."""
        return {**super().minimums(), "neurons": 1, "probes": 2}


EXPERIMENTS = (ChainConfig(name="chain"),)
