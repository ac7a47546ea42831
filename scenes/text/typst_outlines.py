"""Turns Typst documents into outlines, which are kept in memory and, where a folder is set, on disk.

A label costs a few milliseconds to set and to read; kept, it costs about one, and Typst need not be loaded at all.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.metadata
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from engine.files.replacing import written_whole
from scenes.text.fonts import EMBEDDED, FontError, find_chinese_font, has_chinese
from scenes.text.script_fonts import script_font_digest, script_fonts
from scenes.text.typst_source import BASELINE_TAG, EM
from scenes.text.typst_svg import Shape, read_shapes

if TYPE_CHECKING:
    import typst

_FORMAT = 1  # to be raised when what is kept changes its meaning


class TypesettingError(ValueError):
    """A document that Typst could not set; the message is Typst's own, with its hint."""


@dataclass(frozen=True)
class Outlines:
    """The outlines that a document draws, in ems, y up, the first baseline at y = 0.

    points: (n, 2) cubic Bézier points, four a curve. lengths: (glyph,) points of each glyph. pens: (glyph, 2) where
    each stands. tags: (glyph,) the fill that it was given, as a number. Read-only.
    """

    points: np.ndarray
    lengths: np.ndarray
    pens: np.ndarray
    tags: np.ndarray

    def glyphs(self) -> list[np.ndarray]:
        """Return the points of each glyph, (k, 2)."""
        return np.split(self.points, np.cumsum(self.lengths)[:-1]) if len(self.lengths) else []


# Keeping ------------------------------------------------------------------------------------------------------

CACHE_VARIABLE = "NEUROREEL_CACHE"


def set_cache_folder(folder: str | os.PathLike[str] | None) -> None:
    """Keep outlines in `folder` between runs, or nowhere where it is None; processes started from here do the same."""
    if folder is None:
        os.environ.pop(CACHE_VARIABLE, None)
    else:
        os.environ[CACHE_VARIABLE] = os.fspath(folder)


def cache_folder() -> Path | None:
    """Return the folder in which outlines are kept between runs, None for nowhere."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named) if named else None


@functools.lru_cache(maxsize=4096)
def outlines_of(document: str) -> Outlines:
    """Return the outlines of a Typst document.

    Raises TypesettingError where Typst refuses it, FontError where a character has no glyph.
    """
    folder = cache_folder()
    if folder is None:
        return _set(document)
    file = folder / "typeset" / f"{_digest(document)}.npz"
    kept = _load(file)
    if kept is None:
        kept = _set(document)
        _save(file, kept)
    return kept


def _digest(document: str) -> str:
    fonts = find_chinese_font().digest if has_chinese(document) else ""
    fonts += script_font_digest(document)
    key = "\0".join([str(_FORMAT), importlib.metadata.version("typst"), fonts, document])
    return hashlib.sha256(key.encode()).hexdigest()


def _load(file: Path) -> Outlines | None:
    """Return what is kept in a file; None where there is none or it is damaged."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return _read_only(Outlines(*(arrays[part.name] for part in fields(Outlines))))
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def _save(file: Path, outlines: Outlines) -> None:
    """Write under a name of its own, then move into place: two processes may save the same label.

    A folder that cannot be written costs time, not the film.
    """
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(file) as draft, draft.open("wb") as stream:
            _write_arrays(stream, {part.name: getattr(outlines, part.name) for part in fields(Outlines)})


