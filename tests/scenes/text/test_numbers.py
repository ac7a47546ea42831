"""Running numbers: their digits, what stays in place, and thousands of them against Cairo's drawing."""

from __future__ import annotations

import numpy as np
import pytest
from manim import LEFT, RIGHT, UP, FadeIn, Scene, Transform, tempconfig

from scenes.drawing.batched import WrongCameraError
from scenes.drawing.camera import BatchedCamera
from scenes.evidence.evidence import EvidenceError, Exact, Recorded
from scenes.evidence.series import Series
from scenes.look.style import LABEL, SMALL
from scenes.text.glyphs import MINUS, digit_height, format_number, glyph, line_up
from scenes.text.many_numbers import Numbers
from scenes.text.numbers import Counter, Number, digits_to_multiply, significant
from tests.scenes.drawn import SCALE, draw

WHITE = np.array([255, 255, 255, 1], dtype=np.float32)


# What is written ---------------------------------------------------------------------------------------------


def test_all_digits_are_half_an_em_wide() -> None:
    assert [glyph(digit).advance for digit in "0123456789"] == pytest.approx([0.5] * 10)
    assert glyph(" ").advance == 0.5
    assert line_up("0.58")[1] == pytest.approx(line_up("1.11")[1])


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (-0.5, "{:.2f}", "−0.50"),
        (-0.001, "{:.2f}", "0.00"),
        (-0.001, "{:+.2f}", "+0.00"),
        (-1e-7, "{:.0e}", "−1e−07"),
        (13002, "{:,}", "13,002"),
        (93.63, "{:.1f} %", "93.6 %"),
        (-3, "{:>4.0f}", "  −3"),
    ],
)
def test_a_minus_is_a_minus_and_zero_has_none(value: float, form: str, text: str) -> None:
    assert format_number(value, form) == text
    assert "-" not in format_number(value, form)


def test_the_minus_is_drawn_wider_than_a_hyphen() -> None:
    assert np.ptp(glyph(MINUS).points[:, 0]) > 1.5 * np.ptp(glyph("-").points[:, 0])


# One number --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fixed", "side"), [("left", LEFT), ("right", RIGHT)])
def test_the_fixed_side_stays(fixed: str, side: np.ndarray) -> None:
    number = Number(8.88, fixed=fixed).shift(UP).scale(1.5)  # type: ignore[arg-type]
    edge, baseline = number.get_edge_center(side)[0], number.baseline
    for value in (88.88, 888.88, 0.88):
        number.show(value)
        assert number.get_edge_center(side)[0] == pytest.approx(edge, abs=0.03)
        assert number.baseline == pytest.approx(baseline)
        assert number.size == pytest.approx(1.5 * LABEL)


RECORDED = Recorded("digits", "metric.test_accuracy", {}, (0.2, 0.5, 0.9))
SERIES = Series(np.array([0, 3, 10]), np.array([0.2, 0.5, 0.9]), RECORDED)


@pytest.mark.parametrize(
    ("step", "text"), [(0, "20.0%"), (2.9, "20.0%"), (3, "50.0%"), (9, "50.0%"), (10, "90.0%"), (99, "90.0%")]
)
def test_a_number_that_follows_a_series_shows_what_was_recorded_last(step: float, text: str) -> None:
    number = Number(20.0, "{:.1f}%").follow(SERIES, times=100)
    assert number.at(step).text == text


def test_a_number_that_follows_nothing_has_no_steps() -> None:
    with pytest.raises(ValueError, match="follows no series"):
        Number(1.0).at(3)


def test_a_number_shows_nothing_that_its_evidence_does_not_give() -> None:
    number = Number(0.2, "{:.1f}", because=SERIES.evidence)
    assert number.show(0.5).text == "0.5"
    with pytest.raises(EvidenceError, match=r"'0\.4' tells 0\.4"):
        number.show(0.4)


def test_a_changing_number_shows_no_other_between() -> None:
    number, seen = Number(3.0, "{:.0f}"), set()
    animation = number.animate_change(80.0, run_time=1)
    animation.begin()
    for alpha in np.linspace(0, 1, 40):
        animation.interpolate(alpha)
        seen.add(number.text)
    assert seen == {"3", "80"} and number.get_fill_opacity() == pytest.approx(1)


