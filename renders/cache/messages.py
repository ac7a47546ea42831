"""Finds the project's texts that a module may show, and their wordings in a language; these enter a beat's digest.

`scenes/language/locale` and `scenes/language/wordings.py` hold the texts of all modules, `scenes/evidence/sources.toml`
the sources. A beat is drawn anew where a text of its own modules is worded otherwise, and not where another is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

from renders.cache.import_graph import ImportGraph
from scenes.evidence.sources import all_sources
from scenes.language.translation import translations
from scenes.language.wordings import WORDINGS

_LITERAL = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_MARKED = re.compile(rf"\bN_\(\s*((?:{_LITERAL}\s*)+)")  # one text, in as many literals as it is long
_WORD = re.compile(r"\"(\w+)\"")


class Messages:
    """Reads the texts of modules from their sources, each module once."""

    def __init__(self, sources: ImportGraph) -> None:
        self._sources = sources
        self._known: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def told(self, modules: Iterable[str], language: str, others: Iterable[str] = ()) -> dict[str, Any]:
        """Return the wordings of the texts in modules in a language, and the sources that these name, as JSON.

        others: texts, and keys of sources, that they show besides.
        """
        texts, words = set(others), set(others)
        for module in modules:
            own, named = self._of(module)
            texts |= own
            words |= named
        known = all_sources()
        return {
            "texts": {text: told for text in sorted(texts) if (told := _told(text, translations(language)))},
            "sources": {key: known[key].line for key in sorted(words & known.keys())},
        }

    def _of(self, module: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the texts marked with N_ in a module, and the words in quotes, any of which may name a source."""
        if module not in self._known:
            source = self._sources.text(module)
            texts = frozenset(ast.literal_eval(f"({found[1]})") for found in _MARKED.finditer(source))
            self._known[module] = texts, frozenset(_WORD.findall(source))
        return self._known[module]


def _told(text: str, translated: Mapping[str, str]) -> list[list[str]]:
    """Return the wordings of a text, [palette, text, translation] each; nothing where none differs from the text."""
    put = {"": text} | {name: wording[text] for name, wording in WORDINGS.items() if text in wording}
    told = [[name, one, translated.get(one, one)] for name, one in put.items()]
    return told if told != [["", text, text]] else []
