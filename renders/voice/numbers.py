"""Turns numbers into words, English and Chinese."""

from __future__ import annotations

import re

NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+−]?\d+)?")
_PARTS = re.compile(r"([\d,]+)(?:\.(\d+))?(?:e([-+−]?)(\d+))?")
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_THOUSANDS = ("", "thousand", "million", "billion", "trillion", "quadrillion")
_DIGITS = "零一二三四五六七八九"
_MYRIADS = ("", "万", "亿", "万亿", "亿亿")


def spoken_number(written: str, language: str) -> str:
    """Return a number that `NUMBER` matches in words; past what has a name, its digits.

    Raises ValueError where it is no such number.
    """
    found = _PARTS.fullmatch(written)
    if not found:
        raise ValueError(f"not a number as it is written in a text: {written!r}")
    whole, fraction, sign, power = found.groups()
    whole = whole.replace(",", "")
    chinese = language.startswith("zh")
    said = (chinese_number if chinese else english_number)(whole)
    if fraction:
        said += f"点{_digits(fraction)}" if chinese else f" point {_named(fraction)}"
    if power:
        negative = sign in ("-", "−")
        if chinese:
            said += f"乘十的{'负' if negative else ''}{chinese_number(power)}次方"
        else:
            said += f" times ten to the {'minus ' if negative else ''}{english_number(power)}"
    return said


def english_number(digits: str) -> str:
    """Return a whole number in words."""
    groups = _groups(digits, 3)
    if len(groups) > len(_THOUSANDS):
        return _named(digits)
    said = [
        " ".join(filter(None, (_below_thousand(group), _THOUSANDS[place])))
        for place, group in reversed(list(enumerate(groups)))
        if group
    ]
    return " ".join(said) or _SMALL[0]


def chinese_number(digits: str) -> str:
    """Return a whole number in characters: 13002 is 一万三千零二."""
    groups = _groups(digits, 4)
    if len(groups) > len(_MYRIADS):
        return _digits(digits)
    said = ""
    for place, group in reversed(list(enumerate(groups))):
        if group:
            gap = "零" if said and group < 1000 else ""
            said += gap + _below_myriad(group) + _MYRIADS[place]
    if said.startswith("一十"):
        said = said[1:]
    return re.sub("^二(?=[千万亿])", "两", said) or _DIGITS[0]


def _groups(digits: str, size: int) -> list[int]:
    """Return the digits as numbers of `size` digits, the lowest first."""
    number, groups = int(digits), []
    while number:
        number, group = divmod(number, 10**size)
        groups.append(group)
    return groups


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    said = [f"{_SMALL[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        said.append(_TENS[tens - 2] + (f"-{_SMALL[ones]}" if ones else ""))
    elif rest:
        said.append(_SMALL[rest])
    return " ".join(said)


def _below_myriad(number: int) -> str:
    said, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + name
        gap = not digit
    return said


def _named(digits: str) -> str:
    return " ".join(_SMALL[int(digit)] for digit in digits)


def _digits(digits: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in digits)
