"""A line is spoken once, measured, and found again; what is damaged is spoken anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from renders.base.errors import WrongUsageError
from renders.voice.narrator import EDGE, find_narrator
from renders.voice.provider import find_voice
from scenes.beats.pace import speaking_time
from tests.renders.voice.beeps import RATE, SPOKEN, WORD, Beeps, beeping, forget

LINE = "A square grows, and grows again."


@pytest.fixture(autouse=True)
def beeps() -> Iterator[None]:
    with beeping():
        yield


@pytest.mark.parametrize("pace", [1.0, 0.8])
def test_a_line_takes_as_long_as_it_is_heard(tmp_path: Path, pace: float) -> None:
    heard = len(LINE.split()) * WORD / (Beeps.speeds["en"] * pace)
    assert find_narrator("beeps", "en", tmp_path, pace).pace(LINE) == pytest.approx(heard + 2 * EDGE, abs=0.005)


def test_a_fast_voice_leaves_a_line_the_time_that_it_has_in_a_silent_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Beeps, "speeds", {"en": 3.0})
    assert find_narrator("beeps", "en", tmp_path).pace(LINE) == speaking_time(LINE)


def test_silence_at_both_ends_is_cut_off(tmp_path: Path) -> None:
    sound = find_narrator("beeps", "en", tmp_path).sound(LINE)
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    assert loud[0] / RATE == pytest.approx(EDGE, abs=0.005)
    assert (len(sound) - loud[-1]) / RATE == pytest.approx(EDGE, abs=0.005)


def test_a_short_line_is_on_screen_for_a_second(tmp_path: Path) -> None:
    assert find_narrator("beeps", "en", tmp_path).pace("No.") == speaking_time("No.") == 1.0


@pytest.mark.parametrize("line", ["", "   ", "…", "🙂"])
def test_where_there_is_nothing_to_say_nobody_is_asked(tmp_path: Path, line: str) -> None:
    narrator = find_narrator("beeps", "en", tmp_path)
    assert narrator.pace(line) == speaking_time("No.") == 1.0 and len(narrator.sound(line)) == 0
    assert SPOKEN == []


def test_what_was_said_is_found_again_the_same(tmp_path: Path) -> None:
    before = find_narrator("beeps", "en", tmp_path).sound(LINE)
    assert SPOKEN == [LINE]
    forget()
    assert np.array_equal(find_narrator("beeps", "en", tmp_path).sound(LINE), before)
    assert SPOKEN == []


def test_the_voice_is_handed_words(tmp_path: Path) -> None:
    find_narrator("beeps", "en", tmp_path).sound("784 × σ")
    assert SPOKEN == ["seven hundred eighty-four times sigma"]


def test_another_line_speaker_language_or_version_is_said_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find_narrator("beeps", "en", tmp_path).sound(LINE)
    find_narrator("beeps", "en", tmp_path).sound("Another line.")
    find_narrator("beeps:high", "en", tmp_path).sound(LINE)
    find_narrator("beeps", "zh_CN", tmp_path).sound(LINE)
    monkeypatch.setattr(Beeps, "fingerprinted", "2")
    find_narrator("beeps", "en", tmp_path).sound(LINE)
    assert len(SPOKEN) == 5 == len(list((tmp_path / "voice").iterdir()))


@pytest.mark.parametrize("damage", [b"", b"RIFF", None])
def test_a_damaged_sound_is_said_anew(tmp_path: Path, damage: bytes | None) -> None:
    before = find_narrator("beeps", "en", tmp_path).sound(LINE)
    (kept,) = (tmp_path / "voice").iterdir()
    kept.write_bytes(kept.read_bytes()[:-1000] if damage is None else damage)
    forget()
    assert np.array_equal(find_narrator("beeps", "en", tmp_path).sound(LINE), before)
    assert SPOKEN == [LINE]


def test_a_voice_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no breath")

    monkeypatch.setattr(find_voice("beeps"), "speak", fail, raising=False)
    with pytest.raises(RuntimeError, match="no breath"):
        find_narrator("beeps", "en", tmp_path).sound(LINE)
    assert not list(tmp_path.rglob("*.wav"))


def test_nobody_reads_a_language_that_the_voice_does_not_speak(tmp_path: Path) -> None:
    with pytest.raises(WrongUsageError, match="not zh_CN"):
        find_narrator("beeps:english", "zh_CN", tmp_path)