def test_a_counter_counts_whole_things_to_what_its_evidence_gives() -> None:
    counter, seen = Counter(0, because=Exact("a * b", a=4, b=5)), set()
    animation = counter.animate_count(20, run_time=1)
    animation.begin()
    for alpha in np.linspace(0, 1, 100):
        animation.interpolate(alpha)
        seen.add(counter.text)
    assert seen == {str(count) for count in range(21)} and counter.value == 20
    with pytest.raises(EvidenceError):
        counter.animate_count(21)


def test_many_numbers_change_halfway_and_run_through_nothing() -> None:
    numbers = Numbers(np.array([1.0, 2.0]), np.zeros((2, 3)))
    start, end = numbers.copy(), numbers.copy().show_values(np.array([5.0, 6.0]))
    for alpha, values in ((0.0, [1, 2]), (0.49, [1, 2]), (0.5, [5, 6]), (1.0, [5, 6])):
        numbers.interpolate(start, end, alpha)
        assert numbers.values.tolist() == values


def test_a_box_is_around_the_number() -> None:
    number = Number(-1.5, "{:>8.2f}", SMALL).shift(RIGHT)
    (box,) = number.set_opacity(0.4).text_boxes()
    assert box.text == "−1.50"
    assert (box.size, box.opacity) == pytest.approx((SMALL, 0.4))
    assert box.top - box.bottom == pytest.approx(digit_height() * SMALL, rel=0.1)


# Thousands ---------------------------------------------------------------------------------------------------


def _as_cairo_draws(value: float, place: np.ndarray, size: float, angle: float = 0.0) -> Number:
    """Return a `Number` standing where `Numbers` would put one."""
    number = Number(value, "{:.2f}", size, "#ffffff", fixed="center")
    number.shift(-number.frame()[2] + np.array([0, -digit_height() * size / 2, 0]))
    return number.rotate(angle, about_point=np.zeros(3)).shift(place)


@pytest.mark.parametrize("angle", [0.0, 0.4])
def test_pixels_are_cairos_at_eighths_of_a_pixel(angle: float) -> None:
    # anchored so that the centers of the texts, and with them the glyphs, begin at eighths of a pixel
    size, place = 0.8, np.array([0.5, -0.25, 0.0])
    many = Numbers(np.array([-3.14]), place[None], size=size, rgba=WHITE[None]).rotate(angle, about_point=place)
    ours = draw(many).astype(int)
    theirs = draw(_as_cairo_draws(-3.14, place, size, angle)).astype(int)
    assert theirs.max() == 255
    # at most a sixteenth of a pixel out of place: a sixteenth of an edge pixel's brightness, and a little rounding
    assert np.abs(ours - theirs).max() <= 255 / 16 * (abs(np.cos(angle)) + abs(np.sin(angle))) + 4
    assert abs(ours.sum() - theirs.sum()) / theirs.sum() < 0.002


def test_many_numbers_at_any_place_are_cairos() -> None:
    random = np.random.default_rng(0)
    values = random.normal(size=12)
    places = np.stack([random.uniform(-6, 6, 12), np.linspace(-3.5, 3.5, 12), np.zeros(12)], axis=1)
    ours = draw(Numbers(values, places, size=0.4, rgba=np.tile(WHITE, (12, 1)))).astype(int)
    theirs = draw(*(_as_cairo_draws(value, place, 0.4) for value, place in zip(values, places, strict=True)))
    assert np.abs(ours - theirs).max() <= 26
    assert abs(ours.sum() - theirs.sum()) / theirs.sum() < 0.005


def test_colours_alpha_and_transparent_backgrounds() -> None:
    rgba = np.array([[255, 0, 0, 1], [0, 0, 255, 0.5]], dtype=np.float32)
    places = np.array([[-2.0, 0, 0], [2.0, 0, 0]])
    frame = draw(Numbers(np.array([8.0, 8.0]), places, form="{:.0f}", size=2.0, rgba=rgba), opacity=0.0)
    left, right = frame[:, :320].reshape(-1, 4), frame[:, 320:].reshape(-1, 4)
    assert left.max(axis=0).tolist() == [255, 0, 0, 255]
    assert right.max(axis=0) == pytest.approx([0, 0, 128, 128], abs=1)  # premultiplied


