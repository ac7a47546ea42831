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
from engine.studies import SMOLLM2, model_name

_WEIGHTS = "*.safetensors"
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


@dataclass(frozen=True)
class LanguageModel:
    """A pretrained model with its tokenizer. `context`: how many tokens it reads at most; `causal`: only backwards."""

    name: str
    network: nn.Module
    tokenizer: Any
    context: int
    causal: bool

    def tokens_of(self, text: str) -> list[int]:
        """Return the numbers of a text's tokens; raise `ExperimentError` where the tokenizer does not know them."""
        ids: list[int] = self.tokenizer(text).input_ids
        unknown = self.tokenizer.unk_token_id
        if unknown is not None and unknown in ids:
            pieces = [piece for piece in text.split() if unknown in self.tokenizer(piece).input_ids]
            raise ExperimentError(f"the tokenizer of {self.name} does not know {pieces[0]!r}: leave it out")
        return ids

    @property
    def title(self) -> str:
        """What the model is called."""
        return model_name(self.name)

    def written(self, token: int) -> str:
        """Return a token as text; one that is a part of a character as its bytes, such as "‹E6 98›"."""
        text: str = self.tokenizer.decode([token])
        return text if "\ufffd" not in text else f"‹{_bytes_of(self.tokenizer.convert_ids_to_tokens(token))}›"


@lru_cache(maxsize=1)
def load_pretrained(name: str = SMOLLM2) -> LanguageModel:
    """Return the language model of that name, or in that folder, ready to be read with.

    name: "smollm2", a folder in the format of Hugging Face, or a name on their hub, taken from the cache or the net.
    Raises `DataError` in one line where there is none, or only as a pickle, or it is none that can be read with.
    """
    _quiet()
    if name == SMOLLM2:
        from engine.smollm2 import load_smollm2

        network, tokenizer = load_smollm2()
        return _model(name, network, tokenizer)
    if Path(name).is_dir():
        _require_safe(Path(name))
    elif ("/" in name and name.count("/") > 1) or name.startswith((".", "~", os.sep)):
        raise DataError(
            f"there is no folder {name}: --model takes a folder, a name on Hugging Face's hub, or {SMOLLM2}"
        )
    return _from_hugging_face(name)


def _model(name: str, network: nn.Module, tokenizer: Any) -> LanguageModel:
    config: Any = network.config
    context = getattr(config, "max_position_embeddings", None) or tokenizer.model_max_length
    return LanguageModel(name, network.eval(), tokenizer, int(context), _is_causal(config))


def _from_hugging_face(name: str) -> LanguageModel:
    from transformers import AutoConfig, AutoModel, AutoModelForCausalLM, AutoTokenizer

    try:
        config = AutoConfig.from_pretrained(name)
        if getattr(config, "is_encoder_decoder", False):
            raise DataError(f"{name} is an encoder with a decoder; --model takes a causal or an encoder model")
        kind: Any = AutoModelForCausalLM if _is_causal(config) else AutoModel
        network = kind.from_pretrained(name, use_safetensors=True, dtype=torch.float32)
        return _model(name, network, AutoTokenizer.from_pretrained(name))
    except (OSError, ValueError, KeyError, ImportError) as error:
        reason = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise DataError(
            f"the model {name} could not be loaded ({reason[:160]}): give --model a folder with config.json, the "
            f"tokenizer's files and {_WEIGHTS}, a name on Hugging Face's hub while there is a network, or {SMOLLM2}"
        ) from None


def _is_causal(config: Any) -> bool:
    """Tell from its configuration whether a model predicts the next token."""
    kinds = getattr(config, "architectures", None) or [""]
    return type(config).__name__ == "LlamaConfig" or kinds[0].endswith(("CausalLM", "LMHeadModel"))


def _require_safe(folder: Path) -> None:
    if any(folder.glob(_WEIGHTS)):
        return
    pickles = [file.name for pattern in _PICKLES for file in sorted(folder.glob(pattern))]
    if pickles:
        raise DataError(
            f"{folder} has its weights in {pickles[0]}, a pickle, which can run any code: it was not loaded; "
            "convert it to safetensors first (the model's save_pretrained writes that)"
        )
    raise DataError(f"{folder} holds no weights: {_WEIGHTS} is expected there")


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
