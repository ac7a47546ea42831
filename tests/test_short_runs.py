"""The recordings that tests are given are what they are said to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from engine.overrides import recordables_behind
from engine.recording import Recording
from scenes.catalog import CHAPTERS
from tests.support.short_runs import REELS

RecordingsOf = Callable[[str], Mapping[str, Recording]]


def test_there_is_all_that_the_chapters_need(recordings: Mapping[str, Recording]) -> None:
    needed = (name for chapter in CHAPTERS for beat in chapter.beats for name in beat.needs)
    assert set(recordings) == {one.name for one in recordables_behind(needed)}
    assert len(recordings) == len(set(recordings))
    with pytest.raises(KeyError):
        recordings["digits-cnn"]


@pytest.mark.parametrize("kind", REELS)
def test_every_measure_is_of_a_snapshot(recordings_of: RecordingsOf, kind: str) -> None:
    for name, weights, measure in (
        ("digits", "layer1.weight", "metric.train_loss"),
        ("digits-true-labels", "layer3.bias", "metric.test_accuracy"),
        ("dates", "decoder.blocks.0.cross_attention.pattern", "metric.exact_match"),
        ("induction", "blocks.0.attention.pattern", "metric.induction_score"),
    ):
        run = recordings_of(kind)[name]
        assert set(run.steps(measure).tolist()) <= set(run.steps(weights).tolist())


def test_kinds_differ_as_they_are_said_to(recordings_of: RecordingsOf) -> None:
    default, other, untaught = (recordings_of(kind) for kind in REELS)
    right = [float(runs["digits"].read("metric.test_accuracy", step=-1)) for runs in (default, other, untaught)]
    assert min(right[:2]) > 0.8 and right[2] < 0.3
    assert (other["digits"].config["hidden"], other["digits"].config["seed"]) == ([30, 20], 4)
    assert [-1 in runs["digits"].read("probe.label") for runs in (default, other, untaught)] == [False, True, False]
    assert other["digits-review"].config["hidden"] == [30, 20]
    assert len({runs["attention-text"].digest for runs in (default, other, untaught)}) == 3
    assert len(other["attention-text"].config["tokens"]) == 9
    assert default["dates"].read("metric.exact_match", step=-1) > 0.8
    assert untaught["dates"].read("metric.exact_match", step=-1) == 0


def test_a_recording_that_two_kinds_share_is_made_once(recordings_of: RecordingsOf) -> None:
    assert recordings_of("other")["attention-meanings"].path == recordings_of("default")["attention-meanings"].path
    assert recordings_of("default") is recordings_of("default")
