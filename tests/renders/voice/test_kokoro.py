"""Kokoro says what it should, in both languages; and where it is not installed, how to get it."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from renders.base.errors import WrongUsageError
from renders.voice import kokoro
from renders.voice.kokoro import LONGEST, _breaths
from renders.voice.provider import VoiceError, find_voice

try:
    VOICE = find_voice("kokoro")
except VoiceError as error:
    REASON = str(error)
else:
    REASON = ""
needs_kokoro = pytest.mark.skipif(bool(REASON), reason=REASON)

ENGLISH = {
    "The network reads a digit.": "ðə nˈɛtwˌɜɹk ɹˈidz ɐ dˈɪʤət.",
    "An input, the output.": "ɐn ˈɪnpˌʊt, ði ˈWtpˌʊt.",
    "a superscript one": "ˈA sˈupəɹskɹˌɪpt wˈʌn",
    "W times x": "dˈʌbᵊlju tˈImz ˈɛks",
    "GPT three": "ʤˌipˌitˈi θɹˈi",
    "relloo and soft max": "ɹˈɛlu ænd sˈɔft mˈæks",
    "Neurons fitted, fitting, weighted.": "nˈʊɹˌɑnz fˈɪTᵻd, fˈɪTɪŋ, wˈATᵻd.",
    "It was read twice; we read it.": "ˌɪt wʌz ɹˈɛd twˈIs; wi ɹˈid ɪt.",
    "the network's weights' sum": "ðə nˈɛtwˌɜɹks wˈAts sˈʌm",
}


@needs_kokoro
@pytest.mark.parametrize(("text", "phonemes"), ENGLISH.items())
def test_english_is_said_by_the_dictionary(text: str, phonemes: str) -> None:
    from renders.voice.english import English

    assert English()(text) == phonemes


@needs_kokoro
def test_a_british_speaker_is_read_to_in_british() -> None:
    from renders.voice.english import English

    assert English(british=True)("not a car") != English()("not a car")
    assert "ɒ" in English(british=True)("not")


@needs_kokoro
def test_chinese_has_its_tones_and_latin_words_their_english() -> None:
    from renders.voice.chinese import Chinese
    from renders.voice.english import English

    said = Chinese(English())("权重是 W，用 softmax。")
    assert said.startswith("ʨʰɥɛ↗nꭧʊ↘ŋ ") and "dˈʌbᵊlju, " in said and said.endswith("sˈɔftmæks.")


@needs_kokoro
@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("一行", "i→xa↗ŋ"),
        ("运行", "y↘nɕi↗ŋ"),
        ("方差", "fa→ŋꭧʰa→"),
        ("斜率为零", "ɕje↗ly↘ wei↗ li↗ŋ"),
        ("得到", "tɤ↗tau↘"),
        ("找得到", "ꭧau↓tɤtau↘"),
        ("多长", "two→ꭧʰa↗ŋ"),
    ],
)
def test_characters_of_several_readings_are_read_as_our_subject_does(text: str, phonemes: str) -> None:
    from renders.voice.chinese import Chinese

    assert Chinese(str)(text) == phonemes


@needs_kokoro
@pytest.mark.parametrize(("text", "language"), [("Is it?", "en"), ("是吗？", "zh_CN")])
def test_it_speaks_both_languages(text: str, language: str) -> None:
    voice = find_voice("kokoro")
    sound = voice.speak(text, language)
    assert sound.dtype == np.float32 and sound.ndim == 1
    assert 0.5 < len(sound) / voice.rate < 3 and 0.05 < np.abs(sound).max() < 2


@needs_kokoro
def test_it_says_the_same_each_time() -> None:
    assert np.array_equal(*[find_voice("kokoro").speak("No.", "en") for _ in range(2)])


@needs_kokoro
def test_a_speaker_of_ones_own_choice_speaks_one_language() -> None:
    assert find_voice("kokoro").languages == ("en", "zh_CN")
    assert find_voice("kokoro:bm_george").languages == ("en",)
    assert find_voice("kokoro:zm_yunxi").languages == ("zh_CN",)
    assert find_voice("kokoro:bm_george").fingerprint() != find_voice("kokoro").fingerprint()
    with pytest.raises(WrongUsageError, match="no speaker 'nobody': there are af_alloy"):
        find_voice("kokoro:nobody")


@needs_kokoro
def test_an_empty_line_is_nothing() -> None:
    assert len(find_voice("kokoro").speak("", "en")) == 0


def test_what_is_long_is_cut_where_one_may_breathe() -> None:
    stop, comma, sound = 4, 3, 50
    ends = (frozenset({stop}), frozenset({comma}))
    sentence = [sound] * 150 + [comma] + [sound] * 148 + [stop]
    parts = list(_breaths(sentence * 3, ends))
    assert [len(part) for part in parts] == [300, 300, 300] and [*chain(*parts)] == sentence * 3
    assert [len(part) for part in _breaths([sound] * 150 + [comma] + [sound] * 300, ends)] == [151, 300]
    assert [len(part) for part in _breaths([sound] * (LONGEST + 1), ends)] == [LONGEST, 1]
    assert list(_breaths([], ends)) == []


@pytest.mark.parametrize("missing", ["package", "speakers", "one"])
def test_where_it_is_not_installed_one_line_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    if missing == "package":
        monkeypatch.setattr(kokoro, "PACKAGES", ("no-such-package",))
    else:
        monkeypatch.setattr(kokoro, "PACKAGES", ("numpy",))
        monkeypatch.setattr(kokoro, "speakers_folder", lambda: tmp_path / ("none" if missing == "speakers" else ""))
    with pytest.raises(VoiceError, match=r"^[^\n]*run: make voice$"):
        kokoro.Kokoro()
