"""Lists the palettes to choose from: dark as the series is, light for white slides, safe for red-green blindness."""

from __future__ import annotations

from collections.abc import Mapping

from scenes.look.choices import CatalogError, no_such
from scenes.look.style import Palette

THEMES: Mapping[str, Palette] = {
    "dark": Palette(),
    "light": Palette(
        background="#FFFFFF",  # vanishes in a white slide
        text="#17191E",
        muted="#5F6570",
        line="#454B55",
        positive="#0B6FB0",
        negative="#C9252D",
        attention="#AD6000",
        right="#2E7D32",
        further="#56637D",
        ground="#DFE5EF",  # pale, so that what is written on it can be read
        heights=("#A9DED5", "#D5DBF0", "#F7C9E6"),
        shadow=0.7,
        bright="#111318",
        blank="#FFFFFF",
        classes=(
            "#0B72B0",
            "#B85400",
            "#3B7F2A",
            "#C8386F",
            "#7445D6",
            "#0B7F73",
            "#8A6436",
            "#2F3FA8",
            "#B02A22",
            "#5D636D",
        ),
        wording="paper",
    ),
    "safe": Palette(
        positive="#4689EE",
        negative="#DF6A22",
        attention="#FFD92E",
        right="#37EBA0",
        heights=("#2461B8", "#70757F", "#96701C"),
        classes=(  # each two apart in lightness where a colour-blind eye sees one hue
            "#1DC182",
            "#ECAC2C",
            "#9861EA",
            "#C6FAE9",
            "#C35DAE",
            "#97913D",
            "#9EA2F7",
            "#E8F582",
            "#478574",
            "#F1BFF7",
        ),
        wording="safe",
    ),
}


def find_theme(name: str) -> Palette:
    """Return the palette of that name; raises CatalogError, with the nearest right one, where there is none."""
    if name not in THEMES:
        raise CatalogError(no_such("no theme", name, THEMES))
    return THEMES[name]
