"""A beat: one idea, one scene class, a script that reads as prose.

    class ManyThrees(Beat):
        def script(self) -> None:
            with self.say("This is a three.") as line:
                self.play(FadeIn(digit), run_time=line.left)

A line of narration is a caption; its block lasts at least as long as the line takes to say.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from manim import UR, FadeIn, FadeOut, Group, Scene
from manim.mobject.mobject import Mobject

from scenes.mobjects.typeset import Words
from scenes.style import LABEL, MARGIN, QUICK, REST, SMALL, palette
from scenes.translation import N_, translate, written
from scenes.wording import worded

if TYPE_CHECKING:
    from engine.recording import Recording
    from scenes.entries import ChapterEntry

WORDS_A_SECOND = 2.6
CHARACTERS_A_SECOND = 4.5
BREATH = 0.25  # seconds between two lines
SELDOM = 0.2  # seconds between two notes of the step that is shown
Pace = Callable[[str], float]  # from a line, in the film's language, to the seconds that it takes to say
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Caption:
    """A line of narration and when it is said, seconds within the beat.

    text: the English one, put for the palette in force, with a `{name}` for each of the `values` that it tells, which
    are written alike everywhere.
    """

    start: float
    end: float
    text: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StepShown:
    """From `time` on, seconds within the beat, the picture shows what `experiment` recorded at `step`."""

    time: float
    experiment: str
    step: float


def speaking_time(text: str) -> float:
    """Return the seconds that `text` takes to say: 2.6 words a second, or 4.5 Chinese characters."""
    characters = len(_CHINESE.findall(text))
    words = len(_CHINESE.sub(" ", text).split())
    return max(1.0, characters / CHARACTERS_A_SECOND + words / WORDS_A_SECOND)


class Line:
    """The line being said. `seconds` is how long it takes, `left` how much of that is left now."""

    def __init__(self, beat: Beat, seconds: float) -> None:
        self._beat, self.seconds, self._start = beat, seconds, beat.time

    @property
    def left(self) -> float:
        """Seconds of the line still to come, at least 0.3, so that it can always be a run time."""
        return max(0.3, self._start + self.seconds - self._beat.time)

    def share(self, part: float) -> float:
        """Return `part` (0 to 1) of the line's time, at least 0.3 s."""
        return max(0.3, self.seconds * part)


