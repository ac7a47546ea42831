"""Finds the files that hold a model's weights, and their tensors: safetensors, since a pickle can run code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.data.mnist import DataError
from engine.pretrained.files import WEIGHTS
from engine.pretrained.foreign_json import read_json
from engine.pretrained.safetensors_header import StoredTensor, read_stored_tensors

WHOLE = "model.safetensors"
INDEX = f"{WHOLE}.index.json"  # tells which of several files a weight is in
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
_LONGEST_INDEX = 64 * 2**20  # bytes


def weight_files(folder: Path, files: Mapping[str, Path]) -> list[Path]:
    """Return the files of a model's folder that its weights are read from: one, or those that an index names.

    files: the folder's files by name. Raises `DataError` where there is none but a pickle, where a file of the index is
    missing or outside the folder, or where the index does not tell what the files hold.
    """
    if WHOLE in files:
        return [files[WHOLE]]
    if INDEX in files:
        return _of_the_index(files[INDEX], files)
    pickles = [file.name for pattern in _PICKLES for file in sorted(folder.glob(pattern))]
    if pickles:
        raise DataError(
            f"{folder} has its weights in {pickles[0]}, a pickle, which can run any code: it was not loaded; "
            "convert it to safetensors first (the model's save_pretrained writes that)"
        )
    others = [name for name in files if Path(name).match(WEIGHTS)]
    beside = f" and {others[0]} is not read" if others else ""
    raise DataError(f"{folder} holds no weights: {WHOLE} or {INDEX} is expected there{beside}")


def stored_tensors(paths: Iterable[Path]) -> dict[str, StoredTensor]:
    """Return the tensors in files of safetensors by name; raises `DataError` where one is damaged or repeated."""
    tensors: dict[str, StoredTensor] = {}
    for path in paths:
        header = read_stored_tensors(path)
        twice = sorted(tensors.keys() & header.keys())
        if twice:
            raise DataError(f"{path} holds {twice[0]}, which another file of the model holds too: get the model again")
        tensors |= header
    return tensors


def _of_the_index(index: Path, files: Mapping[str, Path]) -> list[Path]:
    places = read_json(index, _LONGEST_INDEX).get("weight_map")
    if not isinstance(places, dict) or not places or not all(isinstance(name, str) for name in places.values()):
        raise DataError(f'{index} tells no files of weights, as "weight_map": get the model again')
    for name in sorted(set(places.values())):
        if Path(name).name != name or not Path(name).match(WEIGHTS):
            raise DataError(f"{index} has weights in {name!r}, and only {WEIGHTS} in the same folder are read")
        if name not in files:
            raise DataError(f"{index.parent} lacks {name}, which {INDEX} has weights in: get the model again")
    held = {name: stored_tensors([files[name]]) for name in sorted(set(places.values()))}
    for weight, name in places.items():
        if weight not in held[name]:
            raise DataError(f"{files[name]} does not hold {weight!r}, which {INDEX} has there: get the model again")
    return [files[name] for name in held]
