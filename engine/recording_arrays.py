"""How a recording's arrays are stored: made, opened, and told to have more rows or fewer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import zarr

from engine.chunk_file import COMPRESSOR, fill_value
from engine.recording_format import METADATA, ArraySpec, RecordingError


def open_array(path: Path, name: str) -> zarr.Array[Any]:
    """Return an array of the recording at `path`, to be written; raise `RecordingError` where it is damaged."""
    try:
        return zarr.open_array(store=str(path / name), mode="r+")
    except Exception as error:  # zarr raises many kinds for metadata that are not its own
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise RecordingError(f"{path} is damaged: {name}: {said}; train it again with --force") from None


def create_array(group: zarr.Group, spec: ArraySpec, rows: int) -> zarr.Array[Any]:
    """Return a new array. rows: of a chunk, which spans the other axes whole."""
    return group.create_array(
        spec.name,
        shape=spec.shape,
        dtype=spec.dtype,
        chunks=(rows, *spec.shape[1:]),
        compressors=COMPRESSOR,
        fill_value=fill_value(spec.dtype),
        dimension_names=spec.axes,
        attributes={"clock": spec.clock} if spec.clock else {},
        config={"write_empty_chunks": True},  # so that a chunk that is gone can be told from zeros
    )


def set_rows(folder: Path, rows: int) -> None:
    """Have an array's own metadata tell of so many rows."""
    file = folder / METADATA
    told = json.loads(file.read_text(encoding="utf-8"))
    told["shape"][0] = rows
    draft = file.with_name(f"{METADATA}.partial")
    draft.write_text(json.dumps(told), encoding="utf-8")
    draft.replace(file)
