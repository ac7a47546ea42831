"""Composes the film of any recording: lists the beats that there may be, in their order, and what each draws.

Plain data, like the contents of a chapter: neither manim nor torch is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.recording.format.metric_names import METRIC
from scenes.animate.activity.hidden_layers import layers_to_watch
from scenes.animate.heads.heads import attending
from scenes.animate.one_input.stages import way_through
from scenes.animate.path.way import along_the_way
from scenes.animate.regions.answered_grid import arrays_of_regions
from scenes.animate.shared.layers import given_inputs, gradients, weights_and_more
from scenes.animate.shared.scored import arrays_of_answers, arrays_of_predictions
from scenes.animate.space.hidden_space import needs_of
from scenes.animate.writing.written import arrays_of_writing
from scenes.beats.entries import BeatEntry, ChapterEntry
from scenes.language.translation import N_
from scenes.look.choices import CatalogError, no_such

if TYPE_CHECKING:
    from engine.recording import Recording

MOST_WATCHED = 6  # layers whose activations are shown over time


@dataclass(frozen=True)
class PossibleBeat:
    """A beat that a film may have: its name (file and, in CamelCase, class) and its title.

    needs: returns the names of the arrays that it draws of a recording; () where it cannot be drawn. lacking: what
    would have to be recorded for it, told to whoever asks for it by its name.
    """

    name: str
    title: str
    needs: Callable[[Recording], tuple[str, ...]]
    lacking: str


def curves(recording: Recording) -> tuple[str, ...]:
    """Return the metrics that are one number a step, at two steps or more, losses first."""
    names = [
        name
        for name, info in recording.arrays.items()
        if name.startswith(METRIC) and info.axes == ("step",) and info.shape[0] > 1
    ]
    return tuple(sorted(names, key=lambda name: ("loss" not in name, name)))


def made_of(recording: Recording) -> tuple[str, ...]:
    """Return one array, an input of the probe where there is any; () where the model's structure was not recorded."""
    if recording.structure is None or not recording.structure.leaves:
        return ()
    names = (*given_inputs(recording), *recording.arrays)
    return names[:1]


def passed(recording: Recording) -> tuple[str, ...]:
    """Return the arrays that are read of one input on its way through the model."""
    way = way_through(recording)
    return way.arrays if way else ()


def watched(recording: Recording) -> tuple[str, ...]:
    """Return the activations of the layers that are shown over time, recorded at two snapshots or more."""
    return tuple(layer.array for layer in layers_to_watch(recording, MOST_WATCHED))


BEATS: tuple[PossibleBeat, ...] = (
    PossibleBeat("architecture", N_("What it is made of"), made_of, "the model's structure, which Recorder records"),
    PossibleBeat(
        "learning_curves",
        N_("How well it did"),
        curves,
        "a number at two steps or more, such as recorder.step(loss=loss.item())",
    ),
    PossibleBeat("forward_pass", N_("One input on its way through"), passed, "a probe: Recorder(…, probe=inputs)"),
    PossibleBeat(
        "weights_learning",
        N_("What the weights turned into"),
        weights_and_more,
        'the kind "weight" at two snapshots or more',
    ),
    PossibleBeat(
        "descent",
        N_("The way that the training took"),
        along_the_way,
        'finite parameters, two or more, at three snapshots or more, such as Recorder(…, record=("weight", "bias"))',
    ),
    PossibleBeat(
        "gradient_flow",
        N_("How far the learning signal came"),
        gradients,
        'the kind "gradient_norm" or "gradient" at two snapshots or more',
    ),
    PossibleBeat(
        "activations_over_time",
        N_("How alive each layer is"),
        watched,
        'activations at two snapshots or more, such as Recorder(…, record=("activation",), probe=inputs)',
    ),
    PossibleBeat(
        "attention",
        N_("Where its heads look"),
        attending,
        'the kind "pattern" at two snapshots or more: Recorder(…, record=("pattern",), probe=inputs)',
    ),
    PossibleBeat(
        "generation",
        N_("What it writes"),
        arrays_of_writing,
        "a causal model, tokens and their texts: Recorder(…, probe=tokens, tokenizer=…)",
    ),
    PossibleBeat(
        "mistakes",
        N_("What it still gets wrong"),
        arrays_of_answers,
        "inputs and their classes, Recorder(…, probe=inputs, target=classes)",
    ),
    PossibleBeat(
        "predictions",
        N_("How close its predictions come"),
        arrays_of_predictions,
        "inputs and the numbers to be predicted, Recorder(…, probe=inputs, target=numbers)",
    ),
    PossibleBeat(
        "decision_regions",
        N_("What it answers where"),
        arrays_of_regions,
        "inputs of one or two numbers and what is right for them, Recorder(…, probe=inputs, target=…)",
    ),
    PossibleBeat(
        "representation",
        N_("What the last hidden layer sees"),
        needs_of,
        'activations at two snapshots or more, such as Recorder(…, record=("activation",), probe=inputs)',
    ),
)


def compose(recording: Recording, names: Sequence[str] = (), *, name: str) -> ChapterEntry:
    """Return the film of a recording: all beats for which it has what they draw, or those of them that are named.

    name: the film's. Raises CatalogError where a beat that is named does not exist or cannot be drawn, and where
    nothing can be.
    """
    by_name = {beat.name: beat for beat in BEATS}
    for one in names:
        if one not in by_name:
            raise CatalogError(no_such("no beat", one, by_name))
        if not by_name[one].needs(recording):
            raise CatalogError(f"{one} cannot be drawn from {recording.path}: it takes {by_name[one].lacking}")
    drawn = {beat: beat.needs(recording) for beat in BEATS if not names or beat.name in names}
    beats = tuple(BeatEntry(beat.name, beat.title, {name: needs}) for beat, needs in drawn.items() if needs)
    if not beats:
        raise CatalogError(f"nothing can be drawn from {recording.path}: for a start it takes {BEATS[0].lacking}")
    return ChapterEntry(name, recording.name, beats, package_root="scenes", folder="animate")
