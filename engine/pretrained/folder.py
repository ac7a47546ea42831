"""Checks a model's folder before any of it is loaded; it is data, and none of it is run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.data.mnist import DataError
from engine.pretrained.files import ADAPTER, CONFIG, TOKENIZER, files_of, folder_of
from engine.pretrained.foreign_json import read_json
from engine.pretrained.safetensors_header import StoredTensor
from engine.pretrained.stored_weights import stored_tensors, weight_files

TOKENIZER_CONFIG = "tokenizer_config.json"
_NO_WORDS = (TOKENIZER_CONFIG, "added_tokens.json", "special_tokens_map.json")  # of a tokenizer, without its vocabulary
_TOKENIZER_KINDS = (".json", ".txt", ".model", ".tiktoken", ".codes")
_LONGEST_TOKENIZER = 256 * 2**20  # bytes of one file
_LAYERS = re.compile(r"layers?$|layer_?(num|count)|depth|block_sizes|blocks$")
_PARTS = re.compile(r"head|expert|group|stage|label|_types$")
_NO_PARTS = re.compile(r"size|dim|length|norm|eps|width|_ids?$")
_LABELS = ("id2label", "label2id")  # the names in there are anybody's
_FEWEST_LAYERS, _FEWEST_PARTS = 128, 1024  # a model may always have as many


@dataclass(frozen=True)
class ModelFolder:
    """The content of a model's folder that passed the checks made before loading.

    name: its name as it was asked for. config, tokenizer_config: the contents of the files of these names. weights: the
    files with its weights. tensors: the tensors in these by name. tokenizer: the tokenizer's other files by name.
    """

    name: str
    config: dict[str, Any]
    tokenizer_config: dict[str, Any]
    weights: tuple[Path, ...]
    tensors: Mapping[str, StoredTensor]
    tokenizer: Mapping[str, Path]


def look_into(model: str) -> ModelFolder:
    """Return the checked content of a model's folder, or of its folder in the hub's cache.

    Raises `DataError` where a file is missing or damaged, a link leads out, or the folder asks for more than to read
    it: for Python code of its own, an adapter, other packages that unpack its weights.
    """
    files = files_of(model)
    weights = weight_files(folder_of(model), files)
    config, tokenizer_config = read_configurations(model)
    tensors = stored_tensors(weights)
    _require_few_parts(config, files[CONFIG], len(tensors))
    tokenizer = _tokenizer_files(folder_of(model), files)
    return ModelFolder(model, config, tokenizer_config, tuple(weights), tensors, tokenizer)


def read_configurations(model: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the configurations of a model and of its tokenizer, {} where that has none.

    Raises `DataError` where the model has none, or one is damaged or asks for more than to read the model.
    """
    files = files_of(model)
    if CONFIG not in files:
        raise DataError(f"{folder_of(model)} has no {CONFIG}, which tells what its weights are of: get the model again")
    if ADAPTER in files:
        raise DataError(
            f"{files[ADAPTER]} belongs to an adapter, which changes another model's weights: merge it into that model "
            "(peft's merge_and_unload), save that and give its folder"
        )
    config = read_json(files[CONFIG])
    _require_plain(config, files[CONFIG])
    if TOKENIZER_CONFIG not in files:
        return config, {}
    tokenizer_config = read_json(files[TOKENIZER_CONFIG])
    _require_no_code(tokenizer_config, files[TOKENIZER_CONFIG])
    return config, tokenizer_config


def _require_plain(config: dict[str, Any], path: Path) -> None:
    _require_no_code(config, path)
    for key in ("quantization_config", "compression_config"):
        for told in _values_of(config, key):
            method = told.get("quant_method") if isinstance(told, dict) else None
            raise DataError(
                f"{path} says that the weights are quantised ({str(method or key)[:40]!r}), and other packages' code "
                "would unpack them: give the model that it was made from, in float16, bfloat16 or float32"
            )
    for key in ("configuration_files", "transformers_weights"):
        if config.get(key):
            raise DataError(
                f"{path} says by {key} that other files hold the model: remove that, or get the model again"
            )


def _require_no_code(told: dict[str, Any], path: Path) -> None:
    for code in _values_of(told, "auto_map"):
        raise DataError(
            f"{path} asks for Python code of the model's own (auto_map: {str(code)[:80]!r}), and none of it is run: "
            "choose a model that transformers knows; where it knows this one too, remove auto_map"
        )


def _require_few_parts(config: dict[str, Any], path: Path, tensors: int) -> None:
    """Raise `DataError` where there would be far more layers or parts than weights: building them takes for ever."""
    for key, number in _whole_numbers(config):
        if _NO_PARTS.search(key) and not _LAYERS.search(key):
            continue
        least = _FEWEST_LAYERS if _LAYERS.search(key) else _FEWEST_PARTS if _PARTS.search(key) else None
        if least is not None and number > max(least, tensors):
            raise DataError(
                f"{path} says that {key[:60]!r} is {number}, and the files hold {tensors} weights: get the model again"
            )


def _tokenizer_files(folder: Path, files: Mapping[str, Path]) -> dict[str, Path]:
    found = {
        name: path
        for name, path in files.items()
        if any(Path(name).match(pattern) for pattern in TOKENIZER) and path.suffix in _TOKENIZER_KINDS
    }
    for path in found.values():
        if path.stat().st_size > _LONGEST_TOKENIZER:
            raise DataError(f"{path} is larger than a tokenizer's file is ({_LONGEST_TOKENIZER} bytes): get it again")
    if not found.keys() - {*_NO_WORDS}:
        raise DataError(
            f"{folder} has no tokenizer: tokenizer.json is expected there, as its save_pretrained writes it"
        )
    if "vocab.json" in found and not {"merges.txt", "tokenizer.json"} & found.keys():
        raise DataError(f"{folder} has a vocab.json without merges.txt, which tells how a text is cut into tokens")
    found.pop(TOKENIZER_CONFIG, None)
    return found


def _values_of(told: Any, key: str) -> Iterator[Any]:
    """Yield what a name stands for anywhere in some JSON, where it is more than nothing."""
    if isinstance(told, dict):
        if told.get(key):
            yield told[key]
        for value in told.values():
            yield from _values_of(value, key)
    elif isinstance(told, list):
        for value in told:
            yield from _values_of(value, key)


def _whole_numbers(told: Any, key: str = "") -> Iterator[tuple[str, int]]:
    """Yield the whole numbers anywhere in some JSON, each with the name that it stands under."""
    if isinstance(told, dict):
        for name, value in told.items():
            if name not in _LABELS:
                yield from _whole_numbers(value, name)
    elif isinstance(told, list):
        for value in told:
            yield from _whole_numbers(value, key)
    elif isinstance(told, int):
        yield key, told
