"""Number lines, axes and curves: numbers at their places, and every data point that shows on the curve."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from manim import DOWN, LEFT, RIGHT, UP, VGroup

from scenes.look.style import SMALL
from scenes.mobjects.plots.axes import Axes2D, AxisLine, round_numbers, telling_positions, up_to
from scenes.text.text_box import TextBox
from scenes.text.typeset import Formula


def _boxes(mobject: VGroup) -> list[TextBox]:
    return [box for part in mobject.get_family() if hasattr(part, "text_boxes") for box in part.text_boxes()]


@pytest.mark.parametrize(
    ("low", "high", "about", "numbers"),
    [
        (0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-6, 6, 7, [-6, -4, -2, 0, 2, 4, 6]),
        (0, 30000, 4, [0, 10000, 20000, 30000]),
        (0.13, 2.4, 5, [0.5, 1, 1.5, 2]),
        (-1, 1, 3, [-1, 0, 1]),
    ],
)
def test_ticks_stand_at_round_numbers(low: float, high: float, about: int, numbers: list[float]) -> None:
    assert round_numbers(low, high, about) == numbers


def test_a_number_has_its_place_wherever_the_line_is() -> None:
    line = AxisLine((-2, 2), 8)
    assert line.to_point(1) == pytest.approx(np.array([2.0, 0, 0]))
    assert line.to_point(np.array([-2, 0])) == pytest.approx(np.array([[-4.0, 0, 0], [0, 0, 0]]))
    line.shift(UP).scale(0.5, about_point=UP)
    assert line.to_point(1) == pytest.approx(np.array([1.0, 1, 0]))
    line.rotate(np.pi / 2, about_point=UP)
    assert line.to_point(1) == pytest.approx(np.array([0.0, 2, 0]))


def test_labels_stand_under_their_ticks_and_apart() -> None:
    line = AxisLine((-2, 2), 8, ticks=[-2, 0.5, 2], label=Formula("z"))
    assert [box.text for box in _boxes(line)] == ["−2", "0.5", "2", "z"]
    for words, number in zip(line.labels, (-2, 0.5, 2), strict=True):
        assert words.get_center()[0] == pytest.approx(line.to_point(number)[0], abs=0.02)
        assert words.get_top()[1] < 0
    assert all(box.size >= SMALL - 1e-9 for box in _boxes(line))
    for one, other in itertools.combinations(_boxes(line), 2):
        assert one.right < other.left or other.right < one.left or one.top < other.bottom or other.top < one.bottom
    assert len(AxisLine((0, 1), 3, form="").labels) == 0


def test_a_line_runs_upwards_in_number() -> None:
    line = AxisLine((0, 1), 4, upright=True, ticks=2)
    assert line.to_point(1) == pytest.approx(2 * UP)
    assert all(words.get_right()[0] < 0 for words in line.labels)
    with pytest.raises(ValueError, match="from a smaller to a larger"):
        AxisLine((1, 1), 4)


def test_axes_cross_where_they_are_told_to() -> None:
    axes = Axes2D((-6, 6), (0, 1), 6, 3, cross=(0, 0)).shift(2 * RIGHT)
    assert axes.point(0, 0) == pytest.approx(axes.x_axis.to_point(0))
    assert axes.point(0, 0) == pytest.approx(axes.y_axis.to_point(0))
    assert axes.point(6, 1) - axes.point(0, 0) == pytest.approx(np.array([3.0, 3, 0]))
    corner = Axes2D((1, 3), (10, 20), 4, 2)
    assert corner.point(1, 10) == pytest.approx(corner.y_axis.line.get_start())
    assert corner.get_center() == pytest.approx(np.zeros(3), abs=1e-6)


def test_a_curve_goes_through_its_data() -> None:
    axes = Axes2D((0, 4), (0, 1), 4, 2).shift(LEFT + DOWN).rotate(0.3)
    x, y = np.arange(5.0), np.array([0, 0.5, 0.25, 1, 0.75])
    curve = axes.plot(x, y)
    ends = np.concatenate([curve.points[:1], curve.points[3::4]])
    assert ends == pytest.approx(axes.point(x, y))
    assert len(curve.get_subpaths()) == 1


def test_a_function_is_plotted_over_the_whole_axis() -> None:
    axes = Axes2D((-6, 6), (0, 1), 6, 3)
    curve = axes.plot(lambda z: 1 / (1 + np.exp(-z)))
    assert curve.get_start() == pytest.approx(axes.point(-6, 1 / (1 + np.exp(6))))
    middle = curve.points[len(curve.points) // 2]
    assert middle == pytest.approx(axes.point(0, 0.5), abs=0.02)


def test_what_lies_outside_is_left_out() -> None:
    axes = Axes2D((0, 4), (0, 1), 4, 2)
    curve = axes.plot(np.arange(5.0), np.array([0.5, 0.6, 3.0, 0.4, 0.3]))
    assert len(curve.get_subpaths()) == 2
    assert curve.get_top()[1] <= axes.point(0, 1)[1]


def test_of_very_many_points_the_extremes_are_kept() -> None:
    values = np.random.default_rng(0).normal(size=30_000)
    kept = telling_positions(values, 1600)
    assert len(kept) <= 1600
    assert {0, len(values) - 1, int(values.argmin()), int(values.argmax())} <= set(kept.tolist())
    assert (np.diff(kept) > 0).all()
    assert telling_positions(values[:100], 1600).tolist() == list(range(100))


def test_a_curve_goes_as_far_as_now() -> None:
    steps, values = up_to(np.array([0.0, 10, 40, 90]), np.array([0.0, 0.5, 0.8, 0.9]), 25.0)
    assert steps.tolist() == [0, 10, 25]
    assert values == pytest.approx([0.0, 0.5, 0.65])


def test_drawing_runs_along_x_at_an_even_pace() -> None:
    axes = Axes2D((0, 100), (0, 1), 10, 2)
    x = np.arange(101.0)
    curve = axes.plot(x, np.where(x < 50, 0.5, x % 2))  # flat first, then long strokes up and down
    animation = curve.animate_draw(run_time=2)
    assert animation.run_time == 2
    animation.begin()
    animation.interpolate(0.25)
    assert curve.get_right()[0] == pytest.approx(axes.point(25, 0)[0], abs=0.01)
    animation.finish()
    assert curve.get_right()[0] == pytest.approx(axes.point(100, 0)[0])


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        (np.arange(3.0), np.arange(4.0), "got 3 x and 4 y"),
        (np.zeros(1), np.zeros(1), "at least 2"),
        (np.arange(3.0), np.array([0, np.nan, 1]), "finite"),
    ],
)
def test_bad_data_is_refused(x: np.ndarray, y: np.ndarray, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Axes2D((0, 4), (0, 1), 4, 2).plot(x, y)
