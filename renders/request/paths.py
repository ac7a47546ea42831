"""Defines where films, recordings and the cache of film parts are kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
OUT = Path("renders", "out")  # of a clone, where films are unless one is told otherwise
HOME = "NEUROREEL_HOME"  # the variable that names another folder


@dataclass(frozen=True)
class Paths:
    """The folders of one run. `films` may be the user's own; cache and recordings stay with the project.

    variation: the user's overrides of the experiments; their recordings lie beside the others, each with its own name.
    given: recordings of no experiment of ours, by the names under which beats ask for them. named: whether somebody
    said where films go; else the film of a recording lies beside it.
    """

    films: Path
    cache: Path
    recordings: Path
    variation: Overrides | None = None
    given: Mapping[str, Path] = field(default_factory=dict)
    named: bool = False

    @property
    def home(self) -> Path:
        """The folder that holds the project's own films, recordings and what is known of others' films."""
        return self.recordings.parent

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

    def beside(self, path: Path) -> Paths:
        """Return the folders of the film of the recording at `path`: the film lies beside it.

        Where a folder was named it lies there; where the recording is one of the project's, or its folder cannot be
        written, among the project's films.
        """
        folder = path.resolve().parent
        return replace(self, films=folder) if self._is_free(folder) else self

    def recording_beside(self, file: Path, name: str) -> Path:
        """Return where the recording of a model that is built in `file` lies: beside it, as its film would."""
        folder = file.resolve().parent
        return (folder if self._is_free(folder) else self.recordings) / f"{name}.zarr"

    def _is_free(self, folder: Path) -> bool:
        """Tell whether what is made of something in a folder may go there."""
        return not self.named and folder != self.recordings.resolve() and is_writable(folder)

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
    """Return the folders of a run, with the films in a folder of the user's own where one is given."""
    home = find_home()
    named = films is not None or bool(os.environ.get(HOME))
    films = films.resolve() if films else home
    return Paths(films, home / ".cache", home / RECORDINGS, variation, named=named)


def find_home() -> Path:
    """Return where films, their cache and recordings are kept unless one is told otherwise.

    That is the folder that `--home` or the variable NEUROREEL_HOME names; else `renders/out` in a clone that can be
    written; else, as where neuroreel is a package among others or a clone is shared, the user's own folder for data.
    """
    if named := os.environ.get(HOME):
        return Path(named).expanduser().resolve()
    root = Path(__file__).resolve().parents[2]
    if (root / "pyproject.toml").exists() and is_writable(root / OUT):
        return root / OUT
    from platformdirs import user_data_path

    return user_data_path("neuroreel", appauthor=False)


def home_in_words() -> str:
    """Return by what films, cache and recordings are where they are."""
    if os.environ.get(HOME):
        return f"--home or {HOME}"
    return (
        "the clone" if find_home().name == OUT.name else "where data of users are kept, since no clone can be written"
    )


def is_writable(folder: Path) -> bool:
    """Tell whether a folder, or where it is not there the one that it would be in, can be written by this user."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    return os.access(there, os.W_OK | os.X_OK)


def require_writable(folder: Path) -> None:
    """Make a folder and a file in it; raises RenderError where that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try_to_write(folder)
    except OSError as error:
        reason = describe_os_error(OSError(error.errno, error.strerror))  # without the name of the file that was tried
        raise RenderError(f"cannot write into {folder}: {reason}") from error
