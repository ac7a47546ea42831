"""What one head's scores were measured to cost, in seconds and bytes, what can be said of it, and fitting units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.recording import Recording
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

TIMES = ((1e-6, "µs"), (1e-3, "ms"), (1.0, "s"))
SIZES = ((1.0, "B"), (1e3, "kB"), (1e6, "MB"), (1e9, "GB"))
ABOUT_FOUR = (3.5, 4.5)  # a factor between is told as about four
ABOUT_AS_MANY = (0.75, 1.25)  # a ratio of two growths between: about as many times
BYTES = 4  # that a score takes, where the memory is said to follow from the size


@dataclass(frozen=True)
class Cost:
    """What was measured: seconds of processor time and bytes of one head's scores, (size,), for so many tokens.

    low, high: the quartiles of the seconds, whose median `seconds` is, over so many `rounds`.
    """

    tokens: np.ndarray
    seconds: np.ndarray
    nbytes: np.ndarray
    low: np.ndarray
    high: np.ndarray
    rounds: int

    @staticmethod
    def of(recording: Recording) -> Cost:
        names = ("tokens", "seconds", "bytes", "seconds.low", "seconds.high")
        tokens, seconds, nbytes, low, high = (recording.read(name) for name in names)
        return Cost(tokens, seconds, nbytes, low, high, len(recording.read("seconds.all")))

    @property
    def time_factors(self) -> np.ndarray:
        """By how much the time grew from each size to the next."""
        return self.seconds[1:] / self.seconds[:-1]

    @property
    def memory_factors(self) -> np.ndarray:
        """By how much the memory grew from each size to the next."""
        return self.nbytes[1:] / self.nbytes[:-1]

    @property
    def time_of_a_doubling(self) -> float:
        """By how much the time grew when the tokens doubled, on the (geometric) average."""
        doublings = np.log2(self.tokens[-1] / self.tokens[0])
        return float((self.seconds[-1] / self.seconds[0]) ** (1 / doublings))

    # What can be said of it ---------------------------------------------------------------------------------------

    def memory(self) -> Measured:
        """Return the bytes of a score, of the longest text in its unit, and by how much they grow."""
        unit = unit_of(float(self.nbytes.max()), SIZES)[0]
        value = {
            "bytes of a score": (self.nbytes / self.tokens.astype(float) ** 2).tolist(),
            "longest": float(self.nbytes[-1] / unit),
            "growth": self.memory_factors.tolist(),
        }
        how = N_("bytes of a score for each number of tokens, of the longest text in all, and their growth")
        return Measured("memory", value, how, ("attention-cost/bytes", "attention-cost/tokens"))

    def time(self) -> Measured:
        """Return by how much the time grew, from size to size and a doubling, and the longest in its unit."""
        unit = unit_of(float(self.seconds.max()), TIMES)[0]
        value = {
            "longest": to_digits(float(self.seconds[-1] / unit), 2),
            "growth": self.time_factors.tolist(),
            "a doubling": self.time_of_a_doubling,
        }
        how = N_("medians of processor time: longest to two digits, growth of each, and a doubling's average")
        return Measured("time", value, how, ("attention-cost/seconds", "attention-cost/tokens"))

    def spread(self) -> Measured:
        """Return how often each size was timed."""
        how = N_("how often each number of tokens was timed; the bars reach from quartile to quartile")
        return Measured("spread", {"rounds": self.rounds}, how, ("attention-cost/seconds.all",))

    def whole(self) -> Measured:
        """Return by how much tokens, memory and time grew from the shortest text to the longest."""
        tokens, memory, seconds = (float(one[-1] / one[0]) for one in (self.tokens, self.nbytes, self.seconds))
        value = {
            "tokens": tokens,
            "memory": memory,
            "time": to_digits(seconds, 1),
            "time for the memory": seconds / memory,
        }
        how = N_("growth from the shortest text to the longest: tokens, memory, processor time to one digit")
        names = ("tokens", "bytes", "seconds")
        return Measured("whole", value, how, tuple(f"attention-cost/{name}" for name in names))


def about_four(time: Mapping[str, Any]) -> bool:
    """Tell whether the time of twice the tokens, as `Cost.time` measures it, is about four times as long."""
    return ABOUT_FOUR[0] <= time["a doubling"] < ABOUT_FOUR[1]


def about_as_many(whole: Mapping[str, Any]) -> bool:
    """Tell whether the time grew about as much as the memory, as `Cost.whole` measures both."""
    return ABOUT_AS_MANY[0] <= whole["time for the memory"] <= ABOUT_AS_MANY[1]


def unit_of(greatest: float, units: tuple[tuple[float, str], ...]) -> tuple[float, str]:
    """Return the largest unit, its size and its name, that is no greater than a value; the smallest one at least."""
    fitting = [unit for unit in units if unit[0] <= greatest]
    return fitting[-1] if fitting else units[0]


def to_digits(value: float, digits: int) -> float:
    """Return a value with so many digits, as many as it would have again."""
    return float(f"{value:.{digits}g}")
