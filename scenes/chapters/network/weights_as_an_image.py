"""One neuron's 784 weights leave their edges and lie down as a picture; image times weights, added up."""

from __future__ import annotations

import numpy as np
from manim import DOWN, RIGHT, UP, FadeIn, FadeOut, Group, LaggedStart, UpdateFromAlphaFunc, VGroup, linear

from scenes.beats.beat import Beat
from scenes.beats.stage import LAST
from scenes.chapters.network.neurons.meeting import find_meeting, line_on_signs
from scenes.chapters.network.neurons.weights_places import PLACES
from scenes.drawing.batched import rgb255
from scenes.drawing.edges import Edges
from scenes.drawing.flight import Flight
from scenes.drawing.tiles import Tiles
from scenes.language.translation import N_
from scenes.look.frame import layout_in
from scenes.look.style import DIMMED, LABEL, SMALL, THIN, TITLE, palette
from scenes.mobjects.pictures.colormap import brightness, diverging, full_shade
from scenes.mobjects.pictures.pixels import CellPicture, DigitImage, SignedPicture
from scenes.mobjects.pictures.shade_bar import ShadeBar
from scenes.text.numbers import Number
from scenes.text.typeset import Formula


class WeightsAsAnImage(Beat):
    """How one neuron looks for a pattern: its weights are a picture of it."""

    def open(self) -> None:
        self.at = layout_in(PLACES)
        meeting = find_meeting(self.data["digits"])
        self.probe, self.chosen = meeting.probe, meeting.neuron
        self.pixels, self.weights, self.sum = meeting.pixels, meeting.weights, meeting.sum
        self.products = self.pixels * self.weights
        self.scale = full_shade(self.weights)
        self.joined, self.shades, self.total = meeting.joined(), meeting.shades(), meeting.total()
        self.signs_of, self.so_far = meeting.signs(), meeting.so_far()

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
            self.play(FadeIn(self.image, scale=0.9), run_time=line.fraction(0.45))
            self.play(FadeIn(self.neuron, scale=0.5), run_time=line.remaining)

    def join(self) -> None:
        """Let an edge run from every pixel to the neuron, coloured by its weight."""
        starts, center = self.image.centers, self.neuron.get_center()
        along = center - starts
        ends = center - self.at.radius * along / np.linalg.norm(along, axis=1, keepdims=True)
        rgba = diverging(self.weights.ravel(), self.scale)
        edges = Edges(starts, ends, rgba=rgba, stroke=THIN)
        self.edges = Edges(starts, starts, rgba=rgba, stroke=THIN)
        self.mark_step("digits", int(self.data["digits"].steps("layer1.weight")[LAST]))
        self.image.fill = opaque(self.image.fill)
        self.add(self.edges, self.image)  # the image above, so that no edge tints a pixel
        with self.say(N_("Every pixel is joined to it by a weight."), self.joined) as line:
            self.play(Flight(self.edges, edges, lag=0.7), run_time=line.remaining)

    def lay_down_weights(self) -> None:
        """Let each edge shrink, fly to the place of its pixel, and widen into a cell."""
        self.picture = self.weights_where(self.weights == self.weights)
        side = self.at.big / len(self.weights) * 0.94
        dashes = cells_as_edges(self.picture, side, self.edges.rgba, THIN)
        cells = cells_as_edges(self.picture, side, self.edges.rgba, 100 * side)
        with self.say(N_("Lay each weight in its pixel's place: a picture."), self.joined) as line:
            self.play(Flight(self.edges, dashes, lag=0.75), run_time=line.fraction(0.6))
            self.play(Flight(self.edges, cells, lag=0.6), run_time=line.remaining)
            self.add(self.picture)
            self.remove(self.edges)
            self.image.show_pixels(self.pixels)

    def read_colours(self) -> None:
        """Show the scale of the colours, then only the positive and only the negative weights."""
        self.legend = self.colour_scale()
        positive, negative = (self.weights_where(keep) for keep in (self.weights > 0, self.weights < 0))
        with self.say(N_("Blue is positive, red is negative; the brighter, the stronger.")) as line:
            quiet = [thing.animate.set_opacity(DIMMED) for thing in (self.image, self.neuron)]
            self.play(*quiet, FadeIn(*self.legend, shift=0.2 * UP), run_time=0.4)
            third = line.remaining / 3
            self.play(self.picture.animate.become(positive), run_time=third)
            self.play(self.picture.animate.become(negative), run_time=third)
            self.play(self.picture.animate.become(self.weights_where(self.weights == self.weights)), run_time=third)

    def weights_where(self, kept: np.ndarray) -> SignedPicture:
        """Return the weight picture with all cells but those kept gone dark."""
        picture = SignedPicture(self.weights * kept, scale=self.scale, height=self.at.big)
        return picture.move_to([*self.at.weights, 0])

    def colour_scale(self) -> Group:
        """Return the bar of shades, and the note on what lies beyond it, below the picture of weights."""
        bar = ShadeBar(self.scale, width=self.at.bar, because=self.shades)
        text = N_("full shade beyond the ends; the largest is {largest}")
        told = {"largest": f"{self.shades.value['largest']:.2g}"}
        style = {"color": palette().muted, "because": self.shades, "values": told}
        note = self.words_within(self.at.room, text, SMALL, **style).next_to(bar, DOWN, buff=0.12)
        return Group(bar, note.set_x(bar.bar.get_x())).next_to(self.picture, DOWN, buff=0.2)

    # The sum ----------------------------------------------------------------------------------------------------

    def multiply(self) -> None:
        """Let every pixel fly onto its weight and, as their product, on to a picture of its own."""
        self.stand_in_a_row()
        travellers = self.image.copy()
        travellers.stroke = travellers.stroke * np.float32(0)
        order = departures(self.pixels)
        at_weights, at_products = (self.product_cells(place) for place in (self.row[1], self.row[2]))
        with self.say(N_("Now multiply: every pixel by its weight."), self.joined) as line:
            self.play(FadeIn(self.signs[0]), run_time=0.3)
            self.play(Flight(travellers, at_weights, order=order, lag=0.7), run_time=0.5 * line.remaining)
            self.play(FadeIn(self.signs[1], self.names[2], self.empty), run_time=0.3)
            self.play(Flight(travellers, at_products, order=order, lag=0.7), run_time=line.remaining)
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
        self.number = Number(self.sum, size=self.at.sum_size, because=self.total)
        neuron, apart = self.neuron.copy(), self.at.apart
        line = Group(self.formula, self.number, *([] if apart else [neuron]))
        line.arrange(RIGHT, buff=0.3).move_to(self.at.sum_y * UP)
        neuron.move_to([*apart, 0]) if apart else neuron.shift(0.25 * RIGHT)
        self.number.align_baseline(self.formula)
        self.told = self.words(N_("weighted sum"), SMALL, color=palette().muted).next_to(self.number, DOWN, buff=0.2)
        if apart:  # the number ends the line at the frame's margin
            self.told.align_to(self.number, RIGHT)
        self.play(
            self.legend.animate.move_to([*self.at.scale, 0]),
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
        """Write the sum out, and let the products fly into its end, where it runs.

        What has flown off stays fainter than the scale of shades says: the scale goes.
        """
        end = self.number.get_center()
        self.number.follow(self.so_far).at(0)
        flying = self.product_cells(self.row[2])
        landed = flying.copy().scale_items(0.0)
        landed.move_items(np.repeat(end[None], len(flying), axis=0))
        flight = Flight(flying, landed, order=departures(self.pixels), lag=0.75, arc=-0.15)
        inked = self.pixels.ravel() > 0

        def run(shown: Number, alpha: float) -> None:
            shown.at(int((flight.progress(alpha)[inked] >= 1).sum()))

        line_of = N_("Add up all {count} products: the neuron's weighted sum.")
        with self.say(line_of, self.total, count=self.products.size) as line:
            self.write_sum(line.fraction(0.32))
            spent = faded(self.product, np.array([1, 1, 1, DIMMED]))  # what has flown off is brighter than what is left
            self.add(flying)
            self.product.become(spent)
            self.play(FadeIn(self.number, self.told), FadeOut(self.legend), run_time=0.2)
            self.play(
                flight, UpdateFromAlphaFunc(self.number, run, rate_func=linear), run_time=max(line.remaining, 2.6)
            )
        self.number.show(self.sum, self.total)
        self.remove(flying)

    def write_sum(self, seconds: float) -> None:
        """Let the letters of the formula fly, one after another, out of the cells that they stand for."""
        shown = [
            FadeIn(self.formula.part(f"{letter}{place}"), target_position=picture.centers[index], scale=0.3)
            for letter, picture in (("w", self.picture), ("a", self.image))
            for place, index in self.written_out().items()
        ]
        self.play(LaggedStart(*shown, lag_ratio=0.6), run_time=0.7 * seconds)
        self.play(FadeIn(self.formula.part("rest")), run_time=0.3 * seconds)

    def written_out(self) -> dict[str, int]:
        """Return the indices of the terms that are written out, by their places in the sum."""
        return {"first": 0, "second": 1, "last": self.products.size - 1}

    def sum_formula(self) -> Formula:
        """Return the sum with its first two and its last term, each weight in the colour of its sign."""
        shown = self.written_out()
        terms = [f"{{{{ w_{i} : w{place} }}}} {{{{ a_{i} : a{place} }}}}" for place, i in shown.items()]
        plus, dots, equals = (f"{{{{ {sign} : rest }}}}" for sign in ("+", "dots.c", "="))
        source = f"{terms[0]} {plus} {terms[1]} {plus} {dots} {plus} {terms[2]} {equals}"
        weights = self.weights.ravel()
        colours = {
            f"w{place}": palette().positive if weights[i] > 0 else palette().negative for place, i in shown.items()
        }
        return Formula(source, size=self.at.sum_size, colors=colours)

    def answer(self) -> None:
        """Keep bright only the cells where a bright pixel meets a positive weight."""
        meeting = self.products > 0
        share = np.where(meeting.ravel(), 1.0, 0.2)[:, None] ** [0, 0, 0, 1]  # of alpha only
        product = SignedPicture(self.products, scale=self.scale, height=self.at.small).move_to(self.row[2])
        targets = [faded(picture, share) for picture in (self.image, self.picture, product)]
        with self.say(line_on_signs(self.signs_of), result=True) as line:
            for picture, target in zip((self.image, self.picture, self.product), targets, strict=True):
                self.play(picture.animate.become(target), run_time=line.fraction(0.3))


def departures(pixels: np.ndarray) -> np.ndarray:
    """Return when each cell leaves, (cell,) in 0 to 1: inked ones one after the other, row by row, in even steps."""
    inked = np.cumsum(pixels.ravel() > 0)
    return inked / max(int(inked[-1]), 1)


def cells_as_edges(picture: CellPicture, side: float, rgba: np.ndarray, stroke: float) -> Edges:
    """Return a short stroke in each cell of a picture; as wide as it is long, it is the cell."""
    half = np.array([side / 2, 0, 0])
    return Edges(picture.centers - half, picture.centers + half, rgba=rgba, stroke=stroke)


def opaque(rgba: np.ndarray) -> np.ndarray:
    """Return colours (n, 4) that look as these do on the background, and hide what is behind them."""
    share = rgba[:, 3:]
    mixed = share * rgba[:, :3] + (1 - share) * rgb255(palette().background)
    return np.column_stack([mixed, np.ones(len(rgba))]).astype(np.float32)


def faded(picture: CellPicture, share: np.ndarray) -> CellPicture:
    """Return a copy of a picture whose fills have a share (n, 4) left."""
    copy = picture.copy()
    copy.fill = (copy.fill * share).astype(np.float32)
    return copy
