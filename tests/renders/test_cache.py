"""The cache of beats: what is found is whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from renders.cache import DESCRIPTION, FILM, Cache, Caption, Entry


def put(cache: Cache, digest: str, content: bytes = b"film") -> Entry:
    partial = cache.folder.parent / f"partial-{digest}"
    partial.mkdir(parents=True)
    (partial / FILM).write_bytes(content)
    captions = (Caption(0.0, 1.5, "A “line” of σ."),)
    reads = {"digits": ({"array": "layer1.weight", "selection": {"step": 0}},)}
    steps = ({"time": 0.5, "experiment": "digits", "step": 40.0},)
    return cache.put(Entry(digest, 20, 10, 1.5, 0.3, captions, reads, steps, partial / FILM))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "beats")


def test_what_is_put_is_found_again(cache: Cache) -> None:
    entry = put(cache, "abc")
    assert cache.find("abc") == entry
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


@pytest.mark.parametrize("damage", ["film gone", "film cut", "film changed", "no description", "half a description"])
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
    assert cache.find("abc") is None
    assert not entry.film.parent.exists()


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
