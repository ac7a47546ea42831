"""Exports `Recording`, which reads the recording of a training, and its errors."""

from engine.recording.reading.recording import (
    ArrayInfo,
    ForeignRecordingError,
    Read,
    Recording,
    RecordingError,
)

__all__ = [
    "ArrayInfo",
    "ForeignRecordingError",
    "Read",
    "Recording",
    "RecordingError",
]
