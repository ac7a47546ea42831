"""From plain text and marked formulas to Typst: what is text stays text, what is marked is found again."""

from __future__ import annotations

import pytest

from scenes.text.typeset import Words
from scenes.text.typst_source import MarkupError, mark_parts


@pytest.mark.parametrize(
    "text",
    [
        '#read("x")',
        "#sys.version",
        "$a$",
        "_b_ *c*",
        "@d <e>",
        "// f",
        "/* g */",
        '"h" "',
        "\\",
        "\\u{41}",
        "`i`",
        "= j",
        "- k",
        "+ l",
        "[m] {n}",
        "~",
        "o -- p --- q",
        "https://r.s",
        "a'b",
        "{{x : y}}",
    ],
)
def test_every_character_is_itself(text: str) -> None:
    words = Words(text)
    assert len(words) == len(text.replace(" ", ""))
    assert words.text_boxes()[0].text == text


def test_what_cannot_be_shown_does_not_stop_the_text() -> None:
    assert len(Words("a\tb\r\nc")) == 3
    assert len(Words("a\ud800b")) == 3  # half a character, as a damaged file may hold


def test_marks_are_taken_off_and_their_names_kept() -> None:
    marked = mark_parts("{{ {{a}} + b : sum }} = c")
    assert marked.bare == "a + b = c"
    assert marked.names == ("", "sum", "a")
    assert marked.path_to(2) == [1, 2]
    assert marked.path_to(0) == []


def test_a_bracket_after_a_part_is_not_its_argument() -> None:
    assert mark_parts("{{f}}(x)").source.endswith("$f$) (x)")
    assert mark_parts("{{f}}_1").source.endswith("$f$)_1")


@pytest.mark.parametrize("source", ["{{a", "a}}", "{{ {{a}}"])
def test_marks_must_match(source: str) -> None:
    with pytest.raises(MarkupError, match="without its"):
        mark_parts(source)
