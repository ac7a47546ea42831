"""The image becomes 784 neurons; one is pulled out and its number read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    AnimationGroup,
    Create,
    FadeIn,
    FadeOut,
    ReplacementTransform,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
    smooth,
)

from engine.recording.format.conventions import USER_PROBE_LABEL
from scenes.beats.beat import Beat
from scenes.beats.stage import GRID_HEIGHT, STAGES, neuron_grid, own_or, pixels_of, typical
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Exact, Mark, Measured
from scenes.language.translation import N_
from scenes.look.frame import layout_in
from scenes.look.style import LABEL, STEADY, TITLE, palette
from scenes.mobjects.pictures.colormap import brightness
from scenes.mobjects.pictures.pixels import DigitImage
from scenes.text.numbers import Number

DIGIT = 3
MOVING = 0.4  # share of a step that moves; for the rest of it the number stands, to be read
STOPS = 7  # pixels visited on the walk along a row


@dataclass(frozen=True)
class NeuronLayout:
    """Where the grid of neurons makes room, and the one that is taken out of it, with its number below it.

    share: of its size that the grid keeps. told: the middle of the words beside it. apart: how far "0 is black" and
    "1 is white" stand from the middle, above the neuron, or beside its number where there is no room above.
    """

    grid: tuple[float, float]
    told: tuple[float, float]
    neuron: tuple[float, float]
    apart: float
    share: float = 1.0
    radius: float = 1.1
    above: bool = True


PLACES: Mapping[str, NeuronLayout] = {
    "16:9": NeuronLayout((-2.6, 0.0), (3.6, 0.0), (3.6, 0.5), 1.3),
    "4:3": NeuronLayout((-2.25, 0.0), (2.7, 0.0), (2.5, 0.4), 1.05, 0.85, 0.85),
    "1:1": NeuronLayout((0.0, 1.55), (0.0, -1.95), (0.0, -1.3), 2.2, 0.64, 0.68, above=False),
    "9:16": NeuronLayout((0.0, 3.1), (0.0, -3.4), (0.0, -2.5), 2.4, radius=1.5, above=False),
}


class ANeuronHoldsANumber(Beat):
    """What a computer sees: a grid of numbers between 0 and 1."""

    last_picture = "the grid of neurons"

    def script(self) -> None:
        self.places = layout_in(PLACES)
        recording = self.data["digits"]
        probe = own_or(recording, typical(recording, DIGIT))
        self.pixels = pixels_of(recording, probe)
        self.row = greyest_row(self.pixels)
        self.measure(own=recording.read("probe.label")[probe] == USER_PROBE_LABEL)
        self.grid = DigitImage(self.pixels, height=layout_in(STAGES).grid)
        self.turn_pixels_into_neurons()
        self.pull_one_out()
        self.walk_along_a_row()
        self.put_it_back()

    def measure(self, own: bool) -> None:
        """Read the row that is walked along, and count pixels and inputs. own: whether the picture is the user's."""
        how = N_("the pixels of the row with most grey, in the picture that you gave")
        if not own:
            how = N_("the pixels of the row with most grey, in the recorded three that is nearest to their mean")
        row = {"row": self.row, "pixels": self.pixels[self.row].tolist()}
        self.walked = Measured("row", row, how, ("digits/probe.input", "digits/probe.label"))
        rows, columns = self.pixels.shape
        self.area = Exact("rows * columns", rows=rows, columns=columns)
        inputs = {"pixels": self.pixels.size, "inputs": self.data["digits"].arrays["layer1.weight"].shape[-1]}
        how = N_("the pixels of a picture, and the inputs of the first layer of weights")
        first = Measured("inputs", inputs, how, ("digits/probe.input", "digits/layer1.weight"))
        self.input_layer = first.when(lambda are: are["pixels"] == are["inputs"])

    def turn_pixels_into_neurons(self) -> None:
        with self.say(N_("What does a computer see in this picture?")) as line:
            self.play(FadeIn(self.grid, scale=0.9), run_time=line.fraction(0.5))
            self.play(
                self.grid.animate.scale(self.places.share).move_to([*self.places.grid, 0]), run_time=line.remaining
            )
        rows, columns = self.pixels.shape
        told = {"rows": rows, "columns": columns, "total": rows * columns}
        count = self.words(N_("{rows} × {columns} = {total} pixels"), because=self.area, values=told)
        count.move_to([*self.places.told, 0])
        with self.say(N_("A grid, {columns} by {rows}: {total} numbers."), self.area, **told) as line:
            self.play(FadeIn(count, shift=0.3 * RIGHT), self.grid.animate.round_off(), run_time=line.remaining)
        self.play(FadeOut(count), run_time=0.4)

    def pull_one_out(self) -> None:
        self.at = int(np.argmin(np.abs(self.pixels[self.row] - 0.58)))
        item = self.grid.item(self.row * self.pixels.shape[1] + self.at)
        self.frame = self.cell_frame(self.at)
        self.neuron = self.big_neuron(self.pixels[self.row, self.at])
        value = float(self.pixels[self.row, self.at])
        self.number = Number(value, form="{:.2f}", size=1.3 * TITLE, because=self.walked)
        self.number.next_to(self.neuron, DOWN, buff=0.35)
        self.name = self.words(N_("neuron")).next_to(self.neuron, RIGHT, buff=0.3)
        with self.say(N_("Take one out. We call it a neuron: a thing that holds a number.")) as line:
            self.play(FadeIn(self.frame), run_time=0.5)
            self.play(ReplacementTransform(item, self.neuron, path_arc=-0.6), run_time=line.fraction(0.45))
            self.play(FadeIn(self.name, shift=0.2 * RIGHT), run_time=0.5)
            self.play(FadeIn(self.number, shift=0.2 * DOWN), run_time=0.5)

    def big_neuron(self, value: float) -> Tiles:
        rim = brightness(np.ones(1))
        fill, radius = brightness([value]), self.places.radius
        disc = Tiles(np.zeros((1, 3)), radius, fill=fill, stroke=rim, stroke_width=3.0, corner=1.0)
        return disc.move_to([*self.places.neuron, 0])

    def cell_frame(self, column: int) -> Tiles:
        yellow = brightness(np.ones(1))
        half = 0.13 * self.places.share * layout_in(STAGES).grid / GRID_HEIGHT
        place = self.grid.cell(self.row, column)[None]
        frame = Tiles(place, half, fill=brightness(np.zeros(1)), stroke=yellow, stroke_width=3.5)
        return frame.set_color(palette().attention)

    def walk_along_a_row(self) -> None:
        zero, one = (
            self.words(text, because=Mark(end)) for text, end in ((N_("0 is black"), 0), (N_("1 is white"), 1))
        )
        for words, side in ((zero, LEFT), (one, RIGHT)):
            if self.places.above:
                words.next_to(self.neuron, UP, buff=0.7).shift(self.places.apart * side)
            else:
                words.shift(self.places.apart * side).align_baseline(self.number)
        with self.say(N_("Zero is black, one is white, and grey lies in between."), Mark(0, 1)) as line:
            self.play(FadeIn(zero, shift=0.2 * UP), FadeIn(one, shift=0.2 * UP), run_time=0.8)
            self.step_to(self.stops(line.remaining))
        name = self.words(N_("activation"), LABEL, color=palette().attention).next_to(self.number, DOWN, buff=0.35)
        with self.say(N_("That number is the neuron's activation. The brighter, the higher.")) as line:
            self.play(FadeIn(name, shift=0.2 * DOWN), run_time=0.6)
            self.step_to(self.stops(line.remaining, back=True))
        self.extras = (self.name, zero, one, name)

    def stops(self, seconds: float, back: bool = False) -> list[tuple[int, float]]:
        """Return the columns to stop at along the row, through the ink, and the seconds for each."""
        inked = np.flatnonzero(self.pixels[self.row] > 0)
        around = np.clip([inked[0] - 1, inked[-1] + 1], 0, self.pixels.shape[1] - 1)
        columns = np.concatenate([around[:1], inked, around[1:]])
        chosen = columns[np.linspace(0, len(columns) - 1, STOPS).round().astype(int)]
        chosen = chosen[::-1] if back else chosen
        return [(int(column), seconds / len(chosen)) for column in chosen]

    def step_to(self, stops: list[tuple[int, float]]) -> None:
        for column, seconds in stops:
            value = float(self.pixels[self.row, column])
            self.play(
                self.frame.animate.move_to(self.grid.cell(self.row, column)),
                UpdateFromAlphaFunc(self.neuron, shading(self.neuron.fill, brightness([value]))),
                self.number.animate_change(value),
                run_time=seconds,
                rate_func=lambda t: smooth(min(1.0, t / MOVING)),
            )

    def put_it_back(self) -> None:
        count = self.pixels.size
        line_of = N_("All {count} together are the first layer of our network.")
        with self.say(line_of, self.input_layer, count=count) as line:
            self.play(
                AnimationGroup(*[FadeOut(thing) for thing in (self.neuron, self.number, self.frame, *self.extras)]),
                run_time=0.6,
            )
            neurons = self.words(N_("{count} neurons:"), because=self.input_layer, values={"count": count})
            told = VGroup(neurons, self.words(N_("the first layer"))).arrange(DOWN, buff=0.2)
            told.move_to([*self.places.told, 0])
            self.play(FadeIn(told, shift=0.3 * RIGHT), run_time=0.6)
            rims = self.rims()
            self.play(Create(rims, rate_func=linear), run_time=line.remaining)
        whole = self.grid.animate.scale(1 / self.places.share).move_to(neuron_grid(self.pixels))
        self.play(FadeOut(told), FadeOut(rims), whole, run_time=STEADY)

    def rims(self) -> DigitImage:
        """Return the rims of all neurons of the grid, in yellow."""
        rims = self.grid.copy().set_color(palette().attention)
        rims.fill[:, 3] = 0
        return rims


def shading(before: np.ndarray, after: np.ndarray) -> Callable[[Tiles, float], Tiles]:
    """Return what gives a neuron another fill halfway, at the moment when its number changes too."""

    def shade(neuron: Tiles, alpha: float) -> Tiles:
        neuron.fill = before if alpha < 0.5 else after
        return neuron

    return shade


def greyest_row(pixels: np.ndarray) -> int:
    """Return the row (of rows, columns in [0, 1]) with most grey in it: a walk along it meets black, grey and white."""
    return int(np.argmax(np.minimum(pixels, 1 - pixels).sum(axis=1)))
