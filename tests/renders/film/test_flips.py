"""One byte changed in one of the files that were made: it is noticed, and made anew from what is whole."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from renders.cache.beat_cache import Cache
from renders.farm.inline_executor import InlineExecutor
from renders.film.chapter_film import render_films
from tests.renders.reel import Reel, never_train, reel_in

SEED, FILMS, ENTRIES = 16, 60, 60  # of the places, how many among the files of films, and among those of the cache


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Reel:
    """Return a reel whose chapter was rendered once."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        reel = reel_in(tmp_path_factory.mktemp("first"), monkeypatch)
        reel.record()
        render_films(reel.order(), reel.places, never_train, InlineExecutor)
    return reel


@pytest.fixture
def reel(first: Reel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reel:
    return reel_in(first.copy_to(tmp_path).folder, monkeypatch)


def flip(path: Path, draw: random.Random, keep_time: bool) -> None:
    """Change one byte of a file, somewhere, into any other; keep_time: with the time of its last change put back."""
    before, content = path.stat(), bytearray(path.read_bytes())
    place = draw.randrange(len(content))
    content[place] ^= draw.randrange(1, 256)
    path.write_bytes(content)
    if keep_time:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def files_under(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_byte_in_any_file_of_a_film_is_noticed_and_the_film_written_anew(reel: Reel) -> None:
    draw = random.Random(SEED)
    whole = {path: path.read_bytes() for path in files_under(reel.places.films)}
    films = [path for path in whole if path.suffix == ".mp4"]
    entries = reel.entries()
    for number in range(FILMS):
        film = films[number % len(films)]
        path = draw.choice([path for path in whole if path.name.partition(".")[0] == film.name.partition(".")[0]])
        flip(path, draw, keep_time=number // len(films) % 2 == 0)
        assert render_films(reel.order(), reel.places, never_train, InlineExecutor).made == (film,), path
        assert path.suffix == ".json" or path.read_bytes() == whole[path], path
    assert reel.entries() == entries, "all came out of the cache"


def test_a_byte_in_any_file_of_the_cache_is_noticed(reel: Reel) -> None:
    draw = random.Random(SEED)
    beats = reel.places.cache / "beats"
    whole = {path: path.read_bytes() for path in files_under(beats)}
    assert {path.name for path in whole} == {"film.mp4", "entry.json"}
    cache = Cache(beats)
    for number in range(ENTRIES):
        path = draw.choice(list(whole))
        flip(path, draw, keep_time=number % 2 == 0)
        assert cache.find(path.parent.name) is None, path
        path.parent.mkdir()
        for file in (one for one in whole if one.parent == path.parent):
            file.write_bytes(whole[file])
        assert cache.find(path.parent.name)


@pytest.mark.parametrize("name", ["film.mp4", "entry.json"])
def test_a_piece_whose_entry_was_changed_is_drawn_anew(reel: Reel, name: str) -> None:
    films = files_under(reel.places.films)
    for path in reel.places.cache.glob(f"beats/*/{name}"):
        flip(path, random.Random(SEED), keep_time=True)
    before = {path: path.read_bytes() for path in films if path.suffix != ".json"}
    for path in films:
        path.unlink()
    entries = reel.entries()
    assert len(render_films(reel.order(), reel.places, never_train, InlineExecutor).made) == 3
    assert {path: path.read_bytes() for path in before} == before
    again = reel.entries()
    assert again.keys() == entries.keys()
    assert all(again[digest] != entries[digest] for digest in entries)
