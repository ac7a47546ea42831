"""What the tests of writing share: chunks so short that six rows fill several, and a whole recording."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.recording import Recording
from engine.recording.format import layout as recording_format
from tests.engine.recording.six_rows import begin, go_on


@pytest.fixture
def short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make chunks of four rows, so that a few rows fill some."""
    monkeypatch.setattr(recording_format, "CHUNK_ROWS", {"snapshot": 4, "update": 4})


@pytest.fixture
def whole(tmp_path: Path) -> Recording:
    """Return the recording written at one go."""
    writer = begin(tmp_path / "whole.zarr")
    go_on(writer, 0)
    return writer.complete()
