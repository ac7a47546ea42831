"""Queries from one text, keys from another: an answer, letter by letter, looks into a date in some language."""

from __future__ import annotations

import numpy as np
from manim import DOWN, RIGHT, UP, FadeIn, FadeOut, Group, Indicate, LaggedStart, VGroup, smooth

from scenes.beats.beat import Beat
from scenes.beats.timeline import Said, said
from scenes.chapters.attention.heads.dates_measured import (
    LAYER,
    MONTH,
    DateExample,
    chosen,
    examples_of,
    how_answered,
    looked_at_mostly,
    month_of,
    share_right,
)
from scenes.drawing.batched import rgb255
from scenes.drawing.edges import Edges
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Exact, Quoted, Source
from scenes.language.translation import N_
from scenes.look.style import LABEL, MARGIN, SMALL, TITLE, palette
from scenes.mobjects.pictures.pixels import picture_frames
from scenes.text.fonts import has_chinese
from scenes.text.tokens import token_on_screen
from scenes.text.typeset import Words

PITCH, WIDEST = 0.62, 12.4  # scene units from letter to letter at most, and of a row at most
SOURCE, TARGET = 1.75, -1.55  # where the rows stand
PAST = 0.3  # share of their strength in which lines stay behind
BESIDES_A_WORD = 2  # numbers in a date whose month is a word
CLEAR = 2  # times an equal share of the weight, from which on a place is said to be looked at most
LEARNED = 0.5  # share of new dates from which on it is said to have learned it


