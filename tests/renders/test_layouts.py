"""Beats are laid out anew for each shape of frame that they declare, and refused for the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from manim.mobject.mobject import Mobject

import cli
from engine.recording import Recording
from renders.lint.lint import Inspector, Report
from renders.lint.motion import _visible
from renders.lint.text import CameraFrame
from renders.request.quality import find_quality
from renders.request.style import RenderStyle
from renders.scene.setup import manim_settings
from renders.scene.stepping import Moment, SteppingRenderer
from scenes.beats.loading import load_beat
from scenes.catalog import CHAPTERS, find_chapter
from scenes.look.choices import ASPECTS, WIDE, CatalogError
from scenes.look.frame import Frame, frame, layout_in

DECLARED = [
    pytest.param(chapter.name, beat.name, aspect, id=f"{chapter.name}-{beat.name}-{aspect}")
    for chapter in CHAPTERS
    for beat in chapter.beats
    for aspect in beat.aspects
    if aspect != WIDE
]
LANGUAGE = {"4:3": "en", "1:1": "zh_CN", "9:16": "en"}  # the square is the narrowest, and Chinese wraps otherwise
MISPLACED = ("off the frame", "near the edge", "too small", "overlap")


class Surveyor:
    """Steps through a beat with the lint, and notes how far what stands reaches beyond the frame, scene units."""

    def __init__(self, recordings: Mapping[str, Recording], chapter: str, name: str, language: str) -> None:
        entry = find_chapter(chapter).beat(name)
        data = {experiment: recordings[experiment].only(arrays) for experiment, arrays in entry.needs.items()}
        self.renderer = SteppingRenderer()
        self.beat = load_beat(find_chapter(chapter), name)(data, language=language, renderer=self.renderer)
        self.lint = Inspector(self.beat, self.renderer.camera)
        self.renderer.look, self.beyond = self.look, 0.0

    def look(self, moment: Moment) -> None:
        self.lint.look(moment)
        if moment.held:
            self.beyond = max(self.beyond, beyond(self.beat.mobjects, frame()))

    def survey(self) -> Report:
        self.beat.render()
        return self.lint.report(float(self.beat.time))


def beyond(mobjects: Sequence[Mobject], shape: Frame) -> float:
    """Return how far beyond the frame the visible ones of these reach."""
    seen = [part for mobject in mobjects for part in mobject.get_family() if _visible(part, whole())]
    corners = [np.abs(part.points[:, :2]).max(axis=0) for part in seen]
    return max((float((corner - [shape.width / 2, shape.height / 2]).max()) for corner in corners), default=0.0)


def whole() -> CameraFrame:
    """Return a frame that leaves nothing out."""
    return CameraFrame(-1e3, -1e3, 1e3, 1e3)


def test_there_are_layouts_for_every_shape() -> None:
    assert {param.values[2] for param in DECLARED} == set(ASPECTS) - {WIDE}
    assert len({param.values[1] for param in DECLARED}) >= 7


@pytest.mark.parametrize(("chapter", "name", "aspect"), DECLARED)
def test_what_stands_in_a_declared_layout_stands_in_the_frame(
    recordings: Mapping[str, Recording], tmp_path: Path, chapter: str, name: str, aspect: str
) -> None:
    with manim_settings(find_quality("low"), RenderStyle(aspect=aspect), tmp_path, {"dry_run": True}):
        surveyor = Surveyor(recordings, chapter, name, LANGUAGE[aspect])
        report = surveyor.survey()
    assert report.texts > 0
    assert [found for found in report.findings if found.kind in MISPLACED] == []
    assert surveyor.beyond <= 0


@pytest.mark.parametrize(("aspect", "tall", "right", "top"), [("4:3", False, 4.88, 3.55), ("9:16", True, 3.55, 6.66)])
def test_a_frame_tells_where_something_may_stand(
    tmp_path: Path, aspect: str, tall: bool, right: float, top: float
) -> None:
    with manim_settings(find_quality("draft"), RenderStyle(aspect=aspect), tmp_path, {}):
        shape = frame()
        assert (shape.aspect, shape.tall) == (aspect, tall)
        assert (shape.right, shape.top) == (pytest.approx(right, abs=0.01), pytest.approx(top, abs=0.01))
        assert layout_in({"16:9": "wide", aspect: "this"}) == "this"
        with pytest.raises(CatalogError, match=f"no layout for {aspect}: there are for 16:9"):
            layout_in({"16:9": "wide"})


def test_a_beat_without_a_layout_is_refused_in_one_line_that_names_those_with_one() -> None:
    result = CliRunner().invoke(cli.main, ["render", "network", "--beat", "relu", "--aspect", "1:1"])
    assert result.exit_code == 2
    line = result.output.strip()
    assert line.startswith("neuroreel: network/relu has no layout for 1:1: only network/") and "\n" not in line
    assert "network/feed_forward" in line


def test_a_chapter_is_refused_where_any_of_its_beats_has_none() -> None:
    result = CliRunner().invoke(cli.main, ["render", "network", "--aspect", "9:16"])
    assert result.exit_code == 2
    assert "network/squish" in result.output and "have no layout for 9:16" in result.output
