"""Reads how many bytes a film file should have from the outermost parts of its container; one cut short has fewer.

MP4 and QuickTime: ISO/IEC 14496-12, 4.2. WebM and Matroska: RFC 8794, 4 to 6.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip")  # that a film may begin with
_MOST = 100_000  # parts; a film in fragments has two for each


def told_size(film: Path) -> int:
    """Return the bytes that a film should have by its container, as far as that tells; 0 for another kind of file."""
    with film.open("rb") as file:
        head = file.read(8)
        file.seek(0)
        if head[4:] in _BOXES:
            return _boxes(file, film.stat().st_size)
        return _segment(file) if head.startswith(_EBML) else 0


def _boxes(file: BinaryIO, size: int) -> int:
    """Return where the last of the boxes ends that follow one another from the beginning."""
    place = 0
    for _ in range(_MOST):
        file.seek(place)
        head = file.read(16)
        if len(head) < 8:
            return place + (8 if head else 0)
        length = int.from_bytes(head[:4])
        if length == 1:
            length = int.from_bytes(head[8:])
        if length == 0:  # to the end of the file
            return place
        if length < 8 or place + length >= size:
            return place + length
        place += length
    return place


def _segment(file: BinaryIO) -> int:
    """Return where the one segment ends that follows the header; 0 where it says no size, as of a live recording."""
    file.seek(len(_EBML))
    header = _number(file)
    file.seek((header or 0) + file.tell())
    if header is None or file.read(4) != _SEGMENT:
        return 0
    length = _number(file)
    return 0 if length is None else file.tell() + length


def _number(file: BinaryIO) -> int | None:
    """Return a number of a length that its first byte tells; None where all of its bits say that it is unknown."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    length = 9 - first[0].bit_length()
    value = int.from_bytes(first + file.read(length - 1)) & ((1 << 7 * length) - 1)
    return None if value == (1 << 7 * length) - 1 else value
