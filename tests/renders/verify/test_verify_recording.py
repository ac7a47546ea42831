"""A recording held against its own seals and digests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.recording import RecordingError
from engine.recording.format.header import read_header
from engine.recording.reading.seals import seal_of
from engine.recording.writing.chunk_file import write_chunk
from renders.request.paths import Paths
from renders.verify.verify import verify_target
from tests.engine.recording.damaged.headers import edit_header, make_older
from tests.renders.reel import BIASES, write_recording


@pytest.fixture
def places(tmp_path: Path) -> Paths:
    places = Paths(tmp_path / "films", tmp_path / "cache", tmp_path / "recordings")
    write_recording(places.recording("digits"), arrays=("layer3.bias", "layer2.bias"))
    return places


def test_one_as_it_was_made_passes_by_path_and_by_name(places: Paths) -> None:
    for target in ("digits", "digits.zarr", str(places.recording("digits"))):
        verdict = verify_target(target, places)
        assert (verdict.notes, verdict.differences) == ((), ())
        assert verdict.counted.startswith("2 arrays, ")
        assert list(verdict.lines())[-1].endswith(" sealed files: all as recorded")


def test_a_changed_byte_is_one_line(places: Paths) -> None:
    chunk = places.recording("digits") / "layer2.bias" / "c" / "0" / "0"
    chunk.write_bytes(chunk.read_bytes()[:-1] + b"x")
    with pytest.raises(RecordingError, match=r"was changed after it was made: layer2\.bias/c/0/0") as caught:
        verify_target("digits", places)
    assert "\n" not in str(caught.value)


def test_values_changed_and_sealed_anew_are_found_by_their_digest(places: Paths) -> None:
    path = places.recording("digits")
    write_chunk(path / "layer2.bias", 0, np.full_like(BIASES, 7), len(BIASES))
    chunk = "layer2.bias/c/0/0"
    edit_header(path, seals={**read_header(path).seals, chunk: seal_of(path / chunk)})
    (line,) = verify_target("digits", places).differences
    told = read_header(path).digests["layer2.bias"]
    assert line.startswith(f"{path}: layer2.bias: the digest told is {told}, that of the values ")


def test_a_changed_setting_sealed_anew_is_found_by_the_digest_of_all(places: Paths) -> None:
    path = places.recording("digits")
    edit_header(path, config={**read_header(path).config, "seed": 7})
    (line,) = verify_target("digits", places).differences
    assert line.endswith("is not that of what the recording holds")


def test_one_without_seals_is_told_so_and_its_values_compared(places: Paths) -> None:
    path = places.recording("digits")
    make_older(path)
    verdict = verify_target("digits", places)
    assert verdict.notes == (
        f"{path} was made by an older neuroreel, which sealed no files: only its values are compared",
    )
    assert verdict.differences == ()
    write_chunk(path / "layer2.bias", 0, np.full_like(BIASES, 7), len(BIASES))
    assert len(verify_target("digits", places).differences) == 1
