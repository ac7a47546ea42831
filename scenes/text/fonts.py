"""Finds the fonts of all text: Computer Modern is embedded in Typst, a Chinese font is looked for on the machine.

Import-light (standard library only), so that `doctor` and the render cache can ask without importing manim.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WORDS = "New Computer Modern"
MATH = "New Computer Modern Math"
CODE = "DejaVu Sans Mono"
EMBEDDED = (WORDS, MATH, CODE)

# file name, with the weight left open, and the family that Typst finds in it; the first found wins
_CHINESE = (
    ("NotoSerifCJK-{}.ttc", "Noto Serif CJK SC"),
    ("NotoSerifCJKsc-{}.otf", "Noto Serif CJK SC"),
    ("NotoSerifSC-{}.otf", "Noto Serif SC"),
    ("NotoSerifSC-{}.ttf", "Noto Serif SC"),
    ("SourceHanSerifSC-{}.otf", "Source Han Serif SC"),
    ("NotoSansCJK-{}.ttc", "Noto Sans CJK SC"),
    ("NotoSansCJKsc-{}.otf", "Noto Sans CJK SC"),
    ("NotoSansSC-{}.otf", "Noto Sans SC"),
    ("NotoSansSC-{}.ttf", "Noto Sans SC"),
    ("SourceHanSansSC-{}.otf", "Source Han Sans SC"),
)
_NEEDS_CHINESE_FONT = re.compile(
    "[\u1100-\u11ff\u2e80-\u30ff\u3100-\u318f\u3200-\u9fff\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U00020000-\U0003ffff]"
)


class FontError(Exception):
    """A font that a text needs is missing."""


@dataclass(frozen=True)
class ChineseFont:
    """A Chinese font on this machine: the family's name, and its regular and (where there is one) bold file."""

    family: str
    files: tuple[Path, ...]

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders to hand to Typst."""
        return tuple(dict.fromkeys(str(file.parent) for file in self.files))

    @property
    def digest(self) -> str:
        """Hex digest of the files' contents."""
        return hashlib.sha256("".join(map(font_file_digest, self.files)).encode()).hexdigest()


def has_chinese(text: str) -> bool:
    """Tell whether any character of `text` is to be drawn with the Chinese font."""
    return _NEEDS_CHINESE_FONT.search(text) is not None


@functools.lru_cache(maxsize=1)
def find_chinese_font() -> ChineseFont:
    """Return the Chinese font of this machine; raises FontError, with how to get one, where there is none."""
    present = installed_fonts()
    for pattern, family in _CHINESE:
        regular, bold = (present.get(pattern.format(weight)) for weight in ("Regular", "Bold"))
        if regular:
            return ChineseFont(family, (regular, bold) if bold else (regular,))
    raise FontError(f"no Chinese font found: {_how_to_get_one()}, or name its folder in NEUROREEL_FONTS")


def installed_fonts() -> dict[str, Path]:
    """Return the files in the folders where fonts may be, by name."""
    return {file.name: file for folder in reversed(list(_font_folders())) for file in _files_below(folder)}


def font_digest() -> str:
    """Return a digest of every font file that can change a picture; "" when there is only what Typst embeds."""
    try:
        return find_chinese_font().digest
    except FontError:
        return ""


def _how_to_get_one() -> str:
    if sys.platform == "darwin":
        return "run 'brew install --cask font-noto-serif-cjk-sc'"
    if sys.platform == "win32":
        return "install NotoSerifCJKsc-Regular.otf from https://github.com/notofonts/noto-cjk/releases"
    return "run 'sudo apt-get install fonts-noto-cjk' (Fedora: 'sudo dnf install google-noto-serif-cjk-fonts')"


def _font_folders() -> Iterator[Path]:
    """Yield the folders where fonts may be, the most particular first."""
    named = os.environ.get("NEUROREEL_FONTS", "")
    yield from (Path(part) for part in named.split(os.pathsep) if part)
    home = Path.home()
    if sys.platform == "darwin":
        yield from (home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts"))
    elif sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local"))
        yield from (local / "Microsoft/Windows/Fonts", Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts")
    else:
        data = Path(os.environ.get("XDG_DATA_HOME", home / ".local/share"))
        yield from (data / "fonts", home / ".fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts"))


def _files_below(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names)


@functools.lru_cache(maxsize=32)
def font_file_digest(file: Path) -> str:
    """Return the hex digest of a file's contents."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
