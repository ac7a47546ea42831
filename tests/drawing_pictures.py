"""Draws the examples of docs/drawing.md: `python -m tests.drawing_pictures` writes their pictures anew."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from manim import tempconfig
from PIL import Image

from scenes.drawing.camera import BatchedCamera

PAGE = Path(__file__).parents[1] / "docs" / "drawing.md"
SIZE = (480, 270)  # pixels
_PART = re.compile(
    r"^## (?P<title>.+?)\n.*?```python\n(?P<code>.*?)```\n\n!\[[^]]+\]\((?P<picture>[^)]+)\)", re.M | re.S
)


def examples() -> dict[str, tuple[str, Path]]:
    """Return the code of each part's example, and where its picture lies, by the part's title."""
    found = _PART.finditer(PAGE.read_text(encoding="utf-8"))
    return {part["title"]: (part["code"], PAGE.parent / part["picture"]) for part in found}


def drawn(code: str) -> np.ndarray:
    """Return the picture (height, width, 3) of what an example shows."""
    names: dict[str, Any] = {}
    with tempconfig({"pixel_width": SIZE[0], "pixel_height": SIZE[1], "dry_run": True}):
        exec(compile(code, str(PAGE), "exec"), names)
        camera = BatchedCamera(background_color="#0B0B10")
        camera.capture_mobjects([names["shown"]])
        picture: np.ndarray = camera.pixel_array[..., :3].copy()
    return picture


def main() -> None:
    """Write the pictures of all examples."""
    for title, (code, path) in examples().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(drawn(code)).quantize(64).save(path, optimize=True)
        print(f"{title}: {path}")


if __name__ == "__main__":
    main()
