"""784 numbers in, 10 out: the code that computes it is shown, and run on the digits just seen."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    RIGHT,
    UP,
    AddTextLetterByLetter,
    Animation,
    Arrow,
    Create,
    FadeIn,
    FadeOut,
    GrowArrow,
    LaggedStart,
    ManimColor,
    ReplacementTransform,
    RoundedRectangle,
    Transform,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    interpolate_color,
    there_and_back,
)

from scenes.beats.beat import Beat
from scenes.beats.stage import (
    IMAGE_HEIGHT,
    LAST,
    LAYERS,
    answered_right,
    own_or,
    pixels_of,
    sizes_of,
    the_network,
)
from scenes.beats.timeline import said
from scenes.chapters.network.whole_network import function_measured as measured
from scenes.chapters.network.whole_network.program import run_network, shown_code
from scenes.evidence.evidence import Exact
from scenes.language.translation import N_
from scenes.look.style import QUICK, SMALL, STROKE, TITLE, palette
from scenes.mobjects.diagram.network import PassingFlash
from scenes.mobjects.pictures.colormap import diverging
from scenes.mobjects.pictures.pixels import DigitImage
from scenes.mobjects.plots.bars import Bars
from scenes.text.numbers import Counter
from scenes.text.typeset import Formula, Words

DIGITS = (7, 2, 0)  # those that were fed forward earlier in the chapter
MIDDLE = 0.35  # height at which image, box and answers stand
BOX_X = -0.25
SMALL_BOX, LARGE_BOX = (2.4, 2.4), (6.0, 4.5)
CODE = 0.33  # em of the program's letters
NETWORK_BELOW, COUNTS_BELOW = 0.4, 1.78  # how far below the box's middle they stand once the code is above them
COUNTS, NOTE_WIDTH = -2.55, 6.2  # height of what is written below the frame of the box, and the widest between
ARRIVED, WRITTEN = 0.4, 0.6  # of an animation: the flow reaches the answers, and their numbers come


class ANetworkIsAFunction(Beat):
    """What is the whole thing? A function."""

    def open(self) -> None:
        self.recording = self.data["digits"]
        self.mark_step("digits", int(self.recording.steps("layer1.weight")[LAST]))
        self.sizes = sizes_of(self.recording)
        weights, biases = (
            [self.recording.read(f"{layer}.{kind}", step=LAST).astype(float) for layer in LAYERS]
            for kind in ("weight", "bias")
        )
        self.layers = list(zip(weights, biases, strict=True))
        self.probes = [answered_right(self.recording, digit) for digit in DIGITS]
        self.probes[0] = own_or(self.recording, self.probes[0])
        self.images = [pixels_of(self.recording, probe) for probe in self.probes]
        self.recorded_layers = [
            [self.recording.read(f"{layer}.activation", step=LAST, batch=probe) for layer in LAYERS]
            for probe in self.probes
        ]
        self.network = the_network(self.sizes, 4.6, 3.8).move_to([BOX_X, MIDDLE, 0])
        self.measure()

    def measure(self) -> None:
        """Measure the layers' sizes, what the program returns, whether that was recorded, and the flashes' scales."""
        pictures = range(len(self.images))
        returned = np.array([self.answers(which) for which in pictures])  # (picture, output)
        self.layer_sizes, self.returned = measured.measure_layer_sizes(self.sizes), measured.returned(returned)
        self.same = measured.same(returned, np.array([layers[-1] for layers in self.recorded_layers]))
        self.flow_shades = [
            max(float(np.abs(self.flow(k, which)).max()) for which in pictures) for k in range(len(self.layers))
        ]
        self.flows = measured.flows(self.flow_shades)

    def script(self) -> None:
        self.ask()
        self.name_it()
        self.look_inside()
        self.write_it_down()
        self.run_it()
        self.only_a_function()

    # The box ------------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        self.image = DigitImage(self.images[0], height=IMAGE_HEIGHT).move_to([-5.2, MIDDLE, 0])
        digits = [str(k) for k in range(self.sizes[-1])]
        self.bars = Bars(self.answers(0), digits, width=1.5, because=self.returned).empty()
        self.bars.move_to([5.22, MIDDLE, 0])
        self.bars.numbers.set_opacity(0)  # no network has answered yet
        self.box = self.box_of(SMALL_BOX)
        self.arrows = self.arrows_of(SMALL_BOX)
        self.name: VMobject = self.words("?", 2.2 * TITLE, color=palette().attention).move_to(self.box)
        with self.say(N_("Step back. What is this whole network?")) as line:
            self.play(FadeIn(self.image, shift=0.4 * RIGHT), run_time=line.fraction(0.3))
            self.play(GrowArrow(self.arrows[0]), Create(self.box), run_time=line.fraction(0.35))
            self.play(FadeIn(self.name, scale=0.6), GrowArrow(self.arrows[1]), run_time=line.remaining)

    def box_of(self, size: tuple[float, float]) -> RoundedRectangle:
        box = RoundedRectangle(width=size[0], height=size[1], corner_radius=0.18, stroke_width=STROKE)
        box.set_stroke(palette().line)
        return box.move_to([BOX_X, MIDDLE, 0])

    def arrows_of(self, size: tuple[float, float]) -> VGroup:
        """Return the arrows into and out of a box of that size."""
        left, right = BOX_X - size[0] / 2, BOX_X + size[0] / 2
        spans = ((self.image.get_right()[0], left), (right, self.bars.get_left()[0]))
        ends = [([begin + 0.2, MIDDLE, 0], [end - 0.15, MIDDLE, 0]) for begin, end in spans]
        look = {"buff": 0, "stroke_width": STROKE, "tip_length": 0.18, "color": palette().muted}
        return VGroup(*[Arrow(*pair, max_stroke_width_to_length_ratio=50, **look) for pair in ends])

    def animate_box(self, size: tuple[float, float]) -> list[Animation]:
        arrows = zip(self.arrows, self.arrows_of(size), strict=True)
        return [Transform(self.box, self.box_of(size)), *[Transform(old, new) for old, new in arrows]]

    def name_it(self) -> None:
        name = Formula("f", size=2.4 * TITLE).move_to(self.box)
        inputs, outputs = self.sizes[0], self.sizes[-1]
        ends = ((N_("{count} numbers in"), inputs, self.image), (N_("{count} numbers out"), outputs, self.bars))
        counts = [
            self.words(text, because=self.layer_sizes, values={"count": count}).set_x(end.get_x()).set_y(COUNTS)
            for text, count, end in ends
        ]
        told = {"inputs": inputs, "outputs": outputs}
        text = N_("A function: {inputs} numbers go in, and {outputs} come out.")
        with self.say(said(text, self.layer_sizes, **told)) as line:
            self.play(ReplacementTransform(self.name, name), run_time=QUICK)
            self.play(self.swallow(), FadeIn(counts[0], shift=0.2 * DOWN), run_time=line.fraction(0.3))
            self.play(self.give_out(), FadeIn(counts[1], shift=0.2 * DOWN), run_time=QUICK)
            self.play(self.fill(0), run_time=line.remaining)
        self.name = name

    def swallow(self) -> Transform:
        """Return the image's pixels going into the box."""
        poured = self.image.copy()
        into = poured.copy().scale(0.12).move_to(self.box.get_left()).set_opacity(0.0)
        return Transform(poured, into, remover=True)

    def give_out(self) -> LaggedStart:
        rows = [FadeIn(self.bars.row(k), shift=1.2 * RIGHT) for k in range(self.sizes[-1])]
        return LaggedStart(*rows, lag_ratio=0.05)

    def answers(self, which: int) -> np.ndarray:
        return run_network(self.layers, self.images[which].ravel())

    def fill(self, which: int, start: float = 0.0) -> Animation:
        """Return the bars growing from 0 after a share of the time; their numbers are the answers or unseen."""
        answers = self.answers(which)

        def grow(bars: Bars, alpha: float) -> None:
            share = float(np.clip((alpha - start) / (1 - start), 0, 1))
            bars.show_values(answers).show_lengths(share * answers)
            bars.numbers.set_opacity(float(np.clip((share - WRITTEN) / (1 - WRITTEN), 0, 1)))

        return UpdateFromAlphaFunc(self.bars, grow)

    def no_answers(self) -> Animation:
        """Return bars and numbers fading where they are: no number runs through what no network gave."""

        def fade(bars: Bars, alpha: float) -> None:
            for part in (bars.bars, bars.numbers):
                part.set_opacity(1 - alpha)
            if alpha == 1:
                bars.empty().bars.set_opacity(1)

        return UpdateFromAlphaFunc(self.bars, fade)

    # What is inside -----------------------------------------------------------------------------------------------

    def look_inside(self) -> None:
        above = self.name.copy().scale(0.4).next_to(self.box_of(LARGE_BOX), UP, buff=0.15)
        with self.say(N_("Look inside: layers, one setting the next.")) as line:
            self.play(*self.animate_box(LARGE_BOX), Transform(self.name, above), self.no_answers(), run_time=QUICK)
            self.play(FadeIn(self.network, self.shades()), run_time=QUICK)
            self.play(*self.pour_in(0), run_time=QUICK)
            for k in range(len(self.layers)):
                self.play(*self.step(k, 0), run_time=max(0.6, line.remaining / (len(self.layers) - k)))

    def shades(self) -> Words:
        """Return the note that tells which products of the layers, first layer first, flash in full shade."""
        between = "\N{NO-BREAK SPACE}·\N{NO-BREAK SPACE}"
        scales = between.join(f"{scale:.2g}" for scale in self.flow_shades)
        text = N_("flashes: weight × activation; full shade by layer: {scales}")
        look = {"color": palette().muted, "line_width": NOTE_WIDTH}
        self.note = self.words(text, SMALL, because=self.flows, values={"scales": scales}, **look)
        return self.note.set_x(BOX_X).set_y(COUNTS)

    def flow(self, k: int, which: int) -> np.ndarray:
        """Return w · a, (edge,), of the edges drawn into layer k for one of the pictures."""
        before = [self.images[which].ravel(), *self.recorded_layers[which]][k]
        return self.network.edges[k].pick(self.layers[k][0] * before[None, :])

    def pour_in(self, which: int) -> list[Animation]:
        """Return the image going in, and every later layer turned off."""
        off = [self.network.animate_activations(k + 1, np.zeros(size)) for k, size in enumerate(self.sizes[1:])]
        return [self.swallow(), self.network.animate_activations(0, self.images[which].ravel()), *off]

    def step(self, k: int, which: int) -> list[Animation]:
        """Return layer k setting the next one; after the last, the answers come out."""
        out = [self.fill(which, ARRIVED)] if k == len(self.layers) - 1 else []
        shade = self.flow_shades[k] or 1.0  # where nothing flows any will do
        flash = PassingFlash(self.network.edges[k], diverging(self.flow(k, which), shade), width=2.2)
        return [flash, self.network.animate_activations(k + 1, self.recorded_layers[which][k]), *out]

    def write_it_down(self) -> None:
        self.code = Words(shown_code(), size=CODE, code=True, align="left").move_to([BOX_X, MIDDLE + 1.35, 0])
        with self.say(N_("As a program it is a loop, run once a layer.")) as line:
            small = self.network.animate.scale(0.56).move_to([BOX_X, MIDDLE - NETWORK_BELOW, 0])
            self.play(small, run_time=line.fraction(0.2))
            self.counts = [
                Words(str(size), size=SMALL, color=palette().muted, because=self.layer_sizes) for size in self.sizes
            ]
            for count, column in zip(self.counts, self.network.columns, strict=True):
                count.set_x(column.get_x()).set_y(MIDDLE - COUNTS_BELOW)
            self.play(AddTextLetterByLetter(self.code), run_time=line.fraction(0.5))
            self.play(*[FadeIn(count, shift=0.1 * DOWN) for count in self.counts], run_time=line.remaining)

    # Running it ---------------------------------------------------------------------------------------------------

    def run_it(self) -> None:
        alike = self.same.when(lambda are: are["alike"] == are["outputs"], N_("all of them are"))
        with self.say(N_("Run it: it gives the answers that we saw."), alike) as line:
            self.play(*self.pour_in(0), self.no_answers(), run_time=QUICK)
            self.go_round(0, line.fraction(0.45))
            for which in range(1, len(DIGITS)):
                self.run_on(which)

    def light_loop(self) -> Animation:
        """Return the line of the loop lighting up: once more round."""
        middle = self.code.get_y()
        loop = [letter for letter in self.code if letter.get_y() > middle]
        shades = [ManimColor(shade) for shade in (palette().text, palette().attention)]

        def light(code: Words, alpha: float) -> None:
            for letter in loop:
                letter.set_color(interpolate_color(*shades, alpha))

        return UpdateFromAlphaFunc(self.code, light, rate_func=there_and_back)

    def mark_answer(self, which: int, seconds: float) -> None:
        row = self.bars.row(int(np.argmax(self.answers(which))))
        self.mark = RoundedRectangle(width=row.width + 0.2, height=0.42, corner_radius=0.08)
        self.mark.set_stroke(palette().attention, 1.5 * STROKE).move_to(row)
        self.play(Create(self.mark), run_time=seconds)

    def go_round(self, which: int, seconds: float) -> None:
        for k in range(len(self.layers)):
            self.play(self.light_loop(), *self.step(k, which), run_time=0.19 * seconds)
        self.mark_answer(which, 0.43 * seconds)

    def run_on(self, which: int) -> None:
        change = self.image.animate.show_pixels(self.images[which])
        self.play(change, FadeOut(self.mark), self.no_answers(), run_time=0.4)
        self.play(*self.pour_in(which), run_time=0.3)
        self.go_round(which, 1.6)

    def only_a_function(self) -> None:
        parts = [part.size for layer in self.layers for part in layer]
        parameters = Exact("sum(sizes)", sizes=parts)
        back = Formula("f", size=2.4 * TITLE).move_to(self.box)
        because = (Exact("sum(sizes)", sizes=[]), parameters)
        count = Counter(0, size=1.3 * TITLE, color=palette().attention, fixed="center", because=because)
        count.move_to([BOX_X, -1.75, 0])
        told = self.words(N_("weights and biases")).set_x(BOX_X).set_y(COUNTS)
        inside = (self.network, self.code, *self.counts)
        text = N_("So it is a function: complicated, shaped by {count} numbers, but a function.")
        with self.say(text, parameters, result=True, count=int(parameters.value)) as line:
            gone = [FadeOut(part, target_position=self.box, scale=0.3) for part in inside]
            shrunk = [*self.animate_box(SMALL_BOX), Transform(self.name, back)]
            self.play(*gone, FadeOut(self.note), *shrunk, run_time=1.4 * QUICK)
            self.play(FadeIn(count), FadeIn(told), run_time=0.3)
            self.play(count.animate_count(int(parameters.value)), run_time=line.fraction(0.4))
            self.play(self.name.animate(rate_func=there_and_back).scale(1.3), run_time=line.remaining)
