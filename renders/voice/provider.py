"""Defines what a voice is, and finds the voices that there are.

A voice comes from a module of ours, named in `VOICES`, or from any installed package that has an entry point in the
group "neuroreel.voices": a function that takes the speaker's name ("" for the usual one) and returns a `Voice`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol

from renders.base.errors import RenderError, WrongUsageError

if TYPE_CHECKING:
    import numpy as np

# By name, so that what is silent does not depend on how it would be spoken
VOICES = {"kokoro": "renders.voice.kokoro:Kokoro"}
GROUP = "neuroreel.voices"


class VoiceError(RenderError):
    """An error where a voice is not installed, or cannot speak."""


class Voice(Protocol):
    """Speaks one line of narration after another.

    name: as after `--speaker`. languages: which it speaks, of `scenes.language.translation.LANGUAGES`. rate: samples a
    second. speeds: by language, the speed at which it says 2.4 words or 4 Chinese characters a second, the films' pace.
    """

    name: str
    languages: tuple[str, ...]
    rate: int
    speeds: Mapping[str, float]

    def fingerprint(self) -> str:
        """Return a text that changes when the same line would sound otherwise: model, speaker, versions."""

    def speak(self, text: str, language: str, speed: float = 1.0) -> np.ndarray:
        """Return `text`, which holds words and punctuation alone, as mono samples, float32 from -1 to 1.

        speed: 1 is the voice's own, 0.5 takes twice as long.
        """


@cache
def find_voice(told: str) -> Voice:
    """Return the voice that a text such as "kokoro" or "kokoro:af_heart" names.

    Raises WrongUsageError where there is none of that name, VoiceError where it is not installed.
    """
    name, colon, speaker = told.partition(":")
    makers = _makers()
    if name not in makers or (colon and not speaker):
        raise WrongUsageError(f"no speaker '{told}': there is {', '.join(sorted(makers))}")
    return makers[name]()(speaker)


def require_voice(told: str, language: str) -> None:
    """Raise WrongUsageError or VoiceError where a voice cannot speak a language; "" is no voice, and always allowed."""
    if told and language not in (spoken := find_voice(told).languages):
        raise WrongUsageError(f"{told} speaks {', '.join(spoken)}, not {language}: take another --speaker")


def _makers() -> dict[str, Callable[[], Callable[[str], Voice]]]:
    """Return a function that imports each voice, by its name."""
    others = {point.name: point.load for point in entry_points(group=GROUP)}
    return others | {name: lambda place=place: _load(place) for name, place in VOICES.items()}


def _load(place: str) -> Callable[[str], Voice]:
    module, _, name = place.partition(":")
    made: Callable[[str], Voice] = getattr(import_module(module), name)
    return made
