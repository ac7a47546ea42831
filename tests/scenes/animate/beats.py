"""Plays a beat of the film of a recording without filming it, and looks for faults of its layout meanwhile."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

from manim import tempconfig

from engine.recording import Recording
from renders.lint.history import LayoutFault
from renders.lint.lint import inspect_scene
from renders.scene.stepping import SteppingRenderer
from scenes.animate.composition import compose
from scenes.beats.beat import Beat
from scenes.beats.loading import load_beat
from tests.support.playing import SETTINGS

KEPT = 6  # beats, which take memory


class _Played(NamedTuple):
    recording: Recording  # held, so that no other has its identity
    beat: Beat
    faults: tuple[LayoutFault, ...]


_PLAYED: OrderedDict[tuple[int, str, str], _Played] = OrderedDict()


def make_beat(recording: Recording, name: str, renderer: Any, language: str = "en") -> Beat:
    """Return a beat of the film of a recording, handed what the composition says that it needs."""
    film = compose(recording, (name,), name="film")
    data = {key: recording.only(arrays) for key, arrays in film.beat(name).needs.items()}
    return load_beat(film, name)(data, language=language, renderer=renderer)


def run_own_beat(recording: Recording, name: str, language: str = "en") -> Beat:
    """Return a beat that was played to its end; the same one for whatever is asked of it."""
    return _played(recording, name, language).beat


def faults_of(recording: Recording, name: str, language: str = "en") -> tuple[LayoutFault, ...]:
    """Return what the layout lint finds in a beat."""
    return _played(recording, name, language).faults


def _played(recording: Recording, name: str, language: str) -> _Played:
    key = (id(recording), name, language)
    if key not in _PLAYED:
        _PLAYED[key] = _play(recording, name, language)
        while len(_PLAYED) > KEPT:
            _PLAYED.popitem(last=False)
    return _PLAYED[key]


def _play(recording: Recording, name: str, language: str) -> _Played:
    beats = []

    def make(renderer: SteppingRenderer) -> Beat:
        beats.append(make_beat(recording, name, renderer, language))
        return beats[0]

    with tempconfig(SETTINGS):
        faults = inspect_scene(make).findings
    return _Played(recording, beats[0], faults)
