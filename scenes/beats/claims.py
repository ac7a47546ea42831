"""Checks that the texts and numbers of a beat have the evidence that they need when they are on screen.

Whatever reaches the picture is checked, however it was made: a text or a number without the evidence that it needs
stops the beat.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scenes.evidence.evidence import Evidence, EvidenceError, Measured, Recorded, require_evidence
from scenes.text.glyphs import format_number
from scenes.text.many_numbers import Numbers
from scenes.text.numbers import Counter, Number
from scenes.text.typeset import Formula, Typeset

if TYPE_CHECKING:
    from manim.mobject.mobject import Mobject

    from engine.recording import Recording

_INDEX = re.compile(r"[_^]\s*(\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\w+)")  # of Typst's formulas, nested twice
STRUCTURE = "structure"  # what a recording tells of its model, among the arrays that evidence names
_POWER = re.compile(r"\s*times\s*10\^\((-?\d+)\)")  # of a number with a power of ten
_NAMES = re.compile(r'"[^"]*"|\b[a-zA-Z]+\d+\b|#[\d.]+em\b')  # and lengths


@dataclass(frozen=True)
class Claim:
    """A text or a number on screen, `time` seconds into the beat, and what it rests on."""

    time: float
    text: str
    evidence: tuple[Evidence, ...]


class ClaimLog:
    """Checks the evidence of what is on screen, and keeps the claims that are made there."""

    def __init__(self, beat: str, data: Mapping[str, Recording]) -> None:
        """beat: its name, which goes before the keys of its evidence. data: the recordings that it is given."""
        self.claims: list[Claim] = []
        self._beat, self._data = beat, data
        self._measured: dict[str, Measured] = {}
        self._seen: dict[int, tuple[str, tuple[Evidence, ...]]] = {}
        self._told: set[tuple[Any, ...]] = set()
        self._kept: list[Mobject] = []  # so that no other object gets the id of one that was seen

    @property
    def measured(self) -> Mapping[str, Measured]:
        """The measurements so far by key, each as it was first noted."""
        return self._measured

    def look(self, mobjects: Iterable[Mobject], time: float) -> None:
        """Check all that is on screen; raises EvidenceError where a text or a number lacks evidence."""
        for mobject, inherited in texts_in(mobjects):
            evidence = (*_own(mobject), *inherited)
            wording = _wording(mobject)
            before = self._seen.get(id(mobject))
            if before and before[0] == wording and list(map(id, before[1])) == list(map(id, evidence)):
                continue
            if before is None:
                self._kept.append(mobject)
            self._seen[id(mobject)] = wording, evidence
            self._check(mobject, evidence, time)

    def standing(self, mobjects: Iterable[Mobject]) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
        """Yield the texts on screen that rest on something, and on what."""
        for mobject, inherited in texts_in(mobjects):
            if evidence := (*_own(mobject), *inherited):
                yield _wording(mobject), evidence

    def _check(self, mobject: Mobject, evidence: tuple[Evidence, ...], time: float) -> None:
        if isinstance(mobject, Numbers):
            text = f"{len(mobject)} numbers"
            if not evidence:
                raise EvidenceError(f"{text}, such as {_wording(mobject)}, have no evidence: give them because=")
        elif isinstance(mobject, Counter):
            text = format_number(mobject.count_to, mobject.form)
            require_evidence([text], evidence)
        else:
            text = _wording(mobject)
            require_evidence([in_formula(text) if isinstance(mobject, Formula) else text], evidence)
        if isinstance(mobject, Number) and not evidence:
            raise EvidenceError(f"the number {text} has no evidence: give it because=")
        self.note(evidence)
        keys = tuple(_identity(one) for one in evidence)
        told = keys if isinstance(mobject, Number | Numbers) else (text, *keys)
        if evidence and told not in self._told:
            self._told.add(told)
            self.claims.append(Claim(time, text, evidence))

    def note(self, evidence: Iterable[Evidence]) -> None:
        """Keep measurements; raises EvidenceError where a key has two meanings, or the beat was not given an array."""
        for one in evidence:
            if isinstance(one, Measured):
                known = self._measured.setdefault(one.key, one)
                if not _alike(known, one):
                    raise EvidenceError(f"{self._beat}: two measurements have the key {one.key!r}: give each its own")
                for name in one.of:
                    self._require(name)
            elif isinstance(one, Recorded):
                self._require(f"{one.experiment}/{one.name}")

    def _require(self, told: str) -> None:
        experiment, _, name = told.partition("/")
        known = self._data.get(experiment)
        if known is None or not (name == STRUCTURE or name.startswith("config") or name in known.arrays):
            raise EvidenceError(f"{self._beat}: {told} is none of the arrays that it is given")


def texts_in(
    mobjects: Iterable[Mobject], inherited: tuple[Evidence, ...] = ()
) -> Iterator[tuple[Mobject, tuple[Evidence, ...]]]:
    """Yield each text and number among mobjects and their parts, and the evidence of the groups around it."""
    for mobject in mobjects:
        if isinstance(mobject, Typeset | Number | Numbers):
            yield mobject, inherited
        elif mobject.submobjects:
            yield from texts_in(mobject.submobjects, (*_own(mobject), *inherited))


def in_formula(text: str) -> str:
    """Return the part of a formula's source whose numbers need evidence: no indices, exponents, names and lengths."""
    before, text = "", _POWER.sub(r"e\1", text)
    while before != text:
        before, text = text, _INDEX.sub(" ", text)
    return " ".join(_NAMES.sub(" ", text).split())


def _own(mobject: Mobject) -> tuple[Evidence, ...]:
    return getattr(mobject, "evidence", ())


def _wording(mobject: Mobject) -> str:
    if isinstance(mobject, Numbers):
        return " ".join(format_number(value, mobject.form) for value in mobject.values[:4].tolist())
    return str(getattr(mobject, "text", ""))


def _identity(one: Evidence) -> tuple[Any, ...]:
    told = one.told()
    return (told["kind"], told.get("key"), str(told.get("of")), str(told.get("selection")), told.get("expression"))


def _alike(one: Measured, other: Measured) -> bool:
    """Tell whether two measurements are the same, their values being arrays or not."""
    return one.how == other.how and one.told()["value"] == other.told()["value"]
