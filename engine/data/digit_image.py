"""Brings a user's own picture of a digit into the form of MNIST's, which the network sees.

MNIST's digits are white on black, fitted into 20 × 20 pixels with their proportions kept, and laid into 28 × 28 with
their centre of mass in the middle: LeCun, Bottou, Bengio, Haffner, *Gradient-based learning applied to document
recognition*, 1998, section III.A. Colour, size, and whether ink is dark or light do not matter.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

SIDE, BOX = 28, 20  # pixels of the picture, and of what the digit is fitted into
MOST_PIXELS = 32_000_000  # that are unpacked: of a JPEG, which is read smaller, there may be 64 times as many
LARGEST = 1_000  # pixels along the longer side that are looked at
LEAST_CONTRAST = 0.15  # between ink and paper, of black to white
FAINT = 0.25  # of the way from paper to the strongest ink: less is paper, with its shadows
MOST_INK = 0.6  # share of the picture: a digit is thinner


class DigitImageError(Exception):
    """Raised where no digit can be read from a picture; its message is one line for the user."""


def read_digit(path: str | Path) -> np.ndarray:
    """Return a picture of a digit as the network sees it, (28, 28) float32 in [0, 1], ink bright.

    Raises `DigitImageError` where the file is no picture, or is empty, too large, or shows nothing.
    """
    grey = _read_grey(Path(path))
    ink = _ink_of(grey, path)
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    return _into_the_middle(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def _read_grey(path: Path) -> np.ndarray:
    """Return brightness (height, width) in [0, 1]; what is transparent is white paper."""
    try:
        if path.stat().st_size == 0:
            raise DigitImageError(f"{path} is empty: give a picture of a digit, such as a PNG or a JPEG")
        with Image.open(path) as picture:
            picture.draft("L", (LARGEST, LARGEST))  # a JPEG is read smaller at once
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise _too_large(path)
            upright = ImageOps.exif_transpose(_smaller(picture)).convert("RGBA")
    except Image.DecompressionBombError:
        raise _too_large(path) from None
    except (UnidentifiedImageError, SyntaxError, ValueError):
        raise DigitImageError(f"{path} is not a picture that can be read: give a PNG or a JPEG of a digit") from None
    except OSError as error:
        reason = error.strerror or "it is damaged"
        raise DigitImageError(f"{path} cannot be read: {reason}") from None
    paper = Image.new("RGBA", upright.size, "white")
    return np.asarray(Image.alpha_composite(paper, upright).convert("L"), dtype=np.float64) / 255


def _smaller(picture: Image.Image) -> Image.Image:
    """Return a picture of at most LARGEST pixels a side, with modes such as palettes made RGBA, so that colours mix."""
    mixed = picture if picture.mode in ("L", "LA", "RGB", "RGBA") else picture.convert("RGBA")
    mixed.thumbnail((LARGEST, LARGEST))
    return mixed


def _too_large(path: Path) -> DigitImageError:
    return DigitImageError(f"{path} is too large: at most {MOST_PIXELS:,} pixels are read, so make it smaller")


def _ink_of(grey: np.ndarray, path: str | Path) -> np.ndarray:
    """Return how much ink is on each pixel, 0 to 1; the edge of the picture tells what its paper looks like."""
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink = np.abs(grey - np.median(edge))
    strongest = float(np.quantile(ink, 0.999))
    if strongest < LEAST_CONTRAST:
        raise DigitImageError(f"{path} shows no digit: ink and paper must differ, and all of it looks alike")
    ink = np.clip((ink / strongest - FAINT) / (1 - FAINT), 0, 1)
    if (ink > 0).mean() > MOST_INK:
        raise DigitImageError(f"{path} shows no digit alone: draw one on plain paper, with some paper around it")
    return ink


def _into_the_middle(ink: np.ndarray) -> np.ndarray:
    """Return ink cut to its edges as MNIST has it: fitted into the box, its centre of mass in the middle."""
    height, width = ink.shape
    scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    fitted = np.asarray(
        Image.fromarray((255 * ink).astype(np.uint8)).resize(size, Image.Resampling.BOX), dtype=np.float64
    )
    fitted /= max(float(fitted.max()), 1.0)
    places = np.indices(fitted.shape) * fitted
    middle = places.reshape(2, -1).sum(axis=1) / fitted.sum()  # (row, column)
    room = SIDE - np.array(fitted.shape)
    corner = np.clip(np.round((SIDE - 1) / 2 - middle).astype(int), 0, room)
    pixels = np.zeros((SIDE, SIDE), dtype=np.float32)
    pixels[corner[0] : corner[0] + fitted.shape[0], corner[1] : corner[1] + fitted.shape[1]] = fitted
    return pixels
