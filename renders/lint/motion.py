"""Measures the share of a beat's time in which the picture stands still."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from manim.camera.camera import Camera
from manim.mobject.mobject import Mobject
from manim.mobject.types.vectorized_mobject import VMobject
from manim.mobject.value_tracker import ValueTracker

from renders.lint.history import LayoutFault
from renders.lint.text import CameraFrame
from renders.scene.stepping import Moment
from scenes.look.style import REST

MOST = 0.4  # of a beat's time
ENDING = 1.0  # seconds in which a beat leaves its last picture, at most
_UNSEEN = frozenset({"target", "saved_state", "_initial_points"})  # copies that are kept on a mobject and never drawn


class MotionHistory:
    """Takes in each picture in turn, and adds up how long nothing changed."""

    def __init__(self) -> None:
        self._pictures: list[tuple[Moment, bytes]] = []

    def add(self, moment: Moment, mobjects: Sequence[Mobject], camera: Camera) -> None:
        """Take in the next picture."""
        self._pictures.append((moment, fingerprint(mobjects, camera)))

    def findings(self, end: float) -> tuple[LayoutFault, ...]:
        """Return the one fault that there may be. end: seconds that the beat lasts."""
        spells = _joined(self._still(end))
        still = sum(stop - start for start, stop in spells) - _resting(spells, end)
        if still <= MOST * end:
            return ()
        start, stop = max(spells, key=lambda spell: spell[1] - spell[0])
        longest = f"the longest spell from {start:.1f} to {stop:.1f} s"
        detail = f"nothing moves for {still:.1f} of {end:.1f} s, {MOST:.0%} may be; {longest}"
        return (LayoutFault(start, "stands still", "the whole picture", detail),)

    def _still(self, end: float) -> Iterator[tuple[float, float]]:
        """Yield (start, stop) of each picture that is held, or that the next one repeats."""
        for (moment, now), (following, then) in pairwise([*self._pictures, (Moment(end, 0.0, False), b"")]):
            if moment.held or now == then:
                yield moment.time, following.time


def _resting(spells: Sequence[tuple[float, float]], end: float) -> float:
    """Return the seconds of the pause on the last picture, in which nothing need move: it is time to think."""
    start, stop = spells[-1] if spells else (0.0, 0.0)
    return min(stop - start, REST) if end - stop <= ENDING else 0.0


def _joined(spells: Iterator[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, stop in spells:
        if joined and start - joined[-1][1] < 1e-6:
            joined[-1] = joined[-1][0], stop
        else:
            joined.append((start, stop))
    return joined


def fingerprint(mobjects: Sequence[Mobject], camera: Camera) -> bytes:
    """Return a hash of all that is visible, and of where the camera looks."""
    frame = CameraFrame.of(camera)
    looks = [repr(frame).encode()]
    for mobject in mobjects:
        for member in mobject.get_family():
            if _visible(member, frame):
                _add_looks(looks, vars(member))
    return hashlib.blake2b(b"\0".join(looks), digest_size=16).digest()


def _visible(mobject: Mobject, frame: CameraFrame) -> bool:
    if len(mobject.points) == 0 or isinstance(mobject, ValueTracker):
        return False
    if isinstance(mobject, VMobject):
        stroke = mobject.get_stroke_opacity() * mobject.get_stroke_width()
        if mobject.get_fill_opacity() <= 0 and stroke <= 0:
            return False
    elif not getattr(mobject, "opacity", 1):
        return False
    low, high = mobject.points.min(axis=0), mobject.points.max(axis=0)
    return bool(low[0] < frame.right and high[0] > frame.left and low[1] < frame.top and high[1] > frame.bottom)


def _add_looks(looks: list[bytes], attributes: Mapping[str, Any]) -> None:
    """Add everything on a mobject that a drawing routine could read: its arrays, its numbers and words."""
    kinds = _sorted_by_kind(tuple(attributes), tuple(map(type, attributes.values())))
    arrays = [value for name in kinds.arrays if (value := attributes[name]).dtype != object]
    looks += [value.tobytes() for value in arrays]
    looks += [attributes[name].encode() for name in kinds.words]
    numbers = [*(value.size for value in arrays), *(attributes[name] for name in kinds.numbers)]
    looks.append(array("d", numbers).tobytes())


class _Kinds(NamedTuple):
    """The names of a mobject's attributes by what they hold, each in their order."""

    arrays: tuple[str, ...]
    numbers: tuple[str, ...]
    words: tuple[str, ...]


@cache
def _sorted_by_kind(names: tuple[str, ...], kinds: tuple[type, ...]) -> _Kinds:
    """Return the attributes that are drawn; nearly all mobjects have one of few sets of names and types."""
    pairs = ((name, kind) for name, kind in zip(names, kinds, strict=True) if name not in _UNSEEN)
    drawn = sorted(pairs, key=lambda pair: pair[0])
    return _Kinds(
        tuple(name for name, kind in drawn if issubclass(kind, np.ndarray)),
        tuple(name for name, kind in drawn if issubclass(kind, bool | int | float)),
        tuple(name for name, kind in drawn if kind is str),
    )
