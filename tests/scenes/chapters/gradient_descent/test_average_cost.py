"""In `average_cost` every dot stands at its recorded cost, and the one number is always the mean of what is shown."""

from __future__ import annotations

import numpy as np
import pytest

from scenes.chapters.gradient_descent.average_cost import AverageCost, slots_around
from scenes.chapters.gradient_descent.training.average_measured import AFTER, BEFORE, line_on_moves, moves
from scenes.language.translation import LANGUAGES
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat


@pytest.fixture(scope="module")
def costs(recordings):
    return recordings["digits-review"].read("train.cost")


@pytest.fixture(scope="module")
def seen(recordings):
    """Return the beat, and what stood on its axis before the training, after it, and while all others came."""
    stood = {}
    train, gather, stand_at = AverageCost.train, AverageCost.gather, AverageCost.stand_at

    def look(beat: AverageCost) -> dict:
        low, high = (beat.axis.to_point(float(end))[0] for end in beat.axis.span)
        told = (np.append(beat.dots.centers[:, 0], beat.mark.get_start()[0]) - low) / (high - low) * beat.axis.span[1]
        return {"dots": told[:-1], "shown": beat.dots.shown.copy(), "mark": told[-1], "mean": beat.mean.value}

    def noted(name, method):
        def run(beat, *args):
            if name == "come":
                method(beat, *args)
            if name != "come" or name not in stood:
                stood.setdefault(name, look(beat))
            if name == "come":
                running.append((int(beat.dots.shown.sum()), beat.mean.value))
            else:
                method(beat, *args)

        return run

    running: list[tuple[int, float]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AverageCost, "train", noted("before", train))
        patch.setattr(AverageCost, "gather", noted("after", gather))
        patch.setattr(AverageCost, "stand_at", noted("come", stand_at))
        beat = run_beat("average_cost", recordings, chapter="gradient-descent")
    return beat, stood, running


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(recordings, language):
    beat = played_beat("average_cost", recordings, chapter="gradient-descent", language=language)
    assert 15 <= beat.time <= 31
    require_well_told(beat)
    for frame in (beat.renderer.first, beat.renderer.last):
        assert (frame[..., :3] == frame[0, 0, :3]).all(), "it begins and ends on an empty frame"


@pytest.mark.parametrize(("name", "moment"), [("before", BEFORE), ("after", AFTER)])
def test_dots_mark_and_number_are_the_recorded_costs_and_their_mean(seen, costs, name, moment):
    _, stood, _ = seen
    look = stood[name]
    assert look["shown"].all() and look["dots"] == pytest.approx(costs[moment], abs=1e-4)
    assert look["mean"] == pytest.approx(costs[moment].mean())
    assert look["mark"] == pytest.approx(costs[moment].mean(), abs=1e-4)


def test_the_running_number_is_the_mean_of_the_examples_that_are_there(seen, costs):
    _, _, running = seen
    # until all are there; later ones are of the training
    coming = running[: 1 + next(k for k, (there, _) in enumerate(running) if there == costs.shape[1])]
    assert len({there for there, _ in coming}) > 3
    for there, told in coming:
        assert told == pytest.approx(costs[BEFORE, :there].mean(), rel=1e-5)


def test_no_average_is_told_while_the_dots_are_on_their_way(seen, costs):
    _, _, running = seen
    told = {value for _, value in running}
    assert max(told) <= costs[BEFORE].cumsum()[65:].max() and len(told) <= 41
    between = [value for value in told if costs[AFTER].mean() * 1.01 < value < costs[BEFORE].mean() * 0.98]
    firsts = np.cumsum(costs[BEFORE]) / np.arange(1, costs.shape[1] + 1)
    assert all(np.isclose(firsts, value, rtol=1e-6).any() for value in between)


def test_it_tells_which_moment_is_shown(seen, recordings):
    beat, _, _ = seen
    before, after = beat.steps_shown
    assert (before.time, before.step, after.step) == (0, 0, recordings["digits"].last_step)
    trained = next(caption for caption in beat.captions if "Train it" in caption.text)
    assert trained.start < after.time < trained.end


def test_costs_on_the_wall_stand_under_their_images(seen, costs):
    beat, _, _ = seen
    assert beat.wall_costs.values == pytest.approx(costs[BEFORE, beat.order])
    assert sorted(beat.order) == list(range(len(beat.images)))


def test_the_functions_have_the_recorded_numbers(seen, recordings, costs):
    beat, _, _ = seen
    assert (beat.images[0].size, len(beat.answer), len(beat.parameters)) == (784, 10, 13_002)
    assert beat.one.value == pytest.approx(costs[AFTER].mean())
    assert beat.answer == pytest.approx(recordings["digits-review"].read("train.output")[AFTER, 0])


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ([3, 3, 3], [0.1, 0.2, 2.9], "all dots move left"),
        ([3, 3, 3], [0.1, 0.2, 4], "most dots move left"),
        ([3, 3, 3], [4, 3.9, 0.1], "do not move left"),
        ([3, 3, 3], [2.99, 2.98, 2.97], "hardly move"),
    ],
)
def test_the_line_on_the_training_is_what_most_dots_did(seen, before, after, part):
    beat, _, _ = seen
    assert line_on_moves(beat.moves).text in [caption.text for caption in beat.captions]
    assert part in line_on_moves(moves(np.array([before, after], dtype=float))).text


@pytest.mark.parametrize(
    ("index", "slots"),
    [(0, (0, None, 9)), (1, (0, 1, None, 9)), (5, (0, None, 5, None, 9)), (8, (0, None, 8, 9)), (9, (0, None, 9))],
)
def test_a_column_shows_its_ends_and_the_entry_that_matters(index, slots):
    assert slots_around(index, 10) == slots
