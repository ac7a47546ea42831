"""Each token's vector goes through two matrices into a small space: a query that asks and a key that answers."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import (
    DOWN,
    LEFT,
    PI,
    RIGHT,
    UP,
    AnimationGroup,
    Create,
    FadeIn,
    FadeOut,
    Group,
    Indicate,
    LaggedStart,
    VGroup,
)

from scenes.beats.beat import Beat
from scenes.chapters.attention.one_head.cells import scale_of
from scenes.chapters.attention.one_head.meeting import best_other, clipped, oblong_frame, products_of
from scenes.chapters.attention.one_head.reading import chosen_note, head_note, model_sizes, tokens_of
from scenes.chapters.attention.one_head.through import EM, Through
from scenes.drawing.flight import Flight
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Measured, Quoted
from scenes.language.translation import N_
from scenes.look.style import LABEL, SMALL, palette
from scenes.mobjects.pictures.colormap import diverging
from scenes.mobjects.pictures.shade_bar import ShadeBar
from scenes.text.tokens import SMALLEST, TokenRow, token_on_screen, token_words
from scenes.text.typeset import Formula, Words

TOKENS_Y, QUERY_Y, KEY_Y, NOTE_Y = 2.38, 0.72, -1.75, -3.5
TOKENS_ROOM = 1.1  # height of the text's chips at most, scene units
ALONE_Y = -0.6  # where the query's row stands as long as there is no other
STRIP, STRIP_QUERY_Y, STRIP_KEY_Y, STRIP_FILLED = 2.15, 0.3, -2.2, 0.62  # the strips of all tokens: height, where
STRIPS_LEFT, STRIPS_RIGHT, PITCH = -5.0, 6.6, 1.3
BAR_X, BAR_Y, BAR = -5.95, -0.95, 1.3  # where the bar of their shades stands, and its width
STREAM, QUERY, KEY = (f"attention-text/{name}" for name in ("stream", "query", "key"))


def is_plain(vectors: np.ndarray, matrix: np.ndarray, results: np.ndarray, rotary: bool) -> bool:
    """Return whether results (position, out) are vectors (position, in) through the matrix (out, in), and no more.

    A constant may be added, and a rotation changes no length.
    """
    straight = vectors @ matrix.T
    if rotary:
        return np.allclose(np.linalg.norm(straight, axis=1), np.linalg.norm(results, axis=1), rtol=1e-3)
    return np.allclose(straight - straight[0], results - results[0], rtol=1e-3, atol=1e-3 * np.abs(results).max())


class QueriesAndKeys(Beat):
    """A query asks, a key answers: both are the token's vector through a matrix."""

    def open(self) -> None:
        recording = self.data["attention-text"]
        self.recording, self.tokens = recording, tokens_of(recording)
        self.anatomy = model_sizes(recording)
        vectors = recording.read("stream", layer=int(recording.config["chosen_layer"]))  # (position, feature)
        self.query, self.key = recording.read("query"), recording.read("key")
        weights = [recording.read(f"weight.{kind}") for kind in ("query", "key")]
        self.last, self.other = len(self.tokens) - 1, best_other(products_of(recording))
        self.normed = not is_plain(vectors, weights[0], self.query, bool(self.anatomy["rotary"]))
        self.measure(vectors)
        self.asking = self.way_of("query", self.last, vectors, weights[0], self.query, letter="q", y=ALONE_Y)
        self.answering = self.way_of("key", self.other, vectors, weights[1], self.key, letter="k", y=KEY_Y)
        row = TokenRow(self.tokens)
        self.row = row if row.height < TOKENS_ROOM else TokenRow(self.tokens, size=EM)
        self.note = self.side_note()

    def way_of(
        self, kind: str, token: int, vectors: np.ndarray, matrix: np.ndarray, results: np.ndarray, **place: Any
    ) -> Through:
        """Return a token's way through a matrix, its numbers resting on what was recorded."""
        layer = int(self.recording.config["chosen_layer"])
        vector, result = vectors[token], results[token]
        way = Through(self.tokens[token], vector, matrix, result, sizes=self.sizes, **place)
        self.ground(way.matrix, self.recorded("attention-text", f"weight.{kind}"))
        self.ground(way.vector, self.recorded("attention-text", "stream", layer=layer, position=token))
        self.ground(way.result, self.recorded("attention-text", kind, **{kind: token}))
        return way

    def measure(self, vectors: np.ndarray) -> None:
        """Measure what the lines tell of tokens, vectors and matrices."""
        sizes = {"width": vectors.shape[1], "query": self.query.shape[1], "key": self.key.shape[1]}
        how = N_("how many numbers a token's vector, a query and a key have")
        self.sizes = Measured("sizes", sizes, how, (STREAM, QUERY, KEY))
        self.read = Measured(
            "tokens", len(self.tokens), N_("tokens that the text is read as"), ("attention-text/config.tokens",)
        )
        other = token_on_screen(self.tokens[self.other])
        how = N_("the token, other than the last, whose key has the largest dot product with the last one's query")
        self.partner = Measured("partner", other, how, (QUERY, KEY))
        made = {"tokens": len(vectors), "queries": len(self.query), "keys": len(self.key)}
        how = N_("how many tokens, queries and keys this head has, with one query matrix and one key matrix")
        weights = ("attention-text/weight.query", "attention-text/weight.key")
        self.made = Measured("made", made, how, (STREAM, QUERY, KEY, *weights)).when(
            lambda there: there["tokens"] == there["queries"] == there["keys"],
            N_("as many queries and keys as tokens"),
        )
        besides = {
            "normalised": self.normed,
            "rotated": bool(self.anatomy["rotary"]),
            "heads to a key matrix": self.anatomy["heads"] // self.anatomy["groups"],
        }
        how = N_("what else this model does on the way to query and key")
        self.besides = Measured("besides", besides, how, (STREAM, QUERY, KEY, "attention-text/config.anatomy"))

    def side_note(self) -> Words:
        """Return the small print: what this model does besides."""
        heads, groups = self.anatomy["heads"], self.anatomy["groups"]
        parts = []
        if self.normed:
            parts.append(self.translate(N_("E is normalised")))
        if self.anatomy["rotary"]:
            parts.append(self.translate(N_("q and k are rotated by position")))
        if groups < heads:
            shared = heads // groups
            parts.append(self.translate(N_("{count} heads share each key matrix"), count=shared))
        values = {"parts": self.translate(N_(", ")).join(parts)}
        text = N_("Not drawn: {parts}.") if parts else ""
        note = self.words(text, SMALL, palette().muted, because=self.besides, values=values, line_width=12.8)
        return note.move_to([0, NOTE_Y, 0], aligned_edge=DOWN)

    def script(self) -> None:
        self.read_tokens()
        self.ask()
        self.show_vector()
        self.make_query()
        self.make_key()
        self.make_all()
        self.answer()

    # Two tokens -------------------------------------------------------------------------------------------------

    def read_tokens(self) -> None:
        note = head_note(self, self.recording)
        text = N_("The model reads {count} tokens: words, parts of words, signs.")
        with self.say(text, self.read, count=len(self.tokens)) as line:
            self.play(FadeIn(note, chosen_note(self, self.recording, note)), run_time=0.3)
            coming = [FadeIn(one, shift=0.3 * UP) for one in self.row]
            self.play(LaggedStart(*coming, lag_ratio=0.15), run_time=line.remaining)

    def ask(self) -> None:
        word = token_on_screen(self.tokens[-1])
        chip = self.row.chip(self.last)
        with self.say(N_("How does “{word}” find those that matter to it?"), Quoted(word), word=word) as line:
            self.play(chip.animate.set_color(palette().attention), run_time=0.4)
            self.play(Indicate(chip, 1.2, color=palette().attention), run_time=line.remaining)

    def show_vector(self) -> None:
        way = self.asking
        text = N_("Inside, it is a vector E of {width} numbers.")
        with self.say(text, self.sizes, width=self.sizes.value["width"]) as line:
            self.play(self.row.animate.move_to([0, TOKENS_Y, 0]), run_time=0.5)
            self.drop(way, self.last, line.fraction(0.4))
            self.name = Formula("bold(E) =", LABEL).next_to(way.vector, LEFT, buff=0.2)
            self.play(FadeIn(self.name, shift=0.2 * LEFT), FadeIn(way.vector_brace, shift=0.2 * RIGHT), run_time=0.5)

    def drop(self, way: Through, index: int, seconds: float) -> None:
        """Let a token come down from the text, and its vector out of it."""
        chip = self.row.chip(index)
        came = FadeIn(way.chip, target_position=chip, scale=1.0)
        self.play(came, FadeIn(way.vector, target_position=chip, scale=0.3), run_time=max(0.8, seconds))

    def make_query(self) -> None:
        with self.say(N_("A matrix turns E into a query: what it looks for.")) as line:
            self.play(FadeIn(self.note), FadeOut(self.name), run_time=0.3)
            self.go_through(self.asking, line.remaining)

    def make_key(self) -> None:
        way = self.answering
        text = N_("Another makes a key for “{other}”: what it offers.")
        with self.say(text, self.partner, other=self.partner.value) as line:
            chip = self.row.chip(self.other)
            up = self.asking.all.animate.shift((QUERY_Y - ALONE_Y) * UP)
            self.play(up, chip.animate.set_color(palette().right), run_time=0.6)
            self.drop(way, self.other, line.fraction(0.2))
            self.play(FadeIn(way.vector_brace), run_time=0.3)
            self.go_through(way, 0.65 * line.seconds)

    def go_through(self, way: Through, seconds: float) -> None:
        """Bring the matrix in, and let row after row of it give a number of the result."""
        self.play(
            FadeIn(way.matrix, shift=0.4 * RIGHT), FadeIn(way.formula, way.size), run_time=max(0.7, 0.25 * seconds)
        )
        rows = [way.matrix.row(slot) for slot in way.matrix.row_slots if slot is not None]
        out = [way.result.entry(slot) for slot in way.result.row_slots if slot is not None]
        turns = [
            AnimationGroup(Indicate(row, 1.06, color=palette().bright), FadeIn(number, shift=0.8 * RIGHT))
            for row, number in zip(rows, out, strict=True)
        ]
        frame = [FadeIn(way.result.brackets), FadeIn(way.result.dots), FadeIn(way.arrow)]
        self.play(*frame, LaggedStart(*turns, lag_ratio=0.4), run_time=max(1.6, 0.5 * seconds))
        self.play(FadeIn(way.result_brace, shift=0.2 * RIGHT), run_time=0.4)

    # All of them ---------------------------------------------------------------------------------------------------

    def lay_strips(self) -> None:
        """Build a strip of shades for every token's query and key, and its name over them."""
        count = len(self.tokens)
        pitch = min(PITCH, (STRIPS_RIGHT - STRIPS_LEFT) / count)
        middle = (STRIPS_LEFT + STRIPS_RIGHT) / 2
        self.columns = middle + (np.arange(count) - (count - 1) / 2) * pitch  # (token,) x
        self.strip_width = STRIP_FILLED * pitch
        full = scale_of(np.array([self.query, self.key]))  # one scale for both
        self.bar = ShadeBar(full, width=BAR, size=SMALLEST).move_to([BAR_X, BAR_Y, 0])
        self.strips = [
            self.strips_of(values, y, full) for values, y in ((self.query, STRIP_QUERY_Y), (self.key, STRIP_KEY_Y))
        ]
        em = float(np.clip(0.3 * pitch, SMALLEST, SMALL))
        self.labels = VGroup(*[token_words(clipped(token), em) for token in self.tokens])
        upright = max(label.width for label in self.labels) < 0.92 * pitch
        for label, x in zip(self.labels, self.columns, strict=True):
            if not upright:
                label.rotate(PI / 2)
            label.next_to([x, STRIP_QUERY_Y + STRIP / 2, 0], UP, buff=0.14)
        left = self.columns[0] - pitch / 2 - 0.15
        told = ((N_("queries"), STRIP_QUERY_Y, palette().attention), (N_("keys"), STRIP_KEY_Y, palette().right))
        self.names = VGroup()
        for text, y, color in told:
            each = {"count": self.query.shape[1]}
            size = self.words(N_("{count} numbers"), SMALL, palette().muted, because=self.sizes, values=each)
            name = VGroup(self.words(text, LABEL, color=color), size)
            self.names.add(name.arrange(DOWN, buff=0.12, aligned_edge=RIGHT).next_to([left, y, 0], LEFT, buff=0))

    def strips_of(self, values: np.ndarray, y: float, full: float) -> Tiles:
        """Return the strips of vectors (token, feature): item after item down each, token after token."""
        count, size = values.shape
        down = y + STRIP / 2 - (np.arange(size) + 0.5) * STRIP / size
        x, yy = np.repeat(self.columns, size), np.tile(down, count)
        cells = Tiles(np.stack([x, yy, 0 * x], axis=1), 0.5, fill=diverging(values.ravel(), full))
        return cells.reshape_items(self.strip_width, STRIP / size)

    def make_all(self) -> None:
        self.lay_strips()
        with self.say(N_("Every token gets both, by the same matrices."), self.made) as line:
            leaving = Group(self.asking.all, self.answering.all, self.note)
            words = [chip[1].animate.become(label) for chip, label in zip(self.row, self.labels, strict=True)]
            boxes = [FadeOut(chip[0]) for chip in self.row]
            self.play(FadeOut(leaving), *words, *boxes, run_time=0.9)
            self.remove(self.row)
            self.add(self.labels)
            order = np.repeat(np.linspace(0, 1, len(self.tokens)), self.query.shape[1])
            growing = [self.growing(strips, order) for strips in self.strips]
            self.play(FadeIn(self.names, self.bar, shift=0.2 * RIGHT), *growing, run_time=max(2.0, line.remaining))

    def growing(self, strips: Tiles, order: np.ndarray) -> Flight:
        """Return the motion of all strips down from their tokens."""
        start = strips.copy()
        start.points[:, 1] = STRIP_QUERY_Y + STRIP / 2 + 0.15
        start.shown = np.zeros(len(strips), np.float32)
        return Flight(start, strips, order=order, lag=0.7)

    def answer(self) -> None:
        """Frame the last token's query, and let a frame run over the keys."""
        text = N_("Its query asks, and each token's key answers.")
        place = [self.columns[-1], STRIP_QUERY_Y, 0]
        sides = (self.strip_width + 0.1, STRIP + 0.1)
        asks = oblong_frame(*sides, palette().attention).move_to(place)
        answers = [oblong_frame(*sides, palette().right).move_to([x, STRIP_KEY_Y, 0]) for x in self.columns]
        with self.say(text, self.made) as line:
            others = [label.animate.set_color(palette().muted) for label in self.labels[:-1]]
            self.play(Create(asks), self.labels[-1].animate.set_color(palette().attention), *others, run_time=0.8)
            self.play(LaggedStart(*map(Create, answers), lag_ratio=0.3), run_time=max(1.8, line.remaining))
