"""Counts which classes are taken for which, as plain numbers on which a table of a model's answers rests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from scenes.animate.answers.answers import Answers


def right_by_class(names: Sequence[str], rows: np.ndarray, columns: np.ndarray) -> dict[str, Any]:
    """Return of each class how many examples it has, and how many of these are right at each step.

    names: of the classes that have a row. rows: (example,) of what each is. columns: (step, example) of what is said.
    """
    right = [np.bincount(rows[said == rows], minlength=len(names)).tolist() for said in columns]
    return {"classes": list(names), "counts": np.bincount(rows, minlength=len(names)).tolist(), "right": right}


def table_of(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return how many examples are in each cell of a table. columns: (example,), below 0 where nothing was said."""
    table = np.zeros(shape, dtype=np.int64)
    np.add.at(table, (rows[columns >= 0], columns[columns >= 0]), 1)
    return table


def worst_confusion(answers: Answers) -> dict[str, Any] | None:
    """Return which class is most often taken for which at the end, how often, and how often the next one is.

    None where no class is taken for another.
    """
    table = answers.confusions()
    np.fill_diagonal(table, 0)
    if not table.any():
        return None
    row, column = divmod(int(table.argmax()), len(table))
    most, second = np.sort(table, axis=None)[[-1, -2]]
    named = {"truth": answers.names[row], "answer": answers.names[column], "row": row, "column": column}
    return {**named, "count": int(most), "next": int(second)}
