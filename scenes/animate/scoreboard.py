"""The numbers beside answers under way: the step, how many are right, and what share that is."""

from __future__ import annotations

from manim import RIGHT, Group

from scenes.animate.answers import NONE, Answers
from scenes.animate.own import OwnBeat
from scenes.mobjects.numbers import Number
from scenes.mobjects.typeset import Words
from scenes.style import LABEL, SMALL, TITLE, palette
from scenes.translation import N_

FINE = 200  # answers from which on a tenth of a hundredth means something


class Scoreboard(Group):
    """A step and how many of `total` answers are right, flush right at `right`, its top at `top`, scene units."""

    def __init__(self, beat: OwnBeat, total: int, right: float, top: float) -> None:
        self.total = total
        self.step = Number(0, "{:,.0f}", LABEL, fixed="right")
        self.share = Number(0, "{:.1%}" if total >= FINE else "{:.0%}", TITLE, palette().right, fixed="right")
        self.count = Number(0, "{:,.0f}", LABEL, palette().right, fixed="right")
        step, share = (beat.words(text, SMALL, color=palette().muted) for text in (N_("step"), N_("right")))
        of = Words(beat.tr(N_("of {total}"), total=total), SMALL, palette().muted)
        for part, y in ((step, 0.0), (self.step, 0.5), (share, 1.3), (self.share, 1.95), (self.count, 2.65), (of, 3.1)):
            part.move_to([right, top - y, 0], aligned_edge=RIGHT)
        super().__init__(step, self.step, share, self.share, self.count, of)

    def show(self, step: int, right: int) -> None:
        """Show what was counted at a step."""
        self.step.set_value(step)
        self.count.set_value(right)
        self.share.set_value(right / max(1, self.total))

    def at_the_end(self, answers: Answers) -> str:
        """Return the line that tells the last count, as it is shown."""
        if (answers.said[-1] == NONE).all():
            return N_("In the end its outputs are no numbers any more.")
        if len(answers.steps) == 1:
            return N_("{right} of {count} answers are right.")
        if self.count.value == self.total:
            return N_("In the end all {count} answers are right.")
        return N_("In the end {right} of {count} answers are right.")

    def told(self) -> dict[str, int]:
        """Return what that line tells."""
        return {"right": int(self.count.value), "count": self.total}
