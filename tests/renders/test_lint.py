"""The layout lint: each fault planted in a little scene is found, and nothing is found in a clean one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Circle,
    FadeIn,
    FadeOut,
    FadeTransform,
    GrowFromCenter,
    ReplacementTransform,
    Scene,
    Square,
    TransformFromCopy,
    ValueTracker,
)
from manim.mobject.mobject import Mobject

from renders.lint.lint import Report, inspect_piece
from renders.lint.text import words_in
from renders.request.style import USUAL
from renders.scene.setup import manim_settings
from renders.scene.stepping import SteppingRenderer
from tests.renders.planted import TWENTY, Label, inspect
from tests.renders.reel import Reel, reel_in


@pytest.fixture
def look_at(tmp_path: Path) -> Callable[[Callable[[Scene], None]], Report]:
    """Return the function that inspects a scene whose `construct` is the function given to it."""
    return lambda construct: inspect(construct, tmp_path)


LookAt = Callable[[Callable[[Scene], None]], Report]


def play_moving(scene: Scene, seconds: float, *others: Mobject) -> None:
    """Let time pass while a square turns in a corner where no text is."""
    square = Square(0.4).move_to(3 * DOWN + 6 * LEFT)
    scene.add(square, *others)
    scene.play(square.animate(run_time=seconds).rotate(1.5))
    scene.remove(square)


def kinds(report: Report) -> list[str]:
    return [finding.kind for finding in report.findings]


def test_a_clean_scene_has_no_findings(look_at: LookAt) -> None:
    def construct(scene: Scene) -> None:
        title, other = Label("a title").shift(2 * UP), Label("12.5")
        scene.play(FadeIn(title, shift=UP), GrowFromCenter(other))
        play_moving(scene, 2)
        scene.play(title.animate.shift(3 * RIGHT), other.animate.shift(2 * DOWN))
        scene.play(FadeOut(title), FadeOut(other, shift=LEFT))

    report = look_at(construct)
    assert report.findings == ()
    assert report.texts == 2
    assert report.seconds == pytest.approx(5)


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        (8 * RIGHT, "off the frame"),
        (6.5 * LEFT, "off the frame"),
        (3.9 * UP, "off the frame"),
        (3.6 * DOWN, "near the edge"),
        (6.2 * RIGHT, "near the edge"),
    ],
)
def test_text_off_the_frame_or_near_its_edge(look_at: LookAt, place: object, kind: str) -> None:
    report = look_at(lambda scene: play_moving(scene, 3, Label("a label").shift(place)))
    assert kinds(report) == [kind]
    assert report.findings[0].text == "a label"


def test_text_just_within_the_margin_is_well(look_at: LookAt) -> None:
    assert look_at(lambda scene: play_moving(scene, 3, Label("a label").shift(3.49 * UP))).findings == ()


def test_text_that_ends_off_the_frame_is_found_at_the_animations_end(look_at: LookAt) -> None:
    def construct(scene: Scene) -> None:
        label = Label("label")
        play_moving(scene, 1.5, label)
        scene.play(label.animate.shift(4 * UP), run_time=1)
        play_moving(scene, 0.5)

    report = look_at(construct)
    assert kinds(report) == ["off the frame"]
    assert report.findings[0].time == pytest.approx(2.5, abs=0.3)


def test_text_that_comes_in_from_outside_is_well(look_at: LookAt) -> None:
    def construct(scene: Scene) -> None:
        label = Label("label").shift(5 * UP)
        scene.play(label.animate.shift(3 * DOWN), run_time=1)
        play_moving(scene, 2)

    assert look_at(construct).findings == ()


def test_text_that_is_too_small(look_at: LookAt) -> None:
    report = look_at(lambda scene: play_moving(scene, 3, Label("small", 0.2), Label("large", 0.23).shift(UP)))
    assert kinds(report) == ["too small"]
    assert report.findings[0].text == "small"


def test_text_that_grows_is_not_too_small_on_its_way(look_at: LookAt) -> None:
    def construct(scene: Scene) -> None:
        scene.play(GrowFromCenter(Label("grows")), run_time=2)
        play_moving(scene, 1)

    assert look_at(construct).findings == ()


def test_texts_that_overlap_where_they_stand(look_at: LookAt) -> None:
    report = look_at(lambda scene: play_moving(scene, 3, Label("one"), Label("other").shift(0.2 * UP)))
    assert kinds(report) == ["overlap"]
    assert "'other'" in report.findings[0].detail


def test_dimmed_texts_that_overlap_are_found_and_invisible_ones_are_not(look_at: LookAt) -> None:
    def overlap(opacity: float) -> list[str]:
        return kinds(look_at(lambda s: play_moving(s, 3, Label("one"), Label("other").set_opacity(opacity))))

    assert overlap(0.33) == ["overlap"]
    assert overlap(0.0) == []


def test_texts_that_overlap_while_both_move_are_found_if_it_lasts(look_at: LookAt) -> None:
    def construct(scene: Scene) -> None:
        one, other = Label("one two"), Label("three four").shift(0.1 * UP)
        scene.play(one.animate.shift(4 * RIGHT), other.animate.shift(4 * RIGHT), run_time=3)

    assert "overlap" in kinds(look_at(construct))


def test_texts_that_change_into_each_other_in_place_do_not_overlap(look_at: LookAt) -> None:
    def construct(scene: Scene) -> None:
        first, second, third = Label("before"), Label("after"), Label("in the end")
        play_moving(scene, 2, first)
        scene.play(ReplacementTransform(first, second))
        play_moving(scene, 2)
        scene.play(FadeTransform(second, third))
        play_moving(scene, 2)
        scene.play(FadeOut(third))

    assert look_at(construct).findings == ()


def test_a_copy_that_leaves_its_original_does_not_overlap_it(look_at: LookAt) -> None:
    def construct(scene: Scene) -> None:
        original, target = Label("0.58"), Label("0.58").shift(2 * UP)
        play_moving(scene, 2, original)
        scene.play(TransformFromCopy(original, target), run_time=2)
        play_moving(scene, 1)

    report = look_at(construct)
    assert report.findings == ()
    assert report.texts == 2


def test_text_that_is_gone_before_it_could_be_read(look_at: LookAt) -> None:
    def construct(scene: Scene) -> None:
        label = Label("five words are too many")
        scene.play(FadeIn(label), run_time=0.5)
        play_moving(scene, 1)
        scene.play(FadeOut(label), run_time=0.5)
        play_moving(scene, 1)

    report = look_at(construct)
    assert kinds(report) == ["gone too soon"]
    assert report.findings[0].detail == "there for 2.0 s, 2.2 s are needed to read it"


def test_text_that_comes_just_before_the_end_is_gone_too_soon(look_at: LookAt) -> None:
    def construct(scene: Scene) -> None:
        play_moving(scene, 3)
        play_moving(scene, 1, Label("late"))

    assert kinds(look_at(construct)) == ["gone too soon"]


@pytest.mark.parametrize("form", ["{:.2f}", "{:.2e}", "{:.3g}"])
def test_a_running_number_is_one_text_however_it_is_written(look_at: LookAt, form: str) -> None:
    def construct(scene: Scene) -> None:
        number, tracker = Label("0.00"), ValueTracker(0)
        scene.add(number)
        number.add_updater(lambda mobject: setattr(mobject, "text", form.format(tracker.get_value() / 1e5)))
        scene.play(tracker.animate.set_value(99), GrowFromCenter(Circle(0.3).shift(2 * UP)), run_time=2)

    report = look_at(construct)
    assert report.findings == ()
    assert report.texts == 1


def test_the_rest_on_the_last_picture_is_no_standing_still(look_at: LookAt) -> None:
    def construct(scene: Scene) -> None:
        square = Square()
        scene.play(FadeIn(square), run_time=1.5)
        scene.wait(2)
        scene.play(FadeOut(square), run_time=0.5)

    assert kinds(look_at(construct)) == []


def test_a_picture_that_stands_still_too_long(look_at: LookAt) -> None:
    def construct(scene: Scene) -> None:
        play_moving(scene, 1)
        scene.wait(5)  # two seconds of which are the rest on the last picture

    report = look_at(construct)
    assert kinds(report) == ["stands still"]
    assert "for 3.0 of 6.0 s" in report.findings[0].detail


@pytest.mark.parametrize("hidden", ["off the frame", "invisible", "a number that nobody draws"])
def test_motion_that_cannot_be_seen_is_none(look_at: LookAt, hidden: str) -> None:
    def construct(scene: Scene) -> None:
        moving: Mobject = Square(0.4)
        match hidden:
            case "off the frame":
                moving.shift(20 * UP)
            case "invisible":
                moving.set_stroke(opacity=0)
            case _:
                moving = ValueTracker(0)
        scene.add(moving)
        scene.play(moving.animate.shift(RIGHT), run_time=6)

    assert kinds(look_at(construct)) == ["stands still"]


def test_changes_of_colour_are_motion(look_at: LookAt) -> None:
    def construct(scene: Scene) -> None:
        square = Square()
        scene.add(square)
        scene.play(square.animate.set_color("#FF0000"), run_time=2)

    assert look_at(construct).findings == ()


def test_a_piece_is_inspected_with_the_texts_that_it_really_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reel: Reel = reel_in(tmp_path, monkeypatch)
    reel.record()
    order = reel.order()
    report = inspect_piece(order.jobs(order.pieces, reel.places, tmp_path)[-2])
    assert report.texts >= 4, "the end card shows this much"
    assert report.seconds > 3


def test_words_are_counted_as_they_are_read() -> None:
    assert words_in("one two") == 2
    assert words_in("一二三四五") == pytest.approx(5 * 2.4 / 4)
    assert words_in("σ 一") == pytest.approx(1 + 2.4 / 4)


def test_stepping_draws_nothing(tmp_path: Path) -> None:
    with manim_settings(TWENTY, USUAL, tmp_path, {"dry_run": True}):
        renderer = SteppingRenderer()
        scene = Scene(renderer=renderer)
        scene.add(Square(4, fill_opacity=1))
        scene.wait(1)
        assert not renderer.get_frame()[..., :3].any()
        assert renderer.draw(scene)[..., :3].any()
