"""Contains the animation that moves each item of a batched mobject to its own place in its own time."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim.animation.animation import Animation
from manim.utils.rate_functions import linear

from scenes.drawing.batched import Batched


class Flight(Animation):
    """Turns a batched mobject into `target`, one of its kind with as many items, one item after the other.

    order: (n,) in 0 to 1, when each item leaves; by default they leave in the order in which they are kept. lag: share
    of the time between the first departure and the last. arc: how far the ways bend to the left, as a share of their
    length. The whole runs evenly unless `rate_func` says otherwise; each item starts and ends softly.
    """

    def __init__(
        self,
        mobject: Batched,
        target: Batched,
        *,
        order: np.ndarray | None = None,
        lag: float = 0.6,
        arc: float = 0.0,
        **kwargs: Any,
    ) -> None:
        count = len(mobject)
        if len(target) != count or target.item_arrays != mobject.item_arrays:
            raise ValueError(
                f"{count} items of {type(mobject).__name__} can fly to as many of their kind only, "
                f"not to {len(target)} of {type(target).__name__}"
            )
        if not 0 <= lag < 1:
            raise ValueError(f"lag is a share of the time from 0 to below 1, got {lag}")
        self._target, self._lag, self._arc = target, lag, arc
        self._order = np.linspace(0, 1, count) if order is None else np.asarray(order, dtype=float)
        super().__init__(mobject, **{"rate_func": linear, **kwargs})

    def progress(self, alpha: float) -> np.ndarray:
        """Return how far each item has come, (n,) in 0 to 1, when `alpha` of the animation is over."""
        passed = (self.rate_func(alpha) - self._order * self._lag) / (1 - self._lag)
        share = np.clip(passed, 0, 1)
        return share * share * (3 - 2 * share)

    def interpolate_mobject(self, alpha: float) -> None:
        start, end, flying = self.starting_mobject, self._target, self.mobject
        share = self.progress(alpha)  # (item,)
        flying.points = self._ways(start.points, end.points, share)
        for name in ("shown", *flying.item_arrays):
            first, last = getattr(start, name), getattr(end, name)
            gone = np.round(share) if name in flying.switched_arrays else share
            mine = gone.reshape(-1, *[1] * (first.ndim - 1)).astype(np.float32)
            setattr(flying, name, first * (1 - mine) + last * mine)
        flying.opacity = start.opacity + (end.opacity - start.opacity) * self.rate_func(alpha)

    def _ways(self, start: np.ndarray, end: np.ndarray, share: np.ndarray) -> np.ndarray:
        """Return the points (n * points_each, 3) of items that have come so far."""
        each = self.mobject.points_each
        first, last = start.reshape(-1, each, 3), end.reshape(-1, each, 3)
        straight = first + (last - first) * share[:, None, None]
        way = last.mean(axis=1) - first.mean(axis=1)  # (item, 3)
        aside = np.stack([-way[:, 1], way[:, 0], 0 * way[:, 2]], axis=1)
        bend = self._arc * np.sin(np.pi * share)
        return (straight + (aside * bend[:, None])[:, None]).reshape(-1, 3)
