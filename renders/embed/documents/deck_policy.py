"""Builds the Content-Security-Policy of a reveal.js deck: its own files, and what the library writes into its windows.

The deck's own files are allowed by a nonce. The speaker's window is written by `notes.js` and inherits the deck's
policy, so its style and script are allowed by their hashes; it shows the deck in frames. For print, `reveal.js` makes
styles out of the slides' size.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from renders.web.policy import BESIDE, hashed, hashed_attributes, policy_tag

LIBRARY = Path(__file__).parent / "vendor" / "reveal"
_WINDOW = re.compile(r'\.document\.write\("((?:[^"\\]|\\.)*)"\)')
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))", re.IGNORECASE)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}


def deck_policy(nonce: str, width: int, height: int) -> str:
    """Return the `<meta>` of a deck whose files bear `nonce`. width, height: of its slides, in its own units."""
    window = speaker_window()
    word = f"'nonce-{nonce}'"
    printed = (
        f"@page{{size:{width}px {height}px; margin: 0px;}}",
        ".reveal section>img, .reveal section>video, .reveal section>iframe"
        f"{{max-width: {width}px; max-height:{height}px}}",
    )
    own = re.findall(r"<style>(.*?)</style>", window, re.DOTALL)
    attributes = re.findall(r'style="([^"]*)"', window)
    return policy_tag(
        scripts=f"{word} {hashed(*re.findall(r'<script>(.*?)</script>', window, re.DOTALL))}",
        styles=f"{word} {hashed(*own, *printed)} {hashed_attributes(*attributes)}",
        media=f"{BESIDE} data:",  # captions lie in the page
        frames=BESIDE,
    )


@cache
def speaker_window() -> str:
    """Return the HTML that the library writes into the speaker's window; raises LookupError where it writes none."""
    found = _WINDOW.search((LIBRARY / "notes.js").read_text(encoding="utf-8"))
    if not found:
        raise LookupError("notes.js writes no window for the speaker")
    return _ESCAPE.sub(_letter, found[1])


def _letter(escape: re.Match[str]) -> str:
    """Return the letter that an escape of JavaScript stands for."""
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _PLAIN.get(escape[3], escape[3])
