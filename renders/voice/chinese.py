"""Chinese text as the phonemes that Kokoro was trained on: misaki's, word by word, with its marks for the tones.

What stands in Latin letters within it is said as in English.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

_PART = re.compile(r"([\u4e00-\u9fff]+)|([A-Za-z](?:[A-Za-z' ]*[A-Za-z])?)|(\S)")
_PAUSES = frozenset(";:,.!?—…“”()")
# Characters of several readings that the dictionary, which knows daily life, reads otherwise than our subject does
READINGS = {"权重": ["quan2", "zhong4"]}


class Chinese:
    """Turns text into phonemes; latin: says what is in Latin letters."""

    def __init__(self, latin: Callable[[str], str]) -> None:
        import jieba
        from misaki.zh import ZHG2P
        from pypinyin import load_phrases_dict

        jieba.setLogLevel(logging.WARNING)
        load_phrases_dict({word: [[sound] for sound in sounds] for word, sounds in READINGS.items()}, style="tone3")
        self._latin, self._words, self._said = latin, jieba.lcut, ZHG2P.word2ipa
        self._punctuated: Callable[[str], str] = ZHG2P.map_punctuation

    def __call__(self, text: str) -> str:
        """Return the phonemes of words and punctuation; all else is left out."""
        said = ""
        for chinese, latin, other in _PART.findall(self._punctuated(text)):
            if chinese:
                said += " " + " ".join(self._said(word) for word in self._words(chinese))
            elif latin:
                said += " " + self._latin(latin)
            elif other in _PAUSES:
                said += f" {other}" if other in "“(" else other
        return re.sub(r"([“(]) ", r"\1", said).replace("\u032f", "").strip()
