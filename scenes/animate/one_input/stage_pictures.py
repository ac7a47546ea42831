"""Draws the values of one example at one place of a model, with all that has to be said about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from manim import DOWN, UP, Group, VGroup

from scenes.animate.one_input.example import Value
from scenes.animate.shared.fitting import cut_short, cut_to
from scenes.evidence.evidence import Because
from scenes.language.translation import N_
from scenes.look.style import SMALL, palette
from scenes.mobjects.pictures.value_pictures import (
    ValuePicture,
    colour_picture,
    map_pictures,
    pattern_pictures,
    strip_picture,
    unit_pictures,
)
from scenes.text.tokens import TokenRow
from scenes.text.typeset import Words

WIDTH, HEIGHT = 4.7, 3.8  # scene units that a picture may take
COLUMN = 4.4  # scene units that a column of units may take
CHANNELS, UNITS, POSITIONS, DEEP, HEADS = 16, 256, 64, 32, 6  # of each, what is drawn at most
SIDE, SMALL_SIDE = 56, 28  # cells a side at most, of what goes in and of a map inside
CHIPS = 24  # tokens that are shown as chips

Translate = Callable[..., str]
Note = tuple[str, dict[str, object]]  # a text to be translated, and the values in it


@dataclass
class StagePicture:
    """The picture of one example at one place, with its texts.

    group: all that belongs together. kind: for what is said of it. values: the boxes that move, None where there are
    tokens. told: the numbers by which its notes tell what was left out. units: the values of all units where each has
    its box, else None.
    """

    kind: str
    group: Group
    values: ValuePicture | None
    chips: TokenRow | None = None
    told: tuple[int, ...] = ()
    units: np.ndarray | None = None

    @property
    def beside(self) -> Group:
        """All parts but the boxes or tokens themselves."""
        flying = self.values.boxes if self.values else self.chips
        return Group(*[part for part in self.group.submobjects if part is not flying])


def picture_of(
    value: Value,
    tr: Translate,
    name: str,
    tokens: list[str] | None = None,
    path: str = "",
    *,
    because: Because = None,
) -> StagePicture:
    """Return the picture of a value; what its notes and numbers rest on is for the beat to say.

    name: what is written above it, a quotation unless `because` is given. tokens: how whole numbers are called. path:
    of the module, "" where it goes without.
    """
    if value.values.dtype.kind in "iu" and value.axes == ("position",):
        return _tokens(value, tr, _heading(name, because=because), tokens)
    kind, picture, notes = _drawn(value)
    told = [tr(text, **values) for text, values in (*notes, *_scale(picture, kind))]
    whole = kind == "units" and len(picture.boxes) == value.values.size == int(np.prod(value.whole, dtype=int))
    units = np.nan_to_num(value.values.ravel()) if whole else None
    group = _with_texts(picture, _heading(name, path, because=because), told)
    return StagePicture(kind, group, picture, told=_numbers_of(notes), units=units)


def _numbers_of(notes: list[Note]) -> tuple[int, ...]:
    """Return the whole numbers that notes tell."""
    return tuple(sorted({number for _, values in notes for number in values.values() if isinstance(number, int)}))


def _drawn(value: Value) -> tuple[str, ValuePicture, list[Note]]:
    values = value.values
    if value.axes == ("head", "query", "key"):
        return _patterns(value)
    if value.axes[-2:] == ("height", "width") and values.shape[-2] * values.shape[-1] > 1:
        return _maps(value)
    if value.axes == ("channel", "position"):
        return _strip(values.T, value, 0)
    if value.axes == ("position", "feature"):
        return _strip(values, value, 1)
    return _units(value)


def _maps(value: Value) -> tuple[str, ValuePicture, list[Note]]:
    maps = np.asarray(value.values, dtype=float)
    maps = maps.reshape(-1, *maps.shape[-2:])
    entry = value.array.startswith("probe.")
    thin = max(1, -(-max(maps.shape[-2:]) // (SIDE if entry else SMALL_SIDE)))
    notes = _sampled(value)
    if thin > 1:
        notes.append((N_("1 pixel in {k} shown, across and down"), {"k": thin}))
    maps = maps[:, ::thin, ::thin]
    if entry and len(maps) == 3:
        low, high = float(np.nanmin(maps)), float(np.nanmax(maps))
        notes.append((N_("colour planes from {low} to {high}"), {"low": f"{low:.3g}", "high": f"{high:.3g}"}))
        return "picture", colour_picture((maps - low) / max(high - low, 1e-9), WIDTH, HEIGHT), notes
    aspect = value.strides[-2] / value.strides[-1]
    total = int(np.prod(value.whole[:-2], dtype=int))
    chosen = _strongest(np.nan_to_num(maps).reshape(len(maps), -1).var(axis=1), CHANNELS)
    if len(chosen) < len(maps):
        notes.insert(0, (N_("{count} of {all} channels: those that vary most"), {"count": len(chosen), "all": total}))
    height = 3.0 if entry and len(maps) == 1 else HEIGHT
    return "picture" if entry else "maps", map_pictures(maps[chosen], WIDTH, height, aspect), notes


def _units(value: Value) -> tuple[str, ValuePicture, list[Note]]:
    units = np.asarray(value.values, dtype=float).ravel()
    chosen = _strongest(np.abs(np.nan_to_num(units)), UNITS)
    notes, total = _sampled(value), int(np.prod(value.whole, dtype=int))
    if len(chosen) < len(units):
        notes.insert(0, (N_("{count} of {all} values: the largest"), {"count": len(chosen), "all": total}))
    return "units", unit_pictures(units[chosen], COLUMN), notes


def _strip(values: np.ndarray, value: Value, deep: int) -> tuple[str, ValuePicture, list[Note]]:
    """Return a strip of (position, unit). deep: which axis of the value is the unit's."""
    notes = _sampled(value)
    shown = np.asarray(values, dtype=float)[:POSITIONS]
    chosen = _strongest(np.nan_to_num(shown).var(axis=0), DEEP)
    total, positions = value.whole[deep], value.whole[1 - deep]
    if len(chosen) < values.shape[1]:
        notes.insert(0, (N_("{count} of {all} units: those that vary most"), {"count": len(chosen), "all": total}))
    if len(shown) < len(values):
        notes.append((N_("the first {count} of {all} positions"), {"count": len(shown), "all": positions}))
    kind = "hidden" if value.array.endswith(".hidden_state") else "strip"
    notes.append((N_("positions →, units ↓"), {}))
    return kind, strip_picture(shown[:, chosen], WIDTH, HEIGHT), notes


