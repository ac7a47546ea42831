"""Language models that others trained, behind one function: SmolLM2 out of a package, or any of Hugging Face's.

Their attention is computed by `engine.attention.attend`, so that every value in it can be recorded. Weights are read
from safetensors files alone: a pickle can run any code.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engine.data import DataError
from engine.experiments import ExperimentError
from engine.model_files import WEIGHTS, Marks, files_of, marks_of
from engine.model_source import ModelSource, source_of
from engine.studies import SMOLLM2, model_name

_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


@dataclass(frozen=True)
class LanguageModel:
    """A pretrained model with its tokenizer.

    name: as it was asked for. context: how many tokens it reads at most. causal: whether it looks backwards alone.
    source: what its numbers come from. marks: of its files, when they were read.
    """

    name: str
    network: nn.Module
    tokenizer: Any
    context: int
    causal: bool
    source: ModelSource
    marks: Marks

    def tokens_of(self, text: str) -> list[int]:
        """Return the numbers of a text's tokens; raise `ExperimentError` where the tokenizer does not know them."""
        ids: list[int] = self.tokenizer(text).input_ids
        unknown = self.tokenizer.unk_token_id
        if unknown is not None and unknown in ids:
            pieces = [piece for piece in text.split() if unknown in self.tokenizer(piece).input_ids]
            raise ExperimentError(f"the tokenizer of {self.name} does not know {pieces[0]!r}: leave it out")
        return ids

    def require_unchanged(self) -> None:
        """Raise `DataError` where a file of it was replaced since: its weights may be read from there until the end."""
        changed = sorted({Path(mark[0]).name for mark in {*self.marks} ^ {*marks_of(files_of(self.name))}})
        if changed:
            told = ", ".join(changed)
            raise DataError(f"the model {self.name} was replaced while it was read: {told} changed; ask for it again")

    @property
    def title(self) -> str:
        """What the model is called."""
        return self.source.name

    def written(self, token: int) -> str:
        """Return a token as text; one that is a part of a character as its bytes, such as "‹E6 98›"."""
        text: str = self.tokenizer.decode([token])
        return text if "\ufffd" not in text else f"‹{_bytes_of(self.tokenizer.convert_ids_to_tokens(token))}›"


def load_pretrained(name: str = SMOLLM2) -> LanguageModel:
    """Return the language model of that name, or in that folder, ready to be read with.

    name: "smollm2", a folder in the format of Hugging Face, or a name on their hub, taken from the cache or the net.
    It is read once, and again when its files were replaced. Raises `DataError` in one line where there is none, or only
    as a pickle, or it is none that can be read with, or its files change meanwhile.
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
        from engine.smollm2 import load_smollm2

        before = marks_of(files_of(name))
        return _model(name, before, *load_smollm2())
    is_folder = Path(name).is_dir()
    if is_folder:
        _require_safe(Path(name))
    elif name.count("/") > 1 or name.startswith((".", "~", os.sep)):
        raise DataError(
            f"there is no folder {name}: --model takes a folder, a name on Hugging Face's hub, or {SMOLLM2}"
        )
    before = marks_of(files_of(name)) if is_folder else ()  # one of the hub's may have to be fetched
    network, tokenizer = _from_hugging_face(name)
    return _model(name, before or marks_of(files_of(name)), network, tokenizer, source_of(name, model_name(name)))


def _model(name: str, marks: Marks, network: nn.Module, tokenizer: Any, source: ModelSource) -> LanguageModel:
    config: Any = network.config
    context = getattr(config, "max_position_embeddings", None) or tokenizer.model_max_length
    model = LanguageModel(name, network.eval(), tokenizer, int(context), _is_causal(config), source, marks)
    model.require_unchanged()
    return model


def _from_hugging_face(name: str) -> tuple[nn.Module, Any]:
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoModel, AutoModelForCausalLM, AutoTokenizer

    try:
        config = AutoConfig.from_pretrained(name)
        if getattr(config, "is_encoder_decoder", False):
            raise DataError(f"{name} is an encoder with a decoder; --model takes a causal or an encoder model")
        kind: Any = AutoModelForCausalLM if _is_causal(config) else AutoModel
        network = kind.from_pretrained(name, use_safetensors=True, dtype=torch.float32)
        return network, AutoTokenizer.from_pretrained(name)
    except (OSError, ValueError, KeyError, ImportError, SafetensorError) as error:
        reason = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise DataError(
            f"the model {name} could not be loaded ({reason[:160]}): give --model a folder with config.json, the "
            f"tokenizer's files and {WEIGHTS}, a name on Hugging Face's hub while there is a network, or {SMOLLM2}"
        ) from None


def _is_causal(config: Any) -> bool:
    """Tell from its configuration whether a model predicts the next token."""
    kinds = getattr(config, "architectures", None) or [""]
    return type(config).__name__ == "LlamaConfig" or kinds[0].endswith(("CausalLM", "LMHeadModel"))


def _require_safe(folder: Path) -> None:
    if any(folder.glob(WEIGHTS)):
        return
    pickles = [file.name for pattern in _PICKLES for file in sorted(folder.glob(pattern))]
    if pickles:
        raise DataError(
            f"{folder} has its weights in {pickles[0]}, a pickle, which can run any code: it was not loaded; "
            "convert it to safetensors first (the model's save_pretrained writes that)"
        )
    raise DataError(f"{folder} holds no weights: {WEIGHTS} is expected there")


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
