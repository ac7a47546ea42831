"""Finds fonts for names in scripts that neither Computer Modern nor the Chinese font has, as Arabic, Hebrew and Thai.

They are looked for on the machine, and nothing depends on them: what no font has is refused by whoever sets it.
Ranges: the blocks of the Unicode Standard, version 16.
"""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from scenes.text.fonts import font_file_digest, installed_fonts

_DEJAVU = ("DejaVuSans.ttf", "DejaVu Sans")
# script -> its characters, and fonts other than Noto's
_SCRIPTS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "Arabic": ("\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc", (_DEJAVU,)),
    "Hebrew": ("\u0590-\u05ff\ufb1d-\ufb4f", (_DEJAVU,)),
    "Armenian": ("\u0530-\u058f", (_DEJAVU,)),
    "Georgian": ("\u10a0-\u10ff\u1c90-\u1cbf", (_DEJAVU,)),
    "Devanagari": ("\u0900-\u097f\ua8e0-\ua8ff", ()),
    "Bengali": ("\u0980-\u09ff", ()),
    "Gurmukhi": ("\u0a00-\u0a7f", ()),
    "Gujarati": ("\u0a80-\u0aff", ()),
    "Tamil": ("\u0b80-\u0bff", ()),
    "Telugu": ("\u0c00-\u0c7f", ()),
    "Kannada": ("\u0c80-\u0cff", ()),
    "Malayalam": ("\u0d00-\u0d7f", ()),
    "Sinhala": ("\u0d80-\u0dff", ()),
    "Thai": ("\u0e00-\u0e7f", ()),
    "Lao": ("\u0e80-\u0eff", (_DEJAVU,)),
    "Myanmar": ("\u1000-\u109f", ()),
    "Ethiopic": ("\u1200-\u139f", ()),
    "Khmer": ("\u1780-\u17ff", ()),
}
_PATTERNS = {script: re.compile(f"[{ranges}]") for script, (ranges, _) in _SCRIPTS.items()}
_ANY = re.compile("[\u0530-\u109f\u10a0-\u139f\u1780-\u17ff\u1c90-\u1cbf\ua8e0-\ua8ff\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True)
class ScriptFont:
    """A font of this machine for a script: the family's name, and its file."""

    family: str
    file: Path


def script_fonts(text: str) -> tuple[ScriptFont, ...]:
    """Return the fonts of this machine for the scripts of a text, one each; none for those that it has no font for."""
    if not _ANY.search(text):  # as nearly always
        return ()
    found = (_font_of(script) for script, pattern in _PATTERNS.items() if pattern.search(text))
    return tuple(dict.fromkeys(font for font in found if font))


def script_font_digest(text: str) -> str:
    """Return a digest of the files of these fonts; "" where there are none."""
    fonts = script_fonts(text)
    return hashlib.sha256("".join(font_file_digest(font.file) for font in fonts).encode()).hexdigest() if fonts else ""


@functools.lru_cache(maxsize=len(_SCRIPTS))
def _font_of(script: str) -> ScriptFont | None:
    present = installed_fonts()
    noto = ((f"Noto{kind}{script}-Regular.ttf", f"Noto {kind} {script}") for kind in ("Serif", "Sans"))
    for name, family in (*noto, *_SCRIPTS[script][1]):
        if name in present:
            return ScriptFont(family, present[name])
    return None
