"""Defines what a beat notes of its course: the lines that are said, and the step of a training that is on screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scenes.evidence.evidence import Because, as_evidence

if TYPE_CHECKING:
    from manim.animation.animation import Animation

    from scenes.beats.beat import Beat

Pace = Callable[[str], float]  # from a line, in the film's language, to the seconds that it takes to say


@dataclass(frozen=True)
class Caption:
    """A line of narration and when it is said, seconds within the beat.

    text: the English one, worded for the palette in force, with a `{name}` for each of the `values` that it tells,
    which are written alike everywhere. evidence: what the line rests on, as plain JSON.
    """

    start: float
    end: float
    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Said:
    """A line that may be said: its English text, what it rests on, and the values that it tells."""

    text: str
    because: Because = None
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether all that it rests on holds."""
        return all(one.holds for one in as_evidence(self.because))


def said(text: str, because: Because = None, **values: object) -> Said:
    """Return a line for `Beat.choose`."""
    return Said(text, because, values)


class Line:
    """The line being said. `seconds` is how long it takes, `remaining` how much of that is left now."""

    def __init__(self, beat: Beat, seconds: float) -> None:
        self._beat, self.seconds, self._start = beat, seconds, beat.time

    @property
    def remaining(self) -> float:
        """Seconds of the line still to come, at least 0.3, so that it can always be a run time."""
        return max(0.3, self._start + self.seconds - self._beat.time)

    def play(self, *animations: Animation, fraction: float | None = None, least: float = 0.0) -> None:
        """Play animations for a share of the line's time, or for what is left of it; `least`: seconds at least."""
        seconds = self.remaining if fraction is None else self.fraction(fraction)
        self._beat.play(*animations, run_time=max(least, seconds))

    def fraction(self, part: float) -> float:
        """Return `part` (0 to 1) of the line's time, at least 0.3 s."""
        return max(0.3, self.seconds * part)


@dataclass(frozen=True)
class StepShown:
    """The step on screen: from `time` on, seconds within the beat, what `experiment` recorded at `step`."""

    time: float
    experiment: str
    step: float
