"""The cards fit every shape of frame: lines break, and what is too much for one screen follows on another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.recording import Recording
from renders.request.quality import find_quality
from renders.request.style import RenderStyle
from renders.scene.setup import manim_settings
from renders.scene.stepping import SteppingRenderer
from scenes.beats.beat import Beat
from scenes.beats.cards import APART, EndCard, TitleCard, screens_of
from scenes.beats.entries import ChapterEntry
from scenes.catalog import find_chapter
from scenes.language.translation import LANGUAGES
from scenes.look.choices import ASPECTS
from scenes.look.frame import frame
from scenes.look.style import LABEL, SMALL
from scenes.text.typeset import Words

LONG = "Neural networks, drawn from real trainings: the whole course of three chapters"


@pytest.mark.parametrize("aspect", ASPECTS)
def test_a_long_title_stands_within_the_frame(tmp_path: Path, aspect: str) -> None:
    with manim_settings(find_quality("draft"), RenderStyle(aspect=aspect), tmp_path, {"dry_run": True}):
        chapter = ChapterEntry("course", LONG, ())
        card = TitleCard({}, chapter=chapter, renderer=SteppingRenderer())
        card.wait = lambda *args, **kwargs: None  # it is the picture before it fades that is looked at
        card.script()
        boxes = [box for mobject in card.mobjects if isinstance(mobject, Words) for box in mobject.text_boxes()]
        shape = frame()
    assert len(boxes) == 2
    for box in boxes:
        assert max(-box.left, box.right) <= shape.width / 2 - 0.28
        assert max(-box.bottom, box.top) <= shape.height / 2 - 0.28
        assert box.size >= 8 / 36


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_card_tells_recordings_sources_and_licence(
    recordings: Mapping[str, Recording], tmp_path: Path, language: str
) -> None:
    with manim_settings(find_quality("draft"), RenderStyle(), tmp_path, {"dry_run": True}):
        data = {"digits": recordings["digits"]}
        card = EndCard(data, chapter=find_chapter("network"), language=language, renderer=SteppingRenderer())
        card.render()
    told = " ".join(claim["text"] for claim in card.claims)
    digits = recordings["digits"]
    assert digits.digest[:10] in told and f"{digits.config['steps']:,}" in told
    assert "LeCun" in told and "CC BY 4.0" in told


@pytest.mark.parametrize("name", ["network", "gradient-descent", "backpropagation", "backpropagation-calculus"])
def test_an_end_card_tells_every_recording_of_its_chapter(
    recordings: Mapping[str, Recording], name: str, tmp_path: Path
) -> None:
    chapter = find_chapter(name)
    with manim_settings(find_quality("draft"), RenderStyle(), tmp_path, {"dry_run": True}):
        data = {experiment: recordings[experiment] for experiment in chapter.experiments}
        card = EndCard(data, chapter=chapter, renderer=SteppingRenderer())
        card.render()
    told = " ".join(claim["text"] for claim in card.claims)
    assert all(recording.digest[:10] in told for recording in data.values())


def test_a_title_card_is_short(tmp_path: Path) -> None:
    with manim_settings(find_quality("draft"), RenderStyle(), tmp_path, {"dry_run": True}):
        card = TitleCard({}, chapter=find_chapter("attention"), renderer=SteppingRenderer())
        card.render()
    assert 3 <= card.time <= 4


def test_words_break_into_lines_about_as_long_and_only_where_they_must() -> None:
    beat = Beat({}, renderer=SteppingRenderer())
    whole = beat.words("How would a program know?", LABEL)
    assert beat.words_within(whole.width + 0.01, "How would a program know?").width == pytest.approx(whole.width)
    broken = beat.words_within(0.9 * whole.width, "How would a program know?")
    assert broken.height > 1.5 * whole.height
    assert broken.width < 0.75 * whole.width, "not one word alone below all others"


def test_lines_are_spread_evenly_over_as_few_screens_as_hold_them() -> None:
    lines = [Words(f"recording {place}", SMALL) for place in range(7)]
    height = lines[0].height + APART
    assert [len(screen) for screen in screens_of(lines, 8 * height)] == [7]
    assert [len(screen) for screen in screens_of(lines, 6 * height)] == [4, 3]
    assert all(screen.height <= 3 * height for screen in screens_of(lines, 3 * height))
    assert [line for screen in screens_of(lines, 3 * height) for line in screen] == lines
