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

from engine.recording.format.conventions import model_title
from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.attention.heads.head_panels import (
    FOUND_LINES,
    KINDS,
    MISSED_LINES,
    PANEL,
    PANEL_Y,
    PANELS_X,
    lines_of_the_first,
    lines_of_twins,
    panel_texts,
    ring_around,
)
from scenes.chapters.attention.heads.head_steps import HeadSteps
from scenes.chapters.attention.heads.heads_measured import (
    best_of,
    if_found,
    if_missed,
    if_they_add_up,
    resting_of,
    steps_of_heads,
    twins_of,
)
from scenes.chapters.attention.heads.small_patterns import pattern_tiles
from scenes.chapters.attention.one_head.reading import head_note, model_sizes, tokens_of
from scenes.drawing.batched import rgb255
from scenes.drawing.flight import Flight
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Exact, Mark, Quoted
from scenes.language.translation import N_
from scenes.look.style import DIMMED, MARGIN, QUICK, SMALL, TITLE, palette
from scenes.mobjects.pictures.pixels import grid_centers, picture_frames
from scenes.text.tokens import token_on_screen
from scenes.text.typeset import Words

INSIDE = 0.92  # of a frame, by the pattern in it
LARGE = 5.2  # side of the first pattern, scene units
TABLE_MIDDLE, TABLE_SIDE, FILLED = np.array([-3.3, 0, 0]), (6.2, 6.7), 0.72
WORDY = 1.4  # side of a pattern over which there is room for more than a number
WALL = (12.4, 5.2)
SMALL_WALL, SMALL_WALL_Y = (10.0, 1.9), 2.55
SEEN = 0.004  # the least weight that shows as a shade in the wall


