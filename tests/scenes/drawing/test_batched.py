"""Batched mobjects behave as users of manim expect of a mobject."""

import numpy as np
import pytest
from manim import (
    UP,
    Camera,
    Create,
    FadeIn,
    FadeOut,
    Group,
    Indicate,
    MoveToTarget,
    ReplacementTransform,
    Scene,
    ThreeDScene,
    Transform,
    tempconfig,
)

from scenes.drawing.batched import WrongCameraError
from scenes.drawing.camera import BatchedCamera, MovingBatchedCamera
from scenes.drawing.edges import Edges
from scenes.drawing.tiles import Tiles
from tests.scenes.drawn import draw

SMALL = {"pixel_width": 160, "pixel_height": 90, "frame_rate": 10, "dry_run": True, "disable_caching": True}


def tiles(count: int = 5) -> Tiles:
    centers = np.stack([np.linspace(-3, 3, count), np.zeros(count), np.zeros(count)], axis=1)
    fill = np.tile(np.array([[88, 196, 221, 0.5]], np.float32), (count, 1))
    return Tiles(centers, 0.4, fill=fill, corner=1.0)


def edges(count: int = 5) -> Edges:
    x = np.linspace(-3, 3, count)
    return Edges(np.stack([x, x - 1, 0 * x], 1), np.stack([x, x + 1, 0 * x], 1), stroke=4)


def run(play, camera=BatchedCamera):
    """Run `play(scene)` in a small scene and return the scene."""
    with tempconfig(SMALL):
        scene = Scene(camera_class=camera)
        scene.setup()
        play(scene)
        return scene


@pytest.mark.parametrize("make", [tiles, edges])
class TestAsAnyMobject:
    def test_shift_and_scale_move_every_item(self, make):
        mobject = make()
        before = mobject.points.copy()
        mobject.scale(2, about_point=np.zeros(3)).shift(UP)
        assert mobject.points == pytest.approx(2 * before + UP)

    def test_copy_shares_nothing(self, make):
        mobject = make()
        copy = mobject.copy().shift(UP)
        copy.set_color("#FF0000")
        assert mobject.get_y() == pytest.approx(0)
        for name in mobject.colour_arrays:
            assert not np.array_equal(getattr(copy, name), getattr(mobject, name))

    def test_bounding_box_holds_what_is_drawn(self, make):
        mobject = make()
        _, xs = np.nonzero(draw(mobject)[..., :3].max(-1))
        assert xs.min() >= (mobject.get_left()[0] + 64 / 9) * 45 - 3
        assert xs.max() <= (mobject.get_right()[0] + 64 / 9) * 45 + 3

    def test_fades(self, make):
        mobject = make()
        scene = run(lambda s: s.play(FadeIn(mobject), run_time=0.3))
        assert mobject.opacity == pytest.approx(1) and mobject in scene.mobjects
        scene = run(lambda s: (s.add(mobject), s.play(FadeOut(mobject), run_time=0.3)))
        assert mobject not in scene.mobjects

    def test_half_faded_is_half_as_bright(self, make):
        full, half = draw(make()), draw(make().set_opacity(0.5))
        assert int(half.max(axis=(0, 1))[:3].max()) == pytest.approx(full[..., :3].max() / 2, abs=2)

    def test_animate_and_targets(self, make):
        mobject = make()

        def play(scene):
            scene.play(mobject.animate.scale(0.5), run_time=0.2)
            mobject.generate_target()
            mobject.target.shift(UP).set_opacity(0.2)
            scene.play(MoveToTarget(mobject), run_time=0.2)
            scene.play(Indicate(mobject), run_time=0.2)
            scene.play(Create(mobject), run_time=0.2)

        run(play)
        assert mobject.get_y() == pytest.approx(1) and mobject.opacity == pytest.approx(0.2)
        assert mobject.shown.tolist() == [1] * len(mobject)

    @pytest.mark.parametrize("other", [3, 12])
    def test_transform_to_another_number_of_items(self, make, other):
        mobject, target = make(), make(other).shift(UP)
        run(lambda s: s.play(Transform(mobject, target), run_time=0.2))
        assert np.array_equal(draw(mobject), draw(target))

    def test_replacement_transform_leaves_the_target(self, make):
        mobject, target = make(), make(8)
        scene = run(lambda s: s.play(ReplacementTransform(mobject, target), run_time=0.2))
        assert target in scene.mobjects and mobject not in scene.mobjects

    def test_group_animates_it(self, make):
        mobject = make()
        run(lambda s: s.play(Group(mobject).animate.shift(UP), run_time=0.2))
        assert mobject.get_y() == pytest.approx(1)

    def test_another_camera_is_refused_in_one_line(self, make):
        with pytest.raises(WrongCameraError, match="BatchedCamera"):
            run(lambda s: s.play(FadeIn(make()), run_time=0.2), camera=Camera)

    def test_moving_camera_zooms(self, make):
        with tempconfig(SMALL):
            camera = MovingBatchedCamera()
            camera.capture_mobjects([make()])
            wide = int((camera.pixel_array[..., :3].max(-1) > 0).sum())
            camera.reset()
            camera.frame.scale(0.5)
            camera.capture_mobjects([make()])
            assert int((camera.pixel_array[..., :3].max(-1) > 0).sum()) > 1.15 * wide

    def test_z_index_orders_it_among_others(self, make):
        front = make().set_color("#FF0000").set_z_index(2)
        back = make().set_color("#0000FF").set_z_index(1)
        frame = draw(front, back)
        assert np.array_equal(frame, draw(back, front))


def test_halfway_between_two_pictures_is_their_mean():
    low, high = tiles(), tiles()
    low.fill[:, 3], high.fill[:, 3] = 0.2, 0.8
    middle = tiles()
    middle.interpolate(low, high, 0.5)
    assert middle.fill[:, 3] == pytest.approx(0.5)


def test_unlike_kinds_cannot_be_transformed():
    with pytest.raises(TypeError, match="its like"):
        tiles().align_points(edges())


def test_three_d_scene_is_refused():
    with tempconfig(SMALL):
        scene = ThreeDScene()
        with pytest.raises(WrongCameraError):
            scene.play(FadeIn(tiles()), run_time=0.2)
