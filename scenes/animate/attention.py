"""Shows where the heads of a model's attention look, from the first snapshot to the last, and which do what."""

from __future__ import annotations

import numpy as np
from manim import DOWN, Create, FadeIn, FadeOut, Group, LaggedStart, MoveAlongPath, Rectangle, VMobject, there_and_back

from scenes.animate.heads.head_table import HeadTable
from scenes.animate.heads.heads import MOST_POSITIONS, read_heads
from scenes.animate.shared.own import Remark
from scenes.animate.shared.running import RunningBeat
from scenes.beats.timeline import said
from scenes.evidence.evidence import Measured, Quoted
from scenes.language.translation import N_
from scenes.look.style import QUICK, SMALL, STROKE, palette
from scenes.mobjects.grids.attention_grid import AttentionGrid

MUCH = 0.5  # of a head's weight, from which on it is said where it looks
LOOKS_TOLD = {
    "before": N_("Head {head} of {layer} looks at the position before: {share} of its weight goes there."),
    "itself": N_("Head {head} of {layer} looks at the position itself: {share} of its weight goes there."),
    "first": N_("Head {head} of {layer} looks at the first position: {share} of its weight goes there."),
}
LABELLED = 16  # positions, up to which the weights of a head are shown in a table
NO_NUMBERS = (99.0, 99.0)  # em that a number would take: discs alone can be read


