"""Lists the chapters, in the order of the series, and the film of all of them.

Plain data, importing neither manim nor torch: listing the chapters and finding that nothing changed stay instant.
"""

from __future__ import annotations

from scenes.beats.entries import ChapterEntry, Compilation
from scenes.chapters.attention.contents import ATTENTION
from scenes.chapters.backpropagation.contents import BACKPROPAGATION
from scenes.chapters.backpropagation_calculus.contents import CALCULUS
from scenes.chapters.gradient_descent.contents import GRADIENT_DESCENT
from scenes.chapters.network.contents import NETWORK
from scenes.language.translation import N_
from scenes.look.choices import CatalogError, no_such

CHAPTERS: tuple[ChapterEntry, ...] = (NETWORK, GRADIENT_DESCENT, BACKPROPAGATION, CALCULUS, ATTENTION)


def course() -> Compilation:
    """Return the film of all chapters."""
    return Compilation(
        name="course",
        title=N_("How neural networks learn"),
        parts=tuple((chapter, tuple(beat.name for beat in chapter.beats)) for chapter in CHAPTERS),
        titled=True,
    )


def find_chapter(name: str) -> ChapterEntry:
    """Return the chapter of that name; raises CatalogError, with the nearest right one, where there is none."""
    by_name = {chapter.name: chapter for chapter in CHAPTERS}
    if name not in by_name:
        raise CatalogError(no_such("no chapter", name, by_name))
    return by_name[name]
