"""Writes a Jupyter notebook: a heading and a cell for each clip, run already, so that it shows wherever it opens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from renders.clip.clip import Clip
from renders.embed.documents.markdown import escaped
from renders.embed.documents.notebook_display import clip_bundle
from renders.embed.documents.slide import title_of
from renders.embed.find import find_named
from renders.request import paths as project
from renders.request.embed_request import Cut, EmbedRequest
from renders.request.language import DEFAULT_LANGUAGE
from renders.request.quality import DEFAULT_QUALITY
from renders.request.style import USUAL
from renders.web.texts import storable, told_in

_HALVES = re.compile("[\ud800-\udfff]")  # of surrogate pairs
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def write_notebook(clips: Sequence[Clip], target: Path, wish: EmbedRequest) -> None:
    """Write a notebook whose cells show the clips by `renders.notebook.clip`."""
    cells = [_heading("title", 1, title_of(clips, wish)), _code("import", 1, "from renders.notebook import clip", [])]
    for number, (clip, source) in enumerate(zip(clips, _sources(wish), strict=True), start=1):
        if len(clips) > 1:
            cells.append(_heading(f"title-{number}", 2, told_in(clip.title, clip.language)))
        shown = {"output_type": "execute_result", "execution_count": number + 1, "metadata": {}}
        shown["data"] = clip_bundle(clip, wish)
        cells.append(_code(f"clip-{number}", number + 1, source, [shown]))
    notebook = {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    told = storable(json.dumps(notebook, ensure_ascii=False, indent=1))
    target.write_text(f"{told}\n", encoding="utf-8", newline="\n")


def _heading(name: str, level: int, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": f"{'#' * level} {escaped(text)}"}


def _code(name: str, count: int, source: str, outputs: Sequence[object]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {},
        "execution_count": count,
        "source": source,
        "outputs": outputs,
    }


def _sources(wish: EmbedRequest) -> Iterator[str]:
    """Yield the call that shows each clip, in their order."""
    options = "".join(f", {name}={_literal(value)}" for name, value in _options(wish))
    for named in (find_named(told, project.find_paths()) for told in wish.clips):
        if named.film:
            yield f"clip({_literal(str(named.film.resolve()))}{options})"
        elif named.chapter:
            whole = next((str(path) for path in named.given.values()), named.chapter.name)
            for beat in named.beats:
                yield f"clip({_literal(f'{whole}/{beat}')}{options})"


def _options(wish: EmbedRequest) -> Iterator[tuple[str, object]]:
    """Yield the options of the request that differ from the defaults of `clip`."""
    if wish.quality and wish.quality.name != DEFAULT_QUALITY:
        yield "quality", wish.quality.name
    if wish.language not in (None, DEFAULT_LANGUAGE):
        yield "language", wish.language
    for wanted, usual in ((asdict(wish.look), asdict(USUAL)), (asdict(wish.cut), asdict(Cut()))):
        yield from ((name, value) for name, value in wanted.items() if value != usual[name])


def _literal(value: object) -> str:
    """Return a value as Python code; half of a surrogate pair, which no file can hold, becomes its escape."""
    if not isinstance(value, str):
        return repr(value)
    return _HALVES.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
