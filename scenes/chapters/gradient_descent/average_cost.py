"""The cost of all examples is one number; as a function it takes all weights and biases."""

from __future__ import annotations

import numpy as np
from manim import (
    DOWN,
    RIGHT,
    UP,
    Animation,
    Create,
    FadeIn,
    FadeOut,
    Group,
    GrowArrow,
    Line,
    ReplacementTransform,
    RoundedRectangle,
    TransformFromCopy,
    UpdateFromAlphaFunc,
    VGroup,
    linear,
    smooth,
    squish_rate_func,
    there_and_back,
)
from manim.mobject.mobject import Mobject

from scenes.beats.beat import Beat
from scenes.beats.timeline import Line as NarrationLine
from scenes.chapters.gradient_descent.training.average_measured import (
    AFTER,
    BEFORE,
    averages,
    averages_so_far,
    counts,
    ends_of,
    line_on_moves,
    moves,
)
from scenes.chapters.gradient_descent.training.function_row import FunctionRow
from scenes.chapters.gradient_descent.training.wishes import column_of
from scenes.drawing.batched import rgb255
from scenes.drawing.flight import Flight
from scenes.drawing.tiles import Tiles
from scenes.language.translation import N_
from scenes.look.style import DIMMED, LABEL, MARGIN, QUICK, SMALL, STROKE, TITLE, palette
from scenes.mobjects.pictures.pixels import DigitImage, DigitWall
from scenes.mobjects.plots.axes import AxisLine
from scenes.text.many_numbers import Numbers
from scenes.text.matrices import NumberColumn, Slots
from scenes.text.numbers import Number
from scenes.text.typeset import Formula, Words

ACROSS, ROWS, PITCH = 11, 6, 1.18  # of the wall of images, scene units
FREE, LIFT, UNDER = 0.3, 0.12, 0.42  # an image's free share; it stands so much higher in its place, its cost lower
COST = 0.32  # em of a cost on the wall
AXIS_Y, WIDTH = -2.55, 12.3
CLOUD = (-2.15, 2.1)  # lowest and highest place of a dot, scene units
DOT, DOT_ALPHA, MANY = 0.021, 0.55, 10_000  # of more dots each is fainter
SEEN, SEEN_ALPHA = 0.05, 1.0  # the dots of the images that were on the wall, to be followed
GOLDEN = 0.618034  # the places of its multiples within 1 spread evenly
HALF_FRAME = 7.11  # of its width, scene units
SHAPED_WIDTH = 3.5  # of the lines in a box, scene units
ROW_YS = (1.95, -1.75)  # heights of the two functions
PICTURE, ENTRY, SHAPED = 1.6, 0.34, 0.31  # height of the image that goes in; ems, scene units


def slots_around(index: int, count: int) -> Slots:
    """Return the slots of a column of `count` numbers that shows the first, the one at `index` and the last."""
    before = () if index < 1 else (0,) if index == 1 else (0, None)
    last = count - 1
    after = () if index == last else (last,) if index == last - 1 else (None, last)
    return (*before, index, *after)


