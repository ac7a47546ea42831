"""Shows what a causal model writes behind the beginning of its probe, from the first step to the last."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import LEFT, RIGHT, FadeIn

from scenes.animate.shared.own import OwnBeat, Remark
from scenes.animate.writing.token_line import TokenLine
from scenes.animate.writing.written import TOKEN, read_written
from scenes.beats.timeline import said
from scenes.evidence.evidence import Quoted
from scenes.language.translation import N_
from scenes.look.style import LABEL, QUICK, SMALL, palette
from scenes.text.numbers import Number

ROWS = 6  # times that are shown
LEFT_END, WIDTH = -4.9, 11.5  # scene units: where the texts begin, and their room
TOP, ROW = 3.1, 0.68
FIRST, APART = 1.6, 1.3  # rows: where the first line is, and from the last to the probe's own
TEXT = 0.36  # scene units, the size of letters
WRITING = 1.1  # seconds that a row takes


class Generation(OwnBeat):
    """What does it write?"""

    def open(self) -> None:
        self.written = read_written(self.recording)
        count = len(self.written.steps)
        self.rows = np.unique(np.linspace(0, count - 1, min(count, ROWS)).round().astype(int)).tolist()
        self.measure()
        self.given = self.line_of(self.written.given, 0, "probe.input")
        rows = enumerate(self.rows)
        self.lines = [self.line_of(self.written.tokens[row].tolist(), FIRST + place, TOKEN, row) for place, row in rows]
        self.own = self.line_of(self.written.own, FIRST + len(self.rows) - 1 + APART, "probe.input")
        steps = self.steps(TOKEN)
        self.numbers = [Number(float(self.written.steps[row]), "{:,.0f}", LABEL, fixed="right") for row in self.rows]
        for at, (number, row) in enumerate(zip(self.numbers, self.rows, strict=True)):
            number.follow(steps).at(int(self.written.steps[row]))
            number.move_to([LEFT_END - 0.35, self.y_of(FIRST + at), 0], aligned_edge=RIGHT)
        shade = palette().muted
        self.names = [self.words(text, SMALL, shade) for text in (N_("given"), N_("the probe"))]
        for name, place in zip(self.names, (0, FIRST + len(self.rows) - 1 + APART), strict=True):
            name.move_to([LEFT_END - 0.35, self.y_of(place), 0], aligned_edge=RIGHT)
        self.head = self.words(N_("step"), SMALL, shade)
        self.head.move_to([LEFT_END - 0.35, self.y_of(FIRST - 0.7), 0], aligned_edge=RIGHT)
        self.remark = self.notes(self.remarks())

    def measure(self) -> None:
        """Measure how many tokens were given and written, and how many of these are the probe's own."""
        written = self.written
        told = {
            "prompt": len(written.given),
            "count": len(written.own),
            "chosen": written.chosen,
            "steps": written.steps.tolist(),
            "same": written.same,
            "finite": bool(np.isfinite(written.probabilities[-1]).all()),
        }
        how = N_("tokens given and written, and how many of these are those of the probe at the same place, by step")
        self.told = self.measured("written", told, how)

    def remarks(self) -> list[Remark]:
        """Return the notes on what shades are, and on what is left out."""
        row = self.recorded(self.film, "probe.input", batch=0)
        told: list[Remark] = [
            (N_("the fainter, the less probable"), None, {}),
            (N_("the probe that was given first"), row, {}),
        ]
        shown, count = min(line.count for line in (*self.lines, self.own)), len(self.written.own)
        if shown < count:
            cut = {"shown": shown, "count": count}
            how = N_("tokens of the shortest line that fit, and all")
            told.append((N_("at least {shown} of {count} tokens fit"), self.measured("cut", cut, how), cut))
        return told

    def y_of(self, place: float) -> float:
        """Return the height of a row."""
        return TOP - ROW * place

    def line_of(self, tokens: Sequence[int], place: float, array: str, row: int | None = None) -> TokenLine:
        """Return a line of tokens. array: where they are recorded. row: which time, where the model wrote them."""
        texts = [self.written.texts.get(token, f"<{token}>") for token in tokens]
        selection = {"batch": 0} if row is None else {"step": row}
        because = (self.recorded(self.film, array, **selection), Quoted("".join(texts)))
        shares = None if row is None else self.written.probabilities[row]
        return TokenLine(texts, (LEFT_END, self.y_of(place)), WIDTH, TEXT, because, shares)

    # The film of it -----------------------------------------------------------------------------------------------

    def script(self) -> None:
        values = {"prompt": self.told.value["prompt"], "count": self.told.value["count"]}
        with self.say(N_("What does it write?")) as line:
            self.play(FadeIn(self.names[0]), FadeIn(self.given, shift=0.3 * LEFT), run_time=max(QUICK, line.remaining))
        text = N_("It is given {prompt} tokens and adds {count}, one by one: each time the one it finds likeliest.")
        greedy = self.told.when(lambda are: are["chosen"] == "greedy")
        with self.say(said(text, greedy, **values)) as line:
            self.showing(0)
            noted = [FadeIn(self.remark)] if self.remark else []
            self.play(FadeIn(self.head), FadeIn(self.numbers[0]), *noted, run_time=QUICK)
            self.play(self.lines[0].animate_writing(), run_time=max(WRITING, line.remaining))
        if len(self.rows) > 1:
            self.go_on()
        self.compare()

    def go_on(self) -> None:
        """Write what it writes at later steps, row by row."""
        with self.say(N_("Now it trains.")) as line:
            for place in range(1, len(self.rows)):
                self.showing(place)
                self.play(FadeIn(self.numbers[place]), run_time=0.3)
                self.play(self.lines[place].animate_writing(), run_time=WRITING)
            self.wait(max(0.1, line.remaining))

    def compare(self) -> None:
        """Set beside the last row how the probe itself goes on."""
        values = {"same": self.told.value["same"][-1], "count": self.told.value["count"]}
        line_of = self.choose(
            said(
                N_("In the end its outputs are no numbers any more."),
                self.told.when(lambda are: not are["finite"], N_("not all of them are finite")),
            ),
            said(
                N_("In the end all {count} are the tokens of the probe itself."),
                self.told.when(lambda are: are["same"][-1] == are["count"]),
                count=values["count"],
            ),
            said(
                N_("In the end {same} of {count} are the tokens of the probe itself."),
                self.told.when(lambda are: are["same"][-1] < are["count"]),
                **values,
            ),
        )
        with self.say(line_of, result=True) as line:
            self.play(FadeIn(self.names[1]), run_time=QUICK)
            self.play(self.own.animate_writing(), run_time=max(WRITING, line.fraction(0.6)))

    def showing(self, place: int) -> None:
        self.showing_step(float(self.written.steps[self.rows[place]]))
