"""Draws the card that opens a film and the card that closes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import DOWN, ORIGIN, RIGHT, UP, Create, FadeIn, FadeOut, LaggedStart, Line, VGroup, Write

from engine.recording.format.conventions import layer_sizes, model_title
from scenes.beats.beat import Beat
from scenes.beats.entries import OWN
from scenes.beats.pace import speaking_time
from scenes.beats.timeline import Said, said
from scenes.evidence.evidence import Quoted, Recorded, Source
from scenes.evidence.sources import find_source
from scenes.language.translation import LANGUAGES, N_, translate
from scenes.look.frame import frame
from scenes.look.style import LABEL, QUICK, SMALL, STEADY, THIN, TITLE, palette
from scenes.text.typeset import Words

if TYPE_CHECKING:
    from engine.recording import Recording
    from scenes.beats.entries import ChapterEntry

TITLE_HEIGHT = 3.4  # scene units, at most
OTHERS = 3.0  # scene units of the end card that are not for what the film was made from
EDGE = 0.29  # nearest that a line of the cards comes to the frame's edge, scene units
READING = 3.7  # seconds that a full screen of lines stands, where others follow
READ = 0.8  # of the seconds that a line takes to say, in which it is read
APART = 0.18  # scene units between two of its lines
TOLD = ("name", "steps", "learning_rate", "seed", "of", "examples")  # of a recording's settings


class Card(Beat):
    """A card of a chapter's film, without the chapter's mark."""

    def __init__(self, data: Mapping[str, Recording], *, chapter: ChapterEntry, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.chapter = chapter


class TitleCard(Card):
    """The card that opens a film: the chapter's title, and a line that tells what the film is drawn from."""

    rest = 1.6

    def script(self) -> None:
        width = 2 * frame().right
        quoted = [Quoted(translate(self.chapter.title, language)) for language in LANGUAGES]
        title = self.words_within(width, self.chapter.title, 1.5 * TITLE, because=quoted)
        rule = Line(ORIGIN, 5 * RIGHT, stroke_width=THIN, color=palette().positive)
        room = frame().width - 2 * EDGE
        own, ours = N_("Drawn from what was recorded of a network."), N_("Drawn from networks really trained.")
        told = own if self.chapter.folder == OWN else ours
        promise = self.words_within(room, told, LABEL, color=palette().muted)
        title.scale(min(1.0, width / title.width, TITLE_HEIGHT / title.height))  # a recording may be called anything
        VGroup(title, rule, promise).arrange(DOWN, buff=0.45)
        self.play(Write(title), Create(rule), FadeIn(promise, shift=0.2 * UP), run_time=STEADY)


class EndCard(Card):
    """The card that closes a film: the recordings that it was made from, its sources and its licence."""

    def script(self) -> None:
        name = self.words("neuroreel", 1.3 * TITLE)
        made = self.words(N_("Trained, recorded and drawn with"), SMALL, color=palette().muted)
        lines = [self.small(recorded_line(*one)) for one in self.data.items()]
        foot = self.foot()
        screens = screens_of(lines, 2 * frame().top - OTHERS - foot.height)
        tallest = max(screens, key=lambda screen: screen.height)
        VGroup(made, name, tallest, *foot).arrange(DOWN, buff=0.45)
        self.play(FadeIn(made), Write(name), run_time=STEADY)
        for before, screen in zip([None, *screens], screens, strict=False):
            screen.move_to(tallest)
            if before:
                self.play(FadeOut(before, shift=0.2 * UP), run_time=QUICK)
            rising = LaggedStart(*[FadeIn(line, shift=0.2 * UP) for line in screen], lag_ratio=0.6)
            self.play(rising, run_time=STEADY if len(screens) == 1 else 1.2 * len(screen))
            if screen is not screens[-1]:
                self.wait(READING)
        if len(foot):
            self.play(LaggedStart(*[Write(line) for line in foot], lag_ratio=0.3), run_time=2 * STEADY)
            longest = max(speaking_time(line.text) for line in foot)
            self.wait(max(READING, READ * longest) - self.rest - STEADY)

    def small(self, line: Said) -> Words:
        """Return a line in small print, as wide as the frame allows."""
        told = {"because": line.because, "values": line.values}
        return self.words_within(2 * frame().right, line.text, SMALL, color=palette().muted, **told)

    def foot(self) -> VGroup:
        """Return the sources and the licence of the film, those that it has."""
        foot = VGroup()
        if self.chapter.sources:
            names = " · ".join(find_source(key).short for key in self.chapter.sources)
            sources = [Source(key, "the whole of it", find_source(key).short) for key in self.chapter.sources]
            foot.add(self.small(said(N_("Sources: {names}"), (*sources, Quoted(names)), names=names)))
        if self.chapter.licence:
            text = N_("This film may be shown, cut and shared under {licence}.")
            values = {"licence": self.chapter.licence}
            evidence = Quoted(self.chapter.licence)
            foot.add(self.words_within(2 * frame().right, text, LABEL, because=evidence, values=values))
        return foot


def recorded_line(experiment: str, recording: Recording) -> Said:
    """Return the line that tells what a recording is: its settings, as far as they fit, and its digest.

    experiment: the name by which the film knows it.
    """
    settings = recording.config
    values = {name: settings[name] for name in TOLD if name in settings} | {"digest": recording.digest[:10]}
    values |= {"name": settings.get("name", recording.name)}
    if not {"steps", "model", "of"} & set(settings):
        text = _of_any_model(recording, values)
    elif "hidden" in settings and "of" not in settings:
        text = N_("{name}, {sizes}: {steps} steps, learning rate {learning_rate}, seed {seed}, recording {digest}")
        values["sizes"] = "-".join(map(str, layer_sizes(settings)))
    elif "steps" in settings and "of" not in settings:
        text = N_("{name}: {steps} steps, learning rate {learning_rate}, seed {seed}, recording {digest}")
    elif "model" in settings:
        text = N_("{name}: computed with {model}, recording {digest}")
        values["model"] = model_title(recording)
    elif settings["of"] and "examples" in settings:
        text = N_("{name}: computed from {of}, {examples} images, recording {digest}")
    elif settings["of"]:
        text = N_("{name}: computed from {of}, recording {digest}")
    else:
        text = N_("{name}: timed on {processor}, recording {digest}")
        values["processor"] = recording.origin["machine"]["processor"]
    return Said(text, Recorded(experiment, "config", {}, dict(values)), values)


def _of_any_model(recording: Recording, values: dict[str, Any]) -> str:
    """Return the line of a recording that is no experiment's of ours, and put what it tells into `values`."""
    values["last"] = recording.last_step
    if not recording.structure:
        return N_("{name}: recorded up to step {last}, recording {digest}")
    values["count"] = recording.structure.parameters
    if recording.config.get("changed"):
        return N_("{name}: {count} parameters before it was changed, recorded up to step {last}, recording {digest}")
    return N_("{name}: {count} parameters, recorded up to step {last}, recording {digest}")


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
