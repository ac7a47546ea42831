"""Recordings that earlier versions wrote, without seals: they are read, and what was changed in them is found."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr
from zarr.codecs import ZstdCodec

from engine.recording import Recording, RecordingError
from engine.recording.format.header import read_header, write_header
from engine.recording.format.layout import KEY, METADATA, digest_of_json
from engine.recording.reading.seals import check_recording
from tests.engine.recording.damaged.headers import make_older
from tests.engine.recording.damaged.recordings_to_damage import NAME, STEPS, write_unfinished


def test_a_renamed_axis_is_found_where_no_value_is_read(tmp_path: Path) -> None:
    complete = Path(write_unfinished(tmp_path / NAME).complete().path)
    arrays = json.loads((complete / METADATA).read_text())["attributes"][KEY]["arrays"]
    arrays["probe.input"]["axes"] = ["in", "batch"]
    make_older(complete, arrays=arrays)
    with pytest.raises(
        RecordingError, match=r"probe\.input: in its zarr\.json: axes in, batch expected, batch, in found"
    ):
        _ = Recording.open(complete).arrays["layer1.bias"]


def test_settings_called_by_numbers_keep_their_digest(tmp_path: Path) -> None:
    """They are text in the header, which sorts in another way."""
    complete = Path(write_unfinished(tmp_path / NAME).complete().path)
    config = {"name": "mine", "schedule": {2: 0.1, 10: 0.2}}
    header = replace(read_header(complete), config=config)
    write_header(complete, header.finished(header.digests, header.seals))
    make_older(complete)
    assert Recording.open(complete).read("probe.label").tolist() == [0, 1, 2, 3]
    group = json.loads((complete / METADATA).read_text())
    group["attributes"][KEY]["config"]["schedule"]["2"] = 0.3
    (complete / METADATA).write_text(json.dumps(group))
    with pytest.raises(RecordingError, match=r"zarr\.json is not the file that was written"):
        Recording.open(complete)


def test_a_recording_that_zarr_wrote_for_the_first_version_is_read(tmp_path: Path) -> None:
    """Its digests were taken in another order, its chunks packed otherwise, and bytes have no order in its metadata."""
    path, rng = tmp_path / NAME, np.random.default_rng(0)
    steps = np.arange(STEPS) * 2
    values = {"w": rng.normal(size=(STEPS, 3)).astype("f4"), "step.snapshot": steps, "probe": np.arange(9, dtype="u1")}
    axes = {"w": ["step", "in"], "step.snapshot": ["step"], "probe": ["batch"]}
    told: dict[str, Any] = {"arrays": {}, "digests": {}}
    group = zarr.create_group(path)
    for name, array in values.items():
        clock = "snapshot" if name == "w" else ""
        stored = group.create_array(
            name, shape=array.shape, dtype=array.dtype, chunks=(min(64, len(array)), *array.shape[1:]),
            compressors=ZstdCodec(level=1, checksum=True), fill_value=np.nan if array.dtype.kind == "f" else 0,
            dimension_names=axes[name], attributes={"clock": clock} if clock else {},
            config={"write_empty_chunks": True},
        )  # fmt: skip
        stored[...] = array
        shape, dtype = list(array.shape), str(array.dtype)
        told["arrays"][name] = {"axes": axes[name], "shape": shape, "dtype": dtype, "clock": clock}
        digest = hashlib.sha256(json.dumps([name, axes[name], dtype, shape]).encode())
        for part in ([steps] if clock else []) + [array]:
            digest.update(np.ascontiguousarray(part).data)
        if name != "step.snapshot":
            told["digests"][name] = digest.hexdigest()
    told |= {"config": {"name": "mine"}, "versions": {}, "committed": {"snapshot": STEPS}, "complete": True}
    identity = {"format": 1, "config": told["config"], "versions": {}, "arrays": told["digests"]}
    told |= {"format": 1, "checkpoint": "", "wall": {}, "digest": digest_of_json(identity)}
    group.update_attributes({KEY: told})
    recording = Recording.open(path)
    np.testing.assert_array_equal(recording.read("w"), values["w"])
    np.testing.assert_array_equal(recording.read("probe", batch=[8, 1]), [8, 1])
    np.testing.assert_array_equal(recording.steps("w"), steps)
    check_recording(path)
    shutil.copy(path / "w" / "c" / "0" / "0", path / "w" / "c" / "1" / "0")
    for read in (Recording.open(path).read, Recording.open(path).steps, lambda name: Recording.open(path).last_step):
        with pytest.raises(RecordingError, match="was changed after it was made: w is not the file that was written"):
            read("w")
