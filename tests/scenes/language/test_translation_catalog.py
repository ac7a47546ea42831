"""A catalogue of translations is read whole or not at all."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from renders.farm.inline_executor import InlineExecutor
from renders.film.chapter_film import render_films
from scenes.language import translation
from scenes.language.translation import N_, catalogue_path, translate
from scenes.language.translation_catalog import (
    SUMS,
    TranslationError,
    parse_catalogue,
    read_catalogue,
    sum_of,
    write_sums,
)
from tests.renders.reel import never_train, reel_in

DAMAGES = 100
SEED = 20_260_302
SMALL = """msgid ""
msgstr "Language: zh_CN\\n"

#. a.py
msgid "One line."
msgstr "一行。"

#. b.py
msgid "Two \\"lines\\", and a \\\\ of {count}."
msgstr ""
"两行，"
"{count} 个 \\"\\\\\\"。"

#. c.py
msgid "The last one."
msgstr "最后。"
"""


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the catalogue and its sums, which translations are looked up in."""
    shutil.copytree(translation.LOCALE, tmp_path / "locale")
    monkeypatch.setattr(translation, "LOCALE", tmp_path / "locale")
    translation.translations.cache_clear()
    return catalogue_path("zh_CN")


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Forget what was read, so that no other test looks texts up in a damaged catalogue."""
    yield
    translation.translations.cache_clear()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a small catalogue with its sums."""
    path = tmp_path / "small.po"
    path.write_text(SMALL, encoding="utf-8")
    write_sums(path)
    return path


def test_it_is_read_as_babel_reads_it(small: Path) -> None:
    for path in (small, catalogue_path("zh_CN")):
        with path.open("rb") as source:
            known = {message.id: message.string for message in read_po(source, locale="zh_CN") if message.id}
        assert read_catalogue(path) == known
    assert read_catalogue(small)['Two "lines", and a \\ of {count}.'] == '两行，{count} 个 "\\"。'


def test_every_translation_has_its_sum() -> None:
    path = catalogue_path("zh_CN")
    sums = {english: sum_of(translated) for english, translated in parse_catalogue(path).items()}
    beside = json.loads(path.with_suffix(SUMS).read_text(encoding="utf-8"))
    assert sums == beside, "run `python -m scenes.language.translation_catalog` after a change to a translation"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: "", "lacks “One line.”"),
        (lambda text: text[: text.index("#. b.py")], 'lacks “Two "lines", and a \\ of {count}.”'),
        (lambda text: text.replace('msgstr "一行。"', 'msgstr ""'), "lacks “One line.”, in line 5"),
        (lambda text: text.replace('msgstr "一行。"\n', ""), "lacks “One line.”, in line 5"),
        (lambda text: text.replace("#. c.py", "#, fuzzy"), "lacks “The last one.”, in line 15"),
        (
            lambda text: text.replace('"两行，"\n', ""),
            'what it says for “Two "lines", and a \\ of {count}.” was changed',
        ),
        (lambda text: text.replace("最后", "最先"), "what it says for “The last one.” was changed"),
        (lambda text: text + text[text.index("#. c.py") :], "has “The last one.” twice, again in line 18"),
        (lambda text: text.replace('"最后。"', '"最后。'), "is damaged in line 16"),
        (lambda text: text.replace("msgid", "msgit", 2), "is damaged in line 1"),
        (lambda text: text.replace("最后", "最\x00"), "is damaged in line 16"),
        (lambda text: text.replace('msgid "The', 'msgid_plural "The'), "is damaged in line 15"),
    ],
)
def test_what_is_wrong_is_one_line_with_the_file_and_the_text(
    small: Path, change: Callable[[str], str], told: str
) -> None:
    small.write_text(change(SMALL), encoding="utf-8")
    with pytest.raises(TranslationError) as caught:
        read_catalogue(small)
    assert str(caught.value).startswith(str(small)) and told in str(caught.value)
    assert "\n" not in str(caught.value) and "python -m scenes.language.translation_catalog" in str(caught.value)


