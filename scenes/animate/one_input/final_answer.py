"""Draws what a model answers: bars of classes, a number beside what it should be, tokens, or whatever it puts out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, FadeIn, Group, LaggedStart, VGroup
from manim.animation.animation import Animation
from manim.mobject.mobject import Mobject

from scenes.animate.one_input.stage_pictures import WIDTH, Translate
from scenes.animate.shared.fitting import name_as_said
from scenes.language.translation import N_
from scenes.look.style import LABEL, SMALL, TITLE, palette
from scenes.mobjects.plots.bars import Bars
from scenes.text.numbers import Number
from scenes.text.tokens import TokenRow
from scenes.text.typeset import Words

if TYPE_CHECKING:
    from scenes.animate.one_input.example import Value

MOST = 10  # classes that have a bar
NAME = 14  # characters of a class's name
CHIPS = 24
NUMBERS = 6  # of a regression, that are written
SUM = 1e-3  # how far from 1 probabilities may add up


@dataclass
class Answer:
    """An answer on screen, and the line about it, `text` with the values `said`.

    found: what was measured of it. rule: what must hold of that for the text to be said. best: the part that is pointed
    at in the end.
    """

    group: Group
    text: str
    said: Mapping[str, object] = field(default_factory=dict)
    found: Mapping[str, Any] = field(default_factory=dict)
    rule: Callable[[Mapping[str, Any]], bool] | None = None
    bars: Bars | None = None
    best: Mobject | None = None

    def __post_init__(self) -> None:
        self.lengths = self.bars.values if self.bars else np.zeros(0)

    def animate_coming(self, source: Mobject) -> Animation:
        """Return the animation in which the answer comes out of `source`; bars are empty until `lengths` is played."""
        if self.bars:
            self.bars.empty()
        parts = [*self.bars.submobjects] if self.bars else []
        parts += [part for part in self.group.submobjects if part is not self.bars]
        return LaggedStart(*[FadeIn(part, target_position=source, scale=0.5) for part in parts], lag_ratio=0.15)


def probabilities(scores: np.ndarray) -> tuple[np.ndarray, bool]:
    """Return the probabilities that scores (n,) stand for, and whether they had to be made from them by softmax."""
    scores = np.asarray(scores, dtype=float)
    if scores.min() >= 0 and scores.max() <= 1:
        return scores, False
    powers = np.exp(scores - scores.max())
    return powers / powers.sum(), True


def of_classes(scores: np.ndarray, target: int | None, classes: Sequence[str] | None, tr: Translate) -> Answer:
    """Return the answer of a classifier, (class,), its likeliest classes as bars."""
    shares, made = probabilities(scores)
    answer = int(shares.argmax())
    chosen = np.sort(np.argsort(-shares, kind="stable")[:MOST])
    names = [_name(classes, int(number)) for number in chosen]
    sums = abs(float(shares.sum()) - 1) < SUM
    bars = Bars(shares[chosen], names, width=2.5, form="{:.1%}" if sums else "{:.2f}")
    row = int(np.flatnonzero(chosen == answer)[0])
    for part in (bars.labels[row], bars.bars[row], bars.numbers[row]):
        part.set_color(palette().attention)
    notes = [tr(N_("softmax of the scores"))] if made else []
    if len(chosen) < len(shares):
        notes.insert(0, tr(N_("the {count} highest of {all} classes"), count=len(chosen), all=len(shares)))
    group = Group(bars, _below(bars, notes))
    said = {"answer": name_as_said(_name(classes, answer))}
    found = {"answer": answer, "target": target, "shares": shares[chosen].tolist(), "classes": len(shares)}
    found["shown"] = len(chosen)
    values: dict[str, Any] = {"bars": bars, "best": bars.row(row), "found": found}
    if target is None:
        return Answer(group, N_("Its answer is {answer}."), said, **values)
    said["target"] = name_as_said(_name(classes, target))
    if target == answer:
        text = N_("Its answer is {answer}, and that is right.")
        return Answer(group, text, said, **values, rule=lambda found: found["answer"] == found["target"])
    text = N_("Its answer is {answer}, but {target} would be right.")
    return Answer(group, text, said, **values, rule=lambda found: found["answer"] != found["target"])


def of_next_token(scores: np.ndarray, names: Sequence[str] | None, tr: Translate) -> Answer:
    """Return the answer of a language model, the token after the last position, of scores (position, token)."""
    answer = of_classes(scores[-1], None, names, tr)
    return replace(answer, text=N_("Next, it thinks, comes {answer}."))


def of_tokens(scores: np.ndarray, target: np.ndarray, names: Sequence[str] | None, tr: Translate) -> Answer:
    """Return the likeliest token at each position, of scores (position, token), green where it is the right one."""
    answers = scores.argmax(axis=1)
    right = answers == target
    chips = TokenRow([_name(names, int(number)) for number in answers[:CHIPS]], width=WIDTH)
    for box, word, good in zip(chips.boxes, chips.words, right, strict=False):
        color = palette().right if good else palette().negative
        box.set_stroke(color, width=2.5)
        word.set_color(color)
    notes = [tr(N_("the likeliest at each position; green: right"))]
    if len(answers) > CHIPS:
        notes.append(tr(N_("the first {count} of {all} positions"), count=CHIPS, all=len(answers)))
    group = Group(*chips.submobjects, _below(chips, notes))
    said = {"right": int(right.sum()), "all": len(right)}
    text = N_("At {right} of {all} positions its answer is right.")
    return Answer(group, text, said, found={**said, "shown": min(CHIPS, len(right))}, best=chips)


def of_numbers(numbers: np.ndarray, target: np.ndarray, tr: Translate) -> Answer:
    """Return the numbers of a regression beside what they should be."""
    numbers, target = np.ravel(numbers), np.ravel(target)
    count = min(len(numbers), NUMBERS)
    size = TITLE if count == 1 else LABEL
    rows = VGroup()
    for says, should in zip(numbers[:count], target[:count], strict=True):
        row = VGroup(
            Number(float(says), "{:.3f}", size, palette().attention, fixed="right"),
            Number(float(should), "{:.3f}", size, palette().right, fixed="right"),
        )
        rows.add(row.arrange(RIGHT, buff=1.3))
    rows.arrange(DOWN, buff=0.3)
    heads = VGroup(
        Words(tr(N_("its answer")), SMALL, palette().attention), Words(tr(N_("the target")), SMALL, palette().right)
    )
    for head, number in zip(heads, rows[0], strict=True):
        head.next_to(number, UP, buff=0.3)
    if heads[0].get_right()[0] > heads[1].get_left()[0] - 0.2:
        heads[0].next_to(heads[1], LEFT, buff=0.4).set_y(heads[1].get_y())
    notes = []
    if count < len(numbers):
        notes.append(tr(N_("the first {count} of {all} numbers"), count=count, all=len(numbers)))
    group = Group(*[number for row in rows for number in row], heads, _below(rows, notes))
    found = {
        "answers": numbers[:count].tolist(),
        "targets": target[:count].tolist(),
        "shown": count,
        "all": len(numbers),
    }
    if len(numbers) > 1:
        return Answer(group, N_("These are its answers, beside what they should be."), found=found, best=rows[0][0])
    said = {"answer": f"{float(numbers[0]):.3f}", "target": f"{float(target[0]):.3f}"}
    return Answer(group, N_("It says {answer}; the target is {target}."), said, found=found, best=rows[0][0])


def answer_of(value: Value, target: np.ndarray | None, config: Mapping[str, object], tr: Translate) -> Answer | None:
    """Return the answer that an output is; None where it is of no kind that can be told."""
    scores = np.asarray(value.values, dtype=float)
    if not np.isfinite(scores).all() or any(stride > 1 for stride in value.strides):
        return None
    classes = config.get("classes")
    names = classes if isinstance(classes, list) else None
    whole = target is not None and target.dtype.kind in "iu"
    if value.axes == ("feature",) and whole and target is not None and target.ndim == 0 and len(scores) > 1:
        return of_classes(scores, int(target), names, tr)
    if value.axes == ("position", "feature"):
        tokens = config.get("tokens")
        called = tokens if isinstance(tokens, list) else names
        if whole and target is not None and target.shape == scores.shape[:1]:
            return of_tokens(scores, target, called, tr)
        if value.array == "logits" or (called and len(called) == scores.shape[1]):  # a score for each that there is
            return of_next_token(scores, called, tr)
    if target is not None and not whole and target.size == scores.size and value.values.ndim <= 1:
        return of_numbers(scores, target, tr)
    return None


def _name(names: Sequence[str] | None, number: int) -> str:
    if not names or not 0 <= number < len(names):
        return str(number)
    name = str(names[number]).strip() or "␣"
    name = {"␣": "space", "\n": "↵"}.get(name, name)
    # A Chinese character is as wide as two letters
    ends = list(accumulate(2 if east_asian_width(letter) in "WF" else 1 for letter in name))
    return name if ends[-1] <= NAME else f"{name[: sum(end < NAME for end in ends)]}…"


def _below(mobject: Mobject, notes: Sequence[str]) -> VGroup:
    lines = VGroup(*[Words(note, SMALL, palette().muted) for note in notes])
    return lines.arrange(DOWN, buff=0.1).next_to(mobject, DOWN, buff=0.3)
