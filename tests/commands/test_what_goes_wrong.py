"""What cannot be done is one clear line: a picture, a rate, a beat, a recording, a folder, an accident, Ctrl-C."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from engine.recording import Recording
from tests.renders.reel import Reel
from tests.support.commands import Run, told_in_one_line


def test_a_picture_that_cannot_be_read_is_one_line_and_nothing_is_trained(run: Run, reel: Reel) -> None:
    for command in (["render", "tiny"], ["check", "tiny"], ["train", "digits"]):
        told = told_in_one_line(run(*command, "--digit", str(Path(__file__))), 1)
        assert told.endswith(
            f"{Path(__file__).name} is not a picture that can be read: give a PNG or a JPEG of a digit"
        )
    assert not reel.places.recordings.exists()


def test_a_rate_at_which_training_diverges_is_told_and_what_came_before_is_kept(run: Run, reel: Reel) -> None:
    arguments = ("--learning-rate", "1e38", "--hidden", "4,3", "--steps", "50")
    told = told_in_one_line(run("train", "digits-relu-cross-entropy", *arguments), 1)
    found = re.search(
        r"the loss became (nan|inf) at step (\d+): lower the learning rate \(1e\+38\); .* in (\S+)$", told
    )
    assert found, told
    kept = Recording.open(Path(found[3]))
    assert not kept.complete
    assert len(kept.read("metric.loss")) == int(found[2]) and np.isfinite(kept.read("metric.loss")).all()


def test_a_beat_that_fails_is_one_line_and_debug_shows_where(run: Run, reel: Reel) -> None:
    reel.rewrite("grow", "square = Square(2)", 'raise ValueError("no squares today")')
    line = told_in_one_line(run("render", "tiny", "--beat", "grow", "--quality", "draft"), 1)
    assert line == "tiny/grow: ValueError: no squares today (grow.py:14)"
    reel.forget_modules()
    debug = run("render", "tiny", "--beat", "grow", "--quality", "draft", "--debug")
    assert debug.exit_code == 1
    assert 'raise ValueError("no squares today")' in debug.stderr


def test_a_recording_of_another_experiment_is_one_line(run: Run, reel: Reel) -> None:
    reel.record("digits-relu", reel.places.recording("digits"))
    line = told_in_one_line(run("render", "tiny", "--quality", "draft"), 1)
    assert 'is a recording of "digits-relu", the film needs "digits"' in line


def test_a_folder_that_cannot_be_written_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    line = told_in_one_line(run("render", "tiny", "--beat", "grow", "--out", str(tmp_path / "file" / "films")), 1)
    assert "cannot write into" in line


def test_what_should_not_happen_is_one_line_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr("renders.commands.listing.chapter_lines", fail)
    assert told_in_one_line(run("chapters"), 1) == "KeyError: 'surprise' (this should not happen; --debug tells more)"


def test_ctrl_c_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("renders.commands.listing.chapter_lines", stop)
    assert told_in_one_line(run("chapters"), 1) == "stopped; what was finished is kept"
