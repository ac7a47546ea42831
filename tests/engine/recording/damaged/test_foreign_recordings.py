"""Recordings that somebody else hands over: links, sizes, names, and what changes while it is read."""

from __future__ import annotations

import json
import os
import shutil
import struct
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from torch import nn

from engine.recorder import Recorder
from engine.recording import Recording, RecordingError
from engine.recording.format import layout as recording_format
from engine.recording.format.header import Header, read_header, write_header
from engine.recording.format.layout import KEY, METADATA, ArraySpec, unfinished_path
from engine.recording.reading.seals import check_recording
from engine.recording.writing.writer import RecordingWriter
from renders.commands.listing import recording_lines
from tests.engine.recording.damaged.headers import edit_header, make_older
from tests.engine.recording.damaged.recording_damages import seal_again, zeros
from tests.engine.recording.damaged.recordings_to_damage import NAME, STEPS, write_unfinished


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a complete recording, and of an unfinished one called `other`, not to be changed."""
    folder = tmp_path_factory.mktemp("made")
    write_unfinished(folder / NAME).complete()
    write_unfinished(folder / "other.zarr").stop()
    return folder


@pytest.fixture
def complete(made: Path, tmp_path: Path) -> Path:
    """Return a copy of the complete recording."""
    return Path(shutil.copytree(made / NAME, tmp_path / NAME))


@pytest.fixture
def growing(made: Path, tmp_path: Path) -> Path:
    """Return a copy of the unfinished recording."""
    return Path(shutil.copytree(unfinished_path(made / "other.zarr"), unfinished_path(tmp_path / NAME)))


LINKED = ["layer1.weight/c/0/0/0", "layer1.weight/c/0", "layer1.weight", f"layer1.weight/{METADATA}", METADATA]


@pytest.mark.parametrize("name", LINKED)
@pytest.mark.parametrize("older", [False, True])
def test_no_link_is_followed_out_of_a_recording(complete: Path, made: Path, name: str, older: bool) -> None:
    """Not even to what holds the very same bytes."""
    if older:
        make_older(complete)
    path, outside = complete / name, Path(shutil.copytree(complete, complete.parent / "outside")) / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    path.symlink_to(outside)
    with pytest.raises(RecordingError, match=r"is damaged: .*: it is a link, and may lead anywhere; .* itself back"):
        Recording.open(complete).read("layer1.weight")
    with pytest.raises(RecordingError, match="it is a link"):
        check_recording(complete)


def test_the_recording_itself_may_be_reached_by_a_link(complete: Path, made: Path) -> None:
    link = complete.parent / "here.zarr"
    link.symlink_to(complete)
    check_recording(link)
    np.testing.assert_array_equal(
        Recording.open(link).read("layer1.weight"), Recording.open(made / NAME).read("layer1.weight")
    )


@pytest.mark.parametrize(
    "name", ["layer1.weight", "metric.test_loss/c", "step.snapshot", "new.partial", "zarr.json.partial"]
)
@pytest.mark.parametrize("older", [False, True])
def test_nothing_is_written_through_a_link_when_it_is_gone_on_with(growing: Path, name: str, older: bool) -> None:
    if older:
        make_older(growing)
    outside = growing.parent / "outside"
    if (growing / name).exists():
        (growing / name).rename(outside)
    else:
        outside.write_text("mine")
    (growing / name).symlink_to(outside)
    before = {file: file.stat().st_mtime_ns for file in (outside, *outside.rglob("*"))}
    with pytest.raises(RecordingError, match="it is a link"):
        RecordingWriter.resume(growing.with_name(NAME))
    assert {file: file.stat().st_mtime_ns for file in (outside, *outside.rglob("*"))} == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
@pytest.mark.parametrize("name", ["layer1.weight/c/0/0/0", f"layer1.weight/{METADATA}", METADATA])
def test_a_pipe_or_a_folder_is_no_file(complete: Path, name: str) -> None:
    for make in (os.mkfifo, os.mkdir):
        path = complete / name
        path.unlink() if path.is_file() else None
        make(path)
        with pytest.raises(RecordingError, match="it is no plain file"):
            Recording.open(complete).read("layer1.weight")
        path.rmdir() if path.is_dir() else path.unlink()


FRAME = b"\x28\xb5\x2f\xfd\xe4"  # one that says in eight bytes how large it becomes


@pytest.mark.parametrize("content", [FRAME + struct.pack("<Q", 2**40) + b"\0" * 20, zeros(10**6), FRAME[:4], b""])
def test_a_chunk_of_another_size_is_not_unpacked(
    complete: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (complete / "layer1.weight" / "c" / "0" / "0" / "0").write_bytes(content)
    seal_again(complete)
    monkeypatch.setattr("numcodecs.zstd.decompress", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(RecordingError, match="does not unpack to the 1,536 bytes of a chunk"):
        Recording.open(complete).read("layer1.weight", step=0)


def test_zeros_that_fill_the_memory_are_read_in_parts_only(tmp_path: Path) -> None:
    """A recording of ours that is all zeros can be read, some rows at once."""
    rows, width = 80, 1_000_000
    specs = [ArraySpec("w", ("step", "in"), (rows, width), "float32", "snapshot")]
    writer = RecordingWriter.create(tmp_path / NAME, {"name": "mine"}, {}, specs, {"snapshot": np.arange(rows)}, {})
    for _ in range(rows):
        writer.append("snapshot", {"w": np.zeros(width, np.float32)})
    writer.commit(b"", {})
    recording = writer.complete()
    with pytest.raises(
        RecordingError, match=r"w would take 448,000,000 bytes, and its files hold .* fewer of its rows"
    ):
        recording.read("w")
    assert not recording.read("w", step=slice(0, 20)).any()
    make_older(recording.path)
    assert not Recording.open(recording.path).read("w", step=-1).any()


def test_chunks_that_nobody_writes_are_refused(complete: Path) -> None:
    file = complete / "layer1.weight" / METADATA
    for changes, said in [
        (
            {"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [64, 3, 1]}}},
            r"its chunks are \(64, 3, 1\)",
        ),
        ({"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [10**6, 3, 2]}}}, "its chunks are"),
        ({"dimension_names": ["step", "in", "out"]}, "axes step, out, in expected, step, in, out found"),
        ({"data_type": "int32"}, r"float32 \(150, 3, 2\) expected, int32"),
        ({"codecs": [{"name": "bytes", "configuration": {"endian": "big"}}]}, "Expected `array` of length 2"),
        ({"fill_value": 0}, "stands where nothing was written"),
        ({"attributes": {"clock": "update"}}, "clock 'snapshot' expected, 'update' found"),
    ]:
        true = file.read_text()
        file.write_text(json.dumps({**json.loads(true), **changes}))
        seal_again(complete)
        with pytest.raises(RecordingError, match=said):
            Recording.open(complete).read("layer1.weight")
        file.write_text(true)


NAMES = ["x" * 200, "层" * 80, "a.b.c", "val loss", "é~", "%2F", "-", "..."]


def test_headers_that_real_recordings_may_have_are_read(tmp_path: Path) -> None:
    """Of 200,000 files with long names, of arrays of any names, with settings of any kind."""
    spec = ArraySpec("a", ("step", "名"), (200_000 * 64, 3), "float32", "snapshot")
    steps = ArraySpec("step.snapshot", ("step",), (200_000 * 64,), "int64")
    arrays = {name: replace(spec, name=name) for name in NAMES}
    seals = {
        f"{'model.layers.11.self_attn.q_proj.weight.gradient'}/c/{number}/0": "0" * 64 for number in range(200_000)
    }
    config = {"name": "mine", "rate": float("nan"), "by": {"10": 1, "9": 2}, "名": [[[]]], "none": None, "big": 2**80}
    wall = {"seconds": 12, "evaluated_at": [1, 2.5], "stopped_by": "KeyboardInterrupt", "steps": 3}
    header = Header(
        config,
        {},
        {**arrays, "step.snapshot": steps},
        {"snapshot": 7},
        "checkpoint-0000000007.pt",
        wall=wall,
        seals=seals,
    )
    write_header(tmp_path, header)
    again = read_header(tmp_path)
    assert list(again.arrays) == [*NAMES, "step.snapshot"] and again.seals == seals and again.wall == wall
    assert repr(again.config) == repr(config)


def test_what_is_shown_of_a_recording_is_text(complete: Path) -> None:
    """Not half letters, that nothing can write, nor what moves a terminal's cursor."""
    odd = "a\ud800\x1b[31m\nb"
    edit_header(complete, config={"name": odd, odd: [odd], "x": odd}, versions={odd: odd}, origin={odd: {odd: odd}})
    recording = Recording.open(complete)
    lines, html = [*recording_lines(recording)], recording._repr_html_()
    assert not any(sign in "".join(lines) + html for sign in "\ud800\x1b")
    assert not any("\n" in line for line in lines) and r"a\ud800\x1b[31m\nb" in html
    assert "\n".join(lines).encode() and html.encode()