class CrossAttention(Beat):
    """Can attention look from one text into another?"""

    def open(self) -> None:
        recording = self.data["dates"]
        self.all = examples_of(recording)
        self.examples = chosen(self.all)
        self.longest, self.month = how_answered(self.examples[0]), month_of(self.examples[0])
        self.mostly, self.right = looked_at_mostly(self.all), share_right(recording)
        self.mark_step("dates", float(recording.steps(LAYER)[-1]))

    def script(self) -> None:
        self.ask()
        self.write_the_answer()
        others = self.examples[1:]
        for example in others[:-1]:
            self.do_another(example, line_on_date(example))
        if others:
            self.do_another(others[-1], self.told_of_all())
        self.tell()

    # What stands where --------------------------------------------------------------------------------------------

    def place(self, example: DateExample) -> None:
        """Make the two rows of letters, and the lines between them, which cannot be seen yet."""
        self.example = example
        self.source, self.source_boxes = _row(example.source, SOURCE)
        self.answer, self.answer_boxes = _row(example.answer, TARGET)
        for letter in self.answer:
            letter.set_color(palette().attention)
        starts, ends = self.answer_boxes.centers, self.source_boxes.centers
        half = 0.5 * np.linalg.norm(np.diff(self.source_boxes.points[:2], axis=0))
        up = 0.5 * np.linalg.norm(np.diff(self.answer_boxes.points[:2], axis=0))
        pairs = [(start + up * UP, end + half * DOWN) for start in starts for end in ends]
        rgba = np.tile(np.append(rgb255(palette().attention), 0), (len(pairs), 1))
        self.lines = Edges(*(np.array(side) for side in zip(*pairs, strict=True)), rgba=rgba, stroke=4.0)

    def looked(self, now: int) -> Edges:
        """Return the lines as they are while letter `now` is written: its own in full strength, earlier ones fainter.

        The alpha of a line is its weight.
        """
        strength = self.example.pattern.copy()
        strength[:now] *= PAST
        strength[now + 1 :] = 0
        return self.shaded(strength)

    def shaded(self, strength: np.ndarray) -> Edges:
        """Return the lines with other alphas, (query, key)."""
        lines = self.lines.copy()
        lines.rgba[:, 3] = strength.ravel()
        return lines

    # The film of it -----------------------------------------------------------------------------------------------

    def ask(self) -> None:
        self.place(self.examples[0])
        text = N_("Must queries and keys come from the same text? No.")
        with self.say(text, Source("vaswani2017", "section 3.2.3")) as line:
            self.play(FadeIn(self.source_boxes), run_time=0.5)
            letters = [FadeIn(letter, shift=0.2 * DOWN) for letter in self.source]
            self.play(LaggedStart(*letters, lag_ratio=0.08), run_time=line.remaining)
        keys = self.words(N_("keys and values: a date"), SMALL, palette().right, because=self.longest)
        queries = self.words(N_("queries: the answer while it is written"), SMALL, color=palette().attention)
        keys.next_to(self.source_boxes, UP, buff=0.35)
        queries.next_to(self.answer_boxes, DOWN, buff=0.35)
        self.names = VGroup(keys, queries)
        with self.say(N_("A small model reads a date, to write it as year, month, day.")) as line:
            self.play(FadeIn(keys, shift=0.1 * DOWN), run_time=line.fraction(0.3))
            self.play(FadeIn(self.answer_boxes), FadeIn(queries, shift=0.1 * UP), run_time=line.remaining)

    def lines_note(self) -> VGroup:
        """Return what the lines are, whose mean and how bright, those of earlier characters fainter."""
        heads, layers = (self.recorded("dates", f"config.{name}") for name in ("heads", "layers"))
        told = {"heads": heads.content, "layers": layers.content}
        text = N_("lines: mean weight of {heads} heads, the first of {layers} layers")
        whose = self.words(text, SMALL, palette().muted, because=(heads, layers), values=told)
        text, told = N_("shade: the weight; of earlier characters {share} of it"), {"share": f"{PAST:g}"}
        self.bright = self.words(text, SMALL, palette().muted, because=Exact("past", past=PAST), values=told)
        note = VGroup(whose, self.bright).arrange(DOWN, buff=0.1, aligned_edge=RIGHT)
        return note.to_corner(UP + RIGHT, buff=MARGIN)

    def write_the_answer(self) -> None:
        """Write letter after letter, each with the lines to the letters that it looks at."""
        self.add(self.lines)
        with self.say(N_("Character by character the answer asks. The lines show where it looks.")) as line:
            self.play(FadeIn(self.lines_note()), run_time=0.3)
            self.write(range(MONTH[0]), line.remaining / MONTH[0])
        with self.say(self.told_of_the_month()) as line:
            rest = range(MONTH[0], len(self.example.answer))
            self.write(rest, line.seconds / len(rest))

    def write(self, places: range, seconds: float) -> None:
        for now in places:
            letter = self.answer[now]
            looking = self.lines.animate(rate_func=_soon).become(self.looked(now))
            self.play(looking, FadeIn(letter, shift=0.2 * UP, rate_func=_soon), run_time=seconds)

    def told_of_the_month(self) -> Said:
        """Return the line about what the month's two digits look at most."""
        month, found = self.month, self.month.value["looked at"]
        spread = month.when(lambda month: month["times"] < CLEAR, N_("no place: none has twice an equal share"))
        clear = N_("most: twice an equal share or more")
        letters = month.when(
            lambda month: (
                month["times"] >= CLEAR
                and all(map(is_letter, month["looked at"]))
                and month["numbers"] == BESIDES_A_WORD
            ),
            N_("most: twice an equal share or more; a word: the date holds two numbers, day and year"),
        )
        others = month.when(lambda month: month["times"] >= CLEAR, clear)
        one, other = (f"“{token_on_screen(character)}”" for character in found)
        return self.choose(
            said(N_("For the month, it looks at no place much more than at others."), spread),
            said(N_("The month is a word: for its number, it looks most at letters."), letters),
            said(N_("For the month, it looks most at {one} and at {other}."), others, one=one, other=other),
        )

    def told_of_all(self) -> Said:
        """Return the line about all recorded dates: how many characters look mostly at one, and copy it."""
        found, mostly = self.mostly.value, N_("mostly: with more than half of its weight")
        some, none = (
            self.mostly.when(lambda are: are["sure"] > 0, mostly),
            self.mostly.when(lambda are: are["sure"] == 0),
        )
        text = N_("Of {all} characters in {dates} dates, {sure} look mostly at one; {same} of these copy it.")
        nowhere = N_("None of the {all} characters in {dates} dates looks mostly at one.")
        values = {"all": found["all"], "dates": found["dates"]}
        return self.choose(
            said(text, some, **values, sure=found["sure"], same=found["same"]), said(nowhere, none, **values)
        )

    def do_another(self, example: DateExample, line_of: Said) -> None:
        """Answer another date, all its letters at once."""
        old = Group(self.source, self.source_boxes, self.answer, self.lines, self.bright)
        bright = self.words(N_("shade: the weight"), SMALL, palette().muted)
        self.bright = bright.move_to(self.bright, aligned_edge=RIGHT)
        with self.say(line_of) as line:
            self.play(FadeOut(old), run_time=0.4)
            self.remove(self.answer_boxes)
            self.place(example)
            self.add(self.answer_boxes, self.lines)
            self.play(FadeIn(self.source, self.source_boxes, self.bright), run_time=0.5)
            whole = self.shaded(example.pattern)
            letters = [FadeIn(letter, shift=0.2 * UP) for letter in self.answer]
            self.play(
                self.lines.animate.become(whole),
                LaggedStart(*letters, lag_ratio=0.1),
                run_time=max(2.2, line.remaining),
            )

    def tell(self) -> None:
        """Say how often it is right on dates that it was not trained on."""
        percent = f"{self.right.value['share']:.1%}".replace(".0%", "%")
        number = Words(percent, TITLE, because=self.right)
        text, told = N_("of {count} dates that it had never seen"), {"count": self.right.value["tested"]}
        about = self.words(text, LABEL, because=self.right, values=told)
        about.next_to(number, RIGHT, buff=0.3).align_baseline(number)
        result = VGroup(number, about).set_x(0).set_y(-3.15)
        learned = self.right.when(lambda right: right["share"] >= LEARNED, N_("learned: right on half or more"))
        plain = N_("After its training it is right on {percent} of new dates.")
        line_of = self.choose(
            said(
                N_("It learned this from examples, and is right on {percent} of new dates."), learned, percent=percent
            ),
            otherwise=said(plain, self.right, percent=percent),
        )
        with self.say(line_of, result=True) as line:
            self.play(FadeOut(self.names[1]), FadeIn(result, shift=0.2 * UP), run_time=line.fraction(0.4))
            self.play(Indicate(number, color=palette().attention), run_time=line.remaining)


def is_letter(character: str) -> bool:
    """Tell whether a character is a letter of a word, which a Chinese one is not."""
    return character.isalpha() and not has_chinese(character)


def line_on_date(example: DateExample) -> Said:
    """Return the line with which another date comes."""
    return said(N_("Now a date in Chinese.") if has_chinese(example.source) else N_("Now another date."))


def _soon(share: float) -> float:
    """Move in the first half of the time, and rest in the second."""
    return float(smooth(min(1.0, 2 * share)))


def _row(text: str, height: float) -> tuple[VGroup, Tiles]:
    """Return a text's letters side by side, and the box of each."""
    pitch = min(PITCH, WIDEST / len(text))
    places = np.array([[(place - (len(text) - 1) / 2) * pitch, height, 0] for place in range(len(text))])
    letters = VGroup(
        *[
            Words(letter, 0.72 * pitch, because=Quoted(letter)).move_to(place) if letter.strip() else VGroup()
            for letter, place in zip(text, places, strict=True)
        ]
    )
    return letters, picture_frames(places, 0.9 * pitch)
