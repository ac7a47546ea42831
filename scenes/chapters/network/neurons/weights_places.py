"""Where `weights_as_an_image` puts what it shows, for each shape of frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scenes.look.style import TITLE


@dataclass(frozen=True)
class WeightsLayout:
    """Where image, weights and neuron stand while the weights lie down, and then image, weights and products.

    big: the height of the first two pictures, at `image` and `weights`; small: that of the three, at `three`, with
    `signs` between them. sum_y, sum_size: of the sum written out, the neuron at the end of its line or at `apart`.
    bar: the width of the scale of shades, its note within `room`, at `scale` beside the three pictures.
    """

    big: float
    image: tuple[float, float]
    weights: tuple[float, float]
    neuron: tuple[float, float]
    small: float
    three: tuple[tuple[float, float], ...]
    signs: tuple[tuple[float, float], ...]
    sum_y: float
    scale: tuple[float, float]
    bar: float = 2.4
    room: float = 6.0
    sum_size: float = TITLE
    apart: tuple[float, float] | None = None
    radius: float = 0.72


PLACES: Mapping[str, WeightsLayout] = {
    "16:9": WeightsLayout(
        4.7,
        (-4.25, 0.3),
        (0.95, 0.3),
        (5.5, 0.3),
        3.6,
        ((-4.35, 1.25), (0.0, 1.25), (4.35, 1.25)),
        ((-2.175, 1.25), (2.175, 1.25)),
        -2.75,
        (0.0, -1.7),
    ),
    "4:3": WeightsLayout(
        3.7,
        (-3.0, 0.3),
        (1.1, 0.3),
        (4.05, 0.3),
        2.75,
        ((-3.45, 1.35), (0.0, 1.35), (3.45, 1.35)),
        ((-1.725, 1.35), (1.725, 1.35)),
        -2.3,
        (0.0, -1.12),
        sum_size=0.5,
        radius=0.62,
    ),
    "1:1": WeightsLayout(
        3.3,
        (-1.85, 1.75),
        (1.85, 1.75),
        (0.0, -2.1),
        2.45,
        ((-1.9, 2.3), (1.9, 2.3), (0.0, -0.75)),
        ((0.0, 2.3), (-1.75, -0.75)),
        -2.9,
        (2.5, -1.2),
        1.7,
        2.6,
        0.42,
        (-2.85, -1.4),
        0.6,
    ),
    "9:16": WeightsLayout(
        4.4,
        (0.0, 4.2),
        (0.0, -1.2),
        (0.0, -5.75),
        3.1,
        ((-1.95, 4.9), (1.95, 4.9), (0.0, 0.7)),
        ((0.0, 4.9), (-2.2, 0.7)),
        -2.9,
        (0.0, -2.0),
        sum_size=0.42,
        apart=(0.0, -5.1),
        radius=0.9,
    ),
}
