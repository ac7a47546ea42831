"""Writing a recording: round trip, a kill before any single change of the disk, a full disk, digests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.experiments import EXPERIMENTS
from engine.recording import Recording, RecordingError
from engine.recording.format import layout as recording_format
from engine.recording.format.layout import (
    METADATA,
    ArrayDigest,
    ArraySpec,
    ChangedRecordingError,
    NewerRecordingError,
    unfinished_path,
)
from engine.recording.reading import seals as recording_seals
from engine.recording.reading.seals import check_recording
from engine.recording.writing.locking import settle
from engine.recording.writing.publishing import publish
from engine.recording.writing.writer import RecordingWriter
from tests.engine.recording.damaged.headers import edit_header, make_older

CONFIG = EXPERIMENTS["digits"].config()
ROWS = 6
STEPS = {"snapshot": np.arange(0, 2 * ROWS, 2), "update": np.arange(2 * ROWS)}
VALUES = np.random.default_rng(0).normal(size=(ROWS, 3, 2)).astype(np.float32)
LOSSES = np.random.default_rng(1).normal(size=2 * ROWS)
LABELS = np.arange(5)
SPECS = (
    ArraySpec("layer1.weight", ("step", "out", "in"), VALUES.shape, "float32", "snapshot"),
    ArraySpec("metric.loss", ("step",), LOSSES.shape, "float64", "update"),
    ArraySpec("probe.label", ("batch",), LABELS.shape, "int64"),
)


@pytest.fixture(autouse=True)
def short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make chunks of four rows, so that a few rows fill some."""
    monkeypatch.setattr(recording_format, "CHUNK_ROWS", {"snapshot": 4, "update": 4})


def begin(path: Path) -> RecordingWriter:
    return RecordingWriter.create(path, CONFIG, {"numpy": "2"}, SPECS, STEPS, {"probe.label": LABELS})


def go_on(writer: RecordingWriter, first: int, stop: int = ROWS, every: int = 3) -> None:
    """Append the rows from `first` on and commit after every third; the checkpoint says how many there are."""
    for row in range(first, stop):
        for update in (2 * row, 2 * row + 1):
            writer.append("update", {"metric.loss": LOSSES[update]})
        writer.append("snapshot", {"layer1.weight": VALUES[row]})
        if (row + 1) % every == 0 or row + 1 == stop:
            writer.commit(str(row + 1).encode(), {"seconds": row})


def assert_whole(recording: Recording) -> None:
    assert recording.complete
    np.testing.assert_array_equal(recording.read("layer1.weight"), VALUES)
    np.testing.assert_array_equal(recording.read("metric.loss"), LOSSES)
    np.testing.assert_array_equal(recording.read("probe.label"), LABELS)
    np.testing.assert_array_equal(recording.steps("layer1.weight"), STEPS["snapshot"])


@pytest.fixture
def whole(tmp_path: Path) -> Recording:
    """Return the recording written at one go."""
    writer = begin(tmp_path / "whole.zarr")
    go_on(writer, 0)
    return writer.complete()


def test_round_trip(whole: Recording, tmp_path: Path) -> None:
    assert_whole(whole)
    assert whole.path == tmp_path / "whole.zarr"
    assert not unfinished_path(whole.path).exists()
    assert sorted(path.name for path in whole.path.iterdir() if path.is_file()) == ["zarr.json"]


def test_only_committed_rows_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "r.zarr"
    writer = begin(path)
    go_on(writer, 0, stop=3)
    for row in range(3, 6):  # fills a chunk, which reaches the disk without a commit
        writer.append("snapshot", {"layer1.weight": VALUES[row]})
    recording = Recording.open(path)
    assert recording.path == unfinished_path(path)
    assert not path.exists()
    assert not recording.complete
    assert recording.digest == ""
    np.testing.assert_array_equal(recording.read("layer1.weight"), VALUES[:3])
    np.testing.assert_array_equal(recording.read("layer1.weight", step=-1), VALUES[2])
    np.testing.assert_array_equal(recording.as_xarray("layer1.weight").values, VALUES[:3])
    np.testing.assert_array_equal(recording.steps("metric.loss"), np.arange(6))
    with pytest.raises(RecordingError, match="is unfinished: finish it"):
        recording.digest_of(["layer1.weight"])
    with pytest.raises(RecordingError, match="there is no 3"):
        recording.read("layer1.weight", step=3)


class Killed(BaseException):
    """The moment at which a simulated kill strikes."""


