"""Defines what a text on screen or in the narration rests on, such as a measurement, an expression or a source.

Every text and every number has evidence. A text that only points, names or asks needs none written (`Shown`); one that
holds a digit, or a word of weight such as "most" or "never", raises without it, and so does a text with a number that
its evidence does not give. Plain data, importing neither manim nor torch: drawings may carry it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Integral, Real
from typing import Any

import numpy as np

from scenes.evidence.arithmetic import evaluate
from scenes.evidence.numbers_told import needs_evidence, unexplained, weighs
from scenes.evidence.sources import find_source


class EvidenceError(ValueError):
    """A text or a number that lacks evidence, or whose evidence does not hold; the message is one line."""


@dataclass(frozen=True)
class Evidence:
    """The base class of what a text rests on. `kind` is its name in a film's .json."""

    @property
    def kind(self) -> str:
        return type(self).__name__.lower()

    @property
    def holds(self) -> bool:
        """Whether what is claimed is true."""
        return True

    @property
    def rules(self) -> bool:
        """Whether it says more than a value: a claim that may turn out false, or one that is always true."""
        return True

    def values(self) -> Iterator[Any]:
        """Yield the numbers, arrays of numbers and texts that a text resting on this evidence may tell."""
        yield from ()

    def told(self) -> dict[str, Any]:
        """Return the evidence as plain JSON.

        `how` and `rule` are English texts that are translated where they are shown.
        """
        return {"kind": self.kind}


@dataclass(frozen=True)
class Shown(Evidence):
    """The evidence of a text that only points, names or asks: it holds no digit and no word of weight."""


@dataclass(frozen=True)
class Recorded(Evidence):
    """What a recording holds, as it stands there: an array or a part of it, or a setting (`config.NAME`)."""

    experiment: str
    name: str
    selection: Mapping[str, Any] = field(default_factory=dict)
    content: Any = None

    @property
    def value(self) -> Any:
        """The one number that was read, as Python's own."""
        return np.asarray(self.content).item()

    @property
    def rules(self) -> bool:
        return False

    def values(self) -> Iterator[Any]:
        yield from _flat(self.content)

    def told(self) -> dict[str, Any]:
        selection = {axis: as_json(part) for axis, part in self.selection.items()}
        small = np.size(np.asarray(self.content, dtype=object)) == 1 if self.content is not None else False
        value = {"value": as_json(self.content)} if small else {}
        return {"kind": self.kind, "of": [f"{self.experiment}/{self.name}"], "selection": selection, **value}


@dataclass(frozen=True)
class Measured(Evidence):
    """A value that was computed from the arrays that a beat was given.

    key: unique in the beat; a function of that name in `tests/evidence` computes the value another way. value: a
    number, a text, or a list or mapping of such. how: what was measured, a noun phrase in English (marked by `N_`). of:
    "experiment/array" of all that it was computed from. rule: what must hold of the value for the text to be said; None
    where the text claims nothing but the value. reason: the rule in words, where the text itself does not say it.
    """

    key: str
    value: Any
    how: str
    of: tuple[str, ...]
    rule: Callable[[Any], bool] | None = None
    reason: str = ""

    def when(self, rule: Callable[[Any], bool], reason: str = "") -> Measured:
        """Return the same measurement with a rule."""
        return replace(self, rule=rule, reason=reason)

    @property
    def holds(self) -> bool:
        return self.rule is None or bool(self.rule(self.value))

    @property
    def rules(self) -> bool:
        return self.rule is not None

    def values(self) -> Iterator[Any]:
        yield from _flat(self.value)

    def told(self) -> dict[str, Any]:
        reason = {"rule": self.reason} if self.reason else {}
        values = {
            "kind": self.kind,
            "key": self.key,
            "value": as_json(self.value),
            "how": self.how,
            "of": list(self.of),
        }
        return {**values, **reason}


class Exact(Evidence):
    """An expression of arithmetic that is evaluated, and must be true where it compares.

    Exact("a * b + b", a=784, b=16) has the value 12,560; Exact("0 < 1 / (1 + exp(-z)) < 1", z=4) must hold. An array
    may be given for a name; comparisons must hold for all its entries.
    """

    def __init__(self, expression: str, **names: Any) -> None:
        self.expression, self.names = expression, names
        self.value = evaluate(expression, names)

    @property
    def holds(self) -> bool:
        return bool(np.all(self.value)) if np.asarray(self.value).dtype == bool else True

    def values(self) -> Iterator[Any]:
        yield from _flat([self.value, self.expression, list(self.names.values())])

    def told(self) -> dict[str, Any]:
        names = {name: as_json(value) for name, value in self.names.items() if np.size(value) <= 12}
        return {"kind": self.kind, "expression": self.expression, "names": names, "value": _short(self.value)}


