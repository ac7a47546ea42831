"""Lists the languages that films are made in."""

from __future__ import annotations

from renders.base.errors import unknown
from scenes.language.translation import LANGUAGES

DEFAULT_LANGUAGE = LANGUAGES[0]


def find_language(name: str) -> str:
    """Return the language; raises UnknownNameError, with the nearest one, where no films are made in it."""
    if name not in LANGUAGES:
        raise unknown("language", name, LANGUAGES)
    return name
