"""A recording of a training run, from the outside: `Recording`, and what goes wrong with one."""

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
