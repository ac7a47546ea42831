"""A surface is seen from where its view says, near hides far, and its lines run where they should."""

from __future__ import annotations

import numpy as np
import pytest
from manim import FadeOut, Scene, tempconfig

from scenes.drawing.camera import BatchedCamera
from scenes.mobjects.space.space import Turn, View
from scenes.mobjects.space.surface import Surface
from tests.scenes.drawn import draw, pixel_at

SIDE = 21
FROM_ABOVE = View(elevation=np.pi / 2, distance=1e9)


def surface(height: np.ndarray | None = None, view: View = FROM_ABOVE, **kwargs) -> Surface:
    x, y = np.meshgrid(np.linspace(-2, 2, SIDE), np.linspace(-2, 2, SIDE))
    z = np.zeros_like(x) if height is None else height
    return Surface(np.stack([x, y, z], axis=2).reshape(-1, 3), (SIDE, SIDE), view=view, **kwargs)


def test_view_from_above_is_a_map():
    points = np.array([[1.0, 2.0, 3.0], [-1, 0, 0]])
    assert FROM_ABOVE(points)[:, :2] == pytest.approx(points[:, :2], abs=1e-6)
    assert FROM_ABOVE(points)[:, 2] == pytest.approx([3, 0])


def test_walking_around_turns_the_picture():
    east = np.array([[1.0, 0, 0]])
    assert View(azimuth=np.pi / 2, elevation=0, distance=1e9)(east)[0] == pytest.approx([0, 0, 1], abs=1e-6)


def test_what_is_near_is_larger():
    near, far = View(elevation=0, distance=10)(np.array([[1.0, -2, 0], [1, 2, 0]]))
    assert near[0] == pytest.approx(10 / 8) and far[0] == pytest.approx(10 / 12)


def test_a_level_surface_is_one_even_patch_without_seams():
    frame = draw(surface())
    patch = frame[95:265, 235:405, :3]  # 45 pixels a unit: the square from -2 to 2
    assert np.ptp(patch.reshape(-1, 3), axis=0).max() <= 1
    assert patch.min() > 100
    assert not frame[:80, :, :3].any()


def test_near_hides_far():
    rows = np.arange(SIDE)
    ridge = np.tile(np.where(abs(rows - 10) <= 1, 1.5, 0.0)[:, None], (1, SIDE))
    colors = np.zeros((SIDE * SIDE, 4), np.float32)
    colors[:] = [0, 255, 0, 1]
    colors[11 * SIDE :] = [255, 0, 0, 1]  # beyond the ridge, as y grows away
    for azimuth, hidden, nearer in ((0.0, 0.6, 1), (np.pi, -0.6, 0)):
        picture = surface(ridge, View(azimuth, elevation=0.2, distance=1e9), rgba=colors)
        shown = pixel_at(draw(picture), picture.view(np.array([[0.0, hidden, 0.0]]))[0])
        assert shown[nearer] > 50 and shown[1 - nearer] == 0


def test_contours_run_where_the_level_is_whole():
    x = np.tile(np.linspace(-2, 2, SIDE), (SIDE, 1))
    dark = np.tile(np.float32([40, 40, 60, 1]), (SIDE * SIDE, 1))
    frame = draw(surface(levels=x.ravel(), rgba=dark))[180, :, :3].astype(int).max(axis=1)
    for level in (-1, 0, 1):
        place = int(320 + 45 * level)
        assert frame[place - 1 : place + 1].max() > frame[place + 15] + 15


def test_a_grid_lies_on_a_level_surface_and_tints_no_other():
    dark = np.tile(np.float32([40, 40, 60, 1]), (SIDE * SIDE, 1))
    tilted = np.tile(np.linspace(0, 1, SIDE), (SIDE, 1))
    for height, lined in ((None, True), (tilted, False)):
        with_grid, without = (draw(surface(height, rgba=dark, grid=grid)).astype(int) for grid in (5, 0))
        assert (np.abs(with_grid - without).max() > 10) == lined


def test_light_changes_no_hue():
    tilted = np.tile(np.abs(np.linspace(-1, 1, SIDE)), (SIDE, 1))
    rgba = np.tile(np.float32([27, 133, 119, 1]), (SIDE * SIDE, 1))
    seen = draw(surface(tilted, View(0.3, 0.7), rgba=rgba))[..., :3].reshape(-1, 3).astype(float)
    seen = seen[seen.max(axis=1) > 30]
    assert np.ptp(seen.max(axis=1)) > 20, "sides are lit differently"
    assert seen / seen.max(axis=1, keepdims=True) == pytest.approx(np.tile(rgba[0, :3] / 133, (len(seen), 1)), abs=0.05)


def test_fades_as_any_mobject():
    full, half = draw(surface()), draw(surface().set_opacity(0.5))
    assert half[180, 320, :3].max() == pytest.approx(full[180, 320, :3].max() / 2, abs=2)


def test_turn_takes_all_parts_to_the_view():
    parts = [surface(), surface().set_opacity(0.2)]
    with tempconfig({"pixel_width": 160, "pixel_height": 90, "frame_rate": 10, "dry_run": True}):
        scene = Scene(camera_class=BatchedCamera)
        scene.setup()
        scene.add(*parts)
        scene.play(Turn(parts, View(1.0, 0.4)), run_time=0.3)
        for part in parts:
            assert part.points == pytest.approx(View(1.0, 0.4)(part.in_space))
        scene.play(FadeOut(parts[0]), run_time=0.2)


def test_wrong_numbers_are_told():
    with pytest.raises(ValueError, match="a surface of 3 × 4 corners needs 12, got 5"):
        Surface(np.zeros((5, 3)), (3, 4), view=View())
    with pytest.raises(TypeError, match="only be transformed into another of as many"):
        surface().align_points(Surface(np.zeros((4, 3)), (2, 2), view=View()))
