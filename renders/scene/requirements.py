"""Checks for what is needed to draw a film part: Cairo and, for Chinese, a font."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass

from renders.base.errors import RenderError
from scenes.text.fonts import FontError, find_chinese_font


@dataclass(frozen=True)
class Requirement:
    """A thing that was looked for, and whether it is there.

    needed: whether no film can be made without it. remedy: how to get what is missing. mark: how it is listed where it
    is not well, and not needed.
    """

    name: str
    found: str
    well: bool
    needed: bool = True
    remedy: str = ""
    mark: str = "absent"


def require_to_render(language: str) -> None:
    """Raise RenderError where something is missing without which no film part can be drawn."""
    looked_at = [look_for_cairo(), *([look_for_chinese_font()] if language.startswith("zh") else [])]
    for finding in looked_at:
        if not finding.well:
            raise RenderError(f"{finding.name}: {finding.found}; {finding.remedy}")


def look_for_cairo() -> Requirement:
    """Return whether Cairo, the library that draws, can be loaded."""
    try:
        cairo = importlib.import_module("cairo")
    except (ImportError, OSError) as error:
        return Requirement(
            "cairo", f"cannot be loaded ({error})", well=False, remedy=_system_remedy("libcairo2-dev", "cairo")
        )
    return Requirement("cairo", cairo.cairo_version_string(), well=True)


def look_for_chinese_font() -> Requirement:
    """Return whether there is a font for Chinese."""
    try:
        font = find_chinese_font()
    except FontError as error:
        what, _, remedy = str(error).partition(": ")
        return Requirement("Chinese font", what, well=False, needed=False, remedy=remedy)
    return Requirement("Chinese font", f"{font.family}, {font.files[0]}", well=True)


def _system_remedy(debian: str, homebrew: str) -> str:
    if sys.platform == "darwin":
        return f"run: brew install {homebrew}"
    if sys.platform == "win32":
        return "run: pip install --force-reinstall pycairo"
    return f"run: sudo apt-get install {debian} (or `make install`)"
