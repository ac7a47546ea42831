"""A film's `.json` and an entry of the cache that are damaged, or that somebody made: one line each, and nothing else.

Whoever makes a `.json` can seal it anew. So half of these have seals that fit, and whatever they say is only told, or
refused: no other error, nothing outside, no memory and no time that is worth noticing.
"""

from __future__ import annotations

import json
import random
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from renders.base.errors import RenderError
from renders.cache.beat_cache import DESCRIPTION, Cache
from renders.cache.entry import Entry
from renders.cache.schema import Language
from renders.clip.clip import Clip
from renders.commands.cleaning import remove
from renders.commands.listing import chapter_lines
from renders.film.provenance import require_provenance
from renders.gallery.find import find_films
from renders.verify.verify import verify_target
from renders.web.facts import Files, clip_facts
from scenes.beats.timeline import Caption
from scenes.language.translation import LANGUAGES
from tests.renders.film.damaged_json import damaged, scrambled, sealed_anew
from tests.renders.reel import TINY, Reel
from tests.renders.web.stage import make_clip

SEED, USUAL = 17, 150
SECONDS, MEMORY = 2.0, 300 * 2**10  # of the processor, and kB, that one may take
MEASURED = {"kind": "measured", "key": "a", "value": 0.25, "how": {"en": "how", "zh_CN": "何"}, "of": ["digits/a"]}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a reel with a film whose `.json` tells a little of everything."""
    reel = Reel(tmp_path_factory.mktemp("whole"))
    clip = make_clip(reel.places.films, "One", "Two", name="tiny.en.small")
    told = require_provenance(clip.film.with_suffix(".json"))
    told["pieces"][0]["lines"][0]["evidence"] = [MEASURED]
    told["pieces"][0]["claims"] = [{"time": 0.5, "text": "0.25", "evidence": [MEASURED, {"kind": "mark"}]}]
    clip.film.with_suffix(".json").write_bytes(sealed_anew(told))
    make_clip(reel.places.films / "tiny", "One", name="slide.en.small")
    return reel.folder


def used(reel: Reel, film: Path, rare: bool) -> Iterator[Callable[[], object]]:
    """Yield what people do with a film that has a `.json` beside it. rare: what takes long, too."""
    yield lambda: clip_facts(Clip.open(film), Files(film=""))
    yield lambda: find_films(reel.places, reel.places.films / "gallery")
    yield lambda: list(chapter_lines(TINY, reel.places))
    if rare:
        yield lambda: verify_target(str(film), reel.places)
        yield lambda: remove(reel.places, ["films"])


def test_whatever_a_json_says_is_told_or_refused_in_one_line(
    whole: Path, tmp_path: Path, damages: int, capsys: pytest.CaptureFixture[str]
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stored = (whole / "films" / "tiny.en.small.json").read_bytes()
    refused: list[str] = []
    for number in range(damages or USUAL):
        rng = random.Random(SEED * 100_000 + number)
        reel = Reel(Path(shutil.copytree(whole, tmp_path / f"{number}")))
        film = reel.places.films / "tiny.en.small.mp4"
        sealed = number % 2 == 0
        changed = sealed_anew(damaged(json.loads(stored), rng)) if sealed else scrambled(stored, rng)
        film.with_suffix(".json").write_bytes(changed)
        started = time.process_time()
        for use in used(reel, film, rare=number % 10 < 2):
            try:
                use()
            except RenderError as error:
                refused.append(str(error))
            except Exception as error:
                raise AssertionError(f"damage {number} ends in {type(error).__name__}: {error}") from error
        if number % 10 >= 2:
            assert time.process_time() - started < SECONDS, number
        assert sorted(path.name for path in tmp_path.iterdir()) == [f"{number}"], "nothing beside it"
        shutil.rmtree(reel.folder)
    assert len(refused) > (damages or USUAL) / 2
    assert not [line for line in refused if "\n" in line or len(line) > 2000]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY


@pytest.mark.parametrize(
    "bomb", [b"[" * 10**7, b"[" + b"[]," * 10**7 + b"0]", b'{"film": "' + b"x" * 10**8 + b'"}', b'{"a":' * 10**6]
)
def test_a_json_that_would_take_much_memory_is_not_unpacked(tmp_path: Path, bomb: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(bomb)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(RenderError):
        require_provenance(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY


def entry_in(cache: Cache, folder: Path) -> Entry:
    """Put an entry into a cache and return it."""
    folder.mkdir(parents=True)
    (folder / "film.mp4").write_bytes(b"a film")
    evidence = ({**MEASURED, "how": "how"},)
    claims = ({"time": 0.5, "text": "0.25", "evidence": [*evidence]},)
    captions = (Caption(0.0, 1.5, "A {name}", {"name": "line"}, evidence),)
    read = {"array": "layer1.weight", "selection": {"step": 9}, "at": 0.0}
    steps = ({"time": 0.0, "experiment": "digits", "step": 9.0},)
    entry = Entry("0" * 32, 20, 10, 1.5, 0.3, captions, {"digits": (read,)}, steps, folder / "film.mp4", claims)
    return cache.put(entry)


def test_an_entry_of_the_cache_is_the_one_that_was_put_there_or_none(tmp_path: Path, damages: int) -> None:
    entry = entry_in(Cache(tmp_path / "cache"), tmp_path / "made")
    stored = (entry.film.parent / DESCRIPTION).read_bytes()
    assert Cache(tmp_path / "cache").find(entry.digest) is not None
    found = 0
    for number in range(damages or USUAL):
        rng = random.Random(SEED * 200_000 + number)
        sealed = number % 2 == 0
        folder = Path(shutil.copytree(tmp_path / "cache", tmp_path / f"{number}"))
        changed = sealed_anew(damaged(json.loads(stored), rng)) if sealed else scrambled(stored, rng)
        (folder / entry.digest / DESCRIPTION).write_bytes(changed)
        started = time.process_time()
        again = Cache(folder).find(entry.digest)
        assert time.process_time() - started < SECONDS
        if again is not None:
            found += 1
            assert again.film.parent == folder / entry.digest and again.film.is_file()
            assert sealed or changed == stored, f"{number}: changed, and not noticed"
        shutil.rmtree(folder)
    assert found < (damages or USUAL) / 2


def test_the_schema_knows_every_language() -> None:
    assert Language.__args__ == LANGUAGES  # type: ignore[attr-defined]
