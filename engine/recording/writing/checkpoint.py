"""Resumes a task from a checkpoint, which may have been handed over by anybody like the rest of a recording.

torch reads it with `weights_only`, so that nothing in it is run. Its unpacked size is checked first: torch writes
archives whose files are not compressed, and reads others as well, of which a few kilobytes become gigabytes.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from engine.recording.format.files import require_stored, unlike_error
from engine.recording.format.layout import RecordingError

if TYPE_CHECKING:
    from engine.recording.writing.writer import RecordingWriter
    from engine.training.task import Task

SLACK = 64 * 2**20  # bytes of a checkpoint besides what optimizers keep of each parameter
COPIES = 8  # of the parameters, at most: themselves, and what optimizers keep


def take_up(task: Task, writer: RecordingWriter) -> int:
    """Restore a task from the checkpoint of the last commit, and return the step before which that was made.

    Raises `RecordingError`, and writes nothing more, where it is none of this training's.
    """
    try:
        return _taken_up(task, writer)
    except BaseException:
        writer.stop()
        raise


def _taken_up(task: Task, writer: RecordingWriter) -> int:
    name = writer.header.checkpoint
    tensors = (*task.model.parameters(), *task.model.buffers())
    most = SLACK + COPIES * sum(tensor.numel() * tensor.element_size() for tensor in tensors)
    if require_stored(writer.path, name).st_size > most:
        raise unlike_error(writer.path, name, "it is larger than any checkpoint of this training")
    stored = writer.read_checkpoint()
    try:
        _require_plain_archive(stored)
        step = task.restore(stored)
        if step != writer.header.committed.get("update"):
            raise ValueError(f"it is of step {step}, and {writer.header.committed.get('update')} were recorded")
    except Exception as error:  # torch raises many kinds for what is not its own
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise RecordingError(
            f"{writer.path} cannot be resumed: {name} is no checkpoint of this training: {said[:200]}; begin again "
            "with --force"
        ) from None
    return step


def _require_plain_archive(stored: bytes) -> None:
    """Raise ValueError for an archive that takes more room when it is unpacked, zipfile's errors for what is none."""
    with zipfile.ZipFile(io.BytesIO(stored)) as archive:
        files = archive.infolist()
    packed = any(file.compress_type != zipfile.ZIP_STORED for file in files)
    if packed or sum(file.file_size for file in files) > len(stored):
        raise ValueError("it is packed, as none of ours are")
