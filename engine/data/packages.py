"""Finds data sets and models that come as Python packages; their files are read, their code is never run."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path


@dataclass(frozen=True)
class DataPackage:
    """A package of which one file or folder is read. path: its path among the installed packages."""

    name: str
    version: str
    path: str

    def find(self) -> Path | None:
        """Find the file or folder without importing the package; None where it is not installed."""
        try:
            found = Path(str(metadata.distribution(self.name).locate_file(self.path)))
        except metadata.PackageNotFoundError:
            return None
        return found if found.exists() else None

    @property
    def how_to_install(self) -> str:
        """The advice to the user on how to install the package."""
        return f"run `make install`, or `pip install --no-deps {self.name}=={self.version}`"

    def told_apart(self, found: Path) -> str:
        """Return the message that `found` is not the file of this version, and what to do."""
        return f"{found} is not the file of {self.name} {self.version}: {self.how_to_install} --force-reinstall"
