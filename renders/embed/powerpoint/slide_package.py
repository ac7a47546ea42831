"""Writes a presentation's parts into a zip file, whatever the clock says: a zip holds only the years 1980 to 2107.

python-pptx has no setting for the times in it, and fails where the clock stands before or after.
"""

from __future__ import annotations

import time
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipInfo

from pptx import presentation
from pptx.opc.packuri import PackURI
from pptx.opc.serialized import PackageWriter, _ZipPkgWriter

FIRST, LAST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)


def save(deck: presentation.Presentation, target: Path) -> None:
    """Write a presentation to a file."""
    package = deck.part.package
    _Writer.write(str(target), package._rels, tuple(package.iter_parts()))


def zip_time(seconds: float) -> tuple[int, int, int, int, int, int]:
    """Return a time, in seconds since 1970, as a zip file can hold it: the nearest one."""
    year, month, day, hour, minute, second = time.gmtime(seconds)[:6]
    return max(FIRST, min((year, month, day, hour, minute, second), LAST))


class _Writer(PackageWriter):
    def _write(self) -> None:
        with _Zip(self._pkg_file) as archive:
            self._write_content_types_stream(archive)
            self._write_pkg_rels(archive)
            self._write_parts(archive)


class _Zip(_ZipPkgWriter):
    def write(self, pack_uri: PackURI, blob: bytes) -> None:
        told = ZipInfo(pack_uri.membername, zip_time(time.time()))
        told.compress_type = ZIP_DEFLATED
        self._zipf.writestr(told, blob)
