"""Inspects little scenes in which a fault of the layout is planted, or none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from manim import Rectangle, Scene

from renders.lint.lint import Report, inspect_scene
from renders.request.quality import Quality
from renders.request.style import USUAL
from renders.scene.setup import manim_settings
from scenes.text.text_box import TextBox

TWENTY = Quality("twenty", 160, 90, 20)  # frames a second, so that what is timed in tenths lasts exactly that


class Label(Rectangle):
    """A stand-in for text: a filled rectangle around letters that nobody draws."""

    def __init__(self, text: str, size: float = 0.4) -> None:
        super().__init__(width=0.5 * size * len(text), height=size, fill_opacity=1, stroke_width=0)
        self.text, self.letters = text, size / self.height

    def text_boxes(self) -> list[TextBox]:
        left, bottom, right, top = self.get_left()[0], self.get_bottom()[1], self.get_right()[0], self.get_top()[1]
        return [TextBox(self.text, left, bottom, right, top, self.letters * self.height, self.get_fill_opacity())]


def inspect(construct: Callable[[Scene], None], folder: Path) -> Report:
    """Return the report on a scene whose `construct` is the function given."""
    kind = type("Planted", (Scene,), {"construct": construct})
    with manim_settings(TWENTY, USUAL, folder, {"dry_run": True}):
        return inspect_scene(lambda renderer: kind(renderer=renderer))
