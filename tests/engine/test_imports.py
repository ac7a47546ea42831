"""The walls between the two sides of the house, each looked at in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

DRAWING = ("manim", "numba")
HEAVY = (*DRAWING, "torch")


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("engine.experiments.catalog", (*HEAVY, "zarr", "xarray")),
        ("engine.analyses.catalog", (*HEAVY, "zarr", "xarray")),
        ("engine.recording.reading.recording", (*HEAVY, "zarr", "xarray")),
        ("engine.data.mnist", HEAVY),
        ("engine.pretrained.source", HEAVY),
        ("engine.data.shakespeare", HEAVY),
        ("engine.experiments.dates.data", HEAVY),
        ("engine.capture.attention.head_scores", (*HEAVY, "zarr", "xarray")),
        ("engine.recording.writing.writer", HEAVY),
        ("engine.train", DRAWING),
    ],
)
def test_importing_leaves_out_what_belongs_elsewhere(module: str, absent: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*sorted(set({absent!r}) & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []
