"""softmax(Q Kᵀ / √d_k) V: each symbol out of the recorded matrix that it stands for.

Vaswani et al. 2017, "Attention Is All You Need", section 3.2.1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from manim import (
    DOWN,
    LEFT,
    PI,
    RIGHT,
    UP,
    Animation,
    Arrow,
    Create,
    FadeIn,
    FadeOut,
    Group,
    GrowFromCenter,
    GrowFromPoint,
    Indicate,
    LaggedStart,
    Rectangle,
    ReplacementTransform,
    SurroundingRectangle,
    Transform,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
)
from manim.utils.space_ops import rotation_matrix

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.attention.one_head.cells import cell_shades, matrix_cells, scale_of
from scenes.chapters.attention.one_head.growing_line import GrowingLine, factor_colors, outlines_besides
from scenes.chapters.attention.one_head.one_line import NAMES, measure_line
from scenes.chapters.attention.one_head.reading import NOTE, head_note, tokens_of
from scenes.drawing.flight import Flight
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Exact, Quoted, Source
from scenes.evidence.sources import find_source
from scenes.language.translation import N_
from scenes.look.style import LABEL, MARGIN, SMALL, TITLE, palette
from scenes.mobjects.grids.attention_grid import AttentionGrid
from scenes.text.tokens import TokenRow, token_on_screen, token_words
from scenes.text.typeset import Formula, Words

SQUARE, LONG, TALL = 2.2, 2.75, 2.0  # sides of the drawings: token by token, along the features, and Kᵀ's height
NEAR, APART = 0.22, 1.5  # scene units between drawings that are multiplied, and where softmax stands
WIDTH = 13.2  # of all of it
ROW_Y, SCALES_Y = -1.75, -3.45  # middle of the lower drawings, and of what tells their scales
PAPER = Source("vaswani2017", "section 3.2.1", find_source("vaswani2017").year)


class TheEquation(Beat):
    """One head in one line."""

    def open(self) -> None:
        recording = self.recording = self.data["attention-text"]
        self.tokens = tokens_of(recording)
        self.q, self.k, self.score, self.pattern, self.v, self.out = (recording.read(name) for name in NAMES)
        self.size = self.q.shape[1]
        self.allowed = np.isfinite(recording.read("masked_score")) & (recording.read("masked_score") > -1e9)
        self.measured = measure_line(recording, self.allowed)
        self.note = head_note(self, recording)
        self.formula = GrowingLine()
        self.lay_out()

    def script(self) -> None:
        self.ask()
        self.stack()
        self.multiply()
        self.soften()
        self.mix()
        self.follow_row()
        self.close()

    # Where all stands -----------------------------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Build the drawings: what is multiplied stands left of its product and above it."""
        self.owner = token_words(self.tokens[-1], SMALL, palette().attention)
        room = self.owner.width + 0.15
        apart = min(APART, WIDTH - room - 2 * (LONG + NEAR + SQUARE))
        total = room + 2 * (LONG + NEAR + SQUARE) + apart
        x = room - total / 2 + LONG / 2  # middle of Q
        step = (LONG + SQUARE) / 2 + NEAR
        xs = (x, x + step, x + step + SQUARE + apart, x + 2 * step + SQUARE + apart)
        low, high = ROW_Y, ROW_Y + SQUARE / 2 + NEAR
        self.full_score = scale_of(self.score)
        raw = self.score * np.sqrt(self.size)
        self.queries = matrix_cells(self.q, LONG, SQUARE, scale_of(self.q)).move_to([xs[0], low, 0])
        self.keys = matrix_cells(self.k, LONG, SQUARE, scale_of(self.k)).move_to([xs[1], high + TALL / 2, 0])
        self.scores = matrix_cells(raw, SQUARE, SQUARE, self.full_score).move_to([xs[1], low, 0])
        look: dict[str, Any] = {"width": SQUARE, "height": SQUARE, "widest": SQUARE}
        grid = AttentionGrid(self.pattern, self.tokens, self.tokens, strength=self.pattern, **look)
        Group(grid.lines, grid.discs).move_to([xs[2], low, 0])
        self.lines, self.weights = grid.lines, grid.discs
        scale = scale_of(self.v)
        self.values = matrix_cells(self.v, LONG, SQUARE, scale).move_to([xs[3], high + SQUARE / 2, 0])
        self.outputs = matrix_cells(self.out, LONG, SQUARE, scale).move_to([xs[3], low, 0])
        self.owner.next_to([xs[0] - LONG / 2, low - SQUARE / 2 * (1 - 1 / len(self.q)), 0], LEFT, buff=0.15)
        self.name_drawings()

    def name_drawings(self) -> None:
        count, size = len(self.q), self.size
        below = [(self.queries, N_("queries"), size), (self.scores, N_("scores"), count)]
        below += [(self.weights, N_("pattern"), count), (self.outputs, N_("output"), size)]
        names = [VGroup(self.words(text, SMALL, palette().muted), self.times(count, wide)) for _, text, wide in below]
        for name, (drawing, _, _) in zip(names, below, strict=True):
            name.arrange(RIGHT, buff=0.2).move_to([drawing.get_x(), ROW_Y - SQUARE / 2 - 0.27, 0])
        self.names = VGroup(*names)
        self.symbols = {name: Formula(name, TITLE, color) for name, color in factor_colors().items()}
        self.symbols["Q"].next_to(self.queries, UP, buff=0.2, aligned_edge=LEFT)
        self.symbols["K"].next_to(self.keys, LEFT, buff=0.25)
        self.symbols["V"].next_to(self.values, LEFT, buff=0.25)
        told = {"K": N_("keys"), "V": N_("values")}
        sized = {key: self.words(text, SMALL, color=palette().muted) for key, text in told.items()}
        self.sizes = {key: VGroup(name, self.times(count, size)) for key, name in sized.items()}
        for key, group in self.sizes.items():
            group.arrange(DOWN, buff=0.1, aligned_edge=RIGHT)
            group.next_to(self.symbols[key], DOWN, buff=0.15, aligned_edge=RIGHT)

    def times(self, rows: int, columns: int) -> Words:
        """Return how many rows and columns a matrix has, in words."""
        return Words(f"{rows} × {columns}", SMALL, palette().muted, because=self.measured.sizes)

    def scale_note(self) -> Words:
        """Return what tells which numbers have their full shade, and what a disc tells."""
        text = N_("full shade: Q {Q}, K {K}, scores {scores}, V and output {V}; disc area: the weight")
        values = {name: f"{value:.2g}" for name, value in self.measured.scales.value.items()}
        note = self.words(text, NOTE, palette().muted, because=self.measured.scales, values=values)
        return note.move_to([0, SCALES_Y, 0])

    # From tokens to scores ------------------------------------------------------------------------------------------

    def ask(self) -> None:
        self.row = TokenRow(self.tokens, size=0.5)
        with self.say(N_("Can what one head does be written in one line?")) as line:
            self.play(FadeIn(self.note), run_time=0.3)
            chips = LaggedStart(*[FadeIn(chip, shift=0.3 * UP) for chip in self.row], lag_ratio=0.2)
            self.play(chips, run_time=line.remaining)

    def stack(self) -> None:
        """Let every token send its query, key and value to its row of the three matrices."""
        drawings = (self.queries, self.keys, self.values)
        flights = []
        for drawing in drawings:
            target = drawing.copy()
            homes = np.repeat([box.get_center() for box in self.row.boxes], self.size, axis=0)
            drawing.scale_items(0.05).move_items(homes)
            order = np.repeat(np.linspace(0, 1, len(self.tokens)), self.size)
            flights.append(Flight(drawing, target, order=order, lag=0.6))
        with self.say(N_("Stack the tokens' queries, keys and values: Q, K and V.")) as line:
            self.play(FadeOut(self.row), *map(FadeIn, drawings), run_time=0.5)
            self.play(*flights, run_time=line.fraction(0.5))
            symbols = [FadeIn(symbol, scale=0.5) for symbol in self.symbols.values()]
            shown = FadeIn(self.names[0], *self.sizes.values(), self.scale_note())
            self.play(*symbols, shown, run_time=line.remaining)

    def multiply(self) -> None:
        part = self.formula.part
        upright = Formula("K^T", TITLE, palette().right).move_to(self.symbols["K"]).shift(0.1 * LEFT)
        size = self.times(self.size, len(self.k)).move_to(self.sizes["K"][1], aligned_edge=RIGHT)
        flip = UpdateFromAlphaFunc(self.keys, _flip(self.keys))
        with self.say(N_("Q times K transposed: every dot product at once."), self.measured.made("scores")) as line:
            waits = self.values.animate.set_opacity(0.33)
            self.play(flip, waits, run_time=line.fraction(0.3))
            swapped = FadeOut(self.sizes["K"][1]), FadeIn(size)
            self.play(ReplacementTransform(self.symbols["K"], upright), *swapped, run_time=0.4)
            self.symbols["K"] = upright
            self.sweep(self.queries, self.scores, max(1.4, line.fraction(0.45)))
            self.formula.center(part("Q"), part("K"))
            written = [*self.into("Q"), *self.into("K")]
            self.play(*written, FadeIn(self.names[1]), run_time=max(0.8, line.remaining))

    def sweep(self, drawing: Tiles, product: Tiles, seconds: float) -> None:
        """Make a product row by row, a frame going down the rows of what it is made from."""
        frame = self.frame_of(drawing, 0)
        end = self.frame_of(drawing, len(self.q) - 1)
        self.play(FadeIn(frame), run_time=0.2)
        self.play(Create(product, rate_func=linear), Transform(frame, end, rate_func=linear), run_time=seconds)
        self.play(FadeOut(frame), run_time=0.2)

    def frame_of(self, drawing: Tiles, row: int) -> Rectangle:
        """Return a yellow frame around a row of a drawing."""
        tall = SQUARE / len(self.q)
        frame = Rectangle(width=drawing.width + 0.08, height=tall + 0.04, color=palette().attention, stroke_width=2.5)
        return frame.move_to([drawing.get_x(), ROW_Y + SQUARE / 2 - (row + 0.5) * tall, 0])

    def into(self, name: str) -> list[Animation]:
        """Return a symbol of the line growing while the one beside its drawing lights up."""
        symbol = self.symbols[name]
        return [Indicate(symbol, 1.3, color=palette().bright), GrowFromCenter(self.formula.part(name))]

    # From scores to the output --------------------------------------------------------------------------------------

    def soften(self) -> None:
        part = self.formula.part
        divide, soft, mask = self.notes_between()
        bar = outlines_besides(part("inside"), [part("Q"), part("K"), part("root")])
        outer = outlines_besides(self.formula, [part(name) for name in ("out", "eq", "softmax", "inside", "V")])
        divided, masked = self.scores.copy(), self.scores.copy()
        divided.fill = cell_shades(self.score, self.full_score)
        masked.fill = divided.fill * np.column_stack([np.ones((self.allowed.size, 3)), self.allowed.ravel()])
        text = N_("Divide by the root of {size}, apply softmax: now every row holds weights.")
        with self.say(text, self.measured.shares(), size=self.size) as line:
            self.play(FadeIn(divide), Transform(self.scores, divided), run_time=line.fraction(0.2))
            moved = self.formula.center(part("root"), bar)
            self.play(GrowFromPoint(part("root"), divide[0].get_center()), FadeIn(bar), *moved, run_time=0.6)
            if not self.allowed.all():
                self.play(FadeIn(mask), Transform(self.scores, masked), run_time=line.fraction(0.15))
            flying = self.scores.copy()
            self.play(FadeIn(soft, self.lines), Flight(flying, self.weights, lag=0.5), run_time=line.fraction(0.3))
            self.remove(flying)
            self.add(self.weights)
            self.play(*self.formula.center(part("softmax"), outer), run_time=0.4)
            written = GrowFromPoint(part("softmax"), soft.get_center())
            self.play(written, FadeIn(outer, self.names[2]), run_time=max(0.6, line.remaining))

    def notes_between(self) -> VGroup:
        """Return what happens between scores and pattern: the division, softmax with its arrow, the mask."""
        left, right = self.scores.get_right()[0] + 0.1, self.lines.get_left()[0] - 0.1
        middle = (left + right) / 2
        look = {"buff": 0, "color": palette().line, "stroke_width": 3, "tip_length": 0.18}
        arrow = Arrow([left, ROW_Y, 0], [right, ROW_Y, 0], **look)
        size = Formula(f"d_k = {self.size}", SMALL, palette().muted, because=self.measured.sizes)
        divide = VGroup(Formula(f"div sqrt({self.size})", LABEL, because=self.measured.sizes), size).arrange(
            UP, buff=0.12
        )
        divide.move_to([middle, ROW_Y + 1.0, 0])
        soft = Formula('op("softmax")', SMALL).next_to(arrow, UP, buff=0.12)
        mask = self.words(N_("no later\ntokens"), SMALL, palette().muted, because=self.measured.left_out)
        mask.next_to(arrow, DOWN, buff=0.15)
        return VGroup(divide, VGroup(arrow, soft), mask)

    def mix(self) -> None:
        part = self.formula.part
        with self.say(N_("Times V: each row mixes the values by its weights."), self.measured.made("outputs")) as line:
            self.play(self.values.animate.set_opacity(1), run_time=0.3)
            self.sweep(self.weights, self.outputs, max(1.4, line.fraction(0.45)))
            moved = self.formula.center(part("V"))
            self.play(*moved, *self.into("V"), FadeIn(self.names[3]), run_time=max(0.8, line.remaining))

    def follow_row(self) -> None:
        drawings = (self.queries, self.scores, self.lines, self.outputs)
        frames = [self.frame_of(drawing, len(self.q) - 1) for drawing in drawings]
        text, word = N_("Follow “{word}”: its query, scores, weights, output."), token_on_screen(self.tokens[-1])
        with self.say(text, Quoted(word), word=word) as line:
            self.play(FadeIn(self.owner, shift=0.2 * RIGHT), run_time=line.fraction(0.2))
            for frame in frames:
                self.play(Create(frame), run_time=line.fraction(0.19))
        self.frames = VGroup(*frames)

    def close(self) -> None:
        part = self.formula.part
        paper = find_source(PAPER.key)
        source = Words(f"{paper.short}, {paper.title}, §3.2.1", NOTE, palette().muted, because=PAPER)
        source.to_edge(LEFT, buff=MARGIN).match_y(self.note)
        count = Exact("layers * heads", **self.measured.heads.value)
        because, heads = (count, self.measured.heads), count.value
        line_of = self.choose(
            said(
                N_("One head in one line, later tokens left out. The model has {count}."),
                (self.measured.later(), *because),
                count=heads,
            ),
            said(N_("One head in one line. The model has {count}."), because, count=heads),
        )
        with self.say(line_of, result=True) as line:
            moved = self.formula.center(part("out"), part("eq"))
            first = [Indicate(self.names[3], 1.15, color=palette().bright), FadeIn(part("out"), part("eq"))]
            self.play(*moved, FadeIn(source, shift=0.2 * DOWN), run_time=0.6)
            self.play(*first, run_time=max(1.4, line.fraction(0.25)))
            self.remove(*self.formula.family_members_with_points())
            self.add(self.formula)
            box = SurroundingRectangle(self.formula, color=palette().attention, buff=0.12, corner_radius=0.12)
            self.play(Create(box), run_time=max(1.6, line.remaining))


def _flip(keys: Tiles) -> Callable[[Tiles, float], None]:
    """Return the motion of the cells (key, feature) over their diagonal: transposed, and as wide as the scores."""
    middle = keys.get_center()
    from_middle = keys.points - middle
    shape = np.array([SQUARE / keys.height, TALL / keys.width, 1])

    def turn(tiles: Tiles, alpha: float) -> None:
        turned = from_middle @ rotation_matrix(PI * alpha, RIGHT + DOWN).T
        tiles.points = middle + turned * [1, 1, 0] * (1 + alpha * (shape - 1))

    return turn
