"""Defines the base class of beats that draw a recording that anybody may have made, of any model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import DL

from scenes.beats.beat import Beat
from scenes.evidence.evidence import Because, Measured, Recorded, as_evidence
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.look.style import MARGIN, SMALL, palette
from scenes.text.typeset import Words, can_be_set

if TYPE_CHECKING:
    from engine.recording import Recording

Remark = tuple[str, Because, Mapping[str, object]]  # an English text, what it rests on, and the values that it tells
WIDEST = 11.5  # scene units that remarks may take beside the number of the step


class OwnBeat(Beat):
    """A beat that is drawn from one recording, and takes it as it is."""

    @property
    def recording(self) -> Recording:
        """The recording, narrowed to what the composition says that the beat draws."""
        (recording,) = self.data.values()
        return recording

    @property
    def film(self) -> str:
        """The name under which the beat is given its recording."""
        (name,) = self.data
        return name

    @cached_property
    def classes(self) -> list[str] | None:
        """The names of the classes as the recording has them, a number for one in letters that no font here has."""
        told = self.recording.config.get("classes")
        if not isinstance(told, list):
            return None
        number = self.translate(N_("class {number}"), number="{number}")
        names = enumerate(map(str, told))
        return [name if can_be_set(name) else number.format(number=at) for at, name in names]

    def about_classes(self) -> list[Remark]:
        """Return the remark that classes have numbers in place of their names; none where they have not."""
        told = [str(name) for name in self.recording.config["classes"]] if self.classes else []
        count = sum(name != shown for name, shown in zip(told, self.classes or (), strict=True))
        if not count:
            return []
        how = N_("classes whose names have letters that no font of these films has")
        numbered = self.measured("numbered", {"count": count}, how, "config.classes")
        text = N_("numbered: {count} classes whose names no font here has the letters of")
        return [(text, numbered, {"count": count})]

    def of(self, *names: str) -> tuple[str, ...]:
        """Return arrays and settings as evidence names them; all that the beat is given unless some are named."""
        return tuple(f"{self.film}/{name}" for name in names or sorted(self.recording.arrays))

    def measured(
        self,
        key: str,
        value: Any,
        how: str,
        *names: str,
        rule: Callable[[Any], bool] | None = None,
        reason: str = "",
    ) -> Measured:
        """Return a measurement of the recording. names: of the arrays; all that the beat is given unless named."""
        return Measured(key, value, how, self.of(*names), rule, reason)

    def steps(self, *names: str) -> Series:
        """Return the steps at which any of the arrays named was recorded, in order, as a series over themselves."""
        arrays = [name for name in names or self.recording.arrays if "step" in self.recording.arrays[name].axes]
        found = np.unique(np.concatenate([self.recording.steps(name) for name in arrays]))
        return Series(found, found, Recorded(self.film, arrays[0], {"axis": "step"}, found))

    def showing_step(self, step: float) -> None:
        """Note that the picture now shows what was recorded at `step`."""
        self.mark_step(self.film, step)

    def note(self, text: str, because: Because = None, **values: object) -> Words:
        """Return small print for the lower left corner: what was left out, thinned or sampled of what is shown."""
        words = self.words(text, SMALL, palette().muted, because=because, values=values)
        return words.to_corner(DL, buff=MARGIN)

    def notes(self, parts: Iterable[Remark], room: float = WIDEST) -> Words | None:
        """Return several remarks as one note, one behind the other; None where there are none.

        room: scene units that a line may take, each of which holds as many of the remarks as it can.
        """
        told = [(self.translate(text, **values), because) for text, because, values in parts]
        if not told:
            return None
        evidence = [one for _, because in told for one in as_evidence(because)]
        lines = [told[0][0]]
        for text, _ in told[1:]:
            longer = f"{lines[-1]} · {text}"
            lines = [*lines[:-1], longer] if Words(longer, SMALL).width <= room else [*lines, text]
        words = Words("\n".join(lines), SMALL, palette().muted, align="left", because=evidence)
        return words.to_corner(DL, buff=MARGIN)
