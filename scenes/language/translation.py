"""Translates texts into the viewer's language, by catalogues `locale/LANGUAGE/LC_MESSAGES/neuroreel.po`, as gettext's.

English stands in the code. A translation is looked up when a beat runs, never at import, so that a warm worker can go
from one language to another.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from numbers import Integral
from pathlib import Path

from scenes.language.translation_catalog import TranslationError, on_one_line, read_catalogue

LANGUAGES = ("en", "zh_CN")  # the first is that of the code
LOCALE = Path(__file__).parent / "locale"


_MARKED: set[str] = set()  # the texts of ours, as far as their modules are imported; all else is somebody's own


def N_(text: str) -> str:
    """Mark a text for translation that is looked up later."""
    _MARKED.add(text)
    return text


def catalogue_path(language: str) -> Path:
    """Return the .po file of a language; raises TranslationError where it is damaged, or lacks a text."""
    translations(language)
    return place_of(language)


def place_of(language: str) -> Path:
    """Return the path of the .po file of a language, whatever is in it."""
    return LOCALE / language / "LC_MESSAGES" / "neuroreel.po"


@cache
def translations(language: str) -> Mapping[str, str]:
    """Return the translations of a language, none for English; raises TranslationError where they are damaged."""
    return read_catalogue(place_of(language)) if language != LANGUAGES[0] else {}


def written(value: object) -> str:
    """Return a value as it is written within a text: whole numbers with their commas, texts as they are."""
    return f"{value:,}" if isinstance(value, Integral) else str(value)


def translate(text: str, language: str, values: Mapping[str, str] | None = None, *, needed: bool = False) -> str:
    """Return `text` in `language` ("en" or "zh_CN"); a text that has no translation, such as a name, stays as it is.

    values: for each `{name}` in the text; without them braces are braces. needed: whether a film in this language says
    or shows the text: then one that is marked with `N_` must have a translation. Raises ValueError where the language
    is not known, TranslationError where its catalogue is damaged, or lacks a text that is needed.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no language '{language}': there are {', '.join(LANGUAGES)}")
    known = translations(language)
    if needed and text in _MARKED and text not in known and language != LANGUAGES[0]:
        raise TranslationError(f"{place_of(language)} lacks {on_one_line(text)}: translate it there")
    found = known.get(text, text) if text else ""
    return found.format(**values) if values else found
