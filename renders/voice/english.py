"""Turns English words into the phonemes that Kokoro was trained on.

The dictionaries are misaki's, and so are the rules for endings and stress (misaki/en.py, Apache-2.0). misaki needs a
tagger that tells nouns from verbs; here the word before tells. What no dictionary has is left to espeak-ng.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

from renders.voice.espeak import Espeak

Said = str | Mapping[str, str]  # phonemes, or phonemes by part of speech

PRIMARY, SECONDARY = "ˈ", "ˌ"
VOWELS = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻɐ")
FLAPPING = frozenset("AIOWYiuæɑəɛɪɹʊʌ")  # between one of these and another vowel an American t is tapped
PAUSES = frozenset(";:,.!?—…")
_TOKEN = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*|[;:,.!?—…“”()]")
# What a letter that stands for something is followed by; "A" is an article elsewhere
_AFTER_LETTERS = frozenset({"superscript", "sub", "transpose", "prime", "plus", "minus", "times", "equals"})
_BEFORE_NOUNS = frozenset({"a", "an", "the", "this", "that", "its", "of", "no", "each", "every", "any", "little"})
_BEFORE_PARTICIPLES = frozenset({"is", "are", "was", "were", "be", "been", "has", "have", "had", "only", "just"})
_BEFORE_VERBS = frozenset(
    {"to", "we", "you", "they", "will", "would", "can", "could", "may", "must", "should", "not", "never", "let's"}
)


class English:
    """Turns English text into phonemes. british: whether as in British rather than American English."""

    def __init__(self, british: bool = False) -> None:
        kind = "gb" if british else "us"
        self._sure, self._likely = _dictionary(f"{kind}_gold"), _dictionary(f"{kind}_silver")
        self._british = british
        self._espeak = Espeak(british)

    def __call__(self, text: str) -> str:
        """Return the phonemes of words and punctuation; all else is left out."""
        found = list(_TOKEN.finditer(text.replace("’", "'")))
        words = [token.group() for token in found]
        said: list[str] = []
        coming = ""  # the phonemes after a word, which decide how "the" and "a" are said before them
        for place in reversed(range(len(words))):
            coming = self._token(words, place, coming)
            said.append(coming)
        gaps = [any(map(str.isspace, text[one.end() : next.start()])) for one, next in pairwise(found)]
        return "".join(phonemes + " " * gap for phonemes, gap in zip(reversed(said), [*gaps, False], strict=False))

    def _token(self, words: Sequence[str], place: int, coming: str) -> str:
        word = words[place]
        if not word[0].isalpha():
            return word
        after = words[place + 1].lower() if place + 1 < len(words) else ""
        before = words[place - 1].lower() if place else ""
        return self._little(word, after, place == 0 or before in PAUSES, coming) or self._word(word, before, coming)

    def _little(self, word: str, after: str, first: bool, coming: str) -> str | None:
        """Return how a little word is said, which depends on what comes after it; None for all others."""
        vowel = next((sound in VOWELS for sound in coming if sound not in f"{PRIMARY}{SECONDARY}"), None)
        at_end = not coming or coming[0] in PAUSES
        if (word == "a" or (word == "A" and first)) and after not in _AFTER_LETTERS and not at_end:
            return "ɐ"
        if word.lower() == "an":
            return "ɐn"
        if word == "I":
            return f"{SECONDARY}I"
        if word.lower() == "the":
            return "ði" if vowel else "ðə"
        if word.lower() == "to":
            return "tˈu" if at_end else "tʊ" if vowel else "tə"
        if word == "That" or (word == "that" and at_end):
            return f"ð{PRIMARY}æt"
        if word.lower() == "in":
            return f"{PRIMARY}ɪn" if at_end else "ɪn"
        return None

    def _word(self, word: str, before: str, coming: str) -> str:
        stress = None if word == word.lower() else 2.0 if word == word.upper() else 0.5
        if word != word.lower() and word not in self._sure and len(word) > 1:
            if word == word.upper() and word.lower() not in self._sure:
                return self._letters(word) or self._espeak(word)
            word = word.lower()
        kind = "None" if not coming or coming[0] in PAUSES else _kind_after(before)
        stem = self._known(word, kind) or self._ending(word, kind)
        return self._espeak(word) if stem is None else stressed(stem, stress)

    def _known(self, word: str, kind: str = "") -> str | None:
        """Return the phonemes of a word, None where the dictionaries have none of it."""
        if len(word) == 1:
            return _of_kind(self._sure.get(word.upper()), kind)
        return _of_kind(self._sure.get(word) or self._likely.get(word), kind)

    def _ending(self, word: str, kind: str) -> str | None:
        """Return the phonemes of a word with an ending to one that is known, None where it is none."""
        for ending, stems, add in (("s", _S_STEMS, self._s), ("d", _D_STEMS, self._ed), ("ing", _ING_STEMS, self._ing)):
            if word.endswith(ending) and len(word) > len(ending) + 1:
                for cut, put in stems:
                    if word.endswith(cut) and (stem := self._known(word[: len(word) - len(cut)] + put, kind)):
                        return add(stem)
        return None

    def _s(self, stem: str) -> str:
        if stem[-1] in "ptkfθ":
            return f"{stem}s"
        return f"{stem}{'ɪ' if self._british else 'ᵻ'}z" if stem[-1] in "szʃʒʧʤ" else f"{stem}z"

    def _ed(self, stem: str) -> str:
        if stem[-1] in "pkfθʃsʧ":
            return f"{stem}t"
        if stem[-1] == "t" and not self._british:
            return f"{stem[:-1]}Tᵻd" if stem[-2:-1] in FLAPPING else f"{stem}ᵻd"
        return f"{stem}{'ɪ' if self._british else 'ᵻ'}d" if stem[-1] in "dt" else f"{stem}d"

    def _ing(self, stem: str) -> str:
        flapped = not self._british and stem[-1] == "t" and stem[-2:-1] in FLAPPING
        return f"{stem[:-1]}Tɪŋ" if flapped else f"{stem}ɪŋ"

    def _letters(self, word: str) -> str | None:
        """Return the names of letters, the last one stressed."""
        names = [self._known(letter) for letter in word]
        if None in names:
            return None
        said = "".join(name.replace(PRIMARY, SECONDARY) for name in names if name)
        return PRIMARY.join(said.rsplit(SECONDARY, 1))


# What is cut off a word, and what is put in its place, to come to one that a dictionary may have
_S_STEMS = (("'s", ""), ("s", ""), ("ies", "y"), ("es", ""))
_D_STEMS = (("d", ""), ("ed", ""), ("ied", "y"))
_ING_STEMS = (("ing", ""), ("ing", "e"))


def stressed(phonemes: str, stress: float | None) -> str:
    """Return phonemes with at least some stress.

    stress: 2 for the primary one, 0.5 for a secondary one, None for no change.
    """
    if stress is None or PRIMARY in phonemes:
        return phonemes
    if SECONDARY in phonemes:
        return phonemes.replace(SECONDARY, PRIMARY) if stress > 1 else phonemes
    first = next((place for place, sound in enumerate(phonemes) if sound in VOWELS), None)
    if first is None:
        return phonemes
    return f"{phonemes[:first]}{PRIMARY if stress > 1 else SECONDARY}{phonemes[first:]}"


def _kind_after(word: str) -> str:
    """Return the part of speech that is likely after a word, as the dictionaries name it; "" where any is."""
    kinds = {"NOUN": _BEFORE_NOUNS, "VERB": _BEFORE_VERBS, "VBN": _BEFORE_PARTICIPLES}
    return next((kind for kind, words in kinds.items() if word in words), "")


def _of_kind(said: Said | None, kind: str) -> str | None:
    found = said if said is None or isinstance(said, str) else said.get(kind) or said["DEFAULT"]
    return found.replace("ɾ", "T").replace("ʔ", "t") if found else None


@cache
def _dictionary(name: str) -> Mapping[str, Said]:
    words: Mapping[str, Said] = json.loads((files("misaki.data") / f"{name}.json").read_text(encoding="utf-8"))
    return words