@pytest.fixture
def kill_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Return a function after which the n-th change of the disk from then on does not happen any more.

    The writer changes files by `Path.replace`, `rename` and `unlink` alone.
    """
    left = [10**9]

    def guarded(change: Callable[..., Any]) -> Callable[..., Any]:
        def one(*args: Any, **kwargs: Any) -> Any:
            if left[0] <= 0:
                raise Killed
            left[0] -= 1
            return change(*args, **kwargs)

        return one

    for name in ("replace", "rename", "unlink"):
        monkeypatch.setattr(Path, name, guarded(getattr(Path, name)))

    def arm(count: int) -> None:
        left[0] = count

    yield arm
    arm(10**9)


def test_a_kill_before_any_change_of_the_disk_costs_no_committed_row(
    tmp_path: Path, kill_before: Callable[[int], None], whole: Recording
) -> None:
    """Kill a recording before its first, second, … change of the disk; read it, resume it, compare it."""
    survived = 0
    for count in range(10_000):
        path = tmp_path / f"killed-{count}.zarr"
        kill_before(count)
        done = _write_until_killed(path)
        kill_before(10**9)
        _check_readable(path)
        settle(EXPERIMENTS["digits"], path, resume=True, force=False)
        if not path.exists():  # else it was complete, and has got its name now
            writer = RecordingWriter.resume(path) or begin(path)
            go_on(writer, int(writer.read_checkpoint()) if writer.header.checkpoint else 0)
            writer.complete()
        recording = Recording.open(path)
        assert_whole(recording)
        assert recording.digest == whole.digest
        check_recording(path)
        if done:
            break
        survived += 1
    assert survived > 20


def _write_until_killed(path: Path) -> bool:
    try:
        writer = begin(path)
        go_on(writer, 0)
        writer.complete()
    except Killed:
        return False
    return True


def _check_readable(path: Path) -> None:
    """Whatever was left is what was written, or a clear error."""
    try:
        recording = Recording.open(path)
    except RecordingError:  # it was killed before its first commit
        return
    rows = recording.arrays["layer1.weight"].shape[0]
    assert recording.complete == (recording.digest != "")
    assert not recording.complete or rows == ROWS
    np.testing.assert_array_equal(recording.read("layer1.weight"), VALUES[:rows])
    np.testing.assert_array_equal(recording.read("metric.loss"), LOSSES[: 2 * rows])


def test_publishing_replaces_the_recording_there(whole: Recording, tmp_path: Path) -> None:
    other = begin(tmp_path / "other.zarr")
    go_on(other, 0)
    other.complete().path.rename(unfinished_path(whole.path))
    assert_whole(publish(whole.path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["whole.zarr"]


def test_commits_and_chunks_do_not_enter_the_digest(
    tmp_path: Path, whole: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_format, "CHUNK_ROWS", {"snapshot": 64, "update": 3})
    writer = begin(tmp_path / "other.zarr")
    go_on(writer, 0, every=1)
    assert writer.complete().digest == whole.digest


def test_what_enters_the_digest_of_an_array() -> None:
    def digest_of(spec: ArraySpec, *parts: np.ndarray) -> str:
        digest = ArrayDigest(spec)
        for part in parts:
            digest.update(part)
        return digest.hexdigest()

    spec, steps = SPECS[0], STEPS["snapshot"]
    digest = digest_of(spec, VALUES, steps)
    assert digest == digest_of(spec, VALUES[:2], VALUES[2:], steps)
    renamed = ArraySpec("layer2.weight", spec.axes, spec.shape, spec.dtype, spec.clock)
    turned = ArraySpec(spec.name, ("step", "in", "out"), spec.shape, spec.dtype, spec.clock)
    assert digest == digest_of(spec, np.asfortranarray(VALUES), steps)
    assert digest == digest_of(spec, VALUES.astype(">f4"), steps)
    nudged = VALUES.copy()
    nudged[-1, -1, -1] = np.nextafter(nudged[-1, -1, -1], np.float32(9))
    others = [(renamed, VALUES, steps), (turned, VALUES, steps), (spec, nudged, steps), (spec, VALUES, steps + 1)]
    assert digest not in {digest_of(*other) for other in others}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the size of a file")
def test_a_full_disk_is_one_clear_line_and_keeps_what_was_committed(tmp_path: Path) -> None:
    """A limit on the size of a file makes writing fail as a full disk does."""
    import resource

    path = tmp_path / "r.zarr"
    writer = begin(path)
    go_on(writer, 0, stop=3)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(RecordingError, match=r"cannot be written: File too large; .* --resume goes on") as raised:
            go_on(writer, 3)
        assert "\n" not in str(raised.value)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    np.testing.assert_array_equal(Recording.open(path).read("layer1.weight"), VALUES[:3])
    resumed = RecordingWriter.resume(path)
    assert resumed is not None
    go_on(resumed, 3)
    assert_whole(resumed.complete())


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RecordingError, match="cannot be written: Not a directory; choose another --out"):
        begin(tmp_path / "file" / "r.zarr")


@pytest.mark.parametrize("lost", ["c/0/0/0", "c/1/0/0", "zarr.json"])
def test_a_damaged_unfinished_recording(tmp_path: Path, lost: str) -> None:
    """What was committed and is gone is found, and not made up."""
    path = tmp_path / "r.zarr"
    writer = begin(path)
    go_on(writer, 0, stop=5)
    (unfinished_path(path) / "layer1.weight" / lost).unlink()
    with pytest.raises(RecordingError, match=r"is damaged: .*layer1\.weight.*--force"):
        RecordingWriter.resume(path)


@pytest.mark.parametrize("changed", ["layer1.weight/c/0/0/0", "probe.label/c/0", "metric.loss/zarr.json", "checkpoint"])
def test_an_unfinished_recording_that_was_changed(tmp_path: Path, changed: str) -> None:
    path = tmp_path / "r.zarr"
    writer = begin(path)
    go_on(writer, 0, stop=5)
    (file,) = unfinished_path(path).glob(f"{changed}*")
    file.write_bytes(file.read_bytes()[:-1] + b"~")
    with pytest.raises(ChangedRecordingError, match=rf"{changed}.* is not the file that was written; .* --force"):
        RecordingWriter.resume(path)


def test_what_was_not_counted_leaves_nothing_behind(tmp_path: Path) -> None:
    """A training that is killed and will not go on is completed with what was committed, and with no other file."""
    path = tmp_path / "r.zarr"
    writer = begin(path)
    go_on(writer, 0, stop=3)
    for row in range(3, ROWS):  # fills a chunk, which reaches the disk
        writer.append("snapshot", {"layer1.weight": VALUES[row]})
        for update in (2 * row, 2 * row + 1):
            writer.append("update", {"metric.loss": LOSSES[update]})
    writer.add_endless("metric.other", [ArraySpec("metric.other", (), (), "float64")])
    writer._queue.wait()  # all of it is on the disk, and nothing counts it
    growing = unfinished_path(path)
    assert (growing / "metric.loss" / "c" / "2").exists() and (growing / "metric.other").exists()
    resumed = RecordingWriter.resume(path)
    assert resumed is not None
    recording = resumed.complete()
    check_recording(recording.path)
    assert not (path / "metric.loss" / "c" / "2").exists() and not (path / "metric.other").exists()
    np.testing.assert_array_equal(recording.read("layer1.weight"), VALUES[:3])


def test_a_training_that_an_older_neuroreel_began_ends_with_seals(tmp_path: Path, whole: Recording) -> None:
    path = tmp_path / "r.zarr"
    go_on(begin(path), 0, stop=5)
    make_older(unfinished_path(path))
    resumed = RecordingWriter.resume(path)
    assert resumed is not None
    go_on(resumed, 5)
    recording = resumed.complete()
    assert recording.sealed and recording.digest == whole.digest
    check_recording(path)


def test_a_recording_can_be_checked_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its header was read, and before its files are, the checkpoint that the header tells of is replaced."""
    path = tmp_path / "r.zarr"
    writer = begin(path)
    go_on(writer, 0, stop=3)
    files = recording_seals.stored_files

    def meanwhile(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
        monkeypatch.undo()
        go_on(writer, 3)
        return files(folder)

    monkeypatch.setattr(recording_seals, "stored_files", meanwhile)
    check_recording(unfinished_path(path))
    assert writer.header.committed["snapshot"] == ROWS


def test_what_cannot_be_trusted_is_not_begun_again_unasked(tmp_path: Path) -> None:
    path = tmp_path / "r.zarr"
    go_on(begin(path), 0, stop=5)
    header = unfinished_path(path) / METADATA
    header.write_text(header.read_text().replace(": ", ":  ", 1))
    with pytest.raises(ChangedRecordingError, match=r"zarr\.json is not the file that was written"):
        settle(EXPERIMENTS["digits"], path, resume=True, force=False)
    edit_header(unfinished_path(path), format=9)
    with pytest.raises(NewerRecordingError, match="update neuroreel"):
        settle(EXPERIMENTS["digits"], path, resume=False, force=False)
    assert settle(EXPERIMENTS["digits"], path, resume=False, force=True) is None


def test_a_lost_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "r.zarr"
    writer = begin(path)
    go_on(writer, 0, stop=3)
    next(unfinished_path(path).glob("checkpoint-*")).unlink()
    with pytest.raises(RecordingError, match=r"checkpoint-\d+\.pt is gone; train it again with --force"):
        RecordingWriter.resume(path)
    make_older(unfinished_path(path))
    resumed = RecordingWriter.resume(path)
    assert resumed is not None
    with pytest.raises(RecordingError, match=r"checkpoint-\d+\.pt is gone; train it again with --force"):
        resumed.read_checkpoint()
