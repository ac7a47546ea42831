"""Ways in which JSON can be damaged, or made up: seeded, so that what was found once is found again."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 2**200, -(2**70), 0.5, -0.0, 1e308, float("nan"), float("inf"),
    "", " ", "x", "..", "../../x", "/etc/passwd", "a/b", "a\\b", "C:\\x", "\0", "\u2028", "<script>alert(1)</script>",
    "{0}", "{name}", "%s", "梯" * 300, "x" * 100_000, "\ud800",
    [], {}, [[]], [None], {"": None}, {"en": 1}, [1, "a", {}],
)  # fmt: skip


def damaged(told: Any, rng: random.Random) -> Any:
    """Return a copy of plain JSON in which one to three parts are another, gone, twice, or deep in one another."""
    changed = copy.deepcopy(told)
    for _ in range(rng.randint(1, 3)):
        parent, key = _somewhere(changed, rng)
        match rng.randrange(6):
            case 0:
                del parent[key]
            case 1:
                parent[key] = [parent[key]] * rng.choice([0, 2, 1000])
            case 2:
                parent[key] = _nested(rng.choice([50, 5_000]), rng)
            case 3 if isinstance(parent, dict):
                parent[rng.choice([str(odd) for odd in ODD])] = parent.pop(key)
            case _:
                parent[key] = copy.deepcopy(rng.choice(ODD))
        if not changed:
            break
    return changed


def _somewhere(told: Any, rng: random.Random) -> tuple[Any, Any]:
    """Return a list or a group somewhere in JSON, and a place in it; the deeper, the rarer."""
    keys = list(told) if isinstance(told, dict) else list(range(len(told)))
    key = rng.choice(keys)
    inner = told[key]
    return _somewhere(inner, rng) if isinstance(inner, dict | list) and inner and rng.random() < 0.8 else (told, key)


def _nested(depth: int, rng: random.Random) -> Any:
    told: Any = None
    for _ in range(depth):
        told = [told] if rng.random() < 0.5 else {"a": told}
    return told


def scrambled(stored: bytes, rng: random.Random) -> bytes:
    """Return bytes of which some are others, are gone, or are there twice."""
    changed = bytearray(stored)
    at = rng.randrange(len(changed))
    match rng.randrange(5):
        case 0:
            changed[at] ^= 1 << rng.randrange(8)
        case 1:
            del changed[at:]
        case 2:
            changed[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 50)))
        case 3:
            del changed[at : at + rng.randint(1, 200)]
        case _:
            end = at + rng.randint(1, 200)
            changed[at:end] = changed[at:end] * 2
    return bytes(changed)


def sealed_anew(told: Any) -> bytes:
    """Return a description with a seal that fits, as somebody can make it; where none can be, plain JSON."""
    from renders.base.seals import sealed

    try:
        return sealed(told)
    except (UnicodeEncodeError, RecursionError, TypeError, AttributeError):
        try:
            return json.dumps(told).encode()
        except RecursionError:
            return b"[" * 100_000
