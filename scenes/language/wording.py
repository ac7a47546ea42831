"""Words a line to suit the palette in force.

On a dark screen a neuron that is fully on is bright; on white paper it is dark. Such a line is looked up by its
English, before it is translated, so that what is said, what is written and the captions agree with the picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from scenes.look.style import palette


def in_palette(text: str) -> str:
    """Return an English text as it is worded for the palette in force."""
    return _wordings()[palette().wording].get(text, text)


def _wordings() -> Mapping[str, Mapping[str, str]]:
    # By its name: the texts that a beat says are part of its digest, and not the table of all
    # (`renders.cache.messages`)
    tables: Mapping[str, Mapping[str, str]] = import_module("scenes.language.wordings").WORDINGS
    return tables
