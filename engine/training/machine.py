"""Describes the machine that something was timed on: the processor, its cores, and how busy they were."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

_CPUINFO = Path("/proc/cpuinfo")  # where Linux tells the name that `platform` does not


def machine(threads: int) -> dict[str, Any]:
    """Return the processor as it calls itself, how many logical cores there are, and how many threads were used."""
    return {"processor": _processor(), "cores": os.cpu_count(), "threads": threads}


def load() -> float | None:
    """Return how many processes ran or waited to run in the last minute, on average; None where that is not known."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _processor() -> str:
    try:
        lines = _CPUINFO.read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (value.strip() for key, _, value in (line.partition(":") for line in lines) if key.strip() == "model name")
    return next(names, platform.processor() or platform.machine())