def test_the_rows_that_count_of_a_begun_chunk_are_what_was_written(growing: Path) -> None:
    one, other = (growing / name / "c" / "2" / "0" / "0" for name in ("layer1.weight", "layer2.weight"))
    true = one.read_bytes()
    Recording.open(growing).read("layer1.weight")
    one.write_bytes(other.read_bytes())
    recording = Recording.open(growing)
    recording.read("layer1.weight", step=0)
    for use in (
        lambda: recording.read("layer1.weight", step=-1),
        lambda: RecordingWriter.resume(growing.with_name(NAME)),
    ):
        with pytest.raises(RecordingError, match=r"layer1\.weight/c/2/0/0 is not the file that was written"):
            use()
    one.write_bytes(true)
    resumed = RecordingWriter.resume(growing.with_name(NAME))
    assert resumed is not None and resumed.complete().read("layer1.weight").shape == (STEPS, 3, 2)
    assert json.loads((growing.with_name(NAME) / METADATA).read_text())["attributes"][KEY]["format"] == 2


def test_a_recording_is_read_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader sees what was committed, or is told in one line that the recording has moved on."""
    monkeypatch.setattr(recording_format, "CHUNK_ROWS", {"snapshot": 4})
    path, values = tmp_path / NAME, np.random.default_rng(0).normal(size=(120, 3))
    specs = [ArraySpec("w", ("step", "in"), values.shape, "float64", "snapshot")]
    writer = RecordingWriter.create(path, {"name": "mine"}, {}, specs, {"snapshot": np.arange(120)}, {})
    seen: list[int] = []
    failed: list[BaseException] = []
    lines: list[str] = []

    def read() -> None:
        try:
            while not seen or seen[-1] < 120:
                try:
                    recording = Recording.open(path)
                    rows = recording.read("w")
                    np.testing.assert_array_equal(rows, values[: len(rows)])
                    assert len(recording.steps("w")) == len(rows) and recording._repr_html_()
                    check_recording(recording.path)
                    seen.append(len(rows))
                except RecordingError as error:
                    lines.append(str(error))
        except BaseException as error:
            failed.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for row in range(120):
        writer.append("snapshot", {"w": values[row]})
        if row % 3 == 0:
            writer.commit(str(row).encode(), {})
    writer.commit(b"", {})
    writer.complete()
    reader.join(timeout=60)
    assert not failed and seen[-1] == 120 and seen == sorted(seen)
    assert not any("\n" in line for line in lines)


@pytest.mark.parametrize("name", ["x" * 230, "录" * 75, "a b.c", "a\nb"])
def test_recordings_of_long_and_odd_names(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.zarr"
    write_unfinished(path).complete()
    assert Recording.open(path).read("probe.label").tolist() == [0, 1, 2, 3]
    check_recording(path)


@pytest.mark.parametrize("name", ["x" * 240, "x" * 250, "录" * 240])
def test_recordings_of_names_that_are_too_long_are_refused(tmp_path: Path, name: str) -> None:
    """While a recording grows its name is longer."""
    path = tmp_path / f"{name}.zarr"
    for write in (lambda: write_unfinished(path), lambda: Recorder(nn.Linear(2, 2), path).__enter__()):
        with pytest.raises(RecordingError, match="cannot be written: File name too long; choose another"):
            write()
    with pytest.raises(RecordingError, match="there is no recording"):
        Recording.open(path)


@pytest.mark.parametrize("path", ["", ".", "/", "..", "a\0b", "x" * 5000])
def test_paths_of_nothing(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecordingError, match=r"there is no recording at|is not a recording"):
        Recording.open(path)
