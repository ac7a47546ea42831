"""Collects what the picture was drawn from at every moment of a film, for the player, which says it in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from renders.clip.clip import ArrayRead, Clip, ClipSection
from renders.web.array_words import arrays_in_words

PICTURE_SETS = ("mnist",)
OF = "of"  # the setting of an analysis that names the experiment it is of


def drawn_in(clip: Clip, section: ClipSection) -> list[dict[str, Any]]:
    """Return what a section has read so far, at each second at which it reads more: `at`, and `of` by experiment.

    Arrays of one experiment that were read at the same steps are one group; one without steps has no training in it.
    """
    moments = []
    for time in dict.fromkeys(reading.time for reading in section.readings):
        known = [reading for reading in section.readings if reading.time <= time]
        moments.append({"at": time, "of": list(_by_experiment(clip, known))})
    return [later for before, later in zip([None, *moments], moments, strict=False) if _of(before) != later["of"]]


def steps_in(section: ClipSection) -> list[list[Any]]:
    """Return which step of which experiment is shown, and from when on: [seconds, experiment, step]."""
    return [[round(shown.time, 3), shown.experiment, shown.step] for shown in section.steps]


def recordings_of(clip: Clip) -> dict[str, dict[str, Any]]:
    """Return the facts of the recordings behind a clip: digest, seed, versions, and the settings that fit a line."""
    return {name: _recording(facts) for name, facts in clip.recordings.items()}


def have_pictures(clip: Clip) -> dict[str, bool]:
    """Return whether the data are pictures, for each experiment behind a clip."""
    return {name: _settings(facts).get("dataset") in PICTURE_SETS for name, facts in clip.recordings.items()}


def _of(moment: Mapping[str, Any] | None) -> Any:
    return moment["of"] if moment else None


def _by_experiment(clip: Clip, known: Sequence[ArrayRead]) -> Iterator[dict[str, Any]]:
    for experiment in dict.fromkeys(reading.experiment for reading in known):
        groups: dict[tuple[int, ...], list[str]] = {}
        for reading in known:
            if reading.experiment == experiment:
                groups.setdefault(reading.steps, []).append(reading.array)
        pictures = have_pictures(clip).get(experiment, False)
        ordered = sorted(groups.items(), key=lambda group: group[0])  # what has no steps comes first
        told = [{"steps": list(steps), "what": arrays_in_words(arrays, pictures=pictures)} for steps, arrays in ordered]
        yield {"experiment": experiment, "groups": told}


def _settings(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    told = facts.get("experiment")
    return told if isinstance(told, Mapping) else {}


def _recording(facts: Mapping[str, Any]) -> dict[str, Any]:
    settings = _settings(facts)
    plain = {name: _written(value) for name, value in settings.items() if name != "name"}
    return {
        "digest": str(facts.get("digest", "")),
        "seed": settings.get("seed"),
        "trained": "steps" in settings,
        "settings": {name: value for name, value in plain.items() if value and len(value) <= 80},
        "versions": {name: str(version) for name, version in (facts.get("versions") or {}).items()},
    }


def _written(value: object) -> str:
    """Return a setting as it is read: lists with commas, nothing for what is not set."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None or isinstance(value, Mapping) else str(value)
