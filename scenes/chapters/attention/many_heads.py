"""All heads side by side: what each adds, how they differ, and what single ones are found to do."""

from __future__ import annotations

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
    Group,
    GrowArrow,
    LaggedStart,
    VGroup,
)

from engine.studies import model_title
from scenes.chapter import Beat
from scenes.chapters.attention.head_panels import (
    FIRST_LINES,
    FOUND_LINES,
    KINDS,
    MISSED_LINES,
    PANEL,
    PANEL_Y,
    PANELS_X,
    arrow,
    panel_texts,
    ring_around,
)
from scenes.chapters.attention.reading import anatomy_of, head_note, tokens_of
from scenes.chapters.attention.small_patterns import best_head, pattern_tiles
from scenes.mobjects.batched import rgb255
from scenes.mobjects.flight import Flight
from scenes.mobjects.pixels import grid_centers, picture_frames
from scenes.mobjects.tiles import Tiles
from scenes.mobjects.tokens import shown
from scenes.mobjects.typeset import Words
from scenes.projection import principal_plane
from scenes.style import DIMMED, LABEL, MARGIN, QUICK, SMALL, TITLE, palette
from scenes.translation import N_

INSIDE = 0.92  # of a frame, by the pattern in it
LARGE = 5.2  # side of the first pattern, scene units
TABLE_MIDDLE, TABLE_SIDE, FILLED = np.array([-3.3, 0, 0]), (6.2, 6.7), 0.72
WORDY = 1.4  # side of a pattern over which there is room for more than a number
WAY_MIDDLE, WAY_SIDE = np.array([3.6, -0.1, 0]), np.array([5.2, 4.6])
WALL = (12.4, 5.2)
SMALL_WALL, SMALL_WALL_Y = (10.0, 1.9), 2.55
MOST = 0.5  # of a weight
SEEN = 0.004  # the least weight that shows as a shade in the wall


