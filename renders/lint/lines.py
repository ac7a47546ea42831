"""Finds the lines of one picture, wires, arrows, frames and curves, and the faults of their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from manim import DashedLine, DashedVMobject, VMobject
from manim.mobject.mobject import Mobject

from renders.lint.text import SEEN, TOLERANCE, CameraFrame, ShownText
from scenes.drawing.batched import Batched

FAINTEST = 0.15  # opacity from which a line counts
OF_A_CURVE = 6  # places that are looked at along each Bézier curve, its ends among them
CORE = (0.12, 0.25)  # of a text's width and height, on each side, that a line may touch: an underline, a frame close by
_ALONG = np.linspace(0, 1, OF_A_CURVE)
_BASIS = np.stack([(1 - _ALONG) ** 3, 3 * (1 - _ALONG) ** 2 * _ALONG, 3 * (1 - _ALONG) * _ALONG**2, _ALONG**3], axis=1)


@dataclass(frozen=True)
class ShownLine:
    """A line in a picture. owner: the id of its mobject. kind: its class. pieces: (n, 2, 2), ends of straight ones."""

    owner: int
    kind: str
    pieces: np.ndarray

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The left, bottom, right and top end."""
        (left, bottom), (right, top) = self.pieces.min(axis=(0, 1)), self.pieces.max(axis=(0, 1))
        return float(left), float(bottom), float(right), float(top)


@dataclass(frozen=True)
class LineFault:
    """A fault of a line in one picture. text: the words that it concerns, "" where these are none."""

    kind: str
    line: ShownLine
    text: ShownText | None
    detail: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same fault in another picture."""
        return self.kind, self.line.kind, self.text.wording if self.text else ""


def lines_of(mobjects: Sequence[Mobject]) -> list[ShownLine]:
    """Return the lines that can be seen of these mobjects and their families, those of texts apart."""
    found = []
    waiting = list(reversed(mobjects))
    while waiting:
        mobject = waiting.pop()
        if hasattr(type(mobject), "text_boxes") or isinstance(mobject, Batched):
            continue
        if isinstance(mobject, DashedLine | DashedVMobject):  # its dashes are one line
            parts = [part for part in mobject.get_family() if _is_drawn(part)]
        else:
            waiting.extend(reversed(mobject.submobjects))
            parts = (
                [mobject] if isinstance(mobject, VMobject) and len(mobject.points) >= 4 and _is_drawn(mobject) else []
            )
        if parts:
            pieces = np.concatenate([_pieces(part.points) for part in parts])
            found.append(ShownLine(id(mobject), type(mobject).__name__, pieces))
    return found


def faults_of_lines(
    lines: Sequence[ShownLine], texts: Sequence[ShownText], frame: CameraFrame, zoomed: bool
) -> Iterator[LineFault]:
    """Yield the faults of lines: those cut by the frame's edge, and those that run through words that can be read.

    What runs on beyond two opposite edges goes on there as the viewer sees, as a number line does.
    zoomed: whether the camera shows a part; what is outside may be.
    """
    readable = [text for text in texts if text.box.opacity >= SEEN]
    for line in lines:
        left, bottom, right, top = line.box
        outside = max(frame.left - left, frame.bottom - bottom, right - frame.right, top - frame.top)
        seen = left < frame.right and right > frame.left and bottom < frame.top and top > frame.bottom
        across = (left < frame.left and right > frame.right) or (bottom < frame.bottom and top > frame.top)
        if seen and outside > TOLERANCE and not zoomed and not across:
            yield LineFault("line off the frame", line, None, f"a {line.kind} runs {outside:.2f} units beyond the edge")
        for text in readable:
            box = text.box
            if left < box.right and right > box.left and bottom < box.top and top > box.bottom and _crosses(line, text):
                yield LineFault("line through words", line, text, f"a {line.kind} runs through it")


def _is_drawn(mobject: VMobject) -> bool:
    """Tell whether a mobject is a line to the viewer: its stroke is seen, and it is no edge of something filled."""
    stroke = mobject.get_stroke_opacity() if mobject.get_stroke_width() > 0 else 0.0
    return bool(len(mobject.points) >= 4 and stroke >= FAINTEST and mobject.get_fill_opacity() < FAINTEST)


def _pieces(points: np.ndarray) -> np.ndarray:
    """Return the straight pieces (n, 2, 2) that curves of four points each, (4k, 3), are looked at as."""
    curves = points[: len(points) // 4 * 4].reshape(-1, 4, 3)[..., :2]
    places = np.einsum("tp,npc->ntc", _BASIS, curves)
    return np.stack([places[:, :-1], places[:, 1:]], axis=2).reshape(-1, 2, 2)


def _crosses(line: ShownLine, text: ShownText) -> bool:
    """Tell whether any piece of a line passes the middle of a text, by Liang and Barsky's clipping of all at once."""
    box = text.box
    wide, high = CORE[0] * (box.right - box.left), CORE[1] * (box.top - box.bottom)
    low, up = np.array([box.left + wide, box.bottom + high]), np.array([box.right - wide, box.top - high])
    start, way = line.pieces[:, 0], line.pieces[:, 1] - line.pieces[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (low - start) / way, (up - start) / way
    level = way == 0
    within = (start >= low) & (start <= up)
    enter = np.where(level, np.where(within, 0.0, np.inf), np.minimum(one, other)).max(axis=1)
    leave = np.where(level, np.where(within, 1.0, -np.inf), np.maximum(one, other)).min(axis=1)
    return bool(((enter <= leave) & (enter <= 1) & (leave >= 0)).any())
