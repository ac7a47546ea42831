"""What a language model's numbers come from: what it is called, how its weights are stored, and what its files hold."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import prod
from pathlib import Path
from typing import Any

from engine.data import DataError
from engine.model_files import WEIGHTS, digest_of_model, digests_of, files_of

COMPUTED = "float32"  # whatever the weights are stored in
_HEADER_LENGTH = 8  # bytes, at the start of a safetensors file
_LONGEST_HEADER = 100_000_000  # bytes, as the format has it
_TYPES = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}


@dataclass(frozen=True)
class ModelSource:
    """A model as it is called and stored. quantisation: how its weights were made smaller, "" where they were not.

    stored: how many numbers there are of each type in its files; they are computed with as float32. files: the SHA-256
    of each, by name. package, reference: what it came in, and who wrote of it, "" where that is not known.
    """

    name: str
    quantisation: str
    stored: Mapping[str, int]
    files: Mapping[str, str]
    package: str = ""
    reference: str = ""

    @property
    def sha256(self) -> str:
        """What the model is known by, whatever it is called and wherever it lies."""
        return digest_of_model(self.files)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON, for a recording's `origin`."""
        return {**asdict(self), "computed": COMPUTED, "sha256": self.sha256}


def source_of(model: str, name: str) -> ModelSource:
    """Return what is known of a model in a folder, or in the hub's cache. name: what it is called.

    Raises `DataError` where its files cannot be read, or its weights are no safetensors.
    """
    files = files_of(model)
    stored: Counter[str] = Counter()
    for path in files.values():
        if path.match(WEIGHTS):
            stored.update(_numbers_in(path))
    return ModelSource(name, _quantisation(files["config.json"]), dict(stored.most_common()), digests_of(model))


def _numbers_in(path: Path) -> Counter[str]:
    """Return how many numbers of each type a safetensors file holds: its header alone is read.

    The format: github.com/huggingface/safetensors, README, "Format".
    """
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_HEADER_LENGTH), "little")
            header = json.loads(file.read(min(length, _LONGEST_HEADER)))
        counts: Counter[str] = Counter()
        for name, tensor in header.items():
            if name != "__metadata__":
                counts[_TYPES.get(tensor["dtype"], tensor["dtype"])] += prod(tensor["shape"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path} is no whole file of safetensors ({error}): get the model again") from None
    return counts


def _quantisation(config: Path) -> str:
    """Return how a model's configuration says that it is quantised."""
    told = json.loads(config.read_text(encoding="utf-8")).get("quantization_config")
    return str(told.get("quant_method", "")) if isinstance(told, dict) else ""
