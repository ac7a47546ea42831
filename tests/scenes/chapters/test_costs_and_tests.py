"""The beats on examples, their average cost, and noise tell what was recorded, in time and in both languages."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from scenes.chapter import speaking_time
from scenes.mobjects.batched import rgb255
from scenes.style import palette
from scenes.translation import LANGUAGES
from tests.scenes.chapters.beats import run_beat

BEATS = ("train_and_test", "average_cost", "confident_nonsense")


@pytest.fixture(scope="module")
def played(recordings):
    return {
        (name, language): run_beat(name, recordings, chapter="gradient-descent", language=language)
        for name in BEATS
        for language in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BEATS)
def test_it_plays_and_gives_every_line_its_time(played, name, language):
    beat = played[name, language]
    assert 15 <= beat.time <= 60
    assert beat.captions[0].start < 3.0
    for caption in beat.captions:
        assert caption.end - caption.start >= speaking_time(beat.tr(caption.text, **caption.values)) - 0.3
        assert all(len(part.split()) <= 20 for part in caption.text.replace("?", ".").split(". "))
    assert all(before.end <= after.start for before, after in itertools.pairwise(beat.captions))
    for frame in (beat.renderer.first, beat.renderer.last):
        assert (frame[..., :3] == frame[0, 0, :3]).all(), "it begins and ends on an empty frame"


# train_and_test -------------------------------------------------------------------------------------------------------


def test_both_accuracies_end_where_the_run_did(played, recordings):
    beat, digits = played["train_and_test", "en"], recordings["digits"]
    told = [score.value for score in beat.scores]
    recorded = [float(digits.read(f"metric.{kind}_accuracy", step=-1)) for kind in ("train", "test")]
    assert told == pytest.approx([100 * accuracy for accuracy in recorded])
    assert beat.captions[-2].values == {"share": f"{recorded[1]:.1%}"}


def test_labels_stand_beside_the_images_that_they_are_of(played, recordings):
    beat = played["train_and_test", "en"]
    assert beat.marks.values.tolist() == recordings["digits-review"].read("train.label")[: len(beat.marks)].tolist()


def test_the_verdict_follows_the_accuracies(played):
    beat = played["train_and_test", "en"]
    for train, test, part in (
        (0.3, 0.2, "learned little"),
        (0.95, 0.94, "it has learned digits"),
        (0.99, 0.8, "by heart"),
    ):
        kept, beat.accuracies = beat.accuracies, [np.array([0, train]), np.array([0, test])]
        assert part in beat.verdict()
        beat.accuracies = kept


# average_cost ---------------------------------------------------------------------------------------------------------


def test_dots_stand_at_the_recorded_costs_and_the_number_is_their_mean(played, recordings):
    beat, costs = played["average_cost", "en"], recordings["digits-review"].read("train.cost")
    low, high = beat.axis.to_point(0.0)[0], beat.axis.to_point(beat.axis.span[1])[0]
    told = (beat.dots.centers[:, 0] - low) / (high - low) * beat.axis.span[1]
    assert told == pytest.approx(costs[1], abs=1e-4)
    assert beat.mean.value == pytest.approx(costs[1].mean())
    mark = (beat.mark.get_start()[0] - low) / (high - low) * beat.axis.span[1]
    assert mark == pytest.approx(costs[1].mean(), abs=1e-4)
    assert (beat.inputs, beat.outputs, beat.parameters) == (784, 10, 13_002)


# confident_nonsense ---------------------------------------------------------------------------------------------------


def test_marks_and_share_are_those_of_the_recorded_answers(played, recordings):
    beat, answers = played["confident_nonsense", "en"], recordings["digits-review"].read("noise.output")
    highest = np.sort(answers.max(axis=1))[::-1]
    sure = highest > 0.5
    assert len(beat.marks) == len(answers) == 1000
    assert (beat.marks.fill[sure, :3] == rgb255(palette().attention)).all()
    assert beat.marks.fill[:, 3] == pytest.approx(highest, abs=1e-6)
    assert beat.score[0].value == pytest.approx(100 * sure.mean())
    assert f"{sure.mean():.1%}" in [caption.values.get("share") for caption in beat.captions]
    assert beat.bars.values == pytest.approx(answers[4])


def test_it_is_called_sure_only_where_most_answers_are(played):
    beat = played["confident_nonsense", "en"]
    assert ("It is sure of" in beat.captions[-1].text) == (beat.sure >= 0.5)
