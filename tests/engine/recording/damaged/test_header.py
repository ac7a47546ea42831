"""A header that is damaged is told in one line, whatever is wrong with it, also where no seal tells that it is."""

from __future__ import annotations

import copy
import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.recording import Recording, RecordingError
from engine.recording.format.header import read_header, write_header
from engine.recording.format.layout import KEY, METADATA
from engine.recording.reading.seals import check_recording
from engine.recording.writing.writer import RecordingWriter
from tests.engine.recording.damaged.headers import edit_header, make_older, write_sealed
from tests.support.damage import change_json

SPEC = {"axes": ["step"], "shape": [121], "dtype": "float64", "clock": "update"}


@pytest.fixture
def copied(small: Recording, tmp_path: Path) -> Path:
    """Return a copy of the small recording to be damaged."""
    return Path(shutil.copytree(small.path, tmp_path / "digits.zarr"))


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"name": "x", "told": "x" * 2**25}, "what it tells takes more than 16,777,216 characters"),
        ({"name": "x", "model": object()}, "is not JSON serializable"),
        ({"rate": 1}, "its config lacks the name"),
        ({"name": "x", "deep": json.loads("[" * 70 + "]" * 70)}, "more than 64 deep"),
    ],
    ids=["too long", "no JSON", "no name", "too deep"],
)
def test_what_could_not_be_read_again_is_not_begun(tmp_path: Path, config: dict[str, Any], said: str) -> None:
    with pytest.raises(RecordingError, match=f"r.zarr cannot be recorded: .*{said}") as raised:
        RecordingWriter.create(tmp_path / "r.zarr", config, {}, [], {}, {})
    assert "\n" not in str(raised.value) and not list(tmp_path.iterdir())


def test_of_many_settings_a_notebook_shows_the_first_ones(copied: Path) -> None:
    edit_header(copied, origin={f"part {number:05}": number for number in range(20_000)})
    html = Recording.open(copied)._repr_html_()
    assert "part 00999" in html and "part 01000" not in html and "<p>19,000 more</p>" in html


def test_what_was_written_comes_back(small: Recording, tmp_path: Path) -> None:
    header = read_header(small.path)
    assert set(header.seals) == {file.relative_to(small.path).as_posix() for file in stored(small.path)}
    write_header(tmp_path, header)
    assert read_header(tmp_path) == header
    assert (tmp_path / METADATA).read_bytes() == (small.path / METADATA).read_bytes()


def stored(path: Path) -> list[Path]:
    return [file for file in path.rglob("*") if file.is_file() and file != path / METADATA]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"arrays": 3}, "Expected `object`, got `int` - at `\\$.arrays`"),
        ({"arrays": {"../victim": SPEC}}, "'../victim' is not the name of a file in its folder"),
        ({"arrays": {"a": {**SPEC, "shape": [2, 3]}}}, "a has axes or lengths that make no sense"),
        (
            {"arrays": {"a": {**SPEC, "dtype": "object"}}},
            "Invalid enum value 'object' - at .*",
        ),
        ({"arrays": {"a": {**SPEC, "clock": "tick"}}}, "a has fewer rows than were committed"),
        ({"committed": {}}, "has fewer rows than were committed"),
        ({"committed": {"snapshot": 1_000}}, "has fewer rows than were committed"),
        ({"checkpoint": "../checkpoint-1.pt"}, "Expected `str` matching regex .* - at `\\$.checkpoint`"),
        ({"digests": {}}, "it is complete and has no digest"),
        ({"arrays": {}, "committed": {}}, "it has a digest of '.*', and no such array"),
        ({"surprise": 1}, "Object contains unknown field `surprise`"),
    ],
    ids=str,
)
@pytest.mark.parametrize("change", [edit_header, make_older])
def test_what_is_wrong_is_told(copied: Path, change: Any, changes: dict[str, Any], said: str) -> None:
    change(copied, **changes)
    with pytest.raises(RecordingError, match=f"is damaged: its header is not right: .*{said}; train it again"):
        Recording.open(copied)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seals": {}}, "it is complete and not sealed"),
        ({"seals": {"../victim.zarr/zarr.json": "0" * 64}}, "'..' is not the name of a file in its folder"),
        ({"format": "2"}, "does not say of which format it is"),
    ],
    ids=str,
)
def test_what_is_wrong_with_seals_is_told(copied: Path, changes: dict[str, Any], said: str) -> None:
    edit_header(copied, **changes)
    with pytest.raises(RecordingError, match=said):
        Recording.open(copied)


@pytest.mark.parametrize("older", [False, True])
def test_no_damage_ends_in_another_error(copied: Path, older: bool) -> None:
    """Somewhere in the header, at any depth, something is gone, or something else stands there."""
    if older:
        make_older(copied)
    group = json.loads((copied / METADATA).read_text())
    rng = random.Random(16)
    refused: list[str] = []
    for _ in range(150):
        damaged = copy.deepcopy(group)
        change_json(damaged["attributes"][KEY], rng)
        if older:
            (copied / METADATA).write_text(json.dumps(damaged))
        else:
            write_sealed(copied, damaged)
        try:
            _look_at(copied)
        except RecordingError as error:
            refused.append(str(error))
    assert len(refused) > 100
    assert not [line for line in refused if "\n" in line]


def _look_at(path: Path) -> None:
    recording = Recording.open(path)
    check_recording(path)
    assert recording._repr_html_() and recording.last_step
    for name in list(recording.arrays)[::8]:
        recording.read(name)
    assert recording.digest_of(recording.arrays)
