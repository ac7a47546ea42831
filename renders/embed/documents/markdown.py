"""Escapes texts within Markdown and its front matter."""

from __future__ import annotations

import json
import re

from renders.web.texts import one_line

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~^$@&=])")
_BEGINS = re.compile(r"^([-+]|\d+(?=[.)]))")  # of lists, and of a line under a heading


def escaped(text: str) -> str:
    """Return a text on one line in which nothing is markup, for CommonMark and Pandoc alike."""
    marked = _MARKS.sub(r"\\\1", one_line(text))
    return _BEGINS.sub(lambda match: match[1] + "\\" if match[1].isdigit() else "\\" + match[1], marked)


def yaml_text(text: str) -> str:
    """Return a text as a value of front matter; there Pandoc reads Markdown."""
    return json.dumps(escaped(text), ensure_ascii=False)
