"""Defines the mixin that gives set text an em and a baseline, read from where its outlines are now."""

from __future__ import annotations

from typing import Self

import numpy as np
from manim import UP
from manim.mobject.mobject import Mobject
from manim.mobject.types.vectorized_mobject import VMobject

_FITS = 1e-4  # em: how far an outline may be from an affine picture of its letter


class OnBaseline(Mobject):
    """A mixin for text: its em and baseline follow every shift, scale and turn of its outlines.

    Subclasses set `_last_frame` and say in `_letters_and_points` what to read the place from.
    """

    _last_frame: np.ndarray

    def _letters_and_points(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return pairs of a letter's points in ems, (k, 2), and of its outline in the scene, (k, 3); surest first."""
        raise NotImplementedError

    def fitted_frame(self) -> np.ndarray | None:
        """Return the frame that most outlines agree on; None while they have other shapes than their letters."""
        pairs = self._letters_and_points()
        unchanged = [pair for pair in pairs if len(pair[0]) == len(pair[1]) > 0]
        for letter, points in unchanged:
            design = np.column_stack([letter, np.ones(len(letter))])
            frame = np.linalg.lstsq(design, points, rcond=None)[0]
            agreeing = (True for other in unchanged if _is_placed(other, frame))
            if any(2 * number > len(pairs) for number, _ in enumerate(agreeing, 1)):  # no more of them than it takes
                return frame
        return None

    def frame(self) -> np.ndarray:
        """Return (3, 3) rows: the em to the right, the em upwards, and the baseline's left end, in the scene now.

        Read from the outlines; while they are being changed (written, transformed), the frame seen last.
        """
        frame = self.fitted_frame()
        if frame is not None:
            self._last_frame = frame
        return self._last_frame

    @property
    def size(self) -> float:
        """The em in scene units, as drawn now."""
        return float(np.linalg.norm(self.frame()[1]))

    @property
    def baseline(self) -> float:
        """The height (y) of the first line's baseline in the scene."""
        return float(self.frame()[2, 1])

    def align_baseline(self, to: OnBaseline | float) -> Self:
        """Shift up or down so that the baseline is that of another text, or at the height given."""
        height = to.baseline if isinstance(to, OnBaseline) else to
        return self.shift((height - self.baseline) * UP)


def standing_frame(size: float) -> np.ndarray:
    """Return the frame of an upright text whose baseline begins at the origin."""
    return np.array([[size, 0.0, 0.0], [0.0, size, 0.0], [0.0, 0.0, 0.0]])


def _is_placed(pair: tuple[np.ndarray, np.ndarray], frame: np.ndarray) -> bool:
    """Tell whether an outline is its letter as the frame would place it."""
    letter, points = pair
    return bool(np.abs(place_letter(letter, frame) - points).max() <= _FITS * np.abs(frame[:2]).max())


def place_letter(letter: np.ndarray, frame: np.ndarray) -> np.ndarray:
    """Return a letter's points (k, 2) in the scene, (k, 3)."""
    return letter @ frame[:2] + frame[2]


def drawn_opacity(outline: VMobject) -> float:
    """Return how opaque an outline is drawn: by its fill, or by its stroke while it is being written."""
    stroke = outline.get_stroke_opacity() if outline.get_stroke_width() > 0 else 0.0
    return float(max(outline.get_fill_opacity(), stroke))
