"""A piece's digest changes with everything that can change its picture, and with nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.recording import Recording
from renders.cache import digest as digest_module
from renders.cache import messages
from renders.cache.digest import FILMING, Digests
from renders.cache.import_graph import ImportGraph
from renders.request.parts import pieces_of
from renders.request.quality import find_quality
from scenes.language.translation import translations
from tests.renders.reel import SMALL, TINY, Reel, reel_in

PIECES = {piece.name: piece for piece in pieces_of(TINY)}


@pytest.fixture
def reel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reel:
    reel = reel_in(tmp_path, monkeypatch)
    reel.record()
    return reel


def digests(reel: Reel, quality: str = "draft", language: str = "en") -> dict[str, str]:
    """Return the digests of all pieces by name, found anew."""
    recordings = {"digits": Recording.open(reel.places.recording("digits"))}
    made = Digests(find_quality(quality), language, recordings, ImportGraph())
    return {name: made.of(piece) for name, piece in PIECES.items()}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def test_nothing_changed_means_the_same_digests(reel: Reel) -> None:
    assert digests(reel) == digests(reel)
    assert len(set(digests(reel).values())) == len(PIECES)


def test_a_beats_code_changes_that_beat_alone(reel: Reel) -> None:
    before = digests(reel)
    reel.rewrite("grow", "Square(2)", "Square(3)")
    assert changed(before, digests(reel)) == {"grow"}


def test_code_that_a_beat_imports_changes_it(reel: Reel) -> None:
    (reel.folder / "reels" / "lengths.py").write_text("SIDE = 2\n", encoding="utf-8")
    reel.rewrite("grow", "from scenes", "from reels.lengths import SIDE\nfrom scenes")
    before = digests(reel)
    (reel.folder / "reels" / "lengths.py").write_text("SIDE = 3\n", encoding="utf-8")
    assert changed(before, digests(reel)) == {"grow"}


def test_palettes_and_their_wordings_change_everything() -> None:
    filming = set(ImportGraph().dependencies(FILMING))
    assert {"scenes.look.style", "scenes.look.themes", "scenes.language.wording"} <= filming


def test_an_array_changes_the_beats_that_are_handed_it_and_the_end_card(reel: Reel) -> None:
    before = digests(reel)
    reel.record(seed=5, path=reel.places.recording("digits").with_name("other.zarr"))
    reel.places.recording("digits").rename(reel.folder / "old.zarr")
    reel.places.recordings.joinpath("other.zarr").rename(reel.places.recording("digits"))
    assert changed(before, digests(reel)) == {"slide", "end_card", "last_picture"}


def test_the_last_picture_is_kept_apart_from_the_beat_that_rests_on_it(reel: Reel) -> None:
    made = digests(reel)
    assert made["last_picture"] != made["slide"]


def test_quality_and_language_change_everything(reel: Reel) -> None:
    before = digests(reel)
    assert changed(before, digests(reel, quality="low")) == set(PIECES)
    assert changed(before, digests(reel, language="zh_CN")) == set(PIECES)


@pytest.mark.parametrize("what", ["font_digest", "installed_versions"])
def test_fonts_and_versions_change_everything(reel: Reel, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    before = digests(reel)
    monkeypatch.setattr(digest_module, what, lambda: "another")
    assert changed(before, digests(reel)) == set(PIECES)


@pytest.mark.parametrize(
    ("text", "stale"), [("A dot slides.", {"slide", "last_picture"}), ("Nobody says this.", set())]
)
def test_a_translation_changes_those_that_say_it_in_its_language(
    reel: Reel, monkeypatch: pytest.MonkeyPatch, text: str, stale: set[str]
) -> None:
    reel.rewrite("slide", 'self.say("A dot slides.")', 'self.say(N_("A dot slides."))')
    english, chinese = digests(reel), digests(reel, language="zh_CN")
    other = {**translations("zh_CN"), text: "另一句"}
    monkeypatch.setattr(messages, "translations", lambda language: other if language == "zh_CN" else {})
    assert digests(reel) == english
    assert changed(chinese, digests(reel, language="zh_CN")) == stale


def test_a_chapters_title_changes_its_cards(reel: Reel) -> None:
    recordings = {"digits": Recording.open(reel.places.recording("digits"))}
    made = Digests(SMALL, "en", recordings, ImportGraph())
    renamed = {piece.name: piece for piece in pieces_of(replace(TINY, title="Another title"))}
    assert {name for name in PIECES if made.of(PIECES[name]) != made.of(renamed[name])} == {"title_card", "end_card"}
