"""Reads and checks the header of a file of safetensors, without reading its numbers.

The format: github.com/huggingface/safetensors, README, "Format": the header's length in eight bytes, the header in
JSON, then the numbers of all tensors, one behind the other without a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from engine.data.mnist import DataError
from engine.pretrained.foreign_json import first_line, parse_json

_LENGTH = 8  # bytes, at the start of the file
_LONGEST = 100_000_000  # bytes of a header, as the format has it
_LONGEST_NAME = 500  # letters
_MOST_AXES = 16
_LARGEST = 2**48  # bytes or numbers: no file is that long
_BITS = {
    **dict.fromkeys(("F4",), 4),
    **dict.fromkeys(("F6_E2M3", "F6_E3M2"), 6),
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 16),
    **dict.fromkeys(("U32", "I32", "F32"), 32),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 64),
}


@dataclass(frozen=True)
class StoredTensor:
    """A tensor in a file. kind: how its numbers are stored, such as "BF16". shape: its sizes, outermost first."""

    kind: str
    shape: tuple[int, ...]

    @property
    def numbers(self) -> int:
        """How many numbers it has."""
        return prod(self.shape)


def read_stored_tensors(path: Path) -> dict[str, StoredTensor]:
    """Return the tensors of a file by name.

    Raises `DataError` where the file is none of safetensors or is cut off, or where its tensors are of an unknown
    type, overlap, leave a gap or reach out of it.
    """
    try:
        with path.open("rb") as file:
            size = path.stat().st_size - _LENGTH
            length = int.from_bytes(file.read(_LENGTH), "little")
            if not 0 < length <= min(size, _LONGEST):
                raise ValueError(f"its header is said to have {length} bytes, and {max(size, 0)} follow")
            header = parse_json(file.read(length), _LONGEST)
        header.pop("__metadata__", None)
        _require_whole(header, size - length)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, MemoryError) as error:
        raise DataError(f"{path} is no whole file of safetensors ({first_line(error)}): get the model again") from None
    return {name: StoredTensor(told["dtype"], tuple(told["shape"])) for name, told in header.items()}


def _require_whole(header: dict[str, Any], size: int) -> None:
    """Raise ValueError, KeyError or TypeError unless the tensors fill the bytes behind the header, each byte once."""
    spans = []
    for name, told in header.items():
        if not name.isprintable() or len(name) > _LONGEST_NAME:
            raise ValueError(f"a tensor is called {name[:40]!r}")
        kind, shape, (start, end) = told["dtype"], told["shape"], told["data_offsets"]
        if kind not in _BITS:
            raise ValueError(f"{name} is of the unknown type {str(kind)[:40]!r}")
        if not isinstance(shape, list) or len(shape) > _MOST_AXES or not all(map(_is_size, (*shape, start, end))):
            raise ValueError(f"shape and place of {name} are no sizes")
        if prod(shape) * _BITS[kind] != (end - start) * 8:
            raise ValueError(f"{name} has {_sizes(shape)} numbers of type {kind} in {end - start} bytes")
        spans.append((start, end, name))
    reached = 0
    for start, end, name in sorted(spans):
        if start != reached:
            raise ValueError(f"{name} begins at byte {start}, and the tensor before it ends at {reached}")
        reached = end
    if reached != size:
        raise ValueError(f"its tensors take {reached} bytes, and it has {size} for them")


def _is_size(number: object) -> bool:
    return type(number) is int and 0 <= number <= _LARGEST


def _sizes(shape: list[int]) -> str:
    return " × ".join(map(str, shape)) or "1"
