"""A film whose every text was written by somebody who means ill, one like it with harmless texts, and pages of both."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np
import pytest

from engine.recording import Recording
from renders.clip.clip import Clip
from renders.embed.documents.markdown_documents import write_markdown, write_quarto, write_transcript
from renders.embed.documents.notebook import write_notebook
from renders.embed.documents.notebook_display import beat_bundle
from renders.embed.documents.page import write_page
from renders.embed.documents.reveal import write_reveal
from renders.embed.documents.snippet import write_snippet
from renders.film.provenance import write_provenance
from renders.gallery.write import write_gallery
from renders.request.embed_request import EmbedRequest
from renders.request.paths import Paths
from renders.request.style import RenderStyle
from tests.renders.films import make_film
from tests.renders.reel import write_recording

RATE = 10
SECONDS = 0.4  # of a beat
LONGEST = 100_000  # letters
# Each would run, frame, load, send or lead somewhere, if it were more than text in one of the languages of a page
ILL = (
    "</script><script>window.ran = 1</script>",
    '<img src=x onerror="window.ran = 2">',
    "javascript:window.ran=3",
    '"><svg onload="window.ran = 4">',
    "'><iframe srcdoc='<script>parent.ran = 5</script>'></iframe>",
    "{{constructor.constructor('window.ran = 6')()}} ${window.ran = 6} {title} {0} %s {{< video https://a.example >}}",
    "<!--",
    "--><script>window.ran = 7</script>",
    "]]></title></style></textarea></noscript></template><body onload=window.ran=8><script>window.ran = 8</script>",
    "a\u2028window.ran = 9\u2029<script>window.ran = 9</script>",
    "\u202e<b>drawkcab\u202c \u200f\u2067<img src=x onerror=window.ran=10>",
    "N\x00U\x00L<img src=x onerror=window.ran=11>\x1b[31m\ufffe",
    '\\"); window.ran = 12; //',
    "[x](javascript:window.ran=13) ![x](https://a.example/x.png) <https://a.example> `<b>`{=html}\n# h\n```\n$x$ |",
    '<base href="https://a.example/"><meta http-equiv="refresh" content="0;url=https://a.example/">',
    "<form action=https://a.example><button>press</button></form><object data=https://a.example></object>",
    '<link rel="stylesheet" href="https://a.example/x.css"><style>body { display: none }</style>',
    "L" * LONGEST,
)
_ALL = " ".join(ILL[:-1])
ODD_NAME = "\"><svg onload=window.ran=14><img src=x onerror='window.ran=15'>{{x}} javascript:&#x3c; 课"

Say = Callable[[str], str]


def ill(wanted: str) -> str:
    """Return an ill text: of its own for each beat, and everything at once for all else."""
    number = re.search(r"\d+", wanted)
    return ILL[int(number[0]) % len(ILL)] if number else _ALL


def harmless(wanted: str) -> str:
    """Return a text in place of an ill one."""
    return f"harmless {wanted}"


def hostile_clip(folder: Path, say: Say, name: str, language: str = "en") -> Clip:
    """Return a clip with a beat for each ill text, in which every text that a provenance tells is what is said."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = round(len(ILL) * SECONDS * RATE)
    film = make_film(folder / f"{name}.mp4", [np.full((36, 64, 4), 40 + n, np.uint8) for n in range(frames)], rate=RATE)
    short = say("name")[:990]
    told = {
        "film": film.name,
        "title": _both(say, "title"),
        "language": language,
        "chapter": short,
        "quality": {"name": short, "width": 64, "height": 36, "frame_rate": RATE},
        "look": {
            "theme": short, "aspect": short, "transparent": False, "loop": False, "voice": short, "pace": 1.0,
            "title": True,
        },
        "seconds": len(ILL) * SECONDS,
        "pieces": [_piece(say, number) for number in range(len(ILL))],
        "recordings": {short: _recording(say, short)},
        "versions": {short: say("version")},
        "neuroreel": {"version": short, "commit": short},
        "code": say("code"),
        "stamp": say("stamp"),
        "variant": {short: {short: say("variant"), "list": [say("of a list")]}},
        "licence": say("licence"),
    }  # fmt: skip
    write_provenance(film.with_suffix(".json"), told, [film])
    return Clip.open(film)


def _both(say: Say, wanted: str) -> dict[str, str]:
    return {"en": say(wanted), "zh_CN": f"课{say(wanted)[: LONGEST - 1]}"}


def _recording(say: Say, short: str) -> dict[str, Any]:
    line = short[:70]  # what fits a line is told
    settings = {"name": line, "dataset": line, "seed": line, "steps": line, line: line, "list": [line]}
    return {
        "digest": say("digest"),
        "experiment": settings,
        "versions": {f"{line} version": say("version")},
        "origin": {short: short},
        "arrays": {short: say("array")},
    }


def _piece(say: Say, number: int) -> dict[str, Any]:
    wanted = f"beat {number}"
    short = say(wanted)[:480]
    array = {"array": short, "selection": {short: 3}, "at": 0.0, "steps": [0, 9]}
    return {
        "name": short,
        "chapter": short,
        "kind": "beat",
        "title": _both(say, wanted),
        "start": number * SECONDS,
        "seconds": SECONDS,
        "poster": 0.2,
        "digest": say(wanted),
        "lines": [
            {"start": start, "end": start + 0.1, "text": _both(say, wanted), "values": {}, "evidence": evidence}
            for start, evidence in ((0.0, list(_evidence(say, wanted, short))), (0.2, []))
        ],
        "steps": [{"time": 0.1, "experiment": short, "step": float("nan") if number == 1 else 4.0}],
        "claims": [{"time": 0.25, "text": say(wanted), "evidence": list(_evidence(say, wanted, short))}],
        "reads": {short: [array, {**array, "steps": [], "at": 0.1}]},
    }


