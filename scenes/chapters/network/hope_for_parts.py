"""Digits out of parts, parts out of edges: what the layers might do, and what sixteen neurons really look for."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UL,
    UP,
    Animation,
    FadeIn,
    FadeOut,
    Group,
    LaggedStart,
    Mobject,
    ReplacementTransform,
    TransformFromCopy,
    VGroup,
    smooth,
    squish_rate_func,
    there_and_back,
)

from scenes.beats.beat import Beat
from scenes.beats.stage import LAST, probes_of
from scenes.chapters.network.neurons.digit_parts import DigitParts, burst, clearest, drawn_in_turn
from scenes.chapters.network.neurons.parts_measured import (
    how_often_right,
    line_on_look,
    line_on_score,
    look_of,
    loops_shown,
    shades_shown,
)
from scenes.chapters.network.whole_network.speech import Speech, letters_in_row
from scenes.drawing.batched import rgb255
from scenes.drawing.edges import Edges
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Source
from scenes.language.translation import N_
from scenes.look.style import DIMMED, LABEL, MARGIN, QUICK, SMALL, TITLE, palette
from scenes.mobjects.diagram.network import PassingFlash
from scenes.mobjects.pictures.pixels import DigitImage, grid_centers, picture_frames, weight_table
from scenes.text.numbers import Number
from scenes.text.typeset import Words

BIG = 4.6  # height of the two digits at the beginning
TRACE = 9.0  # stroke width of the curves on the big digits
PITCH = 1.06  # from cell to cell of the edges in the table
CELL = 0.92  # height of such a cell
MIDDLE = 0.95  # height of the table's middle
EDGES_X, PARTS_X, DIGITS_X = -4.35, 0.55, 4.5
SPEECH_Y = -2.75
SIDE_X, SIDE_PITCH, SIDE_CELL = 3.3, 1.42, 1.32  # the two grids side by side
TITLE_Y, FOOT_Y = 3.25, -3.3
FAINT = 0.3  # alpha of a line between a part and what it is a part of
SMALL_DIGIT = 1.9
EDGES = 16  # pieces that the parts are cut into: an illustration
MOST_NEURONS = 36  # whose weights are shown, the first ones


class HopeForParts(Beat):
    """Why layers? What each of them might find, and what the first one finds."""

    def open(self) -> None:
        recording = self.data["digits"]
        weights = recording.read("layer1.weight", step=LAST)  # (neuron, pixel)
        self.weights = weights[:MOST_NEURONS]
        probes = recording.read("probe.input")
        nine = probes[clearest(probes, probes_of(recording, 9), loops=1)]
        eight = probes[clearest(probes, probes_of(recording, 8), loops=2)]
        self.anatomy = DigitParts(nine, eight, edges=EDGES)
        self.loops, self.shades = loops_shown(nine, eight), shades_shown(self.weights, of=len(weights))
        self.look, self.right = look_of(self.weights, nine.shape), how_often_right(recording)
        self.images = [
            DigitImage(pixels, height=BIG).move_to(2.9 * side) for pixels, side in ((nine, LEFT), (eight, RIGHT))
        ]

    def script(self) -> None:
        self.show_digits()
        self.trace_parts()
        self.break_into_edges()
        self.compare_with_speech()
        self.tie_to_layers()
        self.show_what_it_learned()
        self.admit()

    # Taking apart ---------------------------------------------------------------------------------------------

    def show_digits(self) -> None:
        with self.say(N_("Why would layers help?")) as line:
            self.play(LaggedStart(*[FadeIn(i, scale=0.9) for i in self.images], lag_ratio=0.4), run_time=line.remaining)

    def trace_parts(self) -> None:
        centers = [self.images[owner].get_center() for owner in self.anatomy.owners]
        self.parts = [VGroup(*self.anatomy.whole(k, center, BIG, TRACE)) for k, center in enumerate(centers)]
        self.mark = self.tag().to_corner(UL, buff=MARGIN)  # above the half that stays an illustration
        with self.say(N_("This nine is a loop and a line. This eight is two loops."), self.loops) as line:
            dim = [image.animate.set_opacity(DIMMED) for image in self.images]
            self.play(*dim, FadeIn(self.mark), run_time=0.5)
            for part in self.parts:
                self.play(drawn_in_turn(part), run_time=line.seconds / 6)
            apart = [part.animate.shift(0.28 * way) for part, way in zip(self.parts, (UP, DOWN) * 2, strict=True)]
            self.play(*apart, run_time=line.remaining)

    def break_into_edges(self) -> None:
        """Send the digits to the right, their parts to the middle, and what those break into to the left."""
        self.build_table()
        with self.say(N_("And those? Short edges.")) as line:
            homes = self.part_cells.centers.reshape(2, 2, 3).mean(axis=1) * [0, 1, 0] + [DIGITS_X, 0, 0]
            shrink = [i.animate.become(small_image(i, home)) for i, home in zip(self.images, homes, strict=True)]
            self.play(*shrink, run_time=line.fraction(0.22))
            moves = [TransformFromCopy(whole, small) for whole, small in zip(self.parts, self.small_parts, strict=True)]
            self.play(*moves, *appearing(self.part_cells, self.part_ghosts), run_time=line.fraction(0.22))
            self.play(*[burst(part) for part in self.parts], run_time=line.fraction(0.18))
            self.move_edges(line.remaining)

    def build_table(self) -> None:
        """Make the left column, of the edges, and the middle one, of the parts."""
        places = self.table(EDGES_X, PITCH).reshape(len(self.parts), self.anatomy.each, 3)
        centers = places[:, 0] * [0, 1, 0] + [PARTS_X, 0, 0]
        self.cells, self.part_cells = picture_frames(places.reshape(-1, 3), CELL), picture_frames(centers, CELL)
        self.ghosts = self.anatomy.ghosts(places.reshape(-1, 3), PITCH, CELL)
        self.part_ghosts = self.anatomy.ghosts(centers, PITCH, CELL)
        self.edges = [self.anatomy.pieces(k, row, CELL, 7.0) for k, row in enumerate(places)]
        self.small_parts = [VGroup(*self.anatomy.whole(k, center, CELL, 5.0)) for k, center in enumerate(centers)]

    def move_edges(self, seconds: float) -> None:
        moves = [
            ReplacementTransform(piece, target)
            for part, row in zip(self.parts, self.edges, strict=True)
            for piece, target in zip(part, row, strict=True)
        ]
        self.play(LaggedStart(*moves, lag_ratio=0.02), *appearing(self.cells, self.ghosts), run_time=seconds)

    def table(self, x: float, pitch: float, y: float = MIDDLE) -> np.ndarray:
        """Return the centers (edge, 3) of the cells of all edges around (x, y): a part a row, an edge a column."""
        rows, columns = len(self.parts), self.anatomy.each
        return grid_centers(rows, columns, rows * pitch) + np.array([x, y, 0])

    # Speech, layers -------------------------------------------------------------------------------------------

    def compare_with_speech(self) -> None:
        self.speech = Speech(self, (EDGES_X, PARTS_X, DIGITS_X), SPEECH_Y)
        rows, names = self.speech.rows, self.speech.names
        text = N_("Speech is built like that: sounds make syllables, syllables make words.")
        with self.say(text, Source("lecun2015", "Convolutional neural networks")) as line:
            self.play(FadeIn(rows[0], shift=0.2 * UP), FadeIn(names[0], shift=0.2 * UP), run_time=line.fraction(0.22))
            for before, after, name in zip(rows, rows[1:], names[1:], strict=False):
                grown = TransformFromCopy(letters_in_row(before), letters_in_row(after), path_arc=0.9)
                self.play(grown, FadeIn(name, shift=0.2 * UP), run_time=line.fraction(0.32))
                self.remove(*grown.get_all_mobjects())
                self.add(after)

    def tie_to_layers(self) -> None:
        with self.say(N_("Perhaps one layer finds edges, the next loops and lines. That is the hope.")) as line:
            self.center_table()
            heads, feet = self.name_columns()
            self.ties = self.connections()
            self.play(*[FadeIn(tie) for tie in self.ties], run_time=0.3)
            self.light_column(heads[0], feet[0], self.cells, line.fraction(0.14))
            self.light_column(heads[1], feet[1], self.part_cells, line.fraction(0.28), self.ties[0])
            self.light_column(heads[2], feet[2], None, line.fraction(0.28), self.ties[1])

    def center_table(self) -> None:
        """Move the table to the middle of the frame while the speech goes."""
        table = [self.cells, self.part_cells, self.ghosts, self.part_ghosts, *self.images, *self.small_parts]
        table += itertools.chain(*self.edges)
        down = [thing.animate.shift(MIDDLE * DOWN) for thing in table]
        self.play(FadeOut(self.speech, shift=0.5 * DOWN), *down, run_time=QUICK)

    def name_columns(self) -> tuple[list[Words], list[Words]]:
        """Return the words above and below the columns: what each might find, and which layer it would be."""
        found = [N_("edges"), N_("loops and lines"), N_("digits")]
        layers = [N_("first hidden layer"), N_("second hidden layer"), N_("output layer")]
        heads = [self.words(text, SMALL) for text in found]
        feet = [self.words(text, SMALL, color=palette().muted) for text in layers]
        for head, foot, x in zip(heads, feet, (EDGES_X, PARTS_X, DIGITS_X), strict=True):
            head.move_to([x, self.cells.get_top()[1] + 0.38, 0])
            foot.move_to([x, self.cells.get_bottom()[1] - 0.38, 0])
        self.names = VGroup(*heads, *feet)
        return heads, feet

    def connections(self) -> list[Edges]:
        """Return the edges from each row of cells to its part, and from the parts to the digits."""
        parts = self.part_cells.centers
        rows = parts * [0, 1, 0] + [self.cells.get_right()[0] + 0.1, 0, 0]
        first = Edges(rows, parts + 0.56 * LEFT, stroke=2.0)
        ends = np.array([image.get_left() + 0.1 * LEFT for image in self.images])[[0, 0, 1, 1]]
        second = Edges(parts + 0.56 * RIGHT, ends, stroke=2.0)
        for edges in (first, second):
            edges.rgba[:, 3] = FAINT
        return [first, second]

    def light_column(
        self, head: Words, foot: Words, cells: Tiles | None, seconds: float, ties: Edges | None = None
    ) -> None:
        moves: list[Any] = [FadeIn(head, shift=0.15 * UP), FadeIn(foot, shift=0.15 * DOWN)]
        if ties is not None:
            shine = ties.rgba.copy()
            shine[:] = [*rgb255(palette().attention), 1]
            moves.append(PassingFlash(ties, shine, width=4.0))
        if cells is not None:
            moves.append(lit_up(cells))
        self.play(*moves, run_time=seconds)

    # What it learned ------------------------------------------------------------------------------------------

    def show_what_it_learned(self) -> None:
        self.titles = [self.words(text, LABEL) for text in (N_("the hope"), N_("the weights"))]
        for title, side in zip(self.titles, (-1, 1), strict=True):
            title.move_to([side * SIDE_X, TITLE_Y, 0])
        self.legend = self.how_to_read().move_to([SIDE_X, FOOT_Y, 0])
        values = self.weights.reshape(-1, *self.images[0].shape)
        room = len(self.parts) * SIDE_PITCH
        scale = self.shades.value["scale"]
        self.learned, self.frames = weight_table(values, scale, room, SIDE_CELL / SIDE_PITCH, SIDE_X * RIGHT)
        grown = [FadeIn(p, target_position=p.get_center() + 2 * SIDE_X * LEFT) for p in self.learned]
        told = {"shown": len(self.learned), "count": self.shades.value["neurons"]}
        of_all = N_("And these are the weights of the {count} neurons there.")
        of_some = N_("And these are the weights of the first {shown} of {count} neurons there.")
        self.mark_step("digits", int(self.data["digits"].steps("layer1.weight")[LAST]))
        with self.say(of_all if told["shown"] == told["count"] else of_some, self.shades, **told) as line:
            self.move_hope_aside(line.fraction(0.35))
            self.play(
                LaggedStart(*grown, lag_ratio=0.12, run_time=line.remaining),
                *[FadeIn(thing, run_time=QUICK) for thing in (self.titles[1], self.frames, self.legend)],
            )

    def how_to_read(self) -> VGroup:
        """Return what the colours of weights mean, and which weight has the full shade."""
        colours = VGroup(
            self.words(N_("blue: looks for light"), SMALL, color=palette().positive),
            self.words(N_("red: looks for dark"), SMALL, color=palette().negative),
        )
        told = {name: f"{self.shades.value[name]:.2g}" for name in ("scale", "largest")}
        text = N_("full shade from {scale} on; the largest is {largest}")
        scale = self.words(text, SMALL, color=palette().muted, because=self.shades, values=told)
        return VGroup(colours.arrange(RIGHT, buff=0.6), scale).arrange(DOWN, buff=0.12)

    def move_hope_aside(self, seconds: float) -> None:
        places = self.table(-SIDE_X, SIDE_PITCH, 0)
        homes = places.reshape(len(self.edges), self.anatomy.each, 3)
        targets = [self.anatomy.pieces(k, row, SIDE_CELL, 10.0) for k, row in enumerate(homes)]
        gone = Group(*self.images, *self.small_parts, self.part_cells, self.part_ghosts, *self.ties, self.names)
        self.play(FadeOut(gone), run_time=0.4)
        self.play(
            self.cells.animate.become(picture_frames(places, SIDE_CELL)),
            self.ghosts.animate.become(self.anatomy.ghosts(places, SIDE_PITCH, SIDE_CELL)),
            *[ReplacementTransform(VGroup(*a), VGroup(*b)) for a, b in zip(self.edges, targets, strict=True)],
            FadeIn(self.titles[0], shift=0.2 * UP),
            run_time=seconds,
        )
        self.edges = targets

    def admit(self) -> None:
        """Let the hope go, and say in its place how often the network is right all the same."""
        hope = Group(self.ghosts, self.cells, self.titles[0], self.mark, *itertools.chain(*self.edges))
        percent = Number(100 * self.right.value["share"], "{:.1f}%", 2 * TITLE, palette().attention, because=self.right)
        images = {"count": self.right.value["images"]}
        told = self.words(N_("right on {count} new images"), LABEL, because=self.right, values=images)
        self.score = VGroup(percent, told).arrange(DOWN, buff=0.3).move_to(SIDE_X * LEFT)
        with self.say(line_on_look(self.look)) as line:
            self.play(lit_up(self.cells), lit_up(self.frames), run_time=line.remaining)
        with self.say(line_on_score(self.right), result=True):
            self.play(FadeOut(hope, shift=0.5 * LEFT), run_time=0.35)
            self.play(FadeIn(self.score, shift=LEFT), run_time=0.45)


def lit_up(cells: Tiles) -> Any:
    """Return the animation of frames shining up once."""
    lit = cells.copy().set_color(palette().attention)
    lit.stroke[:, 3] = 1
    return cells.animate(rate_func=there_and_back).become(lit)


def appearing(*things: Mobject) -> list[Animation]:
    """Return the animations of things that come when what flies into them is nearly there."""
    return [FadeIn(thing, rate_func=squish_rate_func(smooth, 0.5, 1.0)) for thing in things]


def small_image(image: DigitImage, center: np.ndarray) -> DigitImage:
    """Return a small copy of an image, its grid hardly seen."""
    return DigitImage(image.pixels, height=SMALL_DIGIT, line=0.04).move_to(center)
