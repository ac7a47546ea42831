"""Every text that a film shows or says has its Chinese."""

import ast
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import scenes
from scenes.beats.pace import speaking_time
from scenes.language.translation import LANGUAGES, catalogue_path, translate

FOLDER = Path(scenes.__file__).parent


def marked_texts() -> dict[str, str]:
    """Return every text marked with N_ in scenes/, and where it stands."""
    found = {}
    for path in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
                found[ast.literal_eval(node.args[0])] = f"{path.name}:{node.lineno}"
    return found


@pytest.fixture(scope="module")
def catalogue():
    with catalogue_path("zh_CN").open("rb") as source:
        return read_po(source, locale="zh_CN")


def test_every_marked_text_is_translated(catalogue):
    missing = [
        f"{place}: {text}"
        for text, place in marked_texts().items()
        if not (m := catalogue.get(text)) or not m.string or m.fuzzy
    ]
    assert not missing, "no Chinese for:\n" + "\n".join(missing)


def test_no_translation_is_left_over(catalogue):
    texts = marked_texts()
    assert [message.id for message in catalogue if message.id and message.id not in texts] == []


def test_placeholders_survive(catalogue):
    for message in catalogue:
        if message.id:
            names = {part.split("}")[0] for part in message.id.split("{")[1:]}
            assert names == {part.split("}")[0] for part in message.string.split("{")[1:]}, message.id


def test_what_has_no_translation_stays_english():
    assert translate("not in any film", "zh_CN") == "not in any film"
    assert translate("", "zh_CN") == ""


def test_unknown_language_is_refused():
    with pytest.raises(ValueError, match="zh_CN"):
        translate("a", "fr")
    assert LANGUAGES == ("en", "zh_CN")


def test_speaking_time_counts_words_and_characters():
    assert speaking_time("one two three four five six seven") == pytest.approx(7 / 2.4)
    assert speaking_time("这是一个神经元") == pytest.approx(7 / 4)
    assert speaking_time("hm") == 1.0
