"""Shows a recording in a notebook: what was trained, how, and every array that can be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import islice

import numpy as np

from engine.recording.format.layout import NO_SETTINGS, in_a_line, leaves, parts_in_words
from engine.recording.reading.recording import ArrayInfo, Recording

_LEFT = ' style="text-align:left"'
_LONGEST = 120  # characters of a setting
_MOST = 1_000  # settings of a kind


def recording_html(recording: Recording) -> str:
    """Return a recording's settings, versions and arrays as HTML; no array but the step numbers is read."""
    digest = f"digest <code>{escape(recording.digest)}</code>" if recording.digest else "not finished"
    seals = "" if recording.sealed else ", no seals: its values are held against its digests alone"
    settings = {key: value for key, value in recording.config.items() if key not in NO_SETTINGS}
    arrays = recording.arrays.values()
    rows = [_row(recording, info) for info in arrays]
    return "\n".join(
        [
            f"<div><strong>{escape(in_a_line(recording.name))}</strong>, {len(rows)} arrays, {digest}{seals}</div>",
            _table(("array", "axes", "shape", "type", "steps"), rows),
            _folded("settings", settings),
            _folded("recorded in part", parts_in_words(recording.config)),
            _folded("origin", leaves(recording.origin)),
            _folded("versions", recording.versions),
        ]
    )


def _row(recording: Recording, info: ArrayInfo) -> Sequence[str]:
    shape = " × ".join(f"{length:,}" for length in info.shape)
    axes, steps = escape(in_a_line(", ".join(info.axes))), _steps(recording, info)
    return f"<code>{escape(in_a_line(info.name))}</code>", axes, shape, escape(str(info.dtype)), steps


def _steps(recording: Recording, info: ArrayInfo) -> str:
    steps = recording.steps(info.name) if "step" in info.axes else np.empty(0)
    return f"{len(steps):,} from {steps[0]:,} to {steps[-1]:,}" if len(steps) else ""


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table. rows: of HTML."""
    heads = "".join(f"<th{_LEFT}>{name}</th>" for name in head)
    lines = ("".join(f"<td{_LEFT}>{cell}</td>" for cell in row) for row in rows)
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>\n{body}\n</tbody></table>"


def _folded(name: str, values: Mapping[str, object]) -> str:
    """Return a folded table of names and values."""
    if not values:
        return ""
    rows = [(escape(in_a_line(key)), escape(_short(value))) for key, value in islice(values.items(), _MOST)]
    more = f"<p>{len(values) - _MOST:,} more</p>" if len(values) > _MOST else ""
    return f"<details><summary>{name}</summary>{_table(('name', 'value'), rows)}{more}</details>"


def _short(value: object) -> str:
    told = in_a_line(str(value))
    return told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"
