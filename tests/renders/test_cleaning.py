"""`clean` removes what we made, and nothing else: whatever a name, a `.json` or a link says."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.files.set_aside import this_machine
from engine.recording.format.header import read_header, write_header
from engine.recording.format.layout import unfinished_path
from renders.base.errors import RenderError
from renders.base.listed_files import LIST, note_made
from renders.commands.cleaning import KINDS, heaps, remove
from renders.gallery.write import write_gallery
from renders.recordings.film_names import film_name
from renders.request.paths import EMBEDS, Paths
from tests.renders.reel import Reel, write_recording
from tests.renders.web.stage import make_clip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return folders with films, an embed, a gallery and a recording in them, not to be changed."""
    folder = tmp_path_factory.mktemp("made")
    places = Reel(folder).places
    make_clip(places.films, "One", name="network.en.low", chapter="network")
    make_clip(places.films / "network", "One", name="layers.en.low", chapter="network")
    make_clip(places.films, "Mine", name="mine.en.low", chapter="mine")
    embeds = places.films / EMBEDS
    (embeds / "deck").mkdir(parents=True)
    (embeds / "deck" / "index.html").write_text("a deck")
    (embeds / "one.pptx").write_text("slides")
    for name in ("deck", "one.pptx"):
        note_made(embeds, embeds / name)
    write_gallery(places)
    write_recording(places.recording("digits"))
    return folder


@pytest.fixture
def places(made: Path, tmp_path: Path) -> Paths:
    """Return a copy of it."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return Reel(tmp_path).places


def contents(folder: Path) -> set[str]:
    """Return the names of all files within a folder, and of links."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file()}


def test_all_of_it_is_ours_and_goes_with_its_folders(places: Paths) -> None:
    assert [len(heap.others) for heap in heaps(places)] == [0, 0, 0]
    freed = remove(places, KINDS)
    assert freed > 0 and not contents(places.films) and not contents(places.recordings)
    assert not list(places.films.iterdir()) and not list(places.recordings.iterdir())


OF_OTHERS = (
    "films/network-notes.md",
    "films/network.txt",
    "films/network/notes.txt",
    "films/network/layers.pdf",
    "films/talk.mp4",
    "films/mine/idea.txt",
    "films/embeds/two.pptx",
    "films/embeds/deck/mine.js",
    "films/gallery/CNAME",
    "films/gallery/films/mine.mp4",
    "films/gallery/mine.html",
    "recordings/notes.txt",
    "recordings/own.zarr/zarr.json",
    "recordings/digits.zarr/notes.txt",
    "cache/notes.txt",
    "cache/beats/notes.txt",
    "cache/beats/0123456789abcdef0123456789abcdef/notes.txt",
)


def test_what_others_put_there_stays_and_is_told(places: Paths, tmp_path: Path) -> None:
    for name in OF_OTHERS:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    said: list[str] = []
    remove(places, KINDS, said.append)
    assert {name for name in OF_OTHERS if (tmp_path / name).read_text() == "mine"} == set(OF_OTHERS)
    assert (places.recording("digits") / "zarr.json").exists(), "a recording with somebody's file in it stays whole"
    assert any("network-notes.md was not made by neuroreel" in line for line in said)
    assert any("more files in" in line for line in said)
    assert not (places.films / "network.en.low.mp4").exists() and not (places.films / "embeds" / "one.pptx").exists()


def test_an_embed_that_was_changed_since_stays(places: Paths) -> None:
    slides = places.films / EMBEDS / "one.pptx"
    slides.write_text("slides, with my own words")
    remove(places, ["films"])
    assert slides.read_text() == "slides, with my own words"
    assert not (places.films / EMBEDS / "deck").exists()


@pytest.mark.parametrize("chapter", ["../../victim", "victim", "../victim", "/victim", ".", "..", ""])
def test_a_json_leads_nowhere_else(places: Paths, tmp_path: Path, chapter: str) -> None:
    """A `.json` that somebody made and sealed names a chapter, and with it a folder, that is not ours."""
    for victim in (tmp_path / "victim", places.films / "victim", tmp_path.parent / "victim"):
        victim.mkdir(exist_ok=True)
        (victim / "thesis.tex").write_text("years of work")
    make_clip(places.films, "One", name="evil.en.low", chapter=chapter)
    before = contents(tmp_path)
    remove(places, KINDS)
    gone = before - contents(tmp_path)
    assert not [name for name in gone if "victim" in name] and "films/evil.en.low.mp4" in gone
    assert (tmp_path.parent / "victim" / "thesis.tex").read_text() == "years of work"


