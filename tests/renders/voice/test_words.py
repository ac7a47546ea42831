"""Every line of narration comes out as words that can be said, and formulas as they are read aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po

from renders.voice.words import SYMBOLS, TERMS, unspeakable, verbalize
from scenes.language.translation import LANGUAGES, catalogue_path

# What a value in a line can be: a count, a share, a word, a name out of a model
VALUES = ("13,002", "0.93", "−1.5", "2.1e-05", "three", "layers.0.conv_1", "95 %")


def texts() -> Iterator[tuple[str, str]]:
    """Yield (text, language) of all that a film can say or show, with each kind of value in its places."""
    with catalogue_path("zh_CN").open("rb") as source:
        messages = [message for message in read_po(source) if message.id]
    for message in messages:
        for text, language in ((message.id, "en"), (message.string, "zh_CN")):
            for value in VALUES if "{" in text else ("",):
                yield re.sub(r"\{\w+\}", value, text), language


def test_nothing_of_our_narration_is_lost() -> None:
    found = list(texts())
    assert len(found) > 3000 and {language for _, language in found} == set(LANGUAGES)
    assert {text: lost for text, language in found if (lost := unspeakable(text, language))} == {}


def test_our_narration_comes_out_as_words_and_punctuation() -> None:
    letters = {"en": r"[A-Za-z]", "zh_CN": r"[A-Za-z\u4e00-\u9fff]"}
    for text, language in texts():
        said = verbalize(text, language)
        assert re.search(letters[language], said) or not re.search(r"\w", text), text
        assert not re.search(r"[\dσηΔ×%=]", said), text
        assert verbalize(said, language) == said, "what is said is said as it is"


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("σ", "sigma", "西格玛"),
        ("a⁽¹⁾", "a superscript one", "a上标一"),
        ("a superscript 1", "a superscript one", "a superscript 一"),
        ("σ(W a⁽¹⁾ + b)", "sigma (W a superscript one plus b)", "西格玛 (W a上标一加 b)"),
        ("softmax(Q Kᵀ / √d)", "soft max(Q K transpose over the square root of d)", "soft max(Q K的转置除以根号 d)"),
        ("−η ∇C", "minus eta the gradient of C", "减伊塔梯度 C"),
        ("784", "seven hundred eighty-four", "七百八十四"),
        ("13,002", "thirteen thousand two", "一万三千零二"),
        ("−0.5", "minus zero point five", "负零点五"),
        ("η = 3e-4", "eta equals three times ten to the minus four", "伊塔等于三乘十的负四次方"),
        ("28 × 28", "twenty-eight times twenty-eight", "二十八乘二十八"),
        ("95 %", "ninety-five percent", "百分之九十五"),
        ("x²", "x squared", "x的平方"),
        ("10⁻⁵", "ten to the minus five", "十的负五次方"),
        ("ReLU", "relloo", "relloo"),
        ("MNIST", "em nist", "em nist"),
        ("GPT-3", "GPT three", "GPT 三"),
        ("LayerNorm", "Layer Norm", "Layer Norm"),
        ("layer3.bias", "layer three bias", "layer 三 bias"),
        ("w₁", "w sub one", "w下标一"),
    ],
)
def test_formulas_and_terms(written: str, english: str, chinese: str) -> None:
    assert verbalize(written, "en") == english
    assert verbalize(written, "zh_CN") == chinese


def test_a_comma_after_a_number_is_a_pause() -> None:
    assert verbalize("We want 1 for the three, 0 elsewhere.", "en") == "We want one for the three, zero elsewhere."
    assert verbalize("784-16-16-10", "en") == "seven hundred eighty-four, sixteen, sixteen, ten"


def test_chinese_counts_two_things_and_orders_the_second() -> None:
    assert verbalize("每层 2 个头", "zh_CN") == "每层两个头"
    assert verbalize("第 2 层，12 个，0.2 倍", "zh_CN") == "第二层，十二个，零点二倍"


def test_terms_stand_alone() -> None:
    assert verbalize("tanhood and softmaxing", "en") == "tanhood and softmaxing"
    assert all(verbalize(term, "en") != "" for term in TERMS)


def test_both_languages_know_the_same_symbols() -> None:
    missing = {sign for sign in SYMBOLS["en"] if sign not in SYMBOLS["zh_CN"]} - {"%"}  # said before the number there
    assert missing == set()


def test_what_nobody_can_say_is_left_out_and_told() -> None:
    assert verbalize("a 🙂 b", "en") == "a b"
    assert unspeakable("a 🙂 b", "en") == {"🙂"}
    assert verbalize("", "en") == verbalize("  \n", "zh_CN") == ""