class Mark(Exact):
    """A mark of a scale, such as the number at a tick: it stands where its number is."""

    def __init__(self, *values: float | str) -> None:
        super().__init__("x", x=0)
        self.marks = values

    @property
    def kind(self) -> str:
        return "mark"

    def values(self) -> Iterator[Any]:
        yield from _flat(self.marks)

    def told(self) -> dict[str, Any]:
        return {"kind": self.kind}


@dataclass(frozen=True)
class Quoted(Evidence):
    """A text that is quoted as it stands: a token, the name of a class, the user's own words."""

    text: str

    def values(self) -> Iterator[Any]:
        yield self.text


@dataclass(frozen=True)
class Source(Evidence):
    """A finding of somebody else's. key: of `scenes/evidence/sources.toml`. place: in it. value: what it says there."""

    key: str
    place: str
    value: Any = None

    def __post_init__(self) -> None:
        find_source(self.key)

    def values(self) -> Iterator[Any]:
        yield from _flat([self.value, self.place])

    def told(self) -> dict[str, Any]:
        value = {} if self.value is None else {"value": as_json(self.value)}
        return {"kind": self.kind, "key": self.key, "place": self.place, "source": find_source(self.key).line, **value}


Because = Evidence | Sequence[Evidence] | None


def as_evidence(because: Because) -> tuple[Evidence, ...]:
    """Return evidence as a tuple, whether it was given as one piece, several or none."""
    if because is None:
        return ()
    return (because,) if isinstance(because, Evidence) else tuple(because)


def require_evidence(texts: Sequence[str], because: Because, *, ruled: bool = False) -> tuple[Evidence, ...]:
    """Return the evidence of a text, given in every language as it is shown; raises EvidenceError where it lacks some.

    A digit or a word of weight in any language needs evidence; every piece must hold, and every number in the text must
    be one of its values as the text rounds it. ruled: whether a word of weight needs evidence with a rule, as it does
    in a sentence; on screen it may be part of a measure's name, such as "highest output".
    """
    evidence = as_evidence(because)
    proper = [one for one in evidence if not isinstance(one, Shown)]
    if not proper and any(needs_evidence(text) for text in texts):
        raise EvidenceError(f"{texts[0]!r} holds a digit or a word of weight: say because= of what it is so")
    for one in proper:
        if not one.holds:
            raise EvidenceError(f"{texts[0]!r} does not hold: {_in_short(one)}; choose another line")
    if ruled and any(weighs(text) for text in texts) and not any(one.rules for one in proper):
        raise EvidenceError(f"{texts[0]!r} holds a word of weight: its evidence needs a rule")
    values = [value for one in proper for value in one.values()]
    for text in texts:
        lost = unexplained(text, values)
        if lost:
            raise EvidenceError(f"{text!r} tells {lost}, which is no value of its evidence: {_listed_short(proper)}")
    return evidence


def as_json(value: Any) -> Any:
    """Return a value as plain JSON: NumPy's types as Python's, numbers that are not finite as texts."""
    if isinstance(value, Mapping):
        return {str(key): as_json(part) for key, part in value.items()}
    if isinstance(value, np.ndarray):
        return as_json(value.tolist())
    if isinstance(value, list | tuple | range | set | frozenset):
        return [as_json(part) for part in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if np.isfinite(float(value)) else str(float(value))
    return value if value is None or isinstance(value, str) else str(value)


def _flat(value: Any) -> Iterator[Any]:
    """Yield the texts, numbers and arrays of numbers within a value."""
    if isinstance(value, Mapping):
        yield from _flat(list(value.values()))
    elif isinstance(value, np.ndarray):
        yield value.ravel()
    elif isinstance(value, list | tuple | range | set | frozenset):
        for part in value:
            yield from _flat(part)
    elif value is not None:
        yield value


def _short(value: Any) -> Any:
    return as_json(value) if np.size(value) <= 12 else None


def _in_short(one: Evidence) -> str:
    told = one.told()
    return f"{told.get('key') or told.get('expression') or one.kind} = {str(told.get('value'))[:120]}"


def _listed_short(evidence: Sequence[Evidence]) -> str:
    return "; ".join(_in_short(one) for one in evidence) or "there is none"
