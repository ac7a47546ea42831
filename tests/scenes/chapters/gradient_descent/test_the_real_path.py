"""The way of `the_real_path` is the recorded one, the ball stands at the measured cost, and what it claims holds."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from scenes.chapters.gradient_descent.landscape.ground import UPWARDS, Ground
from scenes.chapters.gradient_descent.landscape.way import AROUND, TALL, TrainingPath, halves
from scenes.language.translation import LANGUAGES
from scenes.text.numbers import Number
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: played_beat("the_real_path", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


@pytest.fixture(scope="module")
def way(recordings):
    return TrainingPath(recordings["digits-landscape"], recordings["digits"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    beat = played[language]
    assert 20 <= beat.time <= 32
    require_well_told(beat)


def test_both_directions_of_the_plane_are_drawn_to_one_scale_from_the_start_on_the_left(played, recordings):
    analysis, plane = recordings["digits-landscape"], played["en"].plane
    spans = [np.ptp(analysis.read(f"path.{axis}")) for axis in ("first", "second")]
    assert np.abs(plane.sides)[0] / spans[0] == pytest.approx(np.abs(plane.sides)[1] / spans[1])
    line = played["en"].line.in_space
    assert line[0, 0] < line[-1, 0]
    drawn = np.linalg.norm(np.diff(line[0::2, :2], axis=0), axis=1)
    recorded = np.linalg.norm(np.diff(analysis.read("path.place"), axis=0), axis=1)[:-1]
    assert drawn == pytest.approx(recorded * np.abs(plane.sides)[0] / spans[0])


def test_ground_and_ball_are_as_high_as_the_costs(played, recordings):
    beat, costs = played["en"], recordings["digits-landscape"].read("path.cost")
    measured = recordings["digits"].read("metric.train_loss")
    unit = beat.plane.rise
    assert unit * max(costs.max(), measured.max()) <= TALL
    assert beat.surface.in_space[:, 2] == pytest.approx(costs.ravel() * unit)
    assert beat.marks.in_space[:, 2] == pytest.approx(measured * unit)
    assert beat.ball.in_space[0, 2] == pytest.approx(measured[-1] * unit)
    assert (beat.marks.shown == 1).all()
    assert beat.cost.value == pytest.approx(measured[-1])
    assert beat.step.value == recordings["digits"].steps("metric.train_loss")[-1]
    assert beat.bar.axis.span == pytest.approx((costs.min(), costs.max()))


def test_all_parts_are_seen_from_where_the_ground_is(played):
    beat = played["en"]
    for part in (beat.line, beat.marks, beat.stems, beat.post, beat.ball):
        assert part.view == beat.surface.view
        assert (part.view.azimuth, part.view.elevation) == pytest.approx((AROUND.azimuth, AROUND.elevation))


def test_the_line_lies_on_the_drawn_ground(recordings):
    analysis = recordings["digits-landscape"]
    ground = Ground(analysis, "path")
    rows, columns = np.array([0, 3, 16]), np.array([16, 5, 0])
    corners = np.stack([ground.first[columns], ground.second[rows]], axis=1)
    assert ground.on_surface(corners)[:, 2] == pytest.approx(ground.rise * analysis.read("path.cost")[rows, columns])
    middle = (corners[1] + [ground.first[6], ground.second[4]]) / 2
    around = analysis.read("path.cost")[3:5, 5:7].mean()
    assert ground.on_surface(middle[None])[0, 2] == pytest.approx(ground.rise * around)


def test_the_printed_facts_are_recorded(played, recordings):
    analysis = recordings["digits-landscape"]
    places, away = analysis.read("path.place"), analysis.read("path.away")
    shown = [fact[1].value for fact in played["en"].facts]
    assert shown == pytest.approx(
        [100 * analysis.read("path.explained").sum(), np.linalg.norm(places[-1] - places[0]), away.max()]
    )
    told = played["en"].captions[-1].values["count"]
    assert told == "13,002"


def test_the_plane_holds_more_of_the_path_than_any_third_direction(played, recordings):
    spread = played["en"].spread.value
    assert spread["shares"] == sorted(spread["shares"], reverse=True) and 0 < spread["next"] < spread["shares"][1]
    assert spread["together"] + spread["next"] <= 1
    assert spread["shares"] == pytest.approx(recordings["digits-landscape"].read("path.explained").tolist())


def test_half_of_the_way_is_told_in_its_steps(played, way, recordings):
    digits, beat = recordings["digits"], played["en"]
    snapshots, steps = digits.steps("layer1.weight"), digits.steps("metric.train_loss")
    places = recordings["digits-landscape"].read("path.place")
    gone = [np.linalg.norm(places[snapshots == step][0] - places[0]) for step in steps]
    assert max(gone[: way.half]) < gone[-1] / 2 <= gone[way.half]
    told = [caption.values["count"] for caption in beat.captions if "alf" in caption.text]
    assert told == [f"{steps[way.half]:,}", f"{steps[-1] - steps[way.half]:,}"]
    place = recordings["digits-landscape"].read("path.place")[snapshots == steps[way.half]]
    assert beat.post.in_space[0] == pytest.approx(beat.plane.on_surface(place)[0] + UPWARDS)


def test_while_it_rolls_all_that_is_told_is_of_the_evaluation_passed_last(recordings):
    digits, seen = recordings["digits"], []
    at = Number.at

    def look(number, step):
        seen.append((number, step))
        return at(number, step)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Number, "at", look)
        beat = run_beat("the_real_path", recordings, chapter="gradient-descent")
    steps, costs = digits.steps("metric.train_loss").tolist(), digits.read("metric.train_loss")
    rolled = [step for number, step in seen if number is beat.cost]
    assert len(set(rolled)) > 8 and rolled == sorted(rolled) and set(rolled) <= set(steps)
    shown = [one.step for one in beat.steps_shown if one.time > beat.captions[2].end]
    assert shown == sorted(set(rolled))[-len(shown) :]
    for step in rolled:
        beat.cost.at(step)
        assert beat.cost.value == costs[steps.index(step)]


@pytest.mark.parametrize(
    ("steps", "fell", "flatter"), [([10, 90], [3, 0.2], True), ([60, 40], [3, 0.2], False), ([10, 90], [2, 1.5], False)]
)
def test_the_second_half_is_said_to_be_flatter_only_where_it_is(played, steps, fell, flatter):
    beat = played["en"]
    with pytest.MonkeyPatch.context() as patch:
        value = {"steps": steps, "fell": fell, "share": 0.55, "before": 0.45}
        patch.setattr(beat, "halves", replace(beat.halves, value=value))
        assert ("flatter" in beat.line_of_the_rest().text) == flatter


def test_both_halves_are_measured_at_evaluations():
    way = SimpleNamespace(
        steps=np.array([0, 10, 50]), costs=np.array([3.0, 1.0, 0.5]), gone=np.array([0.0, 6.0, 9.0]), half=1
    )
    value = halves(way).value
    assert value["steps"] == [10, 40] and value["fell"] == [2.0, 0.5]
    assert (value["before"], value["share"]) == (0.0, pytest.approx(2 / 3))


def test_it_tells_which_steps_it_shows(played, recordings):
    """The way is drawn snapshot by snapshot; then the ball goes from evaluation to evaluation."""
    digits = recordings["digits"]
    steps = [shown.step for shown in played["zh_CN"].steps_shown]
    again = steps.index(0, 1)
    for part, recorded in ((steps[:again], "layer1.weight"), (steps[again:], "metric.train_loss")):
        assert len(part) > 5 and part == sorted(part) and part[-1] == digits.last_step
        assert set(part) <= set(digits.steps(recorded).tolist())
