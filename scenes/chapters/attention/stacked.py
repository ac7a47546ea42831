"""Block upon block: what the last word's vector takes up on its way, and what is read off it at last."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    UR,
    Create,
    Dot,
    FadeIn,
    FadeOut,
    Group,
    LaggedStart,
    Line,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
    there_and_back,
)

from engine.recording.format.conventions import model_title
from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.attention.one_head.reading import model_sizes, tokens_of
from scenes.chapters.attention.stream.added_bars import AddedBars
from scenes.chapters.attention.stream.blocks_measured import Measurements
from scenes.chapters.attention.stream.guess import lay_guess
from scenes.chapters.attention.stream.paths import VectorPaths, fitted_places, unit_vectors
from scenes.chapters.attention.stream.tower import FAINTEST, NETWORK_AT, Additions, Tower, TowerLayout
from scenes.drawing.edges import Edges
from scenes.drawing.flight import Flight
from scenes.evidence.evidence import Mark, Measured, Quoted, Source
from scenes.language.translation import N_
from scenes.look.style import DIMMED, LABEL, MARGIN, QUICK, SMALL, THIN, palette
from scenes.measures.projection import principal_plane
from scenes.text.numbers import Counter
from scenes.text.tokens import SMALLEST, TokenRow, token_on_screen, token_words
from scenes.text.typeset import Words

WIDE = TowerLayout(left=-6.1, right=4.0, bottom=-2.4, block=5.0)
SLIM_LEFT, SLIM_RIGHT, SLIM_BOTTOM, SLIM_HEIGHT = -6.3, -2.7, -2.6, 5.6
TALLEST = 1.6  # of a block in the tower
BARS_LEFT, BARS_WIDTH = -1.85, 2.9
PATH_X, PATH_Y, PATH_WIDTH, PATH_HEIGHT = 4.25, -0.3, 4.4, 4.6
NOTE_Y = -3.3


class Stacked(Beat):
    """Attention and a network, again and again, up to a guess."""

    def open(self) -> None:
        recording = self.data["attention-text"]
        self.recording, self.tokens = recording, tokens_of(recording)
        self.added = Additions(recording.read("stream"), recording.read("attention.update"))
        weights = recording.read("patterns").mean(axis=1)  # (layer, query, key), over the heads
        self.layers = len(weights)
        self.tower = Tower(weights, self.added.network)
        block = min(SLIM_HEIGHT / self.layers, TALLEST)
        bottom = SLIM_BOTTOM + (SLIM_HEIGHT - block * self.layers) / 2
        self.slim = TowerLayout(SLIM_LEFT, SLIM_RIGHT, bottom, block)
        self.top = float(self.slim.y(self.layers))
        self.model = model_title(recording)
        self.measured = Measurements(recording, self.added, self.layers)

    def script(self) -> None:
        self.ask()
        self.show_a_block()
        self.stack()
        self.go_up()
        self.compare()
        self.read_off()
        self.close()

    # The blocks ---------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        self.labels = self.lay_labels()
        self.runs = self.tower.runs(WIDE, WIDE.y(1))
        text = N_("What do all {count} heads together make of a text?")
        with self.say(text, (self.measured.heads, self.measured.blocks), count=self.measured.heads.value) as line:
            row = TokenRow(self.tokens)
            self.play(LaggedStart(*[FadeIn(chip, shift=0.3 * UP) for chip in row], lag_ratio=0.1), run_time=1.5)
            fallen = [word.animate.become(label) for word, label in zip(row.words, self.labels, strict=True)]
            self.play(*fallen, FadeOut(VGroup(*row.boxes)), Create(self.runs), run_time=max(1.5, line.remaining))
            self.labels = VGroup(*row.words)
            self.clear().add(self.labels, self.runs)

    def lay_labels(self) -> VGroup:
        """Return the tokens below their columns, upright where they would not fit side by side."""
        pitch = (WIDE.right - WIDE.left) / max(1, len(self.tokens) - 1)
        widest = max(token_words(token, 1.0).width for token in self.tokens)
        em = float(np.clip(0.9 * pitch / widest, SMALLEST, LABEL))
        labels = VGroup(*[token_words(token, em) for token in self.tokens])
        upright = em * widest > 0.95 * pitch
        for position, label in enumerate(labels):
            if upright:
                label.rotate(np.pi / 2)
            label.next_to([WIDE.x(position, len(self.tokens)), WIDE.bottom - 0.1, 0], DOWN, buff=0.12)
        return labels

    def show_a_block(self) -> None:
        tower = self.tower
        self.lines, self.boxes = tower.lines(WIDE, only=0), tower.boxes(WIDE, only=0)
        names = VGroup(
            self.words(N_("attention"), LABEL, color=palette().attention),
            self.words(N_("network"), LABEL, color=palette().positive),
        )
        for name, y in zip(names, (WIDE.y(0, 0.34), WIDE.y(0, NETWORK_AT)), strict=True):
            name.next_to([WIDE.right + 0.6, y, 0], RIGHT, buff=0)
        self.names = names
        model, muted = self.model, palette().muted
        because = (Quoted(model), self.measured.blocks)
        self.note = self.words(N_("{model}, all layers"), SMALL, muted, because=because, values={"model": model})
        self.note.to_corner(UR, buff=MARGIN)
        told = {"heads": model_sizes(self.recording)["heads"], "least": f"{FAINTEST:.0%}"}
        text = N_("lines: mean weight over {heads} heads, from {least}\nboxes: length added, full at the vector's own")
        key = self.words(
            text,
            0.25,
            muted,
            align="right",
            because=(self.measured.heads, self.measured.cut_off(self.tower.weight)),
            values=told,
        )
        key.next_to(self.note, DOWN, buff=0.15).align_to(self.note, RIGHT)
        text = N_("Attention passes something from word to word. Then a network works on each alone.")
        with self.say(text, Source("vaswani2017", "section 3.3")) as line:
            self.play(Create(self.lines), FadeIn(names[0]), FadeIn(self.note, key), run_time=line.fraction(0.45))
            self.play(FadeIn(self.boxes, shift=0.4 * UP), FadeIn(names[1]), run_time=line.fraction(0.25))
            grown = self.boxes.animate(rate_func=there_and_back).scale_items(1.15)
            self.play(grown, run_time=line.remaining)
        self.key = key

    def stack(self) -> None:
        """Draw the block small, and let all others rise from it."""
        tower, slim = self.tower, self.slim
        lines, boxes = tower.lines(slim, stacked=False), tower.boxes(slim, stacked=False)
        last = self.labels[-1]
        target = token_words(self.tokens[-1], 0.3, palette().attention)
        target.next_to([slim.right, slim.bottom, 0], DOWN, buff=0.16)
        target.shift(min(0, SLIM_RIGHT + 0.4 - target.get_right()[0]) * RIGHT)
        names = self.names.copy().arrange(RIGHT, buff=0.45).scale(0.7)
        names.move_to([BARS_LEFT + BARS_WIDTH / 2, self.top + 0.35, 0])
        runs = tower.runs(slim, self.top + 0.1)
        with self.say(
            N_("That is one block. Here are all {layers}."), self.measured.blocks, layers=self.layers
        ) as line:
            self.play(FadeOut(*self.labels[:-1], self.key), run_time=0.3)
            self.play(
                self.lines.animate.become(tower.lines(slim, only=0)),
                self.boxes.animate.become(tower.boxes(slim, only=0)),
                self.runs.animate.become(runs),
                self.names.animate.become(names),
                last.animate.become(target),
                run_time=1.0,
            )
            self.remove(self.lines, self.boxes)
            self.lines, self.boxes = lines, boxes
            self.add(lines, boxes)
            flights = [
                Flight(lines, tower.lines(slim), order=tower.layer / max(1, self.layers - 1)),
                Flight(boxes, tower.boxes(slim), order=tower.box_layer / max(1, self.layers - 1)),
            ]
            self.play(*flights, run_time=max(2.0, line.remaining))
        self.word = last

    # The way up ---------------------------------------------------------------------------------------------------

    def go_up(self) -> None:
        self.bars = AddedBars(self.added, self.slim, BARS_LEFT, BARS_WIDTH)
        self.lay_ledger()
        self.lay_path()
        self.tip = Dot(self.column(0), radius=0.11, color=palette().bright)
        adds = self.measured.changes.when(lambda least: least > 0, N_("the least change is longer than zero"))
        with self.say(N_("Follow the last word up. Every block adds to its vector."), adds) as line:
            self.play(FadeIn(self.ledger), FadeIn(self.panel), FadeIn(self.tip, scale=2), run_time=0.7)
            self.add(self.bars, self.path)
            self.climb(max(5.6, line.remaining))

    def column(self, layer: float) -> np.ndarray:
        """Return where the last word's column is below a block, or between two."""
        return np.array([self.slim.right, self.slim.y(0) + layer * self.slim.block, 0])

    def lay_ledger(self) -> None:
        """Lay out the scale of the bars beside the blocks, and what they are."""
        self.unit = self.bars.unit
        ends = [Line([x, self.slim.bottom, 0], [x, self.top, 0]) for x in (BARS_LEFT, BARS_LEFT + self.unit)]
        rules = VGroup(*ends).set_stroke(palette().muted, THIN)
        below = self.words(N_("length added, as a share of the vector's"), 0.25, palette().muted, line_width=3.5)
        below.move_to([BARS_LEFT + BARS_WIDTH / 2, NOTE_Y, 0])
        marks = [Words(text, 0.25, palette().muted, because=Mark(text)) for text in "01"]
        ticks = VGroup(*[mark.next_to(rule, DOWN, buff=0.1) for mark, rule in zip(marks, ends, strict=True)])
        self.ledger = Group(rules, below, ticks)

    def lay_path(self) -> None:
        unit = unit_vectors(self.added.last)
        plane = principal_plane(unit)
        points = fitted_places(plane.of(unit)[None], (PATH_X, PATH_Y), PATH_WIDTH, PATH_HEIGHT)
        self.path = VectorPaths(points, [palette().bright])
        how = N_("the share of the variance of its directions that their two main axes keep")
        kept = Measured("plane", float(plane.explained), how, ("attention-text/stream",))
        text, values = (
            N_("its direction, in the plane that keeps {share} of its changes"),
            {"share": f"{plane.explained:.0%}"},
        )
        note = self.words(text, 0.25, palette().muted, line_width=4.6, because=kept, values=values)
        note.move_to([PATH_X, NOTE_Y, 0])
        self.layer = Counter(0, "{:.0f}", LABEL, fixed="right", because=self.measured.blocks)
        self.layer.shift([self.note.get_right()[0] - self.layer.get_right()[0], self.note.get_y() - 0.6, 0])
        name = self.words(N_("blocks passed"), SMALL, color=palette().muted)
        name.next_to([self.layer.get_right()[0] - 0.65, self.layer.get_y(), 0], LEFT, buff=0)
        self.reading = Group(name, self.layer)
        self.panel = Group(note, self.reading)

    def climb(self, seconds: float) -> None:
        """Take the last word's vector up through all blocks, with its bars and its way in the plane."""
        of_lines, of_boxes = self.tower.layer, self.tower.box_layer

        def move(moving: Group, alpha: float) -> None:
            now = alpha * self.layers
            self.tip.move_to(self.column(now))
            self.path.show(now)
            self.bars.show(now)
            self.layer.count(int(now))
            for part, layer in ((self.lines, of_lines), (self.boxes, of_boxes)):
                part.shown = np.where(layer <= now, 1.0, DIMMED).astype(np.float32)

        moving = Group(self.lines, self.boxes, self.bars, self.path, self.layer, self.tip)
        self.play(UpdateFromAlphaFunc(moving, move, rate_func=linear), run_time=seconds)

    def compare(self) -> None:
        """Dim the bars of those blocks in which the one that mostly adds less adds more."""
        count, layers = self.added.network_leads, self.layers
        networks = 2 * count >= layers
        others = (self.bars.parts[:, 1] > self.bars.parts[:, 0]) != networks
        values = {"count": count if networks else layers - count, "layers": layers}
        more = self.measured.leads.when(lambda leads: 2 * leads["network"] >= leads["blocks"])
        line_of = self.choose(
            said(N_("In {count} of {layers} blocks the network adds more to it than attention."), more, **values),
            otherwise=said(
                N_("In {count} of {layers} blocks attention adds at least as much to it as the network."),
                self.measured.leads.when(lambda leads: 2 * leads["network"] < leads["blocks"]),
                **values,
            ),
        )

        def dim(bars: Edges, alpha: float) -> None:
            bars.shown = np.repeat(1 - (1 - DIMMED) * alpha * others, 2).astype(np.float32)

        with self.say(line_of) as line:
            self.play(UpdateFromAlphaFunc(self.bars, dim), run_time=line.fraction(0.4))
            grown = self.names[int(networks)].animate(rate_func=there_and_back).scale(1.15)
            self.play(grown, run_time=line.remaining)

    # What it is for -----------------------------------------------------------------------------------------------

    def read_off(self) -> None:
        likeliest = self.measured.tokens
        if not likeliest:
            none = self.measured.guess.when(lambda guess: guess["listed"] == 0)
            with self.say(N_("This model guesses no next word: these vectors are its answer."), none) as line:
                grown = self.path.tips.animate(rate_func=there_and_back).scale(1.6)
                self.play(grown, run_time=line.remaining)
            return
        shares = self.recording.read("next.probability")
        row, bars, note = lay_guess(self, self.tokens, self.measured, self.note.get_bottom()[1], NOTE_Y)
        self.guess = bars
        values = {"token": f"“{token_on_screen(likeliest[0])}”", "share": f"{shares[0]:.0%}"}
        text = N_("From its last vector the model guesses what comes next: {token} with {share}.")
        first = self.measured.guess.when(lambda guess: guess["share"] >= guess["second"])
        with self.say(text, first, **values) as line:
            gone = FadeOut(Group(self.ledger, self.names, self.bars, self.path, self.panel))
            self.play(gone, run_time=QUICK)
            chips = [FadeIn(chip, shift=0.15 * UP) for chip in row[:-1]]
            self.play(LaggedStart(*chips, lag_ratio=0.1), run_time=0.9)
            beam = self.tip.copy()
            self.play(beam.animate.move_to(bars.tracks[0].get_left()), FadeIn(bars), FadeIn(note), run_time=0.9)
            self.play(bars.animate_values(shares), FadeOut(beam), run_time=1.2)
            grown = FadeIn(row[-1], target_position=bars.labels[0], scale=0.6)
            self.play(grown, run_time=max(0.8, line.remaining))

    def close(self) -> None:
        """Let a light run up through all blocks once more."""

        def shine(moving: Group, alpha: float) -> None:
            at = alpha * (self.layers + 4) - 2
            for part, layer in ((self.lines, self.tower.layer), (self.boxes, self.tower.box_layer)):
                near = np.exp(-(((layer - at) / max(1.0, self.layers / 12)) ** 2))
                fade = DIMMED + (1 - DIMMED) * max(0.0, 6 * alpha - 5)
                part.shown = np.maximum(near, fade).astype(np.float32)

        text = N_("Look around, then work alone, {layers} times over: that is a transformer.")
        with self.say(text, self.measured.blocks, layers=self.layers, result=True) as line:
            wave = UpdateFromAlphaFunc(Group(self.lines, self.boxes), shine, rate_func=linear)
            self.play(wave, run_time=max(2.5, line.remaining))
