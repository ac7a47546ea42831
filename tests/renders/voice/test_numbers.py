"""Numbers are said as a teacher would say them."""

from __future__ import annotations

import re

import pytest

from renders.voice.numbers import NUMBER, chinese_number, english_number, spoken_number


@pytest.mark.parametrize(
    ("digits", "english", "chinese"),
    [
        ("0", "zero", "零"),
        ("7", "seven", "七"),
        ("10", "ten", "十"),
        ("16", "sixteen", "十六"),
        ("42", "forty-two", "四十二"),
        ("110", "one hundred ten", "一百一十"),
        ("784", "seven hundred eighty-four", "七百八十四"),
        ("1001", "one thousand one", "一千零一"),
        ("2000", "two thousand", "两千"),
        ("2020", "two thousand twenty", "两千零二十"),
        ("10010", "ten thousand ten", "一万零一十"),
        ("13002", "thirteen thousand two", "一万三千零二"),
        ("120000", "one hundred twenty thousand", "十二万"),
        ("100000000", "one hundred million", "一亿"),
        (
            "175181291520",
            "one hundred seventy-five billion one hundred eighty-one million two hundred ninety-one thousand "
            "five hundred twenty",
            "一千七百五十一亿八千一百二十九万一千五百二十",
        ),
    ],
)
def test_whole_numbers(digits: str, english: str, chinese: str) -> None:
    assert english_number(digits) == english
    assert chinese_number(digits) == chinese


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("13,002", "thirteen thousand two", "一万三千零二"),
        ("0.93", "zero point nine three", "零点九三"),
        ("93.20", "ninety-three point two zero", "九十三点二零"),
        ("1.2e-05", "one point two times ten to the minus five", "一点二乘十的负五次方"),
        ("3e8", "three times ten to the eight", "三乘十的八次方"),
    ],
)
def test_numbers_as_they_are_written(written: str, english: str, chinese: str) -> None:
    assert NUMBER.fullmatch(written)
    assert spoken_number(written, "en") == english
    assert spoken_number(written, "zh_CN") == chinese


def test_what_has_no_name_is_told_digit_by_digit() -> None:
    assert english_number("1" * 25) == " ".join(["one"] * 25)
    assert chinese_number("1" * 25) == "一" * 25


def test_every_number_below_ten_thousand_is_told_apart() -> None:
    for name in (english_number, chinese_number):
        told = [name(str(number)) for number in range(10_000)]
        assert len(set(told)) == len(told)
        assert not any(re.search(r"\d", one) for one in told)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        spoken_number("seven", "en")
