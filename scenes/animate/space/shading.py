"""Chooses colours of dots by what is right for them, and draws the legend that tells which is which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import LEFT, Group, VGroup

from scenes.animate.shared.fitting import name_within
from scenes.animate.space.dots import Box
from scenes.drawing.batched import rgb255
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Because
from scenes.language.translation import N_
from scenes.look.style import LABEL, SMALL, palette
from scenes.text.typeset import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scenes.animate.shared.own import OwnBeat

ROW = 0.37  # scene units from one class to the next
DOT = 0.09
BAR = (0.24, 2.2, 32)  # width and height of the bar of numbers, scene units, and its cells
ASIDE = 0.14  # scene units between a name and the dot that it stands beside
MOST_COVERED = 6  # dots: more of them are not any worse
ASIDES = ((0, 1), (1, 0), (1, 1), (1, 2), (0, 2), (1.5, 0), (2, 0), (0, 3), (1, 3), (0, 4), (0, 5))  # half its size
LONGEST = 2.2  # scene units of a class's name among the dots
SPAN = 10  # letters of a number


class ByClass:
    """Shading with a colour for each of up to ten classes; the ten with most dots have one, all others are grey.

    labels: (dot,) whole numbers. names: of the classes, None where they are called by their number.
    """

    def __init__(self, labels: np.ndarray, names: Sequence[str] | None) -> None:
        shades = palette().classes
        found, counts = np.unique(labels[labels >= 0], return_counts=True)
        self.classes = len(found)
        self.shown = np.sort(found[np.argsort(-counts, kind="stable")][: len(shades)])
        by_number = len(found) and found.max() < len(shades)
        places = self.shown if by_number else range(len(self.shown))
        self._colors = {int(label): rgb255(shades[place]) for label, place in zip(self.shown, places, strict=True)}
        self._names = names

    def colors(self, labels: np.ndarray) -> np.ndarray:
        """Return (n, 3) colours, 0-255."""
        grey = rgb255(palette().muted)
        return np.array([self._colors.get(int(label), grey) for label in labels]).reshape(-1, 3)

    def shade(self, label: int) -> str:
        """Return the colour of a class as a hex code."""
        red, green, blue = self._colors.get(label, rgb255(palette().muted)).round().astype(int)
        return f"#{red:02x}{green:02x}{blue:02x}"

    def name(self, label: int) -> str:
        """Return the name of a class."""
        known = self._names is not None and 0 <= label < len(self._names)
        return str(self._names[label]) if known and self._names is not None else str(label)

    def legend(self, beat: OwnBeat, corner: tuple[float, float], width: float) -> Group:
        """Return a dot and a name for each class, downwards from a corner; those without a colour are counted."""
        rows = Group()
        for place, label in enumerate(self.shown):
            rows.add(self._row(self.name(int(label)), self._colors[int(label)], place, corner, width))
        if self.classes > len(self.shown):
            others = self.classes - len(self.shown)
            text = beat.translate(N_("{count} other classes"), count=others)
            because = beat.measured("others", others, N_("classes of the dots beside those with the most dots"))
            rows.add(self._row(text, rgb255(palette().muted), len(self.shown), corner, width, because))
        return rows

    def _row(
        self,
        text: str,
        color: np.ndarray,
        place: int,
        corner: tuple[float, float],
        width: float,
        because: Because = None,
    ) -> Group:
        x, y = corner[0] + DOT, corner[1] - ROW * (place + 0.5)
        dot = Tiles(np.array([[x, y, 0]]), DOT, fill=np.append(color, 1)[None], corner=1.0)
        words = name_within(text, width - 0.35, SMALL, palette().text, because=because)
        return Group(dot, words.move_to([x + 0.25, y, 0], aligned_edge=LEFT))


class ByNumber:
    """Shading with colours between red, for the least of numbers (dot,), and blue, for the greatest."""

    def __init__(self, numbers: np.ndarray) -> None:
        self.low, self.high = float(np.nanmin(numbers)), float(np.nanmax(numbers))

    def colors(self, numbers: np.ndarray) -> np.ndarray:
        """Return (n, 3) colours, 0-255; what lies beyond either end has the colour of the end."""
        across = self.high - self.low
        share = np.clip((np.asarray(numbers) - self.low) / across if across else 0.5 + 0 * numbers, 0, 1)
        ends = [rgb255(shade) for shade in (palette().negative, palette().line, palette().positive)]
        return np.column_stack([np.interp(share, (0, 0.5, 1), [end[k] for end in ends]) for k in range(3)])

    def legend(self, beat: OwnBeat, corner: tuple[float, float], width: float) -> Group:
        """Return an upright bar of the colours, with the numbers at its ends."""
        across, upwards, cells = BAR
        title = beat.words(N_("target"), SMALL, color=palette().muted)
        title.move_to([corner[0], corner[1] - ROW / 2, 0], aligned_edge=LEFT)
        top = corner[1] - 1.6 * ROW
        y = top - upwards * (1 - (np.arange(cells) + 0.5) / cells)
        numbers = np.linspace(self.low, self.high, cells)
        fill = np.column_stack([self.colors(numbers), np.ones(cells)])
        centers = np.column_stack([np.full(cells, corner[0] + across / 2), y, np.zeros(cells)])
        bar = Tiles(centers, 0.52 * upwards / cells, fill=fill)
        stretched = bar.points.reshape(-1, 4, 3)
        stretched[..., 0] = centers[:, :1] + np.sign(stretched[..., 0] - centers[:, :1]) * across / 2
        how = N_("the smallest and the largest target of a dot, at the ends of the bar")
        because = beat.measured("targets", [self.low, self.high], how)
        ends = [
            Words(f"{number:.3g}"[:SPAN].replace("-", "−"), SMALL, palette().muted, because=because).move_to(
                [corner[0] + across + 0.2, place, 0], aligned_edge=LEFT
            )
            for number, place in ((self.high, top), (self.low, top - upwards))
        ]
        return Group(title, bar, *ends)


class Alike:
    """Shading with one colour for all dots, where nothing is known of them."""

    def colors(self, values: np.ndarray) -> np.ndarray:
        """Return (n, 3) colours, 0-255."""
        return np.tile(rgb255(palette().positive), (len(values), 1))

    def legend(self, beat: OwnBeat, corner: tuple[float, float], width: float) -> Group:
        """Return an empty group."""
        return Group()


Shading = ByClass | ByNumber | Alike


def names_at(shading: ByClass, places: np.ndarray, labels: np.ndarray, box: Box) -> VGroup:
    """Return the names of classes beside their dots (n, 2) in a box, those for which there is room, in their colours.

    A name stands as near to the middle of its dots as it can without covering others: a scene unit away is as bad as a
    dot that is covered.
    """
    left, bottom, width, height = box
    asides = np.unique([(x * across, y * up) for x, y in ASIDES for across in (1, -1) for up in (1, -1)], axis=0)
    names = VGroup()
    for label in shading.shown:
        name = name_within(shading.name(int(label)), LONGEST, LABEL, shading.shade(int(label)))
        half = np.array([name.width, name.height]) / 2
        spots = places[labels == label].mean(axis=0) + asides * (half + ASIDE)
        low, high = np.array([left, bottom]) + half + 0.1, np.array([left + width, bottom + height]) - half - 0.1
        spots = spots[((spots >= low) & (spots <= high)).all(axis=1)]
        covered = (np.abs(places[None] - spots[:, None]) < half + DOT).all(axis=2).sum(axis=1)
        away = np.linalg.norm(spots - places[labels == label].mean(axis=0), axis=1)
        for spot in spots[np.argsort(np.minimum(covered, MOST_COVERED) + away)]:
            name.move_to([*spot, 0])
            if all(_apart(name, other) for other in names):
                names.add(name)
                break
    return names


def _apart(one: Words, other: Words) -> bool:
    room = np.array([one.width + other.width, one.height + other.height]) / 2
    gaps = np.abs(one.get_center() - other.get_center())[:2] - room
    return bool((gaps > 0.08).any())
