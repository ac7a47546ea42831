"""Each example of docs/drawing.md runs, and draws the picture that stands below it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image

from tests.drawing_pictures import PAGE, drawn, examples
from tests.golden.frames import apart

EXAMPLES = examples()


def test_every_part_has_an_example_with_a_picture_called_after_it() -> None:
    titles = re.findall(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), re.M)
    assert list(EXAMPLES) == titles and len(titles) > 8
    for title, (_, path) in EXAMPLES.items():
        assert path.stem == re.sub(r"[^a-z0-9]+", "-", title.lower())
    assert {path for _, path in EXAMPLES.values()} == set((PAGE.parent / "images" / "drawing").glob("*.png"))


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_draws_its_picture(title: str) -> None:
    code, path = EXAMPLES[title]
    now, kept = drawn(code), np.asarray(Image.open(path).convert("RGB"))
    assert np.ptp(now.reshape(-1, 3), axis=0).max() > 60, "it is empty"
    assert not apart(now[None], kept[None]), "draw it anew: python -m tests.drawing_pictures"
