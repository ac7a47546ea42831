"""A group of benchmarks that fails is told and does not end the others, whose rows are written at once."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from tests.benchmarks.__main__ import measure_all
from tests.benchmarks.measure import summarize


def test_rows_are_written_as_they_are_measured_and_a_failure_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "bench.json"
    written: list[list[str]] = []

    def fail(rounds: int) -> None:
        written.append(list(json.loads(out.read_text())["rows"]))
        raise KeyError("feed_forward")

    groups = {
        "first": lambda rounds: {"one": summarize([1.0], [2.0], "s", "less")},
        "second": fail,
        "third": lambda rounds: {"three": summarize([1.0], [2.0], "s", "less")},
    }
    for name, measure in groups.items():
        monkeypatch.setitem(sys.modules, f"tests.benchmarks.groups.{name}", SimpleNamespace(measure=measure))
    rows, failed = measure_all(list(groups), 1, out, Console())
    assert list(rows) == ["one", "three"] == list(json.loads(out.read_text())["rows"])
    assert failed == ["second"] and written == [["one"]]
    assert "feed_forward" in capsys.readouterr().out
