"""Defines the base class of beats: one idea, one scene class, a script that reads as prose.

    class ManyThrees(Beat):
        def script(self) -> None:
            with self.say("This is a three.") as line:
                self.play(FadeIn(digit), run_time=line.remaining)

A line of narration is a caption; its block lasts at least as long as the line takes to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np
from manim import UR, FadeIn, FadeOut, Group, Scene
from manim.mobject.mobject import Mobject
from manim.utils.color import ParsableManimColor

from scenes.beats.claims import ClaimLog, texts_in
from scenes.beats.pace import AFTER_QUESTION, AFTER_RESULT, BREATH, speaking_time
from scenes.beats.timeline import (
    Caption,
    Line,
    Pace,
    Said,
    StepShown,
)
from scenes.evidence.evidence import Because, Evidence, EvidenceError, Recorded, Shown, as_evidence, require_evidence
from scenes.evidence.series import Series
from scenes.language.translation import LANGUAGES, N_, translate, written
from scenes.language.wording import in_palette
from scenes.look.boxes import FrameBox
from scenes.look.style import LABEL, MARGIN, QUICK, REST, SMALL, palette
from scenes.text.typeset import Words

if TYPE_CHECKING:
    from engine.recording import Recording

M = TypeVar("M", bound=Mobject)
STYLE = ("weight", "align", "line_width", "code")  # of how `Words` sets a text


class Beat(Scene):
    """A scene that shows one idea of a chapter, drawn from recordings.

    data: the recordings that the catalogue names for this beat, each narrowed to the arrays named there. pace: how long
    a line takes to say. loop: whether the beat ends on the picture that it opens with, so that it can start over.
    Subclasses write `script`. A beat that goes on where another ended names that one's last picture in `first_picture`
    and builds it in `open` without motion; the other says the same in `last_picture`. All others begin and end on an
    empty frame.
    """

    rest: ClassVar[float] = REST  # seconds on the last picture
    first_picture: ClassVar[str] = ""
    last_picture: ClassVar[str] = ""

    _playing = False  # looked at when the animation is over: within it nothing is whole

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
        self.steps_shown: list[StepShown] = []
        self.log = ClaimLog(self.beat_name, data)
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
        quiet = self.time - self.captions[-1].end if self.captions else 0.0
        rest = max(self.rest - quiet, self.rest / 4)
        self.wait(rest)
        self.poster_time = max(0.0, self.time - rest / 2)
        if self.loop and self.first_picture:
            self._come_back()
        elif (self.loop or not self.last_picture) and self.mobjects:
            self.play(FadeOut(Group(*self.mobjects)), run_time=QUICK)
            self.wait(2 / self.camera.frame_rate)  # a few frames truly empty: the next beat starts there

    def _come_back(self) -> None:
        """Fade from the last picture to the opening one, on which the film can start over."""
        last = list(self.mobjects)
        self.clear()
        self.open()
        opening = list(self.mobjects)
        self.clear()
        self.add(*last)
        self.play(FadeOut(Group(*last)), FadeIn(Group(*opening)), run_time=QUICK)
        self.wait(2 / self.camera.frame_rate)

    def mark_step(self, experiment: str, step: float) -> None:
        """Note that the picture now shows what `experiment` recorded at `step`; for the film's provenance.

        To be called before the picture is drawn that shows it; of two at one time the later counts.
        """
        last = next((shown for shown in reversed(self.steps_shown) if shown.experiment == experiment), None)
        if last and last.step == step:
            return
        if last and last.time >= self.time - 1e-6:
            self.steps_shown.remove(last)
        self.steps_shown.append(StepShown(float(self.time), experiment, float(step)))

    # What it rests on -------------------------------------------------------------------------------------------------

    @property
    def beat_name(self) -> str:
        """The beat's name, that of its file."""
        return type(self).__module__.rpartition(".")[2]

    @property
    def claims(self) -> list[dict[str, Any]]:
        """The claims made on screen, as plain JSON: the time, the text and the evidence of each."""
        return [
            {"time": round(claim.time, 4), "text": claim.text, "evidence": self._told(claim.evidence)}
            for claim in self.log.claims
        ]

    def claims_on_screen(self) -> tuple[dict[str, Any], ...]:
        """Return the claims that the picture makes now, as plain JSON, each with the time 0."""
        return tuple(
            {"time": 0.0, "text": text, "evidence": self._told(evidence)}
            for text, evidence in self.log.standing(self.mobjects)
        )

    def recorded(self, experiment: str, name: str, **selection: Any) -> Recorded:
        """Return what a recording holds, as evidence that tells where. name: of an array, or `config.NAME`."""
        recording = self.data[experiment]
        if name.startswith("config."):
            return Recorded(experiment, name, {}, recording.config[name.removeprefix("config.")])
        return Recorded(experiment, name, selection, recording.read(name, **selection))

    def series(self, experiment: str, name: str, **selection: Any) -> Series:
        """Return the recorded states of an array over the steps. selection: of its other axes."""
        evidence = self.recorded(experiment, name, **selection)
        return Series(self.data[experiment].steps(name), evidence.content, evidence)

    def steps_of(self, experiment: str, name: str) -> Recorded:
        """Return the step numbers of an array, as numbers that may be shown."""
        return Recorded(experiment, name, {"axis": "step"}, self.data[experiment].steps(name))

    def clock_of(self, experiment: str, name: str) -> Series:
        """Return the steps of an array as a series over themselves, for a number that shows the step."""
        steps = self.data[experiment].steps(name)
        return Series(steps, steps, self.steps_of(experiment, name))

    @staticmethod
    def ground(mobject: M, because: Because) -> M:
        """Give evidence to a drawing, and to the texts and numbers in it that have none of their own, and return it."""
        evidence = as_evidence(because)
        mobject.evidence = (*getattr(mobject, "evidence", ()), *evidence)
        for text, _ in texts_in(mobject.submobjects):
            text.evidence = getattr(text, "evidence", ()) or evidence
        return mobject

    @staticmethod
    def choose(*cases: Said, otherwise: Said | None = None) -> Said:
        """Return the first line that holds, else `otherwise`; raises EvidenceError where there is neither."""
        found = next((case for case in cases if case.holds), otherwise)
        if found is None:
            raise EvidenceError(f"none of these lines holds: {'; '.join(case.text for case in cases)}")
        return found

    def _rests(
        self, text: str, because: Because, values: Mapping[str, str], *, ruled: bool = False
    ) -> tuple[Evidence, ...]:
        """Return the evidence of an English text; raises EvidenceError where it lacks some in any language."""
        shown = [translate(text, language, values) for language in LANGUAGES]
        evidence = require_evidence(shown, because, ruled=ruled)
        self.log.note(evidence)
        return evidence

    def _told(self, evidence: Iterable[Evidence]) -> tuple[dict[str, Any], ...]:
        """Return evidence as plain JSON, its keys with the beat's name before them."""
        told = [one.told() for one in evidence if not isinstance(one, Shown)]
        return tuple(
            {**one, "key": f"{self.beat_name}.{one['key']}"} if one["kind"] == "measured" else one for one in told
        )

    def add(self, *mobjects: Mobject) -> Beat:
        super().add(*mobjects)
        if not self._playing:
            self.log.look(mobjects, float(self.time))
        return self

    def play(self, *args: Any, **kwargs: Any) -> None:
        """Play animations; the evidence of what is on screen is checked when they are over."""
        start = float(self.time)
        self._playing = True
        super().play(*args, **kwargs)
        self._playing = False
        self.log.look(self.mobjects, start)

    # What is said and written -----------------------------------------------------------------------------------------

    @contextmanager
    def say(
        self, text: str | Said, because: Because = None, *, result: object = False, **values: object
    ) -> Iterator[Line]:
        """Say a line while the block's animations play; the block lasts at least as long as the line.

        because: what the line rests on. values: what it tells, for each `{name}` in the text; whole numbers get their
        commas. result: whether it is a result, which all before led to. After a result, and after a question, there is
        time to think. Raises EvidenceError where a line lacks evidence, or its evidence does not hold.
        """
        line_of = text if isinstance(text, Said) else Said(text, because, values)
        start, english = self.time, in_palette(line_of.text)
        told = {name: written(value) for name, value in line_of.values.items()}
        evidence = self._rests(english, line_of.because, told, ruled=True)
        line = Line(self, self.pace(self.translate(english, **told)))
        yield line
        remaining = start + line.seconds - self.time
        if remaining > 1 / self.camera.frame_rate:
            self.wait(remaining)
        self.captions.append(Caption(start, self.time, english, told, self._told(evidence)))
        self.wait(AFTER_RESULT if result else AFTER_QUESTION if english.rstrip().endswith("?") else BREATH)

    def translate(self, text: str, **values: object) -> str:
        """Return an English text in the film's language, with `values` put in their places."""
        told = {name: written(value) for name, value in values.items()}
        return translate(in_palette(text), self.language, told, needed=True)

    def words(
        self,
        text: str | Said,
        size: float = LABEL,
        color: ParsableManimColor | None = None,
        *,
        because: Because = None,
        values: Mapping[str, object] | None = None,
        **more: Any,
    ) -> Words:
        """Return an English text, or a line that was chosen, set in the film's language.

        because: what it rests on. values: for each `{name}` in it; they may also be given one by one. more: these, and
        how it is set, as `Words` takes it.
        """
        style = {name: more.pop(name) for name in STYLE if name in more}
        told_of = text if isinstance(text, Said) else Said(text, because, {**(values or {}), **more})
        told = {name: written(value) for name, value in told_of.values.items()}
        evidence = self._rests(in_palette(told_of.text), told_of.because, told)
        return Words(self.translate(told_of.text, **told), size, color, because=evidence, **style)

    def words_within(self, width: float, text: str | Said, size: float = LABEL, **kwargs: Any) -> Words:
        """Return an English text set in the film's language, in several lines where one would be wider than `width`."""
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

    def note_in(self, box: FrameBox, text: str, because: Because = None, **values: object) -> Words:
        """Return small print that stands in a box of the frame: what is drawn, from how much, by which rule."""
        style = {"color": palette().muted, "because": because, "values": values}
        return box.place(self.words_within(box.width, text, SMALL, **style))

    def tag(self, text: str = N_("illustration")) -> Words:
        """Return the tag in the upper right corner that marks what on screen does not come from a recording."""
        tag = self.words(text, SMALL, color=palette().muted)
        return tag.to_corner(UR, buff=MARGIN)

    def keep_only(self, *kept: Mobject, run_time: float = QUICK) -> None:
        """Fade out all that is on the frame but `kept`."""
        gone = [mobject for mobject in self.mobjects if mobject not in kept]
        if gone:
            self.play(FadeOut(Group(*gone)), run_time=run_time)
