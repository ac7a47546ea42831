"""Loads a model and its tokenizer from a checked folder; every weight comes from the folder's files.

Transformers is given what was read of the folder, never the folder itself: it looks for more in one than is wanted
here, such as code, adapters and other forms of the weights.
"""

from __future__ import annotations

import inspect
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engine.capture.tensors import first_tensor
from engine.data.mnist import DataError
from engine.files.replacing import scratch_folder
from engine.pretrained.files import CONFIG
from engine.pretrained.folder import TOKENIZER_CONFIG, ModelFolder
from engine.pretrained.foreign_json import first_line
from engine.pretrained.weights_check import require_fitting, require_from_files, require_numbers

_PROBE = "The river rose in the night and overflowed its bank."
_PROBED = 16  # tokens that a model is tried with: some read no fewer than a handful
_IGNORED = {  # how the numbers are computed is ours to say
    "attn_implementation",
    "_attn_implementation",
    "experts_implementation",
    "_experts_implementation",
    "fusion_config",
    "distributed_config",
    "dtype",
    "torch_dtype",
}
_UNREAD = {"init_inputs", "chat_template", "name_or_path"}  # of a tokenizer's configuration


def load_foreign(folder: ModelFolder) -> tuple[nn.Module, Any]:
    """Return the model and the tokenizer of a folder, in float32 and ready for use. Nothing is fetched.

    Raises `DataError` where they are of a kind that transformers does not know or that no text can be read with, where
    a weight is missing, of another shape, left over or no number, or where the two do not belong together.
    """
    with scratch_folder() as place, _offline():
        copied = _copy(folder, place)
        config = _config(folder, copied)
        tokenizer = _tokenizer(folder, copied)
        network = _network(folder, config)
    _require_one_model(folder, network, tokenizer)
    return network, tokenizer


def is_causal(config: Any) -> bool:
    """Tell from its configuration whether a model predicts the next token."""
    kinds = getattr(config, "architectures", None) or [""]
    return type(config).__name__ == "LlamaConfig" or kinds[0].endswith(("CausalLM", "LMHeadModel"))


