"""The film of a recording of anybody's: which beats there may be, in their order, and what each draws.

Plain data, like the contents of a chapter: neither manim nor torch is imported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenes.entries import BeatEntry, CatalogError, ChapterEntry, no_such
from scenes.translation import N_

if TYPE_CHECKING:
    from engine.recording import Recording

METRIC = "metric."
INPUT = "probe.input"
_LAST_LAYER = re.compile(r"layer(\d+)\.activation")  # of our own networks for digits


@dataclass(frozen=True)
class PossibleBeat:
    """A beat that a film may have: its name (file and, in CamelCase, class) and its title.

    needs: what it draws of a recording, names of arrays; () where there is not what it takes. lacking: what would have
    to be recorded for it, told to whoever asks for it by its name.
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


def scores_and_truth(recording: Recording) -> tuple[str, str] | None:
    """Return the names of the scores, (step, batch, …, class), that a model gives its probes, and of what is right.

    None where they are not there, or not all classes have a score.
    """
    arrays, config = recording.arrays, recording.config
    layers = sorted((int(found[1]), name) for name in arrays if (found := _LAST_LAYER.fullmatch(name)))
    if config.get("task") in ("classification", "tokens"):
        scores, truth = "output", "probe.target"
    elif "task" not in config and "probe.label" in arrays and layers:
        scores, truth = layers[-1][1], "probe.label"
    else:
        return None
    if scores not in arrays or truth not in arrays:
        return None
    info, axes = arrays[scores], arrays[scores].axes
    in_part = "feature" in config.get("sampled", {}).get(scores, {}).get("every", {})
    usual = axes in (("step", "batch", "feature"), ("step", "batch", "position", "feature"))
    fits = len(arrays[truth].axes) == len(axes) - 2
    return (scores, truth) if usual and fits and info.shape[0] and info.shape[-1] > 1 and not in_part else None


def answers(recording: Recording) -> tuple[str, ...]:
    """Return scores, what is right, and, where an answer is for a whole input, the inputs."""
    found = scores_and_truth(recording)
    if found is None:
        return ()
    if "position" in recording.arrays[found[0]].axes:
        return found
    inputs = tuple(name for name in recording.arrays if name == INPUT or name.startswith(f"{INPUT}."))
    return (*found, *inputs) if inputs else ()


def predictions(recording: Recording) -> tuple[str, ...]:
    """Return outputs and targets of a regression, and the inputs where each is one number."""
    arrays = recording.arrays
    there = "output" in arrays and "probe.target" in arrays and arrays["output"].shape[0] > 0
    if recording.config.get("task") != "regression" or not there or "batch" not in arrays["output"].axes:
        return ()
    inputs = [name for name in arrays if name.startswith(INPUT)]
    single = len(inputs) == 1 and arrays[inputs[0]].shape[1:] in ((), (1,))
    return ("output", "probe.target", *(inputs if single else ()))


BEATS: tuple[PossibleBeat, ...] = (
    PossibleBeat(
        "learning_curves",
        N_("How well it did"),
        curves,
        "a number at two steps or more, such as recorder.step(loss=loss.item())",
    ),
    PossibleBeat(
        "mistakes",
        N_("What it still gets wrong"),
        answers,
        "inputs and their classes, Recorder(…, probe=inputs, target=classes)",
    ),
    PossibleBeat(
        "predictions",
        N_("How close its predictions come"),
        predictions,
        "inputs and the numbers to be predicted, Recorder(…, probe=inputs, target=numbers)",
    ),
)


def compose(recording: Recording, names: Sequence[str] = (), *, name: str) -> ChapterEntry:
    """Return the film of a recording: all beats for which it has what they draw, or those of them that are named.

    name: the film's. Raises CatalogError for a beat that there is none of, for one that is named and cannot be drawn,
    and where nothing can be.
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
    return ChapterEntry(name, recording.name, beats, package_root="scenes", folder="animate", takes=())
