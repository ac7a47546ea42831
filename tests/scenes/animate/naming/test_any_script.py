"""Names of classes in any script: in letters that films have, or as numbers, which is told."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from manim import tempconfig
from manim.renderer.cairo_renderer import CairoRenderer
from torch import nn

from engine.recorder import Recorder
from engine.recording import Recording
from scenes.language.translation import LANGUAGES
from scenes.text import script_fonts as script_fonts_module
from scenes.text.script_fonts import script_font_digest, script_fonts
from scenes.text.typeset import Words, can_be_set
from scenes.text.typst_outlines import outlines_of
from scenes.text.typst_source import words_document
from tests.scenes.animate.beats import SETTINGS, faults_of, make_beat

NAMES = ("cat", "猫", "고양이", "قطة", "แมว", "🐱")


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Return the recording of a model that tells six clouds from each other, called "cat" in as many scripts."""
    torch.manual_seed(0)
    model, target = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 6)), torch.arange(30) % 6
    inputs = torch.randn(30, 2) + 2 * torch.randn(6, 2)[target]
    path = tmp_path_factory.mktemp("scripts") / "mine"
    optimizer = torch.optim.Adam(model.parameters(), 0.05)
    with Recorder(model, path, probe=inputs, target=target, classes=NAMES, every=1) as recorder:
        for _ in range(3):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(inputs), target).backward()
            optimizer.step()
            recorder.step()
    return recorder.recording


def test_what_no_font_can_write_is_numbered_and_counted(recording: Recording) -> None:
    with tempconfig(SETTINGS):
        beat = make_beat(recording, "mistakes", CairoRenderer())
        shown = [name if can_be_set(name) else f"class {number}" for number, name in enumerate(NAMES)]
        assert beat.classes == shown and shown[:3] == list(NAMES[:3]) and shown[5] == "class 5"
        ((_, counted, values),) = beat.about_classes()
        assert values["count"] == counted.value["count"] == sum(name.startswith("class ") for name in shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_film_tells_it_and_covers_nothing_with_it(recording: Recording, language: str) -> None:
    assert faults_of(recording, "mistakes", language) == ()


def test_names_that_films_can_write_are_told_as_they_are() -> None:
    assert can_be_set("Ünïcödé – ℝ 数 한글") and not can_be_set("🐱")


def test_a_script_is_set_in_a_font_of_the_machine_where_it_has_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (font,) = script_fonts("cat قطة") or pytest.skip("no font for Arabic here: install fonts-dejavu-core")
    words = Words("قطة")
    assert len({outline.points.shape[0] for outline in words}) == 3  # the letters, and no box in place of each
    assert script_font_digest("قطة") and not script_font_digest("cat")
    assert font.family in words_document("قطة", weight="regular", align="center", line_width=None, code=False)
    monkeypatch.setattr(script_fonts_module, "_font_of", lambda script: None)
    outlines_of.cache_clear()
    can_be_set.cache_clear()
    assert not can_be_set("قطة")
    outlines_of.cache_clear()
    can_be_set.cache_clear()
