"""Makes contact sheets: a whole film on one page, each picture with its time and what is said over it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from renders.base.film_errors import FilmError
from renders.captions.writing import Cue
from renders.encode.poster import write_png
from renders.encode.probe import FilmInfo, film_info, frames_at
from scenes.text.fonts import FontError, find_chinese_font

# Large enough to see a label that is too small or cut off
THUMBNAIL_WIDTH = 480
GAP = 16
TEXT_SIZE = 20
LINE = 28
PAPER, INK, FAINT, CAPTION = (28, 28, 32), (235, 235, 235), (150, 150, 155), (247, 217, 111)
# A PNG of more is not shown by many viewers
MAX_HEIGHT = 30_000

log = logging.getLogger(__name__)
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def contact_sheet(
    film: Path,
    target: Path,
    *,
    columns: int = 4,
    count: int = 16,
    every: float | None = None,
    captions: Sequence[Cue] = (),
) -> None:
    """Write frames of a film, spread evenly from the first to the last, as one PNG.

    columns: frames in a row. count: how many frames. every: seconds between frames, instead of `count`; the last frame
    is there in any case. captions: cues; the one on screen is written under each frame, as much of it as fits.

    Raises FilmError where the film cannot be read or the sheet not be written, there are fewer than one column or two
    frames, or more frames than a picture can hold.
    """
    info = film_info(film)
    numbers = _numbers(info, count, every)
    if columns < 1:
        raise FilmError(f"a contact sheet needs at least one column, not {columns}")
    page = _Page(film.name, info, columns, len(numbers), _font(captions, info))
    for place, (number, pixels) in enumerate(frames_at(film, numbers)):
        seconds = float(number / info.frame_rate)
        page.picture(place, pixels)
        page.words(place, f"{_clock(seconds)}  #{number}", _chapter_at(info, seconds), _caption_at(captions, seconds))
    write_png(np.asarray(page.image), target)


def _numbers(info: FilmInfo, count: int, every: float | None) -> list[int]:
    last = info.frames - 1
    if every is not None:
        step = every * info.frame_rate
        if step < 1:
            raise FilmError(f"a frame every {every:g} s is more than there are at {float(info.frame_rate):g} a second")
        return sorted({round(step * place) for place in range(int(last / step) + 1)} | {last})
    if count < 2:
        raise FilmError(f"a contact sheet shows at least the first and the last frame, so not {count}")
    return sorted({round(last * place / (count - 1)) for place in range(count)})


def _chapter_at(info: FilmInfo, seconds: float) -> str:
    return next((mark.title for mark in reversed(info.chapters) if mark.start <= seconds + 1e-3), "")


def _caption_at(captions: Sequence[Cue], seconds: float) -> str:
    return next((cue.text for cue in captions if cue.start <= seconds + 1e-6 < cue.end), "")


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:05.2f}"


def _font(captions: Sequence[Cue], info: FilmInfo) -> Font:
    """Return a font that has Chinese characters, or Pillow's own with a warning where they will be missing."""
    try:
        found = find_chinese_font()
    except FontError as error:
        texts = [cue.text for cue in captions] + [mark.title for mark in info.chapters]
        if any(not text.isascii() for text in texts):
            log.warning("captions on the contact sheet may show boxes: %s", error)
        return ImageFont.load_default(TEXT_SIZE)
    return _face(found.files[0], found.family)


def _face(file: Path, family: str) -> Font:
    """Return the face of a family in a file: a collection holds the Japanese, Korean and Chinese forms."""
    for index in range(16):
        try:
            font = ImageFont.truetype(file, TEXT_SIZE, index=index)
        except OSError:  # past the last face
            break
        if font.getname()[0] == family:
            return font
    return ImageFont.truetype(file, TEXT_SIZE)


@dataclass
class _Page:
    """A contact sheet while it is drawn."""

    name: str
    info: FilmInfo
    columns: int
    frames: int
    font: Font

    def __post_init__(self) -> None:
        info = self.info
        self.size = (THUMBNAIL_WIDTH, round(THUMBNAIL_WIDTH * info.height / info.width))
        self.cell = (self.size[0] + GAP, self.size[1] + 3 * LINE + GAP)
        rows = -(-self.frames // self.columns)
        height = GAP + LINE + GAP + rows * self.cell[1]
        if height > MAX_HEIGHT:
            raise FilmError(f"{self.frames} frames are too many for one sheet; take fewer, or more columns")
        self.image = Image.new("RGB", (GAP + self.columns * self.cell[0], height), PAPER)
        self.draw = ImageDraw.Draw(self.image)
        facts = f"{info.width}x{info.height}, {float(info.frame_rate):g} fps, {info.frames} frames"
        self.write((GAP, GAP), f"{self.name}   {facts}, {_clock(info.seconds)}", INK, self.image.width - 2 * GAP)

    def corner(self, place: int) -> tuple[int, int]:
        """Return the left and the top of a place, in pixels."""
        row, column = divmod(place, self.columns)
        return GAP + column * self.cell[0], GAP + LINE + GAP + row * self.cell[1]

    def picture(self, place: int, pixels: np.ndarray) -> None:
        """Put a frame, (height, width, 3), into a place."""
        left, top = self.corner(place)
        self.image.paste(Image.fromarray(pixels).resize(self.size, Image.Resampling.LANCZOS), (left, top))
        # A dark film on a dark page: the edge shows where the frame ends
        self.draw.rectangle((left - 1, top - 1, left + self.size[0], top + self.size[1]), outline=FAINT)

    def words(self, place: int, time: str, chapter: str, caption: str) -> None:
        """Write what belongs to a frame below it."""
        left, top = self.corner(place)
        below = top + self.size[1] + 2
        time_width = int(self.font.getlength(time)) + 2 * GAP
        self.write((left, below), time, INK, self.size[0])
        self.write((left + time_width, below), chapter, FAINT, self.size[0] - time_width)
        for line, text in enumerate(caption.split("\n")[:2], start=1):
            self.write((left, below + line * LINE), text, CAPTION, self.size[0])

    def write(self, place: tuple[int, int], text: str, color: tuple[int, int, int], width: int) -> None:
        """Write one line of text, cut off with dots where it is wider than `width` pixels."""
        shown = text
        while shown and self.font.getlength(shown if shown == text else f"{shown}…") > width:
            shown = shown[:-1]
        self.draw.text(place, text if shown == text else f"{shown}…", fill=color, font=self.font)
