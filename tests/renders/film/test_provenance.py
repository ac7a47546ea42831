"""What a film's provenance tells of steps, and when it can be relied on."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.recording import Recording
from renders.base.errors import RenderError
from renders.cache.entry import Entry
from renders.clip.clip import Clip
from renders.encode.probe import frames_at
from renders.farm.inline_executor import InlineExecutor
from renders.film.chapter_film import render_films
from renders.film.facts import Part, facts_of
from renders.film.provenance import (
    ForeignProvenanceError,
    ProvenanceError,
    is_current,
    read_provenance,
    require_provenance,
    write_provenance,
)
from renders.request.parts import FilmPart, Kind
from tests.renders.film.provenances import piece_told, told_of
from tests.renders.film.retold import retell
from tests.renders.films import make_film, moving_square
from tests.renders.reel import TINY, Reel, never_train, reel_in, write_recording

PIECE = piece_told("slide", {"en": "A", "zh_CN": "甲"}, [], chapter="tiny", start=0.0, seconds=1.0, poster=0.5)
RUNNING = '''"""A dot that is at another place for each step, one a frame."""

from __future__ import annotations

from manim import RIGHT, Dot

from scenes.beats.beat import Beat


class Slide(Beat):
    """A dot runs through the steps."""

    def script(self) -> None:
        dot, steps = Dot([-7, 0, 0], radius=0.3), iter(range(1, 100))

        def go_on(dot: Dot, dt: float) -> None:
            step = next(steps)
            self.mark_step("digits", step)
            dot.move_to((0.5 * step - 7) * RIGHT)

        dot.add_updater(go_on)
        self.add(dot)
        with self.say("It runs."):
            self.wait(2)
        dot.clear_updaters()
'''


@pytest.mark.parametrize(
    ("selection", "steps"),
    [
        ({}, [0, 9]),
        ({"step": -1}, [9]),
        ({"step": 0, "out": 3}, [0]),
        ({"step": slice(None, None, -1)}, [0, 9]),
        ({"step": [1]}, [9]),
        ({"step": slice(0, 0)}, []),
    ],
)
def test_readings_tell_the_steps_of_the_training(
    tmp_path: Path, selection: dict[str, object], steps: list[int]
) -> None:
    write_recording(tmp_path / "digits.zarr")
    recording = Recording.open(tmp_path / "digits.zarr")
    recording.read("layer3.bias", **selection)  # type: ignore[arg-type]
    reads = {"digits": tuple(vars(read) for read in recording.reads)}
    piece = FilmPart(TINY, Kind.BEAT, "slide")
    entry = Entry("", 10, 10, 0.5, 0.0, (), reads, (), tmp_path / "film.mp4")
    told = facts_of([Part(piece, entry, 0.0)], {"digits": recording})
    assert [read["steps"] for read in told["pieces"][0]["reads"]["digits"]] == [steps]


def test_the_step_told_is_the_step_in_the_picture_at_every_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reel = reel_in(tmp_path, monkeypatch)
    reel.record()
    (reel.folder / "reels" / "tiny" / "slide.py").write_text(RUNNING, encoding="utf-8")
    (film,) = render_films(reel.order("slide"), reel.places, never_train, InlineExecutor).films
    (section,) = Clip.open(film).sections
    assert len(section.steps) >= 20, "none is left out"
    numbers = [round(shown.time * 10) for shown in section.steps]
    for number, picture in frames_at(film, numbers):
        step = section.steps[numbers.index(number)].step
        across = picture.max(axis=2).max(axis=0) > 128
        middle = across.nonzero()[0].mean() / 160 * (128 / 9) - 64 / 9
        assert middle == pytest.approx(0.5 * step - 7, abs=0.1), (number, step)


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Return the provenance of a film with one more file beside it."""
    film = make_film(tmp_path / "a.mp4", [moving_square(number) for number in range(10)])
    film.with_suffix(".srt").write_text("1\n", encoding="utf-8")
    facts = told_of({"en": "A", "zh_CN": "甲"}, [PIECE], film="a.mp4", stamp="s")
    write_provenance(film.with_suffix(".json"), facts, [film, film.with_suffix(".srt")])
    return film.with_suffix(".json")


def test_a_film_is_current_as_long_as_nothing_of_it_was_touched(told: Path) -> None:
    assert is_current(told, "s") and not is_current(told, "t")
    told.with_suffix(".srt").write_text("2\n", encoding="utf-8")
    assert not is_current(told, "s")
    told.with_suffix(".srt").unlink()
    assert not is_current(told, "s")


@pytest.mark.parametrize("name", ["../a.mp4", "/a.mp4", "..", "", "sub/a.mp4"])
def test_one_that_names_files_elsewhere_is_refused(told: Path, name: str) -> None:
    retell(told, files={"a.mp4": "0" * 64, name: "0" * 64})
    with pytest.raises(ProvenanceError, match="is not the name of a file in its folder"):
        require_provenance(told)
    assert read_provenance(told) == {}


def test_a_folder_where_it_should_be_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ProvenanceError, match="cannot be read") as caught:
        require_provenance(tmp_path)
    assert "\n" not in str(caught.value)
    with pytest.raises(ForeignProvenanceError, match="there is no"):
        require_provenance(tmp_path / "a.json")


def clip_of(reel: Reel) -> Path:
    return reel.places.films / "tiny" / "grow.en.small.mp4"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Reel:
    with pytest.MonkeyPatch.context() as monkeypatch:
        reel = reel_in(tmp_path_factory.mktemp("rendered"), monkeypatch)
        reel.record()
        render_films(reel.order("grow", "slide"), reel.places, never_train, InlineExecutor)
    return reel


def test_a_film_that_was_renamed_with_its_json_is_still_known(rendered: Reel, tmp_path: Path) -> None:
    film = clip_of(rendered.copy_to(tmp_path))
    film.with_suffix(".json").rename(film.with_name("mine.json"))
    assert Clip.open(film.rename(film.with_name("mine.mp4"))).sections


@pytest.mark.parametrize("damage", ["film", "json", "swapped", "renamed"])
def test_a_clip_whose_film_or_json_is_another_is_refused_in_one_line(
    rendered: Reel, tmp_path: Path, damage: str
) -> None:
    film = clip_of(rendered.copy_to(tmp_path))
    beside, other = film.with_suffix(".json"), film.with_name("slide.en.small.json")
    match damage:
        case "film":
            film.write_bytes(film.read_bytes() + b"x")
            line = f"{film} was changed since it was rendered; render the film again, or remove {beside.name}"
        case "json":
            beside.write_bytes(beside.read_bytes().replace(b"A square grows", b"A square sleeps"))
            line = f"{beside} is damaged or was changed since it was written; render the film again"
        case "swapped":
            other.replace(beside)
            line = f"{beside} belongs to another film, slide.en.small.mp4, not to {film.name}: "
        case "renamed":
            film = film.rename(film.with_name("mine.mp4"))
            beside = other.rename(film.with_name("mine.json"))
            line = f"{beside} belongs to another film, slide.en.small.mp4, not to mine.mp4: "
    with pytest.raises(RenderError) as caught:
        Clip.open(film)
    assert str(caught.value).startswith(line) and "\n" not in str(caught.value)
