"""How like a film's picture is to what was drawn.

Reference: Wang, Bovik, Sheikh, Simoncelli 2004, "Image quality assessment: from error visibility to structural
similarity", with tiles of 8×8 pixels in the place of the sliding window.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TILE = 8
LUMA = np.array([0.2126, 0.7152, 0.0722])
SOMETHING = 4.0  # variance of a tile's luma from which on it holds something


@dataclass(frozen=True)
class Likeness:
    """Of one picture: mean SSIM of the tiles that hold something, and the mean error of red, green and blue, 0-255."""

    ssim: float
    color: float


def compare(drawn: np.ndarray, shown: np.ndarray) -> Likeness:
    """Compare what was drawn, (height, width, 3 or 4), with a film's picture, (height, width, 3); uint8 both."""
    one, other = _tiles(drawn[..., :3]), _tiles(shown)
    luma, luma_shown = one @ LUMA, other @ LUMA
    mean, mean_shown = luma.mean(axis=1), luma_shown.mean(axis=1)
    variance, variance_shown = luma.var(axis=1), luma_shown.var(axis=1)
    common = (luma * luma_shown).mean(axis=1) - mean * mean_shown
    steady, steady_variance = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    ssim = (2 * mean * mean_shown + steady) * (2 * common + steady_variance)
    ssim /= (mean**2 + mean_shown**2 + steady) * (variance + variance_shown + steady_variance)
    holding = variance > SOMETHING
    return Likeness(float(ssim[holding].mean()) if holding.any() else 1.0, float(np.abs(one - other).mean()))


def _tiles(picture: np.ndarray) -> np.ndarray:
    """Return (tile, pixel, 3) floats; what does not fill a tile at the right and at the bottom is left out."""
    rows, columns = picture.shape[0] // TILE, picture.shape[1] // TILE
    cut = picture[: rows * TILE, : columns * TILE].astype(float)
    return cut.reshape(rows, TILE, columns, TILE, 3).swapaxes(1, 2).reshape(-1, TILE * TILE, 3)
