"""Drawing only what has changed gives the picture that drawing everything gives."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from manim import (
    RIGHT,
    UP,
    Circle,
    Create,
    Dot,
    FadeIn,
    FadeOut,
    Indicate,
    PointCloudDot,
    ReplacementTransform,
    Scene,
    Square,
    ValueTracker,
    VGroup,
    tempconfig,
)

from renders.scene.film_renderer import FilmRenderer
from renders.scene.frame_writer import FILM_CONFIG, frame_writer
from scenes.drawing.camera import BatchedCamera
from scenes.drawing.redraw import Box
from scenes.mobjects.diagram.network import layered_network
from scenes.text.many_numbers import Numbers
from scenes.text.typeset import Words

WIDTH, HEIGHT = 320, 180
SETTINGS = {"pixel_width": WIDTH, "pixel_height": HEIGHT, "frame_rate": 10, "verbosity": "ERROR", **FILM_CONFIG}


class Compared:
    """A sink that draws every frame anew as a whole, and keeps how much of it was said to have changed."""

    def __init__(self) -> None:
        self.scene: Scene | None = None
        self.before = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        self.worst = self.missed = 0
        self.shares: list[float] = []

    def write(self, pixels: np.ndarray, repeat: int = 1, changed: tuple[Box, ...] | None = None) -> None:
        assert self.scene is not None and changed is not None
        camera = BatchedCamera(background_color=self.scene.camera.background_color)
        camera.capture_mobjects([*self.scene.mobjects, *self.scene.foreground_mobjects])
        self.worst = max(self.worst, int(np.abs(camera.pixel_array.astype(int) - pixels).max()))
        differs = (pixels != self.before).any(axis=2)
        for box in changed:
            box.of(differs)[:] = False
        self.missed += int(differs.sum())
        self.before = pixels.copy()
        self.shares.append(sum((b.right - b.left) * (b.bottom - b.top) for b in changed) / (WIDTH * HEIGHT))

    def finish(self) -> None:
        pass

    def abort(self) -> None:
        pass


def film(construct: Callable[[Scene], None]) -> Compared:
    compared = Compared()
    scene_class = type("Played", (Scene,), {"construct": construct})
    with tempconfig(SETTINGS):
        compared.scene = scene_class(renderer=FilmRenderer(frame_writer(compared)))
        compared.scene.render()
    return compared


def flow(scene: Scene) -> None:
    network = layered_network((6, 4, 3)).shift(0.3 * UP)
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(4, 6))
    scene.add(network, Words("one layer sets the next").to_edge(UP))
    scene.play(network.animate_flow(0, weights, rng.uniform(size=6)), network.animate_activations(1, np.ones(4)))
    scene.wait(0.5)
    scene.play(network.edges[0].animate.weigh(weights, 2.0))


def shapes(scene: Scene) -> None:
    square = Square(fill_opacity=0.5, stroke_width=8).shift(2 * RIGHT)
    circle = Circle(z_index=2).shift(2.5 * RIGHT)
    scene.add(circle)
    scene.play(Create(square))
    scene.play(Indicate(square), circle.animate.shift(UP))
    scene.bring_to_back(circle)
    scene.wait(0.3)
    scene.play(ReplacementTransform(square, Square(1).shift(3 * UP + 6 * RIGHT)), FadeOut(circle))


def numbers(scene: Scene) -> None:
    places = np.stack([np.linspace(-6, 6, 9), np.linspace(-3, 3, 9), np.zeros(9)], axis=1)
    shown = Numbers(np.arange(9) - 4.0, places, size=0.5)
    scene.play(FadeIn(shown))
    scene.play(shown.animate.show_values(np.arange(9) * -120.0))
    scene.add_foreground_mobjects(Dot(radius=0.3))
    scene.wait(0.2)


def clouds(scene: Scene) -> None:
    cloud = PointCloudDot(color="#FFFFFF")  # of a kind of which the camera knows no box
    scene.add(cloud, VGroup(Square(), Circle()))
    scene.play(cloud.animate.shift(RIGHT))
    scene.play(FadeOut(cloud))
    scene.wait(0.2)


@pytest.mark.parametrize("construct", [flow, shapes, numbers, clouds])
def test_every_frame_is_what_drawing_all_of_it_gives(construct):
    compared = film(construct)
    assert compared.worst <= 2  # Cairo rounds otherwise within a clip
    assert compared.missed == 0


def test_where_nothing_moves_nothing_is_drawn():
    def construct(scene: Scene) -> None:
        dot = Dot([-6, 3, 0])
        scene.add(Square(6), dot)
        scene.play(dot.animate.shift(0.5 * RIGHT))
        scene.wait(0.5)  # the dot comes to rest
        scene.wait(0.5)

    compared = film(construct)
    assert compared.shares[0] == 1.0
    assert max(compared.shares[1:]) < 0.1
    assert compared.shares[-1] == 0.0


def test_a_number_that_is_tracked_on_the_scene_has_nothing_drawn_anew():
    def construct(scene: Scene) -> None:
        dot, clock = Dot([-6, 3, 0]), ValueTracker()
        clock.add_updater(lambda tracker, dt: tracker.increment_value(dt))
        dot.add_updater(lambda dot: dot.set_x(-6 + clock.get_value()))
        scene.add(Square(6), dot, clock)
        scene.wait(0.5)

    compared = film(construct)
    assert compared.missed == 0 and compared.worst <= 2
    assert max(compared.shares[1:]) < 0.1


def test_a_box_holds_all_that_a_mobject_draws():
    with tempconfig(SETTINGS):
        for mobject in (Square(stroke_width=20).rotate(0.3), layered_network((3, 2)).edges[0], Words("gjpq,")):
            camera = BatchedCamera(background_color="#000000")
            camera.capture_mobjects([mobject])
            outside = camera.pixel_array[..., :3].max(axis=2)
            for part in mobject.family_members_with_points():
                camera.box_of(part).of(outside)[:] = 0
            assert not outside.any()
