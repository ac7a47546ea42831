"""What a beat looks like at the end of each of its lines, in small, as a strip that is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from engine.recording import Recording
from scenes.animate.composition import compose
from scenes.beats.entries import ChapterEntry
from scenes.catalog import CHAPTERS
from tests.support.playing import SETTINGS

KEPT = Path(__file__).parent / "kept"
WIDTH = SETTINGS["pixel_width"]
BLOCK = 10  # pixels of the sides of the blocks whose mean colours are compared
NEAR = 12  # of 255: mean colours nearer than that are the same
ALIKE = 0.97  # share of the blocks that must be the same
ANIMATED = "digits"  # the short run whose own film is looked at, too


def films(recordings: Mapping[str, Recording]) -> Iterator[tuple[ChapterEntry, Mapping[str, Recording]]]:
    """Yield the chapters, and the film of a recording, each with what it is drawn from."""
    for chapter in CHAPTERS:
        yield chapter, recordings
    yield compose(recordings[ANIMATED], (), name=ANIMATED), recordings


def place_of(chapter: str, beat: str) -> Path:
    """Return where the strip of a beat is kept."""
    return KEPT / chapter / f"{beat}.png"


def write_strip(pictures: np.ndarray, path: Path) -> None:
    """Write pictures (line, height, width, 3) beside one another into a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.concatenate(list(pictures), axis=1)).quantize(256).save(path, optimize=True)


def read_strip(path: Path) -> np.ndarray:
    """Return the pictures of a strip, (line, height, width, 3)."""
    strip = np.asarray(Image.open(path).convert("RGB"))
    return np.stack(np.split(strip, strip.shape[1] // WIDTH, axis=1))


def apart(now: np.ndarray, kept: np.ndarray) -> list[int]:
    """Return the lines at whose ends a beat looks otherwise than it did: (line, height, width, 3) of both."""
    same = np.abs(blocks(now) - blocks(kept)).max(axis=-1) < NEAR
    return np.flatnonzero(same.mean(axis=(1, 2)) < ALIKE).tolist()


def blocks(pictures: np.ndarray) -> np.ndarray:
    """Return the mean colours of the blocks of pictures, (line, row, column, 3)."""
    lines, height, width, channels = pictures.shape
    cut = pictures.reshape(lines, height // BLOCK, BLOCK, width // BLOCK, BLOCK, channels)
    return cut.mean(axis=(2, 4), dtype=float)
