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
    ArrayDigest,
    ArraySpec,
    unfinished_path,
)
from engine.recording.reading.seals import check_recording
from engine.recording.writing.locking import settle
from engine.recording.writing.publishing import publish
from engine.recording.writing.writer import RecordingWriter
from tests.engine.recording.six_rows import LOSSES, ROWS, SPECS, STEPS, VALUES, assert_whole, begin, go_on

pytestmark = pytest.mark.usefixtures("short_chunks")


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
