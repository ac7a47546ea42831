"""Checks whether a training may write where it is told to, and locks that place against a second one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from engine.recording.format.header import Header, read_header
from engine.recording.format.layout import (
    ChangedRecordingError,
    ForeignRecordingError,
    NewerRecordingError,
    RecordingError,
    unfinished_path,
)
from engine.recording.reading.recording import Recording
from engine.recording.writing.publishing import is_bare, publish, recover_recording, require_replaceable, writing
from engine.recording.writing.writer import RecordingWriter

if TYPE_CHECKING:
    from engine.training.config import TrainingConfig


class BeingWrittenError(RecordingError):
    """Raised where another process is writing a recording now."""


@contextmanager
def lock_recording(path: Path) -> Iterator[None]:
    """Lock `path` against every other training until the block ends; raises `RecordingError` where one is at work.

    What a killed one left there is repaired first.
    """
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise BeingWrittenError(
                f"another training is writing {path}: wait for it, or choose another --out"
            ) from None
    try:
        recover_recording(path)
        yield
    finally:
        lock.release()


def settle(experiment: TrainingConfig, path: Path, *, resume: bool, force: bool) -> Recording | None:
    """Return the recording at `path` if it is what is asked for, or None if the training is to begin or to go on.

    Raises `RecordingError` where anything would be overwritten without `force`, such as an unfinished recording that a
    newer neuroreel has begun or that was changed since; what is no recording is never overwritten.
    """
    if resume and force:
        raise RecordingError("--resume goes on with a recording and --force begins it again: choose one of them")
    growing = _header_of(unfinished_path(path), forced=force)
    _header_of(path, forced=force)  # raises where something foreign is in the way
    if growing and growing.complete:  # killed after its completion, before it got its name
        publish(path)
        growing = None
    if force:
        require_replaceable(path)
        require_replaceable(unfinished_path(path))
        return None
    if growing and growing.checkpoint:
        _settle_unfinished(experiment, path, growing, resume=resume)
    elif os.path.exists(path) and not is_bare(path):
        return _settle_complete(experiment, path, resume=resume)
    return None


def finish(path: Path) -> None:
    """Complete the recording `path` of a user's own training that was stopped.

    Nothing is done where there is a recording already, or nothing that is unfinished. Raises `RecordingError` where the
    training is still under way, or is one of ours, which can be resumed.
    """
    growing = unfinished_path(path)
    if os.path.exists(path) or not os.path.exists(growing):
        return
    with lock_recording(path):
        header = read_header(growing)
        if header.complete:  # killed before it got its name
            publish(path)
            return
        if "steps" in header.config and not header.endless:  # users may give settings of that name
            raise RecordingError(
                f"{growing} is of a training that was stopped: go on with `neuroreel train "
                f"{header.config['name']} --resume`"
            )
        writer = RecordingWriter.resume(path)
        if writer is None:
            raise RecordingError(f"{growing} was stopped before anything was committed: run the training again")
        writer.complete()


def require_ours(path: Path) -> None:
    """Raise `RecordingError` where what is at `path` is no recording, or holds files that are no part of one."""
    _header_of(path, forced=True)
    require_replaceable(path)


def _header_of(path: Path, *, forced: bool) -> Header | None:
    """Return the header of the recording at `path`, None where none can be read; foreign things are an error.

    forced: what cannot be read since it is newer or was changed may be replaced, too.
    """
    if not os.path.exists(path) or is_bare(path):
        return None
    try:
        return read_header(path)
    except ForeignRecordingError:
        raise RecordingError(f"{path} is not a recording, and is left alone: choose another --out") from None
    except (ChangedRecordingError, NewerRecordingError):
        if not forced:
            raise
        return None
    except RecordingError:
        return None  # damaged: there is nothing to go on from, and `force` may replace it


def _settle_unfinished(experiment: TrainingConfig, path: Path, growing: Header, *, resume: bool) -> None:
    if not resume:
        raise RecordingError(
            f"a training of {path} was stopped after {growing.committed['snapshot']} snapshots: "
            "go on with --resume, or begin again with --force"
        )
    differences = experiment.differences(growing.config)
    if differences:
        raise RecordingError(
            f"the unfinished training of {path} is of another experiment ({'; '.join(differences)}): "
            "ask for the same, choose another --out, or begin again with --force"
        )


def _settle_complete(experiment: TrainingConfig, path: Path, *, resume: bool) -> Recording:
    recording = Recording.open(path)
    differences = experiment.differences(recording.config)
    if differences:
        raise RecordingError(
            f"{path} holds another recording ({'; '.join(differences)}): choose another --out, "
            "or replace it with --force"
        )
    if not resume:
        raise RecordingError(f"{path} holds this recording already, complete: train it again with --force")
    return recording