class Attention(RunningBeat):
    """Where do its heads look?"""

    def open(self) -> None:
        self.heads = read_heads(self.recording)
        self.measure()
        self.place_clock(self.steps(*self.heads.arrays).only(self.heads.steps))
        self.table = HeadTable(self.heads, self.shown)
        self.title = self.words(N_("head"), SMALL, palette().muted)
        self.title.next_to(self.table.numbers[0], DOWN, buff=0).set_y(self.table.numbers[0].get_y())
        self.title.set_x(self.table.names.get_right()[0] - self.title.width / 2)
        self.remark = self.notes(self.remarks())
        self.show_share(0.0)

    def measure(self) -> None:
        """Measure what is shown, and how much of their weight heads give to looks of each kind."""
        heads = self.heads
        shown = {
            "layers": len(heads.arrays),
            "of": heads.layers,
            "heads": [list(numbers) for numbers in heads.numbers],
            "of_heads": heads.heads,
            "positions": min(heads.positions, MOST_POSITIONS),
            "of_positions": heads.positions,
        }
        self.shown = self.measured("shown", shown, N_("layers, heads and positions that are shown, and all"))
        best = {"look": "", "layer": 0, "place": 0, "head": 0, "share": 0.0}
        for kind in heads.looks:
            for layer, shares in enumerate(heads.looks[kind]):
                place = int(np.argmax(shares))
                if shares[place] > best["share"]:
                    head, share = heads.numbers[layer][place], float(shares[place])
                    best = {"look": kind, "layer": layer, "place": place, "head": head, "share": share}
        how = N_(
            "of the heads shown, at the end: the mean share of weight that positions but the first give to a place"
        )
        self.best = self.measured("best", best, how)

    def remarks(self) -> list[Remark]:
        """Return the notes on which input is shown, and on what is left out."""
        shown, told = self.shown.value, list[Remark]()
        first = self.recorded(self.film, self.heads.arrays[0], batch=0, step=0)
        told.append(
            (
                N_("the probe that was given first; shade: the square root of a weight, between snapshots blended"),
                first,
                {},
            )
        )
        if shown["layers"] < shown["of"]:
            told.append((N_("{layers} of {of} layers"), self.shown, shown))
        if (count := max(map(len, shown["heads"]))) < shown["of_heads"]:
            told.append((N_("{count} of {of_heads} heads"), self.shown, {**shown, "count": count}))
        if shown["positions"] < shown["of_positions"]:
            told.append((N_("the first {positions} of {of_positions} positions"), self.shown, shown))
        return told

    def show_training(self, now: float, told: float) -> None:
        """Show the patterns between the snapshots before and after a step, as far along as it is."""
        place = float(np.interp(now, self.heads.steps, np.arange(len(self.heads.steps))))
        self.table.show(place)

    # The film of it -----------------------------------------------------------------------------------------------

    def script(self) -> None:
        with self.say(N_("Where do the heads of its attention look?")) as line:
            pictures = [picture for row in self.table.pictures for picture in row]
            self.play(
                LaggedStart(*[FadeIn(picture, scale=0.8) for picture in pictures], lag_ratio=0.1),
                *[FadeIn(part) for part in (self.table.frames, self.table.names, self.table.numbers, self.title)],
                run_time=max(2.0, line.remaining),
            )
        with self.say(N_("A square is a head at work. Rows look, and colour shows where to.")) as line:
            self.play(*[FadeIn(part) for part in (self.counter, self.remark) if part], run_time=line.remaining)
        self.run([said(N_("Now the model trains, from the first snapshot on to the last."), self.steps_told())])
        if self.heads.looks:
            self.tell_of_looks()

    def steps_told(self) -> Measured:
        """Return the evidence that there are a first snapshot and a last."""
        ends = {"first": int(self.heads.steps[0]), "last": int(self.heads.steps[-1])}
        snapshots = self.measured("snapshots", ends, N_("the steps of the snapshots shown"), *self.heads.arrays)
        return snapshots.when(lambda are: are["first"] < are["last"])

    def tell_of_looks(self) -> None:
        """Point to the head that looks most at what is known, and show its weights."""
        best = self.best.value
        if best["share"] < MUCH:
            none = self.best.when(lambda is_: is_["share"] < MUCH)
            text = N_("None of these heads gives half of its weight to the position before, to itself or to the first.")
            frames = [self.table.frame_around(*at) for at in self.table.places]
            passing = [FadeIn(frame, rate_func=there_and_back, remover=True) for frame in frames]
            with self.say(text, none) as line:
                self.play(LaggedStart(*passing, lag_ratio=0.4), run_time=line.remaining)
            return
        layer = self.heads.names[best["layer"]]
        rule = self.best.when(lambda is_: is_["share"] >= MUCH)
        values = {"head": best["head"], "layer": layer, "share": f"{best['share']:.0%}"}
        frame = self.table.frame_around(best["layer"], best["place"])
        with self.say(LOOKS_TOLD[best["look"]], (rule, Quoted(layer)), **values) as line:
            self.play(Create(frame), run_time=max(QUICK, line.fraction(0.5)))
        pattern = self.heads.patterns[best["layer"]][-1, best["place"]]
        if max(pattern.shape) > LABELLED:
            return
        self.show_in_full(best["layer"], best["place"], Group(self.table, self.title, frame))

    def show_in_full(self, layer: int, place: int, rest: Group) -> None:
        """Show the weights of a head at the last snapshot as a table, in place of the rest."""
        pattern, array = self.heads.patterns[layer][-1, place], self.heads.arrays[layer]
        labels = [f"{position}" for position in range(max(pattern.shape))]
        room = {"height": 5.2, "strength": pattern, "number_room": NO_NUMBERS}
        grid = AttentionGrid(pattern, labels[: len(pattern)], labels[: pattern.shape[1]], **room)
        head = self.heads.numbers[layer][place]
        weights = self.recorded(self.film, array, batch=0, head=head, step=-1)
        self.ground(grid, (self.shown, weights))
        grid.move_to([0, 0.25, 0])
        note = self.note(N_("the probe that was given first; area of a disc: a weight"), weights)
        text = N_("Here are its weights in full: positions that look at the left, what they look at on top.")
        gone = [FadeOut(part) for part in (rest, self.remark) if part]
        with self.say(text) as line:
            self.play(*gone, FadeIn(grid, target_position=self.table.pictures[layer][place], scale=0.3), run_time=1.2)
            row = Rectangle(width=grid.lines.width, height=grid.cell[1], color=palette().attention, stroke_width=STROKE)
            places = [np.array([grid.lines.get_x(), grid.place(query, 0)[1], 0]) for query in range(len(pattern))]
            self.play(FadeIn(note), Create(row.move_to(places[0])), run_time=QUICK)
            seconds = max(0.25 * len(places), line.remaining)
            self.play(MoveAlongPath(row, VMobject().set_points_as_corners(places)), run_time=seconds)
