"""Reads the lines of a film with a voice, each of them only once: its sound is kept by a digest.

The picture is paced by it: a line lasts as long as its sound, and no shorter than it would in a silent film.
"""

from __future__ import annotations

import wave
from functools import cache
from pathlib import Path

import numpy as np

from engine.files.replacing import written_whole
from renders.base.hashing import digest_of
from renders.voice.provider import Voice, find_voice, require_voice
from renders.voice.words import verbalize
from scenes.beats.pace import speaking_time

FOLDER = "voice"  # in the cache
QUIET = 0.01  # of the loudest sample: below it is silence
EDGE = 0.03  # seconds kept before and after what is heard
FULL = 32767  # of 16 bits


class Narrator:
    """Reads lines in one language; folder: where the sound of each is kept. pace: 1 is the films' own."""

    def __init__(self, voice: Voice, language: str, folder: Path, pace: float = 1.0) -> None:
        self.rate = voice.rate
        self._voice, self._language, self._folder = voice, language, folder
        self._pace, self._speed = pace, voice.speeds.get(language, 1.0) * pace

    def pace(self, text: str) -> float:
        """Return the seconds that a line takes."""
        return max(speaking_time(text, self._pace), len(self.sound(text)) / self.rate)

    def sound(self, text: str) -> np.ndarray:
        """Return a line as mono samples, float32, trimmed of silence at both ends; none for an empty line."""
        said = verbalize(text, self._language)
        if not any(map(str.isalpha, said)):
            return np.zeros(0, np.float32)
        path = self._folder / f"{digest_of([said, self._language, self._speed, self._voice.fingerprint()])}.wav"
        sound = _read(path, self.rate)
        if sound is None:
            sound = _trimmed(self._voice.speak(said, self._language, self._speed), self.rate)
            _write(path, sound, self.rate)
        return sound


@cache
def find_narrator(voice: str, language: str, cache_folder: Path, pace: float = 1.0) -> Narrator:
    """Return the narrator with a voice in a language at a pace; raises as `require_voice` where it cannot speak."""
    require_voice(voice, language)
    return Narrator(find_voice(voice), language, cache_folder / FOLDER, pace)


def _trimmed(sound: np.ndarray, rate: int) -> np.ndarray:
    """Return a sound without the silence at both ends, at full scale where it went beyond, as 16 bits hold it."""
    heard = np.flatnonzero(np.abs(sound) > QUIET * np.abs(sound).max(initial=0))
    if not len(heard):
        return np.zeros(0, np.float32)
    edge = round(EDGE * rate)
    kept = sound[max(0, heard[0] - edge) : heard[-1] + 1 + edge]
    return (np.round(kept / max(1.0, float(np.abs(kept).max())) * FULL) / FULL).astype(np.float32)


def _read(path: Path, rate: int) -> np.ndarray | None:
    """Return a kept sound, None where there is none or it is damaged."""
    try:
        with wave.open(str(path), "rb") as file:
            frames = file.readframes(file.getnframes())
            if (file.getframerate(), len(frames)) != (rate, 2 * file.getnframes()):
                return None
    except (OSError, EOFError, wave.Error):
        return None
    return np.frombuffer(frames, "<i2").astype(np.float32) / FULL


def _write(path: Path, sound: np.ndarray, rate: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as draft, wave.open(str(draft), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.round(sound * FULL).astype("<i2").tobytes())
