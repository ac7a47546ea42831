"""One neuron's 784 weights leave their edges and lie down as a picture; image times weights, added up."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, FadeIn, FadeOut, Group, LaggedStart, UpdateFromAlphaFunc, VGroup, linear

from engine.experiments import OWN
from scenes.chapter import Beat
from scenes.chapters.network.weights_places import PLACES
from scenes.frame import frame, layout_in
from scenes.mobjects.colormap import brightness, diverging, full_shade
from scenes.mobjects.edges import Edges
from scenes.mobjects.flight import Flight
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import CellPicture, DigitImage, SignedPicture
from scenes.mobjects.tiles import Tiles
from scenes.mobjects.typeset import Formula
from scenes.stage import LAST, pixels_of
from scenes.style import DIMMED, LABEL, SMALL, THIN, TITLE, palette
from scenes.translation import N_

BAR = 22  # cells of the colour scale


class WeightsAsAnImage(Beat):
    """How one neuron looks for a pattern: its weights are a picture of it."""

    def open(self) -> None:
        self.at = layout_in(PLACES)
        recording = self.data["digits"]
        pre_activation, bias = (recording.read(f"layer1.{kind}", step=LAST) for kind in ("pre_activation", "bias"))
        sums = weighted_sums(pre_activation, bias)
        labels, answers = recording.read("probe.label"), recording.read("layer3.activation", step=LAST)
        own = labels == OWN
        fitting = own if own.any() else answers.argmax(axis=1) == labels
        self.probe, self.chosen = strongest_meeting(sums, fitting, recording.read("probe.input"))
        self.pixels = pixels_of(recording, self.probe)  # (row, column)
        self.weights = recording.read("layer1.weight", step=LAST, out=self.chosen).reshape(self.pixels.shape)
        self.sum = float(sums[self.probe, self.chosen])
        self.products = self.pixels * self.weights
        self.scale = full_shade(self.weights)

    def script(self) -> None:
        self.ask()
        self.join()
        self.lay_down_weights()
        self.read_colours()
        self.multiply()
        self.add_up()
        self.answer()

    # The weights ------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        self.image = DigitImage(self.pixels, height=self.at.big).move_to([*self.at.image, 0])
        rim, radius = brightness(np.ones(1)), self.at.radius
        self.neuron = Tiles(np.zeros((1, 3)), radius, fill=rim * [1, 1, 1, 0], stroke=rim, stroke_width=3.5, corner=1.0)
        self.neuron.move_to([*self.at.neuron, 0])
        with self.say(N_("How can one neuron look for a pattern?")) as line:
            self.play(FadeIn(self.image, scale=0.9), run_time=line.share(0.45))
            self.play(FadeIn(self.neuron, scale=0.5), run_time=line.left)

    def join(self) -> None:
        """Let an edge run from every pixel to the neuron, coloured by its weight."""
        starts, center = self.image.centers, self.neuron.get_center()
        along = center - starts
        ends = center - self.at.radius * along / np.linalg.norm(along, axis=1, keepdims=True)
        rgba = diverging(self.weights.ravel(), self.scale)
        edges = Edges(starts, ends, rgba=rgba, stroke=THIN)
        self.edges = Edges(starts, starts, rgba=rgba, stroke=THIN)
        self.add(self.edges, self.image)  # the image above, so that its bright pixels stay bright
        with self.say(N_("Every pixel is joined to it by a weight.")) as line:
            self.play(Flight(self.edges, edges, lag=0.7), run_time=line.left)

    def lay_down_weights(self) -> None:
        """Let each edge shrink, fly to the place of its pixel, and widen into a cell."""
        self.picture = self.weights_where(self.weights == self.weights)
        side = self.at.big / len(self.weights) * 0.94
        dashes = cells_as_edges(self.picture, side, self.edges.rgba, THIN)
        cells = cells_as_edges(self.picture, side, self.edges.rgba, 100 * side)
        with self.say(N_("Lay each weight down in its pixel's place, and they form a picture.")) as line:
            self.play(Flight(self.edges, dashes, lag=0.75), run_time=line.share(0.6))
            self.play(Flight(self.edges, cells, lag=0.6), run_time=line.left)
            self.add(self.picture)
            self.remove(self.edges)

    def read_colours(self) -> None:
        """Show the scale of the colours, then only the positive and only the negative weights."""
        self.legend = self.colour_scale().next_to(self.picture, DOWN, buff=0.25)
        self.legend.shift(max(0.0, self.legend.get_right()[0] - frame().right) * LEFT)
        positive, negative = (self.weights_where(keep) for keep in (self.weights > 0, self.weights < 0))
        with self.say(N_("Blue is positive, red is negative; the brighter, the stronger.")) as line:
            quiet = [thing.animate.set_opacity(DIMMED) for thing in (self.image, self.neuron)]
            self.play(*quiet, FadeIn(self.legend[0], shift=0.2 * UP), run_time=0.4)
            third = line.left / 3
            self.play(FadeIn(self.legend[1]), self.picture.animate.become(positive), run_time=third)
            self.play(FadeIn(self.legend[2]), self.picture.animate.become(negative), run_time=third)
            self.play(self.picture.animate.become(self.weights_where(self.weights == self.weights)), run_time=third)

    def weights_where(self, kept: np.ndarray) -> SignedPicture:
        """Return the weight picture with all cells but those kept gone dark."""
        picture = SignedPicture(self.weights * kept, scale=self.scale, height=self.at.big)
        return picture.move_to([*self.at.weights, 0])

    def colour_scale(self) -> Group:
        """Return the bar of colours from the most negative weight to the most positive, with its ends named."""
        shades = np.linspace(-self.scale, self.scale, BAR)[None]
        bar = SignedPicture(shades, scale=self.scale, height=0.2, gap=0.0, line=0)
        names = [
            self.words(N_("positive"), SMALL, color=palette().positive).next_to(bar, RIGHT, buff=0.2),
            self.words(N_("negative"), SMALL, color=palette().negative).next_to(bar, LEFT, buff=0.2),
        ]
        return Group(bar, *names)

    # The sum ----------------------------------------------------------------------------------------------------

    def multiply(self) -> None:
        """Let every pixel fly onto its weight and, as their product, on to a picture of its own."""
        self.stand_in_a_row()
        travellers = self.image.copy()
        travellers.stroke = travellers.stroke * np.float32(0)
        order = departures(self.pixels)
        at_weights, at_products = (self.product_cells(place) for place in (self.row[1], self.row[2]))
        with self.say(N_("Now multiply: every pixel by its weight.")) as line:
            self.play(FadeIn(self.signs[0]), run_time=0.3)
            self.play(Flight(travellers, at_weights, order=order, lag=0.7), run_time=0.5 * line.left)
            self.play(FadeIn(self.signs[1], self.names[2], self.empty), run_time=0.3)
            self.play(Flight(travellers, at_products, order=order, lag=0.7), run_time=line.left)
        self.remove(travellers, self.empty)
        self.product = SignedPicture(self.products, scale=self.scale, height=self.at.small).move_to(self.row[2])
        self.add(self.product)

    def stand_in_a_row(self) -> None:
        """Bring image and weights side by side, with room for the products; below, room for the sum, and the neuron."""
        small = self.at.small
        self.row = [np.array([*place, 0]) for place in self.at.three]
        between = [np.array([*place, 0]) for place in self.at.signs]
        self.signs = [Formula(s, size=TITLE).move_to(p) for s, p in zip(("times", "="), between, strict=True)]
        self.names = [
            self.name(text, symbol).move_to(place + (0.5 * small + 0.35) * DOWN)
            for text, symbol, place in zip(
                (N_("pixels"), N_("weights"), N_("products")), ("a", "w", "w a"), self.row, strict=True
            )
        ]
        self.empty = SignedPicture(0 * self.products, scale=self.scale, height=small).move_to(self.row[2])
        image = DigitImage(self.pixels, height=small).move_to(self.row[0])
        weights = SignedPicture(self.weights, scale=self.scale, height=small).move_to(self.row[1])
        self.formula = self.sum_formula()
        self.number = Number(self.sum, size=self.at.sum_size)
        neuron, apart = self.neuron.copy(), self.at.apart
        line = Group(self.formula, self.number, *([] if apart else [neuron]))
        line.arrange(RIGHT, buff=0.3).move_to(self.at.sum_y * UP)
        neuron.move_to([*apart, 0]) if apart else neuron.shift(0.25 * RIGHT)
        self.number.align_baseline(self.formula)
        self.told = self.words(N_("weighted sum"), SMALL, color=palette().muted).next_to(self.number, DOWN, buff=0.2)
        if apart:  # the number ends the line at the frame's margin
            self.told.align_to(self.number, RIGHT)
        self.play(
            FadeOut(self.legend),
            self.image.animate.become(image),
            self.picture.animate.become(weights),
            self.neuron.animate.become(neuron),
            *[FadeIn(name) for name in self.names[:2]],
            run_time=0.8,
        )

    def name(self, text: str, symbol: str) -> VGroup:
        """Return what a picture shows, in a word and in the letter that the formula has for it."""
        pair = VGroup(self.words(text, SMALL, color=palette().muted), Formula(symbol, size=LABEL))
        pair.arrange(RIGHT, buff=0.2)
        pair[1].align_baseline(pair[0])
        return pair

    def product_cells(self, place: np.ndarray) -> SignedPicture:
        """Return the products as cells without a grid."""
        cells = SignedPicture(self.products, scale=self.scale, height=self.at.small).move_to(place)
        cells.stroke = cells.stroke * np.float32(0)
        return cells

    def add_up(self) -> None:
        """Write the sum out, and let the products fly into its end, where it runs."""
        end = self.number.get_center()
        self.number.set_value(0.0)
        flying = self.product_cells(self.row[2])
        landed = flying.copy().scale_items(0.0)
        landed.move_items(np.repeat(end[None], len(flying), axis=0))
        flight = Flight(flying, landed, order=departures(self.pixels), lag=0.75, arc=-0.15)
        products = self.products.ravel().astype(float)

        def run(shown: Number, alpha: float) -> None:
            shown.set_value(self.sum if alpha == 1 else sum_of_arrived(products, flight.progress(alpha)))

        with self.say(N_("Add up all 784 products: this is the neuron's weighted sum.")) as line:
            self.write_sum(line.share(0.32))
            spent = faded(self.product, np.array([1, 1, 1, DIMMED]))  # what has flown off is brighter than what is left
            self.add(flying)
            self.product.become(spent)
            self.play(FadeIn(self.number, self.told), run_time=0.2)
            self.play(flight, UpdateFromAlphaFunc(self.number, run, rate_func=linear), run_time=max(line.left, 2.6))
        self.remove(flying)

    def write_sum(self, seconds: float) -> None:
        """Let the letters of the formula fly, one after another, out of the cells that they stand for."""
        shown = [
            FadeIn(self.formula.part(f"{letter}{index}"), target_position=picture.centers[index], scale=0.3)
            for letter, picture in (("w", self.picture), ("a", self.image))
            for index in self.first_and_last()
        ]
        self.play(LaggedStart(*shown, lag_ratio=0.6), run_time=0.7 * seconds)
        self.play(FadeIn(self.formula.part("rest")), run_time=0.3 * seconds)

    def first_and_last(self) -> tuple[int, int, int]:
        """Return the indices of the terms that are written out."""
        return 0, 1, self.products.size - 1

    def sum_formula(self) -> Formula:
        """Return the sum with its first two and its last term, each weight in the colour of its sign."""
        shown = self.first_and_last()
        terms = [f"{{{{ w_{i} : w{i} }}}} {{{{ a_{i} : a{i} }}}}" for i in shown]
        plus, dots, equals = (f"{{{{ {sign} : rest }}}}" for sign in ("+", "dots.c", "="))
        source = f"{terms[0]} {plus} {terms[1]} {plus} {dots} {plus} {terms[2]} {equals}"
        weights = self.weights.ravel()
        colours = {f"w{i}": palette().positive if weights[i] > 0 else palette().negative for i in shown}
        return Formula(source, size=self.at.sum_size, colors=colours)

    def answer(self) -> None:
        """Keep bright only the cells where a bright pixel meets a positive weight."""
        meeting = self.products > 0
        share = np.where(meeting.ravel(), 1.0, 0.2)[:, None] ** [0, 0, 0, 1]  # of alpha only
        product = SignedPicture(self.products, scale=self.scale, height=self.at.small).move_to(self.row[2])
        targets = [faded(picture, share) for picture in (self.image, self.picture, product)]
        with self.say(N_("It is large when bright pixels meet blue weights.")) as line:
            for picture, target in zip((self.image, self.picture, self.product), targets, strict=True):
                self.play(picture.animate.become(target), run_time=line.share(0.3))


def weighted_sums(pre_activation: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Return w · a alone, (probe, neuron), out of z = w · a + b."""
    return pre_activation - bias


