"""Shows what a model of one or two numbers answers everywhere, not to its probe alone, while it learns."""

from __future__ import annotations

import numpy as np
from manim import LEFT, RIGHT, UP, Create, FadeIn, Group, there_and_back

from scenes.animate.answers.scoreboard import FINE, told_at_the_end
from scenes.animate.fits.fits import error_form
from scenes.animate.regions.answer_lines import AnswerLines
from scenes.animate.regions.answer_map import AnswerMap
from scenes.animate.regions.answered_grid import read_grid
from scenes.animate.shared.own import Remark
from scenes.animate.shared.running import RunningBeat
from scenes.animate.space.shading import ByClass, ByNumber, Shading
from scenes.beats.timeline import Said, said
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.look.style import QUICK, SMALL, TITLE, palette
from scenes.text.glyphs import format_number
from scenes.text.numbers import Number

BOX = (-5.85, -2.3, 8.6, 5.55)  # scene units: left, bottom, width, height of the axes
COLUMN, COLUMN_WIDTH, COLUMN_TOP = 3.75, 2.9, 3.45
LEGEND_Y = 1.4
LARGE = 1e6  # an error that is written as a power of ten


class DecisionRegions(RunningBeat):
    """What does it answer where?"""

    def open(self) -> None:
        self.grid = read_grid(self.recording)
        self.measure()
        self.place_clock(self.steps("probe.grid.output").only(self.grid.steps))
        grid, shade = self.grid, palette().muted
        self.shading: Shading = ByClass(grid.truth, self.classes) if grid.classes else ByNumber(grid.truth)
        across = self.words(N_("input"), SMALL, shade)
        upwards = self.words(N_("confidence") if grid.classes else N_("answer"), SMALL, shade)
        if grid.up is not None:
            across, upwards = (self.words(text, SMALL, shade) for text in (N_("first number"), N_("second number")))
        kind = AnswerLines if grid.up is None else AnswerMap
        self.picture = kind(grid, self.shading, BOX, (across, upwards))
        across.next_to(self.picture.axes.x_axis.line.get_end(), RIGHT, buff=0.15)
        upwards.next_to(self.picture.axes.y_axis.line.get_end(), UP, buff=0.15).align_to(
            self.picture.axes.y_axis.line, LEFT
        )
        self.legend = Group()
        if grid.classes or grid.up is not None:
            self.legend = self.shading.legend(self, (COLUMN, LEGEND_Y), COLUMN_WIDTH)
        self.place_score()
        self.remark = self.notes([*self.remarks(), *self.about_classes()])
        self.show_share(0.0)

    def measure(self) -> None:
        """Measure the grid, how well the probe is answered, and where the answer changed."""
        grid = self.grid
        (_, count, outputs), numbers = grid.answers.shape, grid.places.shape[1]
        laid = {"places": count, "numbers": numbers, "probe": len(grid.truth), "outputs": outputs}
        how = N_("inputs of the grid, numbers of each of them, inputs of the probe, and numbers that come out")
        self.laid = self.measured("grid", laid, how)
        if not grid.classes:
            errors = {"steps": grid.steps.tolist(), "errors": grid.errors.tolist()}
            how = N_("the root mean squared error of the answers to the probe, by step")
            self.score = self.measured("errors", errors, how)
            return
        how = N_("answers to the probe whose highest score is that of the right class, by step")
        self.score = self.measured("right", grid.score, how)
        changed = {"changed": int(grid.changed.sum()), "count": len(grid.places)}
        how = N_("inputs of the grid whose highest score at the last step is another class's than at the first")
        self.changed = self.measured("changed", changed, how)
        how = N_("what the confidence of an answer is, by the scores of the whole grid at all steps shown")
        self.kind = self.measured("confidence", grid.kind, how)

    def place_score(self) -> None:
        """Put how well the probe is answered into the column at the right."""
        grid, shade = self.grid, palette()
        if grid.classes:
            values, form = np.array(self.score.value["share"]), "{:.1%}" if len(grid.truth) >= FINE else "{:.0%}"
            text, color = N_("of the probe are right"), shade.right
        else:
            values, form = grid.errors, self.form_of_errors()
            text, color = N_("root mean squared error"), shade.attention
        known = np.isfinite(values)
        self.number: Number | None = None
        words = self.words(text, SMALL, shade.muted, because=self.score, line_width=COLUMN_WIDTH, align="left")
        top = np.array([COLUMN, COLUMN_TOP - 0.3, 0])
        self.told = Group(words.move_to(top, aligned_edge=LEFT))
        if known.any():
            self.number = Number(float(values[known][0]), form, TITLE, color)
            self.number.follow(Series(grid.steps[known], values[known], self.score)).move_to(top, aligned_edge=LEFT)
            words.move_to([COLUMN, self.number.get_bottom()[1] - 0.2, 0], aligned_edge=UP + LEFT)
            self.told.add(self.number)

    def form_of_errors(self) -> str:
        """Return the form of errors: of the last one, or of the largest where that would not fit."""
        known = self.grid.errors[np.isfinite(self.grid.errors)]
        last, largest = (float(known[-1]), float(known.max())) if len(known) else (0.0, 0.0)
        return error_form(largest if largest >= LARGE else last or 1.0)

    def remarks(self) -> list[Remark]:
        """Return the notes on the grid, on what its shades are, and on where the probe ends."""
        told: list[Remark] = []
        if self.grid.up is not None:
            told.append((N_("{places} inputs on a grid"), self.laid, {"places": f"{len(self.grid.places):,}"}))
        if self.grid.classes:
            kind = self.translate(self.grid.kind)
            text = N_("the stronger, the surer; {kind}") if self.grid.up is not None else self.grid.kind
            told.append((text, self.kind, {"kind": kind}))
        elif self.laid.value["outputs"] > 1:
            told.append((N_("the first of {outputs} numbers that come out"), self.laid, self.laid.value))
        if not self.grid.classes and self.grid.up is not None:
            told.append((N_("colours end where the targets do"), None, {}))
        if not np.isfinite(self.grid.answers).all():
            told.append((N_("left empty: where an answer is NaN or infinite"), None, {}))
        if isinstance(self.picture, AnswerLines) and self.picture.is_cut:
            told.append((N_("lines break off where the axis ends"), None, {}))
        told.append((N_("dashed: the ends of the probe"), None, {}))
        return told

    def show_training(self, now: float, told: float) -> None:
        """Show the answers at a step: a map as it was recorded last, lines on their way to the next."""
        steps = self.grid.steps
        at = float(np.interp(now, steps, np.arange(len(steps))))
        if isinstance(self.picture, AnswerMap):
            self.picture.show(max(0, int(np.searchsorted(steps, told, side="right")) - 1))  # what the counter tells
        else:
            self.picture.show(at)
        if self.number is not None:
            self.number.at(told)

    # The film of it -----------------------------------------------------------------------------------------------

    def script(self) -> None:
        self.set_up()
        if len(self.grid.steps) > 1:
            self.run([said(N_("Now it trains."))])
        with self.say(self.outcome(), result=True) as line:
            grown = [one.animate(rate_func=there_and_back).scale(1.2) for one in (self.number,) if one is not None]
            self.play(self.picture.animate_probe(), *grown, run_time=max(1.5, line.remaining))
        if self.grid.classes and len(self.grid.steps) > 1 and np.isfinite(self.grid.answers[[0, -1]]).all():
            self.tell_changed()

    def set_up(self) -> None:
        """Lay out the probe, then what is answered at the first step, over the whole grid."""
        flat, picture = self.grid.up is None, self.picture
        with self.say(N_("What does it answer where?")) as line:
            self.play(FadeIn(picture.axes), run_time=QUICK)
            self.play(Create(picture.dots), FadeIn(self.legend), run_time=max(1.0, line.remaining))
        text = N_("The {count} dots are its probe, in the colours of what is right.")
        if flat and not self.grid.classes:
            text = N_("The {count} dots are its probe, as high as what is right.")
        with self.say(text, self.laid, count=self.laid.value["probe"]) as line:
            self.play(FadeIn(picture.edge), picture.animate_probe(), run_time=max(1.5, line.fraction(0.8)))
        text = N_("Across and upwards are the two numbers that go in. A colour is what it answers there.")
        if flat:
            text = N_("Across is the number that goes in. A line is what the model makes of it.")
        numbers = 1 if flat else 2
        with self.say(text, self.laid.when(lambda are: are["numbers"] == numbers)) as line:
            shown = [Create(one) for one in picture.field] if flat else [FadeIn(picture.field)]
            self.play(*shown, run_time=max(1.5, line.fraction(0.7)))
            noted = [FadeIn(self.remark)] if self.remark else []
            self.play(*noted, *map(FadeIn, (self.counter, self.told)), run_time=QUICK)

    def outcome(self) -> Said:
        """Return the line that tells how well the probe is answered in the end."""
        if self.grid.classes:
            return told_at_the_end(self.score)
        errors, steps = self.grid.errors, self.grid.steps
        form = self.form_of_errors()
        values = {"after": format_number(float(errors[-1]), form), "last": int(steps[-1])}
        text = N_("Root mean squared error: {after} at step {last}.")
        if len(steps) > 1 and np.isfinite(errors[0]):
            text = N_("Root mean squared error: {before} at step {first}, {after} at step {last}.")
            values |= {"before": format_number(float(errors[0]), form), "first": int(steps[0])}
        gone = self.score.when(lambda are: not np.isfinite(are["errors"][-1]), N_("the error is not finite"))
        return self.choose(
            said(N_("In the end its predictions are no numbers any more."), gone),
            otherwise=said(text, self.score, **values),
        )

    def tell_changed(self) -> None:
        """Tell on how much of the grid the answer is another than at first; the rest fades."""
        changed = self.changed
        values = {"changed": f"{changed.value['changed']:,}", "count": f"{changed.value['count']:,}"}
        line_of = self.choose(
            said(
                N_("Nowhere on this grid is the answer another class than at first."),
                changed.when(lambda are: are["changed"] == 0),
            ),
            said(
                N_("For {changed} of the {count} inputs on this grid the answer is another class than at first."),
                changed.when(lambda are: are["changed"] > 0),
                **values,
            ),
        )
        with self.say(line_of) as line:
            if changed.value["changed"]:
                self.play(self.picture.animate_changed(), run_time=max(1.5, line.remaining))
