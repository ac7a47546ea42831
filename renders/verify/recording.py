"""Verifies a recording against its own seals and digests."""

from __future__ import annotations

from pathlib import Path

from engine.recording import Recording
from engine.recording.format.header import read_header
from engine.recording.reading.seals import check_recording
from renders.verify.verdict import Verdict, counted


def verify_recording(path: Path) -> Verdict:
    """Compare every file of a recording with its seal, and the values of every array with its digest.

    Raises RecordingError, which names the first one, where a file is not as it was written.
    """
    recording = Recording.open(path)
    found = recording.path  # an unfinished one has another name
    check_recording(found)
    header = read_header(found)
    notes = []
    if not recording.sealed:
        notes.append(f"{found} was made by an older neuroreel, which sealed no files: only its values are compared")
    if not recording.complete:
        notes.append(f"{found} is unfinished: what has no digest yet is not compared")
    now = recording.digests_now()
    told = {name: digest for name, digest in header.digests.items() if name in now}
    wrong = [
        f"{found}: {name}: the digest told is {digest}, that of the values {now[name]}"
        for name, digest in told.items()
        if now[name] != digest
    ]
    if header.complete and header.finished(header.digests, header.seals).digest != header.digest:
        wrong.append(f"{found}: the digest told, {header.digest}, is not that of what the recording holds")
    return Verdict(tuple(notes), tuple(wrong), counted({"array": len(told), "sealed file": len(header.seals)}))
