"""The tiny chapter in the place of the project's, and a command line that has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from tests.renders.reel import Reel, reel_for_commands
from tests.support.commands import Run


@pytest.fixture
def reel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reel:
    """Return a reel that the commands take for the project, rendered in this process."""
    return reel_for_commands(tmp_path, monkeypatch)


@pytest.fixture
def run(reel: Reel) -> Run:
    """Return the function that runs a command."""
    return lambda *arguments, **others: CliRunner().invoke(cli.main, arguments, prog_name="neuroreel", **others)
