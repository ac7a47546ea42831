"""Builds HTML documents that hold their own style and script, and let nothing else run.

Names and texts in them are only ever text.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from renders.web.policy import BESIDE, hashed, hashed_attributes, policy_tag
from renders.web.texts import NATIVE, as_headings, language_tag, storable

FOLDER = Path(__file__).parent
PLAYER_SCRIPTS = ("base.js", "copying.js", "film.js", "picture.js", "player.js", "sharing.js", "keyboard.js")
PLAYER_STYLES = ("base.css", "player.css", "reading.css", "narrow.css")
GENERATOR = "neuroreel"
GALLERY = "neuroreel gallery"  # by which a gallery is known


def part(name: str) -> str:
    """Return the text of one of the files that pages are made of."""
    return (FOLDER / name).read_text(encoding="utf-8")


def filled(name: str, **values: str) -> str:
    """Return the text of one of the files, with values, already safe, for each {name} in it."""
    return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], part(name))


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of pages, by key and language."""
    told: dict[str, dict[str, str]] = json.loads(part("texts.json"))
    return told


def json_script(data: object, name: str) -> str:
    """Return data in an element for scripts, which nothing in the data can close; NaN and infinity become null."""
    told = json.dumps(_without_nan(data), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # As JSON these mean the same; as HTML they would begin a tag, a comment or a reference
    safe = told.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return f'<script type="application/json" id="{html.escape(name)}">{safe}</script>'


def _without_nan(data: Any) -> Any:
    """Return data as JSON can hold it, which knows neither NaN nor infinity."""
    if isinstance(data, Mapping):
        return {key: _without_nan(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_without_nan(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def page_facts(title: Mapping[str, str], language: str, **more: Any) -> dict[str, Any]:
    """Return the facts that every page is told, with those of this one. language: shown until another is chosen."""
    tags = {name: language_tag(name) for name in NATIVE}
    told = {"title": as_headings(title), "language": language, "languages": NATIVE}
    return {**told, "tags": tags, "texts": texts(), **more}


def document(
    title: str,
    body: str,
    facts: Mapping[str, Any],
    *,
    language: str,
    styles: Sequence[str] = PLAYER_STYLES,
    scripts: Sequence[str] = PLAYER_SCRIPTS,
    media: str = BESIDE,
    after: str = "",
    body_scripts: Sequence[str] = (),
    body_styles: Sequence[str] = (),
    generator: str = GENERATOR,
) -> str:
    """Return a whole page.

    body, after: HTML, already safe. media: where films and pictures may come from. body_scripts, body_styles: scripts
    and `style` attributes in the body that may work, too, each as its whole text; nothing else does. A letter that no
    file can hold, half of a surrogate pair, becomes U+FFFD.
    """
    style = "\n".join(part(name) for name in styles)
    joined = "\n".join(part(name) for name in scripts)
    script = f'(() => {{\n"use strict";\n{joined}}})();\n'
    policy = policy_tag(
        scripts=hashed(script, *body_scripts),
        styles=f"{hashed(style)} {hashed_attributes(*body_styles)}",
        media=media,
    )
    return storable(
        f'<!doctype html>\n<html lang="{html.escape(language_tag(language))}">\n<head>\n<meta charset="utf-8">\n'
        f"{policy}\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f'<meta name="generator" content="{generator}">\n'
        f"<title>{html.escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n"
        f"{json_script(facts, 'reel')}\n{after}<script>{script}</script>\n</body>\n</html>\n"
    )


def player_body() -> str:
    """Return the player's own elements, with a notice where no script may run."""
    told = html.escape(texts()["no_script"]["en"].rstrip(":"))
    return f"{part('player.html')}<noscript><p>{told}.</p></noscript>"
