"""Films to be verified."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.renders.reel import Reel, reel_for_commands, reel_in
from tests.renders.verify.proven import render, write_proven


@pytest.fixture(scope="session")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Reel:
    """Return a reel whose chapter was rendered once; copied by all tests, changed by none."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        reel = reel_in(tmp_path_factory.mktemp("proven"), monkeypatch)
        write_proven(reel)
        render(reel)
    return reel


@pytest.fixture
def reel(proven: Reel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reel:
    """Return a copy of it, which the commands take for the project."""
    return reel_for_commands(proven.copy_to(tmp_path).folder, monkeypatch)
