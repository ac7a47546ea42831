"""What one head's scores were measured to cost, in seconds and bytes, and the units that fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.recording import Recording

TIMES = ((1e-6, "µs"), (1e-3, "ms"), (1.0, "s"))
SIZES = ((1.0, "B"), (1e3, "kB"), (1e6, "MB"), (1e9, "GB"))


@dataclass(frozen=True)
class Cost:
    """What was measured: seconds and bytes of one head's scores, (size,), for so many tokens."""

    tokens: np.ndarray
    seconds: np.ndarray
    nbytes: np.ndarray

    @staticmethod
    def of(recording: Recording) -> Cost:
        return Cost(*[recording.read(name) for name in ("tokens", "seconds", "bytes")])

    @property
    def time_factors(self) -> np.ndarray:
        """By how much the time grew from each size to the next."""
        return self.seconds[1:] / self.seconds[:-1]

    @property
    def memory_factors(self) -> np.ndarray:
        """By how much the memory grew from each size to the next."""
        return self.nbytes[1:] / self.nbytes[:-1]

    @property
    def mean_time_factor(self) -> float:
        """By how much the time grew from each size to the next on (the geometric) average."""
        return float(np.exp(np.log(self.time_factors).mean()))


def unit_of(greatest: float, units: tuple[tuple[float, str], ...]) -> tuple[float, str]:
    """Return the largest unit, its size and its name, that is no greater than a value; the smallest one at least."""
    fitting = [unit for unit in units if unit[0] <= greatest]
    return fitting[-1] if fitting else units[0]
