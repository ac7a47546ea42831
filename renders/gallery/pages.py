"""How the pages of a gallery are told from whatever else lies in its folder."""

from __future__ import annotations

from pathlib import Path

from renders.web.document import GALLERY

INDEX = "index.html"
MEDIA = "films"  # the folder with all that stands on the pages


def is_page(path: Path) -> bool:
    """Tell whether a file is a page of a gallery of ours."""
    try:
        with path.open(encoding="utf-8") as file:
            return f'content="{GALLERY}"' in file.read(4000)
    except (OSError, UnicodeError):
        return False