class ManyHeads(Beat):
    """What the other heads do."""

    def open(self) -> None:
        reading = self.data["attention-text"]
        anatomy = model_sizes(reading)
        self.layers, self.heads = int(anatomy["layers"]), int(anatomy["heads"])
        self.layer, self.head = reading.config["chosen_layer"], reading.config["chosen_head"]
        self.patterns = reading.read("patterns")
        self.updates = reading.read("head_updates")[:, -1]  # (head, feature) of the last token
        self.token = token_on_screen(tokens_of(reading)[-1])
        self.best, self.measured = {}, {}
        for kind in KINDS:
            self.best[kind], self.measured[kind] = best_of(reading, kind)
        (resting, self.rest_on_first), (twins, self.alike) = resting_of(reading), twins_of(reading)
        self.resting, self.twins = np.flatnonzero(resting), np.flatnonzero(twins)
        self.steps = steps_of_heads(reading, self.layer)
        self.anatomy = self.recorded("attention-text", "config.anatomy")
        self.every = Exact("layers * heads", layers=self.layers, heads=self.heads)
        self.period = len(self.best["induction"].pattern) // 2
        self.panels: dict[str, Tiles] = {}  # the patterns that have been pointed out, by kind
        self.note = head_note(self, reading)
        model, own = model_title(reading), self.recorded("attention-text", "config.chosen_layer")
        told, because = {"model": model, "layer": self.layer}, (Quoted(model), own)
        self.layer_note = self.words(N_("{model}, layer {layer}"), SMALL, palette().muted, because=because, values=told)
        self.layer_note.to_corner(UP + RIGHT, buff=MARGIN)
        self.shade_note = self.words(N_("shade: √ of the weight"), SMALL, palette().muted)
        self.shade_note.next_to(self.note, DOWN, buff=0.12).align_to(self.note, RIGHT)

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
            self.play(Create(self.frame), FadeIn(self.note, self.shade_note), run_time=0.5)
            self.play(FadeIn(self.alone, scale=0.9), run_time=max(1.0, line.remaining))

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
        em, muted = float(np.clip(0.13 * pitch, 0.235, SMALL)), palette().muted
        numbers = range(self.heads)
        self.names = VGroup(
            *[self.words(form, em, muted, because=Mark(number), values={"number": number}) for number in numbers]
        )
        for name, place in zip(self.names, self.places, strict=True):
            name.move_to(place + (self.side / 2) * (LEFT + UP) + 0.2 * UP, aligned_edge=LEFT)
        text = N_("Layer {layer} has {heads} heads.")
        known = (self.anatomy, self.recorded("attention-text", "config.chosen_layer"))
        with self.say(text, known, layer=self.layer, heads=self.heads) as line:
            self.remove(self.frame, self.alone)
            self.add(start, self.table)
            turns = np.linspace(0.5, 1, self.heads)
            turns[self.head] = 0  # the one that has been seen goes to its place first
            order = np.repeat(turns, self.patterns[0, 0].size)
            self.play(
                Flight(self.table, there, order=order, lag=0.6),
                Flight(start, self.frames, order=turns, lag=0.6),
                FadeOut(self.note),
                run_time=max(1.8, line.fraction(0.65)),
            )
            self.frames = start
            self.play(FadeIn(self.names, lag_ratio=0.1), FadeIn(self.layer_note), run_time=max(0.8, line.remaining))

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
        way = self.way = HeadSteps(self, self.updates, self.steps, self.token)
        self.lengths = way.lengths_over(self.names, self.places, self.side)
        line_of = self.choose(
            said(N_("Each adds a step. End to end: what the heads add."), if_they_add_up(self.steps)),
            otherwise=said(N_("What they add, end to end, step by step.")),
        )
        with self.say(line_of) as line:
            flown = [
                AnimationGroup(FadeIn(length), FadeIn(one, target_position=place, scale=0.4))
                for one, length, place in zip(way.arrows, self.lengths, self.places, strict=True)
            ]
            self.play(LaggedStart(*flown, lag_ratio=0.25), FadeIn(way.told[:2]), run_time=line.fraction(0.68))
            faint = [one.animate.set_opacity(0.45) for one in way.arrows]
            grown = (GrowArrow(way.total), FadeIn(way.total_length), FadeIn(way.told[2], shift=0.2 * UP))
            self.play(*grown, *faint, run_time=max(1.2, line.remaining))

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
        product = f"{self.layers:,} × {self.heads:,} = {self.layers * self.heads:,}"
        counted = Words(product, TITLE, because=self.every).move_to(self.wall_frames.get_bottom() + 0.6 * DOWN)
        least = {"least": f"{SEEN:g}"}
        text = N_("√ of the weight, from {least} on")
        shade = self.words(text, SMALL, palette().muted, because=Exact("least", least=SEEN), values=least)
        shade.move_to([self.wall_frames.get_x(), top + 0.3, 0])
        self.wall_texts = VGroup(*texts, counted, shade)
        text = N_("That was one layer. In all {layers}: {count} heads.")
        with self.say(text, self.every, layers=self.layers, count=self.layers * self.heads) as line:
            way = self.way
            added = (*way.arrows, way.total, self.lengths, way.total_length, way.told)
            gone = Group(*added, self.names, self.frames, self.layer_note, self.shade_note)
            self.play(Flight(self.table, own, lag=0.0), FadeOut(gone), run_time=line.fraction(0.35))
            self.add(self.wall_frames, self.wall)
            drawn = [Create(self.wall_frames), Create(self.wall)]
            self.play(*drawn, FadeIn(self.wall_texts), run_time=max(1.6, line.remaining))
            self.remove(self.table)

    def make_room(self) -> None:
        """Make the wall small, above the places of the heads that are pointed out."""
        _, pitch = self.wall_places(WALL)
        _, small = self.wall_places(SMALL_WALL)
        both = Group(self.wall_frames, self.wall)
        middle = self.wall_frames.get_center()
        moved = both.animate.scale(small / pitch, about_point=middle).shift(SMALL_WALL_Y * UP - middle)
        shade = self.shade_note.to_corner(DOWN + LEFT, buff=MARGIN)
        self.play(FadeOut(self.wall_texts), FadeIn(shade), moved.set_opacity(DIMMED), run_time=QUICK)
        self.wall_side = self.wall_frames.item(0).width

    def point_out(self, place: int, kind: str) -> None:
        best = self.measured[kind]
        score = f"{best.value['score']:.2f}"
        found, missed = if_found(best), if_missed(best)
        line_of = self.choose(
            said(FOUND_LINES[place], found, score=score), said(MISSED_LINES[place], missed, score=score)
        )
        with self.say(line_of) as line:
            if not place:
                self.make_room()
            self.bring_down(place, kind, max(1.8, line.remaining))

    def point_to_the_first(self) -> None:
        """Frame all heads that give most of their weight to the first token, and bring down the one that does most."""
        with self.say(self.choose(*lines_of_the_first(self.rest_on_first))) as line:
            self.rings = picture_frames(self.wall_frames.centers[self.resting], self.wall_side)
            self.rings.stroke[:] = np.append(rgb255(palette().attention), 0.8)
            if len(self.resting):
                self.play(Create(self.rings), run_time=line.fraction(0.4))
            self.bring_down(2, "first token", max(1.8, line.remaining - 0.3))
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
        texts = panel_texts(self, best, kind, here, self.measured[kind])
        self.play(FadeIn(ring, scale=3), run_time=0.2 * seconds)
        self.add(pattern.copy(), pattern)
        self.play(Flight(pattern, there, lag=0.0), FadeIn(frame, target_position=source), run_time=0.5 * seconds)
        self.play(FadeIn(texts, shift=0.2 * UP, lag_ratio=0.2), run_time=0.3 * seconds)
        self.panels[kind] = pattern

    def find_induction(self) -> None:
        best = self.measured["induction"]
        values = {"count": self.period, "score": f"{best.value['score']:.2f}"}
        found = N_("On {count} random tokens, read twice, one finds what followed: {score}.")
        missed = N_("On {count} random tokens, read twice, none finds what followed: {score}.")
        line_of = self.choose(said(found, if_found(best), **values), said(missed, if_missed(best), **values))
        with self.say(line_of) as line:
            self.bring_down(3, "induction", line.fraction(0.55))
            cells = self.panels["induction"].centers.reshape(2 * self.period, 2 * self.period, 3)
            queries = np.arange(self.period, 2 * self.period)
            fill = np.tile(np.append(rgb255(palette().bright), 1), (self.period, 1))
            self.marks = Tiles(cells[queries, queries + 1 - self.period], 0.035, fill=fill, corner=1.0)
            self.play(Create(self.marks), run_time=line.fraction(0.25))
            self.play(FadeOut(self.marks), run_time=line.remaining)

    def answer(self) -> None:
        """Frame the heads whose patterns are nearly another's, in the wall as bright as it was."""
        with self.say(self.choose(*lines_of_twins(self.alike)), result=True) as line:
            bright = [part.animate.set_opacity(1) for part in (self.wall, self.wall_frames)]
            self.play(*bright, run_time=line.fraction(0.2))
            if len(self.twins):
                self.twin_rings = picture_frames(self.wall_frames.centers[self.twins], self.wall_side)
                self.twin_rings.stroke[:] = np.append(rgb255(palette().attention), 0.9)
                self.play(Create(self.twin_rings), run_time=line.remaining)
