"""One layer in one line: each row of W meets the column a, b is added, every entry is squashed."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Animation,
    FadeIn,
    FadeOut,
    Group,
    GrowFromCenter,
    LaggedStart,
    Mobject,
    Transform,
    VGroup,
    Write,
    there_and_back,
)

from scenes.beats.beat import Beat
from scenes.beats.stage import LAST, answered_right, own_or, pixels_of
from scenes.beats.timeline import said
from scenes.chapters.network.whole_network import layer_measures as measured
from scenes.chapters.network.whole_network.excerpt import livelier_run, shown_in, sum_written_out
from scenes.chapters.network.whole_network.layer_line import GAP, SHORT, USUAL, places, shapes_below
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Exact
from scenes.language.translation import N_
from scenes.look.style import DIMMED, LABEL, QUICK, SMALL, TITLE, palette
from scenes.mobjects.pictures.colormap import brightness
from scenes.mobjects.pictures.pixels import DigitImage, SignedPicture
from scenes.text.matrices import NumberColumn, NumberMatrix, Slots, elide
from scenes.text.typeset import Formula, Words

DIGIT = 7
EM, EM_OF_ALL = 0.445, 0.355  # of the entries, and once σ and the parentheses are there too
RUN = 2  # neighbouring pixels shown of those in the middle
TURNED = 1.2  # room for a row that is turned onto the column
ICON = 0.52  # height of a neuron's weights as a picture


class MatrixForm(Beat):
    """a⁽¹⁾ = σ(W a⁽⁰⁾ + b), each symbol out of the numbers that it stands for."""

    def open(self) -> None:
        recording = self.data["digits"]
        self.mark_step("digits", int(recording.steps("layer1.weight")[LAST]))
        self.probe = probe = own_or(recording, answered_right(recording, DIGIT))
        self.pixels = pixels_of(recording, probe)
        self.weight = recording.read("layer1.weight", step=LAST)  # (out, in)
        self.bias = recording.read("layer1.bias", step=LAST)  # (out,)
        first = livelier_run(self.pixels, RUN)
        self.inputs: Slots = (0, None, *range(first, first + RUN), None, self.pixels.size - 1)
        self.neurons: Slots = elide(len(self.bias), 5)
        self.shape, self.shade = measured.measure_shape(self.weight), measured.measure_shade(self.weight)
        self.written_out = measured.measure_excerpt(self.inputs)
        self.sums = measured.measure_sums(self.weight, self.pixels)

    def script(self) -> None:
        self.write_it_out()
        self.stack_pixels()
        self.stack_weights()
        self.meet()
        self.add_and_squash()
        self.contract()

    # The long way -------------------------------------------------------------------------------------------------

    def write_it_out(self) -> None:
        lines = [
            Formula("dots.v") if j is None else Formula(sum_written_out(j, self.pixels.size)) for j in self.neurons
        ]
        self.long_way = VGroup(*lines).arrange(DOWN, buff=0.32)
        values = {"count": len(self.bias), "inputs": self.pixels.size}
        text = N_("{count} sums of {inputs} products. Who would write that?")
        with self.say(said(text, self.shape, **values)) as line:
            self.play(LaggedStart(*[Write(one) for one in lines], lag_ratio=0.35), run_time=line.remaining)

    # A column and a grid ------------------------------------------------------------------------------------------

    def stack_pixels(self) -> None:
        self.image = DigitImage(self.pixels, height=4.6).move_to([-2.6, 0, 0])
        self.a = NumberColumn(self.pixels.ravel(), self.inputs, size=EM).move_to([2.6, 0, 0])
        self.ground(self.a, self.recorded("digits", "probe.input", batch=self.probe))
        self.marks = self.input_labels(LEFT)
        with self.say(N_("There is a shorter way: stack the pixels into one column.")) as line:
            self.play(self.gather(), FadeIn(self.image, shift=0.3 * UP), run_time=line.fraction(0.4))
            frames = self.frames()
            self.play(FadeIn(frames), run_time=0.3)
            self.play(self.fly_in(), FadeIn(self.a.brackets, self.a.dots), FadeOut(frames), run_time=line.remaining)
        self.remove(*self.a.entries)
        self.add(self.a)
        self.play(FadeIn(self.marks, shift=0.15 * LEFT), run_time=0.4)

    def gather(self) -> Animation:
        """Return the long sums going away, their pixels' symbols into the column that stands for them all."""
        symbols = VGroup(*[VGroup(*one.part("a")) for one in self.long_way if len(one) > 1])
        rest = VGroup(*self.long_way.family_members_with_points()).remove(*symbols.family_members_with_points())
        return LaggedStart(FadeOut(rest), FadeOut(symbols, target_position=self.a), lag_ratio=0.2)

    def frames(self) -> Tiles:
        """Return a frame around each pixel whose number is shown."""
        chosen, half = shown_in(self.inputs), 0.5 * self.image.height / len(self.pixels)
        none, full = (brightness(np.full(len(chosen), alpha)) for alpha in (0.0, 1.0))
        frames = Tiles(self.image.centers[chosen], half, fill=none, stroke=full, stroke_width=3)
        return frames.set_color(palette().attention)

    def fly_in(self) -> LaggedStart:
        """Return the numbers flying out of their pixels into the column."""
        ways = [(self.a.entry(k), self.image.centers[k]) for k in shown_in(self.inputs)]
        return LaggedStart(*[FadeIn(one, target_position=place, scale=0.3) for one, place in ways], lag_ratio=0.2)

    def input_labels(self, side: np.ndarray) -> VGroup:
        """Return the index of each entry of the column beside it."""
        chosen = shown_in(self.inputs)
        labels = [Words(str(k), SMALL, palette().muted, because=self.written_out) for k in chosen]
        for label in labels:
            label.next_to(self.a.brackets, side, buff=0.15)
        return VGroup(*[label.align_baseline(self.a.entry(k)) for k, label in zip(chosen, labels, strict=True)])

    def stack_weights(self) -> None:
        self.set_matrices()
        middles = places(ICON, self.W, TURNED, self.a, self.equals, self.out)
        self.W.move_to(middles[1])
        self.equals.move_to(middles[4])
        self.out.move_to(middles[5])
        self.icons = self.weight_pictures()
        text, told = N_("full shade: {scale} or more"), {"scale": self.shade.value["from"]}
        self.note = self.words(text, SMALL, color=palette().muted, because=self.shade, values=told)
        self.note.next_to(self.icons, DOWN, buff=0.25, aligned_edge=LEFT)
        pairs = zip(shown_in(self.neurons), self.icons, strict=True)
        rows = [FadeIn(self.shown_of(self.W, j), target_position=icon, scale=0.1) for j, icon in pairs]
        with self.say(N_("Then the weights: a row is a neuron of the next layer.")) as line:
            column = [part.animate.shift(middles[3] - self.a.get_center()) for part in (self.a, self.marks)]
            self.play(FadeOut(self.image), *column, run_time=line.fraction(0.2))
            frame = FadeIn(self.W.brackets, self.W.dots)
            self.play(frame, FadeIn(self.icons, self.note, shift=0.3 * RIGHT), run_time=QUICK)
            self.play(Transform(self.marks, self.labels_above(self.W)), run_time=QUICK)
            self.play(LaggedStart(*rows, lag_ratio=0.35), run_time=line.remaining)

    def set_matrices(self) -> None:
        """Build what the line is made of, all but the column that is there already."""
        signs = (palette().negative, palette().positive)
        shown = self.weight[np.ix_(shown_in(self.neurons), shown_in(self.inputs))]
        strongest = float(max(np.abs(shown).max(), np.abs(self.bias).max())) or 1.0
        self.W = NumberMatrix(self.weight, (self.neurons, self.inputs), size=EM, colors=signs, scale=strongest)
        self.b = NumberColumn(self.bias, self.neurons, size=EM, colors=signs, scale=strongest)
        self.out = NumberColumn(np.array(self.sums.value), self.neurons, size=EM)
        self.ground(self.W, self.recorded("digits", "layer1.weight", step=LAST))
        self.ground(self.b, self.recorded("digits", "layer1.bias", step=LAST))
        for entry in self.out.entries:
            self.ground(entry, self.sums)
        self.equals, self.plus = Formula("=", size=TITLE), Formula("+", size=TITLE)
        self.sigma = Formula("sigma", size=1.3 * TITLE)
        tall = self.a.height * EM_OF_ALL / EM / LABEL + 0.4
        self.parens = [Formula(f"lr(size: #{tall:.2f}em, paren.{side})", size=LABEL) for side in "lr"]

    def shown_of(self, matrix: NumberMatrix, j: int) -> VGroup:
        """Return the numbers that are shown of a row."""
        return VGroup(*[matrix.entry(j, k) for k in shown_in(matrix.column_slots)])

    def weight_pictures(self) -> Group:
        """Return each shown neuron's 784 weights as a picture, left of its row."""
        scale = self.shade.value["from"]
        pictures = []
        for j in shown_in(self.neurons):
            weights = self.weight[j].reshape(self.pixels.shape)
            picture = SignedPicture(weights, scale=scale, height=ICON, gap=0.0, line=0.0)
            pictures.append(picture.next_to(self.W, LEFT, buff=GAP).match_y(self.W.entry(j, 0)))
        return Group(*pictures)

    def labels_above(self, grid: NumberMatrix) -> VGroup:
        """Return the index of each column of the grid above it: the same as that of the pixel it belongs to."""
        row = grid.row(0)
        pairs = zip(self.marks, shown_in(self.inputs), strict=True)
        above = [mark.copy().next_to(grid, UP, buff=0.12).match_x(row[self.inputs.index(k)]) for mark, k in pairs]
        return VGroup(*above)

    # Each row meets the column ------------------------------------------------------------------------------------

    def meet(self) -> None:
        first, *others = shown_in(self.neurons)
        with self.say(N_("A row meets the column: multiply pair by pair, and add up.")) as line:
            self.play(FadeIn(self.out.brackets, self.out.dots, self.equals), *self.light_row(first), run_time=0.4)
            turned = self.turn(first, line.fraction(0.2))
            pixels = self.a.entries.animate(rate_func=there_and_back).set_color(palette().attention)
            self.play(pixels, *self.multiply(turned, first), run_time=line.fraction(0.3))
            self.add_up(turned, first, line.fraction(0.2))
            for j in others:
                self.add_up(self.turn(j, 0.4, *self.light_row(j)), j, 0.4)
            self.play(self.W.entries.animate.set_opacity(1), run_time=0.4)

    def light_row(self, j: int) -> list[Animation]:
        rest = VGroup(*[self.shown_of(self.W, other) for other in shown_in(self.neurons) if other != j])
        return [rest.animate.set_opacity(DIMMED), self.shown_of(self.W, j).animate.set_opacity(1)]

    def turn(self, j: int, seconds: float, *besides: Animation) -> VGroup:
        """Turn a copy of a row onto the column, and return it."""
        row = self.W.row(j).copy().set_opacity(1)
        self.play(*besides, Transform(row, self.turned(row), path_arc=-1.2), run_time=seconds)
        return row

    def multiply(self, turned: VGroup, j: int) -> list[Animation]:
        """Return each weight giving way to its product with the pixel beside it."""
        pairs = [(number, k) for number, k in zip(turned, self.inputs, strict=True) if k is not None]
        weights, pixels = self.weight[j].astype(float), self.pixels.ravel().astype(float)
        products = [Exact("w * a", w=float(weights[k]), a=float(pixels[k])) for _, k in pairs]
        changes = zip(pairs, products, strict=True)
        return [number.animate_change(product.value, product) for (number, _), product in changes]

    def add_up(self, turned: VGroup, j: int, seconds: float) -> None:
        total = self.out.entry(j)
        self.play(FadeOut(turned, target_position=total, scale=0.3), FadeIn(total, scale=0.3), run_time=seconds)

    def turned(self, row: VGroup) -> VGroup:
        """Return the row standing upright to the left of the column, each weight beside its pixel."""
        column = self.a.column(0)
        x = self.a.get_left()[0] - GAP - TURNED / 2
        upright = row.copy()
        for weight, k, pixel in zip(upright, self.inputs, column, strict=True):
            weight.move_to(pixel).set_x(x)
            if k is None:
                weight.rotate(np.pi / 2)
        return upright

    # The rest of the line -----------------------------------------------------------------------------------------

    def add_and_squash(self) -> None:
        with self.say(N_("Add the biases, squash the entries, and there is the next layer.")) as line:
            self.play(self.empty_out(), run_time=0.3)
            self.add_bias(line.fraction(0.17))
            self.play(self.fill_out("pre_activation"), run_time=line.fraction(0.24))
            self.wait(0.4)  # time to read it
            self.play(self.empty_out(), run_time=0.3)
            self.wrap(line.fraction(0.18))
            lit = self.sigma.animate(rate_func=there_and_back).set_color(palette().attention)
            self.play(lit, self.fill_out("activation"), run_time=max(0.8, line.remaining))

    def add_bias(self, seconds: float) -> None:
        parts = (self.W, self.a, self.plus, self.b, self.equals, self.out)
        come = (self.plus, self.b)
        self.play(*self.make_room(parts, come), FadeOut(self.icons, self.note), run_time=seconds / 2)
        self.play(FadeIn(*come, shift=0.5 * UP), run_time=seconds / 2)

    def wrap(self, seconds: float) -> None:
        """Put σ and parentheses around it all, drawn a little smaller."""
        opening, closing = self.parens
        parts = (self.sigma, opening, self.W, self.a, self.plus, self.b, closing, self.equals, self.out)
        come = (self.sigma, *self.parens)
        self.play(*self.make_room(parts, come, EM_OF_ALL / EM), run_time=0.6 * seconds)
        self.play(FadeIn(*come, scale=1.3), run_time=0.4 * seconds)

    def make_room(self, parts: tuple[Mobject, ...], come: tuple[Mobject, ...], factor: float = 1.0) -> list[Animation]:
        """Place those that come, and return the others moving to where the whole line has them, scaled by `factor`."""
        ends = {part: part.copy().scale(1.0 if part in come else factor) for part in parts}
        for part, place in zip(parts, places(*ends.values()), strict=True):
            ends[part].move_to(place)
            if part in come:
                part.move_to(place)
        above = self.labels_above(ends[self.W])
        moves = [Transform(part, ends[part]) for part in parts if part not in come]
        return [*moves, Transform(self.marks, above)]

    def empty_out(self) -> Animation:
        """Return the result going: it must not stand beside what it is not equal to."""
        return self.out.entries.animate.set_opacity(0)

    def fill_out(self, kind: str) -> Animation:
        """Return the numbers of a recorded result, such as "activation", coming one by one; the old ones are gone."""
        recorded = self.recorded("digits", f"layer1.{kind}", step=LAST, batch=self.probe)  # (out,)
        entries = [self.out.entry(j).show(float(recorded.content[j]), recorded) for j in shown_in(self.neurons)]
        return LaggedStart(*[entry.animate.set_opacity(1) for entry in entries], lag_ratio=0.1)

    def contract(self) -> None:
        short, usual = (Formula(source, size=2.2 * TITLE) for source in (SHORT, USUAL))
        drawn = {"s": self.sigma, "l": self.parens[0], "W": self.W, "a": self.a, "plus": self.plus, "b": self.b}
        drawn |= {"r": self.parens[1], "eq": self.equals, "out": self.out}
        shrunk = []
        for name, drawing in drawn.items():
            symbol = VGroup(*short.part(name))
            shrunk += [FadeOut(drawing, target_position=symbol, scale=0.15), GrowFromCenter(symbol)]
        text = N_("So a whole layer, {count} neurons, fits in one short line.")
        with self.say(text, self.shape, result=True, count=len(self.bias)) as line:
            self.play(FadeOut(self.marks), *shrunk, run_time=line.fraction(0.35))
            symbols = [VGroup(*short.part(name)) for name in drawn]
            to = [VGroup(*usual.part(name)) for name in drawn]
            arcs = [-1.2 if name == "out" else 0.0 for name in drawn]
            swapped = [Transform(*pair, path_arc=arc) for *pair, arc in zip(symbols, to, arcs, strict=True)]
            self.play(*swapped, run_time=line.fraction(0.3))
            self.remove(*symbols)
            self.add(usual)
            below = shapes_below(usual, self.weight.shape, self.shape)
            self.play(FadeIn(below, shift=0.2 * DOWN), run_time=line.remaining + 0.4)
