"""Knows how long a line takes to say, and how long a viewer may think after it; it imports nothing."""

from __future__ import annotations

import re

WORDS_A_SECOND = 2.4
CHARACTERS_A_SECOND = 4.0
BREATH = 0.25  # seconds between two lines
AFTER_QUESTION, AFTER_RESULT = 1.5, 2.0  # seconds in which a viewer may think
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def speaking_time(text: str, pace: float = 1.0) -> float:
    """Return the seconds that `text` takes to say, at least 1.

    pace: multiplies the speed, which is 2.4 words, or 4 Chinese characters, a second.
    """
    characters = len(_CHINESE.findall(text))
    words = len(_CHINESE.sub(" ", text).split())
    return max(1.0, (characters / CHARACTERS_A_SECOND + words / WORDS_A_SECOND) / pace)
