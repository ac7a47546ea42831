"""Knows which beat's picture stands for a film: of a chapter that of the beat that its contents name."""

from __future__ import annotations

from collections.abc import Iterable

from scenes.catalog import find_chapter
from scenes.look.choices import CatalogError


def telling_beat(chapter: str, beats: Iterable[str]) -> str:
    """Return the name of the beat, of some of a chapter's or of other films, that stands for them; "" for none."""
    names = list(beats)
    try:
        told = find_chapter(chapter).telling
    except CatalogError:  # of a recording, or of several chapters
        told = ""
    return told if told in names else next(iter(names), "")
