"""A beat that draws what was recorded: a dot slides to where a bias stood."""

from __future__ import annotations

from manim import RIGHT, Dot

from scenes.beats.beat import Beat


class Slide(Beat):
    """A dot slides."""

    def script(self) -> None:
        bias = float(self.data["digits"].read("layer3.bias", step=-1, out=0))
        dot = Dot()
        self.add(dot)
        with self.say("A dot slides."):
            self.play(dot.animate.shift(bias * RIGHT), run_time=0.5)
