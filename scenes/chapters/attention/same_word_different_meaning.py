"""One word at the end of three sentences: the same numbers go in, and layer by layer they part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Dot,
    FadeIn,
    FadeOut,
    Flash,
    Group,
    LaggedStart,
    Line,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
    there_and_back,
)
from manim.utils.color import ManimColor, interpolate_color

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.attention.stream.meanings import Meanings
from scenes.chapters.attention.stream.meanings_measured import PAIRS, measure_meanings
from scenes.chapters.attention.stream.paths import VectorPaths, fitted_places
from scenes.evidence.evidence import Exact, Quoted, Source
from scenes.language.translation import N_
from scenes.look.style import LABEL, QUICK, THIN, palette
from scenes.mobjects.plots.axes import Axes2D
from scenes.text.glyphs import format_number
from scenes.text.numbers import Number
from scenes.text.typeset import Words

ASK_X, PUT_X = 2.9, 0.4  # where the sentences end, alone and beside their numbers
HALF = 3.42  # x of the middle of the frame's right half
ROW_TOP, ROW_STEP = 3.2, 0.56  # of the texts beside their paths
PLANE_Y, PLANE_WIDTH, PLANE_HEIGHT = -0.75, 6.0, 4.3
NOTE_Y = -3.4
LEGEND = 0.27  # em
PLOT_WIDTH, PLOT_HEIGHT = 5.0, 3.3
ROOM = 6.3  # of a text, scene units
SHADE_Y = 1.62  # of what tells the shades' scale, under the strips


class SameWordDifferentMeaning(Beat):
    """What a word is to the model depends on the words before it."""

    def open(self) -> None:
        recording = self.data["attention-meanings"]
        self.banks = Meanings(recording.config["sentences"], recording.read("sentence.stream"))
        self.towers = Meanings(recording.config["phrases"], recording.read("phrase.stream"))
        green = ManimColor(palette().right)
        self.colors = [palette().positive, green, interpolate_color(green, ManimColor(palette().bright), 0.55)]
        self.noun_colors = [palette().text, palette().further, palette().attention]
        self.layer, _ = self.banks.parting()
        self.measured = measure_meanings(self.banks, self.towers)

    def script(self) -> None:
        self.ask()
        self.read_before()
        self.put_in()
        self.begin_at_one_point()
        self.part()
        self.name_the_cosines()
        self.other_words()
        self.answer()

    # What goes in -------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        word = self.banks.texts[0][1]
        self.big = Words(word, 2.2, palette().attention, because=Quoted(word))
        with self.say(N_("What does “{word}” mean?"), Quoted(word), word=word):
            self.play(FadeIn(self.big, scale=0.6), run_time=QUICK)

    def read_before(self) -> None:
        """Let the word go to the end of each sentence, and the words before it come."""
        rows = self.rows_of(self.banks, [palette().attention] * 3, LABEL)
        for number, row in enumerate(rows):
            row.shift([ASK_X - row[1].get_right()[0], (1 - number) * 1.9 - row.get_y(), 0])
        with self.say(N_("Read what stands before it.")) as line:
            places = [row[1].copy() for row in rows]
            self.remove(self.big)
            spread = [row[1].become(self.big).animate.become(place) for row, place in zip(rows, places, strict=True)]
            self.play(*spread, run_time=line.fraction(0.3))
            grown = [FadeIn(row[0], shift=0.4 * RIGHT) for row in rows]
            self.play(LaggedStart(*grown, lag_ratio=0.4), run_time=line.remaining)
        self.sentences = rows

    def rows_of(self, meanings: Meanings, colors: Sequence[object], size: float) -> list[VGroup]:
        """Return each text as what stands before the word, and the word in its colour, the longest within its room."""
        size = min(size, ROOM * size / max(Words(" ".join(text), size).width for text in meanings.texts))
        rows = []
        for (before, word), color in zip(meanings.texts, colors, strict=True):
            last, rest = (
                Words(text, size, shade, because=Quoted(text)) for text, shade in ((word, color), (before, None))
            )
            rows.append(VGroup(rest.next_to(last, LEFT, buff=0.3 * size), last))
        return rows

    def put_in(self) -> None:
        banks = self.banks
        self.pictures = [banks.picture(k, 0, 0.9) for k in range(len(banks.texts))]
        for picture, row in zip(self.pictures, self.sentences, strict=True):
            picture.stretch_to_fit_width(5.2).stretch_to_fit_height(0.9)
            picture.next_to([1.1, row.get_y(), 0], RIGHT, buff=0)
        self.note = self.shade_note().move_to([1.1 + 5.2 / 2, -2.9, 0])
        count = banks.stream.shape[2]
        line_of = self.choose(
            said(N_("The same {count} numbers go in each time."), self.measured.alike_at_first(), count=count),
            said(N_("Into the model go these {count} numbers."), self.measured.put_in, count=count),
        )
        with self.say(line_of) as line:
            aside = [row.animate.shift([PUT_X - ASK_X, 0, 0]) for row in self.sentences]
            self.play(*aside, run_time=QUICK)
            for picture, row in zip(self.pictures, self.sentences, strict=True):
                small = picture.copy().scale(0.05).move_to(row[1])
                self.add(small)
                self.play(small.animate.become(picture), run_time=line.fraction(0.2))
                self.remove(small)
                self.add(picture)
            self.play(FadeIn(self.note), run_time=line.remaining)

    def shade_note(self) -> Words:
        text = N_("full shade: the strongest {share} of each layer's numbers")
        shade, values = self.measured.shade, {"share": f"{self.measured.shade.value:.0%}"}
        return self.words(text, 0.25, palette().muted, because=shade, values=values)

    def begin_at_one_point(self) -> None:
        """Let the vectors fall into the point where all begin, and the sentences go to their places above it."""
        self.panel = self.lay_plane(self.banks, self.colors, -HALF)
        self.paths, targets = self.panel[0], self.lay_rows(self.banks, self.colors, -HALF)
        start = self.paths.places[0, 0]
        self.dot = Dot(start, radius=0.13, color=palette().bright)
        self.strips = [
            picture.copy().stretch_to_fit_width(6.0).stretch_to_fit_height(0.4).move_to([HALF, row.get_y(), 0])
            for picture, row in zip(self.pictures, targets, strict=True)
        ]
        line_of = self.choose(
            said(N_("So they begin at one point."), self.measured.alike_at_first()), said(N_("From here they set out."))
        )
        with self.say(line_of) as line:
            moved = [row.animate.become(target) for row, target in zip(self.sentences, targets, strict=True)]
            thin = [one.animate.become(strip) for one, strip in zip(self.pictures, self.strips, strict=True)]
            noted = self.note.animate.move_to([HALF, SHADE_Y, 0])
            self.play(*moved, *thin, noted, run_time=0.8)
            falling = [picture.copy() for picture in self.pictures]
            self.play(*[one.animate.scale(0.02).move_to(start) for one in falling], run_time=0.9)
            self.remove(*falling)
            self.play(FadeIn(self.dot, scale=2.5), Flash(self.dot, color=palette().bright), run_time=line.remaining)

    def lay_rows(self, meanings: Meanings, colors: Sequence[object], x: float) -> list[VGroup]:
        """Return the texts above a half of the frame, from its left edge."""
        rows = self.rows_of(meanings, colors, 0.36)
        for number, row in enumerate(rows):
            row.shift([x - 3.1 - row.get_left()[0], ROW_TOP - number * ROW_STEP - row.get_y(), 0])
        return rows

    def lay_plane(self, meanings: Meanings, colors: Sequence[object], x: float) -> Group:
        """Return the paths in their plane, in one half of the frame, and below it what the plane is."""
        points = fitted_places(meanings.places, (x, PLANE_Y), PLANE_WIDTH - 0.3, PLANE_HEIGHT - 0.3)
        text, share = N_("directions, in the plane that keeps {share} of what parts them"), meanings.plane.explained
        kept = self.measured.planes[0 if meanings is self.banks else 1]
        note = self.words(text, 0.25, palette().muted, because=kept, values={"share": f"{share:.0%}"})
        note.move_to([x, NOTE_Y, 0])
        return Group(VectorPaths(points, colors), note)

    # How they part ------------------------------------------------------------------------------------------------

    def part(self) -> None:
        self.lay_plot()
        apart, layers = self.measured.parting, self.banks.layers
        line_of = self.choose(
            said(
                N_("Through {layers} layers the river's bank goes one way, the money's the other."),
                self.measured.parted(),
                layers=layers,
            ),
            said(N_("Now through {layers} layers: watch where they go."), apart, layers=layers),
        )
        with self.say(line_of) as line:
            self.play(FadeIn(self.plot), FadeIn(self.legend), FadeIn(self.panel[1]), run_time=0.7)
            self.add(self.paths, self.curves, self.cursor)
            self.remove(self.dot)
            self.run_to(self.layer, max(4.5, line.remaining))

    def lay_plot(self) -> None:
        """Lay out the likeness of each two texts over the layers, and how they are named."""
        banks, because = self.banks, self.measured.cosines
        self.cosines = np.stack([banks.cosine(*pair) for pair in PAIRS])  # (pair, layer)
        low = min(np.floor(10 * self.cosines.min() - 0.3) / 10, 0.8)
        self.plot = Axes2D(
            (0, banks.layers),
            (low, 1),
            PLOT_WIDTH,
            PLOT_HEIGHT,
            x={"ticks": 4, "form": "{:.0f}", "label": self.translate(N_("layer"))},
            y={"ticks": 4, "form": "{:.1f}"},
        )
        self.plot.shift([HALF + 0.1 - self.plot.get_x(), NOTE_Y - self.plot.get_bottom()[1] - 0.1, 0])
        shades = [self.colors[0], self.colors[0], self.colors[1]]
        at = self.plot.point(np.tile(np.arange(banks.layers + 1), 3), self.cosines.ravel())
        self.curves = VectorPaths(at.reshape(3, -1, 3), shades, marked=False)
        self.curves.tips.scale(0.8)
        self.cursor = Line(self.plot.point(0, low), self.plot.point(0, 1), stroke_width=THIN, color=palette().muted)
        self.readings = [
            Number(float(row[0]), "{:.2f}", LEGEND, shade, because=because)
            for row, shade in zip(self.cosines, shades, strict=True)
        ]
        names = [
            self.words(N_("river and money"), LEGEND, color=shades[0]),
            self.words(N_("money and money"), LEGEND, color=shades[2]),
        ]
        itself = Exact("a @ a / (sqrt(a @ a) * sqrt(a @ a))", a=banks.stream[0, 0].astype(float))
        text = N_("likeness of direction: cosine, 1 for the same")
        title = self.words(text, 0.26, palette().muted, because=itself)
        first = Group(names[0], *self.readings[:2]).arrange(RIGHT, buff=0.18)
        second = Group(names[1], self.readings[2]).arrange(RIGHT, buff=0.18)
        row = Group(first, second).arrange(RIGHT, buff=0.4)
        self.legend = Group(title, row).arrange(DOWN, buff=0.2).move_to([HALF, 1.05, 0])

    def run_to(self, layer: float, seconds: float) -> None:
        """Run paths, curves and strips on to a layer; the readings are of the last layer passed."""
        begin = self.paths.now

        def move(moving: Group, alpha: float) -> None:
            now = begin + (layer - begin) * alpha
            self.paths.show(now)
            self.curves.show(now)
            for number, (picture, reading) in enumerate(zip(self.pictures, self.readings, strict=True)):
                picture.fill = self.banks.shades(number, now)
                reading.show(float(self.cosines[number, int(now + 1e-9)]))
            self.cursor.move_to([self.plot.point(now, 0)[0], self.cursor.get_y(), 0])

        moving = Group(self.paths, self.curves, *self.pictures, *self.readings, self.cursor)
        self.play(UpdateFromAlphaFunc(moving, move, rate_func=linear), run_time=seconds)

    def name_the_cosines(self) -> None:
        one, other, money = (format_number(float(at), "{:.2f}") for at in self.cosines[:, self.layer])
        values = {"one": one, "other": other, "money": money}
        text = N_("At layer {layer}, river and money: {one} and {other}; money and money: {money}.")
        because = (self.measured.cosines, self.measured.parting)
        with self.say(text, because, layer=self.layer, **values) as line:
            for readings in (self.readings[:2], self.readings[2:]):
                grown = [one.animate(rate_func=there_and_back).scale(1.35) for one in readings]
                self.play(*grown, run_time=line.fraction(0.2))
            self.run_to(self.banks.layers, max(3.0, line.remaining))

    # Words before a noun ------------------------------------------------------------------------------------------

    def other_words(self) -> None:
        """Show the same of the phrases in the right half."""
        towers = self.towers
        panel = self.lay_plane(towers, self.noun_colors, HALF)
        rows = self.lay_rows(towers, self.noun_colors, HALF)
        right = Group(self.plot, self.legend, self.curves, self.cursor, self.note, *self.pictures)
        paths = panel[0]

        def move(moving: VectorPaths, alpha: float) -> None:
            moving.show(alpha * towers.layers)

        line_of = self.choose(
            said(N_("A tower, an old stone tower, a toy tower: they part as well."), self.measured.phrases),
            said(N_("A tower, an old stone tower, a toy tower: watch them, too.")),
        )
        with self.say(line_of) as line:
            self.play(FadeOut(right, shift=0.5 * RIGHT), run_time=QUICK)
            self.play(LaggedStart(*[FadeIn(row, shift=0.3 * RIGHT) for row in rows], lag_ratio=0.3), run_time=0.9)
            self.add(paths)
            grown = UpdateFromAlphaFunc(paths, move, rate_func=linear)
            self.play(grown, FadeIn(panel[1]), run_time=max(3.0, line.remaining))
        self.phrases = rows
        self.tips = [*self.paths.tips, *paths.tips]
        self.notes = [self.panel[1], panel[1]]

    def answer(self) -> None:
        rows = [*self.sentences, *self.phrases]
        told = self.words(N_("the words before it move its vector: attention"), LABEL, color=palette().attention)
        told.move_to([0, NOTE_Y, 0])
        because = (self.measured.changed, Source("vaswani2017", "section 3.3: all else works on each place alone"))
        text = N_("The words before it change its numbers. What carries them there is attention.")
        with self.say(text, because, result=True) as line:
            lit = [row[0].animate(rate_func=there_and_back).set_color(palette().attention) for row in rows]
            self.play(LaggedStart(*lit, lag_ratio=0.15), run_time=line.fraction(0.5))
            grown = [tip.animate(rate_func=there_and_back).scale(1.7) for tip in self.tips]
            self.play(FadeOut(*self.notes), run_time=0.3)
            self.play(*grown, FadeIn(told, shift=0.2 * UP), run_time=max(1.2, line.remaining))
