"""A table, images by weights: what each image wants, and the mean row, which is minus the gradient."""

from __future__ import annotations

from manim import DOWN, RIGHT, UP, FadeIn, Group, Indicate, LaggedStart, Line, VGroup

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.backpropagation.steps.values import WishTable
from scenes.chapters.backpropagation.wishes.values import BACKPROP
from scenes.language.translation import N_
from scenes.look.boxes import FrameBox, safe_area
from scenes.look.frame import frame
from scenes.look.style import LABEL, palette, sign_color
from scenes.mobjects.pictures.pixels import DigitImage
from scenes.text.numbers import number_words
from scenes.text.typeset import Formula, Words

SIZE = 0.33  # em of the table's numbers
SHOWN = 4  # weights in a tall frame, where there is no room for all
FEW = 50  # per cent: fewer than half agree


class AverageOverExamples(Beat):
    """And what do many images want?"""

    def open(self) -> None:
        self.table = WishTable(self.data[BACKPROP])
        self.count = SHOWN if frame().width < 9 else self.table.wish.shape[1]
        table, self.below = safe_area().rows(7, 0.8)
        head, *rows = table.rows(*[1] * (len(self.table.wish) + 1), 0.6, 1, gap=0.12)
        shares = (1, *[1] * self.count)
        self.heads = VGroup(
            *(
                cell.place(Formula(f"w_({out}, {into})", LABEL, palette().muted))
                for cell, (out, into) in zip(head.columns(*shares)[1:], self.table.entries, strict=False)
            )
        )
        self.rows = [self.row(at, box.columns(*shares)) for at, box in enumerate(rows[:-2])]
        dots = [cell.place(Formula("dots.v", LABEL, palette().muted)) for cell in rows[-2].columns(*shares)]
        self.more = VGroup(*dots)
        self.last = self.mean_row(rows[-1].columns(*shares))
        middle = (rows[-2].bottom + rows[-1].top) / 2
        self.rule = Line([table.left, middle, 0], [table.right, middle, 0], stroke_width=1.5, color=palette().line)

    def row(self, at: int, cells: list[FrameBox]) -> Group:
        """Return an image with what it wants of each weight."""
        first, *rest = cells
        picture = first.place(DigitImage(self.table.pictures[at], height=min(0.8, first.height)))
        return Group(picture, *(self.number(float(self.table.wish[at, k]), cell) for k, cell in enumerate(rest)))

    def mean_row(self, cells: list[FrameBox]) -> VGroup:
        first, *rest = cells
        name = first.place(self.words(N_("mean"), LABEL, palette().attention))
        return VGroup(name, *(self.number(float(self.table.mean[k]), cell) for k, cell in enumerate(rest)))

    def number(self, value: float, cell: FrameBox) -> Words | Formula:
        return cell.place(number_words(value, SIZE, sign_color(value), because=self.table.measured, signed=True))

    def script(self) -> None:
        measured = self.table.measured
        with self.say(N_("That was one image. What do the others want of the weights?")) as line:
            line.play(
                FadeIn(self.heads),
                LaggedStart(*[FadeIn(row[0], shift=0.3 * RIGHT) for row in self.rows], lag_ratio=0.15),
            )
        with self.say(
            N_("Row by row: how each image would turn these weights."), measured.when(lambda of: len(of["wish"]) > 1)
        ) as line:
            shown = [FadeIn(VGroup(*row[1:]), shift=0.3 * RIGHT) for row in self.rows]
            line.play(LaggedStart(*shown, FadeIn(self.more), lag_ratio=0.35), least=2.4)
        text = N_("of some outputs the weight that the mean of {count} images turns most")
        note = self.note_in(self.below, text, measured, count=measured.value["count"])
        with self.say(
            N_("The mean over {count} images: minus the gradient of their cost."),
            measured,
            count=measured.value["count"],
        ) as line:
            line.play(FadeIn(self.rule), FadeIn(note), fraction=0.3)
            fallen = [FadeIn(number, shift=0.3 * DOWN) for number in self.last[1:]]
            line.play(FadeIn(self.last[0], shift=0.2 * UP), LaggedStart(*fallen, lag_ratio=0.2))
        self.outvote()

    def outvote(self) -> None:
        """Say how many images agree with the mean."""
        measured = self.table.measured
        agree = f"{measured.value['agree']:.0f} %"
        few = measured.when(lambda of: of["agree"] < FEW)
        text = N_("{agree} of these images want the first weight to go the mean's way: the loud outvote the rest.")
        otherwise = said(
            N_("{agree} of these images want the first weight to go the mean's way."), measured, agree=agree
        )
        line_of = self.choose(said(text, few, agree=agree), otherwise=otherwise)
        with self.say(line_of, result=True) as line:
            line.play(
                Indicate(self.last[1], 1.2, color=palette().attention),
                Indicate(self.heads[0], 1.2, color=palette().attention),
                least=1.5,
            )
