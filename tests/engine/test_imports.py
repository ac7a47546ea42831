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
        ("engine.experiments", (*HEAVY, "zarr", "xarray")),
        ("engine.studies", (*HEAVY, "zarr", "xarray")),
        ("engine.recording", (*HEAVY, "zarr", "xarray")),
        ("engine.data", HEAVY),
        ("engine.model_source", HEAVY),
        ("engine.text", HEAVY),
        ("engine.dates", HEAVY),
        ("engine.head_scores", (*HEAVY, "zarr", "xarray")),
        ("engine.recording_writer", HEAVY),
        ("engine.train", DRAWING),
    ],
)
def test_importing_leaves_out_what_belongs_elsewhere(module: str, absent: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*sorted(set({absent!r}) & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []
