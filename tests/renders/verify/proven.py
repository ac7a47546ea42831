"""A chapter that says, claims and shows something of its recording, rendered."""

from __future__ import annotations

from pathlib import Path

from renders.farm.inline_executor import InlineExecutor
from renders.film.chapter_film import render_films
from tests.renders.reel import Reel, never_train

SLIDE = '''"""A beat that says, shows and claims what was recorded."""

from __future__ import annotations

from manim import RIGHT, Dot

from scenes.beats.beat import Beat
from scenes.evidence.evidence import Measured
from scenes.text.numbers import Number


class Slide(Beat):
    """A dot slides."""

    def script(self) -> None:
        bias = self.recorded("digits", "layer3.bias", step=-1, out=0)
        self.mark_step("digits", 9)
        dot, number = Dot(), Number(bias.value, because=bias)
        self.add(dot)
        far = Measured("far", round(bias.value, 2), "how far it slides", ("digits/layer3.bias",), lambda far: far > 2)
        with self.say("It slides by {far}.", because=far, far=f"{far.value:.2f}"):
            self.play(dot.animate.shift(bias.value * RIGHT), run_time=0.5)
            self.add(number)
        self.mark_step("digits", 0)
        with self.say("And back."):
            self.play(dot.animate.shift(bias.value * RIGHT), run_time=0.5)
'''


def write_proven(reel: Reel) -> None:
    """Give the reel a beat with evidence, and record what it draws."""
    (reel.folder / "reels" / "tiny" / "slide.py").write_text(SLIDE, encoding="utf-8")
    reel.forget_modules()
    reel.record()


def film_of(reel: Reel, name: str = "tiny/slide") -> Path:
    """Return where the film of a beat, or of the chapter, lies."""
    return reel.places.films / f"{name}.en.small.mp4"


def render(reel: Reel, *beats: str) -> Path:
    """Render the chapter, or beats of it, and return the last film."""
    return render_films(reel.order(*beats), reel.places, never_train, InlineExecutor).films[-1]
