"""Headers of recordings, changed by somebody who knows how they are sealed, or as an older neuroreel wrote them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from engine.recording.format.layout import KEY, METADATA

BLANK = "0" * 64


def edit_header(path: Path, **changes: Any) -> None:
    """Change entries of the header of a recording, and seal it anew."""
    group, told = _read(path)
    told.update(changes)
    write_sealed(path, group)


def write_sealed(path: Path, group: dict[str, Any]) -> None:
    """Write the metadata of a recording's group with the seal that they should have."""
    group["attributes"][KEY]["seal"] = BLANK
    blank = json.dumps(group)
    (path / METADATA).write_text(blank.replace(BLANK, hashlib.sha256(blank.encode()).hexdigest(), 1))


def make_older(path: Path, **changes: Any) -> None:
    """Give a recording the header of format 1, without seals; then change entries of it."""
    group, told = _read(path)
    del told["seal"], told["seals"]
    told.pop("begun", None)
    told.update({"format": 1, **changes})
    (path / METADATA).write_text(json.dumps(group, indent=2))


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    group = json.loads((path / METADATA).read_text())
    return group, group["attributes"][KEY]
