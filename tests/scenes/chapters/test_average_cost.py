"""The dots of `average_cost` stand at the recorded costs, and its one number is their mean."""

from __future__ import annotations

import itertools

import pytest

from scenes.chapter import speaking_time
from scenes.translation import LANGUAGES
from tests.scenes.chapters.beats import run_beat


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: run_beat("average_cost", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    beat = played[language]
    assert 15 <= beat.time <= 60
    assert beat.captions[0].start < 3.0
    for caption in beat.captions:
        assert caption.end - caption.start >= speaking_time(beat.tr(caption.text, **caption.values)) - 0.3
        assert all(len(part.split()) <= 20 for part in caption.text.replace("?", ".").split(". "))
    assert all(before.end <= after.start for before, after in itertools.pairwise(beat.captions))
    for frame in (beat.renderer.first, beat.renderer.last):
        assert (frame[..., :3] == frame[0, 0, :3]).all(), "it begins and ends on an empty frame"


def test_dots_stand_at_the_recorded_costs_and_the_number_is_their_mean(played, recordings):
    beat, costs = played["en"], recordings["digits-review"].read("train.cost")
    low, high = beat.axis.to_point(0.0)[0], beat.axis.to_point(beat.axis.span[1])[0]
    told = (beat.dots.centers[:, 0] - low) / (high - low) * beat.axis.span[1]
    assert told == pytest.approx(costs[1], abs=1e-4)
    assert beat.mean.value == pytest.approx(costs[1].mean())
    mark = (beat.mark.get_start()[0] - low) / (high - low) * beat.axis.span[1]
    assert mark == pytest.approx(costs[1].mean(), abs=1e-4)
    assert (beat.inputs, beat.outputs, beat.parameters) == (784, 10, 13_002)
