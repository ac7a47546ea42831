"""Follows the lines of a beat through time: a fault counts where the line and the words can be looked at."""

from __future__ import annotations

from collections.abc import Sequence

from renders.lint.history import LayoutFault
from renders.lint.lines import LineFault, ShownLine, faults_of_lines
from renders.lint.text import CameraFrame, ShownText
from renders.scene.stepping import Moment

PASSING = 0.75  # seconds from which a line's fault is more than a passing one


class LineHistory:
    """Takes in the lines and texts of each picture in turn, and finds what is wrong with the lines."""

    def __init__(self) -> None:
        self._since: dict[tuple[str, str, str], float] = {}
        self._found: dict[tuple[str, str, str], LayoutFault] = {}

    @property
    def findings(self) -> tuple[LayoutFault, ...]:
        """The faults that were found."""
        return tuple(self._found.values())

    def add(
        self, moment: Moment, lines: Sequence[ShownLine], texts: Sequence[ShownText], frame: CameraFrame, zoomed: bool
    ) -> None:
        """Take in the next picture: what lasts is a fault, and what is held in a picture that stands."""
        faults: dict[tuple[str, str, str], LineFault] = {}
        for fault in faults_of_lines(lines, texts, frame, zoomed):
            faults.setdefault(fault.key, fault)
        self._since = {key: self._since.get(key, moment.time) for key in faults}
        for key, fault in faults.items():
            lasts = moment.time + moment.duration - self._since[key]
            if lasts >= PASSING and key not in self._found:
                text = fault.text.box.text if fault.text else fault.line.kind
                self._found[key] = LayoutFault(self._since[key], fault.kind, text, fault.detail)
