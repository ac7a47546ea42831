"""The curve, the slopes and the walks of `one_weight` are the recorded ones, and so is what it says of them."""

from __future__ import annotations

from collections import ChainMap

import numpy as np
import pytest
from manim import Dot

from scenes.chapters.gradient_descent.landscape.line_measured import continuity, lines_of_turning
from scenes.chapters.gradient_descent.landscape.slices import FINE, LONGEST, GoAlong, Slice, Trail, Walk, push, tangent
from scenes.chapters.gradient_descent.landscape.valleys import ValleyPlot, downhill_to, two_valleys
from scenes.language.translation import LANGUAGES
from scenes.mobjects.plots.axes import Axes2D
from scenes.text.typeset import Words
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat

TWO = np.array([9.0, 5.0, 3.0, 4.0, 6.0, 5.0, 2.0, 1.0, 2.0, 8.0])
FINE_WEIGHT = np.linspace(-2, 4, 121)
BOWL = Slice(np.linspace(-2, 4, 13), np.linspace(-2, 4, 13) ** 2, 2 * np.linspace(-2, 4, 13))


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: played_beat("one_weight", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    beat = played[language]
    assert 20 <= beat.time <= 36
    require_well_told(beat)


def test_the_curve_is_the_recorded_line(played, recordings):
    analysis, beat = recordings["digits-landscape"], played["en"]
    weight = analysis.read("line.change") + analysis.read("trained")[0]
    places = beat.axes.point(weight, analysis.read("line.cost"))
    assert beat.curve.points[0::4] == pytest.approx(places[:-1])
    assert beat.curve.points[-1] == pytest.approx(places[-1])
    assert beat.entry == analysis.read("entry")[0].tolist()
    assert beat.count.value == 13_002


@pytest.mark.parametrize("share", [0.0, 0.13, 0.5, 0.777, 1.0])
def test_ball_and_numbers_are_those_of_one_recorded_place(played, share):
    beat = played["en"]
    line, before = beat.line, beat.w.get_value()
    beat.w.set_value(line.weight[0] + share * np.ptp(line.weight))
    place = beat.place
    assert 0 <= beat.w.get_value() - line.weight[place] < np.diff(line.weight).max()
    assert beat.at() == pytest.approx(beat.axes.point(line.weight[place], line.cost[place]))
    assert beat.slope.at(line.weight[place]).value == line.slope[place]
    beat.w.set_value(before)


@pytest.mark.parametrize("name", ["shrinking", "far"])
def test_marks_stand_on_the_recorded_places_of_a_walk(played, recordings, name):
    analysis, beat = recordings["digits-landscape"], played["en"]
    walk = beat.walks[name].within(beat.line)
    weight = analysis.read(f"walk.{name}") + analysis.read("trained")[0]
    kept = len(walk.weight)
    assert walk.weight == pytest.approx(weight[:kept])
    assert kept == len(weight) or not beat.line.weight[0] <= weight[kept] <= beat.line.weight[-1]
    trail = Trail(beat.axes, walk)
    assert trail.marks.centers == pytest.approx(
        beat.axes.point(weight[:kept], analysis.read(f"walk.{name}_cost")[:kept])
    )
    assert trail.show_until(1.0) == len(trail.places) - 1
    assert trail.marks.shown.all() and trail.hops.shown.all()


@pytest.mark.parametrize("name", ["shrinking", "far"])
def test_while_it_walks_the_ball_and_the_number_never_leave_the_recorded_places(played, recordings, name):
    beat, analysis = played["en"], recordings["digits-landscape"]
    walk = beat.walks[name].within(beat.line)
    trail, ball, told = Trail(beat.axes, walk), Dot(), []
    walking = GoAlong(ball, trail, told.append)
    walking.begin()
    for alpha in np.linspace(0, 1, 60):
        walking.interpolate(alpha)
        weight, cost = (analysis.read(f"walk.{name}{part}")[told[-1]] for part in ("", "_cost"))
        assert ball.get_center() == pytest.approx(beat.axes.point(weight + analysis.read("trained")[0], cost))
        assert trail.marks.shown.sum() == told[-1] + 1
        assert told[-1] * FINE <= trail.hops.shown.sum() + 1e-3 and trail.hops.shown.sum() <= (told[-1] + 1) * FINE
    assert told == sorted(told) and set(told) == set(range(len(walk.weight)))


def test_the_last_walk_leaves_the_ball_and_the_number_at_its_end(played, recordings):
    beat, analysis = played["en"], recordings["digits-landscape"]
    walk = beat.walks["far"].within(beat.line)
    assert beat.cost.value == pytest.approx(analysis.read("walk.far_cost")[len(walk.cost) - 1])
    assert beat.w.get_value() == pytest.approx(walk.weight[-1])


def test_what_is_said_of_walks_holds(played):
    beat = played["en"]
    said = [caption.text for caption in beat.captions]
    assert any("leaps" in text for text in said) == beat.walks["far"].leaps()
    shorter = beat.walks["shrinking"].steps
    assert any("the steps shrink" in text for text in said) == (shorter[-1] < shorter.max() / 2)


@pytest.mark.parametrize(
    ("cost", "slope", "holds"),
    [(FINE_WEIGHT**2, 2 * FINE_WEIGHT, True), (FINE_WEIGHT**2, 1.8 * FINE_WEIGHT, False), (FINE_WEIGHT > 0, 0, False)],
)
def test_that_the_cost_is_continuous_is_said_only_of_small_changes_and_slopes_that_are_theirs(cost, slope, holds):
    slopes = np.broadcast_to(slope, FINE_WEIGHT.shape)
    smooth, plain = lines_of_turning(continuity(Slice(FINE_WEIGHT, cost.astype(float), slopes)))
    assert (smooth.holds, plain.holds) == (holds, True)


def test_walks_are_judged_by_their_places():
    onward = np.arange(7.0, 0.0, -1.0)
    assert not Walk(onward, onward**2, 2 * onward).leaps()
    across = np.array([3.0, -2.0])
    assert Walk(across, across**2, 2 * across).leaps()


def test_the_count_of_slices_is_the_recorded_one(played, recordings):
    analysis, beat = recordings["digits-landscape"], played["en"]
    (number, words), rule = beat.counted
    assert number.value == analysis.read("slice.found")[0]
    assert f"{analysis.read('slice.tried')[0]:,}" in words.text
    assert f"{analysis.config['least_ridge']:.0%}" in rule.text


def test_tangent_and_arrow_follow_the_slope():
    axes = Axes2D((-2, 4), (0, 16), 6, 4)
    assert BOWL.bottom() == 0.0, "a recorded place"
    assert Slice(BOWL.weight + 0.1, BOWL.cost, BOWL.slope).place(1.2) == BOWL.place(1.1) == 6
    assert BOWL.steepest(1) == 3.5 and BOWL.steepest(-1) == -1.5  # the ends are left out
    for weight in (-1.5, 1.0, 3.0):
        line = tangent(axes, BOWL, BOWL.place(weight))
        assert line.get_center() == pytest.approx(axes.point(weight, weight**2))
        x, y, _ = line.get_end() - line.get_start()
        assert (y / 4 * 16) / (x / 6 * 6) == pytest.approx(2 * weight)
    lengths = [push(axes, BOWL, BOWL.place(weight)).get_end()[0] - axes.point(weight, 0)[0] for weight in (-1.5, 3.0)]
    assert lengths[0] / lengths[1] == pytest.approx(-1.5 / 3.0)
    assert lengths[0] > 0 > lengths[1]


def test_the_scale_of_the_arrow_is_told(played):
    beat = played["en"]
    steepest = int(np.abs(beat.line.slope).argmax())
    assert f"{abs(beat.line.slope[steepest]):.2g}" in beat.longest.text
    arrow = push(beat.axes, beat.line, steepest)
    assert abs(arrow.get_end()[0] - beat.axes.point(beat.line.weight[steepest], 0)[0]) == pytest.approx(LONGEST)


def test_the_two_valleys_are_minima_with_a_ridge_between():
    valleys = two_valleys(TWO)
    assert valleys == (2, 4, 7)
    assert valleys.higher(TWO) == 2
    assert two_valleys(TWO[5:]) is None
    way = downhill_to(TWO, 2, 4, ceiling=6.0)
    assert way.tolist() == [1, 2]
    assert downhill_to(TWO, 7, 4, ceiling=100.0).tolist() == [9, 8, 7]


def test_the_ball_rolls_along_the_costs_into_the_higher_valley():
    plot = ValleyPlot(np.arange(10.0), TWO, two_valleys(TWO), (Words("w"), Words("C")))
    ball = plot.ball()
    roll = plot.animate_roll(ball)
    roll.begin()
    for alpha in np.linspace(0, 1, 7):
        roll.interpolate(alpha)
        place = np.interp(ball.get_x(), plot.axes.point(plot.weight, 0 * TWO)[:, 0], plot.weight)
        height = plot.axes.point(0, np.interp(place, plot.weight, TWO))[1]
        assert ball.get_y() == pytest.approx(height, abs=1e-6)
    assert ball.get_center() == pytest.approx(plot.place(2))
    assert [number.value for _, number in plot.minima] == [3.0, 1.0]


def test_two_minima_of_nearly_the_same_cost_are_told_apart():
    cost = np.array([1.0, 0.500002, 0.6, 0.500001, 1.0])
    plot = ValleyPlot(np.arange(5.0), cost, two_valleys(cost), (Words("w"), Words("C")))
    assert len({number.text for _, number in plot.minima}) == 2


class _Changed:
    """A recording of which some arrays are others."""

    def __init__(self, recording, arrays):
        self._recording, self._arrays = recording, arrays

    def only(self, names):
        return _Changed(self._recording.only(names), self._arrays)

    def read(self, name, **where):
        return self._arrays[name] if name in self._arrays else self._recording.read(name, **where)

    def __getattr__(self, name):
        return getattr(self._recording, name)


@pytest.mark.parametrize(
    ("steepness", "walk", "said"),
    [
        (0.0, [3.0, 3.0, 3.0], "Here the slope is zero everywhere"),
        (0.01, [3.0, 0.0, -30.0], "flies out of the picture"),
        (0.01, [3.0, 2.1, 1.2], "the first step is {times} times as long"),
        (0.01, [3.0, 2.1, 1.2], "The slope is positive: go left."),
        (-0.01, [-3.0, -2.1, -1.2], "The slope is negative: go right."),
    ],
)
def test_lines_that_are_no_valley_are_told_as_they_are(recordings, steepness, walk, said):
    analysis = recordings["digits-landscape"]
    change, walk = analysis.read("line.change"), np.array(walk)
    own = {"line.cost": 0.3 + steepness * change, "line.slope": np.full(len(change), steepness)}
    own |= {"walk.far": walk, "walk.far_cost": 0.3 + steepness * walk, "walk.far_slope": np.full(3, steepness)}
    near = walk[0] + (walk - walk[0]) / 9
    own |= {"walk.shrinking": near, "walk.shrinking_cost": 0.3 + steepness * near}
    own |= {"slice.found": np.array([0]), "slice.cost": np.zeros(0)}
    changed = ChainMap({"digits-landscape": _Changed(analysis, own)}, recordings)
    beat = run_beat("one_weight", changed, chapter="gradient-descent")
    lines = [caption.text for caption in beat.captions]
    assert any(said in line for line in lines)
    assert "The lowest? Of {tried} slices, none has a second valley." in lines
    assert not any("the steps shrink" in line or "leaps" in line for line in lines)
