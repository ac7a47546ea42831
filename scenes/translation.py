"""Words in the viewer's language: gettext catalogues read from `scenes/locale/LANGUAGE/LC_MESSAGES/neuroreel.po`.

English stands in the code. A translation is looked up when a beat runs, never at import, so that a warm worker can
go from one language to another.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from numbers import Integral
from pathlib import Path

LANGUAGES = ("en", "zh_CN")
LOCALE = Path(__file__).parent / "locale"


def N_(text: str) -> str:
    """Mark a text for translation that is looked up later."""
    return text


def catalogue_path(language: str) -> Path:
    """Return the .po file of a language."""
    return LOCALE / language / "LC_MESSAGES" / "neuroreel.po"


@cache
def _translations(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    # The .po is compiled in memory: no binary to keep in step with it
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with catalogue_path(language).open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def written(value: object) -> str:
    """Return a value as it is told within a text: whole numbers with their commas, texts as they are."""
    return f"{value:,}" if isinstance(value, Integral) else str(value)


def translate(text: str, language: str, values: Mapping[str, str] | None = None) -> str:
    """Return `text` in `language` ("en" or "zh_CN"); what has no translation stays English.

    values: for each `{name}` in the text; without them braces are braces. Raises ValueError for a language that there
    is none of.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no language '{language}': there are {', '.join(LANGUAGES)}")
    found = _translations(language).gettext(text) if text else ""
    return found.format(**values) if values else found
