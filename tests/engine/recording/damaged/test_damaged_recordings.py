"""A recording that was damaged, or made to do harm, is told of in one line, or is read as it was written.

Copies of small recordings are damaged in many ways and used as people use them, each in a process of its own that is
watched (see `tests.engine.recording.damaged.damaging`). `pytest
tests/engine/recording/damaged/test_damaged_recordings.py --damages 5000` tries more.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.recording.damaged.damaging import kinds
from tests.support.watched import watched

FEW = 2 * len(list(kinds()))  # each kind twice
REFUSED = (
    0.9  # of what is damaged in these ways, at least; now and then a file is copied over by one that holds the same
)
SURELY = ("bytes flipped", "bytes cut", "bytes emptied", "removed", "other kind", "linked to a true copy", "a pipe")

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="each damaged recording is used in a process forked off"
)


@pytest.fixture(scope="module")
def tried(damages: int) -> list[dict[str, Any]]:
    """Return what came of each damaged recording."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # thousands of small files are written
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        program = "tests.engine.recording.damaged.damaging"
        call = [sys.executable, "-m", program, folder, str(damages or FEW), f"16 {damages}"]
        told = subprocess.run(call, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[4])
    assert told.returncode == 0, told.stderr[-3000:]
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_no_damage_does_harm(tried: list[dict[str, Any]], damages: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither another error nor other values, nothing touched outside, no time or memory beyond the whole one's."""
    if damages:
        with capsys.disabled():
            print("", *table(tried), sep="\n")
    harmed = [
        f"{one['whole']}, {one['how']}, {one['then']}, {one['seed']}: {one['wrong']}" for one in tried if one["wrong"]
    ]
    assert not harmed, "\n".join(harmed[:20])


def test_damages_are_found(tried: list[dict[str, Any]]) -> None:
    """What is tried is damage indeed: most of it is refused, where nobody sealed it anew."""
    kinds_tried = Counter(one["how"] for one in tried)
    assert set(kinds_tried) == {how for _, how, _ in kinds()} or len(tried) < FEW
    for how in SURELY:
        found = [one["refused"] for one in tried if one["how"] == how]
        assert sum(found) >= REFUSED * len(found), how


def table(tried: list[dict[str, Any]]) -> Iterator[str]:
    """Yield how many of each kind were tried, refused and harmful, and the most time and memory that any took."""
    for how in sorted({one["how"] for one in tried}):
        some = [one for one in tried if one["how"] == how]
        refused, harmful = sum(one["refused"] for one in some), sum(bool(one["wrong"]) for one in some)
        seconds, megabytes = max(one["seconds"] for one in some), max(one["megabytes"] for one in some)
        yield f"{how:24}{len(some):6}, refused {refused:6}, harmful {harmful:3}, {seconds:5.2f} s, {megabytes:5.0f} MiB"
    yield f"{len(tried)} in all, {sum(bool(one['wrong']) for one in tried)} harmful"


def test_harm_would_be_seen(tmp_path: Path) -> None:
    """The one who watches sees what is read and written outside, what is taken, and who dies."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret").write_text("x")
    (inside / "link").symlink_to(outside / "secret")

    def harm() -> str:
        (outside / "made").write_text("")
        (outside / "made").rename(inside / "made")
        os.listdir(outside)
        (inside / "file").write_text((inside / "link").read_text())
        assert len(bytearray(150 * 2**20).replace(b"\0", b"a")) == 150 * 2**20
        return "done"

    done = watched(harm, inside)
    assert done.result == "done" and not done.died
    assert {what.split()[0] for what in done.outside} == {"open", "os.rename", "os.listdir"}
    assert f"open {inside / 'link'}" in done.outside and f"open {outside / 'made'}" in done.outside
    assert f"open {inside / 'file'}" in done.written
    assert done.megabytes > 140
    assert watched(lambda: 1 / 0, inside).died == "ZeroDivisionError: division by zero"
    assert watched(lambda: os.kill(os.getpid(), 9), inside).died
    assert watched(lambda: sum(number for number in range(10**7)), inside).seconds > 0.1
