"""The landscapes of `two_weights` are the recorded ones, and the ball goes where the recorded descent went."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from scenes.chapters.gradient_descent.landscape.ground import HEIGHT, LONGEST, SIDE, UPWARDS, Ground
from scenes.chapters.gradient_descent.landscape.measured_sides import MeasuredSides
from scenes.chapters.gradient_descent.landscape.plane_measured import apart, uphill
from scenes.language.translation import LANGUAGES
from scenes.mobjects.pictures.colormap import height_colors
from scenes.mobjects.space.parts import Balls
from scenes.text.numbers import Number
from scenes.text.typeset import Formula
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: played_beat("two_weights", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    beat = played[language]
    assert 20 <= beat.time <= 39
    require_well_told(beat)


def test_heights_are_the_recorded_costs(played, recordings):
    costs = recordings["digits-landscape"].read("random.cost")
    heights = played["en"].surface.in_space[:, 2].reshape(costs.shape)
    assert heights / HEIGHT * costs.max() == pytest.approx(costs)
    assert played["en"].bar.axis.span == pytest.approx([costs.min(), costs.max()])
    colors = height_colors(costs.ravel(), costs.min(), costs.max())
    assert played["en"].surface.rgba == pytest.approx(colors)


def test_the_ball_ends_where_the_descent_did(played, recordings):
    analysis, beat = recordings["digits-landscape"], played["en"]
    place = analysis.read("random.descent")[-1]
    assert beat.ball.in_space[0, :2] / (SIDE / 2) == pytest.approx(place)  # the plane runs from -1 to 1
    assert beat.parameters.value == 13_002


def test_while_it_rolls_ball_number_and_arrow_are_those_of_one_recorded_place(recordings):
    analysis, seen = recordings["digits-landscape"], []
    put = Balls.put

    def look(ball, place):
        put(ball, place)
        seen.append((ball, np.array(place)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Balls, "put", look)
        beat = run_beat("two_weights", recordings, chapter="gradient-descent")
    way, costs = analysis.read("random.descent"), analysis.read("random.descent_cost")
    ground = Ground(analysis, "random")
    recorded = ground.to_space(way[:, 0], way[:, 1], costs) + UPWARDS
    rolled = np.array([place for ball, place in seen if ball is beat.ball])
    assert len(rolled) > 5
    distances = np.linalg.norm(rolled[:, None] - recorded[None], axis=2).min(axis=1)
    assert distances == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("end", "part"), [(1.2, "found the valley"), (2.0, "came from 3.00 to 2.00"), (3.5, "did not come down")]
)
def test_the_last_line_is_what_the_descent_did(played, end, part):
    beat = played["en"]
    with pytest.MonkeyPatch.context() as patch:
        value = {"start": 3.0, "end": end, "lowest": 1.0, "highest": 5.0}
        patch.setattr(beat, "descent", replace(beat.descent, value=value))
        line = beat.line_of_the_end()
        assert part in beat.translate(line.text, **line.values)


def test_the_gradient_is_said_to_be_steepest_where_it_points_to_the_highest_neighbour():
    ticks = np.linspace(-1, 1, 5)
    x, y = np.meshgrid(ticks, ticks)
    plane = SimpleNamespace(first=ticks, second=ticks, cost=3 * x + 3.1 * y, slope=np.tile([3.0, 3.1], (5, 5, 1)))
    way = uphill(plane, 2, 2).value
    assert way["neighbour"] == pytest.approx(45) and apart(way["gradient"], 45) < 2
    assert apart(170, -170) == 20 and apart(-90, 90) == 180


def test_the_trained_network_is_marked_at_its_recorded_cost(played, recordings):
    analysis, mark = recordings["digits-landscape"], played["en"].mark.in_space[0]
    cost = analysis.read("random.cost")
    middle = len(cost) // 2  # where both directions are 0
    assert mark[:2] == pytest.approx([0, 0])
    assert (mark - UPWARDS)[2] / HEIGHT * cost.max() == pytest.approx(cost[middle, middle])


def test_numbers_beside_the_plane_are_the_weights_own(played, recordings):
    analysis, beat = recordings["digits-landscape"], played["en"]
    plane, trained = Ground(analysis, "pair"), analysis.read("trained")
    surface = plane.surface(beat.surface.view, raised=False)
    names = Formula("w"), Formula("v")
    sides = MeasuredSides(plane, surface, names, gaps=(1.0, 1.3), origin=trained, ticks=4)
    feet = sides.strokes.in_space[4::2]  # of the ticks, behind the two sides
    values = [label.value for label in sides.labels if isinstance(label, Number)]
    count = int(np.isclose(feet[:, 1], -SIDE / 2).sum())
    for axis, ticks in enumerate((feet[:count, 0], feet[count:, 1])):
        ends = plane.first[[0, -1]] + trained[axis]
        told = values[:count] if axis == 0 else values[count:]
        assert ticks == pytest.approx(np.interp(told, ends, [-SIDE / 2, SIDE / 2]))


def test_arrows_point_along_minus_the_recorded_gradient(recordings):
    analysis = recordings["digits-landscape"]
    ground, slope = Ground(analysis, "pair"), analysis.read("pair.slope")
    rows, columns = np.array([3, 8, 12]), np.array([4, 12, 3])
    feet, steps = ground.downhill(rows, columns)
    recorded = slope[rows, columns]
    lengths = np.linalg.norm(steps[:, :2], axis=1)
    assert steps[:, :2] / lengths[:, None] == pytest.approx(-recorded / np.linalg.norm(recorded, axis=1)[:, None])
    assert lengths / lengths[0] == pytest.approx(np.linalg.norm(recorded, axis=1) / np.linalg.norm(recorded[0]))
    assert lengths.max() <= LONGEST and (steps[:, 2] < 0).all()
    first, second = analysis.read("pair.first"), analysis.read("pair.second")
    assert feet[:, 0] == pytest.approx(np.interp(first[columns], first[[0, -1]], [-SIDE / 2, SIDE / 2]))
    assert feet[:, 1] == pytest.approx(np.interp(second[rows], second[[0, -1]], [-SIDE / 2, SIDE / 2]))
