"""Turns Chinese text into the phonemes that Kokoro was trained on: misaki's, word by word, with its marks of tones.

What stands in Latin letters within it is said as in English.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

_PART = re.compile(r"([\u4e00-\u9fff]+)|([A-Za-z](?:[A-Za-z' ]*[A-Za-z])?)|(\S)")
_PAUSES = frozenset(";:,.!?—…“”()")
# Characters and words of several readings that the dictionary, which knows daily life, reads otherwise than our subject
# does: rows (行), differences (差), lengths (长), and what follows a verb (得, 地)
CHARACTERS = {"得": "de", "为": "wéi", "行": "háng", "长": "cháng", "教": "jiāo"}
READINGS = {
    "权重": "quán zhòng",
    "方差": "fāng chā",
    "平均差": "píng jūn chā",
    "相差": "xiāng chā",
    "每个差": "měi gè chā",
    "多长": "duō cháng",
    "越长": "yuè cháng",
    "最长": "zuì cháng",
    "等长": "děng cháng",
    "放长": "fàng cháng",
    "长到": "zhǎng dào",
    "长出": "zhǎng chū",
    "教过": "jiāo guò",
    "数地": "shù de",
    "地读": "de dú",
    "找得到": "zhǎo de dào",
    "得到": "dé dào",
    "得出": "dé chū",
    "得分": "dé fēn",
    "一行": "yī háng",
    "进行": "jìn xíng",
    "变得": "biàn de",
    "看得": "kàn de",
    "走得": "zǒu de",
    "学得": "xué de",
}


class Chinese:
    """Turns Chinese text into phonemes. latin: says what is in Latin letters."""

    def __init__(self, latin: Callable[[str], str]) -> None:
        import jieba
        from misaki.zh import ZHG2P
        from pypinyin import load_phrases_dict, load_single_dict

        jieba.setLogLevel(logging.WARNING)
        load_single_dict({ord(character): sound for character, sound in CHARACTERS.items()})
        load_phrases_dict({word: [[sound] for sound in sounds.split()] for word, sounds in READINGS.items()})
        for word in READINGS:
            jieba.add_word(word)
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