def _write_arrays(stream: BinaryIO, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays as NumPy's own `savez` does, but for the time, of which a zip knows only the years 1980 to 2107."""
    with zipfile.ZipFile(stream, "w") as archive:
        for name, values in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w") as member:
                np.lib.format.write_array(member, values, allow_pickle=False)


def _read_only(outlines: Outlines) -> Outlines:
    for part in fields(Outlines):
        getattr(outlines, part.name).setflags(write=False)
    return outlines


# Setting ------------------------------------------------------------------------------------------------------


def _set(document: str) -> Outlines:
    others = script_fonts(document)
    folders = _folders_for(document)
    shapes = _compile(document, folders)
    # a character that no named font has is set as an empty box: refuse that rather than film it
    boxes = _missing_glyphs(folders, tuple(font.family for font in others))
    if any(_same_outline(shape.curves, box) for shape in shapes for box in boxes):
        missing = _missing_characters(document, folders, boxes)
        raise FontError(f"no glyph for {missing} in the fonts that films are set in")
    return _read_only(_in_ems(shapes))


def _compile(document: str, folders: tuple[str, ...]) -> list[Shape]:
    import typst

    try:
        svg = _compiler(folders).compile(document.encode(), format="svg")
    except typst.TypstError as error:
        hint = f" ({error.hints[0]})" if error.hints else ""
        raise TypesettingError(f"{error.message}{hint}") from None
    if not isinstance(svg, bytes):
        raise TypesettingError("it takes more than one page")
    return read_shapes(svg)


def _folders_for(document: str) -> tuple[str, ...]:
    """Return the folders of the fonts that a document needs beside those in Typst."""
    chinese = find_chinese_font().folders if has_chinese(document) else ()
    return tuple(dict.fromkeys((*chinese, *(str(font.file.parent) for font in script_fonts(document)))))


def typst_png(document: str, em: float) -> bytes:
    """Return a document as a PNG with alpha, its letters `em` pixels large.

    Raises TypesettingError where it takes more than one page, FontError where no Chinese font is found for Chinese.
    """
    folders = _folders_for(document)
    drawn = _compiler(folders).compile(document.encode(), format="png", ppi=72 * em / EM)
    if not isinstance(drawn, bytes):
        raise TypesettingError("it takes more than one page")
    return drawn


@functools.lru_cache(maxsize=4)
def _compiler(folders: tuple[str, ...]) -> typst.Compiler:
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))
    return typst.Compiler(font_paths=fonts)


def _in_ems(shapes: list[Shape]) -> Outlines:
    """Turn the page's points into ems, y up, from the marked baseline, or else the first one that a glyph stands on."""
    marks = [shape.pen[1] for shape in shapes if _tag(shape) == BASELINE_TAG]
    shapes = [shape for shape in shapes if len(shape.curves) and _tag(shape) != BASELINE_TAG]
    baseline = marks[0] if marks else min((shape.pen[1] for shape in shapes), default=0.0)
    scale, origin = np.array([1, -1]) / EM, np.array([0, baseline])
    empty = np.zeros((0, 2))
    return Outlines(
        points=(np.concatenate([empty, *(shape.curves for shape in shapes)]) - origin) * scale,
        lengths=np.array([len(shape.curves) for shape in shapes], dtype=np.int64),
        pens=(np.array([shape.pen for shape in shapes]).reshape(-1, 2) - origin) * scale,
        tags=np.array([_tag(shape) for shape in shapes], dtype=np.int64),
    )


def _tag(shape: Shape) -> int:
    return int(shape.fill.lstrip("#") or "0", 16)


# What is missing ----------------------------------------------------------------------------------------------

_NO_CHARACTER = "\U0010ffff"


@functools.lru_cache(maxsize=4)
def _missing_glyphs(folders: tuple[str, ...], others: tuple[str, ...]) -> tuple[np.ndarray, ...]:
    """Return the outlines that stand for a missing character, one for each font that can be asked first.

    others: the families that are in the folders, without the Chinese one.
    """
    families = [*EMBEDDED, *others]
    with contextlib.suppress(FontError):
        if set(find_chinese_font().folders) <= set(folders):
            families.append(find_chinese_font().family)
    document = "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n" + "\n".join(
        f'#text(font: "{family}", size: {EM}pt, fallback: false, "{_NO_CHARACTER}")' for family in families
    )
    return tuple(shape.curves for shape in _compile(document, folders))


def _same_outline(curves: np.ndarray, other: np.ndarray) -> bool:
    """Tell whether two outlines are alike but for place and size."""
    if curves.shape != other.shape or not len(curves):
        return False
    spans = [(np.ptp(points, axis=0).max() or 1.0, points.min(axis=0)) for points in (curves, other)]
    first, second = ((points - low) / span for points, (span, low) in zip((curves, other), spans, strict=True))
    return np.allclose(first, second, atol=1e-2)


def _missing_characters(document: str, folders: tuple[str, ...], boxes: Sequence[np.ndarray]) -> str:
    """Return the characters of a document that none of its fonts has, quoted."""
    head, _, body = document.rpartition("\n#b")
    missing = []
    for character in dict.fromkeys(body):
        if character.isascii():
            continue
        alone = f'$ "{character}" $' if "math.equation" in head else f'#"{character}"'
        shapes = _compile(f"{head}\n{alone}", folders)
        if any(_same_outline(shape.curves, box) for shape in shapes for box in boxes):
            missing.append(f"'{character}' (U+{ord(character):04X})")
    return ", ".join(missing)
