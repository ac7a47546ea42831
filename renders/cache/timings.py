"""Stores how long each film part took to render, by which the longest is started first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from engine.files.door import DoorError, Seconds, checked, parsed, read_bytes
from engine.files.replacing import written_whole
from renders.request.render_request import RenderRequest


def read_costs(cache: Path, order: RenderRequest) -> dict[str, float]:
    """Return seconds by the labels of film parts, in the request's quality; nothing for those never rendered."""
    return _read(cache, order).get(order.quality.name, {})


def write_costs(cache: Path, order: RenderRequest, costs: Mapping[str, float]) -> None:
    """Store the seconds that film parts took this time, by their labels, in the request's quality."""
    known = _read(cache, order)
    known[order.quality.name] = {**read_costs(cache, order), **costs}
    _path(cache, order).parent.mkdir(parents=True, exist_ok=True)
    with written_whole(_path(cache, order)) as draft:
        draft.write_text(json.dumps(known, indent=1), encoding="utf-8")


def _read(cache: Path, order: RenderRequest) -> dict[str, dict[str, float]]:
    try:
        return checked(parsed(read_bytes(_path(cache, order))), dict[str, dict[str, Seconds]])
    except (OSError, DoorError):
        return {}


def _path(cache: Path, order: RenderRequest) -> Path:
    return cache / "costs" / f"{order.chapter.name}.json"
