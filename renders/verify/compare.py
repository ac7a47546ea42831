"""Compares plain JSON that was told with plain JSON that was found."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

TOLERANCE = 1e-6  # relative, of fractions: another processor adds up in another order
LONGEST = 80  # characters of a value in a line
WHEN = ("time", "at", "start")  # what an entry calls the second to which it belongs

NOTHING = object()  # for what is on one side only


@dataclass(frozen=True)
class Difference:
    """A value that was told otherwise than it was found.

    place: keys and positions that lead to it, such as "lines[3].text.en". time: the second to which it belongs; None
    for what belongs to none. told, found: as JSON, cut where that is long.
    """

    place: str
    time: float | None
    told: str
    found: str


def differences(told: Any, found: Any, place: str = "", time: float | None = None) -> Iterator[Difference]:
    """Yield where `told` and `found` differ; of lists of different lengths, the lengths and the first difference."""
    if isinstance(told, Mapping) and isinstance(found, Mapping):
        time = next((told[name] for name in WHEN if isinstance(told.get(name), int | float)), time)
        for key in dict.fromkeys((*told, *found)):
            inner = f"{place}.{key}" if place else str(key)
            yield from differences(told.get(key, NOTHING), found.get(key, NOTHING), inner, time)
    elif isinstance(told, list) and isinstance(found, list):
        yield from _of_lists(told, found, place, time)
    elif not _same(told, found):
        yield Difference(place, time, _written(told), _written(found))


def _of_lists(told: Sequence[Any], found: Sequence[Any], place: str, time: float | None) -> Iterator[Difference]:
    pairs = enumerate(zip(told, found, strict=False))
    inner = (one for number, pair in pairs for one in differences(*pair, f"{place}[{number}]", time))
    if len(told) == len(found):
        yield from inner
        return
    yield Difference(place, time, f"{len(told)} of them", str(len(found)))
    yield from islice(inner, 1)  # what comes later may only have moved


def _same(told: Any, found: Any) -> bool:
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in (told, found)):
        return type(told) is type(found) and bool(told == found)
    if told == found or (told != told and found != found):
        return True
    whole = float(told).is_integer() and float(found).is_integer()
    return not whole and math.isclose(told, found, rel_tol=TOLERANCE)


def _written(value: Any) -> str:
    if value is NOTHING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
