"""Which steps of a training were read, as a film's provenance tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.recording import Recording
from renders.cache import Entry
from renders.film_facts import Part, facts_of
from renders.jobs import Kind, Piece
from tests.renders.reel import TINY, write_recording


@pytest.mark.parametrize(
    ("selection", "steps"),
    [
        ({}, [0, 9]),
        ({"step": -1}, [9]),
        ({"step": 0, "out": 3}, [0]),
        ({"step": slice(None, None, -1)}, [0, 9]),
        ({"step": [1]}, [9]),
        ({"step": slice(0, 0)}, []),
    ],
)
def test_readings_tell_the_steps_of_the_training(
    tmp_path: Path, selection: dict[str, object], steps: list[int]
) -> None:
    write_recording(tmp_path / "digits.zarr")
    recording = Recording.open(tmp_path / "digits.zarr")
    recording.read("layer3.bias", **selection)  # type: ignore[arg-type]
    reads = {"digits": tuple(vars(read) for read in recording.reads)}
    piece = Piece(TINY, Kind.BEAT, "slide")
    entry = Entry("", 10, 10, 0.5, 0.0, (), reads, (), tmp_path / "film.mp4")
    told = facts_of([Part(piece, entry, 0.0)], {"digits": recording})
    assert [read["steps"] for read in told["pieces"][0]["reads"]["digits"]] == [steps]
