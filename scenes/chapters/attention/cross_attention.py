"""Queries from one text, keys from another: an answer, letter by letter, looks into a date in some language."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import DOWN, RIGHT, UP, FadeIn, FadeOut, Group, Indicate, LaggedStart, VGroup, smooth

from engine.alphabet import CharacterTokenizer
from engine.dates import PADDING, START
from scenes.chapter import Beat
from scenes.fonts import is_chinese
from scenes.mobjects.batched import rgb255
from scenes.mobjects.edges import Edges
from scenes.mobjects.pixels import picture_frames
from scenes.mobjects.tiles import Tiles
from scenes.mobjects.typeset import Words
from scenes.style import LABEL, SMALL, TITLE, palette
from scenes.translation import N_

PITCH, WIDEST = 0.62, 12.4  # scene units from letter to letter at most, and of a row at most
SOURCE, TARGET = 1.75, -1.55  # where the rows stand
PAST = 0.3  # share of their strength in which lines stay behind
MONTH = (5, 6)  # of an answer's letters, YYYY-MM-DD
FURTHER = 2  # dates after the first one
LAYER = "decoder.blocks.0.cross_attention.pattern"


@dataclass(frozen=True)
class Example:
    """A date as it was given and as it was answered, and how the answer's letters look at it, (query, key).

    pattern: the mean over the heads of a layer.
    """

    source: str
    answer: str
    truth: str
    pattern: np.ndarray


class CrossAttention(Beat):
    """Can attention look from one text into another?"""

    def open(self) -> None:
        self.recording = self.data["dates"]
        letters, digits = (
            CharacterTokenizer.from_codepoints(self.recording.read(f"{side}.alphabet")) for side in ("source", "target")
        )
        sources, truths = self.recording.read("probe.source"), self.recording.read("probe.truth")
        answers = self.recording.read("probe.target", step=-1)
        patterns = self.recording.read(LAYER, step=-1).mean(axis=1)  # (batch, query, key), over the heads
        examples = []
        for source, answer, truth, pattern in zip(sources, answers, truths, patterns, strict=True):
            text = letters.decode(source).rstrip(PADDING)
            written = digits.decode(answer).replace(START, " ")
            examples.append(Example(text, written, digits.decode(truth), pattern[:, : len(text)]))
        self.examples = chosen(examples)
        self.right = float(self.recording.read("metric.exact_match")[-1])

    def script(self) -> None:
        self.ask()
        self.write_the_answer()
        for example in self.examples[1:]:
            self.do_another(example)
        self.tell()

    # What stands where --------------------------------------------------------------------------------------------

    def place(self, example: Example) -> None:
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
        with self.say(N_("Must queries and keys come from the same text? No.")) as line:
            self.play(FadeIn(self.source_boxes), run_time=0.5)
            letters = [FadeIn(letter, shift=0.2 * DOWN) for letter in self.source]
            self.play(LaggedStart(*letters, lag_ratio=0.08), run_time=line.left)
        keys = self.words(N_("keys and values: a date, in any of several languages"), SMALL, color=palette().right)
        queries = self.words(N_("queries: the answer while it is written"), SMALL, color=palette().attention)
        keys.next_to(self.source_boxes, UP, buff=0.35)
        queries.next_to(self.answer_boxes, DOWN, buff=0.35)
        self.names = VGroup(keys, queries)
        with self.say(N_("A small model reads a date, and rewrites it as year, month and day.")) as line:
            self.play(FadeIn(keys, shift=0.1 * DOWN), run_time=line.share(0.3))
            self.play(FadeIn(self.answer_boxes), FadeIn(queries, shift=0.1 * UP), run_time=line.left)

    def write_the_answer(self) -> None:
        """Write letter after letter, each with the lines to the letters that it looks at."""
        self.add(self.lines)
        with self.say(N_("Each character of the answer asks, and looks at those that it needs.")) as line:
            self.write(range(MONTH[0]), line.seconds / MONTH[0])
        with self.say(self.told_of_the_month()) as line:
            rest = range(MONTH[0], len(self.example.answer))
            self.write(rest, line.seconds / len(rest))

    def write(self, places: range, seconds: float) -> None:
        for now in places:
            letter = self.answer[now]
            looking = self.lines.animate(rate_func=_soon).become(self.looked(now))
            self.play(looking, FadeIn(letter, shift=0.2 * UP, rate_func=_soon), run_time=seconds)

    def told_of_the_month(self) -> str:
        """Return the line about the month's two digits: what they look at most is a letter of its name, or is not."""
        most = [self.example.source[int(self.example.pattern[place].argmax())] for place in MONTH]
        if all(letter.isalpha() for letter in most):
            return N_("The month is a word: to find its number, it looks at the letters of the name.")
        return N_("For the month, too, it looks where this date has it.")

    def do_another(self, example: Example) -> None:
        """Answer another date, all its letters at once."""
        old = Group(self.source, self.source_boxes, self.answer, self.lines)
        if is_chinese(example.source):
            text = N_("A Chinese date: for the month it looks elsewhere.")
        else:
            text = N_("Another language, other places to look at.")
        with self.say(text) as line:
            self.play(FadeOut(old), run_time=0.4)
            self.remove(self.answer_boxes)
            self.place(example)
            self.add(self.answer_boxes, self.lines)
            self.play(FadeIn(self.source, self.source_boxes), run_time=0.5)
            whole = self.shaded(example.pattern)
            letters = [FadeIn(letter, shift=0.2 * UP) for letter in self.answer]
            self.play(
                self.lines.animate.become(whole),
                LaggedStart(*letters, lag_ratio=0.1),
                run_time=max(2.2, line.left),
            )

    def tell(self) -> None:
        """Say how often it is right on dates that it was not trained on."""
        percent = f"{self.right:.1%}".replace(".0%", "%")
        number = Words(percent, TITLE)
        told = self.tr(N_("of {count} dates that it had never seen"), count=self.recording.config["tested"])
        about = Words(told, LABEL).next_to(number, RIGHT, buff=0.3).align_baseline(number)
        result = VGroup(number, about).set_x(0).set_y(-3.15)
        with self.say(
            N_("It found out by itself what belongs together, and is right on {percent} of new dates."), percent=percent
        ) as line:
            self.play(FadeOut(self.names[1]), FadeIn(result, shift=0.2 * UP), run_time=line.share(0.4))
            self.play(Indicate(number, color=palette().attention), run_time=line.left)


