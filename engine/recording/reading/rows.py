"""Tells at which of a clock's steps an array was there: a part of a model may come, go, or not be called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.recording.format.layout import MISSING, ArraySpec
from engine.recording.format.selections import Index


def rows_there(spec: ArraySpec, rows: int, config: Mapping[str, Any]) -> np.ndarray | None:
    """Return the rows of an array that hold what was there, int64, of the `rows` that its clock has; None for all."""
    told = config.get(MISSING)
    spans = told.get(spec.name) if isinstance(told, dict) and spec.clock else None
    if not isinstance(spans, list):
        return None
    there = np.ones(rows, dtype=bool)
    for span in spans:
        if isinstance(span, list) and len(span) == 2 and all(type(row) is int and row >= 0 for row in span):
            there[span[0] : span[1]] = False
    return np.flatnonzero(there)


def stored_rows(index: Index, kept: np.ndarray) -> Index:
    """Return the rows at which the rows of an index are stored. kept: what `rows_there` returned."""
    if isinstance(index, int):
        return int(kept[index])
    return kept[np.asarray(index, dtype=np.int64)]
