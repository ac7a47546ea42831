"""Draws captions into pictures: the film is drawn a little smaller, and the captions stand in a band below it.

Nothing of the film is covered. Since a film's background is one colour, the band does not stand out.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PIL import Image

from renders.captions.writing import Cue
from scenes.text.typst_outlines import typst_png
from scenes.text.typst_source import words_document

BAND = 0.13  # of the frame's height: two lines and some air
LETTER = 0.044  # of the frame's height: one em
AIR = 0.018  # of the frame's height, below the last line
WIDEST = 0.94  # of the frame's width


class Burner:
    """Puts captions into pictures of one film.

    background, text: colours, red, green and blue from 0 to 255. Pictures have alpha where the film has.
    """

    def __init__(self, cues: Sequence[Cue], background: Sequence[int], text: Sequence[int]) -> None:
        self._cues, self._background, self._text = cues, background, text

    def picture(self, pixels: np.ndarray, seconds: float) -> np.ndarray:
        """Return a picture, (height, width, 3 or 4) uint8, with the caption of that time. seconds: from the start."""
        height, width, channels = pixels.shape
        page = Image.new("RGBA", (width, height), (*self._background, 255 if channels == 3 else 0))
        small = 1 - BAND
        film = Image.fromarray(pixels).resize((round(width * small), round(height * small)), Image.Resampling.LANCZOS)
        page.paste(film, ((width - film.width) // 2, 0))
        said = next((cue.text for cue in self._cues if cue.start <= seconds + 1e-6 < cue.end), "")
        if said:
            self._write(page, said)
        return np.asarray(page)[..., :channels]

    def _write(self, page: Image.Image, said: str) -> None:
        letters = letter_coverage(said, page.height * LETTER, page.width * WIDEST)
        ink = Image.new("RGBA", letters.size, (*self._text, 255))
        ink.putalpha(letters)
        place = ((page.width - letters.width) // 2, round(page.height * (1 - AIR)) - letters.height)
        page.alpha_composite(ink, (max(0, place[0]), max(0, place[1])))


@lru_cache(maxsize=64)
def letter_coverage(text: str, em: float, widest: float) -> Image.Image:
    """Return how much of each pixel letters cover, as a grey picture. em, widest: pixels."""
    document = words_document(text, weight="regular", align="center", line_width=None, code=False)
    letters = Image.open(io.BytesIO(typst_png(document, em))).getchannel("A")
    if letters.width > widest:  # a narrow frame: smaller letters rather than cut ones
        letters = letters.resize((round(widest), round(letters.height * widest / letters.width)))
    return letters