def chosen(examples: list[Example]) -> list[Example]:
    """Return those that are shown, rightly answered ones where there are any: the longest, then others unlike it."""
    right = [example for example in examples if example.answer == example.truth] or examples
    first = max(right, key=lambda example: len(example.source))
    others = [example for example in right if example is not first]
    others.sort(key=lambda one: (is_chinese(one.source), _unlike(one.source, first.source)), reverse=True)
    return [first, *others[:FURTHER]]


def _soon(share: float) -> float:
    """Move in the first half of the time, and rest in the second."""
    return float(smooth(min(1.0, 2 * share)))


def _unlike(one: str, other: str) -> int:
    """Return how many different letters of a text the other does not have."""
    return len({letter for letter in one if letter.isalpha()} - set(other))


def _row(text: str, height: float) -> tuple[VGroup, Tiles]:
    """Return a text's letters side by side, and the box of each."""
    pitch = min(PITCH, WIDEST / len(text))
    places = np.array([[(place - (len(text) - 1) / 2) * pitch, height, 0] for place in range(len(text))])
    letters = VGroup(
        *[
            Words(letter, 0.72 * pitch).move_to(place) if letter.strip() else VGroup()
            for letter, place in zip(text, places, strict=True)
        ]
    )
    return letters, picture_frames(places, 0.9 * pitch)
