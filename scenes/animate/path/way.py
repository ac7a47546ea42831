"""Lists what is read of the way that a training took: its parameters, its loss, and the loss all around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.recording.views.parameter_path import has_path, parameters_over_time

if TYPE_CHECKING:
    from engine.recording import Recording

LOSS = "metric.loss"
SURFACE = ("surface.loss", "surface.across", "surface.up")


def along_the_way(recording: Recording) -> tuple[str, ...]:
    """Return what is read of a training's way; () where there is none."""
    if not has_path(recording):
        return ()
    names = parameters_over_time(recording)
    return (*names, *(name for name in (LOSS, *SURFACE) if name in recording.arrays))