def _evidence(say: Say, wanted: str, short: str) -> Iterator[Mapping[str, Any]]:
    text, of = _both(say, wanted), [f"{short}/{short}", f"{short}/config.{short}", short]
    yield {"kind": "measured", "key": short, "value": {short: short}, "how": text, "of": of, "rule": text}
    yield {"kind": "recorded", "of": of, "selection": {short: short}, "value": say(wanted)}
    yield {"kind": "exact", "expression": say(wanted), "names": {short: short}, "value": say(wanted)}
    yield {"kind": "source", "key": short, "place": say(wanted), "source": say(wanted), "value": [short]}


def odd_clip(folder: Path, say: Say) -> Clip:
    """Return a film of which nothing is told but its odd name, half of whose bytes are no UTF-8."""
    name = f"{ODD_NAME} caf".encode() + b"\xe9" if say is ill else b"harmless"
    folder.mkdir(parents=True)
    made = make_film(folder / "a.mp4", [np.full((36, 64, 4), 40, np.uint8)] * 4, rate=RATE)
    return Clip.open(made.rename(folder / os.fsdecode(name + b".mp4")))


@dataclass(frozen=True)
class Made:
    """Films, and what a page is asked for."""

    clips: tuple[Clip, ...]
    folder: Path
    say: Say

    def wish(self, target: str, **others: Any) -> EmbedRequest:
        """Return a wish for all of it, with a title as hostile as the rest."""
        names = tuple(str(clip.film) for clip in self.clips)
        return EmbedRequest(
            names, target, title=f"{self.say('title')}\ud800" if self.say is ill else "harmless", **others
        )


def _page(made: Made) -> Path:
    write_page(made.clips, made.folder / "page.html", made.wish("page"))
    return made.folder / "page.html"


def _snippet(made: Made) -> Path:
    write_snippet(made.clips, made.folder / "html", made.wish("html"))
    return made.folder / "html" / "index.html"


def _loop(made: Made) -> Path:
    write_snippet(made.clips, made.folder / "html", made.wish("html", look=RenderStyle(loop=True)))
    return made.folder / "html" / "index.html"


def _reveal(made: Made) -> Path:
    write_reveal(made.clips, made.folder / "deck", made.wish("reveal"))
    return made.folder / "deck" / "index.html"


def _gallery(made: Made) -> Path:
    return write_gallery(Paths(made.folder.parent / "films", made.folder / "c", made.folder / "r"), made.folder / "g")


def _chapter(made: Made) -> Path:
    return next(path for path in _gallery(made).parent.glob("*.html") if path.name != "index.html")


def _notebook(made: Made) -> Path:
    write_notebook(made.clips, made.folder / "n.ipynb", made.wish("notebook"))
    cells = json.loads((made.folder / "n.ipynb").read_text(encoding="utf-8"))["cells"]
    headings = [_by_mistune(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    outputs = [output["data"]["text/html"] for cell in cells for output in cell.get("outputs", ())]
    return _shell(made.folder, "\n".join([*headings, *outputs]))


def _beat(made: Made) -> Path:
    clip = made.clips[0]
    parts = [beat_bundle(replace(clip, sections=(section,)))["text/html"] for section in clip.sections]
    return _shell(made.folder, "\n".join(parts))


def _markdown(made: Made) -> Path:
    write_markdown(made.clips, made.folder / "md", made.wish("markdown"))
    return _shell(made.folder / "md", _by_mistune((made.folder / "md" / "index.md").read_text(encoding="utf-8")))


def _transcript(made: Made) -> Path:
    write_transcript(made.clips[:1], made.folder / "md", made.wish("transcript"))
    return _shell(made.folder / "md", _by_mistune((made.folder / "md" / "index.md").read_text(encoding="utf-8")))


def _quarto(made: Made) -> Path:
    if not which("pandoc"):
        pytest.skip("pandoc is not installed")
    write_quarto(made.clips, made.folder / "q", made.wish("quarto"))
    page = made.folder / "q" / "index.html"
    subprocess.run(["pandoc", "-s", "-o", str(page), str(page.with_suffix(".qmd"))], check=True, capture_output=True)
    return page


def _recording_table(made: Made) -> Path:
    arrays = tuple(dict.fromkeys(re.sub(r"[/\\\0\ufffe]", " ", made.say(f"array {n}"))[:60] for n in range(len(ILL))))
    settings = {f"{made.say(f'setting {n}')[:200]}": made.say(f"value {n}") for n in range(len(ILL))}
    write_recording(made.folder / "r.zarr", arrays=arrays, **settings)
    return _shell(made.folder, Recording.open(made.folder / "r.zarr")._repr_html_())


def _by_mistune(text: str) -> str:
    mistune = pytest.importorskip("mistune")
    return str(mistune.create_markdown(escape=False, plugins=["table", "footnotes"])(text))


def _shell(folder: Path, fragment: str) -> Path:
    """Return a page around a fragment that others show within theirs, which nothing but its own escaping guards."""
    page = folder / "shell.html"
    page.write_text(f'<!doctype html>\n<meta charset="utf-8">\n<body>{fragment}</body>', encoding="utf-8")
    return page


# Those that are pages of ours, with a policy, and those that are shown within somebody else's
OURS: Mapping[str, Callable[[Made], Path]] = {
    "page": _page,
    "snippet": _snippet,
    "loop": _loop,
    "deck": _reveal,
    "gallery": _gallery,
    "chapter": _chapter,
}
WITHIN: Mapping[str, Callable[[Made], Path]] = {
    "notebook": _notebook,
    "beat": _beat,
    "markdown": _markdown,
    "transcript": _transcript,
    "quarto": _quarto,
    "recording": _recording_table,
}