def strongest_meeting(sums: np.ndarray, fitting: np.ndarray, images: np.ndarray) -> tuple[int, int]:
    """Return a probe and a neuron that show best what a weighted sum is.

    The neuron is the one whose sum rises highest among the fitting probes, all of them where none is; the probe, among
    these, the one that gives it the largest sum for its ink, the sum divided by the length of the pixels' vector.
    sums: (probe, neuron). fitting: (probe,) bool. images: (probe, rows, columns).
    """
    among = np.where(fitting[:, None] | ~fitting.any(), sums, -np.inf)
    neuron = int(np.argmax(among.max(axis=0)))
    ink = np.linalg.norm(images.reshape(len(images), -1), axis=1)
    return int(np.argmax(among[:, neuron] / np.maximum(ink, 1e-9))), neuron


def sum_of_arrived(products: np.ndarray, progress: np.ndarray) -> float:
    """Return the sum of the products (n,) that have come all the way, progress (n,) being 1."""
    return float(products[progress >= 1].sum())


def departures(pixels: np.ndarray) -> np.ndarray:
    """Return when each cell leaves, (cell,) in 0 to 1: inked ones one after the other, row by row, in even steps."""
    inked = np.cumsum(pixels.ravel() > 0)
    return inked / max(int(inked[-1]), 1)


def cells_as_edges(picture: CellPicture, side: float, rgba: np.ndarray, stroke: float) -> Edges:
    """Return a short stroke in each cell of a picture; as wide as it is long, it is the cell."""
    half = np.array([side / 2, 0, 0])
    return Edges(picture.centers - half, picture.centers + half, rgba=rgba, stroke=stroke)


def faded(picture: CellPicture, share: np.ndarray) -> CellPicture:
    """Return a copy of a picture whose fills have a share (n, 4) left."""
    copy = picture.copy()
    copy.fill = (copy.fill * share).astype(np.float32)
    return copy
