"""A provenance that tells something else, sealed anew, as somebody does who means to deceive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from renders.base.seals import sealed
from renders.film.provenance import require_provenance


def retell(path: Path, **changes: Any) -> None:
    """Let the provenance at `path` tell other things."""
    path.write_bytes(sealed({**require_provenance(path), **changes}))


def retell_by(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Let the provenance at `path` tell what `change` makes of it."""
    told = require_provenance(path)
    change(told)
    path.write_bytes(sealed(told))
