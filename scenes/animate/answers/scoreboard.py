"""Draws the numbers beside answers while a training runs: the step, how many are right, and what share that is."""

from __future__ import annotations

from manim import RIGHT, Group

from scenes.animate.answers.answers import Answers
from scenes.animate.shared.own import OwnBeat
from scenes.beats.timeline import Said, said
from scenes.evidence.evidence import Measured
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.look.style import LABEL, SMALL, TITLE, palette
from scenes.text.numbers import Number

FINE = 200  # answers from which on a tenth of a hundredth means something


class Scoreboard(Group):
    """A step and how many answers are right, flush right at `right`, its top at `top`, scene units.

    scores: the name of the array of the scores that the answers are read from.
    """

    def __init__(self, beat: OwnBeat, answers: Answers, scores: str, right: float, top: float) -> None:
        self.total = int(answers.counted.sum())
        self.counted = beat.measured(
            "right", answers.score, N_("answers whose highest score is that of the right class, by step")
        )
        counts, shares = (Series(answers.steps, answers.score[name], self.counted) for name in ("right", "share"))
        steps = beat.steps(scores).only(answers.steps)
        color, first = palette().right, int(answers.steps[0])
        form = "{:.1%}" if self.total >= FINE else "{:.0%}"
        self.step = Number(first, "{:,.0f}", LABEL, fixed="right").follow(steps)
        self.share = Number(0, form, TITLE, color, fixed="right").follow(shares)
        self.count = Number(0, "{:,.0f}", LABEL, color, fixed="right").follow(counts)
        step, share = (beat.words(text, SMALL, color=palette().muted) for text in (N_("step"), N_("right")))
        values = {"total": self.total}
        of = beat.words(N_("of {total}"), SMALL, palette().muted, because=self.counted, values=values)
        for part, y in ((step, 0.0), (self.step, 0.5), (share, 1.3), (self.share, 1.95), (self.count, 2.65), (of, 3.1)):
            part.move_to([right, top - y, 0], aligned_edge=RIGHT)
        super().__init__(step, self.step, share, self.share, self.count, of)

    def show(self, step: int) -> None:
        """Show what was counted at a step."""
        for number in (self.step, self.count, self.share):
            number.at(step)

    def at_the_end(self) -> Said:
        """Return the line that tells the last count."""
        return told_at_the_end(self.counted)


def told_at_the_end(counted: Measured) -> Said:
    """Return the line that tells how many answers are right in the end, of what `Answers.score` tells."""
    values = {"right": counted.value["right"][-1], "count": counted.value["count"]}
    ended = N_("no answer at the last step has finite scores")
    return OwnBeat.choose(
        said(N_("In the end its outputs are no numbers any more."), counted.when(lambda was: not was["last"], ended)),
        said(N_("{right} of {count} answers are right."), counted.when(lambda was: len(was["steps"]) == 1), **values),
        said(
            N_("In the end all {count} answers are right."),
            counted.when(lambda was: was["right"][-1] == was["count"]),
            count=values["count"],
        ),
        otherwise=said(N_("In the end {right} of {count} answers are right."), counted, **values),
    )
