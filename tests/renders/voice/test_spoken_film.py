"""A chapter that is spoken: paced by the voice, in time with it, as loud as promised, and silent without it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from engine.recording import Recording
from renders.cache.digest import Digests
from renders.cache.import_graph import ImportGraph
from renders.clip.clip import Clip
from renders.encode.probe import film_info, frame_count
from renders.farm.inline_executor import InlineExecutor
from renders.film.chapter_film import Rendered, render_films
from renders.request.parts import pieces_of
from renders.request.render_request import RenderRequest
from renders.request.style import RenderStyle
from renders.voice import words
from renders.voice.narrator import EDGE
from renders.voice.sound import LOUDNESS, RATE, measured
from tests.renders.reel import SMALL, TINY, Reel, never_train, reel_in
from tests.renders.voice.beeps import SPOKEN, WORD, Beeps, beeping

LONG = "A square grows, and it goes on growing for as long as this is told."
FRAME = 0.1  # seconds of a frame of the reel's films


def spoken_order(reel: Reel, voice: str = "beeps", language: str = "en", beats: tuple[str, ...] = ()) -> RenderRequest:
    return replace(reel.order(*beats, language=language), look=RenderStyle(voice=voice))


def render(reel: Reel, order: RenderRequest) -> Rendered:
    reel.forget_modules()
    return render_films(order, reel.places, never_train, InlineExecutor)


SAID = WORD / Beeps.speeds["en"]  # seconds of a word at the films' pace


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reel]:
    """Return a reel whose chapter was rendered with beeps; copied by all tests, changed by none."""
    with pytest.MonkeyPatch.context() as monkeypatch, beeping():
        reel = reel_in(tmp_path_factory.mktemp("spoken"), monkeypatch)
        reel.record()
        reel.rewrite("grow", '"A square grows."', f'"{LONG}"')
        render(reel, spoken_order(reel))
        yield reel


@pytest.fixture
def reel(first: Reel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reel]:
    copy = first.copy_to(tmp_path)
    with beeping():
        yield reel_in(copy.folder, monkeypatch)


def film_of(reel: Reel, name: str = "tiny", marks: str = ".beeps", language: str = "en") -> Path:
    return reel.places.films / f"{name}.{language}.small{marks}.mp4"


def told_of(film: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(film.with_suffix(".json").read_text(encoding="utf-8"))
    return told


def heard(film: Path) -> np.ndarray:
    """Return the left channel of a film, at `RATE`."""
    with av.open(str(film)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def test_a_line_lasts_as_long_as_its_sound(first: Reel) -> None:
    (line,) = Clip.open(film_of(first, "tiny/grow")).lines
    assert line.end - line.start == pytest.approx(len(LONG.split()) * SAID + 2 * EDGE, abs=FRAME)


@pytest.mark.parametrize("name", ["tiny", "tiny/grow", "tiny/slide"])
def test_every_line_is_heard_while_its_caption_is_shown(first: Reel, name: str) -> None:
    film = film_of(first, name)
    loud = np.abs(heard(film)) > 0.02
    lines = Clip.open(film).lines
    assert len(lines) == (2 if name == "tiny" else 1)
    for line in lines:
        begin, words_said = round(line.start * RATE), len(line.text["en"].split())
        assert np.flatnonzero(loud[begin:])[0] / RATE == pytest.approx(EDGE, abs=0.02)
        assert not loud[max(0, begin - RATE // 5) : begin].any()
        sounding = loud[begin : round((line.start + words_said * SAID + EDGE) * RATE)]
        assert sounding.mean() > 0.8
        assert not loud[round((line.end + FRAME) * RATE) : round((line.end + 0.2) * RATE)].any()


@pytest.mark.parametrize("name", ["tiny", "tiny/grow"])
def test_the_film_is_exactly_as_long_as_its_frames_and_as_loud_as_promised(first: Reel, name: str) -> None:
    film = film_of(first, name)
    info, told = film_info(film), told_of(film)
    assert frame_count(film) == info.frames == round(told["seconds"] * 10)
    with av.open(str(film)) as container:
        stream = container.streams.audio[0]
        assert float(stream.duration * stream.time_base) == pytest.approx(info.seconds, abs=0.001)
    loudness, peak = measured(heard(film)[: round(info.seconds * RATE)])
    assert loudness == pytest.approx(LOUDNESS, abs=0.3)
    assert peak <= -1.0


def test_the_film_tells_of_its_voice(first: Reel) -> None:
    clip = Clip.open(film_of(first))
    assert [(track.kind, track.language) for track in clip.info.tracks if track.kind == "audio"] == [("audio", "eng")]
    assert clip.look and clip.look["voice"] == "beeps"


def test_nothing_is_said_again_where_nothing_has_changed(reel: Reel) -> None:
    assert render(reel, spoken_order(reel)).made == ()
    assert SPOKEN == []


def test_the_sounds_are_said_again_where_they_were_lost(reel: Reel) -> None:
    film_of(reel).with_suffix(".json").unlink()
    for sound in (reel.places.cache / "voice").iterdir():
        sound.unlink()
    before = heard(film_of(reel))
    assert render(reel, spoken_order(reel)).made == (film_of(reel),)
    assert len(SPOKEN) == 2 and np.array_equal(heard(film_of(reel)), before)


def digests(reel: Reel, voice: str) -> set[str]:
    """Return the digests of all pieces."""
    recordings = {"digits": Recording.open(reel.places.recording("digits"))}
    made = Digests(SMALL, "en", recordings, ImportGraph(), RenderStyle(voice=voice))
    return {made.of(piece) for piece in pieces_of(TINY)}


@pytest.mark.parametrize("changed", ["voice", "words"])
def test_another_version_of_the_voice_or_another_word_list_changes_what_is_spoken_alone(
    reel: Reel, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    before, silent = digests(reel, "beeps"), digests(reel, "")
    assert not before & silent and before == digests(reel, "beeps")
    if changed == "voice":
        monkeypatch.setattr(Beeps, "fingerprinted", "2")
    else:
        _use_another_word_list(monkeypatch)
    assert not before & digests(reel, "beeps")
    assert digests(reel, "") == silent


def test_a_film_is_made_anew_with_another_version_of_the_voice(reel: Reel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Beeps, "fingerprinted", "2")
    assert render(reel, spoken_order(reel, beats=("slide",))).made == (film_of(reel, "tiny/slide"),)
    assert SPOKEN == ["A dot slides."]


def _use_another_word_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the word list read as if it had a line more."""
    read = ImportGraph._read
    changed = Path(words.__file__)
    monkeypatch.setattr(ImportGraph, "_read", lambda self, path: read(self, path) + b"#" * (path == changed))


def test_another_language_is_paced_by_itself(reel: Reel) -> None:
    film = render(reel, spoken_order(reel, language="zh_CN", beats=("grow",))).films[-1]
    assert film == film_of(reel, "tiny/grow", language="zh_CN")
    assert [track.language for track in film_info(film).tracks if track.kind == "audio"] == ["zho"]
