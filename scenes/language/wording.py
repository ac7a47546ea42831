"""Puts a line as it is said for the palette in force.

On a screen a neuron that is fully on shines; on paper it is full of ink. Such a line is looked up by its English,
before it is translated, so that what is said, what is written and the captions agree with the picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from scenes.look.style import palette


def in_palette(text: str) -> str:
    """Return an English text as it is put for the palette in force."""
    return _wordings()[palette().wording].get(text, text)


def _wordings() -> Mapping[str, Mapping[str, str]]:
    # By its name: the texts that a beat says are part of its digest, and not the table of all
    # (`renders.cache.messages`)
    tables: Mapping[str, Mapping[str, str]] = import_module("scenes.language.wordings").WORDINGS
    return tables