def _patterns(value: Value) -> tuple[str, ValuePicture, list[Note]]:
    heads, queries, keys = value.values.shape
    few = 4 if queries * keys > 1024 else HEADS
    shown = value.values[:few, :POSITIONS, :POSITIONS]
    notes = _sampled(value)
    if len(shown) < heads:
        notes.insert(0, (N_("the first {count} of {all} heads"), {"count": len(shown), "all": value.whole[0]}))
    if shown.shape[1] < queries:
        notes.append((N_("the first {count} of {all} positions"), {"count": POSITIONS, "all": value.whole[1]}))
    notes += [(N_("each row looks at the columns that shine"), {}), (N_("shade: √ of the weight"), {})]
    return "pattern", pattern_pictures(shown, WIDTH, HEIGHT), notes


def _tokens(value: Value, tr: Translate, heading: VGroup, called: list[str] | None) -> StagePicture:
    numbers = value.values[:CHIPS].tolist()
    texts = [called[number] if called and 0 <= number < len(called) else str(number) for number in numbers]
    chips = TokenRow(texts, width=WIDTH)
    notes = _sampled(value)
    if len(numbers) < len(value.values):
        notes.append((N_("the first {count} of {all} positions"), {"count": len(numbers), "all": value.whole[0]}))
    below = _notes([tr(text, **values) for text, values in notes]).next_to(chips, DOWN, buff=0.3)
    group = Group(chips, heading.next_to(chips, UP, buff=0.35), below)
    return StagePicture("tokens", group, None, chips, _numbers_of(notes))


def _strongest(amounts: np.ndarray, count: int) -> np.ndarray:
    """Return the positions of the largest amounts, in their own order."""
    return np.sort(np.argsort(-amounts, kind="stable")[:count])


def _sampled(value: Value) -> list[Note]:
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
    return [(texts.get(axis, other), {"k": k, "axis": axis}) for axis, k in thinned]


def _scale(picture: ValuePicture, kind: str) -> list[Note]:
    """Return how the shades are to be read."""
    if kind == "pattern" or picture.coloured:
        return []
    scale = f"{picture.scale:.3g}"
    if picture.signed and len(picture.numbers):
        return [(N_("blue above 0, red below"), {})]
    if picture.signed:
        return [(N_("blue above 0, red below; full shade: {scale}"), {"scale": scale})]
    return [] if len(picture.numbers) else [(N_("black: 0; white: {scale}"), {"scale": scale})]


def _heading(name: str, path: str = "", *, because: Because = None) -> VGroup:
    above = [cut_short(path, 5.6, SMALL, palette().muted)] if path else []
    return VGroup(*above, cut_short(name, 5.6, SMALL, because=because)).arrange(DOWN, buff=0.06)


def _notes(notes: list[str]) -> VGroup:
    lines = VGroup(*[cut_to(6.2, note, lambda kept: Words(kept, SMALL, palette().muted)) for note in notes])
    return lines.arrange(DOWN, buff=0.05)


def _with_texts(picture: ValuePicture, heading: VGroup, notes: list[str]) -> Group:
    below = _notes(notes).next_to(picture.boxes, DOWN, buff=0.22)
    return Group(picture.boxes, picture.numbers, heading.next_to(picture.boxes, UP, buff=0.25), below)
