"""What a line rests on, told under it."""

from __future__ import annotations

from typing import Any

import pytest

from renders.clip.clip import ClipLine, ClipSection
from renders.request.parts import Kind
from renders.web.why import sentence, told_value, why

MEASURED = {
    "kind": "measured",
    "key": "feed_forward.right",
    "value": {"share": 0.94321, "count": 10000},
    "how": {"en": "the share answered rightly", "zh_CN": "答对的比例"},
    "of": ["digits/test.label", "digits/layer3.weight", "digits-review/config.noise"],
    "rule": {"en": "it is more than one half", "zh_CN": "超过一半"},
}
EXACT = {"kind": "exact", "expression": "784 * 16", "names": {}, "value": 12544}


@pytest.mark.parametrize(
    ("evidence", "english", "chinese"),
    [
        (
            MEASURED,
            "Measured: the share answered rightly = share 0.9432, count 10,000, from the test labels and weights of "
            "layer 3 of digits, from the setting noise of digits-review – said where it is more than one half",
            "测得：答对的比例 = share 0.9432, count 10,000，取自 digits 的测试标签和第 3 层的权重，"
            "取自 digits-review 的设定 noise；说这句话的条件：超过一半",
        ),
        (EXACT, "Exact: 784 * 16 = 12,544", "精确：784 * 16 = 12,544"),
        ({"kind": "exact", "expression": "0 < a", "value": True}, "Exact: 0 < a", "精确：0 < a"),
        (
            {"kind": "recorded", "of": ["digits/metric.test_accuracy"], "selection": {"step": 3}, "value": 0.5},
            "Recorded: the share that is right of new examples of digits = 0.5",
            "记录：digits 的新样本上的正确率 = 0.5",
        ),
        (
            {"kind": "source", "key": "a", "source": "A 2017, B, C", "place": "section 3"},
            "Source: A 2017, B, C, section 3",
            "出处：A 2017, B, C，section 3",
        ),
    ],
)
def test_evidence_is_told_in_every_language(evidence: dict[str, Any], english: str, chinese: str) -> None:
    assert sentence(evidence, {}) == {"en": english, "zh_CN": chinese}


def test_what_speaks_for_itself_is_not_told() -> None:
    assert sentence({"kind": "quoted"}, {}) is None and sentence({"kind": "mark"}, {}) is None


def test_a_long_value_is_left_out() -> None:
    assert told_value(list(range(13))) == "" and told_value(list(range(3))) == " = 0, 1, 2"
    assert told_value(1234567.0) == " = 1,234,567" and told_value("a text") == " = a text" and told_value(None) == ""


def test_under_a_line_stands_what_it_rests_on_then_what_is_new_on_screen() -> None:
    def claim(time: float, text: str, *evidence: dict[str, Any]) -> dict[str, Any]:
        return {"time": time, "text": text, "evidence": list(evidence)}

    lines = (ClipLine(11.0, 13.0, {"en": "One."}, (MEASURED,)), ClipLine(14.0, 16.0, {"en": "Two."}))
    claims = (
        claim(10.2, "12,544", EXACT),
        claim(12.0, "94 %", MEASURED),
        claim(14.0, "12,544 weights", EXACT),
        claim(15.0, "3", {"kind": "quoted"}),
    )
    section = ClipSection("a", "b", Kind.BEAT, {"en": "A"}, 10.0, 8.0, 17.0, lines, (), (), claims)
    first, second = why(section, {})
    assert [reason["en"][:9] for reason in first] == ["Measured:", "On screen"], "what is said is not told twice"
    assert first[1]["en"] == "On screen “12,544”. Exact: 784 * 16 = 12,544"
    assert [reason["zh_CN"] for reason in second] == ["画面上的“12,544 weights”。精确：784 * 16 = 12,544"]


def test_a_value_that_is_no_number_is_told_as_such() -> None:
    assert told_value(float("nan")) == " = nan" and told_value([float("inf"), 2]) == " = inf, 2"


def test_a_card_on_which_nothing_is_said_has_no_reasons() -> None:
    claims = ({"time": 10.2, "text": "12,544", "evidence": [EXACT]},)
    assert why(ClipSection("a", "b", Kind.END, {"en": "A"}, 10.0, 8.0, 17.0, (), (), (), claims), {}) == []
