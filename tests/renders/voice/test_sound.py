"""The track of a film: each line in its place, all of it as loud as promised, no peak beyond the ceiling."""

from __future__ import annotations

import numpy as np
import pytest

from renders.voice.sound import CEILING, LOUDNESS, RATE, SpokenLine, limited, mastered, measured, track_of


def tone(seconds: float, level: float, pitch: float = 440, rate: int = RATE) -> np.ndarray:
    return (level * np.sin(2 * np.pi * pitch * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def speechlike(seconds: float = 8.0) -> np.ndarray:
    """Return bursts of noise with clicks far above their mean, as consonants are."""
    noise = np.random.default_rng(7).standard_normal(round(seconds * RATE))
    sound = 0.02 * noise * (np.sin(np.arange(len(noise)) / RATE * 12) > 0)
    sound[5000::20_000] *= 20
    return sound.astype(np.float32)


def test_the_meter_reads_what_the_standard_says() -> None:
    """A sine of 997 Hz at -23 dBFS in both channels reads -23 LUFS (EBU Tech 3341, case 1)."""
    loudness, peak = measured(tone(20, 10 ** (-23 / 20), 997))
    assert loudness == pytest.approx(-23, abs=0.1)
    assert peak == pytest.approx(-23, abs=0.2)


def test_the_meter_sees_peaks_between_samples() -> None:
    time = np.arange(RATE)
    between = (0.5 * np.hanning(RATE) * np.sin(np.pi / 2 * time + np.pi / 4)).astype(np.float32)
    assert np.abs(between).max() == pytest.approx(0.5 * 2**-0.5, abs=1e-4)
    assert measured(between)[1] == pytest.approx(20 * np.log10(0.5), abs=0.1)


@pytest.mark.parametrize("level", [0.01, 1.0, 3.0])
def test_a_track_is_as_loud_as_promised_with_its_peaks_held(level: float) -> None:
    loudness, peak = measured(mastered(level * speechlike()))
    assert loudness == pytest.approx(LOUDNESS, abs=0.1)
    assert peak <= CEILING + 0.05


def test_the_limiter_leaves_alone_what_is_below_the_ceiling() -> None:
    quiet = tone(1, 0.5)
    assert np.array_equal(limited(quiet), quiet)
    loud = limited(tone(1, 2.0))
    assert measured(loud)[1] <= CEILING + 0.05
    peaked = quiet.copy()
    peaked[RATE // 2] = 3.0
    held = limited(peaked)
    assert np.array_equal(held[: RATE // 4], quiet[: RATE // 4]), "it gives way around the peak alone"


def test_silence_stays_silence() -> None:
    assert not mastered(np.zeros(RATE, np.float32)).any()
    assert measured(np.zeros(RATE, np.float32)) == (-np.inf, -np.inf)
    assert not track_of([], 2.0).any() and len(track_of([], 2.0)) == 2 * RATE


def test_each_line_begins_where_it_should_whatever_its_rate() -> None:
    lines = [SpokenLine(0.0, tone(1, 0.1, rate=16_000), 16_000), SpokenLine(2.5, tone(1, 0.1, rate=24_000), 24_000)]
    heard = np.abs(track_of(lines, 5.0)) > 0.02
    assert np.flatnonzero(heard)[0] / RATE == pytest.approx(0.0, abs=0.002)
    assert np.flatnonzero(heard[2 * RATE :])[0] / RATE == pytest.approx(0.5, abs=0.002)
    assert not heard[round(1.01 * RATE) : round(2.49 * RATE)].any()


def test_a_line_ends_with_the_film() -> None:
    assert len(track_of([SpokenLine(0.5, tone(2, 0.1), RATE)], 1.0)) == RATE
    assert len(track_of([SpokenLine(3.0, tone(2, 0.1), RATE)], 1.0)) == RATE


def test_the_length_is_that_of_the_film_to_the_sample() -> None:
    assert len(track_of([], 339 / 15)) == round(339 / 15 * RATE)
