"""What users do with a recording, without torch as they do it, and what they see in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.recording import Recording, RecordingError
from engine.recording.reading.seals import check_recording
from renders.commands.listing import describe_recording, recording_lines


def use(path: Path) -> dict[str, Any]:
    """Do what users do with the recording at `path`; return what it was found to hold, and the errors that were told.

    Any error that is not one line of `RecordingError` is raised.
    """
    seen: dict[str, Any] = {}
    told: list[str] = []

    def tried(name: str, task: Callable[[], Any]) -> Any:
        try:
            seen[name] = task()
        except RecordingError as error:
            if "\n" in str(error) or not str(error).isprintable() or len(str(error).splitlines()) != 1:
                raise AssertionError(f"not one line: {error}") from error
            told.append(str(error))
            return None
        return seen[name]

    tried("check", lambda: check_recording(path))
    if tried("open", lambda: Recording.open(path)):
        _look_at(seen.pop("open"), tried)
    seen.pop("check", None)
    return {"seen": seen, "told": told}


def _look_at(recording: Recording, tried: Callable[[str, Callable[[], Any]], Any]) -> None:
    names = sorted(name for name in recording._header.arrays if not name.startswith("step."))
    tried("names", lambda: names)
    tried("about", lambda: json.dumps([recording.name, recording.config, recording.versions], sort_keys=True))
    tried("structure", lambda: repr(recording.structure))
    tried("last step", lambda: recording.last_step)
    for name in names:
        told = recording._header.arrays[name]
        tried(f"axes of {name}", lambda name=name: _told(recording, name))
        tried(f"values of {name}", lambda name=name: recording.read(name).tolist())
        tried(f"xarray of {name}", lambda name=name: recording.as_xarray(name).values.tolist())
        if "step" in told.axes:
            tried(f"last of {name}", lambda name=name: recording.read(name, step=slice(None, None, -7)).tolist())
            tried(f"steps of {name}", lambda name=name: recording.steps(name).tolist())
    tried("html", lambda: bool(recording._repr_html_().encode()))
    tried(
        "inspected",
        lambda: (
            bool(json.dumps(describe_recording(recording))) and bool("\n".join(recording_lines(recording)).encode())
        ),
    )
    if recording.complete:
        tried("digest", lambda: recording.digest_of(names))


def _told(recording: Recording, name: str) -> list[Any]:
    told = recording.arrays[name]
    return [list(told.axes), list(told.shape), str(told.dtype)]
