"""Two ways of doing the same thing, measured side by side in one run.

The ways take turns, so that a machine that slows down slows down both; medians are compared, never single runs.
"""

from __future__ import annotations

import operator
import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

Seconds = float

_GOAL = re.compile(r"(ours|ratio) (at least|at most|under) ([\d.,]*\d)")
_REACHES = {"at least": operator.ge, "at most": operator.le, "under": operator.lt}


@dataclass(frozen=True)
class Row:
    """One line of the table.

    ours, theirs: medians in `unit`. ratio: how many times better ours is, above 1 is better. spread: from the smallest
    to the largest ratio of a round, as a share of their median; 0 where there was one round. goal: what the ratio, or
    ours, should reach, as "ratio at least 40" or "ours at most 2 s". frames: what was drawn, trained or kept.
    """

    ours: float
    theirs: float
    unit: str
    ratio: float
    spread: float
    goal: str
    frames: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal was reached; None where it is not of the usual form."""
        goal = _GOAL.match(self.goal)
        if goal is None:
            return None
        what, bound, number = goal.groups()
        value: float = getattr(self, what)
        return bool(_REACHES[bound](value, float(number.replace(",", ""))))

    def as_json(self) -> dict[str, float | str]:
        """Return the row as it stands in the file of results."""
        values = asdict(self)
        del values["goal"]
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in values.items()}


def summarize(
    ours: Sequence[float],
    theirs: Sequence[float],
    unit: str,
    goal: str,
    *,
    frames: str = "",
    more_is_better: bool = False,
) -> Row:
    """Return the row of values that were measured in pairs, round by round."""
    pairs = zip(ours, theirs, strict=True)
    ratios = [our / their if more_is_better else their / our for our, their in pairs]
    middle = statistics.median(ratios)
    return Row(
        ours=statistics.median(ours),
        theirs=statistics.median(theirs),
        unit=unit,
        ratio=middle,
        spread=(max(ratios) - min(ratios)) / middle,
        goal=goal,
        frames=frames,
    )


def interleave(
    ours: Callable[[], Seconds], theirs: Callable[[], Seconds], rounds: int
) -> tuple[list[Seconds], list[Seconds]]:
    """Call the two in turn, and the other one first in every second round; return what each call gave."""
    results: tuple[list[Seconds], list[Seconds]] = ([], [])
    for number in range(rounds):
        for way in (0, 1) if number % 2 == 0 else (1, 0):
            results[way].append((ours, theirs)[way]())
    return results
