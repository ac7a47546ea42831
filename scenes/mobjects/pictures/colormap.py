"""Maps recorded values to colours: signed values, heights and amounts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scenes.drawing.batched import rgb255
from scenes.look.style import palette

WEAKER = 0.98  # share of the weights of a picture that are fainter than the full colour


def diverging(values: npt.ArrayLike, scale: float) -> np.ndarray:
    """Return the colours of signed values: blue positive, red negative, alpha = |value| / scale, clipped at 1.

    values: (n,). scale: the value that is drawn fully opaque. Returns (n, 4), colours 0-255, alpha 0-1.
    """
    if not scale > 0:
        raise ValueError(f"a diverging scale must be above 0, got {scale}: pass the largest |value| that is drawn")
    signed = np.asarray(values, dtype=np.float32)
    rgba = np.empty((len(signed), 4), dtype=np.float32)
    rgba[:, :3] = np.where(signed[:, None] >= 0, rgb255(palette().positive), rgb255(palette().negative))
    rgba[:, 3] = np.clip(np.abs(signed) / scale, 0, 1)
    return rgba


def full_shade(weights: npt.ArrayLike) -> float:
    """Return the scale for pictures of `weights`: only the strongest two in a hundred have their full colour."""
    return float(np.quantile(np.abs(weights), WEAKER))


def height_colors(values: npt.ArrayLike, low: float, high: float) -> np.ndarray:
    """Return the colours of heights, by hue: the palette's lowest at `low`, its highest at `high`, clipped beyond.

    values: (n,). Returns (n, 4), colours 0-255, alpha 1.
    """
    if not low < high:
        raise ValueError(f"heights run from a lower to a higher value, got {low} and {high}")
    share = np.clip((np.asarray(values, dtype=float) - low) / (high - low), 0, 1)
    stops = np.array([rgb255(code) for code in palette().heights])
    places = np.linspace(0, 1, len(stops))
    rgb = [np.interp(share, places, channel) for channel in stops.T]
    return np.stack([*rgb, np.ones_like(share)], axis=-1).astype(np.float32)


def brightness(values: npt.ArrayLike, scale: float = 1.0) -> np.ndarray:
    """Return the colours of amounts: the bright colour, alpha = value / scale, clipped to 0-1.

    values: (n,). Returns (n, 4), colours 0-255, alpha 0-1.
    """
    amounts = np.asarray(values, dtype=np.float32)
    rgba = np.empty((len(amounts), 4), dtype=np.float32)
    rgba[:, :3] = rgb255(palette().bright)
    rgba[:, 3] = np.clip(amounts / scale, 0, 1)
    return rgba
