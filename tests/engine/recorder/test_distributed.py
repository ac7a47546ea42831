"""Two processes that train together: the first one records, and the training is what it is without."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from engine.recording import Recording


def in_two_processes(*arguments: str) -> dict[str, list[str]]:
    """Return what each process told, by its rank."""
    start = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = [sys.executable, *start, "-m", "tests.engine.recorder.train_in_two", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    return {line.split()[0]: line.split()[1:] for line in ran.stdout.splitlines() if line.strip()}


def test_the_first_process_records_and_nothing_else_changes(tmp_path: Path) -> None:
    alone, recorded = in_two_processes(), in_two_processes(str(tmp_path / "mine"))
    assert {rank: told[0] for rank, told in alone.items()} == {rank: told[0] for rank, told in recorded.items()}
    assert {rank: told[1] for rank, told in recorded.items()} == {"0": "True", "1": "False"}
    recording = Recording.open(tmp_path / "mine.zarr")
    assert recording.complete
    np.testing.assert_array_equal(recording.steps("0.weight"), [0, 3, 6, 9, 10])
    assert len(recording.read("metric.loss")) == 10