@pytest.mark.parametrize("name", ["notes.txt", "thesis.png", "network/thesis.en.srt"])
def test_a_json_does_not_make_others_files_ours(places: Paths, name: str) -> None:
    from renders.film.provenance import write_provenance
    from tests.renders.film.provenances import told_of

    clip = make_clip(places.films, "One", name="evil.en.low", chapter="evil")
    own = places.films / name
    own.write_text("mine")
    told = told_of({"en": "a", "zh_CN": "b"}, [{"seconds": 1.0}])
    write_provenance(clip.film.with_suffix(".json"), {"film": clip.film.name, **told}, [clip.film, own])
    remove(places, KINDS)
    assert own.read_text() == "mine"


def test_links_are_not_followed(places: Paths, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "layers.en.low.mp4").write_text("mine")
    make_clip(victim, "One", name="deep.en.low", chapter="network")
    before = contents(victim)
    os.symlink(victim, places.films / "attention")
    os.symlink(victim, places.films / EMBEDS / "deck" / "linked")
    os.symlink(victim, places.recordings / "linked.zarr")
    (places.films / EMBEDS / "deck" / "index.html").unlink()
    os.symlink(victim / "layers.en.low.mp4", places.films / EMBEDS / "deck" / "index.html")
    remove(places, KINDS)
    assert contents(victim) == before


def test_a_list_of_what_was_made_that_leads_out_is_not_followed(places: Paths, tmp_path: Path) -> None:
    from renders.base.seals import file_hash, sealed

    thesis = tmp_path / "thesis.tex"
    thesis.write_text("years of work")
    names = ("../../thesis.tex", str(thesis), "deck/../../../thesis.tex")
    for name in names:
        (places.films / EMBEDS / LIST).write_bytes(sealed({"made": {name: file_hash(thesis)}}))
        remove(places, KINDS)
        assert thesis.exists()


def test_recordings_are_not_removed_while_one_is_written(places: Paths) -> None:
    from engine.recording.writing.locking import lock_recording

    with lock_recording(places.recording("digits")), pytest.raises(RenderError, match="a training is under way now"):
        remove(places, ["recordings"])
    assert places.recording("digits").exists()


def test_names_of_films_go_with_the_films(places: Paths) -> None:
    assert film_name(places.recording("digits"), places) == "digits"
    remove(places, ["films"])
    assert not list(places.films.iterdir())


def test_what_killed_calls_left_half_made_goes_and_what_others_are_at_work_on_stays(places: Paths) -> None:
    dead, living = (f".{process}-{this_machine()}-0a1b2c3d" for process in (2**22 + 7, os.getppid()))
    unfinished = shutil.copytree(places.recording("digits"), unfinished_path(places.recording("other")))
    write_header(unfinished, replace(read_header(unfinished), complete=False, digest="", checkpoint="checkpoint-1.pt"))
    left = [
        places.films / f"{dead}.partial.network.en.low" / "network.en.low.mp4",
        places.films / "network" / f"{dead}.partial.layers.en.low.mp4",
        places.films / EMBEDS / f"{dead}.partial.deck" / "films" / "one.mp4",
        places.cache / "costs" / f"{dead}.partial.tiny.json",
        places.cache / "beats" / f"{dead}.partial.{'a' * 32}" / "film.mp4",
        places.recordings / f"{dead}.partial.other.unfinished.zarr" / "layer1.bias" / "zarr.json",
        unfinished / "checkpoint-1.pt",
        unfinished / f"{dead}.partial.zarr.json",
        unfinished / "layer3.bias" / "c" / "0" / f"{dead}.partial.0",
    ]
    stays = [
        places.films / f"{living}.partial.network.en.medium" / "network.en.medium.mp4",
        places.films / f"{dead}.replaced.gallery" / "CNAME",  # moved aside by a kill: the next gallery takes it up
    ]
    for file in (*left, *stays):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    remove(places, KINDS)
    assert [file for file in left if file.exists()] == [] and not list(places.recordings.iterdir())
    assert [file for file in stays if not file.exists()] == []
