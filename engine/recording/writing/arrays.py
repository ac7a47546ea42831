"""Creates a recording's arrays, sets their numbers of rows, and removes rows that do not count."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np

from engine.files.replacing import written_whole
from engine.files.set_aside import parse
from engine.recording.format.array_metadata import METADATA_BYTES, chunk_rows_of
from engine.recording.format.files import read_stored
from engine.recording.format.header import Header
from engine.recording.format.layout import METADATA, ArraySpec
from engine.recording.writing.chunk_file import COMPRESSOR, fill_value


def create_array(path: Path, spec: ArraySpec, rows: int) -> str:
    """Create an array in the recording at `path`, and return the SHA-256 of its metadata.

    rows: the number of rows of a chunk, which spans the other axes whole. It is written as Zarr writes it, which itself
    takes milliseconds for each (see `engine.recording.writing.chunk_file`).
    """
    told = {
        "zarr_format": 3,
        "node_type": "array",
        "shape": list(spec.shape),
        "data_type": spec.dtype,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [rows, *spec.shape[1:]]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": _in_json(spec.dtype),
        "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, COMPRESSOR.to_dict()],
        "attributes": {"clock": spec.clock} if spec.clock else {},
        "dimension_names": list(spec.axes),
        "storage_transformers": [],
    }
    folder = path / spec.name
    folder.mkdir()
    return _put(folder / METADATA, told)


def _in_json(dtype: str) -> object:
    """Return the fill value as Zarr writes it in JSON."""
    fill = fill_value(dtype)
    return {"f": "NaN", "b": False, "c": [fill, fill]}.get(np.dtype(dtype).kind, fill)


def chunk_shape(path: Path, header: Header, spec: ArraySpec) -> tuple[int, ...]:
    """Return the shape of the chunks of an array; raises `RecordingError` where its metadata are damaged."""
    stored = read_stored(path, f"{spec.name}/{METADATA}", METADATA_BYTES)
    return (chunk_rows_of(path, header, spec, stored), *spec.shape[1:])


def set_rows(folder: Path, rows: int) -> str:
    """Set the number of rows in an array's own metadata, and return their SHA-256."""
    file = folder / METADATA
    told = json.loads(file.read_text(encoding="utf-8"))
    told["shape"][0] = rows
    return _put(file, told)


def remove_uncounted(path: Path, header: Header) -> None:
    """Remove what was written into an unfinished recording after its last commit: arrays, and chunks of later rows."""
    for leftover in path.rglob("*"):
        if is_draft(leftover):
            leftover.unlink()
    for folder in path.iterdir():
        if folder.is_dir() and folder.name not in header.arrays:
            shutil.rmtree(folder)
    for spec in header.arrays.values():
        counted = -(-header.rows(spec) // chunk_shape(path, header, spec)[0])
        for chunk in (path / spec.name / "c").glob("*"):
            if chunk.name.isdecimal() and int(chunk.name) >= counted:
                shutil.rmtree(chunk) if chunk.is_dir() else chunk.unlink()


def is_draft(path: Path) -> bool:
    """Tell whether a file in a recording is a draft that was not whole yet, by the names of today and of before."""
    return parse(path) is not None or path.suffix == ".partial"


def _put(file: Path, told: object) -> str:
    """Write a file of JSON, all at once or not, and return its SHA-256."""
    content = json.dumps(told).encode()
    with written_whole(file, recovering=False) as draft:
        draft.write_bytes(content)
    return hashlib.sha256(content).hexdigest()
