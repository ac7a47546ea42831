"""A beat that needs no data: a square comes and grows."""

from __future__ import annotations

from manim import GrowFromCenter, Square

from scenes.beats.beat import Beat


class Grow(Beat):
    """A square grows."""

    def script(self) -> None:
        square = Square(2)
        with self.say("A square grows."):
            self.play(GrowFromCenter(square), run_time=1.0)
            self.play(square.animate.scale(1.5), run_time=1.0)
