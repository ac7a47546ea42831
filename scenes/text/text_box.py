"""Defines the protocol by which mobjects tell the layout lint where their text stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class TextBox:
    """One piece of text as it stands on the frame now.

    `left, bottom, right, top` and `size` (the em) are in scene units, `opacity` runs from 0 to 1.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    opacity: float


@runtime_checkable
class ShowsText(Protocol):
    """Any mobject that draws letters or digits."""

    def text_boxes(self) -> list[TextBox]:
        """Return a box for each piece of text, its parts included: whoever asks does not ask the parts again."""
        ...
