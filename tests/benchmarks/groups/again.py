"""Asking again for a chapter that was rendered: with nothing changed, and after a change to one beat.

Both in a copy of the project, so that a source can be changed. `again_nothing` stands beside the first rendering.
`again_one` stands beside what that beat alone took, measured in its worker, and two seconds.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from tests.benchmarks.measure import Row, summarize
from tests.benchmarks.workshop import Workshop

ALLOWED = 2.0  # seconds besides the beat's own time


def measure(rounds: int, shop: Workshop) -> dict[str, Row]:
    """Return both rows. The chapter is rendered once at low, for that takes a minute; the rest `rounds` times."""
    shop.record_all()
    chapter, beat = shop.chapter.name, shop.beat
    with tempfile.TemporaryDirectory() as folder:
        copy = shop.copy_project(Path(folder))
        command = ("render", chapter, "--quality", "low", "--language", "en")
        first = shop.run_cli(*command, root=copy.root)
        nothing = [shop.run_cli(*command, root=copy.root) for _ in range(rounds)]
        one, own = [], []
        for number in range(rounds):
            with copy.source.open("a", encoding="utf-8") as file:
                file.write(f"# {number}\n")
            one.append(shop.run_cli(*command, root=copy.root))
            timings = copy.cache / "costs" / f"{chapter}.json"
            own.append(json.loads(timings.read_text(encoding="utf-8"))["low"][f"{chapter}/{beat}"] + ALLOWED)
    what = "chapter 1 at low, recordings present"
    return {
        "again_nothing": summarize(nothing, [first] * rounds, "s", "ours at most 2", frames=what),
        "again_one": summarize(one, own, "s", "ratio at least 1", frames=f"{what}; {beat} changed"),
    }