def test_what_is_new_and_has_no_sum_yet_is_read(small: Path) -> None:
    small.write_text(f'{SMALL}\nmsgid "New."\nmsgstr "新。"\n', encoding="utf-8")
    assert read_catalogue(small)["New."] == "新。"


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b"{", b"\xff"])
def test_sums_that_are_gone_or_damaged_are_an_error(small: Path, content: bytes | None) -> None:
    sums = small.with_suffix(SUMS)
    sums.unlink() if content is None else sums.write_bytes(content)
    with pytest.raises(TranslationError, match=r"small\.sums\.json (is damaged|cannot be read)"):
        read_catalogue(small)


def test_whatever_is_damaged_it_is_whole_or_an_error(catalogue: Path) -> None:
    chance = random.Random(SEED)
    stored, known = catalogue.read_bytes(), read_catalogue(catalogue)
    refused = []
    for _ in range(DAMAGES):
        catalogue.write_bytes(_damaged(stored, chance))
        try:
            found = read_catalogue(catalogue)
        except TranslationError as error:
            refused.append(str(error))
        else:
            assert known.items() <= found.items()  # beside them may be what no film asks for: a text without a sum
    assert all(str(catalogue) in told and "\n" not in told for told in refused)
    assert len(refused) > DAMAGES * 0.8


def _damaged(stored: bytes, chance: random.Random) -> bytes:
    """Return what a disk, a copy, an editor or a merge makes of a file."""
    first = chance.randrange(len(stored))
    last = min(len(stored), first + chance.choice((1, 2, 16, 300, 5000)))
    line = stored.rindex(b"\n", 0, first) + 1 if b"\n" in stored[:first] else 0
    end = stored.find(b"\n", first) + 1 or len(stored)
    return chance.choice(
        (
            stored[:first],
            stored[first:],
            stored[:first] + stored[last:],
            stored[:first] + bytes(last - first) + stored[last:],
            stored[:first] + chance.randbytes(last - first) + stored[last:],
            stored[:first] + stored[first:last] * 2 + stored[last:],
            stored[:first] + bytes([stored[first] ^ 1 << chance.randrange(8)]) + stored[first + 1 :],
            stored[:line] + stored[end:],
            stored[:line] + b'msgstr ""\n' + stored[end:],
            stored[:first] + b"\n<<<<<<< HEAD\n" + stored[first:],
        )
    )


@pytest.mark.parametrize("content", [None, b"", b"half of it"])
def test_a_text_of_ours_without_its_translation_is_an_error_and_a_name_is_none(
    catalogue: Path, content: bytes | None
) -> None:
    assert translate(N_("What is a neural network?"), "zh_CN") == "神经网络是什么？"
    translation.translations.cache_clear()
    catalogue.unlink() if content is None else catalogue.write_bytes(content)
    with pytest.raises(TranslationError, match=r"neuroreel\.po (cannot be read|lacks|is damaged)"):
        translate("What is a neural network?", "zh_CN")


def test_a_marked_text_that_is_in_no_catalogue_is_an_error_and_a_name_is_none() -> None:
    with pytest.raises(TranslationError, match=r"neuroreel\.po lacks “Nobody has translated this\.”: translate"):
        translate(N_("Nobody has translated this."), "zh_CN", needed=True)
    assert translate("Nobody has translated this.", "zh_CN") == "Nobody has translated this.", "told beside a film"
    assert translate("my-own-recording", "zh_CN") == "my-own-recording"
    assert translate("Nobody has translated this.", "en") == "Nobody has translated this."


def test_a_film_is_not_made_of_half_a_catalogue(
    catalogue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reel = reel_in(tmp_path / "reel", monkeypatch)
    reel.record()
    catalogue.write_bytes(catalogue.read_bytes()[:5000])
    translation.translations.cache_clear()
    with pytest.raises(TranslationError, match=r"neuroreel\.po (lacks|is damaged)") as caught:
        render_films(reel.order(language="zh_CN"), reel.places, never_train, InlineExecutor)
    assert "\n" not in str(caught.value)
    assert not list(reel.places.films.glob("**/*.mp4"))
