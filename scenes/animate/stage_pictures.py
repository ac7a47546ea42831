"""What one example is at one place of a model, as a picture with all that has to be said about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from manim import DOWN, UP, Group, VGroup

from scenes.animate.example import Value
from scenes.animate.fitting import cut_short
from scenes.mobjects.tokens import TokenRow
from scenes.mobjects.value_pictures import (
    ValuePicture,
    colour_picture,
    map_pictures,
    pattern_pictures,
    strip_picture,
    unit_pictures,
)
from scenes.style import SMALL, palette
from scenes.translation import N_

WIDTH, HEIGHT = 4.7, 3.8  # scene units that a picture may take
COLUMN = 4.4  # scene units that a column of units may take
CHANNELS, UNITS, POSITIONS, DEEP, HEADS = 16, 256, 64, 32, 6  # of each, what is drawn at most
SIDE, SMALL_SIDE = 56, 28  # cells a side at most, of what goes in and of a map inside
CHIPS = 24  # tokens that are shown as chips

Translate = Callable[..., str]


@dataclass
class StagePicture:
    """group: all that belongs together. kind: for what is said of it. values: what flies, None where tokens stand.

    count: what is told of it in words. units: the values of all units where each has its box, else None.
    """

    kind: str
    group: Group
    values: ValuePicture | None
    chips: TokenRow | None = None
    count: int = 0
    units: np.ndarray | None = None

    @property
    def beside(self) -> Group:
        """All of it but what flies."""
        flying = self.values.boxes if self.values else self.chips
        return Group(*[part for part in self.group.submobjects if part is not flying])


def picture_of(value: Value, tr: Translate, name: str, tokens: list[str] | None = None, path: str = "") -> StagePicture:
    """Return the picture of a value.

    name: what is written above it. tokens: how whole numbers are called. path: of the module, "" where it goes without.
    """
    if value.values.dtype.kind in "iu" and value.axes == ("position",):
        return _tokens(value, tr, name, tokens)
    kind, picture, notes, count = _drawn(value, tr)
    told = [*notes, *_scale(picture, kind, tr)]
    whole = kind == "units" and len(picture.boxes) == count == value.values.size
    units = np.nan_to_num(value.values.ravel()) if whole else None
    return StagePicture(kind, _with_texts(picture, name, path, told), picture, count=count, units=units)


def _drawn(value: Value, tr: Translate) -> tuple[str, ValuePicture, list[str], int]:
    values = value.values
    if value.axes == ("head", "query", "key"):
        return _patterns(value, tr)
    if value.axes[-2:] == ("height", "width") and values.shape[-2] * values.shape[-1] > 1:
        return _maps(value, tr)
    if value.axes == ("channel", "position"):
        return _strip(values.T, value, tr, 0)
    if value.axes == ("position", "feature"):
        return _strip(values, value, tr, 1)
    return _units(value, tr)


def _maps(value: Value, tr: Translate) -> tuple[str, ValuePicture, list[str], int]:
    maps = np.asarray(value.values, dtype=float)
    maps = maps.reshape(-1, *maps.shape[-2:])
    entry = value.array.startswith("probe.")
    thin = max(1, -(-max(maps.shape[-2:]) // (SIDE if entry else SMALL_SIDE)))
    notes = _sampled(value, tr)
    if thin > 1:
        notes.append(tr(N_("1 pixel in {k} shown, across and down"), k=thin))
    maps = maps[:, ::thin, ::thin]
    if entry and len(maps) == 3:
        low, high = float(np.nanmin(maps)), float(np.nanmax(maps))
        return "picture", colour_picture((maps - low) / max(high - low, 1e-9), WIDTH, HEIGHT), notes, 1
    aspect = value.strides[-2] / value.strides[-1]
    total = int(np.prod(value.whole[:-2], dtype=int))
    chosen = _strongest(np.nan_to_num(maps).reshape(len(maps), -1).var(axis=1), CHANNELS)
    if len(chosen) < len(maps):
        notes.insert(0, tr(N_("{count} of {all} channels: those that vary most"), count=len(chosen), all=total))
    height = 3.0 if entry and len(maps) == 1 else HEIGHT
    return "picture" if entry else "maps", map_pictures(maps[chosen], WIDTH, height, aspect), notes, total


def _units(value: Value, tr: Translate) -> tuple[str, ValuePicture, list[str], int]:
    units = np.asarray(value.values, dtype=float).ravel()
    chosen = _strongest(np.abs(np.nan_to_num(units)), UNITS)
    notes, total = _sampled(value, tr), int(np.prod(value.whole, dtype=int))
    if len(chosen) < len(units):
        notes.insert(0, tr(N_("{count} of {all} values: the largest"), count=len(chosen), all=total))
    return "units", unit_pictures(units[chosen], COLUMN), notes, total


def _strip(values: np.ndarray, value: Value, tr: Translate, deep: int) -> tuple[str, ValuePicture, list[str], int]:
    """Return a strip of (position, unit). deep: which axis of the value is the unit's."""
    notes = _sampled(value, tr)
    shown = np.asarray(values, dtype=float)[:POSITIONS]
    chosen = _strongest(np.nan_to_num(shown).var(axis=0), DEEP)
    total, positions = value.whole[deep], value.whole[1 - deep]
    if len(chosen) < values.shape[1]:
        notes.insert(0, tr(N_("{count} of {all} units: those that vary most"), count=len(chosen), all=total))
    if len(shown) < len(values):
        notes.append(tr(N_("the first {count} of {all} positions"), count=len(shown), all=positions))
    kind = "hidden" if value.array.endswith(".hidden_state") else "strip"
    notes.append(tr(N_("positions →, units ↓")))
    return kind, strip_picture(shown[:, chosen], WIDTH, HEIGHT), notes, total


