"""The cache of beats: what is found is whole."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from renders.cache.beat_cache import DESCRIPTION, Cache
from renders.cache.entry import FILM, Entry
from scenes.beats.timeline import Caption


def put(cache: Cache, digest: str, content: bytes = b"film") -> Entry:
    partial = cache.folder.parent / f"partial-{digest}"
    partial.mkdir(parents=True)
    (partial / FILM).write_bytes(content)
    evidence = ({"kind": "measured", "key": "grow.size", "value": 0.25, "how": "how large it is", "of": ["digits/a"]},)
    captions = (Caption(0.0, 1.5, "A “line” of {letter}.", {"letter": "σ"}, evidence),)
    reads = {"digits": ({"array": "layer1.weight", "selection": {"step": 0}, "at": 0.0},)}
    steps = ({"time": 0.5, "experiment": "digits", "step": 40.0},)
    claims = ({"time": 0.2, "text": "0.25", "evidence": evidence},)
    entry = Entry(digest, 20, 10, 1.5, 0.3, captions, reads, steps, partial / FILM, claims)
    return cache.put(entry)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "beats")


def test_what_is_put_is_found_again(cache: Cache) -> None:
    entry = put(cache, "abc")
    found = cache.find("abc")
    assert found == replace(entry, claims=({**entry.claims[0], "evidence": list(entry.claims[0]["evidence"])},))
    assert entry.film.read_bytes() == b"film"
    assert entry.seconds == 2.0
    assert cache.find("other") is None


def test_putting_again_replaces(cache: Cache) -> None:
    put(cache, "abc")
    put(cache, "abc", b"newer")
    found = cache.find("abc")
    assert found is not None
    assert found.film.read_bytes() == b"newer"
    assert [path.name for path in cache.folder.iterdir()] == ["abc"]


def test_the_old_entry_stays_until_the_new_one_stands(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    put(cache, "abc")
    monkeypatch.setattr("engine.files.replacing.put_in_place", fail)
    with pytest.raises(OSError, match="No space left"):
        put(cache, "abc", b"newer")
    found = cache.find("abc")
    assert found is not None and found.film.read_bytes() == b"film"
    assert [path.name for path in cache.folder.iterdir()] == ["abc"]


@pytest.mark.parametrize(
    "damage",
    [
        "film gone",
        "film cut",
        "film changed",
        "no description",
        "half a description",
        "a longer pause told",
        "a blank more",
        "a file more",
        "another digest",
    ],
)
def test_a_damaged_entry_is_found_out_and_removed(cache: Cache, damage: str) -> None:
    entry = put(cache, "abc")
    description = entry.film.with_name(DESCRIPTION)
    match damage:
        case "film gone":
            entry.film.unlink()
        case "film cut":
            os.truncate(entry.film, 2)
        case "film changed":
            entry.film.write_bytes(b"fiLm")
        case "no description":
            description.unlink()
        case "half a description":
            os.truncate(description, 30)
        case "a longer pause told":
            description.write_bytes(description.read_bytes().replace(b'"poster_time": 1.5', b'"poster_time": 1.6'))
        case "a blank more":
            description.write_bytes(description.read_bytes() + b" ")
        case "a file more":
            description.with_name("other.mp4").write_bytes(b"film")
        case "another digest":
            entry.film.parent.rename(cache.folder / "def")
    digest = "def" if damage == "another digest" else "abc"
    assert cache.find(digest) is None
    assert not (cache.folder / digest).exists()


def test_the_entries_longest_unused_go_first(cache: Cache) -> None:
    for age, digest in enumerate(("new", "old", "kept", "oldest")):
        put(cache, digest, b"x" * 1000)
        os.utime(cache.folder / digest, (1e9 - age, 1e9 - age))
    cache.find("oldest")  # is the latest used now
    entry_size = sum(file.stat().st_size for file in (cache.folder / "new").iterdir())
    cache.prune(limit=int(2.5 * entry_size), keep={"kept"})
    assert {path.name for path in cache.folder.iterdir()} == {"oldest", "new", "kept"}


def test_pruning_where_nothing_was_rendered_yet_does_nothing(cache: Cache) -> None:
    cache.prune(limit=0)
    assert not cache.folder.exists()
