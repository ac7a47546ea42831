"""Draws some probes one by one: the input, its class, the model's answer, and how confident that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, FadeIn, FadeOut, Group, SurroundingRectangle, VGroup
from manim.animation.animation import Animation
from manim.mobject.mobject import Mobject

from scenes.animate.answers.answers import NONE, SOFTMAX, Answers
from scenes.animate.answers.inputs import (
    FINEST,
    MOST_NUMBERS,
    NUMBERS,
    PICTURE,
    POINT,
    TOKENS,
    bars_of,
    kind_of_input,
    picture,
    strip_of,
)
from scenes.animate.shared.fitting import cut_to, name_as_said
from scenes.animate.shared.own import OwnBeat, Remark
from scenes.animate.shared.panels import LEFT_END, RIGHT_END
from scenes.beats.timeline import Said, said
from scenes.drawing.batched import rgb255
from scenes.drawing.flight import Flight
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Mark, Measured, Quoted
from scenes.language.translation import N_
from scenes.look.style import SMALL, STROKE, palette
from scenes.mobjects.pictures.pixels import grid_centers
from scenes.text.glyphs import format_number
from scenes.text.numbers import Number
from scenes.text.typeset import Words

MOST, LEAST = 8, 4  # probes
ACROSS = 4  # cards in a row
TOP, BOTTOM = 3.5, -3.05
CARD, PICTURE_SIDE = 3.3, 1.95  # scene units: how far apart cards are, and the side of a picture
BARS = (2.8, 1.8)
TOKEN_ROOM = 9.0  # scene units for a row of tokens
PLANE = (7.6, 6.3)  # scene units for the plane of all probes
SURE = 0.995  # from which on a confidence is told with one more digit

Maker = Callable[[np.ndarray, float], Mobject]  # draws an input, so and so high


class Gallery:
    """Up to eight probes of a classification: those answered wrong with most confidence.

    which: their numbers among the answers. wrong: how many of them are; where few are, the least sure of the others
    follow. name, scores: the arrays of the inputs and of the scores.
    pictures, verdicts: of each. note: what is to be said of how they are shown.
    """

    def __init__(self, beat: OwnBeat, answers: Answers, name: str, scores: str) -> None:
        self.beat, self.answers, self.name = beat, answers, name
        self.which, self.wrong = answers.surest(MOST, LEAST)
        self.kind = kind_of_input(beat.recording.arrays[name])
        self.every = answers.every.get("batch", 1)
        how = N_(
            "the answers wrong with the highest confidence, then those right with the lowest, and the next of both"
        )
        self.chosen = beat.measured("examples", answers.examples(self.which, self.wrong), how)
        self.pictures: list[Mobject] = []
        self.verdicts = VGroup()
        self.all_dots: Tiles | None = None  # of the plane, where there is one
        self.remarks: list[Remark] = []
        if len(self.which):
            {PICTURE: self._cards, NUMBERS: self._cards, TOKENS: self._rows, POINT: self._plane}[self.kind]()
        self.remarks.append((answers.measured, None if answers.measured == SOFTMAX else self._measure(scores), {}))
        self.note = beat.notes(self.remarks)

    def _measure(self, scores: str) -> Measured:
        """Return the span of the scores at the last step, and of their sums."""
        last = self.beat.recording.read(scores, step=-1).astype(float)
        last = last[np.isfinite(last).all(axis=-1)]
        sums = last.sum(axis=-1)
        value = {"lowest": float(last.min()), "highest": float(last.max()), "sums": [sums.min(), sums.max()]}
        return self.beat.measured("scores", value, N_("the lowest and highest score at the last step, and their sums"))

    # What it says -------------------------------------------------------------------------------------------------

    def confidence(self, probe: int) -> str:
        """Return the confidence of the model's answer to a probe, as a percentage."""
        share = float(self.answers.confidence[probe])
        return f"{share:.1%}" if share >= SURE else f"{share:.0%}"

    def verdict(self, probe: int, room: float, align: np.ndarray) -> VGroup:
        """Return two lines: the class of a probe, and below it the model's answer, with its confidence."""
        answers, words = self.answers, self.beat.words
        names = (answers.names[answers.truth[probe]], answers.names[answers.said[-1][probe]])
        shade = palette().right if answers.right[-1][probe] else palette().negative
        sure = self.confidence(probe)

        def first(text: str) -> Words:
            return words(N_("is {truth}"), SMALL, because=(self.chosen, Quoted(text)), values={"truth": text})

        def second(text: str) -> Words:
            values = {"answer": text, "confidence": sure}
            because = (self.chosen, Quoted(text))
            return words(N_("says {answer}, {confidence}"), SMALL, shade, because=because, values=values)

        lines = VGroup(cut_to(room, names[0], first), cut_to(room, names[1], second))
        lines[1].next_to(lines[0], DOWN, buff=0.06, aligned_edge=align)
        return lines

    def first_line(self) -> Said:
        """Return the line that tells which probes are shown."""
        right = self.chosen.when(lambda are: _least(are) and not are["wrong"])
        both = self.chosen.when(
            lambda are: _least(are) and _most(are), N_("the next of both kinds go on in that order")
        )
        wrong = self.chosen.when(lambda are: _most(are) and are["wrong"] == len(are["confidence"]))
        return self.beat.choose(
            said(N_("Here it is right, and least sure of it."), right),
            said(N_("Here it is wrong, and most sure of it."), wrong),
            otherwise=said(N_("In red it is wrong, in green right, but least sure of it."), both),
        )

    def last_line(self) -> Said:
        """Return the line that tells of the first probe shown."""
        probe, answers = int(self.which[0]), self.answers
        answer, truth = (name_as_said(answers.names[one[probe]]) for one in (answers.said[-1], answers.truth))
        values = {"answer": answer, "confidence": self.confidence(probe)}
        quoted = Quoted(answer), Quoted(truth)
        first = self.chosen.when(_most, N_("the first of those that are wrong, by confidence"))
        if self.wrong == 1:
            text = N_("It says {answer}, with {confidence}. It is {truth}.")
            return said(text, (first, *quoted), truth=truth, **values)
        if self.wrong:
            text = N_("Wrong, and surest of it: {answer}, with {confidence}. It is {truth}.")
            return said(text, (first, *quoted), truth=truth, **values)
        text = N_("Least sure of all: {answer}, with {confidence}. It is right.")
        return said(text, (self.chosen.when(lambda are: _least(are) and not are["wrong"]), *quoted), **values)

    def ring(self) -> Mobject:
        """Return a frame around the first probe shown."""
        first = self.verdicts[0] if self.kind == POINT else Group(self.pictures[0], self.verdicts[0])
        return SurroundingRectangle(first, color=palette().attention, stroke_width=STROKE, buff=0.1, corner_radius=0.08)

    # How it comes -------------------------------------------------------------------------------------------------

    def from_dots(self, dots: Tiles, shown: np.ndarray) -> list[Animation]:
        """Return animations of the dots of probes `shown`: to their places in the plane, or out where there is none."""
        if self.all_dots is None:
            return [FadeOut(dots)]
        flying = dots.copy().set_opacity(1)
        target = flying.copy()
        target.points = self.all_dots.points.reshape(-1, 4, 3)[shown].reshape(-1, 3)
        target.fill = self.all_dots.fill[shown].copy()
        moves: list[Animation] = [Flight(flying, target, order=np.linspace(0, 1, len(shown)), lag=0.4)]
        others = self.all_dots.copy()
        others.shown[shown] = 0
        return [*moves, FadeIn(others)] if others.shown.any() else moves

    def bring_out(self, sources: Sequence[np.ndarray]) -> list[Animation]:
        """Return animations in which each picture grows out of its dot."""
        return [
            FadeIn(one, target_position=source, scale=0.05) for one, source in zip(self.pictures, sources, strict=True)
        ]

    # What stands where --------------------------------------------------------------------------------------------

    def read(self, probes: np.ndarray) -> np.ndarray:
        """Return the inputs of probes, (n, …)."""
        return self.beat.recording.read(self.name, batch=[int(probe) * self.every for probe in probes])

    def _cards(self) -> None:
        values = self.read(self.which).astype(float)
        draw = self._picture_maker(values) if self.kind == PICTURE else self._bars_maker(values)
        count = len(self.which)
        rows, across = -(-count // ACROSS), min(ACROSS, count)
        if count > ACROSS:
            across = -(-count // rows)
        places = grid_centers(rows, across, rows * CARD)[:count]
        side = PICTURE_SIDE if rows > 1 else 1.5 * PICTURE_SIDE
        for one, place, probe in zip(values, places, self.which.tolist(), strict=True):
            drawn = draw(one, side).move_to(place + 0.65 * UP if rows == 1 else place + 0.5 * UP)
            verdict = self.verdict(probe, CARD - 0.3, 0 * LEFT)
            self.pictures.append(drawn)
            self.verdicts.add(verdict.next_to(drawn, DOWN, buff=0.12).set_x(place[0]))
        Group(*self.pictures, self.verdicts).move_to([0, (TOP + BOTTOM) / 2, 0])

    def _picture_maker(self, values: np.ndarray) -> Maker:
        span = (float(np.nanmin(values)), float(np.nanmax(values)))
        told = {name: format_number(end, "{:.3g}") for name, end in zip(("low", "high"), span, strict=True)}
        because = self.beat.measured(
            "pixels", list(span), N_("the least and the greatest pixel of these inputs"), self.name
        )
        self.remarks.append((N_("pixels from {low} to {high}"), because, told))
        if values.ndim == 4 and values.shape[1] not in (1, 3):
            self.remarks.append((N_("of the channels, the first"), None, {}))
        if max(values.shape[-2:]) > FINEST:
            self.remarks.append((N_("of large pictures, pixels at even distances"), None, {}))
        return lambda one, side: picture(one, span, side)

    def _bars_maker(self, values: np.ndarray) -> Maker:
        flat = values.reshape(len(values), -1)
        kept = np.arange(flat.shape[1])
        if flat.shape[1] > MOST_NUMBERS:
            kept = np.sort(np.argsort(-flat.var(axis=0), kind="stable")[:MOST_NUMBERS])
            counts = {"shown": MOST_NUMBERS, "count": flat.shape[1]}
            how = N_("the numbers of an input that are drawn, those that vary most among these inputs, and all")
            because = self.beat.measured("inputs", counts, how, self.name)
            self.remarks.append((N_("{shown} of {count} inputs: those that vary most among these"), because, counts))
        scale = float(np.abs(flat[:, kept]).max()) or 1.0
        longest = self.beat.measured("longest", scale, N_("the largest size of a number among those drawn"), self.name)
        self.remarks.append((N_("longest bar: {size}"), longest, {"size": format_number(scale, "{:.3g}")}))
        return lambda one, side: bars_of(one.ravel()[kept], scale, BARS[0], BARS[1] * side / PICTURE_SIDE)

    def _rows(self) -> None:
        tokens = self.read(self.which)
        pitch = min(1.1, (TOP - BOTTOM) / len(self.which))
        top = (TOP + BOTTOM) / 2 + pitch * (len(self.which) - 1) / 2
        strips = [strip_of(one, TOKEN_ROOM) for one in tokens]
        widest = max(strip.width for strip in strips)
        verdicts = [self.verdict(probe, RIGHT_END - LEFT_END - TOKEN_ROOM - 0.4, LEFT) for probe in self.which.tolist()]
        left = -(widest + 0.5 + max(one.width for one in verdicts)) / 2
        for place, (strip, verdict) in enumerate(zip(strips, verdicts, strict=True)):
            strip.move_to([left, top - place * pitch, 0], aligned_edge=LEFT)
            verdict.move_to([left + widest + 0.5, top - place * pitch, 0], aligned_edge=LEFT)
            self.pictures.append(strip)
            self.verdicts.add(verdict)
        self.remarks.append((N_("tokens by their numbers"), None, {}))

    def _plane(self) -> None:
        """Lay out the plane of all probes, each a dot, those told of ringed and numbered."""
        every = slice(None, None, self.every)
        points = self.beat.recording.read(self.name)[every][: len(self.answers.truth)].astype(float)
        low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
        size = float((np.array(PLANE) / np.maximum(high - low, 1e-9)).min())
        flat = np.nan_to_num(points - (low + high) / 2) * size
        middle = np.array([LEFT_END + PLANE[0] / 2 + 0.2, (TOP + BOTTOM) / 2, 0])
        at = np.column_stack([flat, 0 * flat[:, 0]]) + middle
        right = self.answers.right[-1]
        fill = np.where(
            right[:, None], np.append(rgb255(palette().right), 0.55), np.append(rgb255(palette().negative), 1)
        )
        fill[~self.answers.counted | (self.answers.said[-1] == NONE), 3] = 0
        self.remarks.append((N_("across and upwards: the numbers of an input, to one scale"), None, {}))
        self.all_dots = Tiles(at, min(0.07, 1.6 / np.sqrt(len(at))), fill=fill, corner=1.0)
        self._number_them(at)

    def _number_them(self, at: np.ndarray) -> None:
        rows = len(self.which)
        pitch = min(1.0, (TOP - BOTTOM) / rows)
        top = (TOP + BOTTOM) / 2 + pitch * (rows - 1) / 2
        left = LEFT_END + PLANE[0] + 1.0
        taken: list[np.ndarray] = []
        rings = [at[probe] for probe in self.which.tolist()]
        for place, probe in enumerate(self.which.tolist()):
            mark = Number(place + 1, "{:.0f}", SMALL, palette().attention, because=Mark(place + 1))
            spot = _free(at[probe], [*taken, *rings])
            taken.append(spot)
            ring = Tiles(
                at[probe][None],
                0.12,
                fill=np.zeros((1, 4)),
                stroke=np.append(rgb255(palette().attention), 1)[None],
                stroke_width=2.0,
                corner=1.0,
            )
            self.pictures.append(Group(ring, mark.move_to(spot)))
            lines = self.verdict(probe, RIGHT_END - left - 0.5, LEFT)
            number = mark.copy()
            lines.move_to([left + 0.45, top - place * pitch, 0], aligned_edge=LEFT)
            number.move_to([left, 0, 0], aligned_edge=LEFT).align_baseline(lines[0])
            self.verdicts.add(VGroup(number, lines))


def _free(at: np.ndarray, taken: Sequence[np.ndarray]) -> np.ndarray:
    """Return a place for a number beside a ring, clear of the numbers that are there and of the notes below."""
    for reach in (0.3, 0.5, 0.7, 0.9, 1.1):
        for angle in np.arange(8) * np.pi / 4:
            spot = at + reach * np.array([np.cos(angle), np.sin(angle), 0])
            if spot[1] > BOTTOM + 0.15 and all(np.abs(spot - other)[:2].max() > 0.3 for other in taken):
                return spot
    return at + 0.3 * (UP + RIGHT)


def _most(are: dict[str, Any]) -> bool:
    """Return whether the wrong ones of some examples come in order, most confident first, before all others wrong."""
    wrong = [*are["confidence"][: are["wrong"]], *are["next_wrong"]]
    return are["wrong"] > 0 and all(one >= other for one, other in pairwise(wrong))


def _least(are: dict[str, Any]) -> bool:
    """Return whether the right ones of some examples come in order, least confident first, before all others right."""
    right = [*are["confidence"][are["wrong"] :], *are["next_right"]]
    return len(are["confidence"]) > are["wrong"] and all(one <= other for one, other in pairwise(right))
