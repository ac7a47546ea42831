"""What several beats read out of the recorded reading of a text: its tokens, its model, the head that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from manim import DOWN, DR, RIGHT, UR

from engine.recording.format.conventions import ASKED_FOR, LOOKS_BACK, model_title
from scenes.evidence.evidence import Measured, Quoted
from scenes.language.translation import N_
from scenes.look.frame import frame
from scenes.look.style import MARGIN, SMALL, palette
from scenes.text.tokens import token_on_screen
from scenes.text.typeset import Words

if TYPE_CHECKING:
    from engine.recording import Recording
    from scenes.beats.beat import Beat

NOTE = 0.25  # em of what may be missed


def tokens_of(recording: Recording) -> list[str]:
    """Return the text's tokens as they were read, blanks included."""
    return list(recording.config["tokens"])


def model_sizes(recording: Recording) -> dict[str, Any]:
    """Return the model's sizes, as `engine.analyses.reading` tells them."""
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


def chosen_note(beat: Beat, recording: Recording, above: Words) -> Words:
    """Return the small print below the corner note that says why it is this head that is shown."""
    settings, anatomy = recording.config, model_sizes(recording)
    if settings["chosen_by"] == ASKED_FOR:
        asked = beat.recorded("attention-text", "config.chosen_by")
        note = beat.words(N_("the head that was asked for"), NOTE, palette().muted, because=asked)
        return note.next_to(above, DOWN, buff=0.12).align_to(above, RIGHT)
    anywhere = settings["chosen_by"] == LOOKS_BACK
    count = anatomy["heads"] * (anatomy["layers"] if anywhere else 1)
    how = N_(
        "the head whose last token gives the greatest weight to a token that is neither the first, nor itself, nor the "
        "one before it"
    )
    value = {"layer": settings["chosen_layer"], "head": settings["chosen_head"], "of": count}
    chosen = Measured("chosen", value, how, ("attention-text/config.chosen_layer", "attention-text/config.chosen_head"))
    lines = (
        N_(
            "of this layer's {count} heads, the one where “{word}” weighs one token most; "
            "first and last two not counted"
        ),
        N_("of all {count} heads, the one where “{word}” weighs one token most; first and last two not counted"),
    )
    word = token_on_screen(tokens_of(recording)[-1])
    told, because = {"count": count, "word": word}, (chosen, Quoted(word))
    note = beat.words(lines[int(anywhere)], NOTE, palette().muted, because=because, values=told)
    return note.next_to(above, DOWN, buff=0.12).align_to(above, RIGHT)
