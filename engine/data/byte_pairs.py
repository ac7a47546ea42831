"""Turns text into token ids by byte-pair encoding, which is learned from a text, and back.

Sennrich, Haddow, Birch, *Neural Machine Translation of Rare Words with Subword Units*, 2016; over bytes, as in GPT-2
(Radford et al., 2019, §2.2), so that every text can be encoded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from engine.data.alphabet import TextError

BYTES = 256


@dataclass(frozen=True)
class BytePairTokenizer:
    """A tokenizer of pieces of words, from single bytes up; the same text and size always give the same pieces."""

    tokenizer: Tokenizer

    @classmethod
    def of(cls, text: str, vocabulary: int) -> BytePairTokenizer:
        """Learn pieces from a text until there are `vocabulary` of them; raises `TextError` where that is below 256."""
        if vocabulary < BYTES:
            raise TextError(f"a vocabulary over bytes has at least {BYTES} pieces, not {vocabulary}")
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
        trainer = trainers.BpeTrainer(vocab_size=vocabulary, initial_alphabet=alphabet, show_progress=False)
        tokenizer.train_from_iterator(text.splitlines(keepends=True), trainer)
        return cls(tokenizer)

    def __len__(self) -> int:
        """Return the number of pieces."""
        return int(self.tokenizer.get_vocab_size())

    def encode(self, text: str) -> np.ndarray:
        """Return token ids (position) int64."""
        return np.array(self.tokenizer.encode(text).ids, dtype=np.int64)

    def decode(self, ids: Sequence[int] | np.ndarray) -> str:
        """Return the text of token ids (position); bytes that make no character come out as �."""
        return str(self.tokenizer.decode(np.asarray(ids).tolist()))

    def pieces(self, text: str) -> list[str]:
        """Return the text cut into its pieces; where a character is cut through, its parts come out as �."""
        return [self.decode([number]) for number in self.encode(text)]
