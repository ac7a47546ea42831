"""What several beats read out of the recorded reading of a text: its tokens, its model, the head that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from manim import DR, UR

from engine.studies import model_title
from scenes.evidence import Quoted
from scenes.frame import frame
from scenes.mobjects.typeset import Words
from scenes.style import MARGIN, SMALL, palette
from scenes.translation import N_

if TYPE_CHECKING:
    from engine.recording import Recording
    from scenes.chapter import Beat


def tokens_of(recording: Recording) -> list[str]:
    """Return the text's tokens as they were read, blanks included."""
    return list(recording.config["tokens"])


def anatomy_of(recording: Recording) -> dict[str, Any]:
    """Return the model's sizes, as `engine.survey_reading` tells them."""
    return dict(recording.config["anatomy"])


def head_note(beat: Beat, recording: Recording) -> Words:
    """Return the corner note that says whose numbers these are: model, layer, head; a square has no room above.

    The head that is shown was asked for, or chosen by a rule that stands in the note's evidence.
    """
    model = model_title(recording)
    choice = [beat.recorded("attention-text", f"config.chosen_{part}") for part in ("layer", "head", "by")]
    note = beat.words(
        N_("{model}, layer {layer}, head {head}"),
        SMALL,
        palette().muted,
        because=(Quoted(model), *choice),
        values={"model": model, "layer": choice[0].content, "head": choice[1].content},
    )
    return note.to_corner(DR if frame().aspect == "1:1" else UR, buff=MARGIN)
