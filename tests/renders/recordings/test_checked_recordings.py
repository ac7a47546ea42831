"""Films are drawn from the right recordings, or there is one line that says why not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.analyses.catalog import ANALYSES, parameters_digest
from engine.experiments import EXPERIMENTS
from engine.overrides import Overrides
from engine.recording import Recording, RecordingError
from engine.recording.reading import seals as recording_seals
from renders.base.errors import RenderError
from renders.film.plan import films_of
from renders.recordings.checked_recordings import open_recordings
from renders.request.parts import beats_of
from scenes.beats.entries import BeatEntry
from tests.engine.recording.damaged.headers import make_older
from tests.renders.reel import TINY, Reel, never_train, write_recording


@pytest.fixture
def reel(tmp_path: Path) -> Reel:
    return Reel(tmp_path)


def test_what_is_missing_is_trained_into_its_place(reel: Reel) -> None:
    asked: list[str] = []

    def train(name: str, path: Path) -> None:
        asked.append(name)
        write_recording(path, name)

    recordings = open_recordings(reel.order().pieces, reel.places, train)
    assert asked == ["digits"]
    assert recordings["digits"].path == reel.places.recording("digits")


def test_what_is_there_is_not_trained_and_what_is_not_needed_not_looked_for(reel: Reel) -> None:
    assert open_recordings(reel.order("grow").pieces, reel.places, never_train) == {}
    reel.record()
    assert list(open_recordings(reel.order("slide").pieces, reel.places, never_train)) == ["digits"]


def test_a_recording_of_another_experiment_is_refused(reel: Reel) -> None:
    reel.record("digits-relu", reel.places.recording("digits"))
    with pytest.raises(RenderError, match=r'is a recording of "digits-relu", the film needs "digits"; .* --force'):
        open_recordings(reel.order().pieces, reel.places, never_train)


def test_a_recording_made_with_other_settings_is_refused(reel: Reel) -> None:
    reel.record(hidden=[8])
    with pytest.raises(RenderError, match=r'other settings than "digits" has: hidden: \[8\] .* --force'):
        open_recordings(reel.order().pieces, reel.places, never_train)


def test_a_recording_that_lacks_an_array_is_refused(reel: Reel) -> None:
    reel.record(arrays=("layer1.bias",))
    with pytest.raises(RenderError, match=r"lacks layer3\.bias, which the film draws; .* --force"):
        open_recordings(reel.order().pieces, reel.places, never_train)


def test_a_folder_that_is_no_recording_is_refused(reel: Reel) -> None:
    reel.places.recording("digits").mkdir(parents=True)
    with pytest.raises(RecordingError, match="is not a recording"):
        open_recordings(reel.order().pieces, reel.places, never_train)


def test_films_of_other_parameters_have_names_of_their_own(reel: Reel) -> None:
    reel.record(seed=7)
    recordings = open_recordings(reel.order().pieces, reel.places, never_train)
    names = {film.title: film.files.stem for film in films_of(reel.order(), reel.places, recordings)}
    assert names["A square grows"] == "grow.en.small", "a beat that draws nothing recorded is the same film"
    assert names["A dot slides"].startswith("slide-")
    assert names["A tiny chapter"].startswith("tiny-")
    assert names["A tiny chapter"].removeprefix("tiny") == names["A dot slides"].removeprefix("slide")


def test_films_of_the_default_parameters_are_named_plainly(reel: Reel) -> None:
    reel.record()
    order = replace(reel.order(language="zh_CN"), chapter=TINY)
    films = list(films_of(order, reel.places, open_recordings(order.pieces, reel.places, never_train)))
    assert [film.files.path("mp4").relative_to(reel.places.films) for film in films] == [
        Path("tiny/grow.zh_CN.small.mp4"),
        Path("tiny/slide.zh_CN.small.mp4"),
        Path("tiny.zh_CN.small.mp4"),
    ]


def test_an_analysis_is_computed_again_when_its_network_was_trained_anew(reel: Reel) -> None:
    landscape = BeatEntry("slide", "", {"digits-landscape": ("line.cost",)})
    pieces = beats_of(replace(TINY, beats=(landscape,)), ("slide",))
    asked: list[str] = []

    def compute(name: str, path: Path) -> None:
        asked.append(name)
        if name == "digits":
            reel.record()
            return
        config = {**ANALYSES[name].config(), "seed": 0, "steps": EXPERIMENTS["digits"].steps}
        digest = parameters_digest(Recording.open(reel.places.recording("digits")))
        write_recording(path, name, ("line.cost",), **config, base_digest=digest)

    open_recordings(pieces, reel.places, compute)
    assert asked == ["digits", "digits-landscape"]
    open_recordings(pieces, reel.places, never_train)
    reel.record(seed=5, arrays=("layer2.bias",))  # other parameters
    open_recordings(pieces, reel.places, compute)
    assert asked == ["digits", "digits-landscape", "digits-landscape"]


def test_a_varied_network_has_a_place_of_its_own_and_is_trained_so(reel: Reel) -> None:
    places = replace(reel.places, variation=Overrides(hidden=(30, 20), seed=3))
    asked: list[tuple[str, Path]] = []

    def train(name: str, path: Path) -> None:
        asked.append((name, path))
        write_recording(path, name, hidden=[30, 20], seed=3)

    reel.record()
    recordings = open_recordings(reel.order().pieces, places, train)
    assert asked == [("digits", places.recording("digits"))]
    assert places.recording("digits") != reel.places.recording("digits")
    (film,) = (film for film in films_of(reel.order(), places, recordings) if film.whole)
    assert film.variant == {"digits": {"seed": 3, "hidden": [30, 20]}}
    assert film.files.stem.startswith("tiny-")


def test_a_varied_recording_of_other_settings_is_refused(reel: Reel) -> None:
    places = replace(reel.places, variation=Overrides(learning_rate=0.1))
    write_recording(places.recording("digits"), "digits", learning_rate=0.2)
    with pytest.raises(RenderError, match=r"learning_rate: 0\.2 recorded, 0\.1 asked for"):
        open_recordings(reel.order().pieces, places, never_train)


@pytest.mark.parametrize("given", [False, True])
def test_a_recording_that_was_changed_after_it_was_made_is_refused(reel: Reel, given: bool) -> None:
    reel.record()
    path = reel.places.recording("digits")
    chunk = path / "layer3.bias" / "c" / "0" / "0"
    chunk.write_bytes(chunk.read_bytes() + b" ")
    places = replace(reel.places, given={"digits": path}) if given else reel.places
    with pytest.raises(RecordingError, match=r"layer3\.bias/c/0/0 is not the file that was written; .* --force, or"):
        open_recordings(reel.order().pieces, places, never_train)


def test_a_recording_that_an_older_neuroreel_made_can_be_drawn_from(reel: Reel) -> None:
    reel.record()
    make_older(reel.places.recording("digits"))
    assert not open_recordings(reel.order().pieces, reel.places, never_train)["digits"].sealed


def test_what_several_are_made_from_is_checked_once(reel: Reel, monkeypatch: pytest.MonkeyPatch) -> None:
    reel.record()
    digest = parameters_digest(Recording.open(reel.places.recording("digits")))
    needs: dict[str, tuple[str, ...]] = {"digits": ("layer3.bias",)}
    for name in ("digits-landscape", "digits-review"):
        config = {**ANALYSES[name].config(), "seed": 0, "steps": EXPERIMENTS["digits"].steps, "base_digest": digest}
        write_recording(reel.places.recording(name), name, ("line.cost",), **config)
        needs[name] = ("line.cost",)
    checked: list[str] = []

    def note(path: Path, stamps: Path | None = None) -> None:
        checked.append(path.stem)
        recording_seals.check_recording(path, stamps)

    monkeypatch.setattr("renders.recordings.checked_recordings.check_recording", note)
    pieces = beats_of(replace(TINY, beats=(BeatEntry("slide", "", needs),)), ("slide",))
    open_recordings(pieces, reel.places, never_train)
    assert sorted(checked) == ["digits", "digits-landscape", "digits-review"]


def test_of_a_large_recording_it_is_remembered_in_the_cache_what_was_read(
    reel: Reel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_seals, "LARGE", 1)
    monkeypatch.setattr(recording_seals, "FRESH", 0)
    reel.record()
    open_recordings(reel.order().pieces, reel.places, never_train)
    (stamps,) = (reel.places.cache / "recordings").iterdir()
    assert "layer3.bias/c/0/0" in stamps.read_text()
