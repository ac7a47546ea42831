"""Downloads models from Hugging Face's hub into its cache, as files that are then read like any folder's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from fnmatch import fnmatch
from typing import Any, TypeVar

from engine.data.mnist import DataError
from engine.pretrained.files import ADAPTER, CONFIG, TOKENIZER, WEIGHTS, files_of, folder_of
from engine.pretrained.folder import read_configurations
from engine.pretrained.foreign_json import first_line
from engine.pretrained.stored_weights import INDEX, WHOLE, weight_files
from engine.recording.format.conventions import SMOLLM2

PATIENCE = 4.0  # seconds that the hub has for its first answer
_SMALL = (CONFIG, ADAPTER, INDEX, *TOKENIZER)
_Answer = TypeVar("_Answer")


def fetch(name: str) -> None:
    """Download a model from the hub into its cache, unless all that is read is there; newer ones are not asked for.

    Raises `DataError` where there is no such model, where it has no safetensors, or, after `PATIENCE`, where the hub
    cannot be reached.
    """
    if _is_whole(name):
        return
    from huggingface_hub import HfApi

    try:
        listed = _within(PATIENCE, lambda: HfApi().model_info(name, timeout=PATIENCE).siblings or [])
        names = [file.rfilename for file in listed if "/" not in file.rfilename]
        if not {WHOLE, INDEX} & {*names}:
            raise DataError(
                f"{name} has no {WHOLE} on Hugging Face's hub, and no pickle is read, since it can run any code: "
                "choose another model"
            )
        _download(name, [each for each in names if any(fnmatch(each, pattern) for pattern in _SMALL)])
        read_configurations(name)  # before gigabytes are fetched
        _download(name, [WHOLE] if WHOLE in names else [each for each in names if _is_in_index(name, each)])
    except DataError:
        raise
    except Exception as error:  # of many libraries: of the network, of the hub's answers, of the cache's folder
        raise DataError(
            f"the model {name} could not be loaded (it is not whole in the cache of Hugging Face's hub, which did not "
            f"give it: {first_line(error)}): give --model a folder with {CONFIG}, the tokenizer's files and {WEIGHTS}, "
            f"a name on the hub while there is a network, or {SMOLLM2}"
        ) from None


def _is_whole(name: str) -> bool:
    """Tell whether the cache has a model's configuration, its tokenizer and all its files of weights."""
    try:
        files = files_of(name)
        weight_files(folder_of(name), files)
    except DataError:
        return False
    return CONFIG in files and any(fnmatch(each, pattern) for each in files for pattern in TOKENIZER)


def _is_in_index(name: str, file: str) -> bool:
    return fnmatch(file, WEIGHTS) and f'"{file}"' in files_of(name)[INDEX].read_text(encoding="utf-8")


def _download(name: str, files: list[str]) -> None:
    from huggingface_hub import snapshot_download

    if files:
        snapshot_download(name, allow_patterns=files, etag_timeout=PATIENCE)


def _within(seconds: float, ask: Callable[[], _Answer]) -> _Answer:
    """Return a function's answer; raises TimeoutError where it takes longer, since a look-up of a name has no limit."""
    told: dict[str, Any] = {}

    def run() -> None:
        try:
            told["answer"] = ask()
        except BaseException as error:
            told["error"] = error

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if "error" in told:
        raise told["error"]
    if "answer" not in told:
        raise TimeoutError(f"no answer within {seconds:g} seconds")
    answer: _Answer = told["answer"]
    return answer
