"""What files and films may be called."""

from __future__ import annotations

import re

from renders.short_names import cut_name

_UNSAFE = re.compile(r"[^\w-]+")
_LONGEST = 80  # bytes of a name, so that a film has room for its look, and what stands beside it for its endings


def slug(name: str, longest: int = _LONGEST) -> str:
    """Return a name as a file may be called everywhere: letters of any script, digits, - and _; "" if none is left.

    longest: bytes.
    """
    return cut_name(_UNSAFE.sub("-", name).strip("-"), longest).strip("-")
