"""The test images that the network gets wrong: one where it hesitates, one where it is sure, and what outputs tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Animation,
    Create,
    FadeIn,
    FadeOut,
    Group,
    GrowFromEdge,
    LaggedStart,
    TransformFromCopy,
    there_and_back,
)

from scenes.beats.beat import Beat
from scenes.beats.timeline import Said, said
from scenes.chapters.gradient_descent.answers.case import Case, CaseLook
from scenes.chapters.gradient_descent.answers.mistakes import TestMistakes, widest_grid
from scenes.chapters.gradient_descent.answers.tenths import TenthsPlot
from scenes.drawing.batched import rgb255
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.look.frame import layout_in
from scenes.look.style import DIMMED, LABEL, SMALL, TITLE, palette
from scenes.mobjects.pictures.pixels import DigitWall
from scenes.text.many_numbers import Numbers
from scenes.text.numbers import Counter, Number

MOST = 108  # images on the wall: so many fit that each can be told, its answer beside it
LARGEST = 1.9  # scene units from one image on the wall to the next, at most
ANSWER = 0.42  # em of an answer on the wall, by the pitch
TIE = 0.05  # two outputs that differ by less are nearly alike
FAINT = 0.3  # below this the highest output is hardly an answer
WARNS = 0.1  # share of a tenth by which more of the surest answers are right, at least, where outputs warn
LARGE = CaseLook()
OUTPUTS, LABELS = "digits-review/test.output", "digits/test.label"


@dataclass(frozen=True)
class FailuresLayout:
    """Where the wall of mistakes and their count stand, and then two of them, each in its half of the frame.

    wall: scene units across and down. aside: its size when it makes room for the first image taken out of it. first,
    second: the middles of the halves. look: of an image taken out. plot: scene units across and up of the columns.
    """

    wall: tuple[float, float]
    wall_place: tuple[float, float]
    count_place: tuple[float, float]
    aside: float
    first: tuple[float, float]
    second: tuple[float, float]
    plot: tuple[float, float]
    look: CaseLook = LARGE


PLACES: Mapping[str, FailuresLayout] = {
    "16:9": FailuresLayout((9.36, 7.02), (-1.9, 0.0), (4.85, 0.0), 0.68, (-3.4, 0.0), (3.4, 0.0), (5.6, 4.0)),
    "4:3": FailuresLayout(
        (6.6, 7.02),
        (-1.55, 0.0),
        (3.35, 0.0),
        0.7,
        (-2.55, 0.0),
        (2.55, 0.0),
        (4.2, 3.6),
        CaseLook(2.0, 0.74, 1.0),
    ),
    "9:16": FailuresLayout((7.1, 9.2), (0.0, 2.0), (0.0, -4.75), 0.7, (0.0, 3.35), (0.0, -3.35), (5.8, 4.2)),
}


class Failures(Beat):
    """What does it get wrong, and would you?"""

    def open(self) -> None:
        self.at = layout_in(PLACES)
        self.halves = [np.array([*place, 0]) for place in (self.at.first, self.at.second)]
        self.digits = self.data["digits"]
        self.mistakes = TestMistakes(self.data["digits-review"].read("test.output"), self.digits.read("test.label"))
        self.shown = self.mistakes.shown(MOST)
        self.cases: list[Case] = []
        self.measure()

    def measure(self) -> None:
        """Measure how many answers are wrong, which are shown, and how many are right from least sure to surest."""
        mistakes, of = self.mistakes, (OUTPUTS, LABELS)
        wrong = {"wrong": len(mistakes.wrong), "count": len(mistakes.labels)}
        how = N_("test images whose highest output is not that of their label")
        self.wrong = Measured("wrong", wrong, how, of)
        wall = {"shown": len(self.shown), "answers": mistakes.answers[self.shown].tolist()}
        how = N_("answers to the mistakes shown: the first ones in MNIST's order, and two that are looked at closely")
        self.on_wall = Measured("wall", wall, how, of)
        tenths = {"right": mistakes.right_in_tenths(), "each": len(mistakes.labels) // 10}
        how = N_("right answers in each tenth of the test images, from the lowest of the highest outputs on")
        self.tenths = Measured("tenths", tenths, how, of)

    def looked_at(self, key: str, how: str, image: int) -> Measured:
        """Return what is measured of one image. how: the rule by which it was chosen."""
        mistakes = self.mistakes
        digits = {"label": mistakes.labels, "answer": mistakes.answers, "second": mistakes.second}
        values: dict[str, float] = {name: int(each[image]) for name, each in digits.items()}
        values["output"] = float(mistakes.top[image])
        values["second_output"] = float(mistakes.outputs[image, mistakes.second[image]])
        return Measured(key, values, how, (OUTPUTS, LABELS))

    def case(self, image: int, place: np.ndarray, told: Measured) -> Case:
        """Return a test image as a case that can be taken out."""
        pixels = self.digits.read("test.input", batch=int(image))
        outputs = self.recorded("digits-review", "test.output", batch=int(image))
        return Case(self, self.mistakes, image, pixels, place, self.at.look, told=told, outputs=outputs)

    def script(self) -> None:
        self.mark_step("digits", self.data["digits-review"].config["steps"])
        if self.mistakes.sure is None:
            self.tell_that_nothing_is_wrong()
            return
        self.build_wall()
        with self.say(N_("What does it get wrong? Would you?")) as line:
            self.play(Create(self.wall), run_time=line.remaining)
        self.count()
        self.make_room()
        if self.mistakes.close is not None:
            self.show_the_close_one(self.mistakes.close)
        self.show_the_sure_one(self.mistakes.sure)
        self.show_that_outputs_warn()

    # The wall -----------------------------------------------------------------------------------------------------

    def build_wall(self) -> None:
        middle = np.array([*self.at.wall_place, 0])
        across, pitch = widest_grid(len(self.shown), *self.at.wall, LARGEST)
        height = pitch * -(-len(self.shown) // across)
        images = self.digits.read("test.input", batch=self.shown.tolist())
        self.wall = DigitWall(images, across=across, height=height, margin=0.15).shift(middle)
        self.places, self.side = self.wall.places + middle, self.wall.image_height
        yellow = np.append(rgb255(palette().attention), 1)
        self.answers = Numbers(
            self.mistakes.answers[self.shown],
            self.places + pitch * np.array([0.4, -0.26, 0]),
            form="{:.0f}",
            size=max(SMALL, min(LABEL, ANSWER * pitch)),
            rgba=yellow,
            because=self.on_wall,
        )

    def count(self) -> None:
        """Count the mistakes beside the wall, tell how many of them are on it, and write its answers beside them."""
        told = self.wrong.value
        self.counter = Counter(told["wrong"], "{:,.0f}", 2.2 * TITLE, palette().attention, fixed="center")
        self.ground(self.counter, self.wrong)
        lines = [
            self.words(N_("wrong answers"), LABEL),
            self.words_within(3.4, N_("on {count} test images"), because=self.wrong, values={"count": told["count"]}),
        ]
        if len(self.shown) < told["wrong"]:
            text, shown = N_("{count} of them are shown"), {"count": len(self.shown)}
            lines.append(self.words(text, SMALL, palette().muted, because=self.on_wall, values=shown))
        self.told = Group(self.counter, *lines).arrange(DOWN, buff=0.28)
        self.told.move_to([*self.at.count_place, 0])
        self.counter.count(0)
        with self.say(N_("{wrong} of {count} wrong; in yellow, its answers."), self.wrong, **told) as line:
            self.play(FadeIn(self.told, shift=0.3 * LEFT), run_time=line.fraction(0.12))
            self.play(self.counter.animate_count(told["wrong"]), run_time=line.fraction(0.33))
            self.play(Create(self.answers), run_time=line.fraction(0.25))

    def make_room(self) -> None:
        """Let the wall step back to the second half, as the images on it are to be looked at one by one."""
        middle, aside = np.array([*self.at.wall_place, 0]), self.halves[1]
        smaller = self.wall.animate.scale(self.at.aside, about_point=middle).shift(aside - middle).set_opacity(DIMMED)
        gone = [FadeOut(self.answers), FadeOut(self.told, shift=0.3 * RIGHT)]
        self.play(*gone, run_time=0.3)
        self.play(smaller, run_time=0.6)
        self.places = aside + self.at.aside * (self.places - middle)
        self.side *= self.at.aside

    # The images taken out -----------------------------------------------------------------------------------------

    def take_out(self, case: Case, seconds: float, *leaving: Animation) -> None:
        """Let an image fly out of the wall, tell what it is and what it is taken for, and let its outputs grow."""
        start = self.places[int(np.flatnonzero(self.shown == case.image)[0])]
        target = case.picture.copy()
        case.picture.scale(self.side / self.at.look.picture).move_to(start)
        flight = case.picture.animate.become(target)
        self.play(flight, *leaving, run_time=0.35 * seconds)
        bars = case.bars
        shown = [FadeIn(part) for part in (case.frame, bars.labels, bars.tracks, bars.numbers)]
        self.play(*shown, FadeIn(case.reading, shift=0.2 * DOWN), run_time=0.2 * seconds)
        self.add(case)
        self.play(bars.animate_values(case.outputs), run_time=0.45 * seconds)
        self.cases.append(case)

    def point_at_both(self, case: Case, seconds: float) -> Group:
        """Box the answer, and what the right digit gets; return the boxes."""
        boxes = [
            case.box(digit, color)
            for digit, color in ((case.answer, palette().attention), (case.label, palette().right))
        ]
        self.play(*[Create(box) for box in boxes], run_time=0.4 * seconds)
        pulses = [box.animate(rate_func=there_and_back).scale(1.05) for box in boxes]
        self.play(*pulses, run_time=0.6 * seconds)
        return Group(*boxes)

    def show_the_close_one(self, image: int) -> None:
        """Take out the mistake that is nearest to being right, and box both digits."""
        how = N_("of the mistakes whose right digit comes second, the one that misses by the least")
        close = self.looked_at("close", how, image)
        case = self.case(image, self.halves[0], close)
        with self.say(self.verdict(close)) as line:
            self.take_out(case, 2.2)
            case.add(*self.point_at_both(case, max(1.1, line.remaining)))

    def verdict(self, close: Measured) -> Said:
        """Return the line that tells how close the first image was to a right answer."""
        values = {name: close.value[name] for name in ("answer", "label")}
        faint = close.when(lambda one: one["output"] < FAINT, N_("only: less than 0.3"))
        tie = close.when(
            lambda one: one["output"] - one["second_output"] < TIE, N_("nearly: they differ by less than 0.05")
        )
        second = close.when(lambda one: one["second"] == one["label"])
        value = f"{close.value['output']:.2f}"
        return self.choose(
            said(N_("This {label}: the highest output, for {answer}, is only {value}."), faint, value=value, **values),
            said(N_("{answer} or {label}? The two outputs nearly tie."), tie, **values),
            said(N_("{answer} or {label}? The right one comes second."), second, **values),
        )

    def show_the_sure_one(self, image: int) -> None:
        """Take out the mistake with the highest answer, and box that answer and what the right one gets."""
        self.sure = self.looked_at("sure", N_("the mistake with the highest output"), image)
        case = self.case(image, self.halves[1], self.sure)
        values = {"label": case.label, "answer": case.answer, "value": f"{self.sure.value['output']:.2f}"}
        with self.say(N_("This {label}? It says {answer}, at {value}."), self.sure, **values) as line:
            faded = [FadeOut(self.wall), *(other.animate.fade(1 - DIMMED) for other in self.cases)]
            self.take_out(case, 2.4, *faded)
            self.marks = self.point_at_both(case, max(1.0, line.remaining))

    # The end ------------------------------------------------------------------------------------------------------

    def show_that_outputs_warn(self) -> None:
        """Show how many are right from the least sure to the surest, and where among them the sure mistake is."""
        case = self.cases[-1]
        self.plot = TenthsPlot(self, self.tenths, *self.at.plot).move_to(self.halves[0])
        tenth = next(k for k, images in enumerate(self.mistakes.tenths()) if case.image in images)
        self.mark = Number(case.outputs[case.answer], "{:.2f}", LABEL, palette().attention, because=self.sure)
        self.mark.move_to(self.plot.below(tenth))
        with self.say(self.what_outputs_tell(), result=True) as line:
            self.add(case, self.marks)
            self.keep_only(case, self.marks, run_time=0.4)
            rise = [GrowFromEdge(column, DOWN) for column in self.plot.columns]
            self.play(FadeIn(self.plot.frame), run_time=0.4)
            self.play(LaggedStart(*rise, lag_ratio=0.25), run_time=line.fraction(0.35))
            self.play(FadeIn(self.plot.ends, shift=0.1 * UP), run_time=0.4)
            row = case.bars.numbers[case.answer]
            self.play(TransformFromCopy(row, self.mark), run_time=max(0.8, line.remaining))

    def what_outputs_tell(self) -> Said:
        right, each = self.tenths.value["right"], self.tenths.value["each"]
        values = {"low": right[0], "high": right[-1], "many": each}
        reason = N_("they warn: of the surest tenth, more are right than of the least sure one, by a tenth of it")
        warns = self.tenths.when(lambda are: are["right"][-1] - are["right"][0] >= WARNS * are["each"], reason)
        text = N_("Yet outputs warn: least sure, {low} of {many} are right; surest, {high}.")
        other = N_("Outputs do not warn: least sure, {low} of {many} are right; surest, {high}.")
        not_so = self.tenths.when(lambda are: are["right"][-1] - are["right"][0] < WARNS * are["each"])
        return self.choose(said(text, warns, **values), said(other, not_so, **values))

    def tell_that_nothing_is_wrong(self) -> None:
        """Show the image that came nearest to a mistake, where none was made."""
        image = int(self.mistakes.gap.argmin())
        nearest = self.looked_at("nearest", N_("the image whose two highest outputs are closest to each other"), image)
        case = self.case(image, np.zeros(3), nearest)
        with self.say(N_("What does it get wrong? Would you?")) as line:
            self.play(FadeIn(case.picture, case.frame, scale=0.6), FadeIn(case.bars), run_time=line.remaining)
        none = self.wrong.when(lambda are: are["wrong"] == 0)
        text = N_("Of {count} test images it gets none wrong.")
        with self.say(text, none, count=self.wrong.value["count"]) as line:
            self.play(case.bars.animate_values(case.outputs), run_time=line.remaining)
        with self.say(N_("Here it came nearest to a mistake.")) as line:
            self.play(FadeIn(case.reading, shift=0.2 * DOWN), run_time=line.fraction(0.4))
            second = case.box(int(self.mistakes.second[image]), palette().attention)
            self.play(Create(second), run_time=line.remaining)
        self.cases.append(case)
