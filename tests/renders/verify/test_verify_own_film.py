"""The film of a recording of anybody's, verified: its recording is found by its digest, or is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from renders.verify.verify import verify_target
from tests.renders.reel import Reel
from tests.scenes.animate.runs.recordings import falling, record_metrics, rising

CURVES = {"loss": falling(20), "accuracy": rising(4)}


@pytest.fixture
def film(reel: Reel) -> Path:
    """Return the film of a recording among the project's."""
    record_metrics(reel.places.recording("mine"), CURVES)
    made = CliRunner().invoke(cli.main, ["animate", "mine", "--quality", "draft"], prog_name="neuroreel")
    assert made.exit_code == 0, made.stderr
    return reel.places.films / "mine.en.draft.mp4"


def test_it_is_verified_with_its_recording_wherever_that_is(reel: Reel, film: Path, tmp_path: Path) -> None:
    for path in (film, film.parent / "mine" / "learning_curves.en.draft.mp4"):
        verdict = verify_target(str(path), reel.places)
        assert (verdict.notes, verdict.differences) == ((), ()), path
    moved = reel.places.recording("mine").rename(tmp_path / "elsewhere.zarr")
    missing, left = verify_target(str(film), reel.places).differences
    assert missing.startswith("mine: its recording, ") and "mine/learning_curves" in left
    assert verify_target(str(film), reel.places, [moved]).differences == ()


def test_another_recording_of_that_name_is_told(reel: Reel, film: Path) -> None:
    record_metrics(reel.places.recording("mine"), {"loss": rising(20), "accuracy": rising(4)})
    lines = verify_target(str(film), reel.places).differences
    assert lines[0].startswith("mine: made from another recording: ")
