"""Checks whether a recording of format 1, without seals, holds what was written, by the digests in its header.

They are of the arrays' values, so that an array is read whole before any part of it is returned. Earlier versions
computed digests in other ways; each of them is accepted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from engine.recording.format.layout import ArrayDigest, ArraySpec, digest_of_json

Blocks = Callable[[], Iterable[np.ndarray]]  # gives the values of an array, some rows at a time


def values_fit(spec: ArraySpec, blocks: Blocks, steps: np.ndarray | None, digest: str) -> bool:
    """Tell whether the values of an array, with the numbers of its steps if it has any, have this digest.

    blocks: a function that yields the array's rows, in order; it may be called several times.
    """
    now = ArrayDigest(spec)
    for values in blocks():
        now.update(values)
    if steps is not None:
        now.update(steps)
    return digest == now.hexdigest() or digest in _older_digests(spec, blocks, steps)


def _older_digests(spec: ArraySpec, blocks: Blocks, steps: np.ndarray | None) -> set[str]:
    """Return the digests that an array had of earlier versions: of the first one, and of those that wrote in a thread.

    The first one took in the steps before the values, and the type before the shape, which all knew beforehand.
    """
    first = hashlib.sha256(json.dumps([spec.name, list(spec.axes), spec.dtype, list(spec.shape)]).encode())
    later = hashlib.sha256(json.dumps([spec.name, list(spec.axes), list(spec.shape), spec.dtype]).encode())
    if steps is not None:
        first.update(_plain(steps))
    for values in blocks():
        first.update(_plain(values))
        later.update(_plain(values))
    if steps is not None:
        later.update(_plain(steps))
    return {first.hexdigest(), later.hexdigest()}


def _plain(values: np.ndarray) -> memoryview:
    return np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<"), copy=False)).data


def header_fits(told: Mapping[str, Any], digest: str) -> bool:
    """Tell whether the header of a complete recording has its digest. told: the entries that enter the digest.

    Numbers that were keys of settings have become text in the header, which sorts in another way.
    """
    return digest in (digest_of_json(told), digest_of_json(_numbered(told)))


def _numbered(content: Any) -> Any:
    """Return plain JSON with numbers for names where all names of a group are whole numbers."""
    if isinstance(content, list):
        return [_numbered(one) for one in content]
    if not isinstance(content, dict):
        return content
    numbers = all(name.isdecimal() and name.isascii() and len(name) < 20 for name in content)
    return {int(name) if numbers else name: _numbered(value) for name, value in content.items()}
