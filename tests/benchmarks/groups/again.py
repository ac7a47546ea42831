"""Asking again for a chapter that was rendered: with nothing changed, and after a change to one beat.

Both in a copy of the project, so that a source can be changed. `again_nothing` stands beside the first rendering.
`again_one` stands beside what that beat alone took, measured in its worker, and two seconds.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from scenes.chapters.network.contents import NETWORK
from tests.benchmarks.measure import Row, summarize
from tests.benchmarks.workshop import copy_project, recording_of, run_cli

BEAT = "feed_forward"
ALLOWED = 2.0  # seconds besides the beat's own time


def measure(rounds: int) -> dict[str, Row]:
    """Return both rows. The chapter is rendered once at low, for that takes a minute; the rest `rounds` times."""
    for experiment in NETWORK.experiments:
        recording_of(experiment)
    with tempfile.TemporaryDirectory() as folder:
        project = copy_project(Path(folder))
        command = ("render", NETWORK.name, "--quality", "low", "--language", "en")
        first = run_cli(*command, root=project)
        nothing = [run_cli(*command, root=project) for _ in range(rounds)]
        one, own = [], []
        source = project / "scenes" / "chapters" / "network" / f"{BEAT}.py"
        for number in range(rounds):
            with source.open("a", encoding="utf-8") as file:
                file.write(f"# {number}\n")
            one.append(run_cli(*command, root=project))
            costs = project / "renders" / "out" / ".cache" / "costs" / f"{NETWORK.name}.json"
            own.append(json.loads(costs.read_text(encoding="utf-8"))["low"][f"{NETWORK.name}/{BEAT}"] + ALLOWED)
    what = "chapter 1 at low, recordings present"
    return {
        "again_nothing": summarize(nothing, [first] * rounds, "s", "ours at most 2", frames=what),
        "again_one": summarize(one, own, "s", "ratio at least 1", frames=f"{what}; {BEAT} changed"),
    }
