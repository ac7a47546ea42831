"""Chunks written without Zarr are read by it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import zarr

from engine.recording.format.layout import BUFFER_BYTES, ArraySpec, chunk_rows
from engine.recording.writing.chunk_file import COMPRESSOR, fill_value, write_chunk


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "uint8", "bool", "float16"])
def test_zarr_reads_what_was_written(tmp_path: Path, dtype: str) -> None:
    values = (np.random.default_rng(0).normal(size=(7, 3, 2)) * 9).astype(dtype)
    stored = zarr.create_array(
        str(tmp_path / "a"), shape=(10, 3, 2), chunks=(4, 3, 2), dtype=dtype, compressors=COMPRESSOR,
        fill_value=fill_value(dtype),
    )  # fmt: skip
    write_chunk(tmp_path / "a", 0, values[:4], 4)
    write_chunk(tmp_path / "a", 1, values[4:5], 4)
    write_chunk(tmp_path / "a", 1, values[4:], 4)
    read = stored[:]
    np.testing.assert_array_equal(read[:7], values)
    expected = np.full((3, 3, 2), fill_value(dtype), dtype)
    np.testing.assert_array_equal(read[7:], expected)
    assert not list((tmp_path / "a").rglob("*.partial"))


def test_chunks_of_large_steps_fit_into_memory_together() -> None:
    small = ArraySpec("b", ("step", "out"), (500, 10), "float32", "snapshot")
    large = ArraySpec("w", ("step", "out", "in"), (500, 2048, 2048), "float32", "snapshot")
    fixed = ArraySpec("x", ("batch", "in"), (10_000, 784), "float32")
    rows = chunk_rows([small, large, fixed])
    assert rows["w"] == rows["b"] == 4
    assert rows["w"] * large.nbytes // 500 <= BUFFER_BYTES
    assert chunk_rows([small])["b"] == 64
    assert rows["x"] * 784 * 4 <= 4_000_000
