"""Describes the origin of a language model's weights: its name, how they are stored, and the digests of its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.pretrained.files import CONFIG, digest_of_model, digests_of, files_of, folder_of
from engine.pretrained.foreign_json import read_json
from engine.pretrained.stored_weights import stored_tensors, weight_files

COMPUTED = "float32"  # whatever the weights are stored in
_TYPES = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}


@dataclass(frozen=True)
class ModelSource:
    """The origin of a model's weights: its name, and how they are stored.

    quantisation: how they were made smaller, "" where they were not. stored: the number of weights of each type in its
    files; they are computed with as float32. files: the SHA-256 of each, by name. package, reference: the package that
    it came in, and the publication on it, "" where that is not known.
    """

    name: str
    quantisation: str
    stored: Mapping[str, int]
    files: Mapping[str, str]
    package: str = ""
    reference: str = ""

    @property
    def sha256(self) -> str:
        """The digest that identifies the model, whatever its name and path."""
        return digest_of_model(self.files)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON, for a recording's `origin`."""
        return {**asdict(self), "computed": COMPUTED, "sha256": self.sha256}


def source_of(model: str, name: str) -> ModelSource:
    """Return the origin of a model in a folder, or in the hub's cache. name: the model's own name.

    Raises `DataError` where its files cannot be read, or its weights are no safetensors.
    """
    files = files_of(model)
    stored: Counter[str] = Counter()
    for tensor in stored_tensors(weight_files(folder_of(model), files)).values():
        stored[_TYPES.get(tensor.kind, tensor.kind)] += tensor.numbers
    quantisation = _quantisation(files[CONFIG]) if CONFIG in files else ""
    return ModelSource(name, quantisation, dict(stored.most_common()), digests_of(model))


def _quantisation(config: Path) -> str:
    """Return how a model's configuration says that it is quantised."""
    told = read_json(config).get("quantization_config")
    return str(told.get("quant_method", "")) if isinstance(told, dict) else ""
