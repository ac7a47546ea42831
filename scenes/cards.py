"""The card that opens a film and the card that closes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import DOWN, ORIGIN, RIGHT, UP, Create, FadeIn, FadeOut, LaggedStart, Line, VGroup, Write

from engine.experiments import Experiment
from engine.studies import model_name
from scenes.chapter import Beat
from scenes.frame import frame
from scenes.mobjects.typeset import Words
from scenes.style import LABEL, QUICK, SMALL, STEADY, THIN, TITLE, palette
from scenes.translation import N_

if TYPE_CHECKING:
    from engine.recording import Recording
    from scenes.entries import ChapterEntry

LICENCE = "CC BY 4.0"
OWN = "animate"  # folder of the beats of films of recordings that anybody made
TITLE_HEIGHT = 3.4  # scene units, at most
OTHERS = 3.8  # scene units of the end card that are not for what the film was made from
EDGE = 0.29  # nearest that a line of the cards comes to the frame's edge, scene units
READING = 3.7  # seconds that a full screen of lines stands, where others follow
APART = 0.18  # scene units between two of its lines
TOLD = ("name", "steps", "learning_rate", "seed", "of", "examples")  # of a recording's settings


class Card(Beat):
    """A card of a chapter's film; it carries no chapter mark of its own."""

    def __init__(self, data: Mapping[str, Recording], *, chapter: ChapterEntry, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.chapter = chapter


class TitleCard(Card):
    """The chapter's title, and the promise that holds throughout."""

    def script(self) -> None:
        width = 2 * frame().right
        title = self.words_within(width, self.chapter.title, 1.5 * TITLE)
        rule = Line(ORIGIN, 5 * RIGHT, stroke_width=THIN, color=palette().positive)
        promise = self.words_within(
            frame().width - 2 * EDGE,
            N_("Every number and every shade was recorded from networks really trained."),
            LABEL,
            color=palette().muted,
        )
        title.scale(min(1.0, width / title.width, TITLE_HEIGHT / title.height))  # a recording may be called anything
        VGroup(title, rule, promise).arrange(DOWN, buff=0.45)
        self.play(Write(title), run_time=1.5 * STEADY)
        self.play(Create(rule), Write(promise), run_time=3 * STEADY)
        self.wait(1.4)


class EndCard(Card):
    """What the film was made from, and how it may be shown."""

    def script(self) -> None:
        name = self.words("neuroreel", 1.3 * TITLE)
        width = 2 * frame().right
        told = [self._trained(recording) for recording in self.data.values()]
        lines = [self.words_within(width, text, SMALL, color=palette().muted) for text in told]
        licence = self.words_within(
            width, self.tr(N_("This film may be shown, cut and shared under {licence}."), licence=LICENCE), LABEL
        )
        made = self.words(N_("Trained, recorded and drawn with"), SMALL, color=palette().muted)
        shared = self.chapter.folder != OWN  # what somebody made of a model of their own is theirs
        screens = screens_of(lines, 2 * frame().top - OTHERS)
        tallest = max(screens, key=lambda screen: screen.height)
        VGroup(made, name, tallest, *[licence] * shared).arrange(DOWN, buff=0.5)
        self.play(FadeIn(made), Write(name), run_time=STEADY)
        for before, screen in zip([None, *screens], screens, strict=False):
            screen.move_to(tallest)
            if before:
                self.play(FadeOut(before, shift=0.2 * UP), run_time=QUICK)
            rising = LaggedStart(*[FadeIn(line, shift=0.2 * UP) for line in screen], lag_ratio=0.6)
            self.play(rising, run_time=2 * STEADY if len(screens) == 1 else 1.2 * len(screen))
            if screen is not screens[-1]:
                self.wait(READING)
        if shared:
            self.play(Write(licence), run_time=2 * STEADY)
        self.wait(2.0 if shared else 0.6)

    def _trained(self, recording: Recording) -> str:
        settings = recording.config
        values = {name: settings[name] for name in TOLD if name in settings} | {"digest": recording.digest[:10]}
        if not {"steps", "model", "of"} & set(settings):
            return self._recorded(recording, values)
        if "hidden" in settings and "of" not in settings:
            told = N_("{name}, {sizes}: {steps} steps, learning rate {learning_rate}, seed {seed}, recording {digest}")
            values["sizes"] = "-".join(map(str, Experiment.from_config(settings).sizes))
        elif "steps" in settings and "of" not in settings:
            told = N_("{name}: {steps} steps, learning rate {learning_rate}, seed {seed}, recording {digest}")
        elif "model" in settings:
            told = N_("{name}: computed with {model}, recording {digest}")
            values["model"] = model_name(settings["model"])
        elif settings["of"]:
            told = N_("{name}: computed from {of}, {examples} images, recording {digest}")
        else:
            told = N_("{name}: measured where this film was made, recording {digest}")
        return self.tr(told, **values)

    def _recorded(self, recording: Recording, values: dict[str, Any]) -> str:
        """Tell what is known of a recording that is no experiment's of ours."""
        values |= {"name": recording.name, "last": recording.last_step}
        if not recording.structure:
            return self.tr(N_("{name}: recorded up to step {last}, recording {digest}"), **values)
        told = N_("{name}: {count} parameters, recorded up to step {last}, recording {digest}")
        return self.tr(told, **values, count=recording.structure.parameters)


def screens_of(lines: Sequence[Words], room: float) -> list[VGroup]:
    """Return lines below each other, on as few screens of the height `room` as hold them, all about as full."""
    heights = [line.height + APART for line in lines]
    fewest = len(_filled(heights, room + APART))
    limits = np.linspace(sum(heights) / fewest, room + APART, 12)
    screens = next(parts for limit in limits if len(parts := _filled(heights, limit + 1e-6)) == fewest)
    return [VGroup(*[lines[place] for place in screen]).arrange(DOWN, buff=APART) for screen in screens]


def _filled(heights: Sequence[float], limit: float) -> list[list[int]]:
    """Return which lines stand on which screen when each is filled up to `limit`."""
    screens: list[list[int]] = [[]]
    for place, height in enumerate(heights):
        if screens[-1] and sum(heights[one] for one in screens[-1]) + height > limit:
            screens.append([])
        screens[-1].append(place)
    return screens
