"""The same network on true and on shuffled labels: what can be learned by heart, and what is more than that."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    AnimationGroup,
    Create,
    DashedLine,
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

from scenes.chapter import Beat
from scenes.chapters.gradient_descent.growing_plot import GrowingPlot
from scenes.chapters.gradient_descent.share_bars import BAR_START, chance_marks, share_bar
from scenes.learning_curves import first_reaching, level_of_both
from scenes.mobjects.numbers import Number
from scenes.mobjects.pixels import DigitImage
from scenes.mobjects.typeset import Words
from scenes.style import LABEL, SMALL, STROKE, TITLE, palette
from scenes.translation import N_

TRUE, SHUFFLED = 0, 1
RUNS = ("digits-true-labels", "digits-shuffled-labels")
SHOWN = 8  # images in a row
PITCH, IMAGE = 1.55, 1.4  # scene units from image to image, and of an image
ROWS = (1.75, -1.75)  # heights at which the rows of images stand; the first one stands alone in the middle
NAME_ABOVE, LABEL_BELOW = 1.05, 1.1
RACE = 4.6  # seconds
HASTE = 1.8  # steps made grow with this power of the time: most changes early
FIRST_LOOK = 12  # the axis of steps reaches at first as far as this part of the training
ACROSS, UPWARDS = 8.3, 5.2  # of the plot, scene units
CORNER = 5.9 * LEFT + 2.75 * DOWN  # where its axes cross
PANEL = 6.4 * RIGHT  # right edge of the running numbers
CHANCE = 0.1  # of ten digits
NOTICED, HALF = 0.3, 0.5  # a level well above chance; more right than wrong
NEAR_CHANCE = 2 * CHANCE
CLOSE = 1.4  # scene units: two steps nearer than this are written one below the other
BARS = (0.85, -1.75)  # heights at which they stand
NOTE = 0.34  # em of what is said of the images trained on
SMALLEST = 7.6  # scene units that this takes
BIG = 1.1  # em of the two numbers that matter


def swapped(labels: np.ndarray) -> np.ndarray:
    """Return an order of the labels, (n,), in which as few as can be found stand where the same label stood."""
    rng = np.random.default_rng(0)
    orders = [rng.permutation(len(labels)) for _ in range(500)]
    return min(orders, key=lambda order: int((labels[order] == labels).sum()))


class Memorising(Beat):
    """Does it understand digits, or does it learn the answers by heart?"""

    def open(self) -> None:
        runs = [self.data[run] for run in RUNS]
        self.steps = [run.steps("metric.train_accuracy").astype(float) for run in runs]
        self.trained = [run.read("metric.train_accuracy") for run in runs]  # (evaluation,) each
        self.tested = [float(run.read("metric.test_accuracy", step=-1)) for run in runs]
        self.count = int(runs[TRUE].config["train_images"])
        self.last = float(min(steps[-1] for steps in self.steps))
        self.level = level_of_both(self.trained)
        pairs = zip(self.steps, self.trained, strict=True)
        self.reached = [first_reaching(steps, trained, self.level) for steps, trained in pairs]
        self.colors = (palette().right, palette().attention)
        told = (N_("true labels"), N_("shuffled labels"))
        self.names = [self.words(text, color=color) for text, color in zip(told, self.colors, strict=True)]

    def script(self) -> None:
        self.ask()
        self.shuffle()
        self.set_up_the_race()
        self.race()
        self.say_who_was_first()
        self.say_what_was_learned_by_heart()
        self.ask_for_new_images()
        self.conclude()

    # Two sets of labels -------------------------------------------------------------------------------------------

    def ask(self) -> None:
        review = self.data["digits-review"]
        self.labels = review.read("train.label")[:SHOWN]
        self.pixels = review.read("train.input")[:SHOWN]
        self.images = [DigitImage(pixels, height=IMAGE) for pixels in self.pixels]
        self.told = [Number(int(label), "{:.0f}", TITLE, self.colors[TRUE]) for label in self.labels]
        for place, (image, label) in enumerate(zip(self.images, self.told, strict=True)):
            image.move_to([(place - (len(self.labels) - 1) / 2) * PITCH, 0, 0])
            label.move_to(image.get_center() + LABEL_BELOW * DOWN)
        self.names[TRUE].move_to(NAME_ABOVE * UP).align_to(self.images[0], LEFT)
        pairs = zip(self.images, self.told, strict=True)
        arrivals = [FadeIn(Group(*pair), shift=0.3 * DOWN) for pair in pairs]
        with self.say(N_("Does it understand digits, or learn them by heart?")) as line:
            self.play(LaggedStart(*arrivals, lag_ratio=0.25), FadeIn(self.names[TRUE]), run_time=line.left)

    def shuffle(self) -> None:
        """Show the same images again, below, and let the labels fly there each to the place of another one."""
        self.order = swapped(self.labels)
        up, down = (height * UP for height in ROWS)
        above = Group(self.names[TRUE], *self.images, *self.told)
        again = [image.copy() for image in self.images]
        self.mixed = [self.told[source].copy() for source in self.order]
        self.names[SHUFFLED].align_to(self.names[TRUE], LEFT).match_y(self.names[TRUE]).shift(down)
        tag, yellow = self.tag(), self.colors[SHUFFLED]
        with self.say(N_("Shuffle the labels, and there is nothing left to understand.")) as line:
            copies = [image.animate.shift(down) for image in again]
            parted = [above.animate.shift(up), *copies, *[label.animate.shift(up) for label in self.mixed]]
            self.play(*parted, FadeIn(self.names[SHUFFLED], tag), run_time=line.share(0.25))
            ways = [
                label.animate(path_arc=0.5).move_to(image.get_center() + LABEL_BELOW * DOWN).set_color(yellow)
                for image, label in zip(again, self.mixed, strict=True)
            ]
            self.play(LaggedStart(*ways, lag_ratio=0.15), run_time=line.left)
        self.rows = [Group(*self.images, *self.told), Group(*again, *self.mixed)]
        self.illustration = tag

    # The race -----------------------------------------------------------------------------------------------------

    def set_up_the_race(self) -> None:
        percent = {"ticks": (0, 0.5, 1), "form": "{:.0%}"}
        first = max(1.0, self.last / FIRST_LOOK)
        self.plot = GrowingPlot(first, self.last, 1.0, ACROSS, UPWARDS, y=percent, marked=True)
        self.plot.shift(CORNER - self.plot.place(0, 0))
        for which in (TRUE, SHUFFLED):
            self.plot.add_line(self.steps[which], self.trained[which], self.colors[which])
        title = Words(self.tr(N_("right on the {count} images it trains on"), count=self.count))
        title.next_to(self.plot.place(0, 1), UP, buff=0.3).align_to(self.plot, LEFT)
        self.right = [
            Number(100 * float(trained[0]), "{:.1f}%", 1.4 * TITLE, color, fixed="right")
            for trained, color in zip(self.trained, self.colors, strict=True)
        ]
        self.step = Number(0, "{:,.0f}", 1.2 * TITLE, fixed="right")
        word = self.words(N_("step"), color=palette().muted)
        moved = []
        for row, number in enumerate((*self.right, self.step)):
            number.move_to(PANEL + (1.35 - 1.75 * row) * UP, aligned_edge=RIGHT)
            place = number.get_right() + 0.75 * UP
            moved += [self.names[row].animate.move_to(place, RIGHT)] if row < len(RUNS) else []
        word.move_to(self.step.get_right() + 0.75 * UP, RIGHT)
        self.panel = Group(*self.right, word, self.step)
        self.passing = [self.plot, word, self.step, title]
        with self.say(N_("The same network, {count} images, both ways."), count=self.count) as line:
            pairs = zip(self.rows, self.right, strict=True)
            gone = [FadeOut(row, target_position=number, scale=0.1) for row, number in pairs]
            away = AnimationGroup(*gone, *moved, FadeOut(self.illustration))
            coming = FadeIn(self.plot, self.panel, title)
            self.play(LaggedStart(away, coming, lag_ratio=0.5), run_time=line.left)

    def show(self, now: float) -> None:
        """Draw curves and numbers as they are at step `now`."""
        self.plot.show(now)
        self.step.set_value(now)
        for number, steps, trained in zip(self.right, self.steps, self.trained, strict=True):
            number.set_value(100 * float(np.interp(now, steps, trained)))

    def race(self) -> None:
        whole = Group(self.plot, self.panel)
        run = UpdateFromAlphaFunc(whole, lambda _, share: self.show(self.last * share**HASTE))
        with self.say(N_("Which labels are learned sooner?")):
            self.play(run, rate_func=linear, run_time=RACE)

    @property
    def far(self) -> bool:
        """Whether both runs get to a level that is well above chance."""
        return self.level >= NOTICED

    def say_who_was_first(self) -> None:
        """Tell when each got to the level that both reach, or that one or both of them did not get far."""
        if not self.far:
            self.say_how_little()
            return
        ends = [self.plot.place(step, self.level) for step in (0, self.last)]
        bar = DashedLine(*ends, color=palette().muted).set_stroke(width=STROKE / 2)
        told = self.words(f"{self.level:.0%}", SMALL, color=palette().muted).next_to(bar, RIGHT, buff=0.1)
        order = sorted((TRUE, SHUFFLED), key=lambda which: self.reached[which])
        drops = self.drops()
        falls = [FadeIn(drops[which], shift=0.3 * DOWN) for which in order]
        self.passing += [bar, told, *drops]
        soon, late = (self.reached[which] for which in order)
        values = {"soon": soon, "late": late, "level": f"{self.level:.0%}"}
        with self.say(self.verdict(), **values) as line:
            marks = [mark for number, mark in self.plot.marks.items() if number]
            self.play(Create(bar), FadeIn(told), *[FadeOut(mark) for mark in marks], run_time=line.share(0.3))
            self.plot.remove(*marks)
            self.play(LaggedStart(*falls, lag_ratio=0.6), run_time=line.left)

    def verdict(self) -> str:
        """Return the line that tells which run got to the level first."""
        true, shuffled = self.reached
        if true < shuffled:
            return N_("The true ones: {level} after {soon} steps, not {late}.")
        if shuffled < true:
            return N_("Here, the shuffled ones: {level} after {soon} steps, not {late}.")
        return N_("Here, neither: both reach {level} after {soon} steps.")

    def drops(self) -> list[VGroup]:
        """Return the lines down from where each run first reaches the level, and the steps below."""
        feet = [self.plot.place(step, 0) for step in self.reached]
        near = abs(feet[TRUE][0] - feet[SHUFFLED][0]) < CLOSE
        drops = []
        for which, foot in enumerate(feet):
            line = Line(self.plot.place(self.reached[which], self.level), foot, color=self.colors[which])
            number = Number(self.reached[which], "{:,.0f}", LABEL, self.colors[which])
            number.next_to(foot, DOWN, buff=0.15 + 0.5 * (near and which == SHUFFLED))
            drops.append(VGroup(line.set_stroke(width=STROKE), number))
        zero = self.plot.marks[0][1].get_right()[0] + 0.2  # the zero of the axis stays
        for _, number in drops:
            number.shift(max(0.0, zero - number.get_left()[0]) * RIGHT)
        return drops

    def say_how_little(self) -> None:
        little = N_("In these {steps} steps, the shuffled ones are hardly learned: {percent}.")
        shuffled, true = (float(self.trained[which][-1]) for which in (SHUFFLED, TRUE))
        if true < NOTICED:
            little = N_("In these {steps} steps, neither are learned: {percent}.")
        with self.say(little, steps=int(self.last), percent=f"{min(shuffled, true):.1%}") as line:
            grown = [number.animate(rate_func=there_and_back).scale(1.2) for number in self.right]
            self.play(LaggedStart(*grown, lag_ratio=0.5), run_time=line.left)

    def say_what_was_learned_by_heart(self) -> None:
        shuffled = float(self.trained[SHUFFLED][-1])
        if not self.far or shuffled < HALF:
            return
        with self.say(N_("Even nonsense is learned by heart: {percent}."), percent=f"{shuffled:.1%}") as line:
            number = self.right[SHUFFLED]
            self.play(number.animate(rate_func=there_and_back).scale(1.15), run_time=line.left)

    # New images ---------------------------------------------------------------------------------------------------

    def ask_for_new_images(self) -> None:
        """Turn both runs into bars, first of the images they were trained on, then of new ones."""
        self.thin, self.thick = (
            [share_bar(value, BARS[which], self.colors[which]) for which, value in enumerate(values)]
            for values in ([float(trained[-1]) for trained in self.trained], self.tested)
        )
        self.big = [Number(0, "{:.1f}%", BIG, color, fixed="right") for color in self.colors]
        notes = [self.words(N_("on those it was trained on"), NOTE, color=palette().muted) for _ in RUNS]
        title = self.words(N_("right on new images"), TITLE).to_edge(UP, buff=0.75)
        told = self.tr(N_("guessing: {percent}"), percent=f"{CHANCE:.0%}")
        chance = chance_marks(CHANCE, BARS, Words(told, NOTE))
        moves = []
        for which, (number, note) in enumerate(zip(self.right, notes, strict=True)):
            y = BARS[which]
            self.big[which].move_to([6.35, y, 0], aligned_edge=RIGHT)
            low = self.thin[which].get_corner(DOWN + RIGHT) + 0.35 * DOWN
            low[0] = max(low[0], BAR_START + SMALLEST)
            moves.append(self.names[which].animate.move_to([BAR_START, y + 0.85, 0], LEFT))
            moves.append(number.animate.scale(NOTE / number.size).move_to(low, RIGHT))
            note.move_to(low + 1.15 * LEFT, RIGHT)
        with self.say(self.told_of_new(), **self.values_of_new()) as line:
            growing = [FadeIn(bar, shift=0.2 * RIGHT) for bar in self.thin]
            self.play(FadeOut(Group(*self.passing)), *moves, run_time=line.share(0.22))
            self.play(*growing, FadeIn(*notes, title), run_time=line.share(0.18))
            fill = UpdateFromAlphaFunc(Group(*self.thick, *self.big), lambda _, share: self.fill(share))
            self.add(*self.thick, *self.big)
            self.play(fill, run_time=line.share(0.4))
            self.play(FadeIn(chance), run_time=line.left)

    def values_of_new(self) -> dict[str, str]:
        return {"true": f"{self.tested[TRUE]:.1%}", "shuffled": f"{self.tested[SHUFFLED]:.1%}"}

    def told_of_new(self) -> str:
        """Return the line that tells how the two runs do on new images."""
        if self.tested[SHUFFLED] > NEAR_CHANCE:
            return N_("On new images: {true}, against {shuffled}.")
        if self.tested[TRUE] > NEAR_CHANCE:
            return N_("On new images: {true}, against {shuffled}, about chance.")
        return N_("On new images: {true} and {shuffled}, both about chance.")

    def fill(self, share: float) -> None:
        """Show the thick bars and the big numbers, `share` of the way to what was measured."""
        for which, value in enumerate(self.tested):
            self.thick[which].become(share_bar(share * value, BARS[which], self.colors[which]).set_fill(opacity=0.9))
            self.big[which].set_value(100 * share * value)

    def conclude(self) -> None:
        """Say what it comes to: the end of the film."""
        true, shuffled = self.tested
        found = true >= HALF and true - shuffled >= CHANCE
        text = N_("It found structure because there was structure to be found.")
        if not found:
            text = N_("Structure was there to be found; this training did not get far enough.")
        with self.say(text) as line:
            grown = self.big[TRUE].animate(rate_func=there_and_back).scale(1.1)
            rise = self.thick[TRUE].animate(rate_func=there_and_back).set_fill(opacity=0.5)
            self.play(grown, rise, run_time=line.left)
