"""The layout lint of lines: each planted wire, arrow, frame and curve is found, and none that is well placed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Arrow,
    Create,
    DashedLine,
    FadeIn,
    Line,
    Rectangle,
    Scene,
    Underline,
)
from manim.mobject.mobject import Mobject

from renders.lint.lines import lines_of
from scenes.mobjects.diagram.wires import Wire
from scenes.mobjects.plots.axes import Curve
from scenes.text.typeset import Words
from tests.renders.planted import Label, inspect

ACROSS, UPWARDS = 7.2 * RIGHT, 4.1 * UP


def curve() -> Curve:
    x = np.linspace(-3, 3, 60)
    return Curve(np.column_stack([x, 0.2 * np.sin(3 * x), 0 * x]), np.ones(60, dtype=bool))


THROUGH: dict[str, Callable[[], Mobject]] = {
    "line": lambda: Line(2 * LEFT, 2 * RIGHT),
    "upright line": lambda: Line(2 * DOWN, 2 * UP),
    "slanted line": lambda: Line(2 * LEFT + DOWN, 2 * RIGHT + UP),
    "dashed line": lambda: DashedLine(2 * LEFT, 2 * RIGHT),
    "arrow": lambda: Arrow(2 * LEFT, 2 * RIGHT),
    "wire": lambda: Wire(np.array([[-2, 1, 0], [0, 1, 0], [0, -1, 0]], dtype=float)),
    "curve": curve,
    "frame": lambda: Rectangle(width=2, height=2).shift(RIGHT),
}
CLEAR: dict[str, Callable[[], Mobject]] = {
    "frame around": lambda: Rectangle(width=3, height=1),
    "line below": lambda: Line(2 * LEFT, 2 * RIGHT).shift(0.3 * DOWN),
    "line beside": lambda: Line(UP, DOWN).shift(1.4 * RIGHT),
    "unseen line": lambda: Line(2 * LEFT, 2 * RIGHT, stroke_opacity=0.05),
    "tile behind": lambda: Rectangle(width=2, height=2, fill_opacity=1, stroke_width=0),
}


def kinds(construct: Callable[[Scene], None], folder: Path) -> list[str]:
    """Return the kinds of faults of lines in a scene."""
    return [one.kind for one in inspect(construct, folder).findings if "line" in one.kind]


@pytest.mark.parametrize("name", THROUGH)
def test_a_line_through_words_is_found(name: str, tmp_path: Path) -> None:
    def construct(scene: Scene) -> None:
        scene.add(Label("word"), THROUGH[name]())
        scene.wait(3)

    assert kinds(construct, tmp_path) == ["line through words"]


@pytest.mark.parametrize("name", CLEAR)
def test_what_is_clear_of_words_is_no_fault(name: str, tmp_path: Path) -> None:
    def construct(scene: Scene) -> None:
        scene.add(Label("word"), CLEAR[name]())
        scene.wait(3)

    assert kinds(construct, tmp_path) == []


def test_set_text_is_not_crossed_by_its_own_lines(tmp_path: Path) -> None:
    def construct(scene: Scene) -> None:
        words = Words("a line of words")
        scene.add(words, Underline(words))
        scene.wait(3)

    assert kinds(construct, tmp_path) == []


@pytest.mark.parametrize("to", [ACROSS, -ACROSS, UPWARDS, -UPWARDS], ids=["right", "left", "top", "bottom"])
def test_a_line_beyond_an_edge_is_found(to: np.ndarray, tmp_path: Path) -> None:
    def construct(scene: Scene) -> None:
        scene.add(Line([0, 0, 0], to))
        scene.wait(3)

    (found,) = [one for one in inspect(construct, tmp_path).findings if one.kind == "line off the frame"]
    assert "beyond the edge" in found.detail


def test_lines_up_to_the_edge_and_those_out_of_sight_are_no_fault(tmp_path: Path) -> None:
    def construct(scene: Scene) -> None:
        scene.add(Line([-7.1, 0, 0], [7.1, 0, 0]), Line([8, 0, 0], [9, 0, 0]))
        scene.wait(3)

    assert kinds(construct, tmp_path) == []


def test_what_only_passes_is_no_fault_and_what_stays_is(tmp_path: Path) -> None:
    def passing(scene: Scene) -> None:
        line = Line(UP, DOWN).shift(3 * LEFT)
        scene.add(Label("word"), line)
        scene.play(line.animate.shift(6 * RIGHT), run_time=1.2)

    def staying(scene: Scene) -> None:
        line = Line(UP, DOWN).shift(3 * LEFT)
        scene.add(Label("word"), line)
        scene.play(line.animate.shift(3 * RIGHT), run_time=1.2)
        scene.wait(2)

    assert kinds(passing, tmp_path) == []
    assert kinds(staying, tmp_path) == ["line through words"]


def test_a_line_that_is_drawn_through_words_counts_from_then_on(tmp_path: Path) -> None:
    def construct(scene: Scene) -> None:
        label, line = Label("word"), Line(2 * LEFT, 2 * RIGHT)
        scene.play(FadeIn(label))
        scene.wait(2)
        scene.play(Create(line))
        scene.wait(2)

    (found,) = [one for one in inspect(construct, tmp_path).findings if one.kind == "line through words"]
    assert 3 < found.time < 4


def test_a_frame_that_is_zoomed_into_may_show_parts_of_lines(tmp_path: Path) -> None:
    def construct(scene: Scene) -> None:
        scene.add(Line(5 * LEFT, 5 * RIGHT))
        scene.camera.frame_width, scene.camera.frame_height = 4.0, 2.25
        scene.wait(2)

    assert kinds(construct, tmp_path) == []


def test_edges_of_filled_shapes_and_letters_are_no_lines() -> None:
    tile = Rectangle(width=1, height=1, fill_opacity=1)
    assert lines_of([tile, Words("words")]) == []
    assert [line.kind for line in lines_of([Rectangle(width=1, height=1)])] == ["Rectangle"]
