"""A film of a pretrained model is one of the model as it is now, known by its content."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.analyses.catalog import MODEL
from engine.data.mnist import DataError
from engine.overrides import Overrides
from engine.recording import Recording
from renders.recordings import models
from renders.recordings.checked_recordings import open_recordings
from renders.recordings.training import trainer_for
from renders.request.parts import FilmPart, beats_of
from renders.request.paths import Paths
from scenes.beats.entries import BeatEntry
from tests.renders.reel import TINY, Reel, never_train, write_recording
from tests.support.tiny_model import replace_weights

WEIGHTS = "model.safetensors"
NEEDS = {"attention-text": ("pattern",), "attention-meanings": ("phrase.stream",)}


@pytest.fixture
def model(saved_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved_model, tmp_path / "model"))


@pytest.fixture
def places(model: Path, tmp_path: Path) -> Paths:
    return replace(Reel(tmp_path / "reel").places, variation=Overrides(model=str(model)))


@pytest.fixture
def pieces() -> tuple[FilmPart, ...]:
    return beats_of(replace(TINY, beats=(BeatEntry("slide", "", NEEDS),)), ("slide",))


def test_a_reading_is_made_again_when_the_weights_were_replaced(
    model: Path, places: Paths, pieces: tuple[FilmPart, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    train = trainer_for(places)
    before = {name: recording.digest for name, recording in open_recordings(pieces, places, train).items()}
    assert open_recordings(pieces, places, never_train), "nothing has changed"
    replace_weights(model)
    capsys.readouterr()
    recordings = open_recordings(pieces, places, train)
    said = capsys.readouterr().out
    for name, recording in recordings.items():
        assert recording.digest != before[name]
        assert recording.origin["model"]["files"][WEIGHTS] == hashlib.sha256((model / WEIGHTS).read_bytes()).hexdigest()
        told = f"{recording.path.name} is not of the model {model} as it is now ({WEIGHTS} differs): it is read again"
        assert said.count(told) == 1
    assert open_recordings(pieces, places, never_train)


def test_a_model_that_is_gone_leaves_what_was_read_of_it(
    model: Path, places: Paths, pieces: tuple[FilmPart, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    open_recordings(pieces, places, trainer_for(places))
    shutil.rmtree(model)
    capsys.readouterr()
    assert open_recordings(pieces, places, never_train)
    assert "the film is drawn from attention-text" in capsys.readouterr().out


def test_what_takes_its_place_and_cannot_be_read_leaves_the_recording(
    model: Path, places: Paths, pieces: tuple[FilmPart, ...]
) -> None:
    before = open_recordings(pieces, places, trainer_for(places))["attention-text"]
    (model / WEIGHTS).write_bytes(b"no weights")
    with pytest.raises(DataError, match="is no whole file of safetensors"):
        open_recordings(pieces, places, trainer_for(places))
    assert Recording.open(before.path).digest == before.digest


def test_a_reading_that_does_not_tell_its_models_content_is_made_again(
    places: Paths, pieces: tuple[FilmPart, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    for name, (array,) in NEEDS.items():
        config = places.wanted(name).config()
        write_recording(places.recording(name), name, (array,), **config)
    recordings = open_recordings(pieces, places, trainer_for(places))
    assert all(recording.config[MODEL] for recording in recordings.values())
    assert capsys.readouterr().out.count("it does not tell the model's content") == 2


def test_of_the_default_model_no_file_is_read(
    places: Paths, pieces: tuple[FilmPart, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = replace(places, variation=None)
    digest = models.digest_of_model(models.digests_of("smollm2"))
    for name, (array,) in NEEDS.items():
        write_recording(usual.recording(name), name, (array,), **{MODEL: digest})

    def never(path: Path, **told: object) -> str:
        raise AssertionError(f"{path} was read")

    monkeypatch.setattr(models, "file_hash", never)
    assert open_recordings(pieces, usual, never_train)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the files whose bytes are read to know a model, which grows."""
    names: list[str] = []
    read: Callable[[Path], str] = models.file_hash.__globals__["_hash"]

    def noted(path: Path) -> str:
        names.append(path.name)
        return read(path)

    monkeypatch.setattr("renders.base.seals._hash", noted)
    monkeypatch.setattr("renders.base.seals.FRESH", 0)
    return names


def test_a_model_is_hashed_once_a_render(places: Paths, pieces: tuple[FilmPart, ...], hashed: list[str]) -> None:
    open_recordings(pieces, places, trainer_for(places))
    hashed.clear()
    for _ in range(2):
        open_recordings(pieces, places, never_train)
    assert hashed.count(WEIGHTS) == 2
    assert not places.stamps.exists()


def test_a_large_model_is_hashed_again_only_when_a_file_was_touched(
    model: Path, places: Paths, pieces: tuple[FilmPart, ...], hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "LARGE", 1)
    open_recordings(pieces, places, trainer_for(places))
    open_recordings(pieces, places, never_train)
    hashed.clear()
    open_recordings(pieces, places, never_train)
    assert hashed == []
    assert places.stamps.exists() and str(model.resolve()) in places.stamps.read_text()
    replace_weights(model)
    open_recordings(pieces, places, trainer_for(places))
    assert hashed == [WEIGHTS]
    assert not [path.name for path in model.iterdir() if "stamp" in path.name]
