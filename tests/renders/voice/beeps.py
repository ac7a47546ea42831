"""A voice of the tests' own, which needs nothing installed: a tone for each word, between two silences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import pytest

from renders.voice.narrator import find_narrator
from renders.voice.provider import VOICES, find_voice

RATE = 16_000
WORD, SILENCE = 0.35, 0.2  # seconds
SPOKEN: list[str] = []  # what was really said rather than found again


class Beeps:
    """Beeps, higher for another speaker; it speaks no Chinese when its speaker is called "english"."""

    rate = RATE
    speeds: Mapping[str, float] = {"en": 0.8}
    fingerprinted = "1"

    def __init__(self, speaker: str = "") -> None:
        self.name = f"beeps:{speaker}" if speaker else "beeps"
        self.languages: tuple[str, ...] = ("en",) if speaker == "english" else ("en", "zh_CN")
        self.pitch = 880 if speaker else 440

    def fingerprint(self) -> str:
        return f"{self.name} {self.fingerprinted}"

    def speak(self, text: str, language: str, speed: float = 1.0) -> np.ndarray:
        SPOKEN.append(text)
        words = len(text.split()) if language == "en" else len(text) / 4
        time = np.arange(round(words * WORD / speed * RATE)) / RATE
        tone = 0.1 * np.sin(2 * np.pi * self.pitch * time)
        silence = np.zeros(round(SILENCE * RATE))
        return np.concatenate([silence, tone, silence]).astype(np.float32)


@contextmanager
def beeping() -> Iterator[None]:
    """Let "beeps" be a voice while the block runs."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setitem(VOICES, "beeps", "tests.renders.voice.beeps:Beeps")
        monkeypatch.setitem(VOICES, "absent", "tests.renders.voice.beeps:absent")
        forget()
        yield
    forget()


def forget() -> None:
    """Forget what was said, and who said it, as a new process would."""
    SPOKEN.clear()
    find_voice.cache_clear()
    find_narrator.cache_clear()


def absent(speaker: str) -> Beeps:
    """Stand for a voice that is known and not installed."""
    from renders.voice.provider import VoiceError

    raise VoiceError("the voice absent is not installed (nothing is); run: make nothing")