def _patterns(value: Value, tr: Translate) -> tuple[str, ValuePicture, list[str], int]:
    heads, queries, keys = value.values.shape
    few = 4 if queries * keys > 1024 else HEADS
    shown = value.values[:few, :POSITIONS, :POSITIONS]
    notes = _sampled(value, tr)
    if len(shown) < heads:
        notes.insert(0, tr(N_("the first {count} of {all} heads"), count=len(shown), all=value.whole[0]))
    if shown.shape[1] < queries:
        notes.append(tr(N_("the first {count} of {all} positions"), count=POSITIONS, all=value.whole[1]))
    notes.append(tr(N_("each row looks at the columns that shine")))
    return "pattern", pattern_pictures(shown, WIDTH, HEIGHT), notes, value.whole[0]


def _tokens(value: Value, tr: Translate, name: str, called: list[str] | None) -> StagePicture:
    numbers = value.values[:CHIPS].tolist()
    texts = [called[number] if called and 0 <= number < len(called) else str(number) for number in numbers]
    chips = TokenRow(texts, width=WIDTH)
    notes = _sampled(value, tr)
    if len(numbers) < len(value.values):
        notes.append(tr(N_("the first {count} of {all} positions"), count=len(numbers), all=value.whole[0]))
    heading = _heading(name).next_to(chips, UP, buff=0.35)
    below = _notes(notes).next_to(chips, DOWN, buff=0.3)
    return StagePicture("tokens", Group(chips, heading, below), None, chips, len(value.values))


def _strongest(amounts: np.ndarray, count: int) -> np.ndarray:
    """Return the positions of the largest amounts, in their own order."""
    return np.sort(np.argsort(-amounts, kind="stable")[:count])


def _sampled(value: Value, tr: Translate) -> list[str]:
    """Return what is to be said about the axes of which only every k-th position was recorded."""
    texts = {
        "channel": N_("1 channel in {k} recorded"),
        "feature": N_("1 unit in {k} recorded"),
        "position": N_("1 position in {k} recorded"),
        "head": N_("1 head in {k} recorded"),
        "height": N_("1 row of pixels in {k} recorded"),
        "width": N_("1 column of pixels in {k} recorded"),
    }
    other = N_("1 value in {k} along {axis} recorded")
    thinned = [(axis, k) for axis, k in zip(value.axes, value.strides, strict=True) if k > 1]
    return [tr(texts.get(axis, other), k=k, axis=axis) for axis, k in thinned]


def _scale(picture: ValuePicture, kind: str, tr: Translate) -> list[str]:
    """Return how the shades are to be read."""
    if kind in ("picture", "pattern"):
        return []
    scale = f"{picture.scale:.3g}"
    if picture.signed and len(picture.numbers):
        return [tr(N_("blue above 0, red below"))]
    if picture.signed:
        return [tr(N_("blue above 0, red below; full shade: {scale}"), scale=scale)]
    return [] if len(picture.numbers) else [tr(N_("black: 0; white: {scale}"), scale=scale)]


def _heading(name: str, path: str = "") -> VGroup:
    lines = VGroup(*([cut_short(path, 5.6, SMALL, palette().muted)] if path else []), cut_short(name, 5.6, SMALL))
    return lines.arrange(DOWN, buff=0.06)


def _notes(notes: list[str]) -> VGroup:
    lines = VGroup(*[cut_short(note, 6.2, SMALL, palette().muted) for note in notes])
    return lines.arrange(DOWN, buff=0.05)


def _with_texts(picture: ValuePicture, name: str, path: str, notes: list[str]) -> Group:
    heading = _heading(name, path).next_to(picture.boxes, UP, buff=0.25)
    below = _notes(notes).next_to(picture.boxes, DOWN, buff=0.22)
    return Group(picture.boxes, picture.numbers, heading, below)
