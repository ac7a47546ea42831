"""Measure the figures that the project promises, print them and write them to a file.

    python -m tests.benchmarks [GROUP …] [--rounds N] [--out FILE]

Groups are the modules of `groups`. Nothing is asserted: a figure depends on the machine, and a slow machine is no
failure. What a group measured is written before the next one begins; one that fails is told, and ends no other.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from renders.request.paths import find_paths
from tests.benchmarks.measure import Row
from tests.benchmarks.workshop import Workshop

GROUPS = (
    "network_full",
    "network_small",
    "surface",
    "attention_grid",
    "film",
    "again",
    "workers",
    "recorder",
    "own_model",
    "clips",
    "memory",
    "accuracy",
)


def main() -> None:
    options = _parse(sys.argv[1:])
    console = Console(width=None if sys.stdout.isatty() else 140)
    rows, failed = measure_all(options.groups or GROUPS, options.rounds, options.out, console, Workshop())
    console.print(_table(rows))
    console.print(f"written to {options.out}", style="dim", soft_wrap=True)
    if failed:
        sys.exit(f"these groups failed: {', '.join(failed)}")


def measure_all(
    groups: Sequence[str], rounds: int, out: Path, console: Console, shop: Workshop
) -> tuple[dict[str, Row], list[str]]:
    """Return the rows of groups, and the groups that failed; the file `out` has all rows so far at any moment."""
    rows: dict[str, Row] = {}
    failed = []
    for group in groups:
        console.print(f"measuring {group} …", style="dim")
        try:
            rows |= importlib.import_module(f"tests.benchmarks.groups.{group}").measure(rounds, shop)
        except Exception:
            failed.append(group)
            console.print_exception()
        _write(rows, out)
    return rows, failed


def _write(rows: dict[str, Row], out: Path) -> None:
    results = {"machine": describe_machine(), "rows": {name: row.as_json() for name, row in rows.items()}}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure the promised figures.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}; all of them unless named")
    parser.add_argument("--rounds", type=int, default=3, help="how often each pair is measured (3)")
    parser.add_argument("--out", type=Path, default=find_paths().films / "bench.json", help="file of the results")
    options = parser.parse_args(arguments)
    if unknown := [group for group in options.groups if group not in GROUPS]:
        parser.error(f"no group {unknown[0]!r}: there are {', '.join(GROUPS)}")
    if options.rounds < 1:
        parser.error(f"--rounds must be at least 1, got {options.rounds}")
    return options


def describe_machine() -> str:
    """Return one line: processor, cores, system, and the versions that the speed depends on."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "torch", "numba", "manim"))
    processor = _processor_name() or platform.processor() or platform.machine()
    system = f"{platform.system()} {platform.machine()}"
    return f"{processor}, {os.cpu_count()} cores, {system}, Python {platform.python_version()}, {libraries}"


def _processor_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _table(rows: dict[str, Row]) -> Table:
    table = Table(title=describe_machine(), title_justify="left", title_style="dim")
    for heading in ("", "ours", "theirs", "unit", "times better", "spread", "goal"):
        table.add_column(
            heading, justify="right" if heading in {"ours", "theirs", "times better", "spread"} else "left"
        )
    for name, row in rows.items():
        numbers = (f"{row.ours:.4g}", f"{row.theirs:.4g}", row.unit, f"{row.ratio:.3g}", f"{row.spread:.0%}")
        table.add_row(name, *numbers, row.goal)
    return table


if __name__ == "__main__":
    main()
