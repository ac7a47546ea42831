"""Tells the pages of a gallery from whatever else lies in its folder."""

from __future__ import annotations

import re
from pathlib import Path

from renders.web.document import GALLERY

INDEX = "index.html"
MEDIA = "films"  # the folder with all that stands on the pages
# What we put there: of each page and each of its versions the films, captions and pictures
PLACED = re.compile(rf"{MEDIA}/[^/]+/\d+/[^/]+\.(?:mp4|mov|webm|mkv|m4v|vtt|webp)")


def is_page(path: Path) -> bool:
    """Tell whether a file is a page of a gallery of ours."""
    try:
        with path.open(encoding="utf-8") as file:
            return f'content="{GALLERY}"' in file.read(4000)
    except (OSError, UnicodeError):
        return False
