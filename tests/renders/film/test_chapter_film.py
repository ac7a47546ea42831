"""From an order to films: everything that is promised is there, and only what changed is made again."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import av
import numpy as np
import pysubs2
import pytest

from renders.base.errors import RenderError
from renders.encode.probe import film_info, frame_at, last_frame
from renders.farm.dispatch import PiecesFailedError
from renders.farm.inline_executor import InlineExecutor
from renders.film.chapter_film import Rendered, render_films
from renders.request.render_request import RenderRequest
from tests.renders.reel import Reel, never_train, reel_in


def render(reel: Reel, order: RenderRequest) -> Rendered:
    """Render in this process, with the beats' code as it is now."""
    reel.forget_modules()
    return render_films(order, reel.places, never_train, InlineExecutor)


def names(rendered: Rendered) -> set[str]:
    return {path.name.partition(".")[0] for path in rendered.made}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Reel:
    """Return a reel whose chapter was rendered once; copied by all tests, changed by none."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        reel = reel_in(tmp_path_factory.mktemp("first"), monkeypatch)
        reel.record()
        render(reel, reel.order())
    return reel


@pytest.fixture
def reel(first: Reel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reel:
    copy = first.copy_to(tmp_path)
    return reel_in(copy.folder, monkeypatch)


def test_everything_stands_beside_the_film_and_beside_each_beat(first: Reel) -> None:
    endings = ("mp4", "png", "json", "en.srt", "en.vtt", "zh_CN.srt", "zh_CN.vtt")
    expected = {f"{stem}.en.small.{ending}" for stem in ("tiny", "tiny/grow", "tiny/slide") for ending in endings}
    films = first.places.films
    assert {path.relative_to(films).as_posix() for path in films.rglob("*") if path.is_file()} == expected


def test_the_film_has_a_mark_for_each_beat_and_both_languages(first: Reel) -> None:
    info = film_info(first.places.films / "tiny.en.small.mp4")
    beat = film_info(first.places.films / "tiny" / "grow.en.small.mp4")
    assert [mark.title for mark in info.chapters] == ["A square grows", "A dot slides"]
    assert info.chapters[0].start == 0, "the first mark covers the title card"
    assert info.chapters[-1].end == pytest.approx(info.seconds), "the last covers the end card"
    assert [track.language for track in info.tracks if track.kind == "subtitle"] == ["eng", "zho"]
    assert info.title == "A tiny chapter"
    assert (beat.width, beat.height, beat.frame_rate) == (160, 90, 10)
    assert beat.chapters == ()
    assert info.frames > 2 * beat.frames


def test_captions_are_timed_to_the_film(first: Reel) -> None:
    told = json.loads((first.places.films / "tiny.en.small.json").read_text(encoding="utf-8"))
    starts = {piece["name"]: piece["start"] for piece in told["pieces"]}
    lines = pysubs2.load(str(first.places.films / "tiny.en.small.en.srt"))
    assert [line.plaintext for line in lines] == ["A square grows.", "A dot slides."]
    assert lines[0].start == pytest.approx(1000 * starts["grow"], abs=2)
    assert lines[1].start == pytest.approx(1000 * starts["slide"], abs=2)
    alone = pysubs2.load(str(first.places.films / "tiny" / "slide.en.small.en.srt"))
    assert alone[0].start == 0


def test_the_provenance_tells_what_each_beat_read(first: Reel) -> None:
    told = json.loads((first.places.films / "tiny.en.small.json").read_text(encoding="utf-8"))
    assert [piece["name"] for piece in told["pieces"]] == ["title_card", "grow", "slide", "end_card", "last_picture"]
    read = {"array": "layer3.bias", "selection": {"step": 1, "out": 0}, "at": 0.0, "steps": [9]}
    assert told["pieces"][2]["reads"] == {"digits": [read]}
    line = told["pieces"][1]["lines"][0]
    assert line["text"]["en"] == "A square grows." and 0 <= line["start"] < line["end"]
    assert told["pieces"][1]["reads"] == {}
    assert told["recordings"]["digits"]["experiment"]["seed"] == 0
    assert told["recordings"]["digits"]["digest"]
    assert told["versions"]["manim"]
    assert sum(piece["seconds"] for piece in told["pieces"]) == pytest.approx(told["seconds"])
    assert "variant" not in told


def test_the_film_itself_tells_its_licence(first: Reel) -> None:
    with av.open(str(first.places.films / "tiny.en.small.mp4")) as container:
        assert container.metadata["copyright"] == "CC BY 4.0"


def test_the_film_ends_on_the_picture_that_its_last_beat_rests_on(first: Reel) -> None:
    film, beat = (first.places.films / name for name in ("tiny.en.small.mp4", "tiny/slide.en.small.mp4"))
    told = json.loads(film.with_suffix(".json").read_text(encoding="utf-8"))["pieces"]
    resting = frame_at(beat, told[2]["poster"]).astype(int)
    assert np.abs(last_frame(film).astype(int) - resting).max() <= 3 and resting.max() > 100
    assert told[4]["kind"] == "picture" and told[4]["seconds"] >= 3 and told[4]["lines"] == []


def test_nothing_is_left_of_what_was_half_made(first: Reel) -> None:
    assert list(first.places.films.rglob(".*")) == []
    assert list(first.places.cache.glob("partial/*")) == []


def test_with_nothing_changed_nothing_is_made(reel: Reel) -> None:
    entries = reel.entries()
    assert render(reel, reel.order()).made == ()
    assert reel.entries() == entries


def test_one_beats_code_changed_renders_that_beat_alone(reel: Reel) -> None:
    entries = reel.entries()
    reel.rewrite("grow", "Square(2)", "Square(1)")
    assert names(render(reel, reel.order())) == {"grow", "tiny"}
    added = set(reel.entries()) - set(entries)
    assert len(added) == 1
    assert {digest: time for digest, time in reel.entries().items() if digest not in added} == entries


def test_a_beat_alone_makes_its_own_film_and_not_the_chapters(reel: Reel) -> None:
    reel.rewrite("grow", "Square(2)", "Square(1)")
    assert names(render(reel, reel.order("grow"))) == {"grow"}


def test_code_changed_back_is_found_in_the_cache(reel: Reel) -> None:
    reel.rewrite("grow", "Square(2)", "Square(1)")
    render(reel, reel.order("grow"))
    reel.rewrite("grow", "Square(1)", "Square(2)")
    entries = reel.entries()
    assert names(render(reel, reel.order("grow"))) == {"grow"}
    assert reel.entries() == entries


@pytest.mark.parametrize("damaged", ["tiny.en.small.mp4", "tiny.en.small.zh_CN.vtt", "tiny.en.small.json"])
def test_a_missing_or_damaged_file_is_made_again_from_the_cache(
    reel: Reel, damaged: str, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = reel.entries()
    path = reel.places.films / damaged
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert names(render(reel, reel.order())) == {"tiny"}
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{path} was changed since it was ") and line.endswith(": the film is written anew")
    assert path.stat().st_size == pytest.approx(len(whole), abs=8)
    assert reel.entries() == entries


def test_a_damaged_entry_of_the_cache_is_rendered_again(reel: Reel, capsys: pytest.CaptureFixture[str]) -> None:
    entries = reel.entries()
    told = json.loads((reel.places.films / "tiny" / "grow.en.small.json").read_text(encoding="utf-8"))
    digest = told["pieces"][0]["digest"]
    os.truncate(reel.places.cache / "beats" / digest / "film.mp4", 100)
    (reel.places.films / "tiny" / "grow.en.small.mp4").unlink()
    assert names(render(reel, reel.order("grow"))) == {"grow"}
    assert "tiny/grow: what the cache holds of it was changed or cut short: it is drawn anew" in capsys.readouterr().out
    again = reel.entries()
    assert {name for name in entries if again[name] != entries[name]} == {digest}


def test_force_renders_everything_again(reel: Reel) -> None:
    entries = reel.entries()
    assert names(render(reel, reel.order("grow", force=True))) == {"grow"}
    again = reel.entries()
    assert again.keys() == entries.keys()
    assert len([name for name in entries if again[name] != entries[name]]) == 1


def test_a_beat_without_a_word_has_a_film_too(reel: Reel) -> None:
    reel.rewrite("grow", 'with self.say("A square grows."):', "if True:")
    (film,) = render(reel, reel.order("grow")).films
    assert film_info(film).frames > 20
    assert film.with_name("grow.en.small.en.srt").read_text(encoding="utf-8") == ""


def test_a_beat_that_raises_is_one_line_that_names_it_and_the_others_are_finished(reel: Reel) -> None:
    reel.rewrite("grow", "square = Square(2)", 'raise ValueError("no squares today")')
    reel.rewrite("slide", "run_time=0.5", "run_time=0.6")
    with pytest.raises(PiecesFailedError) as caught:
        render(reel, reel.order())
    assert str(caught.value) == "tiny/grow: ValueError: no squares today (grow.py:14)"
    assert "Traceback" in caught.value.trace
    reel.rewrite("grow", 'raise ValueError("no squares today")', "square = Square(2)")
    before = reel.entries()
    assert names(render(reel, reel.order())) == {"tiny"}, "slide was finished and grow is as it was"
    assert reel.entries() == before


def test_a_beat_that_reads_what_it_did_not_declare_is_told_so(reel: Reel) -> None:
    reel.rewrite("slide", '"layer3.bias"', '"layer2.bias"')
    with pytest.raises(RenderError, match=r"tiny/slide: .*layer2\.bias"):
        render(reel, reel.order("slide"))


def test_code_that_changes_while_it_is_filmed_is_filmed_but_not_kept(
    reel: Reel, capsys: pytest.CaptureFixture[str]
) -> None:
    late = "import pathlib\n        pathlib.Path(__file__).open('a').write('# later')\n        square = Square(2)"
    reel.rewrite("grow", "square = Square(2)", late)
    entries = reel.entries()
    assert names(render(reel, reel.order("grow"))) == {"grow"}
    assert "its code or data was changed meanwhile" in capsys.readouterr().out
    assert reel.entries() == entries, "the cache would show it again for the code of before"
    reel.rewrite("grow", late, "square = Square(2)")
    assert names(render(reel, reel.order("grow"))) == {"grow"}, "what was filmed is not up to date"
    assert render(reel, reel.order("grow")).made == ()


def test_a_beat_that_ends_the_program_ends_itself_alone(reel: Reel) -> None:
    reel.rewrite("grow", "square = Square(2)", "raise SystemExit(0)")
    with pytest.raises(RenderError, match=r"tiny/grow: SystemExit: 0 \(grow\.py:14\)"):
        render(reel, reel.order("grow"))


def test_a_full_disk_stops_at_once_with_one_line(reel: Reel, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("renders.encode.encoder.av.open", full)
    with pytest.raises(RenderError) as caught:
        render(reel, reel.order(force=True))
    assert str(caught.value).count("\n") == 0
    assert "the disk is full" in str(caught.value)


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_done(reel: Reel) -> None:
    blocked = Reel(reel.folder)
    (reel.folder / "file").touch()
    blocked.places = type(reel.places)(reel.folder / "file" / "films", reel.places.cache, reel.places.recordings)
    with pytest.raises(RenderError, match=r"cannot write into .*file/films: .*--out|a folder is needed"):
        render(blocked, blocked.order())


def test_without_cairo_there_is_one_line(reel: Reel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cairo", None)
    with pytest.raises(RenderError, match=r"cairo: cannot be loaded"):
        render(reel, reel.order(force=True))


def test_other_parameters_are_named_and_explained(reel: Reel) -> None:
    for path in reel.places.recordings.iterdir():
        path.rename(reel.folder / path.name)
    reel.record(steps=9)
    rendered = render(reel, reel.order("slide"))
    told = json.loads(rendered.films[0].with_suffix(".json").read_text(encoding="utf-8"))
    assert told["variant"] == {"digits": {"steps": 9}}
