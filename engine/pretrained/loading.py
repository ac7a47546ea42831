"""Loads language models that others trained: SmolLM2 from a package, or any of Hugging Face's.

Every value in their attention can be recorded (see `engine.capture.attention.patch`). Weights of Hugging Face's models
are read from safetensors files alone: a pickle can run any code.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from torch import nn

from engine.data.mnist import DataError
from engine.experiments import ExperimentError
from engine.pretrained.files import Marks, files_of, marks_of
from engine.pretrained.folder import look_into
from engine.pretrained.foreign import is_causal, load_foreign, rows_of, told_in_a_line
from engine.pretrained.hub import fetch
from engine.pretrained.source import ModelSource, source_of
from engine.recording.format.conventions import SMOLLM2, model_name

_LONGEST_NAME = 1000  # letters


@dataclass(frozen=True)
class LanguageModel:
    """A pretrained model with its tokenizer.

    name: its name as it was asked for. context: the largest number of tokens that it reads. causal: whether it predicts
    the next token. source: the origin of its weights. marks: its files' marks when they were read (see `marks_of`).
    """

    name: str
    network: nn.Module
    tokenizer: Any
    context: int
    causal: bool
    source: ModelSource
    marks: Marks

    def tokens_of(self, text: str) -> list[int]:
        """Return the numbers of a text's tokens.

        Raises `ExperimentError` where the tokenizer does not know them, `DataError` where the model does not.
        """
        ids: list[int] = self.tokenizer(text).input_ids
        unknown = self.tokenizer.unk_token_id
        if unknown is not None and unknown in ids:
            pieces = [piece for piece in text.split() if unknown in self.tokenizer(piece).input_ids]
            raise ExperimentError(f"the tokenizer of {self.name} does not know {pieces[0]!r}: leave it out")
        rows = rows_of(self.network)
        if rows is not None and max(ids, default=0) >= rows:
            raise DataError(
                f"the tokenizer of {self.name} makes token {max(ids)} of that text, and the model has vectors for "
                f"{rows}: they are not of one model; get it again"
            )
        return ids

    def require_unchanged(self) -> None:
        """Raise `DataError` where a file of the model was replaced since: weights may be read from it until the end."""
        changed = sorted({Path(mark[0]).name for mark in {*self.marks} ^ {*marks_of(files_of(self.name))}})
        if changed:
            told = ", ".join(changed)
            raise DataError(f"the model {self.name} was replaced while it was read: {told} changed; ask for it again")

    @property
    def title(self) -> str:
        """The model's own name."""
        return self.source.name

    def written(self, token: int) -> str:
        """Return a token as text; one that is a part of a character as its bytes, such as "‹E6 98›"."""
        text: str = self.tokenizer.decode([token])
        return text if "\ufffd" not in text else f"‹{_bytes_of(self.tokenizer.convert_ids_to_tokens(token))}›"


def load_pretrained(name: str = SMOLLM2) -> LanguageModel:
    """Return the language model of that name, or in that folder, ready for use.

    name: "smollm2", a folder in the format of Hugging Face, or a name on their hub, taken from its cache, or from the
    net where that has not all of it. It is read once, and again when its files were replaced. Nothing of it is run, and
    all its weights are those of its files. Raises `DataError` in one line where there is none, or only as a pickle, or
    it is damaged or cannot read text, or its files change meanwhile.
    """
    _quiet()
    model = _load(name)
    if marks_of(files_of(name)) != model.marks:
        _load.cache_clear()
        model = _load(name)
    return model


@lru_cache(maxsize=1)
def _load(name: str) -> LanguageModel:
    if name == SMOLLM2:
        from engine.pretrained.smollm2 import load_smollm2

        before = marks_of(files_of(name))
        return _model(name, before, *load_smollm2())
    if not name.isprintable() or len(name) > _LONGEST_NAME:
        raise DataError(f"{name[:80]!r} is no name of a model: one has at most {_LONGEST_NAME} letters, all printable")
    if not os.path.isdir(name):
        if name.count("/") > 1 or name.startswith((".", "~", os.sep)):
            raise DataError(
                f"there is no folder {name}: --model takes a folder, a name on Hugging Face's hub, or {SMOLLM2}"
            )
        fetch(name)
    before = marks_of(files_of(name))
    network, tokenizer = load_foreign(look_into(name))
    return _model(name, before, network, tokenizer, source_of(name, model_name(name)))


def _model(name: str, marks: Marks, network: nn.Module, tokenizer: Any, source: ModelSource) -> LanguageModel:
    config: Any = network.config
    with told_in_a_line(name, "how many tokens it reads was looked up"):
        context = int(getattr(config, "max_position_embeddings", None) or 0)
        if context < 1:  # told by some models where there is no end to what they read
            context = int(tokenizer.model_max_length)
        if context < 1:
            raise ValueError(f"at most {context} tokens")
    model = LanguageModel(name, network.eval(), tokenizer, context, is_causal(config), source, marks)
    model.require_unchanged()
    return model


def _bytes_of(piece: str) -> str:
    """Return the bytes that a byte-level tokenizer's piece stands for, in hexadecimal."""
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    codes = {letter: code for code, letter in bytes_to_unicode().items()}
    return " ".join(f"{codes[letter]:02X}" if letter in codes else letter for letter in piece)


def _quiet() -> None:
    """Keep the library's own warnings and bars away from the user's terminal."""
    from transformers.utils import logging as theirs

    theirs.set_verbosity_error()
    theirs.disable_progress_bar()
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