class ManyHeads(Beat):
    """What the other heads do."""

    def open(self) -> None:
        reading = self.data["attention-text"]
        anatomy = anatomy_of(reading)
        self.layers, self.heads = int(anatomy["layers"]), int(anatomy["heads"])
        self.layer, self.head = reading.config["chosen_layer"], reading.config["chosen_head"]
        self.patterns = reading.read("patterns")
        self.updates = reading.read("head_updates")[:, -1]  # (head, feature) of the last token
        self.whole = reading.read("attention.update")[self.layer, -1]
        self.token = shown(tokens_of(reading)[-1])
        self.best = {kind: best_head(reading, kind) for kind in KINDS}
        scores = reading.read("head_score")[reading.config["score_names"].index("first token")]  # (layer, head)
        self.resting = np.flatnonzero(scores.ravel() > MOST)
        self.period = len(self.best["induction"].pattern) // 2
        self.panels: dict[str, Tiles] = {}  # the patterns that have been pointed out, by kind
        self.note = head_note(self, reading)
        told = self.tr(N_("{model}, layer {layer}"), model=model_title(reading), layer=self.layer)
        self.layer_note = Words(told, SMALL, palette().muted).to_corner(UP + RIGHT, buff=MARGIN)

    def script(self) -> None:
        self.show_one()
        self.show_layer()
        self.add_up()
        self.show_all()
        self.point_out(0, "previous token")
        self.point_out(1, "current token")
        self.point_to_the_first()
        self.find_induction()
        self.answer()

    # One layer ----------------------------------------------------------------------------------------------------

    def show_one(self) -> None:
        own = self.patterns[self.layer, self.head]
        self.alone = pattern_tiles(own[None], np.zeros((1, 3)), INSIDE * LARGE)
        self.frame = picture_frames(np.zeros((1, 3)), LARGE)
        with self.say(N_("This was one head. What do the others do?")) as line:
            self.play(Create(self.frame), FadeIn(self.note), run_time=0.5)
            self.play(FadeIn(self.alone, scale=0.9), run_time=max(1.0, line.left))

    def show_layer(self) -> None:
        columns = int(np.ceil(np.sqrt(self.heads)))
        rows = -(-self.heads // columns)
        pitch = min(TABLE_SIDE[0] / columns, TABLE_SIDE[1] / rows)
        self.side = FILLED * pitch
        self.places = grid_centers(rows, columns, rows * pitch)[: self.heads] + TABLE_MIDDLE
        there = pattern_tiles(self.patterns[self.layer], self.places, INSIDE * self.side)
        self.frames = picture_frames(self.places, self.side)
        self.table, start = self.hidden_others()
        form = N_("head {number}") if self.side > WORDY else "{number}"
        names = [self.tr(form, number=number) for number in range(self.heads)]
        em = float(np.clip(0.13 * pitch, 0.235, SMALL))
        self.names = VGroup(*[Words(name, em, palette().muted) for name in names])
        for name, place in zip(self.names, self.places, strict=True):
            name.move_to(place + (self.side / 2) * (LEFT + UP) + 0.2 * UP, aligned_edge=LEFT)
        text = N_("Layer {layer} has {heads} heads, each with its own pattern.")
        with self.say(text, layer=self.layer, heads=self.heads) as line:
            self.remove(self.frame, self.alone)
            self.add(start, self.table)
            turns = np.linspace(0.5, 1, self.heads)
            turns[self.head] = 0  # the one that has been seen goes to its place first
            order = np.repeat(turns, self.patterns[0, 0].size)
            self.play(
                Flight(self.table, there, order=order, lag=0.6),
                Flight(start, self.frames, order=turns, lag=0.6),
                FadeOut(self.note),
                run_time=line.share(0.65),
            )
            self.frames = start
            self.play(FadeIn(self.names, lag_ratio=0.1), FadeIn(self.layer_note), run_time=max(0.8, line.left))

    def hidden_others(self) -> tuple[Tiles, Tiles]:
        """Return the layer's patterns and their frames: the one shown, large, the others unseen where they belong."""
        own = np.arange(self.heads) == self.head
        table = pattern_tiles(self.patterns[self.layer], self.places, 0.6 * INSIDE * self.side)
        frames = picture_frames(self.places, 0.6 * self.side)
        frames.shown = own.astype(np.float32)
        cells = np.repeat(own, self.patterns[0, 0].size)
        table.fill[~cells, 3] = 0
        table.points[np.repeat(cells, 4)] = self.alone.points
        frames.points[np.repeat(own, 4)] = self.frame.points
        return table, frames

    def add_up(self) -> None:
        """Put the heads' steps end to end, as they are seen in the plane that keeps most of them."""
        plane = principal_plane(np.concatenate([self.updates, -self.updates]))
        steps = plane.direction(self.updates)  # (head, axis)
        corners = np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)])
        size = float((WAY_SIDE / np.maximum(np.ptp(corners, axis=0), 1e-9)).min())
        flat = (corners - (corners.min(axis=0) + corners.max(axis=0)) / 2) * size
        self.corners = np.column_stack([flat, np.zeros(len(flat))]) + WAY_MIDDLE
        self.arrows = [
            arrow(a, b, palette().positive) for a, b in zip(self.corners[:-1], self.corners[1:], strict=True)
        ]
        self.total = arrow(self.corners[0], self.corners[-1], palette().attention)
        self.measure()
        self.explain(f"{plane.explained:.0%}")
        text = N_("Each adds its own step; together they are what the layer adds.")
        with self.say(text) as line:
            flown = [
                AnimationGroup(FadeIn(length), FadeIn(one, target_position=place, scale=0.4))
                for one, length, place in zip(self.arrows, self.lengths, self.places, strict=True)
            ]
            self.play(LaggedStart(*flown, lag_ratio=0.25), FadeIn(self.told[:2]), run_time=line.share(0.68))
            faint = [one.animate.set_opacity(0.45) for one in self.arrows]
            grown = (GrowArrow(self.total), FadeIn(self.total_length), FadeIn(self.told[2], shift=0.2 * UP))
            self.play(*grown, *faint, run_time=max(1.2, line.left))

    def measure(self) -> None:
        """Write how long each head's step is over its pattern, where there is room, and that of all together."""
        self.lengths = VGroup()
        for name, update, place in zip(self.names, self.updates, self.places, strict=True):
            length = Words(f"{np.linalg.norm(update):.1f}", name.size, palette().positive)
            length.move_to(place + (self.side / 2) * (RIGHT + UP) + 0.2 * UP, aligned_edge=RIGHT)
            if name.get_right()[0] + 0.1 > length.get_left()[0]:
                length.set_opacity(0)
            self.lengths.add(length)
        told = f"{np.linalg.norm(self.whole):.1f}"
        self.total_length = Words(told, LABEL, palette().attention)
        aside = 0.5 * RIGHT if self.corners[-1][1] > self.corners[0][1] else 0.5 * LEFT
        self.total_length.move_to((self.corners[0] + self.corners[-1]) / 2 + aside + 0.25 * DOWN)

    def explain(self, share: str) -> None:
        """Write what the blue numbers are, in which plane the steps are drawn, and what their lengths come to."""
        added, whole = float(np.linalg.norm(self.updates, axis=1).sum()), float(np.linalg.norm(self.whole))
        lines = (
            N_("lengths added up: {added}"),
            N_("added up: {added}; they point different ways"),
        )
        texts = (
            (self.tr(N_("blue: length of each head's step, added to {word}"), word=self.token), palette().positive),
            (self.tr(N_("in the plane that keeps {share} of the squared lengths"), share=share), palette().muted),
            (self.tr(lines[whole < added], added=f"{added:.1f}"), palette().attention),
        )
        self.told = VGroup(*[Words(text, SMALL, shade) for text, shade in texts])
        for line, y in zip(self.told, (2.75, -3.35, -2.9), strict=True):
            line.move_to([min(WAY_MIDDLE[0], 7.11 - MARGIN - line.width / 2), y, 0])

    # All of them --------------------------------------------------------------------------------------------------

    def wall_places(self, room: tuple[float, float]) -> tuple[np.ndarray, float]:
        """Return where every head of every layer stands, (layer, head, 3), layers side by side, and their pitch."""
        pitch = min(room[0] / self.layers, room[1] / self.heads)
        places = grid_centers(self.heads, self.layers, self.heads * pitch)
        return places.reshape(self.heads, self.layers, 3).transpose(1, 0, 2), pitch

    def show_all(self) -> None:
        places, pitch = self.wall_places(WALL)
        side = 0.88 * pitch
        every = self.patterns.reshape(-1, *self.patterns.shape[2:])
        self.wall = pattern_tiles(every, places.reshape(-1, 3), side, least=SEEN)
        self.wall_frames = picture_frames(places.reshape(-1, 3), side)
        self.wall_frames.stroke_width[:] = 0.6
        own = pattern_tiles(self.patterns[self.layer], places[self.layer], side)
        texts = (
            self.words(N_("layers →"), SMALL, color=palette().muted),
            self.words(N_("heads ↓"), SMALL, color=palette().muted),
        )
        top = self.wall_frames.get_top()[1]
        texts[0].move_to([self.wall_frames.get_right()[0], top + 0.3, 0], aligned_edge=RIGHT)
        texts[1].move_to([self.wall_frames.get_left()[0], top + 0.3, 0], aligned_edge=LEFT)
        counted = Words(f"{self.layers:,} × {self.heads:,} = {self.layers * self.heads:,}", TITLE)
        counted.move_to(self.wall_frames.get_bottom() + 0.6 * DOWN)
        self.wall_texts = VGroup(*texts, counted)
        text = N_("That was one layer. In all {layers}: {count} heads.")
        with self.say(text, layers=self.layers, count=self.layers * self.heads) as line:
            added = (*self.arrows, self.total, self.lengths, self.total_length, self.told)
            gone = Group(*added, self.names, self.frames, self.layer_note)
            self.play(Flight(self.table, own, lag=0.0), FadeOut(gone), run_time=line.share(0.35))
            self.add(self.wall_frames, self.wall)
            drawn = [Create(self.wall_frames), Create(self.wall)]
            self.play(*drawn, FadeIn(self.wall_texts), run_time=max(1.6, line.left))
            self.remove(self.table)

    def make_room(self) -> None:
        """Make the wall small, above the places of the heads that are pointed out."""
        _, pitch = self.wall_places(WALL)
        _, small = self.wall_places(SMALL_WALL)
        both = Group(self.wall_frames, self.wall)
        middle = self.wall_frames.get_center()
        moved = both.animate.scale(small / pitch, about_point=middle).shift(SMALL_WALL_Y * UP - middle)
        self.play(FadeOut(self.wall_texts), moved.set_opacity(DIMMED), run_time=QUICK)
        self.wall_side = self.wall_frames.item(0).width

    def point_out(self, place: int, kind: str) -> None:
        best = self.best[kind]
        told = (FOUND_LINES if best.found else MISSED_LINES)[place]
        with self.say(told, score=f"{best.score:.2f}") as line:
            if not place:
                self.make_room()
            self.bring_down(place, kind, max(1.8, line.left))

    def point_to_the_first(self) -> None:
        """Frame all heads that give most of their weight to the first token, and bring down the one that does most."""
        count = len(self.resting)
        with self.say(FIRST_LINES[min(count, 2)], count=count, total=self.layers * self.heads) as line:
            self.rings = picture_frames(self.wall_frames.centers[self.resting], self.wall_side)
            self.rings.stroke[:] = np.append(rgb255(palette().attention), 0.8)
            if count:
                self.play(Create(self.rings), run_time=line.share(0.4))
            self.bring_down(2, "first token", max(1.8, line.left - 0.3))
            self.play(FadeOut(self.rings), run_time=0.3)

    def bring_down(self, place: int, kind: str, seconds: float) -> None:
        """Frame a head in the wall, and bring its pattern down to where it can be seen."""
        best = self.best[kind]
        source = self.wall_frames.centers[best.layer * self.heads + best.head]
        here = np.array([PANELS_X[place], PANEL_Y, 0])
        ring = ring_around(source, 1.25 * self.wall_side)
        pattern = pattern_tiles(best.pattern[None], source[None], self.wall_side)
        there = pattern_tiles(best.pattern[None], here[None], INSIDE * PANEL)
        frame = picture_frames(here[None], PANEL)
        texts = panel_texts(self, best, kind, here)
        self.play(FadeIn(ring, scale=3), run_time=0.2 * seconds)
        self.add(pattern.copy(), pattern)
        self.play(Flight(pattern, there, lag=0.0), FadeIn(frame, target_position=source), run_time=0.5 * seconds)
        self.play(FadeIn(texts, shift=0.2 * UP, lag_ratio=0.2), run_time=0.3 * seconds)
        self.panels[kind] = pattern

    def find_induction(self) -> None:
        best = self.best["induction"]
        lines = (
            N_("On {count} random tokens, read twice, one finds what came next last time: {score}."),
            N_("On {count} random tokens, read twice, none finds what came next last time: {score}."),
        )
        with self.say(lines[0 if best.found else 1], count=self.period, score=f"{best.score:.2f}") as line:
            self.bring_down(3, "induction", line.share(0.55))
            cells = self.panels["induction"].centers.reshape(2 * self.period, 2 * self.period, 3)
            queries = np.arange(self.period, 2 * self.period)
            fill = np.tile(np.append(rgb255(palette().bright), 1), (self.period, 1))
            self.marks = Tiles(cells[queries, queries + 1 - self.period], 0.035, fill=fill, corner=1.0)
            self.play(Create(self.marks), run_time=line.share(0.25))
            self.play(FadeOut(self.marks), run_time=line.left)

    def answer(self) -> None:
        text = N_("Each looks in its own way, and none was told how.")
        with self.say(text) as line:
            for shown_one in self.panels.values():
                swell = shown_one.animate(rate_func=lambda t: np.sin(np.pi * t)).scale(1.06)
                self.play(swell, run_time=max(0.5, line.seconds / 4))
