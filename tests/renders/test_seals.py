"""Sealed descriptions, and the hashes of large files that are remembered: no changed byte goes unnoticed."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path
from typing import Any

import pytest

from renders.base import seals
from renders.base.seals import SealError, file_hash, sealed, unsealed

CONTENT: dict[str, Any] = {"b": [1, 2.5, None, True], "a": {"text": "σ “梯度”\n", "none": {}}, "tiny": 1e-300}
TEN = 10  # bytes from which on a file counts as large


def test_what_was_sealed_comes_back_in_its_order() -> None:
    stored = sealed(CONTENT)
    assert unsealed(stored) == CONTENT
    assert list(unsealed(stored)) == list(CONTENT)
    assert sealed({**CONTENT, "seal": "an older one"}) == stored


def test_no_byte_can_be_another() -> None:
    stored = sealed(CONTENT)
    draw = random.Random(4)
    for place in range(len(stored)):
        other = draw.choice([byte for byte in range(256) if byte != stored[place]])
        with pytest.raises(SealError):
            unsealed(stored[:place] + bytes([other]) + stored[place + 1 :])


@pytest.mark.parametrize(
    "changed",
    [
        b"",
        sealed(CONTENT)[:-1],
        sealed(CONTENT) + b"\n",
        sealed(CONTENT).replace(b"\n", b"\r\n"),
        sealed(CONTENT).replace(b"2.5", b"2.50"),
        sealed(CONTENT).replace(b'"b"', b'"b": 0,\n "b"'),
        b"[" * 100_000,
        b"[]",
        b"{}",
        b'{"seal": "\\ud800"}',
    ],
)
def test_nor_can_the_form_be_another(changed: bytes) -> None:
    with pytest.raises(SealError):
        unsealed(changed)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the list of the files that are read."""
    read: list[Path] = []
    plain = seals._hash

    def reading(path: Path) -> str:
        read.append(path)
        return plain(path)

    monkeypatch.setattr(seals, "_hash", reading)
    return read


def test_a_large_file_is_read_again_only_when_it_was_touched(
    tmp_path: Path, hashed: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    film, stamps = tmp_path / "film.mp4", tmp_path / "cache" / "stamps.json"
    film.write_bytes(b"ten bytes!")
    first = file_hash(film, stamps, TEN)
    assert not stamps.exists(), "it could be written again at the same time"
    monkeypatch.setattr(seals, "FRESH", -(10**12))
    assert [file_hash(film, stamps, TEN) for _ in range(3)] == [first] * 3
    assert len(hashed) == 2
    before = film.stat()
    time.sleep(0.02)
    film.write_bytes(b"ten Bytes!")
    os.utime(film, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file_hash(film, stamps, TEN) != first
    assert film.stat().st_mtime_ns == before.st_mtime_ns and film.stat().st_size == before.st_size


def test_a_small_file_and_one_without_stamps_are_always_read(tmp_path: Path, hashed: list[Path]) -> None:
    (tmp_path / "small").write_bytes(b"nine byte")
    (tmp_path / "large").write_bytes(b"ten bytes!")
    for _ in range(2):
        file_hash(tmp_path / "small", tmp_path / "stamps.json", TEN)
        file_hash(tmp_path / "large", least=TEN)
    assert len(hashed) == 4
    assert not (tmp_path / "stamps.json").exists()


def test_stamps_that_were_changed_or_cannot_be_kept_cost_time_alone(
    tmp_path: Path, hashed: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "FRESH", -(10**12))
    film, stamps = tmp_path / "film.mp4", tmp_path / "stamps.json"
    film.write_bytes(b"ten bytes!")
    true = file_hash(film, stamps, TEN)
    stamps.write_bytes(stamps.read_bytes().replace(true.encode(), b"0" * 64))
    assert file_hash(film, stamps, TEN) == true
    (tmp_path / "file").touch()
    assert file_hash(film, tmp_path / "file" / "stamps.json", TEN) == true
