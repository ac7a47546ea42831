"""Turns text into token ids, one for each character, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

UNKNOWN = "\N{REPLACEMENT CHARACTER}"


class TextError(Exception):
    """Raised where text cannot be tokenized; its message is one line for the user."""


@dataclass(frozen=True)
class CharacterTokenizer:
    """A tokenizer of single characters; a character's id is its position in `alphabet`.

    Where `UNKNOWN` is in the alphabet it stands for all characters that are not, and otherwise those are an error.
    """

    alphabet: str

    @classmethod
    def of(cls, text: str) -> CharacterTokenizer:
        """Return the tokenizer of a text's characters, in the order of Unicode."""
        return cls("".join(sorted(set(text))))

    @classmethod
    def from_codepoints(cls, codepoints: Sequence[int] | np.ndarray) -> CharacterTokenizer:
        """Return the tokenizer of the alphabet that a recording carries as numbers, `codepoints`."""
        return cls("".join(map(chr, np.asarray(codepoints).tolist())))

    def __len__(self) -> int:
        """Return the number of characters."""
        return len(self.alphabet)

    @property
    def codepoints(self) -> np.ndarray:
        """The characters' Unicode code points, (token)."""
        return np.array([ord(character) for character in self.alphabet], dtype=np.int32)

    def encode(self, text: str) -> np.ndarray:
        """Return token ids (position) int64; raises `TextError`, naming the first one, where a character is unknown."""
        known, unknown = self._ids, self._ids.get(UNKNOWN)
        ids = [known.get(character, unknown) for character in text]
        if None in ids:
            stranger = text[ids.index(None)]
            raise TextError(f"{stranger!r} is none of the {len(self)} characters that the model knows")
        return np.array(ids, dtype=np.int64)

    def decode(self, ids: Sequence[int] | np.ndarray) -> str:
        """Return the text of token ids (position)."""
        return "".join(self.alphabet[number] for number in np.asarray(ids).tolist())

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {character: number for number, character in enumerate(self.alphabet)}
