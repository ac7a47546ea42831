"""The most memory that a process has held: a worker that films, and one that records and reads what is large.

Each is measured in a process of its own, by the operating system. `memory_1080p`, `memory_4k`: the worker films the
heaviest beat of chapter 1. `memory_recording`: 4 GiB of random weights, 1,024 snapshots of 4 MiB, are recorded as a
training records them, with torch imported, and then read snapshot by snapshot. Theirs is what is allowed.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.benchmarks.measure import Row, summarize
from tests.benchmarks.workshop import ROOT, Workshop

SIDE, SNAPSHOTS = 1024, 1024  # (1024, 1024) float32 are 4 MiB


def measure(rounds: int, shop: Workshop) -> dict[str, Row]:
    """Return the rows; each is measured once, for the peak hardly differs."""
    shop.recording_of("digits")
    beat, most = f"{shop.chapter.name}/{shop.heaviest}", str(shop.of(SNAPSHOTS, 2))
    asked = {
        "memory_1080p": (1024, f"filming {shop.heaviest} at 1080p", ("film", beat, shop.of("high", "draft"))),
        "memory_4k": (2048, f"filming {shop.heaviest} at 4k", ("film", beat, shop.of("4k", "draft"))),
        "memory_recording": (1024, "recording 4 GiB and reading it", ("record", most)),
    }
    return {
        name: summarize([_peak(shop, what)], [allowed], "MiB", "ratio at least 1", frames=frames)
        for name, (allowed, frames, what) in asked.items()
    }


def _peak(shop: Workshop, what: Sequence[str]) -> float:
    """Return the peak in MiB of a process that does it."""
    command = [*shop.program("memory"), *what]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[1:])} exited with {done.returncode}: {done.stderr.strip()}")
    return float(done.stdout.split()[-1])


def film(beat: str, quality: str) -> None:
    """Film a beat as a worker does."""
    from renders.film.execution import order_for
    from renders.request.paths import find_paths
    from renders.request.quality import find_quality
    from renders.scene.filming import film_piece
    from scenes.catalog import find_chapter

    chapter, _, name = beat.partition("/")
    order = order_for(find_chapter(chapter), (name,), find_quality(quality), "en", workers=1)
    with tempfile.TemporaryDirectory() as folder:
        (job,) = order.jobs(order.pieces, find_paths(), Path(folder))
        film_piece(job)


def record_and_read(snapshots: int) -> None:
    """Record so many snapshots of 4 MiB, and look at every one of them."""
    import torch  # noqa: F401  what trains has it in memory

    from engine.recording.format.layout import ArraySpec
    from engine.recording.writing.writer import RecordingWriter

    name = "layer1.weight"
    spec = ArraySpec(name, ("step", "out", "in"), (snapshots, SIDE, SIDE), "float32", "snapshot")
    rng = np.random.default_rng(0)
    out = ROOT / "renders" / "out"
    out.mkdir(exist_ok=True)  # a new clone has none
    with tempfile.TemporaryDirectory(dir=out) as folder:
        path = Path(folder) / "large.zarr"
        writer = RecordingWriter.create(path, {"name": "large"}, {}, [spec], {"snapshot": np.arange(snapshots)}, {})
        for _ in range(snapshots):
            writer.append("snapshot", {name: rng.standard_normal((SIDE, SIDE), dtype=np.float32)})
        writer.commit(b"", {})
        recording = writer.complete()
        for step in range(snapshots):
            if not np.isfinite(recording.read(name, step=step)).all():
                raise RuntimeError(f"snapshot {step} did not come back")


def main(what: str, *how: str) -> None:
    """Do one thing and print the peak of this process in MiB."""
    if what == "film":
        film(*how)
    else:
        record_and_read(int(how[0]))
    print(_own_peak())


def _own_peak() -> float:
    """Return the most memory that this process has held, MiB."""
    try:  # Linux's getrusage also counts what the parent held when it started us
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # macOS counts bytes


if __name__ == "__main__":
    main(*sys.argv[1:])
