"""Finds the texts of one picture, and the faults of their sizes and places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from manim.camera.camera import Camera
from manim.mobject.mobject import Mobject

from scenes.beats.pace import CHARACTERS_A_SECOND, WORDS_A_SECOND
from scenes.text.text_box import TextBox

MARGIN = 0.3  # scene units from the frame's edge
LEAST_SIZE = 1 / 36  # of the frame's shorter side
SEEN = 0.1  # opacity from which a text that stands can be read
PLAIN = 0.5  # opacity from which a text that moves or fades counts: two that cross-fade are never both above
TOLERANCE = 0.02  # scene units: less is a rounding, not a fault
_NUMBER = re.compile(r"[-+−]?\d[\d.,\u2009\u202f]*(?:e[-+−]?\d+)?")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class CameraFrame:
    """The part of the scene that the camera shows, scene units."""

    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def of(cls, camera: Camera) -> CameraFrame:
        """Return the frame of a camera."""
        x, y = camera.frame_center[0], camera.frame_center[1]
        half_width, half_height = camera.frame_width / 2, camera.frame_height / 2
        return cls(x - half_width, y - half_height, x + half_width, y + half_height)

    @property
    def shorter(self) -> float:
        """The length of the shorter side, scene units."""
        return min(self.top - self.bottom, self.right - self.left)


@dataclass(frozen=True)
class ShownText:
    """A text in a picture. owner: the id of the mobject whose text it is. place: its number among that one's texts."""

    owner: int
    place: int
    box: TextBox

    @property
    def wording(self) -> str:
        """The text without its numbers, so that a running one is the same text throughout."""
        return _NUMBER.sub("#", self.box.text)


@dataclass(frozen=True)
class Fault:
    """A fault in one picture. texts: the one or the two that it concerns."""

    kind: str
    texts: tuple[ShownText, ...]
    detail: str


def texts_of(mobjects: Sequence[Mobject]) -> list[ShownText]:
    """Return every text of these mobjects and of their families, visible or not.

    What a mobject tells includes its parts, so those are not asked: a formula's symbols are texts, too, once alone.
    """
    found: dict[int, list[TextBox]] = {}
    waiting = list(reversed(mobjects))
    while waiting:
        mobject = waiting.pop()
        if hasattr(type(mobject), "text_boxes"):
            found.setdefault(id(mobject), mobject.text_boxes())
        else:
            waiting.extend(reversed(mobject.submobjects))
    return [ShownText(owner, place, box) for owner, boxes in found.items() for place, box in enumerate(boxes)]


def words_in(text: str) -> float:
    """Return how many words a text has; Chinese characters count as much less as they are read faster."""
    return len(_CHINESE.sub(" ", text).split()) + len(_CHINESE.findall(text)) * WORDS_A_SECOND / CHARACTERS_A_SECOND


def faults_of(texts: Sequence[ShownText], frame: CameraFrame, zoomed: bool) -> Iterator[Fault]:
    """Yield the faults of texts that can be seen. zoomed: whether the camera shows a part; what is outside may be."""
    least = frame.shorter * LEAST_SIZE
    for text in texts:
        yield from _edge_fault(text, frame, zoomed)
        if text.box.size < least * (1 - 1e-6):
            detail = f"its letters are {text.box.size:.3f} units high, at least {least:.3f} are needed"
            yield Fault("too small", (text,), detail)
    yield from _overlaps(texts)


def _edge_fault(text: ShownText, frame: CameraFrame, zoomed: bool) -> Iterator[Fault]:
    box = text.box
    gaps = {
        "left": box.left - frame.left,
        "right": frame.right - box.right,
        "lower": box.bottom - frame.bottom,
        "upper": frame.top - box.top,
    }
    side, gap = min(gaps.items(), key=lambda item: item[1])
    outside = box.right < frame.left or box.left > frame.right or box.top < frame.bottom or box.bottom > frame.top
    if gap >= MARGIN - TOLERANCE or (outside and zoomed):
        return
    if gap >= 0:
        yield Fault("near the edge", (text,), f"{gap:.2f} units from the {side} edge, at least {MARGIN} are needed")
    else:
        yield Fault("off the frame", (text,), f"{-gap:.2f} units beyond the {side} edge")


def _overlaps(texts: Sequence[ShownText]) -> Iterator[Fault]:
    if len(texts) < 2:
        return
    boxes = np.array([(t.box.left, t.box.bottom, t.box.right, t.box.top) for t in texts])  # (text, 4)
    # (text, text): how far two boxes reach into each other
    wide = np.minimum(boxes[:, None, 2], boxes[None, :, 2]) - np.maximum(boxes[:, None, 0], boxes[None, :, 0])
    high = np.minimum(boxes[:, None, 3], boxes[None, :, 3]) - np.maximum(boxes[:, None, 1], boxes[None, :, 1])
    touching = np.argwhere(np.triu((wide > TOLERANCE) & (high > TOLERANCE), k=1))
    for one, other in touching:
        if texts[one].wording != texts[other].wording or not _coincide(texts[one].box, texts[other].box):
            detail = f"over {texts[other].box.text!r} by {wide[one, other]:.2f} x {high[one, other]:.2f} units"
            yield Fault("overlap", (texts[one], texts[other]), detail)


def _coincide(one: TextBox, other: TextBox) -> bool:
    """Tell whether two boxes lie on each other: a copy that has not left its original yet looks like one text."""
    sides = ((one.left, other.left), (one.right, other.right), (one.bottom, other.bottom), (one.top, other.top))
    return all(abs(a - b) < 2 * TOLERANCE for a, b in sides)
