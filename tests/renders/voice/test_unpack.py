"""Speakers come out of the one archive that was looked into, and of no other."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from renders.base.errors import RenderError
from renders.voice.unpack import SIZE, unpack


def archive_of(folder: Path, files: dict[str, int]) -> tuple[Path, str]:
    """Return an archive of zeros, and its integrity as registries write it."""
    path = folder / "archive.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, size in files.items():
            member = tarfile.TarInfo(name)
            member.size = size
            archive.addfile(member, io.BytesIO(bytes(size)))
    return path, "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def test_the_speakers_of_our_languages_are_written(tmp_path: Path) -> None:
    voices = ("af_one", "bm_two", "zf_three", "jf_other")
    others = {"package/package.json": 20, "package/voices/../../../evil.bin": SIZE, "package/voices/a_short.bin": 7}
    archive, integrity = archive_of(tmp_path, {f"package/voices/{name}.bin": SIZE for name in voices} | others)
    assert unpack(archive, tmp_path / "out", integrity) == 3
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"af_one.bin", "bm_two.bin", "zf_three.bin"}
    assert {path.stat().st_size for path in (tmp_path / "out").iterdir()} == {SIZE}
    assert not (tmp_path / "evil.bin").exists()


def test_another_archive_is_refused(tmp_path: Path) -> None:
    archive, _ = archive_of(tmp_path, {"package/voices/af_one.bin": SIZE})
    with pytest.raises(RenderError, match="not the archive"):
        unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()
