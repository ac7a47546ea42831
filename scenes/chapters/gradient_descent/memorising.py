"""True labels against shuffled ones: what can be learned only by heart is learned late, and helps on no new image."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Animation,
    Create,
    DashedLine,
    FadeIn,
    FadeOut,
    LaggedStart,
    Line,
    ValueTracker,
    VGroup,
    linear,
    there_and_back,
)

from scenes.beats.beat import Beat
from scenes.beats.timeline import Said, said
from scenes.chapters.gradient_descent.training.kept_labels import RUNS, labels_kept
from scenes.chapters.gradient_descent.training.label_cards import ACROSS, LabelCards, handed_round
from scenes.chapters.gradient_descent.training.next_question import ask_for_slopes
from scenes.evidence.evidence import Exact, Measured
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.look.style import LABEL, MARGIN, SMALL, STROKE, TITLE, palette
from scenes.measures.learning_curves import first_reaching, level_of_both
from scenes.mobjects.plots.axes import Axes2D, Curve
from scenes.text.numbers import Number
from scenes.text.typeset import Words

RACERS = ("first", "second")  # of these, in the measurements
TRAINED, TESTED = "metric.train_accuracy", "metric.test_accuracy"
WIDTH, HEIGHT = 8.4, 5.6  # of the plot
PLOT_MIDDLE = np.array([-1.75, -0.3, 0])
PANEL = 3.6  # x where the running numbers begin
NUMBER_UP = (0.6, 0.3)  # shares of the level at which the two steps are written
RUN = 3.4  # seconds of the race
HASTE = 2.0  # steps grow with this power of the time, as those between two evaluations do
FAR = 0.5  # share of the images it trains on from which on it has learned a good part of them
BY_CHANCE = 0.2  # accuracy on new images up to which nothing has been learned for them


class Memorising(Beat):
    """Does it find structure, or learn by heart?"""

    def open(self) -> None:
        steps = self.data[RUNS[0]].steps(TRAINED)
        self.trained = [self.series(run, TRAINED).only(steps) for run in RUNS]
        self.tested = [self.series(run, TESTED).only(steps) for run in RUNS]
        self.last = float(steps[-1])
        self.colors = (palette().right, palette().negative)
        self.images = self.recorded(RUNS[1], "config.train_images")
        self.measure()

    def measure(self) -> None:
        """Measure what is left of the labels, when both runs had learned them, and what they do on new images."""
        self.labels_kept = labels_kept(*[self.data[run] for run in RUNS])
        best = [float(series.values.max()) for series in self.trained]
        level = level_of_both([series.values for series in self.trained])
        first, second = (first_reaching(series.steps, series.values, level) for series in self.trained)
        ends = {"steps": int(self.last), "ends": [float(series.values[-1]) for series in self.trained]}
        race = {"level": level, "first": first, "second": second, "best": best, **ends}
        how = N_("how far each run gets on its training images, and the first evaluation at a level that both reach")
        self.race = Measured("race", race, how, tuple(f"{run}/{TRAINED}" for run in RUNS))
        new = {name: float(series.values[-1]) for name, series in zip(("true", "shuffled"), self.tested, strict=True)}
        how = N_("how many of the new images each run answers rightly after its last step")
        self.new = Measured("new_images", new, how, tuple(f"{run}/{TESTED}" for run in RUNS))
        self.chance = Exact("1 / digits", digits=int(self.data[RUNS[0]].read("train.label").max()) + 1)

    def script(self) -> None:
        self.show_labels()
        self.shuffle_labels()
        self.train_on_both()
        self.try_new_images()
        ask_for_slopes(self, self.data[RUNS[0]])

    # Labels -------------------------------------------------------------------------------------------------------

    def show_labels(self) -> None:
        given = self.data[RUNS[1]].read("train.label_image")
        shown = handed_round(given, 2 * ACROSS)
        own, shuffled = (self.recorded(run, "train.label", batch=shown) for run in RUNS)
        pixels = self.data["digits-review"].read("train.input", batch=shown)
        self.cards = LabelCards(shown, pixels, given[shown].tolist(), own, shuffled)
        told = {"shown": len(shown), "count": self.images.value}
        text, some = N_("{shown} of {count} training images"), Exact("shown < count", **told)
        self.header = self.words(text, LABEL, palette().muted, because=some, values=told)
        self.header.to_corner(UP + LEFT, buff=MARGIN)
        with self.say(N_("Does it find structure, or learn by heart?")) as line:
            cards = [FadeIn(card, shift=0.3 * UP) for card in self.cards.cards()]
            self.play(FadeIn(self.header), LaggedStart(*cards, lag_ratio=0.12), run_time=line.remaining)

    def shuffle_labels(self) -> None:
        """Let each shown image get the label that it had in the run: from where that one was, or from outside."""
        because = self.labels_kept, self.images
        text = N_("Shuffle {count} labels: hardly anything is left to find.")
        with self.say(text, because, count=self.images.value) as line:
            self.play(LaggedStart(*self.cards.animate_shuffle(), lag_ratio=0.06), run_time=line.fraction(0.65))
            self.play(LaggedStart(*self.cards.animate_wrong(), lag_ratio=0.1), run_time=line.remaining)

    # The race -----------------------------------------------------------------------------------------------------

    def train_on_both(self) -> None:
        """Train on both, and tell when each run came to the level of both, or how far they came."""
        percent = {"ticks": (0, 0.5, 1.0), "form": "{:.0%}"}
        across = {"ticks": 5, "form": "{:,.0f}", "label": self.words(N_("step"), SMALL, color=palette().muted)}
        self.axes = Axes2D((0, self.last), (0, 1), WIDTH, HEIGHT, x=across, y=percent)
        self.axes.shift(PLOT_MIDDLE - self.axes.get_center())
        self.now = ValueTracker(0.0)  # share of the race that is over
        self.right = [
            Number(0, "{:.1f}%", 1.3 * TITLE, color, fixed="left").follow(series, times=100).at(0)
            for series, color in zip(self.trained, self.colors, strict=True)
        ]
        self.step = Number(0, "{:,.0f}", TITLE, fixed="left").follow(self.clock_of(RUNS[0], TRAINED))
        self.panel = self.placed_panel()
        text, count = N_("right on the {count} images it trains on"), {"count": self.images.value}
        self.title = self.above_plot(self.words(text, because=self.images, values=count))
        with self.say(self.verdict()) as line:
            labels = self.cards.labels
            away = [FadeOut(label, target_position=self.panel[2], scale=0.3) for label in labels]
            self.play(FadeOut(self.header, self.cards.pictures), run_time=0.3)
            for run in RUNS:
                self.mark_step(run, 0)
            self.play(*away, FadeIn(self.panel, self.axes), FadeIn(self.title, shift=0.2 * UP), run_time=0.7)
            self.run_race()
            self.mark_the_level(max(1.2, line.remaining))

    def placed_panel(self) -> VGroup:
        """Return the running numbers right of the plot, each below its name."""
        names = (
            self.words(N_("true labels"), color=self.colors[0]),
            self.words(N_("shuffled labels"), color=self.colors[1]),
            self.words(N_("step"), color=palette().muted),
        )
        top = self.axes.point(0, 1)[1]
        panel = VGroup()
        for k, (name, number) in enumerate(zip(names, (*self.right, self.step), strict=True)):
            name.move_to([PANEL, top - 0.3 - 1.8 * k, 0], aligned_edge=LEFT)
            panel.add(name, number.next_to(name, DOWN, buff=0.2, aligned_edge=LEFT))
        return panel

    def above_plot(self, title: Words) -> Words:
        """Put what is measured above the plot."""
        return title.next_to(self.axes.point(0, 1), UP, buff=0.3).align_to(self.axes.y_axis, LEFT)

    def moment(self) -> float:
        """Return the time of the race, in steps: from one evaluation to the next."""
        return self.last * float(self.now.get_value()) ** HASTE

    def curve(self, which: int, series: Series, now: float) -> Curve:
        """Return the curve of a run through what was recorded up to `now`."""
        count = series.place(now) + 1
        points = self.axes.point(series.steps[:count], series.values[:count])
        points = np.repeat(points, 2, axis=0) if count == 1 else points
        return Curve(points, np.ones(len(points), dtype=bool), color=self.colors[which])

    def run_race(self) -> None:
        self.curves = [self.curve(which, series, 0.0) for which, series in enumerate(self.trained)]
        self.step.add_updater(lambda _: self.show(self.moment()))
        self.add(*self.curves)
        self.play(self.now.animate.set_value(1.0), rate_func=linear, run_time=RUN)
        self.step.clear_updaters()

    def show(self, now: float) -> None:
        """Show curves, numbers and step as they were recorded last at a time."""
        for which, (run, series) in enumerate(zip(RUNS, self.trained, strict=True)):
            self.curves[which].set_points(self.curve(which, series, now).points)
            self.right[which].at(now)
            self.mark_step(run, series.step(now))
        self.step.at(now)

    def mark_the_level(self, seconds: float) -> None:
        """Mark where each run came to the level of both; where they did not, let their numbers grow for a moment."""
        race, self.marks = self.race.value, VGroup()
        if not self.both_learned().holds:
            self.play(LaggedStart(*[self.swelling(which) for which in range(2)], lag_ratio=0.6), run_time=seconds)
            return
        self.marks.add(self.bar(race["level"]), *[self.drop(which, race[name]) for which, name in enumerate(RACERS)])
        self.play(Create(self.marks[0]), run_time=0.25 * seconds)
        falls = [FadeIn(mark, shift=0.3 * DOWN) for mark in self.marks[1:]]
        self.play(LaggedStart(*falls, lag_ratio=0.6), run_time=0.75 * seconds)

    def both_learned(self) -> Measured:
        return self.race.when(lambda are: min(are["best"]) >= FAR, N_("both reach at least half"))

    def verdict(self) -> Said:
        """Return the line that tells when each run came to the level of both, or how far they came."""
        race = self.race.value
        level = {"level": f"{race['level']:.0%}", "first": race["first"], "second": race["second"]}
        ends = {name: f"{end:.0%}" for name, end in zip(RACERS, race["ends"], strict=True)}
        return self.choose(
            said(
                N_("Train on them: true labels reach {level} by step {first}, shuffled ones by {second}."),
                self.both_learned(),
                **level,
            ),
            otherwise=said(
                N_("Train on them: after {steps} steps {first} of true labels, {second} of shuffled ones."),
                self.race,
                steps=race["steps"],
                **ends,
            ),
        )

    def bar(self, level: float) -> VGroup:
        """Return a line across the plot at an accuracy, which is written at its end."""
        line = DashedLine(*[self.axes.point(step, level) for step in (0, self.last)], color=palette().muted)
        words = self.words(f"{level:.0%}", SMALL, palette().text, because=self.race).next_to(line, RIGHT, buff=0.12)
        return VGroup(line.set_stroke(width=STROKE / 2), words)

    def drop(self, which: int, step: int) -> VGroup:
        """Return the line down from where a run first reaches the level, and its step."""
        level = self.race.value["level"]
        line = Line(self.axes.point(step, level), self.axes.point(step, 0), color=self.colors[which])
        number = Number(step, "{:,.0f}", LABEL, self.colors[which], because=self.race)
        side = RIGHT if step < 0.75 * self.last else LEFT
        height = self.axes.point(0, level * NUMBER_UP[which])[1]
        return VGroup(line.set_stroke(width=STROKE), number.next_to(line, side, buff=0.15).set_y(height))

    # New images ---------------------------------------------------------------------------------------------------

    def try_new_images(self) -> None:
        new = self.new.value
        title = self.above_plot(self.words(N_("right on new images")))
        guess = self.guess()
        with self.say(self.conclusion(), result=True) as line:
            self.play(FadeOut(self.marks, self.title, *self.curves), run_time=0.4)
            self.curves = [self.curve(which, series, self.last) for which, series in enumerate(self.tested)]
            changes = [
                number.animate_change(100 * new[name], self.new)
                for number, name in zip(self.right, ("true", "shuffled"), strict=True)
            ]
            drawn = [curve.animate_draw(rate_func=linear) for curve in self.curves]
            self.play(FadeIn(title), *changes, run_time=0.5)
            self.play(*drawn, run_time=max(1.3, line.fraction(0.4)))
            self.play(Create(guess[0]), FadeIn(guess[1]), run_time=0.5)
            self.play(self.swelling(0), run_time=max(0.6, line.remaining))

    def conclusion(self) -> Said:
        """Return the line that tells how right both are on new images, and what that shows."""
        found = self.new.when(
            lambda are: are["true"] > FAR and are["shuffled"] <= BY_CHANCE,
            N_("structure: with true labels more than half are right, with shuffled ones at most one in five"),
        )
        values = {name: f"{share:.0%}" for name, share in self.new.value.items()}
        return self.choose(
            said(N_("On new images {true}, shuffled {shuffled}: it found structure."), found, **values),
            otherwise=said(N_("On new images {true}, shuffled {shuffled}: too little to tell."), self.new, **values),
        )

    def swelling(self, which: int) -> Animation:
        """Return the animation of a running number that grows for a moment, to the right alone."""
        grown: Animation = self.right[which].animate(rate_func=there_and_back).scale(1.3, about_edge=LEFT)
        return grown

    def guess(self) -> VGroup:
        """Return the line at what guessing would bring, and how much that is."""
        chance = float(self.chance.value)
        line = DashedLine(*[self.axes.point(step, chance) for step in (0, self.last)], color=palette().text)
        told = {"percent": f"{chance:.0%}"}
        words = self.words(N_("guessing: {percent}"), SMALL, because=self.chance, values=told)
        words.next_to(line, DOWN, buff=0.06).align_to(line, RIGHT)
        return VGroup(line.set_stroke(width=STROKE), words)
