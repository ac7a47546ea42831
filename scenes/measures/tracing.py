"""Finds the strokes of a drawn digit in its pixels, so that a smooth curve laid over the picture lies on the ink.

Places are (column, row) in pixels, (0, 0) the middle of the upper left pixel.
"""

from __future__ import annotations

import itertools

import numpy as np

INK = 0.5  # a pixel at least this bright is ink
_REACH = 0.1  # pixels: the step along a ray
_HARMONICS = 4  # of a loop's outline: what is kept is smooth, what goes is the pixels' raggedness


def holes(pixels: np.ndarray) -> list[np.ndarray]:
    """Return the dark areas that ink encloses as masks (rows, columns), the largest first.

    pixels: (rows, columns) in [0, 1].
    """
    dark = np.asarray(pixels) < INK
    edge = np.zeros_like(dark)
    edge[[0, -1]], edge[:, [0, -1]] = True, True
    left = dark & ~_flood(edge & dark, dark)
    found = []
    while left.any():
        seed = np.zeros_like(dark)
        seed[np.unravel_index(np.argmax(left), left.shape)] = True
        found.append(_flood(seed, left))
        left &= ~found[-1]
    return sorted(found, key=lambda hole: -int(hole.sum()))


def _flood(seed: np.ndarray, area: np.ndarray) -> np.ndarray:
    """Return all of `area` that touches `seed` side by side, step by step."""
    reached = seed
    while True:
        grown = reached.copy()
        grown[1:] |= reached[:-1]
        grown[:-1] |= reached[1:]
        grown[:, 1:] |= reached[:, :-1]
        grown[:, :-1] |= reached[:, 1:]
        grown &= area
        if np.array_equal(grown, reached):
            return reached
        reached = grown


def trace_loop(pixels: np.ndarray, hole: np.ndarray, count: int = 96) -> np.ndarray:
    """Return the middle of the stroke around a hole, (count, 2), closed: the last place is the first.

    Rays run from the hole's middle to the ink; half the stroke's usual thickness further on is its middle. A ray that
    runs along another stroke, as into the line of a nine, so stays on the loop.
    """
    rows, columns = np.nonzero(hole)
    middle = np.array([columns.mean(), rows.mean()])
    angles = np.linspace(0, 2 * np.pi, count - 1, endpoint=False)
    rays = np.stack([np.cos(angles), np.sin(angles)], axis=1)  # (ray, 2)
    reach = np.arange(0, max(pixels.shape), _REACH)
    along = _sample(pixels, middle + rays[:, None] * reach[:, None]) >= INK  # (ray, step)
    begin = np.argmax(along, axis=1)
    thickness = np.array([_run(ray[first:]) for ray, first in zip(along, begin, strict=True)]) * _REACH
    places = middle + rays * (begin * _REACH + np.median(thickness) / 2)[:, None]
    smooth = _smooth_loop(places)
    return np.concatenate([smooth, smooth[:1]])


def _run(flags: np.ndarray) -> int:
    """Return how many flags are set from the first one on."""
    return len(flags) if flags.all() else int(np.argmin(flags))


def _smooth_loop(places: np.ndarray) -> np.ndarray:
    """Return a closed curve (n, 2) without the ripples that are finer than `_HARMONICS`."""
    spectrum = np.fft.fft(places[:, 0] + 1j * places[:, 1])
    finer = np.abs(np.fft.fftfreq(len(places), 1 / len(places))) > _HARMONICS
    spectrum[finer] = 0
    smooth = np.fft.ifft(spectrum)
    return np.stack([smooth.real, smooth.imag], axis=1)


def trace_line(pixels: np.ndarray, top: float, count: int = 48) -> np.ndarray:
    """Return the middle of the rightmost stroke from the row `top` down to its end, (count, 2).

    It lies half the stroke's usual thickness within the ink's right edge, so that a loop which meets the stroke from
    the left does not bend it; a cubic through all rows is the line.
    """
    ink = np.asarray(pixels) >= INK
    rows = np.flatnonzero(ink.any(axis=1))
    rows = rows[rows >= top]
    mirrored = ink[rows, ::-1]
    edge = np.argmax(mirrored, axis=1)  # dark pixels right of the stroke
    thickness = np.median([_run(row[first:]) for row, first in zip(mirrored, edge, strict=True)])
    middles = ink.shape[1] - 0.5 - edge - thickness / 2
    fitted = np.polynomial.Polynomial.fit(rows, middles, min(3, len(rows) - 1))
    along = np.linspace(rows[0], rows[-1], count)
    return np.stack([fitted(along), along], axis=1)


def _sample(pixels: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return the brightness at places (..., 2) between pixels, bilinear; the outside is dark."""
    padded = np.pad(np.asarray(pixels, dtype=float), 1)
    x = np.clip(places[..., 0] + 1, 0, padded.shape[1] - 1.001)
    y = np.clip(places[..., 1] + 1, 0, padded.shape[0] - 1.001)
    column, row = x.astype(int), y.astype(int)
    right, down = x - column, y - row
    upper = padded[row, column] * (1 - right) + padded[row, column + 1] * right
    lower = padded[row + 1, column] * (1 - right) + padded[row + 1, column + 1] * right
    return upper * (1 - down) + lower * down


def cut_curve(curve: np.ndarray, pieces: int) -> list[np.ndarray]:
    """Return a curve (n, 2) cut into pieces of equal length, each (m, 2); neighbours share the place of the cut."""
    steps = np.linalg.norm(np.diff(curve, axis=0), axis=1)
    length = np.concatenate([[0], np.cumsum(steps)])
    each = max(2, -(-len(curve) // pieces)) + 1
    stops = np.linspace(0, length[-1], pieces + 1)
    wanted = [np.linspace(a, b, each) for a, b in itertools.pairwise(stops)]
    return [np.stack([np.interp(at, length, curve[:, k]) for k in (0, 1)], axis=1) for at in wanted]
