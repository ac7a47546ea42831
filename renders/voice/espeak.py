"""Turns words that no dictionary has into phonemes by the rules of espeak-ng, a synthesiser."""

from __future__ import annotations

import ctypes
import re
from functools import cache
from typing import Any

UTF8, IPA, TIES = 1, 0x02, 0x80 | ord("^") << 8
# From espeak-ng's phonemes to misaki's, the longest first (misaki/espeak.py, Apache-2.0)
_SOUNDS = {
    "ʔˌn\u0329": "ʔn", "ʔn\u0329": "ʔn", "a^ɪ": "I", "a^ʊ": "W", "d^ʒ": "ʤ", "e^ɪ": "A", "t^ʃ": "ʧ", "ɔ^ɪ": "Y",
    "ə^l": "ᵊl", "ʲo": "jo", "ʲə": "jə", "e": "A", "ʲ": "", "ɚ": "əɹ", "r": "ɹ", "x": "k", "ç": "k", "ɐ": "ə",
    "ɬ": "l", "\u0303": "",
}  # fmt: skip
_BRITISH = {"e^ə": "ɛː", "iə": "ɪə", "ə^ʊ": "Q"}
_AMERICAN = {"o^ʊ": "O", "ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ː": ""}


class Espeak:
    """Turns a word into phonemes by rule."""

    def __init__(self, british: bool = False) -> None:
        self._british = british

    def __call__(self, word: str) -> str:
        """Return a word's phonemes."""
        said = _said(word, "en-gb" if self._british else "en-us")
        for old, new in _SOUNDS.items():
            said = said.replace(old, new)
        said = re.sub(r"(\S)\u0329", r"ᵊ\1", said).replace("\u0329", "")
        for old, new in (_BRITISH if self._british else _AMERICAN).items():
            said = said.replace(old, new)
        return said.replace("o", "ɔ").replace("ɾ", "T").replace("ʔ", "t").replace("^", "").strip()


def _said(text: str, voice: str) -> str:
    library = _library()
    library.espeak_SetVoiceByName(voice.encode())
    rest, said = ctypes.c_char_p(text.encode()), []
    while rest.value:  # clause by clause; it moves the pointer on, to null at the end
        said.append(library.espeak_TextToPhonemes(ctypes.byref(rest), UTF8, IPA | TIES).decode())
    return " ".join(said)


@cache
def _library() -> Any:
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_Initialize(2, 0, espeakng_loader.get_data_path().encode(), 0)  # 2: sound is handed over, not played
    return library
