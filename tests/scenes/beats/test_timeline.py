"""Which step of a training a picture shows, as beats note it while they run."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.recording import Recording
from scenes.beats.beat import Beat
from tests.scenes.chapters.beats import run_beat


class Noted(Beat):
    """A beat whose clock a test sets."""

    def __init__(self) -> None:
        super().__init__({})
        self.now = 0.0

    @property
    def time(self) -> float:
        return self.now

    def note(self, *notes: tuple[float, str, float]) -> list[tuple[float, str, float]]:
        """Note steps at moments, and return what is told of them."""
        for self.now, experiment, step in notes:
            self.mark_step(experiment, step)
        return [(shown.time, shown.experiment, shown.step) for shown in self.steps_shown]


def test_a_step_is_noted_once_as_long_as_it_stands() -> None:
    assert Noted().note((1.0, "digits", 0), (2.0, "digits", 0), (3.0, "digits", 5)) == [
        (1.0, "digits", 0.0),
        (3.0, "digits", 5.0),
    ]


def test_every_step_is_told_at_its_own_moment() -> None:
    notes = [(0.05 * frame, "digits", float(frame)) for frame in range(21)]
    assert Noted().note(*notes) == notes


def test_of_two_steps_at_one_moment_the_later_counts() -> None:
    assert Noted().note((1.0, "digits", 3), (1.0, "digits", 4)) == [(1.0, "digits", 4.0)]


def test_experiments_that_run_side_by_side_have_each_their_own() -> None:
    told = Noted().note((0.0, "a", 1), (0.0, "b", 1), (0.5, "a", 2), (0.5, "b", 2))
    assert told == [(0.0, "a", 1.0), (0.0, "b", 1.0), (0.5, "a", 2.0), (0.5, "b", 2.0)]


@pytest.mark.parametrize(
    ("chapter", "beat", "experiments"),
    [
        ("gradient-descent", "train_and_test", ("digits",)),
        ("gradient-descent", "what_it_learned", ("digits",)),
        ("gradient-descent", "memorising", ("digits-true-labels", "digits-shuffled-labels")),
        ("network", "relu", ("digits", "digits-relu")),
        ("attention", "it_was_learned", ("induction",)),
    ],
)
def test_beats_that_run_through_a_training_tell_its_steps(
    recordings: Mapping[str, Recording], chapter: str, beat: str, experiments: tuple[str, ...]
) -> None:
    played = run_beat(beat, recordings, chapter=chapter)
    for experiment in experiments:
        steps = [shown.step for shown in played.steps_shown if shown.experiment == experiment]
        assert len(steps) > 5 and steps == sorted(steps)
        assert steps[-1] == recordings[experiment].last_step
    assert {shown.experiment for shown in played.steps_shown} == set(experiments)
