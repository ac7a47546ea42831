"""What a text must rest on, and what stops it."""

from __future__ import annotations

import numpy as np
import pytest

from scenes.beats.timeline import said
from scenes.evidence.evidence import (
    EvidenceError,
    Exact,
    Mark,
    Measured,
    Quoted,
    Recorded,
    Shown,
    Source,
    as_json,
    require_evidence,
)
from scenes.evidence.numbers_told import needs_evidence, numbers_in, unexplained, weighs
from scenes.evidence.sources import all_sources

RIGHT = Measured("right", {"share": 0.9432, "count": 10_000}, "images answered rightly", ("digits/test.label",))


@pytest.mark.parametrize("text", ["Here is an image.", "What is it?", "这是什么？", "the cost"])
def test_a_text_that_points_names_or_asks_needs_nothing(text: str) -> None:
    assert not needs_evidence(text)
    assert require_evidence([text], None) == ()
    assert require_evidence([text], Shown()) == (Shown(),)


@pytest.mark.parametrize(
    "text",
    [
        "3 images",
        "It is always right.",
        "Most are right.",
        "No image is wrong.",
        "每个神经元",
        "它从不出错",
        "一半的图",
    ],
)
def test_a_digit_or_a_word_of_weight_needs_evidence(text: str) -> None:
    with pytest.raises(EvidenceError, match="because="):
        require_evidence([text], None)
    with pytest.raises(EvidenceError, match="because="):
        require_evidence([text], Shown())


def test_words_of_weight_are_whole_words_in_english() -> None:
    assert weighs("Never again") and weighs("only one")
    assert not weighs("lonely noon, mostest, anymore")
    assert not weighs("十分清楚")


def test_one_language_is_enough_to_need_evidence() -> None:
    with pytest.raises(EvidenceError):
        require_evidence(["They turn.", "它们全部转动。"], None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("94.3 % of 10,000", [("94.3", 94.3, 1, True), ("10,000", 10000, 0, False)]),
        ("784-16-16-10", [("784", 784, 0, False), ("16", 16, 0, False), ("16", 16, 0, False), ("10", 10, 0, False)]),
        ("ends at −0.50.", [("−0.50", -0.5, 2, False)]),
    ],
)
def test_numbers_are_found_as_a_text_tells_them(text: str, found: list[tuple[str, float, int, bool]]) -> None:
    told = [(one.text.lstrip("-"), one.value, one.decimals, one.percent) for one in numbers_in(text)]
    assert told == found


@pytest.mark.parametrize(
    "text", ["94.3 % of 10,000 images", "94 % are right", "0.94 of them", "10,000 images", "94.32%, or 0.9432"]
)
def test_a_number_may_be_rounded(text: str) -> None:
    require_evidence([text], RIGHT)


@pytest.mark.parametrize("text", ["94.4 % are right", "95 % are right", "1,000 images", "0.943 of 9,999", "9.4 %"])
def test_a_number_that_its_evidence_does_not_give_is_refused(text: str) -> None:
    with pytest.raises(EvidenceError, match="no value of its evidence"):
        require_evidence([text], RIGHT)


def test_a_number_with_a_sign_is_told_of_that_sign_only_and_one_without_as_a_size() -> None:
    fell = Measured("fell", -0.25, "how far it went", ("digits/metric.loss",))
    for text in ("it went −0.25", "by 0.25"):
        require_evidence([text], fell)
    with pytest.raises(EvidenceError, match="no value of its evidence"):
        require_evidence(["it went +0.25"], fell)


def test_how_many_asks_and_many_claims() -> None:
    assert not weighs("How many are there, and how often?")
    assert weighs("There are many.") and weighs("So often.")


def test_what_does_not_hold_cannot_be_said() -> None:
    good = RIGHT.when(lambda right: right["share"] > 0.9)
    bad = RIGHT.when(lambda right: right["share"] > 0.99)
    assert require_evidence(["Most are right."], good, ruled=True) == (good,)
    with pytest.raises(EvidenceError, match=r"does not hold: right = .*0\.9432"):
        require_evidence(["Nearly all are right."], bad, ruled=True)
    assert said("Most", good).holds and not said("All", (good, bad)).holds


def test_a_word_of_weight_in_a_sentence_needs_a_rule() -> None:
    with pytest.raises(EvidenceError, match="needs a rule"):
        require_evidence(["Most are right."], RIGHT, ruled=True)
    require_evidence(["highest output"], RIGHT)


def test_exact_expressions_are_evaluated_and_must_hold() -> None:
    parameters = Exact("784 * 16 + 16 * 16 + 16 * 10 + 16 + 16 + 10")
    assert parameters.value == 13_002
    require_evidence(["13,002 knobs"], parameters)
    require_evidence(["between 0 and 1"], Exact("0 < 1 / (1 + exp(-z)) < 1", z=[-30.0, 0.0, 30.0]))
    with pytest.raises(EvidenceError, match="does not hold"):
        require_evidence(["2 is more than 3"], Exact("2 > 3"))
    with pytest.raises(ValueError, match="no arithmetic"):
        Exact("__import__('os').getcwd()")


def test_names_and_marks_are_explained_by_what_they_quote() -> None:
    require_evidence(["SmolLM2-135M-Instruct"], Quoted("SmolLM2-135M-Instruct"))
    require_evidence(["read by SmolLM2-135M"], Recorded("attention-text", "config.model", {}, "SmolLM2-135M"))
    require_evidence(["0.50"], Mark("0.50"))
    assert unexplained("GPT-3 and 4", ["GPT-3"]) == "4"
    assert unexplained("30", ["0", 3]) == "30", "a number is not made of others"


def test_a_source_must_be_a_known_one() -> None:
    assert "Attention Is All You Need" in Source("vaswani2017", "section 3.2.1").told()["source"]
    with pytest.raises(LookupError, match="no source"):
        Source("nobody1900", "page 1")
    assert all(entry.authors and entry.title and entry.found and entry.year > 1900 for entry in all_sources().values())


def test_evidence_is_plain_json() -> None:
    told = Measured("a", {"b": np.float32(0.5), "c": np.arange(2), "d": np.nan}, "how", ("x/y",)).told()
    assert told == {
        "kind": "measured",
        "key": "a",
        "value": {"b": 0.5, "c": [0, 1], "d": "nan"},
        "how": "how",
        "of": ["x/y"],
    }
    assert as_json((np.bool_(True), None, "text")) == [True, None, "text"]


def test_a_power_of_ten_belongs_to_the_number_before_it() -> None:
    assert unexplained("1.23e−05", [1.2345e-05]) == "" and unexplained("1.23e−05", [1.24e-05]) == "1.23e−05"
    assert unexplained("3 × 10⁵ times", [310_000]) == "" and unexplained("3 × 10⁵ times", [3, 10, 5]) == "3 × 10⁵"
    assert [told.value for told in numbers_in("16 × 5 × 10")] == [16, 5, 10]
