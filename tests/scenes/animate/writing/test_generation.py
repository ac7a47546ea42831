"""What a causal model writes is drawn as it was recorded, letter by letter and shade by shade."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from engine.recording import Recording
from scenes.animate.writing.token_line import FAINTEST, TokenLine, sign_of
from scenes.animate.writing.written import arrays_of_writing
from scenes.evidence.evidence import Quoted
from scenes.language.translation import LANGUAGES
from tests.evidence.own_recordings import REELS
from tests.scenes.animate.beats import faults_of, run_own_beat
from tests.scenes.chapters.beats import require_well_told

BEAT = "generation"


@pytest.fixture(scope="module")
def recording_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Recording]:
    folder: Path = tmp_path_factory.mktemp("writing")
    return cache(lambda reel: REELS[reel](folder / reel.replace(" ", "-")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reel", ["writing", "other writing"])
def test_the_layout_is_without_faults(recording_of, reel: str, language: str) -> None:
    assert faults_of(recording_of(reel), BEAT, language) == ()


def test_it_is_well_told_and_each_line_is_what_was_written(recording_of) -> None:
    recording = recording_of("writing")
    beat = run_own_beat(recording, BEAT)
    require_well_told(beat)
    texts = recording.config["generation"]["tokens"]
    for place, row in enumerate(beat.rows):
        tokens = recording.read("generation.token", step=row)
        shown = "".join(sign_of(letter) for token in tokens for letter in texts[str(token)])
        (words,) = beat.lines[place]
        assert words.text == shown.rstrip()


def test_shades_are_probabilities() -> None:
    line = TokenLine(["ab", " ", "c"], (0, 0), 5, 0.4, Quoted("ab c"), np.array([1.0, 0.5, 0.0]))
    opacities = [letter.get_fill_opacity() for letter in line[0].family_members_with_points()]
    assert opacities == pytest.approx([1.0, 1.0, FAINTEST])


def test_a_line_holds_whole_tokens_and_says_how_many() -> None:
    line = TokenLine(["abc"] * 100, (0, 0), 5, 0.4, Quoted("abc"))
    assert line.count == len(line[0].text) // 3
    assert line.width <= 5


def test_letters_that_are_not_seen_have_signs() -> None:
    assert [sign_of(letter) for letter in "\n\ta\x07"] == ["↵", "→", "a", "□"]


def test_without_a_tokenizer_there_is_nothing_to_read(recording_of) -> None:
    assert arrays_of_writing(recording_of("clouds")) == ()


@pytest.mark.parametrize("told", [{}, {"prompt": 0}, {"prompt": 90}, {"prompt": "12"}, {"tokens": []}, "none"])
def test_what_is_told_of_it_in_another_way_is_not_read(recording_of, told: object) -> None:
    recording = recording_of("writing")
    whole = recording.config["generation"]
    other = {**whole, **told} if isinstance(told, dict) else told
    changed = replace(recording._header, config={**recording.config, "generation": other})
    told_so = Recording(recording.path, changed, frozenset(changed.arrays))
    assert bool(arrays_of_writing(told_so)) == (other == whole)
