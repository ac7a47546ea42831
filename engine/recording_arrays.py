"""How a recording's arrays are stored: made, opened, and told to have more rows or fewer."""

from __future__ import annotations

import json
from pathlib import Path

from engine.chunk_file import COMPRESSOR, fill_value
from engine.recording_format import METADATA, ArraySpec, RecordingError


def create_array(path: Path, spec: ArraySpec, rows: int) -> None:
    """Begin an array in the recording at `path`. rows: of a chunk, which spans the other axes whole.

    Written as Zarr writes it, which itself takes milliseconds for each (see `engine.chunk_file`).
    """
    fill = fill_value(spec.dtype)
    told = {
        "zarr_format": 3,
        "node_type": "array",
        "shape": list(spec.shape),
        "data_type": spec.dtype,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [rows, *spec.shape[1:]]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": "NaN" if fill != fill else False if spec.dtype == "bool" else fill,
        "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, COMPRESSOR.to_dict()],
        "attributes": {"clock": spec.clock} if spec.clock else {},
        "dimension_names": list(spec.axes),
        "storage_transformers": [],
    }
    folder = path / spec.name
    folder.mkdir()
    _put(folder / METADATA, told)


def chunk_shape(path: Path, name: str) -> tuple[int, ...]:
    """Return the shape of an array's chunks; raise `RecordingError` where its metadata are damaged."""
    try:
        told = json.loads((path / name / METADATA).read_text(encoding="utf-8"))
        return tuple(int(length) for length in told["chunk_grid"]["configuration"]["chunk_shape"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise RecordingError(f"{path} is damaged: {name}: {said}; train it again with --force") from None


def set_rows(folder: Path, rows: int) -> None:
    """Have an array's own metadata tell of so many rows."""
    file = folder / METADATA
    told = json.loads(file.read_text(encoding="utf-8"))
    told["shape"][0] = rows
    _put(file, told)


def _put(file: Path, told: object) -> None:
    """Write a file of JSON, all at once or not."""
    draft = file.with_name(f"{file.name}.partial")
    draft.write_text(json.dumps(told), encoding="utf-8")
    draft.replace(file)