def test_numbers_move_scale_fade_and_change() -> None:
    numbers = Numbers(np.array([0.0, 10.0]), np.array([[-1.0, 0, 0], [1.0, 0, 0]]), form="{:.1f}")
    target = numbers.copy().shift(UP).scale(2).show_values(np.array([1.0, 20.0]))
    numbers.interpolate(numbers.copy(), target, 0.5)
    assert numbers.texts() == ["1.0", "20.0"]
    assert numbers.places[:, 1] == pytest.approx([0.5, 0.5])
    assert numbers.text_boxes()[0].size == pytest.approx(1.5 * SMALL)
    assert draw(numbers.set_opacity(0.5))[..., 0].max() == pytest.approx(236 / 2, abs=2)
    numbers.move_items(np.array([[0.0, 2, 0], [0.0, 1, 0]]))
    assert numbers.places == pytest.approx(np.array([[0.0, 2, 0], [0.0, 1, 0]]))


def test_boxes_are_around_the_ink_of_each() -> None:
    numbers = Numbers(np.array([-3.14, 2.72]), np.array([[-3.0, 1, 0], [3.0, 1, 0]]), size=1.0, align="left")
    rows, columns = np.nonzero(draw(numbers)[..., 0] > 40)
    boxes = numbers.text_boxes()
    assert [box.text for box in boxes] == ["−3.14", "2.72"]
    top, bottom = 4 - rows.min() / SCALE, 4 - (rows.max() + 1) / SCALE
    assert (boxes[0].top, boxes[0].bottom) == pytest.approx((top, bottom), abs=0.05)
    first = columns[columns < 320]
    width = 640 / SCALE
    assert boxes[0].left <= first.min() / SCALE - width / 2 + 0.02
    assert boxes[0].right >= (first.max() + 1) / SCALE - width / 2 - 0.02
    assert numbers.get_left()[0] == pytest.approx(-3.0)


def test_animations_take_them_and_other_cameras_refuse_them() -> None:
    first = Numbers(np.arange(3.0), np.stack([np.arange(3.0), np.zeros(3), np.zeros(3)], axis=1))
    second = Numbers(np.arange(5.0), np.stack([np.arange(5.0), np.ones(5), np.zeros(5)], axis=1))
    with tempconfig({"quality": "low_quality", "frame_rate": 5, "dry_run": True, "verbosity": "ERROR"}):
        scene = Scene(camera_class=BatchedCamera)
        scene.play(FadeIn(first), run_time=0.4)
        scene.play(first.animate.show_values(np.array([3.0, 4.0, 5.0])), run_time=0.4)
        assert first.values.tolist() == [3.0, 4.0, 5.0]
        scene.play(Transform(first, second), run_time=0.4)
        assert first.values.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
        with pytest.raises(WrongCameraError):
            Scene().add(first).renderer.camera.capture_mobjects([first])


def test_numbers_and_places_must_match() -> None:
    with pytest.raises(ValueError, match="2 numbers need 2 places, got 3"):
        Numbers(np.zeros(2), np.zeros((3, 3)))


def test_no_numbers_and_blank_numbers_draw_nothing() -> None:
    assert not draw(Numbers(np.zeros(0), np.zeros((0, 3))))[..., :3].any()
    assert not draw(Numbers(np.zeros(1), np.zeros((1, 3)), form=" "))[..., :3].any()


def test_a_change_shows_nothing_between_and_keeps_the_opacity():
    number = Number(3.85).set_fill(opacity=0.4)
    change = number.animate_change(0.02)
    change.begin()
    seen = []
    for share in np.linspace(0, 1, 21):
        change.interpolate(float(share))
        seen.append((number.text, float(number.get_fill_opacity())))
    assert {text for text, _ in seen} == {"3.85", "0.02"}
    assert min(opacity for _, opacity in seen) == pytest.approx(0, abs=0.1)
    assert seen[-1] == ("0.02", pytest.approx(0.4))


@pytest.mark.parametrize("factors", [(0.26806, 0.11767, -1.7264), (0.375, 0.2427, -0.83055), (1e-5, 0.9996, 3.14159)])
def test_what_is_read_multiplies_to_the_product_that_is_read(factors: tuple[float, ...]) -> None:
    digits = digits_to_multiply(factors)
    read = [float(f"{factor:.{digits}g}") for factor in factors]
    assert significant(float(np.prod(read))) == significant(float(np.prod(factors)))


def test_no_more_digits_are_read_than_it_takes() -> None:
    assert digits_to_multiply((0.5, 0.25)) == 3
    assert digits_to_multiply((0.26806, 0.11767, -1.7264)) == 4