class Beat(Scene):
    """One idea of a chapter, drawn from recordings.

    data: the recordings that the catalogue names for this beat, each narrowed to the arrays named there. pace: how long
    a line takes to say. loop: whether it is to end on the picture that it opens with, so that it can start over.
    Subclasses write `script`. A beat that goes on where another ended names that one's last picture in `opens_with` and
    builds it in `open` without motion; the other says the same in `ends_with`. All others begin and end on an empty
    frame.
    """

    opens_with: ClassVar[str] = ""
    ends_with: ClassVar[str] = ""

    def __init__(
        self,
        data: Mapping[str, Recording],
        *,
        language: str = "en",
        pace: Pace = speaking_time,
        loop: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.data, self.language, self.pace, self.loop = data, language, pace, loop
        self.captions: list[Caption] = []
        self._steps: list[StepShown] = []
        self.poster_time = 0.0
        self.camera.background_color = palette().background
        for recording in data.values():
            recording.clock = lambda: float(self.time)

    def open(self) -> None:
        """Put the opening picture in place, without motion."""

    def script(self) -> None:
        """Play the beat."""
        raise NotImplementedError

    def construct(self) -> None:
        self.open()
        self.script()
        self._rest()

    def _rest(self) -> None:
        self.wait(REST)
        self.poster_time = max(0.0, self.time - REST / 2)
        if self.loop and self.opens_with:
            self._come_back()
        elif (self.loop or not self.ends_with) and self.mobjects:
            self.play(FadeOut(Group(*self.mobjects)), run_time=QUICK)
            self.wait(2 / self.camera.frame_rate)  # a few frames truly empty: the next beat starts there

    def _come_back(self) -> None:
        """Let the last picture turn into the opening one, on which the film can start over, without a gap between."""
        last = list(self.mobjects)
        self.clear()
        self.open()
        opening = list(self.mobjects)
        self.clear()
        self.add(*last)
        self.play(FadeOut(Group(*last)), FadeIn(Group(*opening)), run_time=QUICK)
        self.wait(2 / self.camera.frame_rate)

    def showing(self, experiment: str, step: float) -> None:
        """Note that the picture now shows what `experiment` recorded at `step`; for the film's provenance."""
        last = next((shown for shown in reversed(self._steps) if shown.experiment == experiment), None)
        if not last or last.step != step:
            self._steps.append(StepShown(float(self.time), experiment, float(step)))

    @property
    def steps_shown(self) -> list[StepShown]:
        """Which step the picture showed, and from when on: of those that pass quickly a few a second."""
        return sorted(
            (
                shown
                for experiment in dict.fromkeys(shown.experiment for shown in self._steps)
                for shown in _seldom([shown for shown in self._steps if shown.experiment == experiment])
            ),
            key=lambda shown: shown.time,
        )

    @contextmanager
    def say(self, text: str, **values: object) -> Iterator[Line]:
        """Say a line while the block's animations play; the block lasts at least as long as the line.

        values: what the line tells of the recording, for each `{name}` in the text; whole numbers get their commas.
        """
        start, text = self.time, worded(text)
        told = {name: written(value) for name, value in values.items()}
        line = Line(self, self.pace(self.tr(text, **told)))
        yield line
        remaining = start + line.seconds - self.time
        if remaining > 1 / self.camera.frame_rate:
            self.wait(remaining)
        self.captions.append(Caption(start, self.time, text, told))
        self.wait(BREATH)

    def tr(self, text: str, **values: object) -> str:
        """Return an English text in the film's language, with `values` put in their places."""
        return translate(worded(text), self.language, {name: written(value) for name, value in values.items()})

    def words(self, text: str, size: float = LABEL, **kwargs: Any) -> Words:
        """Set an English text in the film's language."""
        return Words(self.tr(text), size=size, **kwargs)

    def words_within(self, width: float, text: str, size: float = LABEL, **kwargs: Any) -> Words:
        """Set an English text in the film's language, in several lines where one would be wider than `width`."""
        line = self.words(text, size, **kwargs)
        if line.width <= width:
            return line
        broken = self.words(text, size, line_width=width, **kwargs)
        for share in (1.1, 1.25, 1.4):  # as narrow as takes no more lines, so that none is a word alone
            narrow = min(width, share * line.width / np.ceil(line.width / width))
            narrower = self.words(text, size, line_width=narrow, **kwargs)
            if narrower.height <= broken.height + 1e-6:
                return narrower
        return broken

    def tag(self, text: str = N_("illustration")) -> Words:
        """Return the corner tag that tells what on screen is not out of a recording."""
        tag = self.words(text, SMALL, color=palette().muted)
        return tag.to_corner(UR, buff=MARGIN)

    def keep_only(self, *kept: Mobject, run_time: float = QUICK) -> None:
        """Fade out all that is on the frame but `kept`."""
        gone = [mobject for mobject in self.mobjects if mobject not in kept]
        if gone:
            self.play(FadeOut(Group(*gone)), run_time=run_time)


def _seldom(noted: list[StepShown]) -> Iterator[StepShown]:
    """Yield what stood for a while, and of what passed no more than one in `SELDOM` seconds."""
    last = -SELDOM
    for shown, later in zip(noted, [*noted[1:], None], strict=True):
        if shown.time - last >= SELDOM or later is None or later.time - shown.time >= SELDOM:
            last = shown.time
            yield shown


def load_beat(chapter: ChapterEntry, beat_name: str) -> type[Beat]:
    """Import a beat's module and return its class; raises ImportError that names the file and the class expected."""
    entry = chapter.beat(beat_name)
    module = importlib.import_module(chapter.module_of(beat_name))
    beat = getattr(module, entry.class_name, None)
    if not (isinstance(beat, type) and issubclass(beat, Beat)):
        raise ImportError(f"{module.__name__} must define a Beat of the name {entry.class_name}")
    return beat