@contextmanager
def told_in_a_line(name: str, what: str) -> Iterator[None]:
    """Turn whatever goes wrong in the block with somebody else's files into a `DataError` of one line.

    name: the model's name. what: what was done with the model.
    """
    try:
        yield
    except (DataError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # that the tokenizers' own code gives up is no Exception
        raise DataError(
            f"the model {name} could not be loaded ({first_line(error)}, while {what}): give --model a folder as "
            "transformers' save_pretrained writes it, with config.json, the tokenizer's files and safetensors"
        ) from None


def _copy(folder: ModelFolder, place: Path) -> Path:
    """Write the configurations as they are to be understood, and the tokenizer's files beside them."""
    config = _without(folder.config, _IGNORED)
    if not isinstance(config.get("_name_or_path"), str):
        config["_name_or_path"] = folder.name  # some tokenizers are told apart by it
    told = {key: value for key, value in folder.tokenizer_config.items() if not key.endswith("_file")}
    with told_in_a_line(folder.name, "its files were copied"):
        (place / CONFIG).write_text(json.dumps(config), encoding="utf-8")
        if told:
            (place / TOKENIZER_CONFIG).write_text(json.dumps(_without(told, _UNREAD)), encoding="utf-8")
        for name, path in folder.tokenizer.items():
            shutil.copyfile(path, place / name)
    return place


def _config(folder: ModelFolder, place: Path) -> Any:
    from transformers import CONFIG_MAPPING, AutoConfig, __version__

    kind = folder.config.get("model_type")
    if not isinstance(kind, str) or kind not in CONFIG_MAPPING:
        told = "no model_type" if kind is None else f"the model_type {str(kind)[:60]!r}"
        raise DataError(
            f"the {CONFIG} of {folder.name} has {told}, of which transformers {__version__} has no code: choose "
            "another model, or a newer transformers"
        )
    with told_in_a_line(folder.name, f"its {CONFIG} was read"):
        config = AutoConfig.from_pretrained(place, trust_remote_code=False, local_files_only=True)
        if getattr(config, "is_encoder_decoder", False):
            raise DataError(f"{folder.name} is an encoder with a decoder; --model takes a causal or an encoder model")
    return config


def _tokenizer(folder: ModelFolder, place: Path) -> Any:
    from transformers import AutoTokenizer, PreTrainedTokenizerBase
    from transformers.models.auto.tokenization_auto import tokenizer_class_from_name

    with told_in_a_line(folder.name, "its tokenizer was read"):
        for told in (folder.tokenizer_config, folder.config):
            name = told.get("tokenizer_class") or ""
            kind = tokenizer_class_from_name(name) if name else None
            if kind is not None and not (isinstance(kind, type) and issubclass(kind, PreTrainedTokenizerBase)):
                raise DataError(
                    f"the tokenizer of {folder.name} is said to be {name[:60]!r}, which is no tokenizer of "
                    "transformers': get the model again"
                )
        tokenizer = AutoTokenizer.from_pretrained(place, trust_remote_code=False, local_files_only=True)
        ids = tokenizer(_PROBE).input_ids
        if not all(type(number) is int and number >= 0 for number in ids) or not len(tokenizer):
            raise DataError(
                f"the tokenizer of {folder.name} knows {len(tokenizer)} tokens, and makes {ids!r:.60} of {_PROBE!r}: "
                "get the model again"
            )
    return tokenizer


def _network(folder: ModelFolder, config: Any) -> nn.Module:
    """Build the model from the files' tensors; that of an encoder without what only other tasks need."""
    from safetensors.torch import load_file
    from transformers import AutoModel, AutoModelForCausalLM

    with told_in_a_line(folder.name, f"it was built as its {CONFIG} says"):
        auto: Any = AutoModelForCausalLM if is_causal(config) else AutoModel
        plan = _plan(auto, config, {})
        chosen: dict[str, Any] = {}
        if _has_unheld_pooler(plan, folder):
            chosen["add_pooling_layer"] = False
            plan = _plan(auto, config, chosen)
        require_fitting(folder, plan)
    with told_in_a_line(folder.name, "its weights were read"):
        tensors = {name: values for path in folder.weights for name, values in load_file(path).items()}
        kind: Any = type(plan)
        network, report = kind.from_pretrained(
            None,
            config=plan.config,
            state_dict=tensors,
            dtype=torch.float32,
            ignore_mismatched_sizes=True,  # it is told below, and in one line
            output_loading_info=True,
            local_files_only=True,
            trust_remote_code=False,
            **chosen,
        )
        require_from_files(folder, network, report)
        require_numbers(folder, network)
    return network


def _plan(auto: Any, config: Any, chosen: dict[str, Any]) -> nn.Module:
    """Return the model that a configuration describes, with shapes and without numbers."""
    with torch.device("meta"):
        plan: nn.Module = auto.from_config(config, trust_remote_code=False, **chosen)
    return plan


def _has_unheld_pooler(plan: nn.Module, folder: ModelFolder) -> bool:
    """Tell whether a model would have a pooler, which no reading needs, and the files have none of its weights."""
    can_do_without = "add_pooling_layer" in inspect.signature(type(plan).__init__).parameters
    return can_do_without and not any("pooler" in name.split(".") for name in folder.tensors)


def _require_one_model(folder: ModelFolder, network: nn.Module, tokenizer: Any) -> None:
    """Raise `DataError` unless the tokenizer's tokens can be read by the model, and what comes of some are numbers."""
    with told_in_a_line(folder.name, "it read a few tokens"), torch.no_grad():
        rows = rows_of(network)
        if rows is not None and tokenizer.vocab_size > rows:
            raise DataError(
                f"the tokenizer of {folder.name} has {tokenizer.vocab_size} tokens and the model rows for {rows}: they "
                "are not of one model; get it again"
            )
        found = first_tensor(network.eval()(torch.tensor([_few(network, tokenizer(_PROBE).input_ids)])))
        if found is None or found.isnan().any():
            raise DataError(
                f"what {folder.name} makes of {_PROBE!r} are no numbers: its {CONFIG} or weights are damaged; get the "
                "model again"
            )


def _few(network: nn.Module, ids: list[int]) -> list[int]:
    """Return the first of some tokens, fewer than the model reads; where there are none, one that every model has."""
    most = getattr(network.config, "max_position_embeddings", None) or 0
    return ids[: min(_PROBED, most // 2 or 1) if most > 0 else _PROBED] or [0] * 4


def rows_of(network: nn.Module) -> int | None:
    """Return how many tokens a model has a vector for; None where that is not known."""
    try:
        return int(network.get_input_embeddings().weight.shape[0])  # type: ignore[operator]
    except (AttributeError, NotImplementedError, TypeError):
        return None


def _without(told: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """Return some JSON without certain names, wherever they stand."""
    return {
        name: _without(value, names) if isinstance(value, dict) else value
        for name, value in told.items()
        if name not in names
    }


@contextmanager
def _offline() -> Iterator[None]:
    """Keep Hugging Face's libraries from fetching anything until the block ends."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before
