"""Finds the one way through a model that is told: from an input to what is put out, by as many modules as possible.

Where the ways of a model part and meet again, what is on another way is not on this one: what meets it is named.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.recording.format.structure import ENTERS, LEAVES
from scenes.animate.diagram.wiring_graph import wiring_of

if TYPE_CHECKING:
    from engine.recording.format.structure import Point, Structure

# Functions that hand on the values that they take, in another form or order, or a part of them
HANDING_ON = frozenset(
    """
    view view_as reshape reshape_as flatten unflatten transpose permute movedim swapaxes t T mT contiguous clone detach
    to float double half type type_as expand expand_as squeeze unsqueeze squeeze_ unsqueeze_ getitem __getitem__ select
    narrow chunk split unbind index_select
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Approach:
    """What lies between two modules. functions: those that change values on the way. joins: where others come in."""

    functions: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()


DIRECT = Approach()


@dataclass(frozen=True)
class InputRoute:
    """A way through a model. calls: of modules, in order. before: what lies before each of them. behind: the last."""

    calls: tuple[str, ...]
    before: Mapping[str, Approach] = field(default_factory=dict)
    behind: Approach = DIRECT


def route_through(structure: Structure, entry: int, entries: int, told: Collection[str]) -> InputRoute | None:
    """Return the way from one of a model's inputs to what it puts out; None where there is none.

    entry: which of as many inputs, from 0; where it is not known which they are, from any. told: the calls of modules
    whose values are there to be shown, of which as many as possible are to be on it.
    """
    wiring = wiring_of(structure)
    points = {point.name: point for point in wiring.points}
    inputs = [point.name for point in wiring.points if point.kind == "input"]
    starts = {inputs[entry]} if len(inputs) == entries else set(inputs)
    outputs = [point.name for point in wiring.points if point.kind == "output"]
    ends = [name for name in outputs if points[name].shape] or outputs
    into: dict[str, dict[str, tuple[str, ...]]] = {}
    for way in wiring.ways:
        into.setdefault(way.target, {}).setdefault(way.source, way.through)
    best: dict[str, tuple[tuple[int, int], str]] = {}  # how much is told and how many modules up to it, and from where
    for name in _in_order(into):
        if name in starts:
            best[name] = ((0, 0), "")
            continue
        known = [(best[source][0], source) for source in into.get(name, {}) if source in best]
        if known:
            (shown, modules), source = max(known, key=lambda one: one[0])
            is_module = name not in points
            best[name] = ((shown + (is_module and name in told), modules + is_module), source)
    end = next((name for name in ends if name in best), None)
    return None if end is None else _walked_back(end, best, into, points)


def _is_parameter(name: str, points: Mapping[str, Point]) -> bool:
    return name in points and points[name].kind == "parameter"


def _in_order(into: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Return all names so that each stands behind what it takes in; of a circle, in any order."""
    found: dict[str, None] = {}
    for name in into:
        waiting = [(name, iter(into[name]))]
        under_way = {name}
        while waiting:
            above, sources = waiting[-1]
            source = next((one for one in sources if one not in found and one not in under_way), None)
            if source is None:
                found[above] = None
                waiting.pop()
            else:
                under_way.add(source)
                waiting.append((source, iter(into.get(source, {}))))
    return list(found)


def _walked_back(
    end: str,
    best: Mapping[str, tuple[tuple[int, int], str]],
    into: Mapping[str, Mapping[str, tuple[str, ...]]],
    points: Mapping[str, Point],
) -> InputRoute:
    """Return the way back from its end. best: of each place the one before it."""
    calls: list[str] = []
    before: dict[str, Approach] = {}
    behind: Approach | None = None
    functions: list[str] = []
    joins: list[str] = []
    name = end

    def close() -> Approach:
        nonlocal functions, joins
        done = Approach(tuple(reversed(functions)), tuple(reversed(joins)))
        functions, joins = [], []
        return done

    while source := best[name][1]:
        sources = into[name]
        function = points[name].told if name in points and name != end else ""
        others = [one for one in sources if one != source and not _is_parameter(one, points)]
        if others:  # those of a module have no function
            joins.append(function)
        elif function:
            functions.append(function)
        between = [one for one in sources[source] if not one.startswith((ENTERS, LEAVES))]
        functions += [one for one in reversed(between) if one not in HANDING_ON]
        name = source
        if name not in points or not best[name][1]:
            approach = close()
            if behind is None:
                behind = approach
            else:
                before[calls[-1]] = approach
            if name not in points:
                calls.append(name)
    calls.reverse()
    return InputRoute(tuple(calls), before, behind or DIRECT)
