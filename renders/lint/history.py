"""Follows the texts of a beat through time: how long each could be read, and which faults could be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from renders.lint.text import PLAIN, SEEN, TOLERANCE, CameraFrame, Fault, ShownText, faults_of, words_in
from renders.scene.stepping import Moment

FAINT = 0.02  # opacity from which a text counts as there: the time of its fades is time to read
PASSING = 0.75  # seconds from which a fault among moving texts is more than a passing one
READING, PER_WORD = 1.0, 0.25  # seconds that any text needs, and each of its words


@dataclass(frozen=True)
class LayoutFault:
    """A fault that a viewer would notice. time: seconds into the beat. text: the one that it concerns."""

    time: float
    kind: str
    text: str
    detail: str


@dataclass
class _Track:
    """One text as it goes through the pictures, be it moved, copied, faded or counted up."""

    since: float
    shown: ShownText


class TextHistory:
    """Takes in the texts of each picture in turn, and finds what is wrong with them."""

    def __init__(self) -> None:
        self.count = 0
        self._tracks: list[_Track] = []
        self._time = 0.0
        self._streaks: dict[tuple[object, ...], float] = {}
        self._found: dict[tuple[object, ...], LayoutFault] = {}

    @property
    def findings(self) -> tuple[LayoutFault, ...]:
        """The faults that were found, in the order of time."""
        return tuple(sorted(self._found.values(), key=lambda finding: finding.time))

    def add(self, moment: Moment, texts: Sequence[ShownText], frame: CameraFrame, zoomed: bool) -> None:
        """Take in the texts of the next picture."""
        there = [text for text in texts if text.box.opacity > FAINT]
        before = {(track.shown.owner, track.shown.place): track.shown for track in self._tracks}
        readable = [text for text in there if text.box.opacity >= SEEN]
        standing = {(text.owner, text.place) for text in readable if _stands(text, before, moment)}
        faults = list(faults_of(readable, frame, zoomed))
        self._judge(faults, standing, moment.time)
        self._follow(there, moment)
        self._time = moment.time

    def close(self, time: float) -> None:
        """End the beat, and with it the texts that are still there. time: seconds."""
        for track in self._tracks:
            self._check_time(track, time)
        self._tracks.clear()

    def _judge(self, faults: Sequence[Fault], standing: set[tuple[int, int]], time: float) -> None:
        streaks: dict[tuple[object, ...], float] = {}
        for fault in faults:
            if all((text.owner, text.place) in standing for text in fault.texts):
                self._report(fault, time)
            elif _counts_in_motion(fault):
                key = (fault.kind, *((text.owner, text.place) for text in fault.texts))
                streaks[key] = self._streaks.get(key, time)
                if time - streaks[key] >= PASSING:
                    self._report(fault, streaks[key])
        self._streaks = streaks

    def _report(self, fault: Fault, time: float) -> None:
        key = (fault.kind, *(text.wording for text in fault.texts))
        self._found.setdefault(key, LayoutFault(time, fault.kind, fault.texts[0].box.text, fault.detail))

    def _follow(self, texts: Sequence[ShownText], moment: Moment) -> None:
        """Go on with the tracks of the picture before; end those that have no text any more, begin new ones."""
        waiting = {(track.shown.owner, track.shown.place, track.shown.wording): track for track in self._tracks}
        going_on, rest = [], []
        for text in texts:
            track = waiting.pop((text.owner, text.place, text.wording), None)
            if track:
                track.shown = text
                going_on.append(track)
            else:
                rest.append(text)
        # A text that went over to another mobject, as transforms and copies do, is the same one to the viewer
        left = list(waiting.values())
        for text in rest:
            track = next((track for track in left if track.shown.wording == text.wording), None)
            if track:
                left.remove(track)
                track.shown = text
            else:
                # It came up after the picture before this one, if that was not the end of an animation
                track = _Track(moment.time if moment.first else self._time, text)
                self.count += 1
            going_on.append(track)
        for track in left:
            self._check_time(track, moment.time)
        self._tracks = going_on

    def _check_time(self, track: _Track, end: float) -> None:
        text = track.shown.box.text
        need, had = READING + PER_WORD * words_in(text), end - track.since
        if had < need - TOLERANCE:
            detail = f"there for {had:.1f} s, {need:.1f} s are needed to read it"
            key = ("gone too soon", track.shown.wording)
            self._found.setdefault(key, LayoutFault(track.since, "gone too soon", text, detail))


def _stands(text: ShownText, before: dict[tuple[int, int], ShownText], moment: Moment) -> bool:
    """Tell whether a viewer can look at a text here: it stands, or an animation has just brought it there."""
    if moment.held:
        return True
    previous = before.get((text.owner, text.place))
    return previous is not None and (moment.first or _same(previous, text))


def _same(one: ShownText, other: ShownText) -> bool:
    a, b = one.box, other.box
    if abs(a.size - b.size) > TOLERANCE * max(a.size, b.size):  # it grows, though from nothing, and so not by much
        return False
    pairs = ((a.left, b.left), (a.right, b.right), (a.bottom, b.bottom), (a.top, b.top), (a.opacity, b.opacity))
    return all(abs(x - y) < TOLERANCE for x, y in pairs)


def _counts_in_motion(fault: Fault) -> bool:
    """Tell whether a fault of moving texts counts if it lasts; growing letters and a copy that leaves do not."""
    if fault.kind == "too small" or min(text.box.opacity for text in fault.texts) < PLAIN:
        return False
    return len(fault.texts) == 1 or len({text.wording for text in fault.texts}) == 2