class AverageCost(Beat):
    """Many examples, one number: what is that number a function of?"""

    def open(self) -> None:
        review, digits = self.data["digits-review"], self.data["digits"]
        self.costs = review.read("train.cost").astype(float)  # (moment, example)
        self.images = review.read("train.input", batch=list(range(ACROSS * ROWS)))
        self.answer = review.read("train.output", moment=AFTER, batch=0)
        self.parameters = column_of(digits, step=-1)
        self.steps = {BEFORE: int(digits.steps("layer1.weight")[0]), AFTER: digits.last_step}
        self.so_far = averages_so_far(self.costs[BEFORE], len(self.images))
        self.averages, self.moves = averages(self.costs), moves(self.costs)
        sizes = self.costs.shape[1], self.images[0].size, len(self.answer), len(self.parameters)
        self.counts = counts(*sizes)

    def script(self) -> None:
        self.show_some()
        self.lay_on_a_line()
        self.average()
        self.train()
        self.gather()
        self.the_network()
        self.the_cost()
        self.conclude()

    # Many numbers -------------------------------------------------------------------------------------------------

    def show_some(self) -> None:
        self.wall = DigitWall(self.images, across=ACROSS, height=ROWS * PITCH, margin=FREE)
        order = np.argsort(np.linalg.norm(self.wall.places, axis=1), kind="stable")  # as the wall's images come
        costs, places = self.costs[BEFORE, order], self.wall.places[order] + UNDER * DOWN
        recorded = self.recorded("digits-review", "train.cost", moment=BEFORE, example=list(range(len(order))))
        self.order = order
        self.wall_costs = Numbers(costs, places, size=COST, rgba=self.yellow(len(order)), because=recorded)
        self.wall.shift(LIFT * UP)
        self.mark_step("digits", self.steps[BEFORE])
        many = self.counts.when(
            lambda are: are["examples"] >= ACROSS * ROWS, N_("many: at least as many as the wall holds")
        )
        with self.say(N_("What is the cost of many examples?"), many) as line:
            self.play(Create(self.wall, rate_func=linear), run_time=line.fraction(0.35))
            self.play(Create(self.wall_costs, rate_func=linear), run_time=line.fraction(0.35))
            self.wait(max(0.9, line.remaining))

    def yellow(self, count: int, alpha: float = 1.0) -> np.ndarray:
        return np.tile(np.append(rgb255(palette().attention), alpha), (count, 1))

    def lay_on_a_line(self) -> None:
        """Let each image shrink to a dot at its cost; a dot's height has no meaning."""
        name = self.words(N_("cost"), SMALL, color=palette().muted)
        span = (0, float(np.ceil(self.costs.max())))
        self.axis = AxisLine(span, WIDTH, ticks=5, label=name, size=LABEL).move_to([0, AXIS_Y, 0])
        self.dots = self.dots_at(self.places(BEFORE))
        text = N_("each dot is one of {count} training images; its height has no meaning")
        count = {"count": self.costs.shape[1]}
        self.note = self.words(text, SMALL, color=palette().muted, because=self.counts, values=count)
        self.note.move_to([0, -3.35, 0])
        with self.say(N_("Untrained: put the images at their costs.")) as line:
            shrunk, images = self.shrunk(), self.wall.places[self.order] + LIFT * UP
            taken = Numbers(self.wall_costs.values, images, size=0.02, rgba=self.yellow(len(images), 0.0))
            self.play(Flight(self.wall_costs, taken, lag=0.0), run_time=0.4)
            self.remove(self.wall_costs)
            clear = squish_rate_func(smooth, 0.65, 0.95)  # the lowest images have left by then
            there = FadeIn(Group(self.axis, self.note), rate_func=clear)
            self.play(Flight(self.wall, shrunk, lag=0.5), there, run_time=max(2.3, line.remaining))
        self.remove(self.wall)
        self.show_dots(len(self.order))

    def dots_at(self, places: np.ndarray) -> Tiles:
        seen = np.arange(len(places)) < len(self.images)
        fill = self.yellow(len(places), DOT_ALPHA * min(1.0, (MANY / len(places)) ** 0.5))
        fill[seen, 3] = SEEN_ALPHA
        return Tiles(places, np.where(seen, SEEN, DOT), fill=fill, corner=1.0)

    def shrunk(self) -> Tiles:
        """Return the wall, each of its pixels in its image's dot."""
        middles = self.wall.places + LIFT * UP
        nearest = np.linalg.norm(self.wall.centers[:, None] - middles[None], axis=2).argmin(axis=1)
        target = self.wall.copy()
        target.move_items(self.places(BEFORE)[nearest]).scale_items(
            self.images.shape[1] * SEEN / self.wall.image_height
        )
        target.fill[:] = self.yellow(len(target), SEEN_ALPHA)
        target.corner[:] = 1
        return target

    def places(self, moment: int) -> np.ndarray:
        """Return where the dots stand, (example, 3): along the axis by cost, upwards spread evenly."""
        along = self.axis.to_point(self.costs[moment])
        low, high = CLOUD
        along[:, 1] = low + (high - low) * ((np.arange(len(along)) * GOLDEN) % 1)
        return along

    def show_dots(self, count: int) -> None:
        self.dots.shown[:] = np.arange(len(self.dots)) < count
        self.add(self.dots)

    # One number ---------------------------------------------------------------------------------------------------

    def average(self) -> None:
        """Let the other examples come, with the average of all that are there."""
        counts, first = self.so_far.steps, int(self.so_far.steps[0])
        self.mean = Number(float(self.so_far.recorded(first)), "{:.3f}", 1.5 * TITLE, palette().bright)
        self.mean.follow(self.so_far)
        self.symbol = Formula("C = (sum_k C_k) / n =", LABEL)
        self.mark = Line(DOWN, UP, color=palette().bright, stroke_width=1.5 * STROKE)
        self.label = VGroup(self.symbol, self.mean).arrange(RIGHT, buff=0.25)
        self.stand_at(float(self.so_far.recorded(first)))

        def come(dots: Mobject, alpha: float) -> None:
            there = int(counts[round(alpha * (len(counts) - 1))])
            self.show_dots(there)
            self.mean.at(there)
            self.stand_at(float(self.so_far.recorded(there)))

        with self.say(N_("Their average is the network's cost.")) as line:
            self.play(Create(self.mark), FadeIn(self.label, shift=0.2 * DOWN), run_time=line.fraction(0.2))
            self.play(UpdateFromAlphaFunc(self.dots, come, rate_func=linear), run_time=line.remaining)

    def stand_at(self, mean: float) -> None:
        """Put mark and label where that average is on the axis, the label within the frame."""
        foot = self.axis.to_point(mean)
        self.mark.put_start_and_end_on(foot, [foot[0], CLOUD[1] + 0.2, 0])
        room = HALF_FRAME - MARGIN - self.label.width / 2
        self.label.move_to([np.clip(foot[0], -room, room), CLOUD[1] + 0.95, 0])

    def train(self) -> None:
        """Let the dots go to their costs after the training; no average is told while they are on their way."""
        after = self.dots_at(self.places(AFTER))
        ends = self.axis.to_point(np.array(self.axis.span))[:, 0]

        def follow(label: Mobject, alpha: float) -> None:
            middle = self.dots.centers[:, 0].mean()
            self.stand_at(self.averages.value["after"] if alpha == 1 else np.interp(middle, ends, self.axis.span))

        with self.say(line_on_moves(self.moves)) as line:
            flight = Flight(self.dots, after, lag=0.5)
            self.play(FadeOut(self.note), self.mean.animate.set_opacity(0), run_time=0.3)
            self.play(flight, UpdateFromAlphaFunc(self.label, follow), run_time=max(2.0, line.remaining - 0.3))
            self.mark_step("digits", self.steps[AFTER])
            self.mean.show(self.averages.value["after"], self.averages)
            self.play(self.mean.animate.set_opacity(1), run_time=0.3)

    def gather(self) -> None:
        """Let all dots fall into the one number, and put that where the cost's answer will stand."""
        self.build_functions()
        inside = self.dots_at(np.tile(self.mean.get_center(), (len(self.dots), 1)))
        inside.fill[:, 3] = 0
        self.play(Flight(self.dots, inside, lag=0.3), FadeOut(self.axis), FadeOut(self.mark), run_time=0.6)
        self.remove(self.dots)
        told = self.cost.after[1]
        self.play(FadeOut(self.symbol), ReplacementTransform(self.mean, self.one), FadeIn(told), run_time=0.6)

    # Two functions ------------------------------------------------------------------------------------------------

    def build_functions(self) -> None:
        self.image = DigitImage(self.images[0], height=PICTURE)
        recorded = self.recorded("digits-review", "train.output", moment=AFTER, batch=0)
        answer = NumberColumn(self.answer, slots_around(int(self.answer.argmax()), len(self.answer)), size=ENTRY)
        parameters = NumberColumn(self.parameters, (0, 1, None, len(self.parameters) - 1), size=ENTRY)
        self.ground(answer, recorded)
        self.ground(parameters, ends_of(self.parameters))
        after = self.averages.value["after"]
        self.one = Number(after, "{:.3f}", 1.5 * TITLE, palette().attention, because=self.averages)
        self.network = FunctionRow(
            ROW_YS[0],
            self.words(N_("network"), LABEL),
            self.counted(self.image, N_("{count} numbers in"), self.images[0].size),
            self.counted(answer, N_("{count} numbers out"), len(self.answer)),
            self.small(N_("shaped by {count} weights and biases"), len(self.parameters)),
        )
        self.cost = FunctionRow(
            ROW_YS[1],
            self.words(N_("cost"), LABEL, color=palette().attention),
            self.counted(parameters, N_("{count} numbers in"), len(self.parameters)),
            self.counted(self.one, N_("one number out"), 1),
            self.small(N_("shaped by {count} images with their labels"), self.costs.shape[1]),
        )

    def counted(self, drawn: Mobject, text: str, count: int) -> Group:
        """Return what goes in or comes out, and below it how many numbers that is."""
        words = self.words(text, LABEL, because=self.counts, values={"count": count})
        return Group(drawn, words).arrange(DOWN, buff=0.22)

    def small(self, text: str, count: int) -> Words:
        values = {"count": count}
        return self.words(text, SHAPED, palette().line, because=self.counts, values=values, line_width=SHAPED_WIDTH)

    def the_network(self) -> None:
        row = self.network
        with self.say(N_("The network is a function of the image.")) as line:
            self.play(FadeIn(row.before, shift=0.4 * RIGHT), run_time=line.fraction(0.25))
            self.show_box(row, [FadeIn(row.after, shift=0.4 * RIGHT)], line)

    def the_cost(self) -> None:
        row = self.cost
        images = TransformFromCopy(self.image, self.image.copy().scale(0.2).move_to(row.shaped).set_opacity(0))
        count = len(self.parameters)
        with self.say(N_("The cost is a function of {count} numbers."), self.counts, count=count) as line:
            comes = FadeIn(row.before, target_position=self.network.shaped, scale=0.3)
            self.play(comes, run_time=line.fraction(0.35))
            self.show_box(row, [images, self.one.animate(rate_func=there_and_back).scale(1.2)], line)

    def show_box(self, row: FunctionRow, result: list[Animation], line: NarrationLine) -> None:
        """Show a function at work: the arrow in, the box and what shapes it, the arrow out and what comes of it."""
        left = line.remaining
        self.play(GrowArrow(row.into), FadeIn(row.box), run_time=0.3 * left)
        self.play(FadeIn(row.shaped, shift=0.15 * UP), GrowArrow(row.out), run_time=0.3 * left)
        self.play(*result, run_time=0.4 * left)

    def conclude(self) -> None:
        out = self.cost.after
        box = RoundedRectangle(width=out.width + 0.5, height=out.height + 0.5, corner_radius=0.12)
        box.set_stroke(palette().attention, width=1.5 * STROKE).move_to(out)
        dim = Group(*self.network.parts).animate.fade(1 - DIMMED)
        with self.say(N_("Learning is making this number small."), result=True) as line:
            self.play(Create(box), dim, run_time=QUICK)
            self.play(self.one.animate(rate_func=there_and_back).scale(1.15), run_time=line.remaining)
