"""Chapter 1 rendered at medium from an existing recording, and asked for again with nothing changed.

`film`: the time to render against the time that the film runs. `again`: the second call against the first.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import av

from scenes.catalog import NETWORK
from tests.benchmarks.measure import Row, summarize
from tests.benchmarks.workshop import recording_of, run_cli


def measure(rounds: int) -> dict[str, Row]:
    """Return both rows. The film is rendered once, for it takes minutes; asking again is measured `rounds` times."""
    for experiment in NETWORK.experiments:
        recording_of(experiment)
    with tempfile.TemporaryDirectory() as folder:
        command = ("render", NETWORK.name, "--quality", "medium", "--language", "en", "--out", folder)
        rendering = run_cli(*command, "--force")
        again = [run_cli(*command) for _ in range(rounds)]
        running = running_time(next(Path(folder).glob("*.mp4")))
    film = summarize([rendering], [running], "s", "ratio at least 1")
    return {"film": film, "again": summarize(again, [rendering] * rounds, "s", "ours under 3 s")}


def running_time(film: Path) -> float:
    """Return the seconds that a film runs."""
    with av.open(str(film)) as container:
        if container.duration is None:
            raise ValueError(f"{film} does not say how long it runs")
        return container.duration / av.time_base
