"""The sound in a film's file: in time with the picture, and of the film's own length."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from renders.captions.writing import Cue
from renders.encode.join import join
from renders.encode.probe import film_info, frame_count
from renders.voice.sound import RATE
from renders.voice.stream import Sound
from tests.renders.films import make_film, moving_square

FRAMES = 97  # at 30 a second: no whole number of AAC's frames
CLICKS = (0.0, 0.5, 1.75, 3.1)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    piece = make_film(folder / "piece.mp4", [moving_square(number) for number in range(FRAMES)])
    samples = np.zeros(round(FRAMES / 30 * RATE), np.float32)
    for click in CLICKS:
        start = round(click * RATE)
        samples[start : start + 480] = 0.5
    cues = {"en": [Cue(0.5, 1.5, "A click")]}
    join([piece], folder / "film.mp4", subtitles=cues, sound=Sound(samples, "zh_CN"))
    return folder / "film.mp4"


def heard(film: Path) -> tuple[float, np.ndarray]:
    """Return when the first sample is heard, and all samples."""
    with av.open(str(film)) as container:
        frames = list(container.decode(audio=0))
    first = frames[0].pts * frames[0].time_base
    return float(first), np.concatenate([frame.to_ndarray()[0] for frame in frames])


def test_each_sound_is_heard_when_it_was_made(film: Path) -> None:
    first, samples = heard(film)
    for click in CLICKS:
        around = samples[max(0, round((click - 0.1 - first) * RATE)) : round((click + 0.1 - first) * RATE)]
        onset = np.flatnonzero(np.abs(around) > 0.2)[0] / RATE + max(click - 0.1, first)
        assert onset == pytest.approx(click, abs=0.003)


def test_the_film_is_as_long_as_its_pictures(film: Path) -> None:
    info = film_info(film)
    assert frame_count(film) == info.frames == FRAMES
    with av.open(str(film)) as container:
        sound = container.streams.audio[0]
        assert float(sound.duration * sound.time_base) == pytest.approx(info.seconds, abs=0.0005)
        assert container.duration / 1e6 == pytest.approx(info.seconds, abs=0.002)
        assert sound.start_time == 0


def test_the_tracks_tell_the_language(film: Path) -> None:
    told = [(track.kind, track.codec, track.language, track.default) for track in film_info(film).tracks]
    assert ("audio", "aac", "zho", True) in told
    assert ("subtitle", "mov_text", "eng", True) in told
    assert [kind for kind, *_ in told] == ["video", "audio", "subtitle"]
    with av.open(str(film)) as container:
        stream = container.streams.audio[0]
        assert (stream.rate, stream.codec_context.layout.name) == (RATE, "stereo")
        assert np.allclose(*next(container.decode(stream)).to_ndarray(), atol=1e-3), "both channels are alike"


def test_a_silent_film_has_no_sound(film: Path, tmp_path: Path) -> None:
    join([film.with_name("piece.mp4")], tmp_path / "silent.mp4")
    assert [track.kind for track in film_info(tmp_path / "silent.mp4").tracks] == ["video"]


def test_a_film_with_alpha_has_its_sound_too(tmp_path: Path) -> None:
    from renders.encode.encoder import EncoderSettings

    piece = make_film(tmp_path / "piece.mov", [moving_square(n) for n in range(30)], EncoderSettings(transparent=True))
    join([piece], tmp_path / "film.mov", sound=Sound(np.zeros(RATE, np.float32), "en"))
    assert [track.kind for track in film_info(tmp_path / "film.mov").tracks] == ["video", "audio"]
    assert film_info(tmp_path / "film.mov").frames == 30
