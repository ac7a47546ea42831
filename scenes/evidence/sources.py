"""Reads the sources that films name, papers and files, from `scenes/evidence/sources.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCES = Path(__file__).with_name("sources.toml")


@dataclass(frozen=True)
class SourceEntry:
    """A source: its authors, its year, its title, and where it is found (DOI, arXiv or address)."""

    key: str
    authors: str
    year: int
    title: str
    found: str

    @property
    def short(self) -> str:
        """The authors and the year."""
        return f"{self.authors} {self.year}"

    @property
    def line(self) -> str:
        """The source on one line."""
        return f"{self.authors} {self.year}, {self.title}, {self.found}"


@cache
def all_sources() -> Mapping[str, SourceEntry]:
    """Return the sources by their keys."""
    told = tomllib.loads(SOURCES.read_text(encoding="utf-8"))
    return {key: SourceEntry(key=key, **entry) for key, entry in told.items()}


def find_source(key: str) -> SourceEntry:
    """Return the source of that key; raises LookupError where there is none."""
    if key not in all_sources():
        raise LookupError(f"no source {key!r} in {SOURCES.name}: there are {', '.join(all_sources())}")
    return all_sources()[key]
