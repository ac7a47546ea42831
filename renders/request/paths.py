"""Defines where films, recordings and the cache of film parts are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.files.replacing import try_to_write
from engine.files.replacing import written_whole as written_whole  # others take it from here
from renders.base.errors import RenderError, describe_os_error

if TYPE_CHECKING:
    from engine.analyses.catalog import Analysis
    from engine.experiments import TrainingConfig
    from engine.overrides import Overrides


# Folders among the films: of what `embed` and `gallery` make unless told where, and of recorded trainings
EMBEDS, GALLERY, RECORDINGS = "embeds", "gallery", "recordings"


@dataclass(frozen=True)
class Paths:
    """The folders of one run. `films` may be the user's own; cache and recordings stay with the project.

    variation: the user's overrides of the experiments; their recordings lie beside the others, each with its own name.
    given: recordings of no experiment of ours, by the names under which beats ask for them.
    """

    films: Path
    cache: Path
    recordings: Path
    variation: Overrides | None = None
    given: Mapping[str, Path] = field(default_factory=dict)

    @property
    def stamps(self) -> Path:
        """The file in which the hashes of large files are stored."""
        return self.cache / "stamps.json"

    def recording(self, name: str) -> Path:
        """Return the path of the recording of an experiment or an analysis, or of one that was given."""
        if name in self.given:
            return self.given[name]
        called = self.variation.name_of(name) if self.variation else name
        return self.recordings / f"{called}.zarr"

    def wanted(self, name: str) -> TrainingConfig | Analysis:
        """Return the experiment or analysis of that name, with the user's overrides."""
        from engine.analyses.catalog import find_recordable  # NumPy: not where only a list is wanted

        found = find_recordable(name)
        return self.variation.of(found) if self.variation else found

    def prepare(self) -> None:
        """Make the folders and see that they can be written; raises RenderError at the first that cannot."""
        for folder in (self.films, self.cache):
            require_writable(folder)


@dataclass(frozen=True)
class FilmFiles:
    """The names of a film's files, all beside each other and with the same beginning; ending: of the film itself."""

    folder: Path
    stem: str
    ending: str = "mp4"

    @property
    def film(self) -> Path:
        """The path of the film itself."""
        return self.path(self.ending)

    def path(self, ending: str) -> Path:
        """Return the path of the file with an ending, such as "mp4" or "zh_CN.srt"."""
        return self.folder / f"{self.stem}.{ending}"


def find_paths(films: Path | None = None, variation: Overrides | None = None) -> Paths:
    """Return the project's folders, with the films in a folder of the user's own where one is given."""
    root = Path(__file__).resolve().parents[2]
    # Installed as a package it is among others, where nobody looks for films: then it is where the user is
    out = (root if (root / "pyproject.toml").exists() else Path.cwd()) / "renders" / "out"
    films = films.resolve() if films else out
    return Paths(films=films, cache=out / ".cache", recordings=out / RECORDINGS, variation=variation)


def require_writable(folder: Path) -> None:
    """Make a folder and a file in it; raises RenderError where that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try_to_write(folder)
    except OSError as error:
        reason = describe_os_error(OSError(error.errno, error.strerror))  # without the name of the file that was tried
        raise RenderError(f"cannot write into {folder}: {reason}") from error
