"""A beat of the film of a recording that anybody may have made, of any model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manim import DL

from scenes.chapter import Beat
from scenes.style import MARGIN, SMALL, palette

if TYPE_CHECKING:
    from engine.recording import Recording
    from scenes.mobjects.typeset import Words


class OwnBeat(Beat):
    """A beat that is drawn from one recording, and takes it as it is."""

    @property
    def recording(self) -> Recording:
        """The recording, narrowed to what the composition says that the beat draws."""
        (recording,) = self.data.values()
        return recording

    def showing_step(self, step: float) -> None:
        """Note that the picture now shows what was recorded at `step`."""
        (name,) = self.data
        self.showing(name, step)

    def note(self, text: str, **values: object) -> Words:
        """Return small print for the lower left corner: what was left out, thinned or sampled of what is shown."""
        words = self.words(self.tr(text, **values), SMALL, color=palette().muted)
        return words.to_corner(DL, buff=MARGIN)
