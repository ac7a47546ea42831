"""A group of benchmarks that fails is told and does not end the others, whose rows are written at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from engine.recording import Recording
from tests.benchmarks.__main__ import GROUPS, measure_all
from tests.benchmarks.measure import summarize
from tests.benchmarks.tiny import TinyWorkshop
from tests.benchmarks.workshop import Workshop
from tests.renders.reel import Reel, reel_for_commands


def test_rows_are_written_as_they_are_measured_and_a_failure_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "bench.json"
    written: list[list[str]] = []

    def fail(rounds: int, shop: Workshop) -> None:
        written.append(list(json.loads(out.read_text())["rows"]))
        raise KeyError("feed_forward")

    groups = {
        "first": lambda rounds, shop: {"one": summarize([1.0], [2.0], "s", "less")},
        "second": fail,
        "third": lambda rounds, shop: {"three": summarize([1.0], [2.0], "s", "less")},
    }
    for name, measure in groups.items():
        monkeypatch.setitem(sys.modules, f"tests.benchmarks.groups.{name}", SimpleNamespace(measure=measure))
    rows, failed = measure_all(list(groups), 1, out, Console(), Workshop())
    assert list(rows) == ["one", "three"] == list(json.loads(out.read_text())["rows"])
    assert failed == ["second"] and written == [["one"]]
    assert "feed_forward" in capsys.readouterr().out


@pytest.fixture
def reel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reel:
    """Return the tiny chapter with its recording, in the place of the project's chapters."""
    reel = reel_for_commands(tmp_path, monkeypatch)
    reel.record()
    return reel


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_measures_something(reel: Reel, recordings: Mapping[str, Recording], group: str) -> None:
    console = Console(width=140)
    rows, failed = measure_all([group], 1, reel.folder / "bench.json", console, TinyWorkshop(reel, recordings))
    assert not failed and rows
    assert all(row.ours > 0 and row.theirs > 0 and row.unit for row in rows.values()), rows
